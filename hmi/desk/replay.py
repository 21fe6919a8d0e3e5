"""A desk of its own that plays a recorded stretch as if it were now."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from hmi.desk.app import Desk, make_application, open_maximised, read_folder, snapshot_pages
from hmi.desk.ending import EndOnRequest
from hmi.desk.look import Look
from hmi.desk.replay_clock import ReplayClock


def run_replay(data_dir: Path, replay: ReplayClock, chosen_plant: Path | None = None) -> int:
    """Opens the desk on a recording and returns its exit status when the window is closed."""
    plant, _, look = read_folder(data_dir, chosen_plant)
    application = make_application()
    with EndOnRequest(application):
        desk = Desk(application, data_dir, plant, replay, look, chosen_plant)
        open_maximised(desk)
        status = QApplication.exec()
        desk.close()
    return status


def snapshot_replay(
    data_dir: Path,
    replay: ReplayClock,
    out_dir: Path,
    look: Look,
    size: tuple[int, int],
    chosen_plant: Path | None,
) -> list[Path]:
    """Pictures every page of a recording's desk into a folder; returns the files."""
    plant, _, _ = read_folder(data_dir, chosen_plant)
    application = make_application()
    with EndOnRequest(application) as ending:
        desk = Desk(application, data_dir, plant, replay, look, chosen_plant)
        try:
            return snapshot_pages(desk.window, out_dir, size, ending.check)
        finally:
            desk.close()
