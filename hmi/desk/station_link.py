"""How a desk asks the station for something: a row in the database, followed until it is answered."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from devices.clock import Clock
from hmi.desk import fault_texts, texts
from hmi.desk.messages import Messages
from hmi.desk.reader import Reader
from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from hmi.store.requests import ask, request

FOLLOW_EVERY_MS = 200
PATIENCE_S = 10.0


Wish = tuple[str, str, bytes]  # who asks for what kind of thing, and for which


@dataclass(slots=True)
class _Open:
    """A request on its way, and whether the person was told that it takes long."""

    wish: Wish
    asked_s: float
    then: Callable[[Request], None] | None
    told: bool = False


class StationLink(QObject):
    """Writes requests through the reader and reports their answers."""

    answered = Signal(Request)

    def __init__(self, reader: Reader, messages: Messages, clock: Clock, labels: Mapping[str, str]) -> None:
        """`labels`: what people call the machines that a refusal may name."""
        super().__init__()
        self._labels = labels
        self._reader = reader
        self._messages = messages
        self._clock = clock
        self._open: dict[int, _Open] = {}
        self._wishes: set[Wish] = set()  # on their way
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(FOLLOW_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def ask(
        self,
        actor: str,
        kind: RequestKind,
        payload: Mapping[str, object],
        then: Callable[[Request], None] | None = None,
    ) -> None:
        """Puts a request before the station; `then` and `answered` report what it said.

        What is on its way already is not asked again, unless its answer is waited for: who presses twice is
        not told that it was done before.
        """
        wish = (actor, kind.value, msgspec.json.encode(payload, order="deterministic"))
        if then is None and wish in self._wishes:
            return
        self._wishes.add(wish)
        asked_s = self._clock.monotonic_s()
        t_ms = self._clock.now_ms()

        def write(store: Store) -> int:
            return ask(store, actor, socket.gethostname(), kind, payload, t_ms)

        def follow(request_id: int) -> None:
            self._open[request_id] = _Open(wish, asked_s, then)
            self._timer.start()

        def not_written(sentence: str) -> None:
            self._wishes.discard(wish)
            self._messages.warn(sentence)

        self._reader.submit(write, follow, not_written)

    def close_down(self) -> None:
        """Stops following; the station answers all the same."""
        self._timer.stop()
        self._open.clear()
        self._wishes.clear()

    @Slot()
    def _look(self) -> None:
        if self._looking or not self._open:
            return
        self._looking = True
        ids = tuple(self._open)

        def look(store: Store) -> list[Request]:
            return [found for one in ids if (found := request(store, one)) is not None]

        self._reader.submit(look, self._on_looked, self._on_look_failed)

    def _on_looked(self, found: list[Request]) -> None:
        self._looking = False
        for asked in found:
            if asked.answered_ms is not None:
                self._report(asked)
        self._warn_of_silence()
        if not self._open:
            self._timer.stop()

    def _on_look_failed(self, sentence: str) -> None:
        self._looking = False
        self._messages.warn(sentence)

    def _report(self, asked: Request) -> None:
        waiting = self._open.pop(asked.id, None)
        if waiting is None:
            return
        self._wishes.discard(waiting.wish)
        if not asked.accepted:
            self._messages.warn(fault_texts.refusal(asked.answer, self._labelled(asked.detail)))
        if waiting.then is not None:
            waiting.then(asked)
        self.answered.emit(asked)

    def _labelled(self, detail: Mapping[str, object]) -> dict[str, object]:
        return {key: self._labels.get(str(value), value) for key, value in detail.items()}

    def _warn_of_silence(self) -> None:
        now_s = self._clock.monotonic_s()
        for waiting in self._open.values():
            if not waiting.told and now_s - waiting.asked_s > PATIENCE_S:
                waiting.told = True
                self._messages.warn(texts.station_silent())
