"""What a machine is doing, from its power: levels with hysteresis, least stays, gaps that are no state."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS

ENOUGH_READINGS = 3  # so many readings in a row confirm a new level, however fast they come
LONGEST_TAIL = 400  # raw stretches that may still be revised; more only where a machine never settles


class MachineState(StrEnum):
    """What a machine is doing, as its meter shows it."""

    SHUTDOWN = "shutdown"
    STANDBY = "standby"
    IDLING = "idling"
    RUNNING = "running"
    NO_DATA = "no-data"


LEVELS = (MachineState.SHUTDOWN, MachineState.STANDBY, MachineState.IDLING, MachineState.RUNNING)


@dataclass(frozen=True, slots=True)
class StateSettings:
    """The power from which each state begins, and how long a state must last to be one.

    `hysteresis` is the relative distance that a threshold moves away from the present level.
    """

    standby_from_kw: float
    idling_from_kw: float
    running_from_kw: float
    poll_ms: int = MINUTE_MS
    gap_ms: int = 5 * MINUTE_MS
    hysteresis: float = 0.1
    least_running_ms: int = 20 * MINUTE_MS
    least_other_ms: int = 2 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A stretch in one state; `end_ms` is None while it lasts."""

    start_ms: int
    end_ms: int | None
    state: MachineState


def gap_limit_ms(poll_ms: int) -> int:
    """How long no reading may come before the state is unknown: 5 minutes, or 2.5 slower polls."""
    return max(5 * MINUTE_MS, round(2.5 * poll_ms))


def nominal_settings(running_kw: float, standby_kw: float, poll_s: float = 60.0) -> StateSettings:
    """Thresholds from what a machine is known to draw, kW.

    Running begins at half of the running power, because idling draws 10 to 35 % of it (twin.md 2.2); idling
    half way, on a log scale, between standby and a tenth of running; below 0.3 of standby the machine is off.
    """
    poll_ms = round(poll_s * 1000)
    running_from = 0.5 * running_kw
    idling_from = math.sqrt(max(standby_kw, 0.01 * running_kw) * 0.1 * running_kw)
    idling_from = min(max(idling_from, 1.5 * standby_kw), 0.9 * running_from)
    standby_from = min(0.3 * standby_kw if standby_kw > 0 else 0.001 * running_kw, 0.9 * idling_from)
    return StateSettings(
        standby_from_kw=standby_from,
        idling_from_kw=idling_from,
        running_from_kw=running_from,
        poll_ms=poll_ms,
        gap_ms=gap_limit_ms(poll_ms),
    )


def level_of(power_kw: float, present: int | None, settings: StateSettings) -> int:
    """The index in LEVELS of a power; thresholds lean away from the `present` level."""
    level = 0
    for above, edge_kw in enumerate(
        (settings.standby_from_kw, settings.idling_from_kw, settings.running_from_kw), start=1
    ):
        if present is not None:
            edge_kw *= 1 - settings.hysteresis if present >= above else 1 + settings.hysteresis
        if power_kw >= edge_kw:
            level = above
    return level


def settled_labels(spans: Sequence[StateSpan], now_ms: int, settings: StateSettings) -> list[MachineState]:
    """The states of raw stretches after the least stays are minded; boundaries stay where they are.

    A stretch other than running that is too short belongs to what came before it. Running that is too short,
    with known states on both sides, was idling. Nothing is judged before what follows has lasted long enough.
    """
    labels = [span.state for span in spans]
    for i in range(1, len(spans) - 1):
        short = _length_ms(spans[i], now_ms) < settings.least_other_ms
        known = MachineState.NO_DATA not in (spans[i].state, labels[i - 1])
        if short and known and spans[i].state is not MachineState.RUNNING:
            labels[i] = labels[i - 1]
    unsure = bool(spans) and _length_ms(spans[-1], now_ms) < settings.least_other_ms
    i = 0
    while i < len(spans):
        j = i
        while j + 1 < len(spans) and labels[j + 1] is labels[i]:
            j += 1
        bounded = i > 0 and j + 1 < len(spans) and not (unsure and j + 2 == len(spans))
        if labels[i] is MachineState.RUNNING and bounded:
            between = MachineState.NO_DATA not in (labels[i - 1], labels[j + 1])
            lasted_ms = spans[j + 1].start_ms - spans[i].start_ms
            if between and lasted_ms < settings.least_running_ms:
                labels[i : j + 1] = [MachineState.IDLING] * (j + 1 - i)
        i = j + 1
    return labels


def _length_ms(span: StateSpan, now_ms: int) -> int:
    return (now_ms if span.end_ms is None else span.end_ms) - span.start_ms


@dataclass(slots=True)
class _Candidate:
    """A level that the readings moved to and that is not yet confirmed."""

    level: int
    start_ms: int
    readings: int


class LevelFilter(Protocol):
    """What a learned model says of a reading: the likeliest index in LEVELS, and since when it is."""

    def update(self, t_ms: int, power_kw: float) -> tuple[int, int]:
        """Takes a finite reading, newer than the last."""
        ...


@dataclass(slots=True)
class StateTracker:
    """Follows one machine reading by reading; what it said of the last minutes may be revised.

    With a `learned` model that tells the level; without one thresholds with hysteresis do.
    """

    settings: StateSettings
    learned: LevelFilter | None = None
    _spans: list[StateSpan] = field(
        default_factory=list
    )  # raw stretches that are not final, the last one open
    _said: dict[int, StateSpan] = field(default_factory=dict)  # what `update` returned of them
    _first_since_ms: int = 0
    _candidate: _Candidate | None = None
    _last_ms: int | None = None
    _good_ms: int | None = None
    _settled: bool = False

    def follow(self, settings: StateSettings, learned: LevelFilter | None) -> None:
        """Goes on by another model or other thresholds; what was said stays."""
        self.settings, self.learned, self._candidate = settings, learned, None

    @property
    def state(self) -> MachineState:
        """The state now; NO_DATA before the first reading."""
        return self._spans[-1].state if self._spans else MachineState.NO_DATA

    @property
    def since_ms(self) -> int:
        """Since when the machine is in its state; 0 before the first reading."""
        since_ms = self._first_since_ms
        for before, span in itertools.pairwise(self._spans):
            if self._said[before.start_ms].state is not self._said[span.start_ms].state:
                since_ms = span.start_ms
        return since_ms

    def update(self, t_ms: int, power_kw: float) -> list[StateSpan]:
        """Takes a reading (NaN when it failed) and returns the spans that are new or changed, oldest first.

        A span keeps its start for good, so a store may replace by start. Older readings are left out.
        """
        if self._last_ms is not None and t_ms <= self._last_ms:
            return []
        self._last_ms = t_ms
        before = self._spans[-1] if self._spans else None
        self._mind_gap(t_ms)
        if math.isfinite(power_kw):
            self._take(t_ms, power_kw)
        if self._spans[-1] is not before:
            self._settled = False
        elif self._settled:
            return []
        return self._settle(t_ms)

    def _mind_gap(self, t_ms: int) -> None:
        if self._good_ms is None:
            if not self._spans:
                self._open(t_ms, MachineState.NO_DATA)
            return
        if self.state is not MachineState.NO_DATA and t_ms - self._good_ms > self.settings.gap_ms:
            self._open(self._good_ms + self.settings.gap_ms, MachineState.NO_DATA)

    def _take(self, t_ms: int, power_kw: float) -> None:
        self._good_ms = t_ms
        if self.learned is not None:
            self._take_learned(t_ms, *self.learned.update(t_ms, power_kw))
            return
        if self.state is MachineState.NO_DATA:
            self._open(t_ms, LEVELS[level_of(power_kw, None, self.settings)])
            return
        present = LEVELS.index(self.state)
        level = level_of(power_kw, present, self.settings)
        if level == present:
            self._candidate = None
            return
        candidate = self._candidate
        if candidate is None or (candidate.level > present) != (level > present):
            candidate = _Candidate(level, t_ms, 0)
        self._candidate = _Candidate(level, candidate.start_ms, candidate.readings + 1)
        lasted_ms = t_ms - candidate.start_ms + self.settings.poll_ms
        if self._candidate.readings >= ENOUGH_READINGS or lasted_ms >= self.settings.least_other_ms:
            self._open(candidate.start_ms, LEVELS[level])

    def _take_learned(self, t_ms: int, level: int, since_ms: int) -> None:
        if self.state is MachineState.NO_DATA:
            self._open(t_ms, LEVELS[level])
        elif self.state is not LEVELS[level]:
            self._open(max(since_ms, self._spans[-1].start_ms), LEVELS[level])

    def _open(self, start_ms: int, state: MachineState) -> None:
        """Ends the open stretch and begins the next; one without length is replaced."""
        self._candidate = None
        if self._spans:
            last = self._spans.pop()
            if last.start_ms < start_ms:
                self._spans.append(StateSpan(last.start_ms, start_ms, last.state))
        if not self._spans:
            self._first_since_ms = start_ms
        self._spans.append(StateSpan(start_ms, None, state))

    def _settle(self, t_ms: int) -> list[StateSpan]:
        """Revises the labels, says what changed, and forgets what is final."""
        labels = settled_labels(self._spans, t_ms, self.settings)
        now = [StateSpan(s.start_ms, s.end_ms, state) for s, state in zip(self._spans, labels, strict=True)]
        changed = [span for span in now if self._said.get(span.start_ms) != span]
        self._said = {span.start_ms: span for span in now}
        self._settled = self._is_anchor(self._spans[-1], t_ms)
        self._forget(t_ms)
        return changed

    def _is_anchor(self, span: StateSpan, t_ms: int) -> bool:
        """Whether a raw stretch keeps its own state whatever comes, so that all before it is final."""
        running = span.state is MachineState.RUNNING
        least_ms = self.settings.least_running_ms if running else self.settings.least_other_ms
        return span.state is MachineState.NO_DATA or _length_ms(span, t_ms) >= least_ms

    def _forget(self, t_ms: int) -> None:
        anchor = next(
            (i for i in range(len(self._spans) - 1, 0, -1) if self._is_anchor(self._spans[i], t_ms)),
            max(0, len(self._spans) - LONGEST_TAIL),
        )
        for before, span in zip(self._spans[:anchor], self._spans[1 : anchor + 1], strict=True):
            if self._said[before.start_ms].state is not self._said[span.start_ms].state:
                self._first_since_ms = span.start_ms
        for span in self._spans[:anchor]:
            del self._said[span.start_ms]
        del self._spans[:anchor]


def detect_states(
    times_ms: npt.NDArray[np.int64], power_kw: npt.NDArray[np.float64], settings: StateSettings
) -> list[StateSpan]:
    """The states of a record, by the tracker's own decisions after all revisions, equal neighbours joined.

    `times_ms` int64[n] rising, `power_kw` float64[n] with NaN where a reading failed. The spans tile the time
    from the first reading to one poll after the last.
    """
    tracker = StateTracker(settings)
    by_start: dict[int, StateSpan] = {}
    for t_ms, power in zip(times_ms.tolist(), power_kw.tolist(), strict=True):
        for span in tracker.update(t_ms, power):
            by_start[span.start_ms] = span
    if not by_start:
        return []
    return merged_spans(list(by_start.values()), int(times_ms.max()) + settings.poll_ms)


def merged_spans(spans: Sequence[StateSpan], end_ms: int) -> list[StateSpan]:
    """Spans in order of time with equal neighbours joined; an open last one ends at `end_ms`."""
    merged: list[StateSpan] = []
    for span in sorted(spans, key=_start_of):
        closed = StateSpan(span.start_ms, end_ms if span.end_ms is None else span.end_ms, span.state)
        if merged and merged[-1].state is closed.state and merged[-1].end_ms == closed.start_ms:
            merged[-1] = StateSpan(merged[-1].start_ms, closed.end_ms, closed.state)
        else:
            merged.append(closed)
    return merged


def _start_of(span: StateSpan) -> int:
    return span.start_ms
