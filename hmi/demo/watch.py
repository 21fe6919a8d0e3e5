"""The demonstration with a window: the plant runs by itself, the people are whoever sits there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer

from hmi.demo.companions import Companions
from hmi.demo.world import prepare, start_clock
from hmi.desk.app import make_application, run_desk


def watch_live(data_dir: Path, speed: float, approval_real_s: float, longest_s: float | None) -> None:
    """Runs plant, station and desk until the window is closed, Ctrl+C, or the time is over."""
    world = start_clock(prepare(data_dir, speed, approval_real_s))
    companions = Companions(world.data_dir, world.clock)
    application = make_application()
    if longest_s is not None:
        QTimer.singleShot(round(longest_s * 1000), application, application.quit)
    try:
        companions.start()
        run_desk(data_dir)
    finally:
        companions.end()
