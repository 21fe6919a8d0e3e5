"""Small problems for the tests of planning."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st

from solver.layout import Layout, lay_out
from solver.problem import (
    BatchSpec,
    Limits,
    Machine,
    PauseRule,
    PlanProblem,
    UnderWay,
    check_problem,
    problem_start_ms,
    problem_zone,
)
from solver.tariff import PriceGrid, PriceSeries, price_grid

PRICES = [0.2, 0.5, 1.0, 0.5, 0.2, 1.3, 0.1, 0.7]


def problem_of(
    *machines: Machine,
    horizon_min: int = 60,
    price: PriceSeries | None = None,
    limits: Limits | None = None,
) -> PlanProblem:
    """A problem in UTC, priced by a short series unless another is given."""
    return PlanProblem(
        start="2016-03-14T00:00",
        timezone="UTC",
        horizon_min=horizon_min,
        machines=list(machines),
        limits=limits or Limits(),
        tariff=price or PriceSeries(PRICES, -(-horizon_min // len(PRICES))),
    )


def prices_of(problem: PlanProblem) -> PriceGrid:
    """The prices of a problem that carries its series."""
    assert not isinstance(problem.tariff, str)
    zone: ZoneInfo = problem_zone(problem)
    return price_grid(problem.tariff, problem_start_ms(problem), problem.horizon_min, zone)


def laid_out(problem: PlanProblem) -> Layout:
    """A checked problem in the kernels' layout."""
    check_problem(problem)
    return lay_out(problem, prices_of(problem))


def without_demand(problem: PlanProblem) -> PlanProblem:
    """The same problem with energy alone."""
    return msgspec.structs.replace(problem, limits=Limits())


@st.composite
def with_under_way(draw: st.DrawFn, machine: Machine) -> Machine:
    """Sometimes with a batch under way that ends before the first of its own may begin."""
    room = min((batch.earliest_min for batch in machine.batches), default=0)
    if room == 0 or machine.sleep or draw(st.booleans()):
        return machine
    standing_kw = max(machine.off_kw or 0.0, machine.idle_kw or 0.0)
    under_way = UnderWay(draw(st.integers(1, room)), standing_kw + draw(st.sampled_from([0.0, 1.0, 3.5])))
    return msgspec.structs.replace(machine, under_way=under_way)


@st.composite
def small_machines(draw: st.DrawFn, horizon_min: int = 40, most_batches: int = 3) -> Machine:
    """A machine whose batches fit into the horizon, with pauses, profiles, gaps and rest power."""
    batches: list[BatchSpec] = []
    at = draw(st.integers(0, 4))
    for number in range(draw(st.integers(1, most_batches))):
        duration = draw(st.integers(1, 7))
        gap = draw(st.integers(0, 3))
        start = at + gap
        if start + duration > horizon_min:
            break
        due = draw(st.none() | st.integers(start + duration, horizon_min))
        powers = st.sampled_from([0.0, 1.0, 2.5, 8.0])
        profile = draw(st.none() | st.lists(powers, min_size=duration, max_size=duration))
        batches.append(
            BatchSpec(
                f"b{number}",
                duration,
                power_kw=draw(powers) if profile is None else None,
                profile_kw=profile,
                earliest_min=draw(st.integers(0, start)),
                due_min=due,
                gap_before_min=gap,
                pauses=PauseRule(draw(st.integers(0, 3)), draw(st.integers(1, 5))),
                now_min=draw(st.none() | st.just(start)),
            )
        )
        at = start + duration
    rest = st.none() | st.sampled_from([0.0, 0.3, 1.5])
    name, off_kw, idle_kw = draw(st.sampled_from(["m", "n"])), draw(rest), draw(rest)
    return draw(with_under_way(Machine(name, batches, off_kw, idle_kw)))


small_prices = st.lists(st.sampled_from([-0.3, 0.0, 0.1, 0.5, 0.5, 1.1]), min_size=8, max_size=8).map(
    lambda prices: PriceSeries(prices, 5)
)
