"""Batches in a record of which nothing else is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.batching import grouped_cycles, likeliest_grouping
from solver.energy import EnergyTotal
from solver.states import detect_states
from solver.thresholds import estimated_settings


def machine(
    seed: int,
    *,
    step_s: int = 60,
    days: int = 30,
    running_kw: float = 48.0,
    batch_h: float = 12.8,
    pause_chance: float = 0.6,
    pause_h: tuple[float, float] = (1.0, 5.0),
    stop_h: tuple[float, float] = (1.0, 4.0),
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """A machine with batches of nearly one energy: times, powers, and (first, last) reading of each batch."""
    rng = np.random.default_rng(seed)
    per_h = 3600 / step_s
    count = round(days * 24 * per_h)
    power = np.full(count, 0.007 * running_kw)
    at, batches = round(rng.uniform(0.5, 3) * per_h), list[tuple[int, int]]()
    while True:
        length = round(batch_h * rng.lognormal(0, 0.05) * per_h)
        cut = round(length * rng.uniform(0.1, 0.85)) if rng.random() < pause_chance else length
        rest = at + cut + (round(rng.uniform(*pause_h) * per_h) if cut < length else 0)
        end = rest + length - cut
        if end + 5 * per_h > count:
            break
        power[at : at + cut] = power[rest:end] = running_kw
        batches.append((at, end))
        at = end + round(rng.uniform(*stop_h) * per_h)
    noisy = power * (1 + 0.05 * rng.standard_normal(count))
    return 1000 * step_s * np.arange(count, dtype=np.int64), np.clip(noisy, 0, None), batches


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"pause_chance": 0.0},
        {"step_s": 900, "days": 60},
        {"running_kw": 900.0, "batch_h": 4.0, "pause_chance": 1.0, "pause_h": (0.4, 0.75), "days": 8},
        {"running_kw": 3.0, "batch_h": 3.0, "step_s": 300, "pause_chance": 0.3},
    ],
)
def test_batches_are_found_without_being_told_what_they_take(kind: dict[str, float], seed: int) -> None:
    times, power, batches = machine(seed, **kind)
    rules = estimated_settings(times, power)
    energy = EnergyTotal(gap_ms=rules.gap_ms, keep_ms=None)
    for t_ms, kw in zip(times.tolist(), power.tolist(), strict=True):
        energy.add(t_ms, kw)
    cycles, _ = grouped_cycles(detect_states(times, power, rules), energy)
    step = times[1] - times[0]
    found = {(round(cycle.start_ms / step), round(cycle.end_ms / step)) for cycle in cycles}
    assert len(found & set(batches)) >= 0.9 * len(batches)


def test_a_machine_that_never_ran_has_no_cycle() -> None:
    times = 60_000 * np.arange(500, dtype=np.int64)
    energy = EnergyTotal(keep_ms=None)
    for t_ms in times.tolist():
        energy.add(t_ms, 0.3)
    power = np.full(500, 0.3)
    cycles, energy_kwh = grouped_cycles(detect_states(times, power, estimated_settings(times, power)), energy)
    assert cycles == []
    assert math.isnan(energy_kwh)


def test_a_stop_longer_than_any_pause_always_divides() -> None:
    grouping = likeliest_grouping([300.0, 300.0, 600.0, 600.0], [600.0, 90.0, 90.0], 480.0)
    assert grouping.sizes[0] == 1


@settings(max_examples=60, deadline=None)
@given(
    stretches=st.lists(st.tuples(st.floats(1, 1000), st.floats(20, 900)), min_size=1, max_size=40),
)
def test_every_stretch_belongs_to_exactly_one_batch(stretches: list[tuple[float, float]]) -> None:
    energies = [kwh for kwh, _ in stretches]
    grouping = likeliest_grouping(energies, [gap for _, gap in stretches[1:]], 480.0)
    assert sum(grouping.sizes) == len(stretches)
    assert min(grouping.sizes) >= 1
    assert math.isfinite(grouping.log_likelihood)


def test_energies_and_stops_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one stop fewer"):
        likeliest_grouping([1.0, 2.0], [], 480.0)
