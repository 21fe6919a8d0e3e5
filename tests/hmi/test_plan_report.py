from __future__ import annotations

from hmi.commands.plan_report import plan_lines
from hmi.problem_files import problem_prices
from solver.check import check_plan
from solver.explain import explained
from solver.limits import Carbon, Crew, CrewShift, Distance, Limits, NightWork
from solver.plan import Plan
from solver.problem import BatchSpec, Machine, PlanProblem
from solver.tariff import PriceSeries


def report(limits: Limits, start_min: int, **batch: int) -> str:
    """The lines of a plan that moves one batch of an hour and 60 kW from minute 100 on."""
    problem = PlanProblem(
        start="2016-03-14T00:00",
        timezone="UTC",
        horizon_min=1440,
        tariff=PriceSeries([1.0, 0.5], 720),
        machines=[Machine("m", [BatchSpec("b", 60, power_kw=60.0, now_min=100, **batch)])],
        limits=limits,
    )
    price, starts, before = problem_prices(problem), {"m": {"b": start_min}}, {"m": {"b": 100}}
    verdict, was = check_plan(problem, price, starts, {}), check_plan(problem, price, before, {})
    plan = Plan(
        cost=verdict.cost,
        cost_before=was.cost,
        saving_rate=1 - verdict.cost / was.cost,
        bound=verdict.cost,
        gap=0.0,
        makespan_min=verdict.makespan_min,
        peak_kw=verdict.peak_kw,
        starts_min=starts,
        pauses_min={},
        method="hand",
        seed=1,
        iterations=0,
        seconds=0.0,
        feasible=verdict.feasible,
        violations=verdict.violations,
        energy_cost=verdict.energy_cost,
        energy_cost_before=was.energy_cost,
        demand_cost=verdict.demand_cost,
        demand_cost_before=was.demand_cost,
        starts_before_min=before,
        cost_by_band_before=was.cost_by_band,
        cost_by_band_after=verdict.cost_by_band,
        energy_by_band_before=was.energy_by_band,
        energy_by_band_after=verdict.energy_by_band,
    )
    return "\n".join(plan_lines(problem, explained(problem, price, plan)))


def test_what_a_problem_does_not_price_is_not_spoken_of() -> None:
    text = report(Limits(), 900)
    for word in ("carbon", "night", "demand", "distance", "bind"):
        assert word not in text
    assert "saves     30.00  60.0 kWh from 1 to 0.5" in text
    assert "next best 03-14 14:30, +0.00" in text


def test_carbon_night_work_and_distance_are_stated_where_they_cost() -> None:
    text = report(
        Limits(
            carbon=Carbon([0.5, 0.1], 720, 1.0),
            crew=Crew([CrewShift("00:00", 2)], charge_min=30, night=NightWork("00:00", "06:00", 12.0)),
            distance=Distance(price_per_hour=1.0),
            demand_price_per_kw=1.0,
        ),
        820,
    )
    lines = {" ".join(line.split()) for line in text.splitlines()}
    assert {
        "carbon 6.00 kg before 30.00 kg",
        "night work 0.00 h before 0.50 h",
        "energy 30.00 before 60.00",
        "demand 60.00 before 60.00",
        "carbon 6.00 before 30.00",
        "night work 0.00 before 6.00",
        "distance 12.00 before 0.00",
    } <= lines


def test_a_limit_that_binds_is_named_with_whom_it_keeps_from_a_cheaper_place() -> None:
    text = report(Limits(supply_kw=60.0), 690, due_min=750)
    assert "limits that bind:" in text
    assert "due_min; batches kept from cheaper places: 1, at most 15.00 for m b" in text
    assert "limits.supply_kw; 0 left at 03-14 11:30" in text
    assert "due_min keeps it from 03-14 12:00, where 15.00 more could be saved" in text
