"""What each subject used in each shift, and by each team: from the readings, for totals know no shifts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from hmi.energy_uses import Use, carbon_then, counted_then
from hmi.plant import Plant
from hmi.plant_past import PlantPast
from hmi.store.database import Store
from hmi.store.local_days import Day
from hmi.store.readings import points
from hmi.store.totals import Span, span_totals
from solver.twin.state_sums import local_periods

MOST_SHIFT_DAYS = 31  # a year of readings would keep the reader from all else for half a minute
NO_ROSTER = ""  # the team of a shift that nobody works, or of which no roster says who does


class ShiftUses(NamedTuple):
    """The uses by the time HH:MM at which a shift begins, and the same by the team that worked it."""

    by_shift: Mapping[str, Sequence[Use]]
    by_team: Mapping[str, Sequence[Use]]


class _Part(NamedTuple):
    shift: str
    team: str
    span: Span


def shift_uses(store: Store, plant: Plant, days: Sequence[Day], to_ms: int, past: PlantPast) -> ShiftUses:
    """The uses in shifts of the days up to now; each of a day and a band."""
    by_shift: dict[str, list[Use]] = {start: [] for start in sorted(plant.shifts)}
    by_team: dict[str, list[Use]] = {}
    known = points(store)
    for day in days:
        if day.from_ms >= to_ms:
            break
        parts = _parts(plant, Day(day.from_ms, min(day.to_ms, to_ms)), past)
        prices, factor = past.prices(day), carbon_then(plant, day.from_ms)
        then = min(day.to_ms, to_ms) - 1
        for subject, point in counted_then(plant, past, known, then).items():
            totals = span_totals(store, point, day, [part.span for part in parts])
            for (shift, team, span), (kwh, covered_ms) in zip(parts, totals, strict=True):
                cost, lasts_ms = kwh * prices.get(span.band, math.nan), span.to_ms - span.from_ms
                use = Use(subject, day.from_ms, span.band, kwh, cost, covered_ms, lasts_ms, kwh * factor)
                by_shift[shift].append(use)
                by_team.setdefault(team, []).append(use)
    return ShiftUses(by_shift, by_team)


def _parts(plant: Plant, day: Day, past: PlantPast) -> list[_Part]:
    """A day cut where a shift or a band begins; the night's shift has its hours after midnight too."""
    starts = sorted(plant.shifts)
    parts = []
    for shift in local_periods(day.from_ms, day.to_ms, plant.zone, [*map(time.fromisoformat, starts)]):
        on, _, start = shift.name.partition(" ")
        place = starts.index(start) if start else 0
        team = _team(plant, past.at(shift.start_ms).plant, date.fromisoformat(on), place)
        for band in past(day):
            from_ms, to_ms = max(shift.start_ms, band.from_ms), min(shift.end_ms, band.to_ms)
            if from_ms < to_ms:
                parts.append(_Part(starts[place], team, Span(from_ms, to_ms, band.band)))
    return parts


def _team(plant: Plant, then: Plant, on: date, place: int) -> str:
    """By the roster that held then; before there was one, by today's, if that reaches back so far."""
    held = plant if then.teams is None else then
    if held.teams is None or sorted(held.shifts) != sorted(plant.shifts):
        return NO_ROSTER
    return held.teams.team(on, place)
