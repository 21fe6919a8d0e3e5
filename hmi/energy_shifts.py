"""What each subject used in each shift of the day: from the readings, for stored totals know no shifts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import time

from hmi.energy_uses import Use, counted_then
from hmi.plant import Plant
from hmi.plant_past import PlantPast
from hmi.store.database import Store
from hmi.store.local_days import Day
from hmi.store.readings import points
from hmi.store.totals import Span, span_totals
from solver.twin.state_sums import local_periods

MOST_SHIFT_DAYS = 31  # a year of readings would keep the reader from all else for half a minute


def shift_uses(
    store: Store, plant: Plant, days: Sequence[Day], to_ms: int, past: PlantPast
) -> dict[str, list[Use]]:
    """The uses by the time HH:MM at which a shift begins, of the days up to now; each of a day and a band."""
    found: dict[str, list[Use]] = {start: [] for start in sorted(plant.shifts)}
    known = points(store)
    for day in days:
        if day.from_ms >= to_ms:
            break
        parts = _parts(plant, Day(day.from_ms, min(day.to_ms, to_ms)), past(day))
        prices = past.prices(day)
        then = min(day.to_ms, to_ms) - 1
        for subject, point in counted_then(plant, past, known, then).items():
            totals = span_totals(store, point, day, [span for _, span in parts])
            for (shift, span), (kwh, covered_ms) in zip(parts, totals, strict=True):
                cost = kwh * prices.get(span.band, math.nan)
                lasts_ms = span.to_ms - span.from_ms
                found[shift].append(Use(subject, day.from_ms, span.band, kwh, cost, covered_ms, lasts_ms))
    return found


def _parts(plant: Plant, day: Day, bands: Sequence[Span]) -> list[tuple[str, Span]]:
    """A day cut where a shift or a band begins; the night's shift has its hours after midnight too."""
    begins = [time.fromisoformat(start) for start in plant.shifts]
    shifts = local_periods(day.from_ms, day.to_ms, plant.zone, begins)
    parts = []
    for shift in shifts:
        name = shift.name[-5:] if len(begins) > 1 else plant.shifts[0]
        for band in bands:
            from_ms, to_ms = max(shift.start_ms, band.from_ms), min(shift.end_ms, band.to_ms)
            if from_ms < to_ms:
                parts.append((name, Span(from_ms, to_ms, band.band)))
    return parts
