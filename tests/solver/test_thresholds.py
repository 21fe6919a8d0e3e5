"""Thresholds that are learned from a record of which nothing else is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solver.states import LEVELS, detect_states
from solver.thresholds import estimated_settings


def machine(levels_kw: tuple[float, ...], step_s: int, noise: float, resolution_kw: float, seed: int):
    """A month of stretches on four levels: times, power, and the true level of each reading."""
    rng = np.random.default_rng(seed)
    count = round(20 * 86400 / step_s)
    level = np.empty(count, dtype=int)
    at, hours = 0, (8.0, 3.0, 0.8, 10.0)
    while at < count:
        which = int(rng.choice(4, p=(0.1, 0.35, 0.15, 0.4)))
        length = max(3, round(hours[which] * rng.uniform(0.5, 1.5) * 3600 / step_s))
        level[at : at + length] = which
        at += length
    power = np.array(levels_kw)[level] * (1 + noise * rng.standard_normal(count))
    power = np.round(np.clip(power, 0, None) / resolution_kw) * resolution_kw
    return 1000 * step_s * np.arange(count, dtype=np.int64), power, level


@pytest.mark.parametrize(
    ("levels_kw", "step_s", "noise", "resolution_kw"),
    [
        ((0.0, 0.33, 10.0, 48.0), 60, 0.05, 0.001),
        ((0.0, 0.33, 10.0, 48.0), 60, 0.15, 0.01),
        ((0.0, 0.4, 18.0, 72.0), 20, 0.05, 0.1),
        ((0.0, 30.0, 600.0, 2500.0), 300, 0.08, 1.0),
        ((0.0, 0.05, 0.5, 2.2), 300, 0.1, 0.001),
        ((0.0, 3.0, 20.0, 110.0), 900, 0.05, 1.0),
    ],
)
def test_levels_of_machines_of_any_size_are_found(
    levels_kw: tuple[float, ...], step_s: int, noise: float, resolution_kw: float
) -> None:
    times, power, level = machine(levels_kw, step_s, noise, resolution_kw, seed=4)
    found = np.empty(len(times), dtype=int)
    for span in detect_states(times, power, estimated_settings(times, power)):
        found[(times >= span.start_ms) & (times < (span.end_ms or 0))] = LEVELS.index(span.state)
    assert np.mean(found == level) > 0.99


def test_standby_below_the_resolution_is_shutdown_and_running_is_still_found() -> None:
    times, power, level = machine((0.0, 0.13, 5.0, 24.0), 60, 0.05, 1.0, seed=1)
    learned = estimated_settings(times, power)
    assert np.mean((power >= learned.running_from_kw) == (level == 3)) > 0.999


def test_a_record_that_only_runs_is_running() -> None:
    times = 60_000 * np.arange(2000, dtype=np.int64)
    power = 48.0 * (1 + 0.05 * np.random.default_rng(1).standard_normal(2000))
    assert estimated_settings(times, power).running_from_kw < 40.0


def test_a_record_that_only_stands_by_never_runs() -> None:
    times = 60_000 * np.arange(2000, dtype=np.int64)
    learned = estimated_settings(times, np.full(2000, 0.33))
    assert learned.standby_from_kw < 0.33 < learned.idling_from_kw < learned.running_from_kw


def test_a_record_of_gaps_has_thresholds_in_order() -> None:
    learned = estimated_settings(np.arange(10, dtype=np.int64), np.full(10, math.nan))
    assert 0 < learned.standby_from_kw < learned.idling_from_kw < learned.running_from_kw
