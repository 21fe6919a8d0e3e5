"""What a batch more costs in shared windows: against adding it to the load and pricing the whole again."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.couplings import couplings_of
from solver.layout import Floats, lay_out
from solver.limits import Limits
from solver.plant_kernel import empty_state
from solver.plant_tables import PlantTables, plant_tables
from solver.problem import BatchSpec, Machine
from solver.special_windows import window_costs, with_load
from tests.solver.plan_examples import prices_of, problem_of

HORIZON_MIN = 22  # the last window of five is shorter
HARD = 7.0


def tables_of() -> PlantTables:
    """A plant with windows of 5 minutes for charge and energy, and of a minute for the supply."""
    limits = Limits(interval_min=5, interval_energy_kwh=0.6, demand_price_per_kw=1.0, supply_kw=9.0)
    problem = problem_of(
        Machine("m", [BatchSpec("a", 3, power_kw=4.0)]), horizon_min=HORIZON_MIN, limits=limits
    )
    price = prices_of(problem)
    return plant_tables(lay_out(problem, price), couplings_of(problem, price))


def whole_price(load_kw: Floats, tables: PlantTables, target_kw: Floats, slope: Floats) -> float:
    """What a load minute by minute costs above the targets and limits of all windows."""
    cost = 0.0
    for g, step in enumerate(tables.grid_min.tolist()):
        for w in range(int(tables.grid_at[g]), int(tables.grid_at[g + 1])):
            since = (w - int(tables.grid_at[g])) * step
            mean = load_kw[since : since + step].mean()
            if slope[w] > 0:
                cost += slope[w] * max(0.0, mean - target_kw[w])
            if np.isfinite(tables.cap_kw[w]):
                minutes = len(load_kw[since : since + step])
                over = max(0.0, mean - tables.cap_kw[w])
                cost += HARD * minutes / max(1.0, tables.cap_kw[w]) * over
    return cost


loads = st.lists(st.sampled_from([0.0, 2.0, 6.0, 9.0, 11.0]), min_size=HORIZON_MIN, max_size=HORIZON_MIN)
rests = st.lists(st.sampled_from([0.0, 0.5, 3.0]), min_size=HORIZON_MIN, max_size=HORIZON_MIN)


@settings(max_examples=40, deadline=None)
@given(
    loads, rests, st.integers(1, HORIZON_MIN), st.sampled_from([1.0, 2.0, 5.0]),
    st.sampled_from([0.0, 0.4]), st.sampled_from([3.0, 8.0]),
)  # fmt: skip
def test_a_run_costs_what_the_load_with_it_costs_more_than_the_load_without_it(
    load: list[float], rest: list[float], duration: int, power_kw: float, slope: float, target: float
) -> None:
    tables = tables_of()
    count = len(tables.window_min)
    target_kw, slopes = np.full(count, target), np.full(count, slope)
    rest_kw = np.array(rest)
    before = np.array(load) + rest_kw
    state = with_load(before - tables.base_kw[0], tables, empty_state(tables))
    found = window_costs(power_kw, duration, HARD, tables, state, target_kw, slopes, rest_kw)
    for start in range(HORIZON_MIN - duration + 1):
        after = before.copy()
        after[start : start + duration] += power_kw - rest_kw[start : start + duration]
        more = whole_price(after, tables, target_kw, slopes) - whole_price(before, tables, target_kw, slopes)
        assert abs(found[start] - more) < 1e-9
    assert not found[HORIZON_MIN - duration + 1 :].any()
