"""What comes next in a bare series of power."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.forecast import forecast_series

MINUTE = 60_000
QUARTER = 15 * MINUTE
DAY = 24 * 60 * MINUTE


def weekly(weeks: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Quarter-hours of a plant that works by day except on Sundays, with noise."""
    rng = np.random.default_rng(seed)
    steps = np.arange(weeks * 7 * 96)
    working = (steps % 96 > 28) & (steps % 96 < 80) & (steps // 96 % 7 != 6)
    power = np.where(working, 400.0, 30.0) * (1 + 0.05 * rng.standard_normal(len(steps)))
    return QUARTER * steps.astype(np.int64), power


def test_sunday_is_forecast_as_sundays_were() -> None:
    times, power = weekly(10)
    until = 9 * 7 * 96 + 6 * 96  # ends on a Saturday night
    said = forecast_series(times[:until], power[:until], DAY)
    assert len(said.power_kw) == 96
    assert said.times_ms[0] == times[until]
    assert np.all(said.power_kw < 60)


def test_a_short_record_falls_back_on_yesterday() -> None:
    times, power = weekly(1)
    said = forecast_series(times[: 2 * 96], power[: 2 * 96], DAY)
    assert said.power_kw == pytest.approx(power[96 : 2 * 96])


def test_an_hour_of_record_goes_on_as_it_ended() -> None:
    said = forecast_series(QUARTER * np.arange(4, dtype=np.int64), np.array([1.0, 2.0, 3.0, 5.0]), DAY)
    assert np.all(said.power_kw[:92] == 5.0)
    assert np.all(said.low_kw[:92] < 5.0)
    assert np.all(said.high_kw >= said.power_kw)


def test_missing_weeks_are_left_out_of_the_median() -> None:
    times, power = weekly(6)
    until = 5 * 7 * 96
    holes = power[:until].copy()
    holes[3 * 7 * 96 : 4 * 7 * 96] = math.nan
    said = forecast_series(times[:until], holes, DAY)
    assert said.power_kw == pytest.approx(power[until : until + 96], rel=0.25)


def test_a_horizon_beyond_a_week_never_asks_the_future() -> None:
    times, power = weekly(4)
    said = forecast_series(times, power, 10 * DAY)
    assert said.power_kw[7 * 96 :] == pytest.approx(said.power_kw[: 3 * 96], rel=0.3)


def test_what_is_said_does_not_look_ahead() -> None:
    times, power = weekly(12)
    until = 10 * 7 * 96
    poisoned = power.copy()
    poisoned[until:] = 1e9
    honest = forecast_series(times[:until], power[:until], DAY)
    told = forecast_series(times[:until], poisoned[:until], DAY)
    assert np.array_equal(honest.power_kw, told.power_kw)
    assert np.array_equal(honest.high_kw, told.high_kw)


def test_finer_readings_are_averaged_over_the_interval() -> None:
    times = MINUTE * np.arange(3 * 1440, dtype=np.int64)
    power = np.tile(np.arange(1440.0), 3)
    said = forecast_series(times, power, DAY, QUARTER)
    assert len(said.power_kw) == 96
    assert said.power_kw[0] == pytest.approx(7.0)


def test_a_record_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one reading"):
        forecast_series(np.zeros(0, dtype=np.int64), np.zeros(0), DAY)


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.floats(0, 1000) | st.just(math.nan), min_size=2, max_size=900),
    hours=st.integers(1, 72),
)
def test_bands_hold_the_forecast_and_never_go_below_zero(values: list[float], hours: int) -> None:
    times = 60 * MINUTE * np.arange(len(values), dtype=np.int64)
    said = forecast_series(times, np.array(values), hours * 60 * MINUTE)
    assert len(said.power_kw) == hours
    assert np.all(said.low_kw >= 0)
    assert np.all(said.low_kw <= said.power_kw)
    assert np.all(said.power_kw <= said.high_kw)


def test_a_steel_plant_s_next_day_is_met_as_well_as_by_the_median_of_8(shared: Path) -> None:
    with (shared / "data" / "steel_industry_2018.csv").open(encoding="utf-8-sig") as file:
        usage = np.array([float(row["Usage_kWh"]) for row in csv.DictReader(file)])
    times = QUARTER * np.arange(len(usage), dtype=np.int64)
    errors, inside = [], []
    for day in range(275, 365):
        until = day * 96
        said = forecast_series(times[:until], 4 * usage[:until], DAY)
        real = usage[until : until + 96]
        errors.append(np.abs(said.power_kw / 4 - real))
        inside.append((4 * real >= said.low_kw - 1e-9) & (4 * real <= said.high_kw + 1e-9))
    assert np.mean(errors) < 9.9
    assert 0.74 < np.mean(inside) < 0.86
