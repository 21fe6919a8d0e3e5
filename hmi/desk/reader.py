"""The one thread that works on the database for a window: jobs in, results back as one signal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from hmi.desk.fault_texts import store_fault
from hmi.desk.replay_clock import ReplayClock
from hmi.desk.turns import Turns
from hmi.store.database import Store, StoreError, open_store
from hmi.store.replay import ReplayStore, open_replay

log = logging.getLogger(__name__)

T = TypeVar("T")

GRACE_S = 0.15  # so long each job has at the end to do what it was asked for


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a job: its result, or one sentence why there is none."""

    ticket: int
    value: object = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    then: Callable[[Any], None]
    failed: Callable[[str], None] | None


class Reader(QObject):
    """Owns the window's only Store in its own thread; calls `then` or `failed` in the window's thread.

    With a replay's clock every job is answered as of that clock's moment. Answers are taken one a turn.
    """

    answered = Signal(Answer)
    trouble_changed = Signal(str)  # the sentence of the newest failure, "" once a job succeeds again

    def __init__(self, path: Path, turns: Turns, replay: ReplayClock | None = None) -> None:
        super().__init__()
        self._path, self._turns, self._replay, self._was_open = path, turns, replay, False
        self._store: Store | None = None  # touched by the reader's thread alone
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="desk-reader")
        self._waiting: dict[int, _Waiting] = {}
        self._ticket = 0
        self._trouble = ""
        self._closed = False
        self.answered.connect(self._on_answered)

    def submit(
        self,
        job: Callable[[Store], T],
        then: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> int:
        """Queues a job and returns its ticket; a failure also goes to `trouble_changed`."""
        self._ticket += 1
        if not self._closed:
            self._waiting[self._ticket] = _Waiting(then, failed)
            future = self._executor.submit(self._work, self._ticket, job)
            future.add_done_callback(partial(self._answer_mistake, self._ticket))
        return self._ticket

    def forget(self, ticket: int) -> None:
        """Drops a job's answer: nobody waits for it any more."""
        self._waiting.pop(ticket, None)

    def is_idle(self) -> bool:
        """Whether every job has been answered."""
        return not self._waiting

    def close(self) -> None:
        """Does the jobs still queued (what a person asked for is written), then ends the thread.

        What only reads, and takes long, is cut short: nobody waits for it any more.
        """
        if self._closed:
            return
        self._closed = True
        self._waiting.clear()
        ended = self._executor.submit(self._close_store)
        while wait([ended], GRACE_S).not_done:
            store = self._store
            if store is not None:
                store.cut_short()
        self._executor.shutdown(wait=True)

    def _work(self, ticket: int, job: Callable[[Store], object]) -> None:
        try:
            answer = Answer(ticket, job(self._ready_store()))
        except StoreError as error:
            answer = Answer(ticket, problem=store_fault(error.fault, self._path))
        self.answered.emit(answer)

    def _ready_store(self) -> Store:
        if self._store is not None and not self._store.is_in_place():
            self._close_store()  # before the log, which lies beside, is taken for that of another file
        if self._store is None:
            # One that has gone is not made anew: its readings may be on their way back.
            self._store = (
                open_store(self._path, create=not self._was_open)
                if self._replay is None
                else open_replay(self._path)
            )
            self._was_open = True
        self._store.go_on()  # a cut is for the job before
        if self._replay is not None and isinstance(self._store, ReplayStore):
            self._store.show_moment(self._replay.now_ms(), self._replay.wall_ms())
        return self._store

    def _answer_mistake(self, ticket: int, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:  # a mistake of ours: whoever waits must hear of it, the log has the rest
            log.error("A job on the database failed.", exc_info=error)
            self.answered.emit(Answer(ticket, problem=self.tr("This could not be read; the log says why.")))

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    @Slot(Answer)
    def _on_answered(self, answer: Answer) -> None:
        self._turns.add(partial(self._take, answer))

    def _take(self, answer: Answer) -> None:
        if self._closed:
            return
        waiting = self._waiting.pop(answer.ticket, None)
        self._tell_trouble(answer.problem or "")
        if waiting is None or not _still_there(waiting.then):
            return
        if answer.problem is None:
            waiting.then(answer.value)
        elif waiting.failed is not None:
            waiting.failed(answer.problem)

    def _tell_trouble(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            self.trouble_changed.emit(sentence)


def _still_there(callback: Callable[[Any], None]) -> bool:
    """A dialog may be gone before its answer comes."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
