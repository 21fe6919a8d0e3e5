from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.loadshift import (
    best_shift,
    factory_shift,
    load_cost,
    machine_shifts,
    shift_cost,
    shift_costs,
    shopfloor_shift,
    swarm_shifts,
)

DAY = np.repeat([0.4, 0.8, 1.2, 0.8, 1.2, 0.8], [480, 60, 180, 420, 180, 120])
WEEK = np.tile(DAY, 5)
PAD = 1440


def block(start: int, minutes: int, power_kw: float = 48.0) -> np.ndarray:
    load = np.zeros(3 * 1440)
    load[start : start + minutes] = power_kw
    return load


def test_t0_of_minus_60_moves_the_load_one_hour_later() -> None:
    load = block(1440 + 7 * 60, 60)
    moved = block(1440 + 8 * 60, 60)
    assert shift_cost(load, WEEK, -60) == pytest.approx(load_cost(moved, WEEK[PAD:-PAD]))


def test_no_shift_costs_what_it_costs() -> None:
    load = block(500, 700)
    assert shift_cost(load, WEEK, 0) == pytest.approx(load_cost(load, WEEK[PAD:-PAD]))


def test_nothing_is_cut_at_the_edge_of_the_record_and_nothing_wraps_around() -> None:
    load = block(0, 60)
    prices = np.concatenate([np.full(PAD, 5.0), np.full(3 * 1440, 1.0), np.full(PAD, 7.0)])
    assert shift_cost(load, prices, 60) == pytest.approx(48.0 * 5.0)
    assert shift_cost(load, prices, -60) == pytest.approx(48.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(-30, 30))
def test_the_scan_prices_each_shift_as_the_equation_does(seed: int, t0: int) -> None:
    random = np.random.default_rng(seed)
    load, price = random.random(100), random.normal(size=160)
    assert shift_costs(load, price)[30 + t0] == pytest.approx(shift_cost(load, price, t0), abs=1e-12)
    assert best_shift(load, price).cost == pytest.approx(
        min(shift_cost(load, price, t) for t in range(-30, 31))
    )


def test_among_equally_cheap_shifts_the_smallest_is_taken() -> None:
    assert best_shift(block(500, 60), np.full(5 * 1440, 0.7)).t0_min == 0
    peak_hour = block(1440 + 9 * 60, 60)
    price = np.full(5 * 1440, 0.5)
    price[2 * 1440 + 9 * 60 : 2 * 1440 + 10 * 60] = 1.0
    assert best_shift(peak_hour, price).t0_min == 60


def test_the_machines_t0_saves_no_less_than_the_shopfloors_and_that_no_less_than_the_factorys() -> None:
    mills = np.array([block(300, 800), block(900, 750), block(1500, 900)])
    others = np.array([block(100, 600), block(700, 1100)])
    machine = machine_shifts(np.vstack([mills, others]), WEEK)
    floors = [shopfloor_shift(mills, WEEK), shopfloor_shift(others, WEEK)]
    factory = factory_shift([mills, others], WEEK)
    assert machine.cost_before == pytest.approx(factory.cost_before)
    assert machine.saving >= sum(floor.saving for floor in floors) - 1e-9
    assert sum(floor.saving for floor in floors) >= factory.saving - 1e-9
    assert 0 < factory.rate < machine.rate < 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_swarm_finds_what_the_scan_proves(seed: int) -> None:
    mills = np.array([block(300, 800), block(900, 750), block(1500, 900), block(2000, 700)])
    assert swarm_shifts(mills, WEEK, seed=seed).saving == pytest.approx(
        machine_shifts(mills, WEEK).saving, rel=0.02
    )
    whole = mills.sum(axis=0, keepdims=True)
    assert swarm_shifts(whole, WEEK, seed=seed).saving == pytest.approx(
        shopfloor_shift(mills, WEEK).saving, rel=1e-9
    )


def test_a_shift_beyond_the_prices_is_refused() -> None:
    with pytest.raises(ValueError, match="they reach 1440"):
        shift_cost(block(0, 60), WEEK, 1441)
    with pytest.raises(ValueError, match="equally far"):
        shift_costs(block(0, 60), WEEK[1:])
