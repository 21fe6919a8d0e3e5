"""What the tracker and the offline detection say a machine does."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.states import (
    MachineState,
    StateSettings,
    StateSpan,
    StateTracker,
    detect_states,
    merged_spans,
    nominal_settings,
)

MINUTE = 60_000
OFF, STANDBY, IDLING, RUNNING = 0.0, 0.33, 10.0, 48.0
MILL = nominal_settings(running_kw=48.0, standby_kw=0.33)


def record(*stretches: tuple[float, int], step_ms: int = MINUTE) -> tuple[np.ndarray, np.ndarray]:
    """Stretches of (power, readings) as times and powers."""
    power = np.concatenate([np.full(readings, kw) for kw, readings in stretches])
    return step_ms * np.arange(len(power), dtype=np.int64), power


def said(spans: list[StateSpan]) -> list[tuple[str, float]]:
    """Spans as (state, minutes)."""
    return [(span.state.value, (span.end_ms - span.start_ms) / MINUTE) for span in spans if span.end_ms]


def follow(times: np.ndarray, power: np.ndarray, rules: StateSettings = MILL) -> StateTracker:
    tracker = StateTracker(rules)
    for t_ms, kw in zip(times.tolist(), power.tolist(), strict=True):
        tracker.update(t_ms, kw)
    return tracker


def test_each_level_is_its_state() -> None:
    spans = detect_states(*record((OFF, 60), (STANDBY, 60), (IDLING, 60), (RUNNING, 60), (STANDBY, 30)), MILL)
    assert said(spans) == [
        ("shutdown", 60),
        ("standby", 60),
        ("idling", 60),
        ("running", 60),
        ("standby", 30),
    ]


def test_power_near_a_threshold_does_not_flutter() -> None:
    times, power = record((RUNNING, 30), (RUNNING, 200))
    power[30:] = MILL.running_from_kw * (1 + 0.08 * (-1.0) ** np.arange(200))
    assert said(detect_states(times, power, MILL)) == [("running", 230)]


def test_a_dip_of_a_minute_does_not_end_running() -> None:
    spans = detect_states(*record((RUNNING, 40), (STANDBY, 1), (RUNNING, 40)), MILL)
    assert said(spans) == [("running", 81)]


def test_a_dip_between_fast_readings_is_revised_away() -> None:
    fast = nominal_settings(48.0, 0.33, poll_s=5.0)
    times, power = record((RUNNING, 400), (STANDBY, 12), (RUNNING, 400), step_ms=5000)
    tracker = follow(times[:408], power[:408], fast)
    assert tracker.state is MachineState.STANDBY
    assert said(detect_states(times, power, fast)) == [("running", 812 * 5 / 60)]
    assert follow(times, power, fast).since_ms == 0


def test_running_of_ten_minutes_was_idling_after_all() -> None:
    times, power = record((STANDBY, 60), (RUNNING, 10), (STANDBY, 60))
    assert follow(times[:63], power[:63]).state is MachineState.RUNNING
    assert said(detect_states(times, power, MILL)) == [("standby", 60), ("idling", 10), ("standby", 60)]


@pytest.mark.parametrize(("poll_s", "readings"), [(5.0, 3), (15.0, 3), (60.0, 2), (900.0, 1)])
def test_running_is_noticed_within_three_readings(poll_s: float, readings: int) -> None:
    step_ms = round(poll_s * 1000)
    times, power = record((STANDBY, 100), (RUNNING, readings), step_ms=step_ms)
    tracker = follow(times, power, nominal_settings(48.0, 0.33, poll_s))
    assert tracker.state is MachineState.RUNNING
    assert tracker.since_ms == 100 * step_ms


def test_one_reading_of_a_minute_is_not_yet_a_change() -> None:
    assert follow(*record((STANDBY, 100), (RUNNING, 1))).state is MachineState.STANDBY


def test_a_gap_of_five_minutes_keeps_the_state() -> None:
    spans = detect_states(*record((RUNNING, 60), (math.nan, 4), (RUNNING, 60)), MILL)
    assert said(spans) == [("running", 124)]


def test_a_longer_gap_is_no_data_and_never_shutdown() -> None:
    times, power = record((RUNNING, 60), (math.nan, 60), (RUNNING, 60))
    good = np.isfinite(power)
    for spans in (detect_states(times, power, MILL), detect_states(times[good], power[good], MILL)):
        assert said(spans) == [("running", 64), ("no-data", 56), ("running", 60)]


def test_slow_polls_have_longer_gaps() -> None:
    slow = nominal_settings(48.0, 0.33, poll_s=900.0)
    spans = detect_states(*record((RUNNING, 8), (math.nan, 1), (RUNNING, 8), step_ms=900_000), slow)
    assert [span.state for span in spans] == [MachineState.RUNNING]


def test_short_running_beside_a_gap_is_left_alone() -> None:
    spans = detect_states(*record((STANDBY, 60), (RUNNING, 12), (math.nan, 60), (STANDBY, 60)), MILL)
    assert [span.state.value for span in spans] == ["standby", "running", "no-data", "standby"]


def test_before_the_first_reading_there_is_no_data() -> None:
    assert StateTracker(MILL).state is MachineState.NO_DATA
    assert detect_states(np.zeros(0, dtype=np.int64), np.zeros(0), MILL) == []


def test_a_reading_that_is_not_newer_changes_nothing() -> None:
    tracker = follow(*record((STANDBY, 10)))
    assert tracker.update(9 * MINUTE, RUNNING) == []
    assert tracker.update(3 * MINUTE, RUNNING) == []


powers = st.lists(
    st.tuples(
        st.sampled_from([OFF, STANDBY, 2.0, IDLING, 23.0, 26.0, RUNNING, math.nan]), st.integers(1, 45)
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(stretches=powers, step_s=st.sampled_from([5, 20, 60, 300]))
def test_spans_tile_the_time_without_overlap(stretches: list[tuple[float, int]], step_s: int) -> None:
    times, power = record(*stretches, step_ms=step_s * 1000)
    rules = nominal_settings(48.0, 0.33, step_s)
    spans = detect_states(times, power, rules)
    assert spans[0].start_ms == times[0]
    assert spans[-1].end_ms == times[-1] + rules.poll_ms
    for before, after in itertools.pairwise(spans):
        assert before.end_ms == after.start_ms
        assert before.state is not after.state
        assert before.start_ms < after.start_ms


@settings(max_examples=150, deadline=None)
@given(stretches=powers)
def test_settled_running_between_known_states_lasts_twenty_minutes(
    stretches: list[tuple[float, int]],
) -> None:
    spans = detect_states(*record((STANDBY, 30), *stretches, (STANDBY, 30)), MILL)
    for before, span, after in zip(spans, spans[1:], spans[2:], strict=False):
        known = MachineState.NO_DATA not in (before.state, after.state)
        if span.state is MachineState.RUNNING and known:
            assert span.end_ms is not None
            assert span.end_ms - span.start_ms >= MILL.least_running_ms


@settings(max_examples=100, deadline=None)
@given(stretches=powers)
def test_what_the_tracker_said_by_start_is_what_the_record_shows(stretches: list[tuple[float, int]]) -> None:
    times, power = record(*stretches)
    tracker, stored = StateTracker(MILL), dict[int, StateSpan]()
    for t_ms, kw in zip(times.tolist(), power.tolist(), strict=True):
        for span in tracker.update(t_ms, kw):
            stored[span.start_ms] = span
        assert sum(span.end_ms is None for span in stored.values()) == 1
        merged = merged_spans(list(stored.values()), t_ms + MINUTE)
        assert merged[-1].state is tracker.state
        assert merged[-1].start_ms == tracker.since_ms
    assert merged == detect_states(times, power, MILL)
