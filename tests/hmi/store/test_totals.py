"""Totals by hour, day, month and band: always what the readings come to, however those came."""

from __future__ import annotations

import math
from contextlib import closing
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.reading import Quality, Reading
from hmi.day_bands import DayBands
from hmi.store.database import Store, open_store
from hmi.store.local_days import Day, local_day, local_days, local_month_ms
from hmi.store.readings import energy_between, insert_readings, series
from hmi.store.sealing import seal_some
from hmi.store.totals import PeriodTotal, Span, day_totals, hours, month_energies, month_totals
from hmi.tariffs import load_calendar
from solver.durations import DAY_MS, HOUR_MS, MINUTE_MS

POWER, COUNTER, VOLTAGE = "mill_25.power_kw", "mill_25.energy_kwh", "mill_25.voltage_v"
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
T0 = 1_459_353_600_000  # 2016-03-30T16:00Z, midnight in Shanghai, two days before April
FOREVER = 1 << 52


def halves(day: Day) -> list[Span]:
    """Night, day, night: as a tariff cuts a day."""
    edges = [day.from_ms, day.from_ms + 7 * HOUR_MS + 30 * MINUTE_MS, day.to_ms - 3 * HOUR_MS, day.to_ms]
    return [Span(a, b, band) for (a, b), band in zip(pairwise(edges), ("night", "day", "night"), strict=True)]


def seal_all(store: Store, now_ms: int = FOREVER, zone: ZoneInfo = SHANGHAI) -> None:
    while seal_some(store, zone, halves, now_ms, most=10):
        pass


def test_a_days_totals_are_those_of_its_bands(store: Store) -> None:
    insert_readings(store, [Reading(POWER, T0 + m * 10 * MINUTE_MS, 60.0) for m in range(-2, 150)])
    insert_readings(store, [Reading(POWER, T0 + 5 * MINUTE_MS, 20.0, Quality.UNCERTAIN)])
    seal_all(store)
    day, night = day_totals(store, [POWER], T0, T0 + 1, SHANGHAI, halves)
    assert (day.point, day.from_ms, day.total.band) == (POWER, T0, "day")
    assert day.total.energy_kwh == pytest.approx(60 * 13.5)
    assert day.total.covered_ms == 13.5 * HOUR_MS
    assert (night.total.least, night.total.most, night.total.first, night.total.last) == (20, 60, 60, 60)
    assert night.total.readings == 45 + 18 + 1
    assert night.total.energy_kwh == pytest.approx(60 * 10.5 - 20 * 10 / 60)


def test_an_hour_in_which_the_band_changes_has_two_totals(store: Store) -> None:
    insert_readings(store, [Reading(COUNTER, T0 + m * MINUTE_MS, m / 2) for m in range(1441)])
    found = hours(store, COUNTER, local_day(T0, SHANGHAI), halves)
    assert [(span.to_ms - span.from_ms) // MINUTE_MS for span, _ in found] == [60] * 7 + [30, 30] + [60] * 16
    assert sum(total.energy_kwh for _, total in found) == pytest.approx(720)
    assert {total.energy_kwh for span, total in found if span.band == "day"} == {15.0, 30.0}
    assert hours(store, "nothing.power_kw", local_day(T0, SHANGHAI), halves) == []


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours() -> None:
    for t_ms, length in ((1_774_738_800_000, 23), (1_792_879_200_000, 25)):  # in Berlin in 2026
        day = local_day(t_ms, BERLIN)
        assert (day.from_ms, day.to_ms - day.from_ms) == (t_ms, length * HOUR_MS)


def test_a_quantity_that_is_no_energy_has_none(store: Store) -> None:
    insert_readings(store, [Reading(VOLTAGE, T0 + m * MINUTE_MS, 400.0) for m in range(100)])
    seal_all(store)
    (total,) = day_totals(store, [VOLTAGE], T0, T0 + 1, SHANGHAI, halves)
    assert math.isnan(total.total.energy_kwh)
    assert (total.total.mean, total.total.covered_ms) == (400.0, 99 * MINUTE_MS)


def test_a_month_is_current_before_its_days_are_sealed_and_after(store: Store) -> None:
    readings = [Reading(COUNTER, T0 + m * 10 * MINUTE_MS, float(m)) for m in range(3 * 144 + 1)]
    insert_readings(store, readings[:200])
    march_ms, april_ms = 1_456_761_600_000, 1_459_440_000_000
    assert _kwh(store) == {
        (march_ms, "day"): 81,
        (march_ms, "night"): 63,
        (april_ms, "day"): 10,
        (april_ms, "night"): 45,
    }
    seal_all(store, now_ms=T0 + DAY_MS + 2 * HOUR_MS)
    insert_readings(store, readings[200:])
    half = _kwh(store)
    seal_all(store)
    assert _kwh(store) == half
    assert sum(half.values()) == pytest.approx(3 * 144)
    assert {month_ms for month_ms, _ in half} == {march_ms, april_ms}


def _kwh(store: Store) -> dict[tuple[int, str], float]:
    found = month_totals(store, [COUNTER], 0, FOREVER, SHANGHAI, halves)
    return {(each.from_ms, each.total.band): round(each.total.energy_kwh, 6) for each in found}


def test_the_shipped_tariff_cuts_every_day_of_a_year_without_a_gap() -> None:
    bands = DayBands(load_calendar("guangdong-large-industry-2016"), SHANGHAI)
    for day in local_days(T0, T0 + 365 * DAY_MS, SHANGHAI):
        spans = bands(day)
        assert [spans[0].from_ms, spans[-1].to_ms] == list(day)
        assert all(a.to_ms == b.from_ms and a.band != b.band for a, b in pairwise(spans))


MINUTES = st.lists(st.tuples(st.integers(-300, 700), st.booleans()), max_size=40)  # of ten minutes each


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(MINUTES, st.integers(-3, 7)), min_size=1, max_size=4))
def test_totals_are_what_the_readings_come_to_however_late_they_came(
    tmp_path_factory: pytest.TempPathFactory,
    empty_database: bytes,
    rounds: list[tuple[list[tuple[int, bool]], int]],
) -> None:
    path = tmp_path_factory.mktemp("totals") / "t.db"
    path.write_bytes(empty_database)
    with closing(open_store(path)) as store:
        for given_minutes, now_days in rounds:
            readings = [
                Reading(COUNTER, T0 + m * 10 * MINUTE_MS, m / 10, Quality.BAD if bad else Quality.GOOD)
                for m, bad in given_minutes
            ]
            insert_readings(store, readings)
            seal_all(store, now_ms=T0 + now_days * DAY_MS)
            for stored in day_totals(store, [COUNTER], T0 - 3 * DAY_MS, T0 + 6 * DAY_MS, SHANGHAI, halves):
                _is_right(store, stored)
            _months_are_their_days(store)


def _is_right(store: Store, stored: PeriodTotal) -> None:
    spans = [span for span in halves(local_day(stored.from_ms, SHANGHAI)) if span.band == stored.total.band]
    energies = [energy_between(store, COUNTER, span.from_ms, span.to_ms) for span in spans]
    assert stored.total.energy_kwh == pytest.approx(sum(energy.kwh for energy in energies))
    covered_ms = sum(e.coverage * (s.to_ms - s.from_ms) for e, s in zip(energies, spans, strict=True))
    assert stored.total.covered_ms == pytest.approx(covered_ms)
    parts = [series(store, COUNTER, s.from_ms, s.to_ms, longest_gap_ms=FOREVER).value for s in spans]
    value = np.concatenate(parts)
    value = value[~np.isnan(value)]
    assert stored.total.readings == len(value)
    if len(value):
        assert (stored.total.first, stored.total.last) == (value[0], value[-1])
        assert (stored.total.least, stored.total.most) == (value.min(), value.max())
        assert stored.total.mean == pytest.approx(value.mean())


def _months_are_their_days(store: Store) -> None:
    days = day_totals(store, [COUNTER], T0 - 5 * DAY_MS, T0 + 8 * DAY_MS, SHANGHAI, halves)
    kwh: dict[tuple[int, str], float] = {}
    for day in days:
        key = (local_month_ms(day.from_ms, SHANGHAI), day.total.band)
        kwh[key] = kwh.get(key, 0.0) + day.total.energy_kwh
    months = month_totals(store, [COUNTER], 0, FOREVER, SHANGHAI, halves)
    assert {(m.from_ms, m.total.band): m.total.energy_kwh for m in months} == pytest.approx(kwh)
    energies = month_energies(store, [COUNTER], 0, FOREVER, SHANGHAI, halves)
    assert [(e.point, e.month_ms, e.band, e.energy_kwh, e.covered_ms) for e in energies] == [
        (m.point, m.from_ms, m.total.band, m.total.energy_kwh, m.total.covered_ms) for m in months
    ]
