"""Totals of a point by hour, local day and month, each by tariff band: what sums over years are made of.

Days and months of what is sealed are stored; what was touched since is summed from its readings when asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from hmi.store import history
from hmi.store.database import Store
from hmi.store.energy import LONGEST_BRIDGE_MS, counter_energy, power_energy
from hmi.store.local_days import UTC_DAY_MS, Day, local_day, local_days, local_month_ms
from hmi.store.packing import Columns
from hmi.store.readings import MEAN_CODE
from solver.durations import HOUR_MS

_MONTH_OF = itemgetter(1)
_COLUMNS = "readings, first, last, mean, least, most, energy_kwh, covered_ms"


class Span(NamedTuple):
    """A stretch of time in one band of the tariff; UTC ms."""

    from_ms: int
    to_ms: int
    band: str


Bands = Callable[[Day], Sequence[Span]]  # the spans of a local day, in order and without a gap


# Both are tuples, for a plant's year is tens of thousands of them and a dataclass takes five times as long.
class Total(NamedTuple):
    """What a point's readings with a value come to in a band; NaN where there is none, or no energy."""

    band: str
    readings: int
    first: float
    last: float
    mean: float  # of the readings
    least: float
    most: float
    energy_kwh: float
    covered_ms: float  # how much of the time the readings speak for


class PeriodTotal(NamedTuple):
    """A total of a point and of the local day or month that begins at `from_ms`."""

    point: str
    from_ms: int
    total: Total


class MonthEnergy(NamedTuple):
    """What a point used in one band of the local month from `month_ms` on; NaN where nothing counts."""

    point: str
    month_ms: int
    band: str
    energy_kwh: float
    covered_ms: float  # how much of the time the readings speak for


def totals_of(name: str, readings: Columns, spans: Sequence[Span]) -> list[Total]:
    """A total for every span; `readings` carry values and reach 15 min further on both sides."""
    return [_total_of(name, readings, span) for span in spans]


def by_band(totals: Iterable[Total]) -> list[Total]:
    """Totals in the order of their time made one for each band, by name."""
    found: dict[str, list[Total]] = {}
    for total in totals:
        found.setdefault(total.band, []).append(total)
    return [reduce(_together, found[band]) for band in sorted(found)]


def hours(store: Store, point: str, day: Day, bands: Bands) -> list[tuple[Span, Total]]:
    """The totals of a local day's hours, an hour in which the band changes in two; from the readings."""
    point_id = history.point_id(store, point)
    if point_id is None:
        return []
    spans = [hour for span in bands(day) for hour in _hours_of(span, day)]
    return list(zip(spans, totals_of(point, _readings(store, point_id, day), spans), strict=True))


def span_totals(store: Store, point: str, day: Day, spans: Sequence[Span]) -> list[tuple[float, float]]:
    """Energy in kWh (0 where unknown) and the covered ms of spans of a local day, from the readings."""
    point_id = history.point_id(store, point)
    if point_id is None:
        return [(0.0, 0.0)] * len(spans)
    totals = totals_of(point, _readings(store, point_id, day), spans)
    known = [(each.energy_kwh if math.isfinite(each.energy_kwh) else 0.0) for each in totals]
    return list(zip(known, (each.covered_ms for each in totals), strict=True))


def day_totals(
    store: Store, points: Sequence[str], from_ms: int, to_ms: int, zone: ZoneInfo, bands: Bands
) -> list[PeriodTotal]:
    """The totals of points in the local days that a stretch touches, by point, day and band."""
    found: list[PeriodTotal] = []
    with store.snapshot():
        for name, point_id in _ids(store, points):
            touched = touched_days(store, point_id, zone)
            for day in local_days(from_ms, to_ms, zone):
                totals = _day(store, name, point_id, day, bands, live=day in touched)
                found += [PeriodTotal(name, day.from_ms, total) for total in totals]
    return found


def month_totals(
    store: Store, points: Sequence[str], from_ms: int, to_ms: int, zone: ZoneInfo, bands: Bands
) -> list[PeriodTotal]:
    """The totals of points in the local months that begin from `from_ms` up to, not including, `to_ms`."""
    found: dict[str, list[PeriodTotal]] = {name: [] for name in sorted(points)}
    for name, month_ms, *row in _months(store, points, (from_ms, to_ms), zone, bands, _COLUMNS):
        found[name].append(PeriodTotal(name, month_ms, _total(row)))
    return [total for totals in found.values() for total in totals]


def month_energies(
    store: Store, points: Sequence[str], from_ms: int, to_ms: int, zone: ZoneInfo, bands: Bands
) -> list[MonthEnergy]:
    """The energy alone of what `month_totals` finds, by month, in half the time."""
    rows = _months(store, points, (from_ms, to_ms), zone, bands, "energy_kwh, covered_ms")
    return [
        MonthEnergy(name, month_ms, band, math.nan if kwh is None else kwh, covered_ms)
        for name, month_ms, band, kwh, covered_ms in rows
    ]


def _months(
    store: Store, points: Sequence[str], stretch: tuple[int, int], zone: ZoneInfo, bands: Bands, columns: str
) -> list[tuple[Any, ...]]:
    """Point, month, band and columns of the totals by month, those of a point and month together by band."""
    with store.snapshot():
        names = _names(store, points)
        live = _live_months(store, names, *stretch, zone)
        stored = _stored_months(store, names, columns, *stretch)
        found = [(names[row[0]], *row[1:]) for row in stored if (row[0], row[1]) not in live]
        columns_of = attrgetter(*columns.split(", "))
        for point_id, month_ms in live:
            name = names[point_id]
            totals = _month(store, name, point_id, month_ms, zone, bands)
            found += [(name, month_ms, total.band, *columns_of(total)) for total in totals]
    return sorted(found, key=_MONTH_OF) if live else found


def _names(store: Store, points: Sequence[str]) -> dict[int, str]:
    return {point_id: name for name, point_id in _ids(store, points)}


def _live_months(
    store: Store, names: Mapping[int, str], from_ms: int, to_ms: int, zone: ZoneInfo
) -> set[tuple[int, int]]:
    """The points and months whose stored totals may be behind their readings."""
    touched: list[tuple[Any, ...]] = store.rows("SELECT point_id, day FROM touched_days")
    months = {
        utc_day: {local_month_ms(day.from_ms, zone) for day in _days_of(utc_day, zone)}
        for utc_day in {row[1] for row in touched}
    }
    return {
        (point_id, month_ms)
        for point_id, utc_day in touched
        if point_id in names
        for month_ms in months[utc_day]
        if from_ms <= month_ms < to_ms
    }


def _stored_months(
    store: Store, names: Mapping[int, str], columns: str, from_ms: int, to_ms: int
) -> list[tuple[Any, ...]]:
    """Point, month, band and columns of the stored totals, in this order."""
    return store.rows(
        f"SELECT point_id, month_ms, band, {columns} FROM month_totals WHERE month_ms >= ? "
        "AND month_ms < ? AND point_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY month_ms, point_id, band",
        [from_ms, to_ms, str(list(names))],
    )


def renew_totals(store: Store, point_id: int, utc_day: int, zone: ZoneInfo, bands: Bands) -> None:
    """Stores the totals of what a touched UTC day has a part in; in the transaction that seals it."""
    ((name,),) = store.rows("SELECT name FROM points WHERE id = ?", [point_id])
    days = _days_of(utc_day, zone)
    for day in days:
        store_day(store, point_id, day, _summed(store, str(name), point_id, day, bands))
    for month_ms in {local_month_ms(day.from_ms, zone) for day in days}:
        renew_month(store, str(name), point_id, month_ms, zone)


def store_day(store: Store, point_id: int, day: Day, totals: Iterable[Total]) -> None:
    """Puts a day's totals, one for each span, in the place of those that are there; in a transaction."""
    store.rows("DELETE FROM day_totals WHERE from_ms = ? AND point_id = ?", [day.from_ms, point_id])
    _insert(store, "day_totals (from_ms, point_id", (day.from_ms, point_id), by_band(totals))


def renew_month(store: Store, name: str, point_id: int, month_ms: int, zone: ZoneInfo) -> None:
    """Stores a month's totals anew from those of its days; in a transaction."""
    totals = _month(store, name, point_id, month_ms, zone, None)
    store.rows("DELETE FROM month_totals WHERE month_ms = ? AND point_id = ?", [month_ms, point_id])
    _insert(store, "month_totals (month_ms, point_id", (month_ms, point_id), totals)


def touched_days(store: Store, point_id: int, zone: ZoneInfo) -> set[Day]:
    """The local days of a point whose stored totals may be behind its readings."""
    rows = store.rows("SELECT day FROM touched_days WHERE point_id = ?", [point_id])
    return {day for row in rows for day in _days_of(int(str(row[0])), zone)}


def _days_of(utc_day: int, zone: ZoneInfo) -> list[Day]:
    """The local days on which a reading of a UTC day has a part, also over midnight."""
    from_ms = utc_day * UTC_DAY_MS
    return local_days(from_ms - LONGEST_BRIDGE_MS, from_ms + UTC_DAY_MS + LONGEST_BRIDGE_MS, zone)


def _day(store: Store, name: str, point_id: int, day: Day, bands: Bands | None, *, live: bool) -> list[Total]:
    if live and bands is not None:
        found = _summed(store, name, point_id, day, bands)
        return [total for total in found if total.covered_ms or total.readings]
    return _stored(store, point_id, day)


def _summed(store: Store, name: str, point_id: int, day: Day, bands: Bands) -> list[Total]:
    """A day's totals from its readings; of a day that was thinned since, those that rest on all of them."""
    readings = _readings(store, point_id, day)
    found = by_band(totals_of(name, readings, bands(day)))
    if not _is_thinned(store, point_id, day, readings):
        return found
    stored = _stored(store, point_id, day)
    counted = [sum(total.readings for total in totals) for totals in (stored, found)]
    return stored if counted[0] > counted[1] else found


def _is_thinned(store: Store, point_id: int, day: Day, readings: Columns) -> bool:
    if (readings.between(*day).reason == MEAN_CODE).any():
        return True
    ((until_ms,),) = store.rows("SELECT totals_until_ms FROM points WHERE id = ?", [point_id])
    return day.to_ms <= int(str(until_ms))


def _stored(store: Store, point_id: int, day: Day) -> list[Total]:
    rows = store.rows(
        f"SELECT band, {_COLUMNS} FROM day_totals WHERE from_ms = ? AND point_id = ? ORDER BY band",
        [day.from_ms, point_id],
    )
    return [_total(row) for row in rows]


def _month(
    store: Store, name: str, point_id: int, month_ms: int, zone: ZoneInfo, bands: Bands | None
) -> list[Total]:
    """From the month's days; with `bands` the touched ones from their readings."""
    touched = touched_days(store, point_id, zone) if bands is not None else set[Day]()
    totals: list[Total] = []
    day = local_day(month_ms, zone)
    while local_month_ms(day.from_ms, zone) == month_ms:
        totals += _day(store, name, point_id, day, bands, live=day in touched)
        day = local_day(day.to_ms, zone)
    return by_band(totals)


def _readings(store: Store, point_id: int, day: Day) -> Columns:
    """A day's readings with a value, and those near enough on both sides to speak for its edges."""
    from_ms, to_ms = day.from_ms - LONGEST_BRIDGE_MS, day.to_ms + LONGEST_BRIDGE_MS
    return history.history(store, point_id, from_ms, to_ms + 1).with_value()


def _total_of(name: str, readings: Columns, span: Span) -> Total:
    first, end = (int(place) for place in np.searchsorted(readings.t_ms, (span.from_ms, span.to_ms)))
    energy_kwh, coverage = _energy(name, readings.part(slice(max(0, first - 1), end + 1)), span)
    covered_ms = coverage * (span.to_ms - span.from_ms)
    value = readings.value[first:end]
    nan = math.nan
    if not len(value):
        return Total(span.band, 0, nan, nan, nan, nan, nan, energy_kwh, covered_ms)
    edges = float(value[0]), float(value[-1])
    return Total(
        span.band,
        len(value),
        *edges,
        float(value.mean()),
        float(value.min()),
        float(value.max()),
        energy_kwh,
        covered_ms,
    )


def _energy(name: str, near: Columns, span: Span) -> tuple[float, float]:
    if name.endswith(".energy_kwh"):
        return counter_energy(near.t_ms, near.value, span.from_ms, span.to_ms)
    kwh, coverage = power_energy(near.t_ms, near.value, span.from_ms, span.to_ms)
    return (kwh if name.endswith(".power_kw") else math.nan), coverage


def _together(one: Total, later: Total) -> Total:
    energy_kwh, covered_ms = one.energy_kwh + later.energy_kwh, one.covered_ms + later.covered_ms
    if not one.readings or not later.readings:
        filled = later if later.readings else one
        return filled._replace(energy_kwh=energy_kwh, covered_ms=covered_ms)
    readings = one.readings + later.readings
    return Total(
        one.band,
        readings,
        one.first,
        later.last,
        (one.mean * one.readings + later.mean * later.readings) / readings,
        min(one.least, later.least),
        max(one.most, later.most),
        energy_kwh,
        covered_ms,
    )


def _hours_of(span: Span, day: Day) -> list[Span]:
    """A span cut at the full hours since midnight."""
    first = (span.from_ms - day.from_ms) // HOUR_MS + 1
    edges = [span.from_ms, *range(day.from_ms + first * HOUR_MS, span.to_ms, HOUR_MS), span.to_ms]
    return [Span(a, b, span.band) for a, b in pairwise(edges) if a < b]


def _ids(store: Store, points: Sequence[str]) -> list[tuple[str, int]]:
    known = {row[0]: row[1] for row in store.rows("SELECT name, id FROM points")}
    return [(name, int(str(known[name]))) for name in points if name in known]


def _insert(store: Store, into: str, key: tuple[int, int], totals: Sequence[Total]) -> None:
    for total in totals:
        if total.readings or total.covered_ms:
            numbers = [
                total.readings,
                total.first,
                total.last,
                total.mean,
                total.least,
                total.most,
                total.energy_kwh,
                total.covered_ms,
            ]  # SQLite keeps NaN as NULL
            store.rows(
                f"INSERT INTO {into}, band, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*key, total.band, *numbers],
            )


def _total(row: Sequence[Any]) -> Total:
    if None in row:
        row = [math.nan if each is None else each for each in row]
    return Total._make(row)
