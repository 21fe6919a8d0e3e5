"""The same days a year before: of each subject, period by period, beside what it used now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hmi.energy_uses import Use, periods_of, uses_of_periods
from hmi.plant import Plant
from hmi.plant_past import PlantPast
from hmi.store.database import Store
from hmi.store.local_days import Day, day_of, local_date

LEAST_COMPARED = 0.95  # of the time was read, in both years: what rests on less is set beside nothing


@dataclass(frozen=True, slots=True)
class YearPair:
    """A period and the same dates a year before, each with its uses; both are over."""

    now: Day
    before: Day
    uses: tuple[Use, ...]
    uses_before: tuple[Use, ...]


def load_year(
    store: Store, plant: Plant, days: Sequence[Day], now_ms: int, past: PlantPast
) -> tuple[YearPair, ...]:
    """Each period of the whole days that are over, in pairs; nothing where none of them is."""
    over = [day for day in days if day.to_ms <= now_ms]
    if not over:
        return ()
    pairs = [(each, year_before(each, plant.zone)) for each in periods_of(over, plant.zone)]
    now = _by_period(store, plant, [each for each, _ in pairs], past)
    before = _by_period(store, plant, [each for _, each in pairs], past)
    return tuple(
        YearPair(each, earlier, tuple(now.get(each, ())), tuple(before.get(earlier, ())))
        for each, earlier in pairs
    )


def year_before(period: Day, zone: ZoneInfo) -> Day:
    """The same dates a year before; what begins or ends on 29 February does without it, alone it is empty."""
    first, last = (local_date(t_ms, zone) for t_ms in (period.from_ms, period.to_ms - 1))
    from_ms = _midnight_before(first, zone)
    return Day(from_ms, max(from_ms, _midnight_before(last + timedelta(days=1), zone)))


def _midnight_before(day: date, zone: ZoneInfo) -> int:
    """When this date began a year before; 29 February there is where March begins."""
    is_leap_day = (day.month, day.day) == (2, 29)
    earlier = date(day.year - 1, 3, 1) if is_leap_day else day.replace(year=day.year - 1)
    return day_of(earlier, zone).from_ms


def _by_period(store: Store, plant: Plant, periods: Sequence[Day], past: PlantPast) -> dict[Day, list[Use]]:
    found: dict[int, list[Use]] = {period.from_ms: [] for period in periods}
    asked = [period for period in periods if period.from_ms < period.to_ms]
    if asked:
        first_ms, to_ms = asked[0].from_ms, asked[-1].to_ms
        plants = [plant, *(held.plant for held in past.between(first_ms, to_ms))]
        for use in uses_of_periods(store, plants, asked, to_ms, past):
            found[use.period_ms].append(use)
    return {period: found[period.from_ms] if period in asked else [] for period in periods}
