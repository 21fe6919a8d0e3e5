from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from solver.check import NAMED_RATHER_THAN_COUNTED, Breach, Limit, Verdict, check_plan
from solver.limits import (
    Buffer,
    Carbon,
    Crew,
    CrewShift,
    Distance,
    Limits,
    NightWork,
    StartRule,
)
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem
from solver.tariff import DemandCharge, PriceSeries
from tests.solver.plan_examples import prices_of, problem_of

A = BatchSpec("a", 10, power_kw=6.0, pauses=PauseRule(1, 5), now_min=12, takes=2.0)
B = BatchSpec("b", 10, power_kw=3.0, now_min=20, makes=5.0)
MACHINES = [Machine("m", [A], idle_kw=1.0), Machine("n", [B])]
FLAT = PriceSeries([60.0], 120)


def problem_with(limits: Limits, *machines: Machine, start: str = "2016-03-14T00:00") -> PlanProblem:
    problem = problem_of(*(machines or MACHINES), horizon_min=120, price=FLAT, limits=limits)
    return msgspec.structs.replace(problem, start=start)


def verdict(limits: Limits, a: int = 20, b: int = 40, start: str = "2016-03-14T00:00") -> Verdict:
    problem = problem_with(limits, start=start)
    return check_plan(problem, prices_of(problem), {"m": {"a": a}, "n": {"b": b}}, {})


def only(found: Verdict) -> Breach:
    (breach,) = found.breaches
    return breach


def test_a_supply_is_held_in_every_minute_and_the_worst_minute_of_each_stretch_is_named() -> None:
    assert verdict(Limits(supply_kw=9.0), 20, 25).feasible
    breach = only(verdict(Limits(supply_kw=8.5), 20, 25))
    assert breach.sentence == "At minute 25 all machines draw 9 kW, and the supply carries 8.5."
    assert (breach.key, breach.unit, breach.excess, breach.machine) == ("limits.supply_kw", "kW", 0.5, "")


def test_the_supply_s_apparent_power_counts_with_its_power_factor() -> None:
    assert verdict(Limits(supply_kva=10.0, power_factor=0.9), 20, 25).feasible
    assert only(verdict(Limits(supply_kva=10.0, power_factor=0.8), 20, 25)).params["allowed"] == 8.0


def test_a_sum_that_rounding_lifts_over_the_supply_breaks_nothing() -> None:
    thirds = [Machine(f"m{i}", [BatchSpec("a", 10, power_kw=0.1)]) for i in range(3)]
    problem = problem_with(Limits(supply_kw=0.3), *thirds)
    assert 0.1 + 0.1 + 0.1 > 0.3
    assert check_plan(problem, prices_of(problem), {f"m{i}": {"a": 0} for i in range(3)}, {}).feasible


def test_an_interval_s_energy_is_that_of_all_machines() -> None:
    used_kwh = (5 * 1.0 + 10 * 6.0 + 15 * 0) / 60  # minutes 15 to 30: 5 idle, 10 running
    assert verdict(Limits(interval_energy_kwh=used_kwh)).feasible
    breach = only(verdict(Limits(interval_energy_kwh=used_kwh - 0.01)))
    assert (breach.limit, breach.params["at_min"]) == (Limit.INTERVAL_ENERGY, 15)
    assert breach.excess == pytest.approx(0.01)


def test_the_last_interval_may_be_shorter_and_has_the_same_limit() -> None:
    limits = Limits(interval_min=50, interval_energy_kwh=1.1)
    breach = only(verdict(limits, a=110, b=45))
    assert breach.params["at_min"] == 100
    assert breach.params["found"] == pytest.approx((10 * 1.0 + 10 * 6.0) / 60)


SOME, ALL, NONE = [False, True, True, True], [True] * 4, [False] * 4


@pytest.mark.parametrize(
    ("name", "counts", "floor_kw", "charged_kw"),
    [
        ("day", SOME, 0.0, (30 * 1 + 10 * 3) / 30),  # 30 to 60: b runs while m idles
        ("day", ALL, 0.0, (20 * 1 + 10 * 6) / 30),  # 0 to 30: a runs
        ("day", SOME, 7.0, 7.0),
        ("day", NONE, 0.0, 0.5),
        ("evening", SOME, 0.0, 4.0),
    ],
)
def test_a_tariff_s_demand_charge_looks_at_its_own_windows_floor_and_peak_so_far(
    name: str, counts: list[bool], floor_kw: float, charged_kw: float
) -> None:
    problem = problem_with(Limits(peak_so_far_kw=0.5, peaks_so_far_kw={"evening": 4.0}))
    charge = DemandCharge(name, 2.0, 30, np.array(counts), floor_kw)
    found = check_plan(
        problem, replace(prices_of(problem), demand=(charge,)), {"m": {"a": 20}, "n": {"b": 40}}, {}
    )
    assert found.demand_cost == pytest.approx(2.0 * charged_kw)
    assert found.cost == pytest.approx(found.energy_cost + found.demand_cost)


CREW = Crew(
    [CrewShift("00:00", 1), CrewShift("00:30", 0)],
    charge_min=5,
    charge_people=1,
    discharge_min=10,
    discharge_people=2,
)


def test_charging_comes_before_a_batch_and_discharging_after_it() -> None:
    found = verdict(Limits(crew=CREW), a=5, b=100)
    crew = [breach.params for breach in found.breaches]
    assert {breach.limit for breach in found.breaches} == {Limit.CREW}
    assert [(p["at_min"], p["found"], p["allowed"]) for p in crew] == [(15, 2, 1), (95, 1, 0), (110, 2, 0)]


def test_charging_that_lies_before_the_start_needs_nobody() -> None:
    nobody = Crew([CrewShift("00:00", 0)], charge_min=30)
    assert only(verdict(Limits(crew=nobody), a=0, b=40)).params["at_min"] == 10


def test_a_weekend_has_its_own_shifts() -> None:
    weekdays = Crew([CrewShift("00:00", 0)], [CrewShift("00:00", 2)], charge_min=5)
    assert verdict(Limits(crew=weekdays), start="2016-03-19T00:00").feasible
    assert not verdict(Limits(crew=weekdays), start="2016-03-18T00:00").feasible


@pytest.mark.parametrize(
    ("start", "person_minutes"),
    # a is charged from minute 5 and discharged from 30 on, b from 45 and from 70 on.
    [("2016-03-14T00:00", 15 + 2 * 5 + 15 + 2 * 5), ("2016-03-14T05:30", 15), ("2016-03-14T21:15", 15 + 10)],
)
def test_work_at_night_is_counted_in_hours_of_people_and_paid(start: str, person_minutes: int) -> None:
    crew = Crew(
        [CrewShift("00:00", 9)],
        charge_min=15,
        discharge_min=5,
        discharge_people=2,
        night=NightWork("22:00", "06:00", 8.0),
    )
    found = verdict(Limits(crew=crew), a=20, b=60, start=start)
    assert found.violations == []
    assert found.night_hours == pytest.approx(person_minutes / 60)
    assert found.night_cost == pytest.approx(8.0 * person_minutes / 60)


def test_a_buffer_is_filled_at_an_end_emptied_at_a_start_and_drained_all_the_time() -> None:
    buffer = Buffer("slurry", ["n"], ["m"], start_level=3.0, capacity=6.0)
    assert verdict(Limits(buffers=[buffer])).feasible  # 3, 1 from minute 20, 6 from minute 50
    low = only(verdict(Limits(buffers=[msgspec.structs.replace(buffer, start_level=1.5)])))
    assert low.sentence == "At minute 20 buffer 'slurry' falls to -0.5, below 0."
    full = only(verdict(Limits(buffers=[buffer]), a=100))
    assert full.sentence == "At minute 50 buffer 'slurry' rises to 8, and holds 6."
    drained = msgspec.structs.replace(buffer, drain_per_hour=3.0)
    assert {breach.limit for breach in verdict(Limits(buffers=[drained])).breaches} == {Limit.BUFFER_EMPTY}


def test_what_is_made_and_taken_at_the_same_minute_may_pass_through() -> None:
    buffer = Buffer("slurry", ["n"], ["m"])
    assert verdict(Limits(buffers=[buffer]), a=30, b=20).feasible
    assert not verdict(Limits(buffers=[buffer]), a=29, b=20).feasible


def test_starts_and_resumptions_close_together_are_too_many() -> None:
    limits = Limits(starts=StartRule(1, 5))
    assert verdict(limits, 20, 25).feasible
    assert "From minute 20 on 2 starts fall within 5 min, and 1 are" in only(verdict(limits, 20, 24)).sentence
    problem = problem_with(limits)
    paused = check_plan(problem, prices_of(problem), {"m": {"a": 0}, "n": {"b": 12}}, {"m": {"a": [(5, 12)]}})
    assert only(paused).params["at_min"] == 12


def test_the_way_from_the_plan_in_force_is_limited_counted_and_paid() -> None:
    found = verdict(Limits(distance=Distance(20, 1, 30.0)), a=14, b=45)
    assert [breach.sentence for breach in found.breaches] == [
        "Batch 'b' of 'n' moves by 25 min to minute 45, and may by 20.",
        "2 batches move or pause, and 1 may.",
    ]
    assert found.distance_cost == pytest.approx(30.0 * (2 + 25) / 60)


def test_a_batch_that_stays_and_pauses_counts_as_moved() -> None:
    problem = problem_with(Limits(distance=Distance(most_batches=0)))
    starts = {"m": {"a": 12}, "n": {"b": 20}}
    assert check_plan(problem, prices_of(problem), starts, {}).feasible
    assert only(check_plan(problem, prices_of(problem), starts, {"m": {"a": [(15, 20)]}})).excess == 1


def test_carbon_is_weighed_and_paid_by_interval() -> None:
    found = verdict(Limits(carbon=Carbon([0.5, 2.0], 60, 0.3)), a=50, b=100)
    first_kwh, second_kwh = (50 * 1 + 10 * 6) / 60, (60 * 1 + 10 * 3) / 60
    assert found.carbon_kg == pytest.approx(0.5 * first_kwh + 2.0 * second_kwh)
    assert found.carbon_cost == pytest.approx(0.3 * found.carbon_kg)


def test_where_carbon_makes_a_negative_price_dear_the_machine_stands_off() -> None:
    machine = Machine("m", [], off_kw=0.0, idle_kw=5.0)
    problem = problem_of(machine, horizon_min=60, price=PriceSeries([-0.1], 60))
    assert check_plan(problem, prices_of(problem), {}, {}).load_kw.max() == 5.0
    dirty = msgspec.structs.replace(problem, limits=Limits(carbon=Carbon([0.5], 60, 0.3)))
    assert check_plan(dirty, prices_of(dirty), {}, {}).load_kw.max() == 0.0


def test_a_running_minute_in_a_maintenance_is_named_and_a_pause_through_it_is_not() -> None:
    machine = Machine("m", [A], maintenance=[(25, 31)])
    problem = problem_with(Limits(), machine)
    breach = only(check_plan(problem, prices_of(problem), {"m": {"a": 20}}, {}))
    assert breach.sentence == "Batch 'a' of 'm' runs at minute 25, in the maintenance that ends at 31."
    assert breach.excess == 5
    assert check_plan(problem, prices_of(problem), {"m": {"a": 20}}, {"m": {"a": [(25, 31)]}}).feasible


def test_a_fixed_machine_stays_where_the_plan_in_force_has_it_and_does_not_pause() -> None:
    second = BatchSpec("c", 5, power_kw=1.0, gap_before_min=3)
    problem = problem_with(Limits(), Machine("m", [A, second], fixed=True, maintenance=[(26, 40)]))
    prices = prices_of(problem)
    assert check_plan(
        problem, prices, {"m": {"a": 12, "c": 40}}, {}
    ).feasible  # 25 would meet the maintenance
    found = check_plan(problem, prices, {"m": {"a": 11, "c": 40}}, {})
    assert only(found).sentence == (
        "Batch 'a' of 'm' begins at minute 11, and the machine is fixed: it stays at 12."
    )
    paused = check_plan(problem, prices, {"m": {"a": 12, "c": 40}}, {"m": {"a": [(13, 18)]}})
    assert Limit.TOO_MANY_PAUSES in {breach.limit for breach in paused.breaches}


def test_a_free_order_is_the_one_that_the_starts_make() -> None:
    batches = [A, BatchSpec("c", 5, power_kw=1.0, gap_before_min=3)]
    free = problem_with(Limits(), Machine("m", batches, order_fixed=False))
    prices = prices_of(free)
    assert check_plan(free, prices, {"m": {"a": 20, "c": 15}}, {}).feasible  # a has no gap of its own
    assert only(check_plan(free, prices, {"m": {"a": 20, "c": 32}}, {})).limit is Limit.GAP
    kept = problem_with(Limits(), Machine("m", batches))
    assert only(check_plan(kept, prices, {"m": {"a": 20, "c": 15}}, {})).limit is Limit.GAP


def test_of_thousands_of_broken_places_the_first_and_the_worst_are_named() -> None:
    profile = [float(minute % 2) * (1 + minute % 7) for minute in range(119)]
    profile[101] = 99.0
    machine = Machine("m", [BatchSpec("a", 119, profile_kw=profile)])
    problem = problem_with(Limits(supply_kw=0.5), machine)
    found = check_plan(problem, prices_of(problem), {"m": {"a": 0}}, {})
    assert len(found.breaches) == NAMED_RATHER_THAN_COUNTED
    assert found.breaches[0].params["at_min"] == 1
    assert max(breach.excess for breach in found.breaches) == 98.5


def test_pauses_of_a_batch_that_the_problem_does_not_know_are_said() -> None:
    problem = problem_with(Limits())
    plan: dict[str, dict[str, int]] = {"m": {"a": 20}, "n": {"b": 40}}
    found = check_plan(problem, prices_of(problem), plan, {"n": {"x": [(1, 2)]}})
    assert found.violations == ["The problem has no batch 'x' of 'n'."]


@pytest.mark.parametrize("start", [-(10**20), 10**20, -5, 115])
def test_a_start_far_outside_the_horizon_is_said_and_nothing_else_happens(start: int) -> None:
    crew = Crew([CrewShift("00:00", 9)], charge_min=5, discharge_min=5)
    limits = Limits(crew=crew, buffers=[Buffer("x", ["n"], ["m"], 5.0)], starts=StartRule(1))
    found = verdict(limits, a=start)
    assert only(found).limit in (Limit.EARLIEST, Limit.HORIZON)


def test_pauses_that_overlap_or_are_endless_are_said() -> None:
    problem = problem_with(Limits())
    starts: dict[str, dict[str, int]] = {"m": {"a": 20}, "n": {"b": 40}}
    endless = check_plan(problem, prices_of(problem), starts, {"m": {"a": [(25, 10**18)]}})
    assert only(endless).limit is Limit.HORIZON
    backwards = check_plan(problem, prices_of(problem), starts, {"m": {"a": [(25, 21)]}})
    assert only(backwards).limit is Limit.PAUSE_TOO_SHORT
