from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from solver.exact import machine_optimum, solve_keys
from solver.exact_keys import NEVER, PlaceExtras, SparePower, machine_keys
from solver.exact_reference import key_of_plan, least_key
from solver.layout import Layout, MachineLayout, MachinePlan
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, decode_problem
from solver.tariff import PriceSeries
from tests.solver.plan_examples import laid_out, problem_of, small_machines, small_prices, without_demand

CENT = 0.01


def cost_of_minutes(machine: MachineLayout, b: int, minutes: list[int], layout: Layout) -> float:
    power = machine.power_kw[b] - machine.rest_kw[minutes]
    return float((power * layout.price_per_kw_min[minutes]).sum())


def running_sets(machine: MachineLayout, b: int, horizon: int) -> list[list[int]]:
    """Every way to run a batch within its own window and pause rule."""
    duration, least = int(machine.duration[b]), int(machine.least_pause[b])
    found = []
    for minutes in combinations(range(int(machine.first_start[b]), int(machine.last_end[b])), duration):
        gaps = [after - before - 1 for before, after in pairwise(minutes)]
        pauses = [gap for gap in gaps if gap]
        if len(pauses) <= machine.most_pauses[b] and all(pause >= least for pause in pauses):
            found.append(list(minutes))
    return found


def cheapest_by_force(machine: MachineLayout, layout: Layout, b: int = 0, free_from: int = 0) -> float:
    """The least cost over every plan there is."""
    if b == machine.count:
        return 0.0
    return min(
        (
            cost_of_minutes(machine, b, minutes, layout)
            + cheapest_by_force(machine, layout, b + 1, minutes[-1] + 1)
            for minutes in running_sets(machine, b, layout.horizon)
            if b == 0 or minutes[0] >= free_from + machine.gap[b]
        ),
        default=np.inf,
    )


def cost_of_plan(machine: MachineLayout, plan: MachinePlan, layout: Layout) -> float:
    total = 0.0
    for b, (start, pauses) in enumerate(zip(plan.starts, plan.pauses, strict=True)):
        paused = {minute for since, to in pauses for minute in range(since, to)}
        end = start + int(machine.duration[b]) + len(paused)
        total += cost_of_minutes(machine, b, [m for m in range(start, end) if m not in paused], layout)
    return total


@settings(max_examples=60, deadline=None)
@given(small_machines(horizon_min=14, most_batches=2), small_prices)
def test_no_plan_of_all_that_there_are_is_cheaper(machine: Machine, price: PriceSeries) -> None:
    layout = laid_out(problem_of(machine, horizon_min=14, price=price))
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    assert optimum.cost == pytest.approx(cheapest_by_force(layout.machines[0], layout), abs=1e-7)
    assert optimum.bound <= optimum.cost
    assert cost_of_plan(layout.machines[0], optimum.plan, layout) == pytest.approx(optimum.cost, abs=1e-7)


def drawn_extras(machine: MachineLayout, seed: int) -> PlaceExtras:
    """Starts, ends and resumptions that cost something or are forbidden here and there."""
    random = np.random.default_rng(seed)
    size = (machine.last_end - machine.duration - machine.first_start + 1).tolist()
    costs = [0.0, 0.02, 0.1, np.inf]

    def some(count: int) -> NDArray[np.float64]:
        return random.choice(costs, count, p=[0.4, 0.3, 0.2, 0.1])

    resume = random.choice([0.0, 0.01, 0.05], len(machine.rest_kw))
    return PlaceExtras(tuple(some(count) for count in size), tuple(some(count) for count in size), resume)


@settings(max_examples=100, deadline=None)
@given(
    small_machines(), small_prices, st.none() | st.floats(0, 9), st.none() | st.just(0.4),
    st.none() | st.integers(0, 9999),
)  # fmt: skip
def test_the_kernel_finds_the_key_that_its_twin_finds_and_a_plan_that_has_it(
    machine: Machine,
    price: PriceSeries,
    spare_kw: float | None,
    excess_price: float | None,
    seed: int | None,
) -> None:
    layout = laid_out(problem_of(machine, horizon_min=40, price=price))
    laid = layout.machines[0]
    room = np.where(np.arange(40) % 9 < 4, spare_kw or 0.0, 9.0)
    spare = None if spare_kw is None else SparePower(room, excess_price)
    extras = None if seed is None else drawn_extras(laid, seed)
    keyed = machine_keys(laid, layout.price_per_kw_min, spare, extras)
    solved = solve_keys(keyed)
    least = least_key(keyed)
    assert (NEVER if solved is None else solved[0]) == least
    if solved is None:
        return
    plan = solved[1]
    assert key_of_plan(keyed, plan) == least
    ended = -99
    for b, (start, pauses) in enumerate(zip(plan.starts, plan.pauses, strict=True)):
        assert start - laid.gap[b] >= ended
        assert all(to - since >= laid.least_pause[b] for since, to in pauses)
        ended = start + int(laid.duration[b]) + sum(to - since for since, to in pauses)


def test_among_equally_cheap_plans_a_batch_stays_where_it_is() -> None:
    batch = BatchSpec("b", 10, power_kw=5.0, pauses=PauseRule(2, 3), now_min=23)
    layout = laid_out(problem_of(Machine("m", [batch]), price=PriceSeries([0.7], 60)))
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    assert optimum.plan == MachinePlan((23,), ((),))


def test_among_equally_cheap_plans_without_a_current_one_the_earliest_is_taken() -> None:
    batches = [
        BatchSpec("a", 10, power_kw=5.0, earliest_min=4),
        BatchSpec("b", 5, power_kw=5.0, gap_before_min=3),
    ]
    layout = laid_out(problem_of(Machine("m", batches), price=PriceSeries([0.7], 60)))
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    assert optimum.plan.starts == (4, 17)


def test_a_batch_pauses_through_the_dear_minutes_and_not_for_less_than_the_rule_allows() -> None:
    batch = BatchSpec("b", 20, power_kw=6.0, pauses=PauseRule(1, 15), due_min=45)
    layout = laid_out(problem_of(Machine("m", [batch]), price=PriceSeries([0.2, 2.0, 0.2, 0.2], 15)))
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    ((since, to),) = optimum.plan.pauses[0]
    assert (since, to) == (15, 30)


def test_standing_costs_too_so_running_is_priced_above_it() -> None:
    batch = BatchSpec("b", 10, power_kw=3.0)
    layout = laid_out(problem_of(Machine("m", [batch], idle_kw=3.0)))
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    assert optimum.cost == 0.0


def test_where_the_spare_power_leaves_no_room_there_is_no_plan() -> None:
    layout = laid_out(problem_of(Machine("m", [BatchSpec("b", 10, power_kw=3.0)])))
    machine, price = layout.machines[0], layout.price_per_kw_min
    assert machine_optimum(machine, price, SparePower(np.full(60, 2.9))) is None
    room = np.where(np.arange(60) >= 41, 3.0, 0.0)
    optimum = machine_optimum(machine, price, SparePower(room))
    assert optimum is not None
    assert optimum.plan.starts[0] >= 41


def test_exceeding_the_spare_power_at_a_price_is_weighed_against_what_it_saves() -> None:
    price = PriceSeries([0.1, 1.0], 30)
    layout = laid_out(problem_of(Machine("m", [BatchSpec("b", 10, power_kw=3.0)]), price=price))
    machine, per_minute = layout.machines[0], layout.price_per_kw_min
    room = np.where(np.arange(60) < 30, 2.0, 3.0)
    for excess_price, start in ((0.044, 0), (0.046, 30)):
        optimum = machine_optimum(machine, per_minute, SparePower(room, excess_price))
        assert optimum is not None
        assert optimum.plan.starts == (start,)


def test_a_machine_without_batches_costs_nothing() -> None:
    layout = laid_out(problem_of(Machine("m", [])))
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    assert optimum.cost == optimum.bound == 0.0


def known_problem(shared: Path, name: str) -> PlanProblem:
    return without_demand(decode_problem((shared / "data" / "plans" / name).read_bytes()))


@pytest.mark.parametrize(("name", "known"), [("A_6x20.json", 50_921.51), ("S_3x5.json", 6_327.95)])
def test_the_known_optima_of_energy_alone_are_met_to_the_cent(shared: Path, name: str, known: float) -> None:
    layout = laid_out(known_problem(shared, name))
    optima = [machine_optimum(machine, layout.price_per_kw_min) for machine in layout.machines]
    total = layout.rest_cost + sum(optimum.cost for optimum in optima if optimum is not None)
    bound = layout.rest_cost + sum(optimum.bound for optimum in optima if optimum is not None)
    assert total == pytest.approx(known, abs=CENT)
    assert total - bound < CENT / 10


def by_highs(rows: list[tuple[float, dict[int, float], float]], costs: list[float], integer: bool) -> float:
    """The least cost of 0..1 columns under rows of (lower, coefficients, upper)."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for cost in costs:
        solver.addVar(0.0, 1.0)
        solver.changeColCost(solver.getNumCol() - 1, cost)
    if integer:
        for column in range(len(costs)):
            solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    for lower, row, upper in rows:
        solver.addRow(
            lower, upper, len(row), np.array(list(row), dtype=np.int32), np.array(list(row.values()))
        )
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(solver.getInfo().objective_function_value)


def starts_model(machine: MachineLayout, layout: Layout) -> tuple[list[Any], list[float]]:
    """Unbroken batches: a column for each batch and minute says whether it has begun by then."""
    rows: list[Any] = []
    costs: list[float] = []
    before: dict[int, int] = {}
    for b in range(machine.count):
        duration = int(machine.duration[b])
        starts = range(int(machine.first_start[b]), int(machine.last_end[b]) - duration + 1)
        begun = {start: len(costs) + place for place, start in enumerate(starts)}
        price = [
            cost_of_minutes(machine, b, list(range(start, start + duration)), layout) for start in starts
        ]
        costs += [now - later for now, later in pairwise(price)] + [price[-1]]
        rows += [(0.0, {begun[start + 1]: 1.0, begun[start]: -1.0}, 1.0) for start in starts[:-1]]
        rows.append((1.0, {begun[starts[-1]]: 1.0}, 1.0))
        need = int(machine.duration[b - 1] + machine.gap[b])
        for start in starts if b else ():
            if start - need in before:
                rows.append((-np.inf, {begun[start]: 1.0, before[start - need]: -1.0}, 0.0))
        before = begun
    return rows, costs


def minutes_model(machine: MachineLayout, layout: Layout) -> tuple[list[Any], list[float]]:
    """Batches that may pause: columns run[b, t] and begin[b, t], the pause rule minute by minute."""
    horizon, rows = layout.horizon, []
    costs: list[float] = []
    for b in range(machine.count):
        for t in range(horizon):
            above_rest = machine.power_kw[b][0] - machine.rest_kw[t]
            costs.append(float(above_rest * layout.price_per_kw_min[t]))
    first_begin = len(costs)
    costs += [0.0] * (machine.count * horizon)

    def run(b: int, t: int) -> int:
        return b * horizon + t

    def begin(b: int, t: int) -> int:
        return first_begin + b * horizon + t

    for b in range(machine.count):
        duration, least = float(machine.duration[b]), int(machine.least_pause[b])
        rows.append((duration, {run(b, t): 1.0 for t in range(horizon)}, duration))
        most = float(machine.most_pauses[b]) + 1
        rows.append((-np.inf, {begin(b, t): 1.0 for t in range(horizon)}, most))
        for t in range(horizon):
            if not machine.first_start[b] <= t < machine.last_end[b]:
                rows.append((0.0, {run(b, t): 1.0}, 0.0))
            before = {run(b, t - 1): 1.0} if t else {}
            rows.append((-np.inf, {run(b, t): 1.0, begin(b, t): -1.0, **dict.fromkeys(before, -1.0)}, 0.0))
            for later in range(t + 1, min(t + least, horizon)) if t else ():
                rows.append((-np.inf, {run(b, t - 1): 1.0, run(b, t): -1.0, run(b, later): 1.0}, 1.0))
            if b:
                done = {run(b - 1, s): -1.0 for s in range(max(0, t - int(machine.gap[b])))}
                rows.append((-np.inf, {run(b, t): float(machine.duration[b - 1]), **done}, 0.0))
    return rows, costs


@pytest.mark.parametrize("place", [0, 1, 2])
def test_highs_finds_the_same_optimum_for_each_mill_of_the_small_known_problem(
    shared: Path, place: int
) -> None:
    layout = laid_out(known_problem(shared, "S_3x5.json"))
    machine = layout.machines[place]
    optimum = machine_optimum(machine, layout.price_per_kw_min)
    assert optimum is not None
    rows, costs = starts_model(machine, layout)
    assert by_highs(rows, costs, integer=False) == pytest.approx(optimum.cost, abs=CENT)


@pytest.mark.parametrize("seed", range(6))
def test_highs_finds_the_same_optimum_with_pauses(seed: int) -> None:
    random = np.random.default_rng(seed)
    batches = [
        BatchSpec(
            f"b{b}",
            int(random.integers(6, 10)),
            power_kw=float(random.integers(2, 9)),
            gap_before_min=int(random.integers(0, 4)),
            earliest_min=6 * b,
            pauses=PauseRule(int(random.integers(0, 3)), int(random.integers(1, 6))),
        )
        for b in range(2)
    ]
    prices = PriceSeries(random.choice([0.1, 0.4, 0.9, 1.7], 12).tolist(), 3)
    layout = laid_out(problem_of(Machine("m", batches, idle_kw=0.5), horizon_min=36, price=prices))
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    rows, costs = minutes_model(layout.machines[0], layout)
    assert by_highs(rows, costs, integer=True) == pytest.approx(optimum.cost, abs=1e-5)
