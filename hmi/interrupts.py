"""Ctrl+C, and the requests to end that an operating system or a closed terminal sends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
END_SIGNALS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))


class EndRequested(KeyboardInterrupt):
    """Somebody outside wants this program to end; what it has begun is ended in order on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number  # as a shell reports a program that a signal ended


def raise_when_asked_to_end() -> None:
    """From now on each request to end raises EndRequested in the main thread."""
    for number in _heeded():
        signal.signal(number, _raise)


@contextmanager
def when_asked_to_end(told: Callable[[int], None]) -> Iterator[None]:
    """Meanwhile a request to end only calls `told` with the signal's number."""

    def tell(number: int, _: FrameType | None) -> None:
        told(number)

    before = {number: signal.signal(number, tell) for number in _heeded()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heeded() -> list[int]:
    # Whoever started us with nohup wants us to outlive the terminal.
    return [number for number in END_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


def _raise(number: int, _: FrameType | None) -> NoReturn:
    raise EndRequested(number)
