"""A desk in a process of its own, for Qt reads its scale only once: says what does not fit, by page, as JSON.

`python -m tests.hmi.desk.scaled_desk DATA_DIR WIDTH HEIGHT THEME LANGUAGE`, the size in pixels of the screen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from hmi.desk.app import Desk, Look, make_application, read_folder, wait_until_settled
from tests.hmi.desk.fits import cut_texts, out_of_place
from widgets.theme import ThemeName


def main(data_dir: Path, screen: tuple[int, int], look: Look) -> dict[str, list[str]]:
    """What does not fit on each page of a window that fills the screen; empty lists where all does."""
    application = make_application()
    plant, clock, _ = read_folder(data_dir)
    desk = Desk(application, data_dir, plant, clock, look)
    window = desk.window
    size = tuple(round(pixels / window.devicePixelRatioF()) for pixels in screen)
    window.resize(*size)
    window.show()
    window.start()
    found = {}
    for page in window.page_ids():
        window.show_page(page)
        wait_until_settled(window)
        found[page] = [*cut_texts(window), *out_of_place(window)]
        if window.size().toTuple() != size:
            found[page].append(f"the window is {window.size().toTuple()}, not {size}")
    found["scale"] = [str(window.devicePixelRatioF())]
    desk.close()
    return found


if __name__ == "__main__":
    folder, width, height, theme, language = sys.argv[1:]
    print(json.dumps(main(Path(folder), (int(width), int(height)), Look(ThemeName(theme), language))))
