"""From batches, twin and plant to a problem, and from a plan to commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from hmi.planning import (
    NothingToPlanError,
    Situation,
    baseline_starts_min,
    plan_problem,
    planned_commands,
    take_over_ms,
    waiting_batches,
)
from hmi.plant import PlanRules, Plant, load_plant
from hmi.plant_limits import PlantLimits
from hmi.store.records import Batch, CommandAction, Cycle, MachineState, MachineStatus
from hmi.tariffs import load_tariff
from solver.durations import MINUTE_MS
from solver.limits import StartRule
from solver.plan import Plan, load_curve
from solver.problem import PlanProblem, UnderWay, problem_start_ms
from solver.tariff import price_grid

HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
MIDNIGHT_MS = 1_457_884_800_000  # 2016-03-14 00:00 in Shanghai
NOW_MS = MIDNIGHT_MS + 6 * HOUR_MS
TARIFF = load_tariff("guangdong-large-industry-2016")


@pytest.fixture(scope="module")
def plant() -> Plant:
    shipped = load_plant(Path(__file__).parents[2] / "resources" / "plants" / "company_x" / "plant.toml")
    return msgspec.structs.replace(shipped, rules=PlanRules(lead_min=60, horizon_min=1560))


def batch(habit_h: float, machine: str = "mill_25", batch_id: str = "b1", **changes: object) -> Batch:
    usual = Batch(
        id=batch_id,
        machine=machine,
        earliest_ms=MIDNIGHT_MS + round((habit_h - 1) * HOUR_MS),
        due_ms=MIDNIGHT_MS + DAY_MS + 8 * HOUR_MS,
        habit_start_ms=MIDNIGHT_MS + round(habit_h * HOUR_MS),
        running_min=770,
        power_kw=48.0,
        gap_before_min=60,
        most_pauses=2,
        least_pause_min=60,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def situation(
    *batches: Batch, status: MachineStatus | None = None, cycles: tuple[Cycle, ...] = ()
) -> Situation:
    return Situation(NOW_MS, batches, {} if status is None else {status.machine: status}, cycles)


def cycle(start_h: float, end_h: float) -> Cycle:
    return Cycle(
        "mill_25",
        MIDNIGHT_MS + round(start_h * HOUR_MS),
        MIDNIGHT_MS + round(end_h * HOUR_MS),
        770.0,
        0.0,
        615.0,
        True,
    )


def under_way(start_h: float, end_high_h: float) -> MachineStatus:
    return MachineStatus(
        "mill_25",
        NOW_MS,
        MachineState.RUNNING,
        0,
        cycle_start_ms=MIDNIGHT_MS + round(start_h * HOUR_MS),
        end_high_ms=MIDNIGHT_MS + round(end_high_h * HOUR_MS),
    )


def the_spec(problem: PlanProblem) -> tuple[int, int | None, int | None]:
    (machine,) = problem.machines
    (spec,) = machine.batches
    return spec.earliest_min, spec.due_min, spec.now_min


def test_a_batch_may_move_from_the_lead_time_on_and_its_baseline_is_the_crews_habit(plant: Plant) -> None:
    problem = plan_problem(plant, TARIFF, situation(batch(7.5)))
    assert problem_start_ms(problem) == NOW_MS
    assert the_spec(problem) == (60, 26 * 60, 90)
    assert problem.machines[0].idle_kw == plant.machine("mill_25").standby_kw


def test_a_plan_begins_on_a_full_minute(plant: Plant) -> None:
    known = replace(situation(batch(9)), now_ms=NOW_MS + 1)
    assert problem_start_ms(plan_problem(plant, TARIFF, known)) == NOW_MS + MINUTE_MS


def test_where_demand_has_a_price_a_plan_begins_with_the_metering_interval_under_way(plant: Plant) -> None:
    paid = msgspec.structs.replace(plant, limits=PlantLimits(interval_min=30, demand_price_per_kw=32.0))
    status = replace(under_way(-4.0, 9.5), remaining_high_kwh=100.0)
    known = situation(batch(-4.0, batch_id="b0"), batch(10.5), status=status)
    problem = plan_problem(paid, TARIFF, replace(known, now_ms=NOW_MS + 40 * MINUTE_MS))
    assert problem_start_ms(problem) == NOW_MS + 30 * MINUTE_MS
    assert problem.horizon_min == 1560 + 10
    (machine,) = problem.machines
    assert machine.batches[0].earliest_min == round((9.5 - 6.5 + 1) * 60)
    assert machine.under_way == UnderWay(ends_min=180, power_kw=(10 * 48 + 100 * 60) / 180)


@pytest.mark.parametrize(
    "limits", [PlantLimits(demand_price_per_kw=1.0), PlantLimits(interval_energy_kwh=9.0)]
)
def test_the_lead_time_counts_from_now_and_not_from_the_metering_interval(
    plant: Plant, limits: PlantLimits
) -> None:
    counted = msgspec.structs.replace(plant, limits=limits)
    problem = plan_problem(counted, TARIFF, replace(situation(batch(7.5)), now_ms=NOW_MS + 7 * MINUTE_MS))
    assert problem_start_ms(problem) == NOW_MS
    assert the_spec(problem)[0] == 7 + 60


def test_intervals_begin_by_the_clock_of_the_plant(plant: Plant) -> None:
    hourly = PlantLimits(interval_min=60, demand_price_per_kw=1.0)
    indian = msgspec.structs.replace(plant, timezone="Asia/Kolkata", limits=hourly)
    problem = plan_problem(indian, TARIFF, situation(batch(9.0)))
    assert problem_start_ms(problem) == NOW_MS - 30 * MINUTE_MS  # 03:30 there


def test_the_next_batch_waits_for_the_cautious_end_of_the_one_under_way(plant: Plant) -> None:
    status = under_way(-4.0, 9.5)
    problem = plan_problem(plant, TARIFF, situation(batch(-4.0, batch_id="b0"), batch(10.5), status=status))
    assert the_spec(problem)[0] == round((9.5 - 6 + 1) * 60)


def test_the_batch_under_way_counts_with_what_the_twin_expects_of_it(plant: Plant) -> None:
    status = replace(under_way(-4.0, 9.5), remaining_high_kwh=140.0)
    known = situation(batch(-4.0, batch_id="b0"), batch(10.5), status=status)
    (machine,) = plan_problem(plant, TARIFF, known).machines
    assert machine.under_way == UnderWay(ends_min=210, power_kw=40.0)
    price = price_grid(TARIFF, NOW_MS, 1560, plant.zone)
    curve = load_curve(plan_problem(plant, TARIFF, known), {"mill_25": {"b1": 400}}, {}, price.price_per_kwh)
    assert curve["mill_25"][209:211].tolist() == [40.0, machine.idle_kw]


def test_a_machine_that_only_ends_its_batch_counts_and_gets_no_command(plant: Plant) -> None:
    status = replace(under_way(-4.0, 9.5), remaining_high_kwh=140.0)
    known = situation(batch(9.0, machine="mill_26", batch_id="b2"), status=status)
    problem = plan_problem(plant, TARIFF, known)
    assert [(machine.id, len(machine.batches)) for machine in problem.machines] == [
        ("mill_25", 0),
        ("mill_26", 1),
    ]
    assert list(baseline_starts_min(problem)) == ["mill_26"]


def test_a_plan_keeps_the_plants_supply_and_its_limits(plant: Plant) -> None:
    limits = PlantLimits(demand_price_per_kw=32.0, starts=StartRule(2, 15))
    tight = msgspec.structs.replace(plant, supply_kw=90.0, limits=limits)
    known = replace(situation(batch(9.0)), peaks_kw={"": 71.5})
    found = plan_problem(tight, TARIFF, known).limits
    assert (found.supply_kw, found.starts) == (90.0, StartRule(2, 15))
    assert (found.demand_price_per_kw, found.peak_so_far_kw) == (32.0, 71.5)


def test_a_batch_that_the_meter_saw_is_not_planned_again(plant: Plant) -> None:
    done = situation(batch(5.0), batch(9.0, batch_id="b2"), cycles=(cycle(4.5, 5.5),))
    assert [item.id for item in waiting_batches("mill_25", done)] == ["b2"]


def test_nothing_to_move_is_said(plant: Plant) -> None:
    with pytest.raises(NothingToPlanError, match="enter batches first"):
        plan_problem(plant, TARIFF, situation())


def test_a_batch_that_waits_but_cannot_be_done_in_time_is_named(plant: Plant) -> None:
    busy = situation(batch(9.0), status=under_way(-4.0, 30.0))
    with pytest.raises(NothingToPlanError) as told:
        plan_problem(plant, TARIFF, busy)
    assert told.value.waiting == ("b1",)


def test_a_batch_that_cannot_be_in_time_is_left_to_the_crew(plant: Plant) -> None:
    tight = batch(8.0, due_ms=NOW_MS + 12 * HOUR_MS)
    later = batch(11.0, machine="mill_26", batch_id="b2")
    problem = plan_problem(plant, TARIFF, situation(tight, later))
    assert [machine.id for machine in problem.machines] == ["mill_26"]
    assert take_over_ms("mill_25", ["b9"], MIDNIGHT_MS + DAY_MS, situation(tight)) > tight.habit_start_ms


def test_commands_take_start_pause_and_hand_back_in_order(plant: Plant) -> None:
    problem = plan_problem(plant, TARIFF, situation(batch(9.0)))
    plan = Plan(
        cost=1.0,
        cost_before=2.0,
        saving_rate=0.5,
        bound=1.0,
        gap=0.0,
        makespan_min=0,
        peak_kw=48.0,
        starts_min={"mill_25": {"b1": 120}},
        pauses_min={"mill_25": {"b1": [(180, 360)]}},
        method="hand",
        seed=0,
        iterations=0,
        seconds=0.0,
        feasible=True,
        violations=[],
    )
    commands = planned_commands(problem, plan, {"mill_25": NOW_MS})
    minutes = [(item.action, (item.due_ms - NOW_MS) // MINUTE_MS) for item in commands]
    assert minutes == [
        (CommandAction.TAKE, 0),
        (CommandAction.START, 120),
        (CommandAction.PAUSE, 180),
        (CommandAction.START, 360),
        (CommandAction.RELEASE, 120 + 180 + 770),
    ]
