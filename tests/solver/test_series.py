"""What comes next in a bare series of power."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.series import back_test, forecast_series
from solver.twin import analogs_reference
from solver.twin.analogs import SHARES
from solver.twin.analogs_kernel import sorted_quantiles, weighted_quantiles
from tests.bench.twin_forecast import covered
from tests.bench.twin_series import KINDS

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
    assert said.power_kw == pytest.approx(power[96 : 2 * 96], rel=0.25)


def test_an_hour_of_record_goes_on_as_it_ended() -> None:
    said = forecast_series(QUARTER * np.arange(4, dtype=np.int64), np.array([1.0, 2.0, 3.0, 5.0]), DAY)
    assert np.all(said.power_kw[:91] == 5.0)
    assert np.all(said.low_kw[:91] < 5.0)
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
    assert said.power_kw[1:95] == pytest.approx(7.0 + 15 * np.arange(1, 95), abs=1.0)


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


@pytest.mark.nightly
def test_a_steel_plant_s_next_day_is_met_better_than_by_the_median_of_8(shared: Path) -> None:
    with (shared / "data" / "steel_industry_2018.csv").open(encoding="utf-8-sig") as file:
        usage = np.array([float(row["Usage_kWh"]) for row in csv.DictReader(file)])
    times = QUARTER * np.arange(len(usage), dtype=np.int64)
    said, real = back_test(times, 4 * usage, 90)
    inside = (real >= said[:, 0] - 1e-9) & (real <= said[:, 2] + 1e-9)
    assert np.mean(np.abs(said[:, 1] - real)) / 4 < 9.0
    assert 0.78 < np.mean(inside) < 0.82


@pytest.mark.nightly
def test_bands_of_few_days_hold_four_of_five_of_many_kinds_of_series() -> None:
    kinds = [
        np.mean([covered(make, days, 60, seed) for seed in range(4) for days in (12, 20)])
        for make in KINDS.values()
    ]
    assert 0.78 < np.mean(kinds) < 0.82
    assert min(kinds) > 0.7
    assert max(kinds) < 0.9


def test_days_that_differ_by_chance_alone_are_met_as_well_in_the_second_week_as_in_the_first() -> None:
    power = 100 + 10 * np.random.default_rng(5).standard_normal((4, 13 * 24))
    times = 60 * MINUTE * np.arange(power.shape[1], dtype=np.int64)
    told = [back_test(times, each, 10) for each in power]
    off = np.mean([np.abs(said[:, 1] - real) for said, real in told], axis=(0, 2))
    assert np.mean(off[4:]) < 1.1 * np.mean(off[:4])


def test_a_back_test_says_what_was_said_then_and_does_not_look_ahead() -> None:
    times, power = weekly(6)
    until = len(power) - 5 * 96
    poisoned = power.copy()
    poisoned[until + 96 :] = 1e9
    poisoned[until : until + 96] = math.nan
    said, _ = back_test(times, poisoned, 5)
    then = forecast_series(times[:until], power[:until], DAY)
    assert np.array_equal(said[0], [then.low_kw, then.power_kw, then.high_kw])


def test_quantiles_of_weighted_days_are_those_of_the_plain_twin() -> None:
    rng = np.random.default_rng(3)
    values = rng.random((40, 12))
    values[rng.random(values.shape) < 0.2] = math.nan
    values[:, 3] = math.nan
    weights = rng.random((5, 40)) * (rng.random((5, 40)) < 0.7)
    found = np.empty((5, 3, 12))
    weighted_quantiles(values, weights, SHARES, found)
    assert found == pytest.approx(analogs_reference.weighted_quantiles(values, weights, SHARES), nan_ok=True)


@pytest.mark.parametrize("until", [1, 7, 12])
def test_quantiles_of_what_was_sorted_once_are_those_of_the_days_before(until: int) -> None:
    rng = np.random.default_rng(until)
    values = rng.random((36, 5))  # three of each of twelve days
    values[rng.random(values.shape) < 0.2] = math.nan
    values[:, 3] = math.nan
    weights = rng.random(12) * (rng.random(12) < 0.7)
    order = np.argsort(values.T, axis=1)
    risen, found = np.take_along_axis(values.T, order, axis=1), np.empty(5)
    sorted_quantiles(risen, order // 3, weights[:until], 0.9, found)
    each = np.repeat(weights[:until], 3)[None, :]
    expected = analogs_reference.weighted_quantiles(values[: 3 * until], each, np.array([0.9]))
    assert found == pytest.approx(expected[0, 0], nan_ok=True)
