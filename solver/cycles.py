"""Batches as the meter sees them: a pause is not an end, and what is not a batch is not one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from solver.durations import MINUTE_MS
from solver.energy import EnergyTotal
from solver.states import MachineState, StateSpan


class CycleEnd(StrEnum):
    """Why a cycle was taken to be over."""

    ENERGY = "energy"  # it stopped after nearly all the energy that such a batch takes
    DISCHARGED = "discharged"  # the plant said so
    LONG_STOP = "long_stop"  # it stood longer than any pause
    UNSEEN = "unseen"  # no reading for longer than any pause
    RECORD_END = "record_end"  # the record ends while it is under way
    NEXT_CYCLE = "next_cycle"  # the energy says that another one began after this stop


@dataclass(frozen=True, slots=True)
class CycleSettings:
    """When a stop is an end."""

    nearly_all: float = 0.8  # share of the expected energy
    broken_off: float = 0.5  # a batch that was taken out with less than this share is not complete
    least_stop_ms: int = 20 * MINUTE_MS  # a shorter stop neither ends nor begins a cycle
    longest_pause_ms: int = 8 * 60 * MINUTE_MS
    least_running_ms: int = 20 * MINUTE_MS  # less was not a batch


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of running without a stop; energies are totals since the first reading, kWh."""

    start_ms: int
    end_ms: int
    start_kwh: float
    end_kwh: float


@dataclass(frozen=True, slots=True)
class Cycle:
    """A batch: from its first running to its last; `complete` when both ends were seen."""

    start_ms: int
    end_ms: int
    running_min: float
    paused_min: float
    unseen_min: float
    energy_kwh: float
    complete: bool
    ended_by: CycleEnd


@dataclass(frozen=True, slots=True)
class CycleNow:
    """The batch under way, with what it has used so far."""

    start_ms: int
    running_min: float
    paused_min: float
    energy_kwh: float
    paused: bool
    start_seen: bool
    unseen_min: float = 0.0


@dataclass(slots=True)
class CycleTracker:
    """Follows one machine's batches from its states; the caller adds each reading to `energy` first."""

    energy: EnergyTotal
    settings: CycleSettings = CycleSettings()
    _runs: list[Run] = field(default_factory=list)  # stretches of the cycle under way that ended
    _running_since_ms: int | None = None
    _unseen_ms: int = 0  # in the whole cycle
    _unseen_stop_ms: int = 0  # since the last running
    _unseen_since_ms: int | None = None
    _start_seen: bool = False
    _idle_seen: bool = False  # a known stop came before what runs now
    _now_ms: int = 0
    _ended: Cycle | None = None  # by its energy; what runs next may be the rest of it
    _rest: Cycle | None = None  # what was taken for that rest so far

    @property
    def now(self) -> CycleNow | None:
        """The batch under way, None between batches."""
        if not self._runs and self._running_since_ms is None:
            return None
        runs = self._runs_until(self._now_ms)
        running_ms = _running_ms(runs)
        unseen_ms = self._unseen_ms
        if self._unseen_since_ms is not None:
            unseen_ms += self._now_ms - self._unseen_since_ms
        return CycleNow(
            start_ms=runs[0].start_ms,
            running_min=running_ms / MINUTE_MS,
            paused_min=max(0, self._now_ms - runs[0].start_ms - running_ms - unseen_ms) / MINUTE_MS,
            energy_kwh=self.energy.at(self._now_ms) - runs[0].start_kwh,
            paused=self._running_since_ms is None,
            start_seen=self._start_seen,
            unseen_min=unseen_ms / MINUTE_MS,
        )

    def update(
        self, t_ms: int, state: MachineState, since_ms: int, expected_kwh: float = math.nan
    ) -> list[Cycle]:
        """Takes the state at a time and since when it lasts; returns the cycles that are over now.

        A cycle that was returned before comes again, longer or as it was, where what ran after it says so;
        one of the same start replaces the earlier. `expected_kwh` is what a whole batch takes (the twin's
        median); NaN: then only a long stop is an end.
        """
        self._now_ms = t_ms
        if state is MachineState.NO_DATA:
            return self._lose_sight(since_ms, t_ms, expected_kwh)
        self._see_again(since_ms)
        if state is MachineState.RUNNING:
            return self._run(since_ms, expected_kwh)
        self._idle_seen = True
        self._stop(since_ms)
        return self._judge_stop(t_ms, expected_kwh)

    def note_discharged(self, t_ms: int, expected_kwh: float = math.nan) -> list[Cycle]:
        """The plant says that the machine holds no batch any more: what stands is over."""
        self._now_ms = max(t_ms, self._now_ms)
        self.note_ended(None)
        if not self._runs or self._running_since_ms is not None:
            return []
        return self._close(CycleEnd.DISCHARGED, expected_kwh)

    def note_ended(self, cycle: Cycle | None) -> None:
        """The last batch before what comes now; None: nothing that comes can belong to it."""
        self._ended = cycle if cycle is not None and cycle.ended_by is CycleEnd.ENERGY else None
        self._rest = None

    def finish(self, t_ms: int, expected_kwh: float = math.nan) -> list[Cycle]:
        """Ends the record: what is under way is returned as it stands."""
        self._now_ms = t_ms
        if self._running_since_ms is None:
            regrouped = self._regrouped(expected_kwh) if self._runs else []
            nearly = self._nearly_all(expected_kwh)
            return regrouped or self._close(CycleEnd.ENERGY if nearly else CycleEnd.RECORD_END, expected_kwh)
        self._stop(t_ms)
        return self._close(CycleEnd.RECORD_END, expected_kwh)

    def _run(self, since_ms: int, expected_kwh: float) -> list[Cycle]:
        if self._running_since_ms is not None:
            return []
        over: list[Cycle] = []
        if self._runs and since_ms <= self._runs[-1].end_ms:  # the stop was none after all
            self._running_since_ms = self._runs.pop().start_ms
            self._unseen_stop_ms = 0
            return []
        if self._runs:
            over = self._judge_stop(since_ms, expected_kwh)
        if self._runs and self._is_bump() and self._stood_ms(since_ms) >= self.settings.least_stop_ms:
            self._clear()
        if not self._runs:
            self._start_seen = self._idle_seen
            last = self._rest or self._ended
            if last is not None and since_ms - last.end_ms > self.settings.longest_pause_ms:
                self.note_ended(None)
        self._running_since_ms = since_ms
        self._unseen_stop_ms = 0
        return over

    def _stop(self, since_ms: int) -> None:
        if self._running_since_ms is not None:
            self._runs = self._runs_until(max(since_ms, self._running_since_ms))
            self._running_since_ms = None

    def _judge_stop(self, t_ms: int, expected_kwh: float) -> list[Cycle]:
        if not self._runs:
            return []
        stood_ms = self._stood_ms(t_ms)
        if stood_ms >= self.settings.least_stop_ms:
            if regrouped := self._regrouped(expected_kwh):
                return regrouped
            if self._nearly_all(expected_kwh):
                return self._close(CycleEnd.ENERGY, expected_kwh)
        if stood_ms > self.settings.longest_pause_ms:
            return self._close(CycleEnd.LONG_STOP, expected_kwh)
        return []

    def _regrouped(self, expected_kwh: float) -> list[Cycle]:
        """What ran last as the rest of the batch before it, or what was taken for that as its own beginning.

        Whichever makes the batches more like what they usually take; empty where neither does.
        """
        before, rest = self._ended, self._rest
        if before is None or not expected_kwh > 0 or self._is_bump():
            return []
        seen = self._start_seen and self._unseen_ms < self.settings.least_stop_ms
        newest = _cycle(self._runs, self._unseen_ms, seen, CycleEnd.ENERGY)
        whole = before if rest is None else _joined(before, rest)
        if rest is not None:
            own = _joined(rest, newest)
            apart = _off(expected_kwh, before, own) < _off(expected_kwh, whole, newest)
            if apart and own.energy_kwh >= self.settings.nearly_all * expected_kwh:
                self._clear()
                self.note_ended(own)
                return [before, own]
        longer = _joined(whole, newest)
        if _off(expected_kwh, longer) >= _off(expected_kwh, whole):
            return []
        self._clear()
        self._rest = newest if rest is None else _joined(rest, newest)
        return [longer]

    def _lose_sight(self, since_ms: int, t_ms: int, expected_kwh: float) -> list[Cycle]:
        self._idle_seen = False
        if not self._runs and self._running_since_ms is None:
            if t_ms - since_ms >= self.settings.least_stop_ms:
                self.note_ended(None)
            return []
        if self._unseen_since_ms is None:
            self._unseen_since_ms = since_ms
            self._stop(since_ms)
        if t_ms - since_ms > self.settings.longest_pause_ms:
            self._unseen_since_ms = None
            return self._close(CycleEnd.UNSEEN, expected_kwh)
        return []

    def _see_again(self, since_ms: int) -> None:
        if self._unseen_since_ms is not None:
            unseen_ms = max(0, since_ms - self._unseen_since_ms)
            self._unseen_ms += unseen_ms
            self._unseen_stop_ms += unseen_ms
            self._unseen_since_ms = None

    def _stood_ms(self, t_ms: int) -> int:
        """How long the machine was seen standing since it last ran."""
        return t_ms - self._runs[-1].end_ms - self._unseen_stop_ms

    def _nearly_all(self, expected_kwh: float) -> bool:
        used_kwh = self._runs[-1].end_kwh - self._runs[0].start_kwh if self._runs else 0.0
        return math.isfinite(expected_kwh) and used_kwh >= self.settings.nearly_all * expected_kwh

    def _is_bump(self) -> bool:
        return _running_ms(self._runs) < self.settings.least_running_ms

    def _runs_until(self, t_ms: int) -> list[Run]:
        if self._running_since_ms is None:
            return list(self._runs)
        since_ms = self._running_since_ms
        last = Run(since_ms, t_ms, self.energy.at(since_ms), self.energy.at(t_ms))
        return [*self._runs, last]

    def _close(self, end: CycleEnd, expected_kwh: float) -> list[Cycle]:
        runs, unseen_ms, start_seen = self._runs, self._unseen_ms, self._start_seen
        bump = self._is_bump()
        self._clear()
        if bump:
            return []
        over = self._over(runs, unseen_ms, start_seen, end, expected_kwh)
        self.note_ended(over[-1])
        return over

    def _over(
        self, runs: Sequence[Run], unseen_ms: int, start_seen: bool, end: CycleEnd, expected_kwh: float
    ) -> list[Cycle]:
        """The cycle that these runs were; two where the first was not seen as a whole."""
        whole_end = end is CycleEnd.ENERGY or (
            end is CycleEnd.DISCHARGED and not self._broken_off(runs, expected_kwh)
        )
        doubtful = not start_seen or unseen_ms >= self.settings.least_stop_ms
        cut = _cut_of_whole(runs, expected_kwh, self.settings.nearly_all) if doubtful else 0
        if cut == 0:
            return [_cycle(runs, unseen_ms, start_seen and whole_end, end)]
        first = _cycle(runs[:cut], unseen_ms, False, CycleEnd.NEXT_CYCLE)
        return [first, _cycle(runs[cut:], unseen_ms, whole_end and unseen_ms == 0, end)]

    def _broken_off(self, runs: Sequence[Run], expected_kwh: float) -> bool:
        used_kwh = runs[-1].end_kwh - runs[0].start_kwh
        return math.isfinite(expected_kwh) and used_kwh < self.settings.broken_off * expected_kwh

    def _clear(self) -> None:
        self._runs = []
        self._unseen_ms = 0
        self._unseen_stop_ms = 0


def _running_ms(runs: Sequence[Run]) -> int:
    return sum(run.end_ms - run.start_ms for run in runs)


def _cut_of_whole(runs: Sequence[Run], expected_kwh: float, nearly_all: float) -> int:
    """Which run begins a second batch in a cycle that was not seen as a whole; 0 where none does.

    A first part of unknown size never reaches its energy, so the next batch is taken for its continuation.
    """
    if not math.isfinite(expected_kwh) or expected_kwh <= 0:
        return 0
    used_kwh = runs[-1].end_kwh - runs[0].start_kwh
    if used_kwh <= expected_kwh / nearly_all:
        return 0
    shares = [(runs[-1].end_kwh - run.start_kwh) / expected_kwh for run in runs[1:]]
    whole = [(abs(math.log(share)), i + 1) for i, share in enumerate(shares) if share >= nearly_all]
    return min(whole)[1] if whole else 0


def _cycle(runs: Sequence[Run], unseen_ms: int, complete: bool, end: CycleEnd) -> Cycle:
    running_ms = _running_ms(runs)
    length_ms = runs[-1].end_ms - runs[0].start_ms
    unseen_ms = min(unseen_ms, length_ms - running_ms)
    return Cycle(
        start_ms=runs[0].start_ms,
        end_ms=runs[-1].end_ms,
        running_min=running_ms / MINUTE_MS,
        paused_min=(length_ms - running_ms - unseen_ms) / MINUTE_MS,
        unseen_min=unseen_ms / MINUTE_MS,
        energy_kwh=runs[-1].end_kwh - runs[0].start_kwh,
        complete=complete,
        ended_by=end,
    )


def _joined(first: Cycle, second: Cycle) -> Cycle:
    """A batch with its rest; the stop between them was a pause."""
    return Cycle(
        start_ms=first.start_ms,
        end_ms=second.end_ms,
        running_min=first.running_min + second.running_min,
        paused_min=first.paused_min + second.paused_min + (second.start_ms - first.end_ms) / MINUTE_MS,
        unseen_min=first.unseen_min + second.unseen_min,
        energy_kwh=first.energy_kwh + second.energy_kwh,
        complete=first.complete and second.complete,
        ended_by=second.ended_by,
    )


def _off(expected_kwh: float, *cycles: Cycle) -> float:
    """How far batches are from what such batches take, as a sum of logarithms."""
    return sum(abs(math.log(max(cycle.energy_kwh, 1e-9) / expected_kwh)) for cycle in cycles)


def detect_cycles(
    spans: Sequence[StateSpan],
    energy: EnergyTotal,
    expected_kwh: float = math.nan,
    settings: CycleSettings | None = None,
) -> list[Cycle]:
    """The cycles of a record from its closed spans and its energy, by the tracker's own decisions."""
    tracker = CycleTracker(energy, settings or CycleSettings())
    cycles: dict[int, Cycle] = {}
    end_ms = 0
    for span in spans:
        end_ms = span.start_ms if span.end_ms is None else span.end_ms
        for t_ms in (span.start_ms, end_ms):
            over = tracker.update(t_ms, span.state, span.start_ms, expected_kwh)
            cycles |= {cycle.start_ms: cycle for cycle in over}
    cycles |= {cycle.start_ms: cycle for cycle in tracker.finish(end_ms, expected_kwh)}
    return list(cycles.values())
