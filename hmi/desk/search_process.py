"""The solver's worker process as the window sees it: start a search, stop it, typed events."""

from __future__ import annotations

import logging
from itertools import count

import msgspec
from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from hmi.program import own_command
from solver.events import SearchFailed, SearchFinished, WorkerEvent, WorkerReady, decode_event
from solver.problem import PlanProblem

log = logging.getLogger(__name__)

END_MS = 300  # the worker keeps nothing, so one that does not end by itself is killed
KILLED_MS = 10_000  # what was killed is gone at once, but a machine that does much else says so late
WARM_AFTER_MS = 4_000  # the window and its first values come first
ENOUGH = 1_000_000_000  # iterations: the seconds that a person gives, the gap or Stop end a search


class SearchProcess(QObject):
    """Owns one worker, which warms its kernels at start and is started anew should it die."""

    told = Signal(object)  # a solver.events event of the search under way, or WorkerReady

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = count(1)
        self._search_id = ""
        self._ready = False
        self._closing = False
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.readyReadStandardError.connect(self._on_complaint)
        self._process.finished.connect(self._on_ended)
        self._process.errorOccurred.connect(self._on_error)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(WARM_AFTER_MS)
        self._soon.timeout.connect(self.warm_up)

    @property
    def is_ready(self) -> bool:
        """Whether the kernels are warm."""
        return self._ready

    @property
    def is_searching(self) -> bool:
        """Whether a search is under way."""
        return bool(self._search_id)

    def warm_up_soon(self) -> None:
        """Starts the worker once the desk has had time to open."""
        self._soon.start()

    @Slot()
    def warm_up(self) -> None:
        """Starts the worker if it does not run."""
        self._soon.stop()
        if self._process.state() == QProcess.ProcessState.NotRunning:
            program, *arguments = own_command("solver-worker")
            self._process.start(program, arguments)

    def search(self, problem: PlanProblem, *, method: str, seconds: float, seed: int) -> None:
        """Begins a search; its events come through `told`."""
        self.warm_up()
        self._search_id = str(next(self._ids))
        request = {
            "method": method,
            "seconds": seconds,
            "seed": seed,
            "iterations": ENOUGH,
            "problem": problem,
        }
        self._send({"type": "search", "id": self._search_id, **request})

    def stop(self) -> None:
        """Ends the search under way; the best so far comes as SearchFinished."""
        if self._search_id:
            self._send({"type": "stop"})

    def close(self) -> None:
        """Ends the worker, at once when it does not end by itself."""
        self._closing = True
        self._search_id = ""
        self._soon.stop()
        if self._process.state() == QProcess.ProcessState.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(END_MS):
            self._process.kill()
            self._process.waitForFinished(KILLED_MS)

    def _send(self, message: dict[str, object]) -> None:
        self._process.write(msgspec.json.encode(message) + b"\n")

    @Slot()
    def _on_output(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            try:
                self._tell(decode_event(line))
            except msgspec.DecodeError:
                log.warning("The solver's worker said something that is no event: %r", line[:200])

    def _tell(self, event: WorkerEvent) -> None:
        if isinstance(event, WorkerReady):
            self._ready = True
        elif event.id != self._search_id:
            return
        elif isinstance(event, SearchFinished | SearchFailed):
            self._search_id = ""
        self.told.emit(event)

    @Slot()
    def _on_complaint(self) -> None:
        log.warning(
            "solver-worker: %s", bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        )

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._on_ended()

    @Slot()
    def _on_ended(self) -> None:
        self._ready = False
        if self._search_id and not self._closing:
            failed = SearchFailed(
                "worker_ended", "The solver's process ended; search again.", id=self._search_id
            )
            self._search_id = ""
            self.told.emit(failed)
