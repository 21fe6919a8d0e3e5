"""How long a machine was in each state, how often it came to it and left it: by day, shift or tariff band."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from solver.durations import MINUTE_MS
from solver.states import MachineState, StateSpan
from solver.twin.batches import Bands

DAY_ONLY = (time(0),)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time with a name: a day, a shift, a tariff band; names may come again."""

    name: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class StateSum:
    """A state's part in all periods of one name: `starts` entries into it there, `stops` ends of it."""

    period: str
    state: MachineState
    duration_ms: int
    starts: int
    stops: int


def state_sums(spans: Sequence[StateSpan], periods: Iterable[Period], now_ms: int) -> list[StateSum]:
    """Sums by name of period, in their order, then by state; an open span lasts until `now_ms`.

    The first span has no start and the last no stop that was seen; what a gap in the data ends or begins is
    neither.
    """
    sums: dict[tuple[str, MachineState], list[int]] = {}
    starts = {after.start_ms for before, after in itertools.pairwise(spans) if _is_change(before, after)}
    for period in periods:
        for span in spans:
            end_ms = now_ms if span.end_ms is None else span.end_ms
            inside_ms = min(end_ms, period.end_ms) - max(span.start_ms, period.start_ms)
            if inside_ms <= 0 and end_ms != period.start_ms:
                continue
            found = sums.setdefault((period.name, span.state), [0, 0, 0])
            found[0] += max(0, inside_ms)
            found[1] += span.start_ms in starts and period.start_ms <= span.start_ms < period.end_ms
            found[2] += end_ms in starts and period.start_ms <= end_ms < period.end_ms
    return [StateSum(name, state, *values) for (name, state), values in sums.items() if any(values)]


def _is_change(before: StateSpan, after: StateSpan) -> bool:
    return before.state is not after.state and MachineState.NO_DATA not in (before.state, after.state)


def local_periods(
    from_ms: int, to_ms: int, zone: ZoneInfo, begins: Sequence[time] = DAY_ONLY
) -> list[Period]:
    """The days of a time span, or its shifts that begin at these local times, cut to the span.

    A shift belongs to the day on which it begins: `2016-03-14 22:00`. Days of 23 and 25 hours are whole.
    """
    day = datetime.fromtimestamp(from_ms / 1000, UTC).astimezone(zone).date() - timedelta(days=1)
    edges: list[tuple[int, str]] = []
    while not edges or edges[-1][0] < to_ms:
        for begin in sorted(begins):
            start = datetime.combine(day, begin, zone)
            name = f"{day}" if len(begins) == 1 else f"{day} {begin:%H:%M}"
            edges.append((round(start.timestamp() * 1000), name))
        day += timedelta(days=1)
    return [
        Period(name, max(start, from_ms), min(end, to_ms))
        for (start, name), (end, _) in itertools.pairwise(edges)
        if end > from_ms and start < to_ms
    ]


def band_periods(bands: Bands) -> list[Period]:
    """The tariff bands' stretches, one after the other."""
    changes = np.flatnonzero(np.diff(bands.band)) + 1
    edges = [0, *changes.tolist(), len(bands.band)]
    return [
        Period(
            bands.names[int(bands.band[first])],
            bands.start_ms + first * MINUTE_MS,
            bands.start_ms + last * MINUTE_MS,
        )
        for first, last in itertools.pairwise(edges)
    ]
