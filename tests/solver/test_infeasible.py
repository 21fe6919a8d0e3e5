from __future__ import annotations

from typing import Any

import msgspec
import pytest

from solver.check import check_plan
from solver.errors import InfeasibleError, NoPlanError
from solver.infeasible import closest_breach, no_plan_found, prove_infeasible
from solver.limits import Buffer, Crew, CrewShift, Distance, Limits, StartRule
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, SleepState
from solver.tariff import PriceSeries
from tests.solver.plan_examples import prices_of, problem_of

HORIZON = 240
FLAT = PriceSeries([1.0], HORIZON)


def batch(name: str = "a", duration: int = 60, power_kw: float = 10.0, **rest: Any) -> BatchSpec:
    return BatchSpec(name, duration, power_kw=power_kw, **rest)


def problem_with(*machines: Machine, **limits: Any) -> PlanProblem:
    return problem_of(*machines, horizon_min=HORIZON, price=FLAT, limits=Limits(**limits))


def proof(problem: PlanProblem) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as caught:
        prove_infeasible(problem, prices_of(problem))
    assert str(caught.value).startswith("No plan: ") and str(caught.value).endswith(".")
    return caught.value


def passes(problem: PlanProblem) -> None:
    prove_infeasible(problem, prices_of(problem))


def twins(**rest: Any) -> list[Machine]:
    """Two machines with a batch of the same kind."""
    return [Machine(name, [batch(**rest)]) for name in "mn"]


def test_a_window_too_short_names_the_batch_the_limit_and_by_how_much() -> None:
    error = proof(problem_with(Machine("m", [batch(due_min=50)])))
    assert str(error) == (
        "No plan: batch 'a' of 'm' must end by minute 50 (due_min), but it may begin at minute 0 at the "
        "earliest and, running 60 min, ends at minute 60, 10 min too late; move that limit or a batch "
        "before it."
    )
    assert error.params == {
        "machine": "m",
        "batch": "a",
        "before": "",
        "limit": "due_min",
        "excess": 10,
        "unit": "min",
        "at_min": 60,
        "due_min": 50,
        "end_min": 60,
    }


def test_a_batch_that_its_predecessor_or_the_horizon_pushes_out_says_so() -> None:
    waits = Machine("m", [batch("a"), batch("b", due_min=120, gap_before_min=5)])
    assert "after 'a' and 5 min of gap it begins at minute 65" in str(proof(problem_with(waits)))
    long = proof(problem_with(Machine("m", [batch(duration=HORIZON + 1)])))
    assert "must end by minute 240 (horizon_min)" in str(long)


SLEEP = SleepState(10, 1.0, 20, 5.0, 0.0)


@pytest.mark.parametrize(
    ("machine", "limit", "excess", "said"),
    [
        (
            Machine("m", [batch(due_min=79)], sleep=[SLEEP]),
            "due_min",
            1,
            "at minute 20 at the earliest (sleep)",
        ),
        (Machine("m", [batch(duration=211)], sleep=[SLEEP]), "sleep", 1, "must end by minute 230 (sleep)"),
        (
            Machine("m", [batch(due_min=100)], maintenance=[(30, 50)]),
            "due_min",
            10,
            "after the maintenance it begins at minute 50 at the earliest",
        ),
        (
            Machine("m", [batch(due_min=79, pauses=PauseRule(1))], maintenance=[(30, 50)]),
            "due_min",
            1,
            "ends at minute 80",
        ),
        (
            Machine("m", [batch(now_min=5)], fixed=True, sleep=[SLEEP]),
            "fixed",
            15,
            "must begin by minute 5 (fixed)",
        ),
    ],
)
def test_maintenance_sleep_and_what_is_fixed_narrow_a_window(
    machine: Machine, limit: str, excess: int, said: str
) -> None:
    error = proof(problem_with(machine))
    assert (error.params["limit"], error.params["excess"]) == (limit, excess)
    assert said in str(error)


def test_a_plan_in_force_that_holds_a_batch_too_near_is_the_limit() -> None:
    machine = Machine("m", [batch("a"), batch("b", now_min=20)])
    error = proof(problem_with(machine, distance=Distance(most_min=30)))
    assert (error.params["limit"], error.params["excess"]) == ("limits.distance.most_min", 10)
    passes(problem_with(machine, distance=Distance(most_min=40)))


def test_batches_in_free_order_that_do_not_fit_one_after_the_other_are_counted() -> None:
    batches = [batch(name, due_min=190, gap_before_min=10) for name in "abc"]
    machine = Machine("m", batches, order_fixed=False)
    error = proof(problem_with(machine))
    assert error.params["excess"] == 10  # 3 x 60 and two gaps of 10 in 190 minutes
    assert "'m' has 190 min from minute 0 to 190, but batches 'a' of 'm'" in str(error)
    passes(problem_with(msgspec.structs.replace(machine, batches=[*batches[:2], batch("c")])))
    shut = Machine(
        "m", [batch(name, due_min=190) for name in "abc"], order_fixed=False, maintenance=[(60, 75)]
    )
    assert proof(problem_with(shut)).params["excess"] == 5


def test_one_batch_that_draws_more_than_the_supply_with_what_stands_beside_it() -> None:
    machines = [Machine("m", [batch(power_kw=48.0)]), Machine("n", [], idle_kw=3.0)]
    error = proof(problem_with(*machines, supply_kw=40.0))
    assert str(error) == (
        "No plan: limits.supply_kw allows 40 kW, but batch 'a' of 'm' draws 48 kW wherever it lies and the "
        "other machines 3 kW at their least; raise it by 11 kW."
    )
    assert error.params == {
        "limit": "limits.supply_kw",
        "excess": 11.0,
        "unit": "kW",
        "machine": "m",
        "batch": "a",
    }
    passes(problem_with(*machines, supply_kw=51.0))


def test_a_supply_in_kva_is_raised_in_kva() -> None:
    error = proof(problem_with(Machine("m", [batch(power_kw=48.0)]), supply_kva=50.0, power_factor=0.8))
    assert (error.params["limit"], error.params["unit"]) == ("limits.supply_kva", "kVA")
    assert error.params["excess"] == pytest.approx(10.0)
    assert "limits.supply_kva allows 40 kW" in str(error) and "raise it by 10 kVA" in str(error)


def test_machines_that_stand_may_draw_too_much_already() -> None:
    machines = [Machine(name, [batch(power_kw=9.0)], off_kw=4.0, idle_kw=3.0) for name in "mn"]
    error = proof(problem_with(*machines, supply_kw=5.0))
    assert "the machines together draw 6 kW even at their least; raise it by 1 kW" in str(error)
    energy = proof(problem_with(*machines, interval_energy_kwh=1.4))
    assert energy.params["limit"] == "limits.interval_energy_kwh"
    assert energy.params["excess"] == pytest.approx(0.1)


def test_batches_that_must_run_at_the_same_minute_are_named_with_it() -> None:
    machines = twins(earliest_min=10, due_min=100)
    error = proof(problem_with(*machines, supply_kw=15.0))
    assert error.params == {
        "limit": "limits.supply_kw",
        "excess": 5.0,
        "unit": "kW",
        "machine": "m",
        "batch": "a",
        "at_min": 40,
    }
    assert "at minute 40 batches 'a' of 'm', 'a' of 'n' must run and 20 kW are drawn together" in str(error)
    passes(problem_with(*twins(earliest_min=10, due_min=130), supply_kw=15.0))


def test_a_fixed_batch_counts_with_its_profile_minute_by_minute() -> None:
    profile = [1.0] * 30 + [12.0] * 30
    fixed = Machine("m", [BatchSpec("a", 60, profile_kw=profile, now_min=0)], fixed=True)
    other = Machine("n", [batch(now_min=0, duration=40)], fixed=True)
    error = proof(problem_with(fixed, other, supply_kw=20.0))
    assert (error.params["at_min"], error.params["excess"]) == (30, 2.0)
    passes(problem_with(fixed, Machine("n", [batch(now_min=0, duration=30)], fixed=True), supply_kw=20.0))


def test_more_energy_than_the_supply_carries_within_the_windows() -> None:
    machines = [Machine(name, [batch(due_min=130)]) for name in "mno"]  # two at a time fit, three need 180
    error = proof(problem_with(*machines, supply_kw=12.0))
    assert error.params["excess"] == pytest.approx(30 * 60 / 130 - 12)
    assert "must run from minute 0 to 130 and 13.846 kW are drawn together then on average" in str(error)
    passes(problem_with(*machines, supply_kw=14.0))


def test_a_batch_fills_some_interval_wherever_it_lies() -> None:
    machine = Machine("m", [batch(duration=29, power_kw=8.0)])
    error = proof(problem_with(machine, interval_energy_kwh=1.9))
    assert error.params["excess"] == pytest.approx(0.1)
    assert "uses 2 kWh in some interval wherever it lies" in str(error)
    # Of 28 minutes 14 may lie in each of two intervals, and a pause spreads them further.
    passes(problem_with(Machine("m", [batch(duration=28, power_kw=8.0)]), interval_energy_kwh=1.9))
    passes(
        problem_with(Machine("m", [batch(29 * "a", 29, 8.0, pauses=PauseRule(1))]), interval_energy_kwh=1.9)
    )


def test_batches_that_must_share_an_interval_or_a_stretch_of_them() -> None:
    together = proof(problem_with(*twins(earliest_min=10, due_min=85), interval_energy_kwh=4.0))
    assert (together.params["at_min"], together.params["excess"]) == (30, pytest.approx(1.0))
    machines = [Machine(name, [batch(duration=30, due_min=60)]) for name in "mno"]  # three halves of an hour
    stretch = proof(problem_with(*machines, interval_energy_kwh=3.0))
    assert stretch.params["excess"] == pytest.approx(0.75)
    assert "in the 4 intervals from minute 0 to 60 and 3.75 kWh are used in each" in str(stretch)


CREW = Crew([CrewShift("00:00", 1), CrewShift("02:00", 0)], charge_min=30)


def test_people_who_are_never_there_when_a_batch_could_be_charged() -> None:
    late = Machine("m", [batch(earliest_min=130)])
    error = proof(problem_with(late, crew=CREW))
    assert (error.params["limit"], error.params["excess"], error.params["at_min"]) == ("limits.crew", 1, 130)
    assert "has 0 people at most whenever batch 'a' of 'm' could be charged" in str(error)
    passes(problem_with(Machine("m", [batch(earliest_min=120)]), crew=CREW))
    discharge = msgspec.structs.replace(CREW, charge_min=0, discharge_min=10, discharge_people=2)
    error = proof(problem_with(Machine("m", [batch(due_min=239)]), crew=discharge))
    passes(problem_with(Machine("m", [batch()]), crew=discharge))  # at the horizon's end nobody is asked
    assert "could be discharged, and 2 are needed for 10 min; add 1" in str(error)


def test_charging_that_must_be_under_way_at_the_same_time() -> None:
    error = proof(problem_with(*twins(earliest_min=40, due_min=115), crew=CREW))
    assert error.params["at_min"] == 25
    assert "limits.crew has 1 people at minute 25" in str(error) and "need 2; add 1" in str(error)
    passes(problem_with(*twins(earliest_min=40, due_min=130), crew=CREW))


def test_more_charging_than_the_people_have_hours_for() -> None:
    machines = [Machine(name, [batch(earliest_min=30, due_min=145)]) for name in "mno"]
    error = proof(problem_with(*machines, crew=CREW))
    assert "has 1.417 h of people from minute 0 to 85" in str(error)
    assert error.params["excess"] == pytest.approx(5 / 85)


def test_a_buffer_that_runs_empty_or_over_whatever_is_chosen() -> None:
    fills = Machine("m", [batch(makes=5.0, earliest_min=100)])
    empties = Machine("n", [batch(takes=3.0, due_min=150)])
    buffer = Buffer("slurry", ["m"], ["n"], start_level=1.0)
    error = proof(problem_with(fills, empties, buffers=[buffer]))
    assert error.params == {
        "limit": "limits.buffers",
        "excess": 2.0,
        "unit": "",
        "at_min": 90,
        "buffer": "slurry",
    }
    assert "at minute 90 buffer 'slurry' falls to -2 even if" in str(error)
    small = Buffer("slurry", ["m"], ["n"], start_level=3.0, capacity=4.0)
    full = proof(problem_with(Machine("m", [batch(makes=5.0)]), empties, buffers=[small]))
    assert (full.params["at_min"], full.params["excess"]) == (240, 1.0)
    drained = Buffer("slurry", start_level=1.0, drain_per_hour=1.0)
    assert proof(problem_with(Machine("m", [batch()]), buffers=[drained])).params["excess"] == pytest.approx(
        3.0
    )


def test_more_starts_than_the_rule_lets_within_the_windows() -> None:
    rule = StartRule(1, 10)
    error = proof(problem_with(*twins(due_min=65), starts=rule))
    assert (error.params["limit"], error.params["excess"]) == ("limits.starts", 1.0)
    assert "allows 1 starts from minute 0 to 5" in str(error)
    passes(problem_with(*twins(due_min=70), starts=rule))


def test_batches_that_cannot_stay_are_more_than_may_move() -> None:
    machines = [
        Machine("m", [batch("a", now_min=10), batch("b", now_min=50)]),
        *twins(now_min=0, earliest_min=5),
    ]
    machines = [machines[0], *(msgspec.structs.replace(m, id=f"{m.id}2") for m in machines[1:])]
    error = proof(problem_with(*machines, distance=Distance(most_batches=1)))
    assert (error.params["limit"], error.params["excess"]) == ("limits.distance.most_batches", 2)
    passes(problem_with(*machines, distance=Distance(most_batches=3)))


def test_where_nothing_may_move_the_plan_in_force_is_held_against_the_supply() -> None:
    machines = twins(now_min=30)
    error = proof(problem_with(*machines, supply_kw=15.0, distance=Distance(most_batches=0)))
    assert (error.params["limit"], error.params["at_min"]) == ("limits.supply_kw", 30)
    passes(problem_with(*machines, supply_kw=15.0, distance=Distance(most_batches=1)))


def test_a_machine_without_batches_is_no_reason() -> None:
    passes(problem_with(Machine("m", []), crew=CREW, starts=StartRule(1), supply_kw=1.0))


def test_a_search_without_a_plan_says_what_its_best_breaks_by_how_much_and_where() -> None:
    problem = problem_with(*twins(due_min=100, now_min=0), supply_kw=15.0, distance=Distance(most_min=5))
    verdict = check_plan(problem, prices_of(problem), {"m": {"a": 0}, "n": {"a": 50}}, {})
    assert closest_breach(verdict, 10.0) == (
        "No plan found in 10 s: the best one found breaks due_min of batch 'a' of 'n' by 10 min at "
        "minute 110; and limits.supply_kw by 5 kW at minute 50; and limits.distance.most_min of batch 'a' "
        "of 'n' by 45 min at minute 50. Search longer, or ease that limit."
    )
    error = no_plan_found(verdict)
    assert isinstance(error, NoPlanError) and not isinstance(error, InfeasibleError)
    assert (error.params["breach"], error.params["limit"], error.params["excess"]) == ("due", "due_min", 10)


def test_of_several_places_the_worst_is_told() -> None:
    problem = problem_with(Machine("m", [BatchSpec("a", 4, profile_kw=[3.0, 1.0, 9.0, 1.0])]), supply_kw=2.0)
    verdict = check_plan(problem, prices_of(problem), {"m": {"a": 7}}, {})
    assert len(verdict.breaches) == 2
    assert "by 7 kW at minute 9" in closest_breach(verdict)


def test_a_machine_that_cannot_wake_within_the_supply_is_named() -> None:
    sleep = [SleepState(2, 1.0, 3, 30.0, 0.0)]
    error = proof(problem_with(Machine("s", [batch()], idle_kw=2.0, sleep=sleep), supply_kw=20.0))
    assert "'s' draws 30 kW while it wakes; raise it by 10 kW" in str(error)
    assert error.params["machine"] == "s"
