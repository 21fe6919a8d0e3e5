"""Looks for meters on a line in a thread of its own: the window's thread never waits for a line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.line_scan import ScanPlan, scan_line
from devices.transport import PortError
from hmi.data_folder import profiles_folder
from hmi.found_meters import FoundMeter, fitting_profiles, read_found


class LineScanner(QObject):
    """One job at a time; what it finds comes as signals in the window's thread. `close` ends it at once."""

    stepped = Signal(int, str)  # questions asked so far, and the one that is asked now
    found = Signal(object)  # a FoundUnit
    read = Signal(int, object)  # the row that was asked for, and its readings
    ended = Signal(str)  # a port's trouble or a sentence; "" when all was asked or it was stopped
    _done = Signal(str)  # from the thread
    profiles_known = Signal(object)  # the profiles that there are, by protocol

    def __init__(self, parent: QObject, data_dir: Path, clock: Clock) -> None:
        super().__init__(parent)
        self._data_dir, self._clock = data_dir, clock
        self._stop = threading.Event()
        self._busy = False
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="line-scan")
        self._done.connect(self._on_done)

    @property
    def busy(self) -> bool:
        """Whether a line is open."""
        return self._busy

    def look_up_profiles(self) -> None:
        """Reads what meters are known; `profiles_known` tells."""
        self._executor.submit(self._look_up)

    def scan(self, plan: ScanPlan) -> None:
        """Begins to ask on a port, reading only."""
        self._begin(self._scan, plan)

    def try_meter(self, row: int, meter: FoundMeter) -> None:
        """Reads one meter once."""
        self._begin(self._read, row, meter)

    def stop(self) -> None:
        """Ends what is going on within a moment; what was found stays."""
        self._stop.set()

    def close(self) -> None:
        """Ends the thread; the line is given back."""
        self.stop()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        self._stop.clear()
        self._busy = True
        self._executor.submit(work, *arguments)

    def _on_done(self, problem: str) -> None:
        self._busy = False
        self.ended.emit(problem)

    def _look_up(self) -> None:
        self.profiles_known.emit(fitting_profiles(profiles_folder(self._data_dir)))

    def _scan(self, plan: ScanPlan) -> None:
        asked = 0

        def step(text: str) -> None:
            nonlocal asked
            asked += 1
            self.stepped.emit(asked, text)

        problem, own = "", profiles_folder(self._data_dir)
        try:
            for unit in scan_line(plan, self._clock, step, own, self._stop.is_set):
                self.found.emit(unit)
        except PortError as error:
            problem = "" if self._stop.is_set() else error.trouble.value
        self._done.emit(problem)

    def _read(self, row: int, meter: FoundMeter) -> None:
        problem = ""
        try:
            self.read.emit(row, read_found(meter, self._data_dir, self._clock))
        except PortError as error:
            problem = error.trouble.value
        except DataFileError as error:
            problem = str(error)
        self._done.emit(problem)
