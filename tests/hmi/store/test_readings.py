from __future__ import annotations

import math

import numpy as np
import pytest

from devices.reading import Quality, Reading, Reason
from hmi.store.database import Store
from hmi.store.readings import (
    count,
    count_bad,
    energy_between,
    insert_readings,
    newest,
    newest_good,
    points,
    series,
    series_thinned,
)
from solver.durations import MINUTE_MS

POWER = "mill_25.power_kw"
COUNTER = "mill_25.energy_kwh"
HOUR_MS = 60 * MINUTE_MS


def _counted(store: Store, steps: list[tuple[int, float]]) -> None:
    insert_readings(store, [Reading(COUNTER, minute * MINUTE_MS, kwh) for minute, kwh in steps])


def test_a_reading_comes_back_as_it_was(store: Store, other: Store) -> None:
    given = [
        Reading(POWER, 1000, 47.25),
        Reading(COUNTER, 1000, 12.5, Quality.UNCERTAIN, Reason.UNCONFIRMED),
    ]
    assert insert_readings(store, given) == 2
    assert newest(other) == {POWER: given[0], COUNTER: given[1]}
    assert points(other) == [COUNTER, POWER]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_kept(store: Store, reason: Reason) -> None:
    insert_readings(store, [Reading(POWER, 1000, math.nan, Quality.BAD, reason)])
    assert newest(store)[POWER].reason is reason


def test_a_repeated_reading_is_stored_once_and_the_first_one_stays(store: Store) -> None:
    insert_readings(store, [Reading(POWER, 1000, 47.0)])
    assert insert_readings(store, [Reading(POWER, 1000, 48.0), Reading(POWER, 2000, 49.0)]) == 1
    assert series(store, POWER, 0, 3000).value.tolist() == [47.0, 49.0]
    assert count(store) == 2


def test_no_readings_are_no_work(store: Store) -> None:
    assert insert_readings(store, []) == 0
    assert newest(store) == {}


def test_a_bad_reading_carries_no_value_whatever_was_given(store: Store) -> None:
    insert_readings(store, [Reading(POWER, 1000, 47.0, Quality.BAD, Reason.TIMEOUT)])
    assert math.isnan(newest(store)[POWER].value)
    assert count_bad(store) == 1


def test_a_value_that_is_no_number_is_bad(store: Store) -> None:
    insert_readings(store, [Reading(POWER, 1000, math.inf)])
    assert newest(store)[POWER].quality is Quality.BAD


def test_the_last_good_value_is_behind_the_newest_bad_one(store: Store) -> None:
    insert_readings(store, [Reading(POWER, 1000, 47.0), Reading(POWER, 2000, math.nan, Quality.BAD)])
    assert newest(store)[POWER].t_ms == 2000
    assert newest_good(store) == {POWER: Reading(POWER, 1000, 47.0)}


def test_a_series_begins_at_its_start_and_ends_before_its_end(store: Store) -> None:
    insert_readings(store, [Reading(POWER, second * 1000, float(second)) for second in range(10)])
    found = series(store, POWER, 2000, 5000)
    assert found.t_ms.tolist() == [2000, 3000, 4000]
    assert found.value.tolist() == [2.0, 3.0, 4.0]
    assert found.quality.tolist() == [0, 0, 0]


def test_a_series_of_an_unknown_point_is_empty(store: Store) -> None:
    found = series(store, "nothing.power_kw", 0, 10**13)
    assert (found.t_ms.size, found.value.size, found.quality.size) == (0, 0, 0)
    assert energy_between(store, "nothing.energy_kwh", 0, 1000) == (0.0, 0.0)


def test_a_bad_reading_is_a_gap_in_the_series(store: Store) -> None:
    insert_readings(store, [Reading(POWER, 0, 1.0), Reading(POWER, 1000, 0.0, Quality.BAD)])
    found = series(store, POWER, 0, 2000)
    assert np.isnan(found.value).tolist() == [False, True]
    assert found.quality.tolist() == [Quality.GOOD, Quality.BAD]


def test_missing_readings_are_a_gap_in_the_series(store: Store) -> None:
    seconds = [0, 1, 2, 3, 60, 61, 62]
    insert_readings(store, [Reading(POWER, second * 1000, 5.0) for second in seconds])
    found = series(store, POWER, 0, 100_000)
    assert found.t_ms.tolist() == [0, 1000, 2000, 3000, 3001, 60_000, 61_000, 62_000]
    assert np.flatnonzero(np.isnan(found.value)).tolist() == [4]
    assert not np.isnan(series(store, POWER, 0, 100_000, longest_gap_ms=60_000).value).any()


def test_thinning_keeps_every_peak_every_dip_and_every_gap(store: Store) -> None:
    value = np.sin(np.arange(20_000) / 300)
    value[777], value[4321], value[12_345] = 99.0, -99.0, np.nan
    insert_readings(store, [Reading(POWER, i * 1000, float(v)) for i, v in enumerate(value)])
    found = series_thinned(store, POWER, 0, 20_000_000, 600)
    assert found.t_ms.size <= 602
    assert np.all(np.diff(found.t_ms) > 0)
    assert found.t_ms[[0, -1]].tolist() == [0, 19_999_000]
    assert found.value[found.t_ms == 777_000] == [99.0]
    assert found.value[found.t_ms == 4_321_000] == [-99.0]
    assert np.isnan(found.value[found.t_ms == 12_345_000]).tolist() == [True]
    assert np.count_nonzero(np.isnan(found.value)) == 1


def test_thinning_leaves_a_short_series_alone(store: Store) -> None:
    insert_readings(store, [Reading(POWER, i * 1000, float(i)) for i in range(50)])
    assert series_thinned(store, POWER, 0, 50_000, 50).t_ms.size == 50


def test_thinning_a_stretch_of_nothing_but_gaps_keeps_the_gap(store: Store) -> None:
    readings = [
        Reading(POWER, i * 1000, 1.0, Quality.BAD if 200 <= i < 800 else Quality.GOOD) for i in range(1000)
    ]
    insert_readings(store, readings)
    found = series_thinned(store, POWER, 0, 1_000_000, 90)
    inside = (found.t_ms >= 200_000) & (found.t_ms < 800_000)
    assert inside.any()
    assert np.isnan(found.value[inside]).all()
    assert not np.isnan(found.value[~inside]).any()


def test_thinning_a_series_without_a_single_value_is_one_long_gap(store: Store) -> None:
    insert_readings(store, [Reading(POWER, i * 1000, 0.0, Quality.BAD) for i in range(1000)])
    found = series_thinned(store, POWER, 0, 1_000_000, 90)
    assert np.isnan(found.value).all()


def test_energy_is_the_difference_of_the_counter_and_covers_all_its_time(store: Store) -> None:
    _counted(store, [(minute, 1000 + 0.8 * minute) for minute in range(121)])
    energy = energy_between(store, COUNTER, 30 * MINUTE_MS, 90 * MINUTE_MS)
    assert energy.kwh == pytest.approx(48.0)
    assert energy.coverage == pytest.approx(1.0)


def test_energy_read_seconds_late_belongs_to_the_hour_in_which_it_was_used(store: Store) -> None:
    _counted(store, [(minute, 0.8 * minute) for minute in range(-7, 130, 5)])  # read 3 min off every edge
    assert energy_between(store, COUNTER, 0, HOUR_MS).kwh == pytest.approx(48.0)
    assert energy_between(store, COUNTER, HOUR_MS, 2 * HOUR_MS).kwh == pytest.approx(48.0)


def test_a_gap_inside_is_bridged_by_the_counter(store: Store) -> None:
    _counted(store, [(0, 0.0), (1, 0.8), (59, 47.2), (60, 48.0)])
    assert energy_between(store, COUNTER, 0, HOUR_MS) == (pytest.approx(48.0), pytest.approx(1.0))


def test_a_gap_across_an_edge_is_not_guessed_and_lowers_the_coverage(store: Store) -> None:
    _counted(store, [(0, 0.0), (30, 24.0), (90, 72.0), (120, 96.0)])
    energy = energy_between(store, COUNTER, 0, HOUR_MS)
    assert energy == (pytest.approx(24.0), pytest.approx(0.5))


def test_a_counter_that_starts_again_at_zero_makes_no_spike(store: Store) -> None:
    _counted(store, [(0, 5000.0), (20, 5016.0), (40, 3.0), (60, 19.0)])
    energy = energy_between(store, COUNTER, 0, HOUR_MS, most_kw=160.0)
    assert energy == (pytest.approx(32.0), pytest.approx(2 / 3))


def test_a_zero_in_between_makes_no_spike_on_its_way_back(store: Store) -> None:
    _counted(store, [(0, 5000.0), (20, 5016.0), (40, 0.0), (60, 5048.0)])
    energy = energy_between(store, COUNTER, 0, HOUR_MS, most_kw=160.0)
    assert energy == (pytest.approx(16.0), pytest.approx(1 / 3))


def test_no_time_has_no_energy(store: Store) -> None:
    _counted(store, [(0, 0.0), (60, 48.0)])
    assert energy_between(store, COUNTER, HOUR_MS, HOUR_MS) == (0.0, 0.0)


def test_time_outside_of_the_readings_is_not_covered(store: Store) -> None:
    _counted(store, [(30, 24.0), (60, 48.0)])
    assert energy_between(store, COUNTER, 0, 2 * HOUR_MS) == (pytest.approx(24.0), pytest.approx(0.25))
