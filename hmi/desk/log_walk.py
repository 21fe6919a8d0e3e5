"""A walk back through a long log in slices, so that the reader serves others between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hmi.desk.reader import Reader
from hmi.store.database import Store

SLICE = 400


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a log: as it is shown, in words, and as it is exported, whole and in codes."""

    id: int
    row: tuple[str, ...]
    record: tuple[str, ...]


LoadLines = Callable[[Store, int | None, int], list[Line]]  # below which id, at most how many; newest first


@dataclass(frozen=True, slots=True)
class _Slice:
    matching: list[Line]
    newest_id: int
    oldest_id: int
    is_last: bool


class LogWalk:
    """Collects the lines that contain some words, newest first, until it has as many as are wanted."""

    def __init__(self, reader: Reader, load: LoadLines, words: str, paused: Callable[[], None]) -> None:
        self._reader = reader
        self._load = load
        self._words = words.casefold().split()
        self._paused = paused
        self._below_id: int | None = None
        self._wanted: int | None = 0
        self._ticket: int | None = None
        self.lines: list[Line] = []
        self.newest_id = 0
        self.at_end = False
        self.problem = ""

    @property
    def is_walking(self) -> bool:
        """Whether a slice is on its way."""
        return self._ticket is not None

    def go_on(self, wanted: int | None) -> None:
        """Walks on until `wanted` lines are there (None: all); calls `paused` then or at the end."""
        self._wanted = wanted
        if not self.is_walking:
            self._step()

    def stop(self) -> None:
        """Forgets the slice that is on its way."""
        if self._ticket is not None:
            self._reader.forget(self._ticket)
            self._ticket = None

    def _step(self) -> None:
        if self.at_end or (self._wanted is not None and len(self.lines) >= self._wanted):
            self._paused()
            return
        load, words, below_id = self._load, self._words, self._below_id

        def work(store: Store) -> _Slice:
            found = load(store, below_id, SLICE)
            matching = [line for line in found if contains(line, words)]
            newest, oldest = (found[0].id, found[-1].id) if found else (0, 0)
            return _Slice(matching, newest, oldest, len(found) < SLICE)

        self._ticket = self._reader.submit(work, self._on_slice, self._on_failed)

    def _on_slice(self, found: _Slice) -> None:
        self._ticket = None
        self.newest_id = max(self.newest_id, found.newest_id)
        self._below_id = found.oldest_id
        self.at_end = found.is_last
        self.lines += found.matching
        self._step()

    def _on_failed(self, sentence: str) -> None:
        self._ticket = None
        self.problem = sentence
        self._paused()


def contains(line: Line, words: list[str]) -> bool:
    """Whether each of the words (in lower case) stands somewhere in the line."""
    text = "\n".join(line.row).casefold()
    return all(word in text for word in words)
