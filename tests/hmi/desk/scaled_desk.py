"""A desk in a process of its own, for Qt reads its scale only once: says what does not fit where, as JSON.

`python -m tests.hmi.desk.scaled_desk DATA_DIR WIDTH HEIGHT THEME LANGUAGE`, the size in pixels of the screen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QSize

from hmi.desk.app import Desk, make_application, read_folder, wait_until_settled
from hmi.desk.first.run import FirstDesk
from hmi.desk.look import Look
from tests.hmi.desk.acting_station import let_work
from tests.hmi.desk.dialogs import dialogs
from tests.hmi.desk.fits import cut_texts, out_of_place
from widgets.theme import ThemeName


def main(data_dir: Path, screen: tuple[int, int], look: Look) -> dict[str, list[str]]:
    """What does not fit on each page, dialog and first step on a whole screen; empty lists where all does."""
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
    for name, dialog in dialogs(desk):
        found[name] = [*cut_texts(dialog), *out_of_place(dialog)]
        if dialog.width() > size[0] or dialog.height() > size[1]:
            found[name].append(f"the dialog is {dialog.size().toTuple()}, the screen {size}")
    found["scale"] = [str(window.devicePixelRatioF())]
    desk.close()
    return found | first_start(data_dir.parent / "empty", look, size)


def first_start(data_dir: Path, look: Look, size: tuple[int, ...]) -> dict[str, list[str]]:
    """What does not fit in each step of the guided start, in a window as it opens on this screen."""
    data_dir.mkdir()
    first = FirstDesk(make_application(), data_dir, look)
    first.open()
    first.window.resize(first.window.size().boundedTo(QSize(*size)))  # Qt's own offscreen screen is 800×800
    found = {}
    for place, step in enumerate(first.window.steps):
        first.window._show(place)
        let_work(50)
        name = type(step).__name__
        found[name] = [*cut_texts(first.window), *out_of_place(first.window)]
        if first.window.width() > size[0] or first.window.height() > size[1]:
            found[name].append(f"the window is {first.window.size().toTuple()}, the screen {size}")
    first.close()
    return found


if __name__ == "__main__":
    folder, width, height, theme, language = sys.argv[1:]
    print(json.dumps(main(Path(folder), (int(width), int(height)), Look(ThemeName(theme), language))))
