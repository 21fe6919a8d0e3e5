"""Batches as the meter sees them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.cycles import Cycle, CycleEnd, CycleTracker, detect_cycles
from solver.energy import EnergyTotal
from solver.states import StateTracker, detect_states, nominal_settings

MINUTE = 60_000
STANDBY, IDLING, RUNNING = 0.33, 8.0, 48.0
MILL = nominal_settings(running_kw=48.0, standby_kw=0.33)
WHOLE_MIN = 770
WHOLE_KWH = WHOLE_MIN * 48 / 60
BETWEEN = (STANDBY, 60)


def follow(
    *stretches: tuple[float, int], register: bool = True, expected_kwh: float = WHOLE_KWH
) -> tuple[list[Cycle], CycleTracker]:
    """Plays (power, minutes) reading by reading, as the station does."""
    states, energy = StateTracker(MILL), EnergyTotal(most_kw=200.0)
    cycles, tracker, t_ms, counted = dict[int, Cycle](), CycleTracker(energy), 0, 5000.0
    for power, minutes in stretches:
        for _ in range(minutes):
            states.update(t_ms, power)
            energy.add(t_ms, power, counted if register and math.isfinite(power) else math.nan)
            over = tracker.update(t_ms, states.state, states.since_ms, expected_kwh)
            cycles |= {cycle.start_ms: cycle for cycle in over}  # as the store keeps them
            counted += (RUNNING if math.isnan(power) else power) / 60
            t_ms += MINUTE
    return list(cycles.values()), tracker


def test_a_batch_is_one_cycle() -> None:
    cycles, tracker = follow(BETWEEN, (RUNNING, WHOLE_MIN), (STANDBY, 30))
    assert tracker.now is None
    (cycle,) = cycles
    assert cycle.complete
    assert cycle.ended_by is CycleEnd.ENERGY
    assert cycle.start_ms == 60 * MINUTE
    assert cycle.running_min == WHOLE_MIN
    assert cycle.paused_min == 0
    assert cycle.energy_kwh == pytest.approx(WHOLE_KWH, rel=0.005)


def test_a_pause_is_not_an_end() -> None:
    cycles, tracker = follow(BETWEEN, (RUNNING, 300), (STANDBY, 180), (RUNNING, 100), (STANDBY, 10))
    assert cycles == []
    assert tracker.now is not None
    assert tracker.now.paused
    assert tracker.now.running_min == 400
    assert tracker.now.paused_min == pytest.approx(189)
    assert tracker.now.energy_kwh == pytest.approx(400 * 48 / 60 + 1, rel=0.01)


def test_a_batch_with_two_pauses_is_one_cycle() -> None:
    parts = (RUNNING, 300), (STANDBY, 180), (RUNNING, 200), (IDLING, 90), (RUNNING, 270), (STANDBY, 60)
    (cycle,), _ = follow(BETWEEN, *parts)
    assert (cycle.running_min, cycle.paused_min, cycle.complete) == (770, 270, True)


def test_a_short_stop_near_the_end_does_not_split_the_batch() -> None:
    (cycle,), _ = follow(BETWEEN, (RUNNING, 700), (STANDBY, 12), (RUNNING, 70), (STANDBY, 60))
    assert (cycle.running_min, cycle.paused_min) == (770, 12)


def test_what_runs_after_a_pause_late_in_a_batch_is_the_rest_of_it() -> None:
    (cycle,), tracker = follow(BETWEEN, (RUNNING, 690), (STANDBY, 70), (RUNNING, 80), (STANDBY, 30))
    assert (cycle.running_min, cycle.paused_min, cycle.complete) == (770, 70, True)
    assert cycle.energy_kwh == pytest.approx(WHOLE_KWH, rel=0.005)
    assert tracker.now is None


def test_a_batch_that_is_broken_off_early_is_not_the_rest_of_a_whole_one_before_it() -> None:
    parts = (RUNNING, WHOLE_MIN), (STANDBY, 70), (RUNNING, 80), (STANDBY, 490)
    cycles, _ = follow(BETWEEN, *parts)
    assert [(cycle.running_min, cycle.complete) for cycle in cycles] == [(WHOLE_MIN, True), (80, False)]


def test_what_was_taken_for_the_rest_of_a_batch_may_turn_out_to_begin_the_next() -> None:
    begun = (RUNNING, 730), (STANDBY, 70), (RUNNING, 60), (STANDBY, 180)
    (joined,), _ = follow(BETWEEN, *begun)
    assert joined.running_min == 790
    cycles, _ = follow(BETWEEN, *begun, (RUNNING, 710), (STANDBY, 60))
    assert [(cycle.running_min, cycle.paused_min) for cycle in cycles] == [(730, 0), (770, 180)]


def test_the_rest_of_a_batch_does_not_come_after_a_night() -> None:
    cycles, _ = follow(BETWEEN, (RUNNING, 690), (STANDBY, 500), (RUNNING, 80), (STANDBY, 490))
    assert [cycle.running_min for cycle in cycles] == [690, 80]


def test_two_batches_are_two_cycles() -> None:
    day = (RUNNING, WHOLE_MIN), (STANDBY, 70)
    cycles, _ = follow(BETWEEN, *day, *day)
    assert [cycle.complete for cycle in cycles] == [True, True]


def test_standing_longer_than_any_pause_ends_the_batch_incomplete() -> None:
    (cycle,), _ = follow(BETWEEN, (RUNNING, 300), (STANDBY, 500))
    assert cycle.ended_by is CycleEnd.LONG_STOP
    assert not cycle.complete
    assert cycle.running_min == 300


def test_the_plant_may_say_that_the_batch_is_out() -> None:
    _, tracker = follow(BETWEEN, (RUNNING, 500), (STANDBY, 10))
    (cycle,) = tracker.note_discharged(600 * MINUTE, WHOLE_KWH)
    assert (cycle.ended_by, cycle.complete, cycle.running_min) == (CycleEnd.DISCHARGED, True, 500)
    assert tracker.now is None
    assert tracker.note_discharged(601 * MINUTE, WHOLE_KWH) == []


def test_a_batch_that_was_broken_off_is_not_complete() -> None:
    _, tracker = follow(BETWEEN, (RUNNING, 200), (STANDBY, 10))
    (cycle,) = tracker.note_discharged(300 * MINUTE, WHOLE_KWH)
    assert (cycle.ended_by, cycle.complete) == (CycleEnd.DISCHARGED, False)


def test_a_running_machine_is_not_discharged() -> None:
    _, tracker = follow(BETWEEN, (RUNNING, 500))
    assert tracker.note_discharged(600 * MINUTE, WHOLE_KWH) == []
    assert tracker.now is not None


def test_a_spin_of_ten_minutes_is_no_batch() -> None:
    (cycle,), _ = follow(BETWEEN, (RUNNING, 10), (STANDBY, 120), (RUNNING, WHOLE_MIN), (STANDBY, 60))
    assert cycle.start_ms == 190 * MINUTE


def test_a_gap_is_neither_an_end_nor_a_pause() -> None:
    (cycle,), _ = follow(BETWEEN, (RUNNING, 400), (math.nan, 60), (RUNNING, 310), (STANDBY, 60))
    assert cycle.complete
    assert cycle.unseen_min == pytest.approx(56)
    assert cycle.paused_min == 0
    assert cycle.energy_kwh == pytest.approx(WHOLE_KWH, rel=0.005)


def test_a_gap_late_in_a_batch_does_not_end_it() -> None:
    (cycle,), _ = follow(BETWEEN, (RUNNING, 660), (math.nan, 60), (RUNNING, 50), (STANDBY, 60))
    assert cycle.end_ms == (60 + 770) * MINUTE


def test_a_night_without_readings_ends_what_was_under_way() -> None:
    (cycle,), tracker = follow(BETWEEN, (RUNNING, 200), (math.nan, 600))
    assert (cycle.ended_by, cycle.complete) == (CycleEnd.UNSEEN, False)
    assert tracker.now is None


def test_a_batch_whose_start_nobody_saw_is_not_complete() -> None:
    (cycle,), _ = follow((RUNNING, 700), (STANDBY, 60))
    assert not cycle.complete


def test_the_rest_of_an_unseen_batch_does_not_swallow_the_next() -> None:
    cycles, _ = follow((RUNNING, 300), (STANDBY, 120), (RUNNING, WHOLE_MIN), (STANDBY, 60))
    assert [(cycle.running_min, cycle.complete) for cycle in cycles] == [(300, False), (WHOLE_MIN, True)]
    assert cycles[0].ended_by is CycleEnd.NEXT_CYCLE


def test_without_a_register_power_gives_the_energy() -> None:
    (cycle,), _ = follow(BETWEEN, (RUNNING, WHOLE_MIN), (STANDBY, 60), register=False)
    assert cycle.energy_kwh == pytest.approx(WHOLE_KWH, rel=0.005)


def offline(*stretches: tuple[float, int]) -> list[Cycle]:
    power = np.concatenate([np.full(minutes, kw) for kw, minutes in stretches])
    times = MINUTE * np.arange(len(power), dtype=np.int64)
    energy = EnergyTotal(keep_ms=None)
    for t_ms, kw in zip(times.tolist(), power.tolist(), strict=True):
        energy.add(t_ms, kw)
    return detect_cycles(detect_states(times, power, MILL), energy, WHOLE_KWH)


def test_the_record_gives_the_same_cycles_as_following_it() -> None:
    parts = (RUNNING, 300), (STANDBY, 180), (RUNNING, 470), (STANDBY, 75), (RUNNING, WHOLE_MIN), (STANDBY, 90)
    assert offline(BETWEEN, *parts) == follow(BETWEEN, *parts, register=False)[0]


def test_what_is_under_way_at_the_record_s_end_is_not_complete() -> None:
    (cycle,) = offline(BETWEEN, (RUNNING, 300))
    assert (cycle.ended_by, cycle.complete, cycle.running_min) == (CycleEnd.RECORD_END, False, 300)


@settings(max_examples=60, deadline=None)
@given(
    stretches=st.lists(
        st.tuples(st.sampled_from([STANDBY, IDLING, RUNNING, math.nan]), st.integers(1, 500)), max_size=12
    )
)
def test_cycles_never_overlap_and_their_minutes_add_up(stretches: list[tuple[float, int]]) -> None:
    cycles, tracker = follow(BETWEEN, *stretches, expected_kwh=200.0)
    ended = tracker.finish((60 + sum(minutes for _, minutes in stretches)) * MINUTE, 200.0)
    by_start = {cycle.start_ms: cycle for cycle in [*cycles, *ended]}
    end_ms = 0
    for cycle in by_start.values():
        assert cycle.start_ms >= end_ms
        end_ms = cycle.end_ms
        minutes = (cycle.running_min, cycle.paused_min, cycle.unseen_min)
        assert min(minutes) >= 0
        assert sum(minutes) == pytest.approx((cycle.end_ms - cycle.start_ms) / MINUTE)
        assert cycle.running_min >= 20 or not cycle.complete
        assert 0 <= cycle.energy_kwh <= 60.0 * (cycle.end_ms - cycle.start_ms) / 3_600_000 + 2
