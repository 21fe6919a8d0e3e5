from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver import explain
from solver.check import Limit, check_plan
from solver.check_machine import PlacedBatch
from solver.explain import explained
from solver.explain_binding import nearest_places
from solver.explain_place import NEAR_MIN, SMALLEST_SAVING, Elsewhere, Judgement, judged
from solver.limits import Buffer, Carbon, Crew, CrewShift, Distance, NightWork, StartRule
from solver.plan import Move, Plan, Span
from solver.problem import BatchSpec, Limits, Machine, PauseRule, PlanProblem
from solver.tariff import PriceGrid, PriceSeries
from solver.what_if import WhatIf
from tests.solver.limit_examples import HORIZON, any_plan, coupled_problems
from tests.solver.plan_examples import prices_of, problem_of

DAY_AND_NIGHT = PriceSeries([1.0, 0.5], 720)  # dear until noon


def one_batch(limits: Limits | None = None, **batch: Any) -> PlanProblem:
    """A batch of an hour with 60 kW; without the plan it runs from minute 100 on."""
    spec = BatchSpec("b", 60, **{"power_kw": 60.0, "now_min": 100, **batch})
    return problem_of(Machine("m", [spec]), horizon_min=1440, price=DAY_AND_NIGHT, limits=limits)


def plan_of(
    problem: PlanProblem,
    starts: dict[str, dict[str, int]],
    pauses: dict[str, dict[str, list[Span]]] | None = None,
    before: dict[str, dict[str, int]] | None = None,
) -> Plan:
    """A plan with its explanation, as a search would state it; without `before` it was at each now_min."""
    grid = prices_of(problem)
    was = before or {
        machine.id: {batch.id: batch.now_min or 0 for batch in machine.batches}
        for machine in problem.machines
    }
    verdict, verdict_before = (
        check_plan(problem, grid, starts, pauses or {}),
        check_plan(problem, grid, was, {}),
    )
    plan = Plan(
        cost=verdict.cost,
        cost_before=verdict_before.cost,
        saving_rate=0.0,
        bound=0.0,
        gap=1.0,
        makespan_min=verdict.makespan_min,
        peak_kw=verdict.peak_kw,
        starts_min=starts,
        pauses_min=pauses or {},
        method="hand",
        seed=0,
        iterations=0,
        seconds=0.0,
        feasible=verdict.feasible,
        violations=verdict.violations,
        starts_before_min=was,
    )
    return explained(problem, grid, plan)


def only_move(plan: Plan) -> Move:
    [move] = plan.moves
    return move


def cost_of(problem: PlanProblem, starts: dict[str, dict[str, int]]) -> float:
    return check_plan(problem, prices_of(problem), starts, {}).cost


def test_a_move_says_where_its_energy_went_and_what_putting_it_back_would_cost() -> None:
    problem = one_batch()
    move = only_move(plan_of(problem, {"m": {"b": 720}}))
    assert (move.from_min, move.to_min, move.reason) == (100, 720, "leaves_band")
    assert move.params == {"from_band": "1", "to_band": "0.5", "kwh": 60.0}
    assert move.saving == pytest.approx(30.0)


def test_the_saving_of_a_move_counts_all_that_the_plan_pays_for() -> None:
    limits = Limits(
        demand_price_per_kw=2.0,
        carbon=Carbon([0.3, 0.7], 720, 0.1),
        crew=Crew([CrewShift("00:00", 9)], charge_min=30, night=NightWork("00:00", "06:00", 20.0)),
        distance=Distance(price_per_hour=0.6),
    )
    still = Machine("still", [BatchSpec("s", 60, power_kw=40.0, now_min=100)])
    problem = one_batch(limits)
    problem = msgspec.structs.replace(problem, machines=[*problem.machines, still])
    before, after = {"m": {"b": 100}, "still": {"s": 100}}, {"m": {"b": 720}, "still": {"s": 100}}
    move = only_move(plan_of(problem, after))
    assert move.saving == pytest.approx(cost_of(problem, before) - cost_of(problem, after))
    energy, carbon, night, distance, demand = 30.0, -60 * 0.4 * 0.1, 10.0, -0.6 * 620 / 60, 2.0 * 40
    assert move.saving == pytest.approx(energy + carbon + night + distance + demand)
    assert move.reason == "lowers_peak"


def test_a_move_that_cannot_be_undone_alone_saves_its_own_energy() -> None:
    batches = [
        BatchSpec("a", 60, power_kw=60.0, now_min=100),
        BatchSpec("b", 60, power_kw=60.0, now_min=800),
    ]
    problem = problem_of(
        Machine("m", batches),
        horizon_min=1440,
        price=DAY_AND_NIGHT,
        limits=Limits(demand_price_per_kw=9.0),
    )
    first, second = plan_of(problem, {"m": {"a": 800, "b": 1000}}).moves
    assert (first.reason, first.saving) == ("leaves_band", pytest.approx(30.0))
    assert (second.reason, second.saving) == ("makes_room", pytest.approx(0.0))


@pytest.mark.parametrize(
    ("limits", "reason", "params"),
    [
        (Limits(carbon=Carbon([0.5, 0.1, 0.1, 0.1, 0.1], 300, 1.0)), "less_carbon", {"kg": 24.0}),
        (
            Limits(
                crew=Crew([CrewShift("00:00", 2)], charge_min=30, night=NightWork("01:00", "02:00", 10.0))
            ),
            "less_night",
            {"hours": 0.5},
        ),
    ],
)
def test_a_move_within_one_band_says_what_else_it_saves(
    limits: Limits, reason: str, params: dict[str, float]
) -> None:
    move = only_move(plan_of(one_batch(limits), {"m": {"b": 400}}))
    assert (move.reason, move.params) == (reason, params)


def test_a_move_out_of_a_limit_s_way_names_the_limit() -> None:
    other = Machine("other", [BatchSpec("o", 60, power_kw=60.0, now_min=100)])
    problem = one_batch(Limits(supply_kw=100.0))
    problem = msgspec.structs.replace(problem, machines=[*problem.machines, other])
    move = only_move(plan_of(problem, {"m": {"b": 200}, "other": {"o": 100}}))
    assert (move.reason, move.params) == ("keeps_limit", {"limit": "supply"})


def test_the_limit_that_keeps_a_batch_from_its_cheapest_place_is_named_with_what_it_costs() -> None:
    problem = one_batch(due_min=750)
    plan = plan_of(problem, {"m": {"b": 690}})
    move = only_move(plan)
    assert move.limit == "due"
    assert move.limit_params == {"at_min": 720.0, "saves": pytest.approx(15.0)}
    [binding] = plan.binding
    assert (binding.limit, binding.key, binding.batches) == ("due", "due_min", 1)
    assert (binding.machine, binding.batch) == ("m", "b")
    assert binding.worth == pytest.approx(15.0)


def test_a_batch_at_its_cheapest_place_is_kept_from_nothing() -> None:
    plan = plan_of(one_batch(), {"m": {"b": 900}})
    assert only_move(plan).limit == ""
    assert plan.binding == []


def test_the_alternative_is_the_best_other_start_half_an_hour_away() -> None:
    problem = one_batch(due_min=790)
    move = only_move(plan_of(problem, {"m": {"b": 725}}))
    assert move.alternative_min == 695
    there = cost_of(problem, {"m": {"b": 695}}) - cost_of(problem, {"m": {"b": 725}})
    assert move.alternative_cost == pytest.approx(there)
    assert there == pytest.approx(25 * 0.5)


def test_the_alternative_breaks_no_limit() -> None:
    other = Machine("other", [BatchSpec("o", 300, power_kw=60.0, now_min=800)])
    problem = one_batch(Limits(supply_kw=100.0), due_min=1440)
    problem = msgspec.structs.replace(problem, machines=[*problem.machines, other])
    move = only_move(plan_of(problem, {"m": {"b": 735}, "other": {"o": 800}}))
    assert move.alternative_min is not None
    assert move.alternative_min >= 1100 or move.alternative_min <= 705


def test_there_may_be_no_alternative() -> None:
    move = only_move(plan_of(one_batch(earliest_min=720, due_min=790, now_min=100), {"m": {"b": 725}}))
    assert (move.alternative_min, move.alternative_cost) == (None, None)


def test_where_a_batch_was_is_an_alternative_however_near() -> None:
    move = only_move(plan_of(one_batch(earliest_min=720, due_min=790, now_min=720), {"m": {"b": 725}}))
    assert move.alternative_min == 720
    assert move.alternative_cost == pytest.approx(0.0)


def test_a_limit_of_all_machines_says_where_the_plan_comes_nearest() -> None:
    other = Machine("other", [BatchSpec("o", 60, power_kw=40.0, now_min=720, due_min=780, earliest_min=720)])
    problem = one_batch(Limits(supply_kw=90.0), due_min=800)
    problem = msgspec.structs.replace(problem, machines=[*problem.machines, other])
    plan = plan_of(problem, {"m": {"b": 660}, "other": {"o": 720}})
    supply = next(binding for binding in plan.binding if binding.limit == "supply")
    assert (supply.key, supply.batches, supply.from_min, supply.room) == ("limits.supply_kw", 1, 660, 30.0)
    assert supply.worth == pytest.approx(30.0)


def test_a_supply_used_to_the_last_kilowatt_binds_even_if_no_batch_wants_more() -> None:
    plan = plan_of(one_batch(Limits(supply_kw=60.0)), {"m": {"b": 900}})
    [binding] = plan.binding
    assert (binding.limit, binding.batches, binding.room) == ("supply", 0, 0.0)


def test_of_every_shared_limit_the_nearest_place_is_known() -> None:
    limits = Limits(
        supply_kw=100.0,
        interval_energy_kwh=20.0,
        starts=StartRule(3, 30),
        crew=Crew([CrewShift("00:00", 3)], charge_min=20, discharge_min=10),
        distance=Distance(most_batches=4),
        buffers=[Buffer("silo", filled_by=["m"], emptied_by=["other"], start_level=1.0, capacity=5.0)],
    )
    other = Machine("other", [BatchSpec("o", 60, power_kw=30.0, now_min=300, takes=2.0)])
    problem = one_batch(limits, makes=2.0)
    problem = msgspec.structs.replace(problem, machines=[*problem.machines, other])
    starts = {"m": {"b": 120}, "other": {"o": 300}}
    found = nearest_places(WhatIf(problem, prices_of(problem), starts, {}))
    assert {limit: (place.from_min, place.to_min, place.room) for limit, place in found.items()} == {
        Limit.SUPPLY: (120, 121, 40.0),
        Limit.INTERVAL_ENERGY: (120, 135, 5.0),
        Limit.CREW: (100, 101, 2.0),
        Limit.BUFFER_EMPTY: (0, 1, 1.0),
        Limit.BUFFER_FULL: (180, 181, 2.0),
        Limit.STARTS: (91, 121, 2.0),
        Limit.TOO_MANY_MOVED: (0, 1440, 3.0),
    }


def test_a_buffer_that_binds_is_named() -> None:
    silo = Buffer("silo", filled_by=["m"], emptied_by=["other"], start_level=1.0, capacity=5.0)
    other = Machine("other", [BatchSpec("o", 60, power_kw=30.0, now_min=300, takes=2.0)])
    problem = one_batch(Limits(buffers=[silo]), makes=2.0)
    problem = msgspec.structs.replace(problem, machines=[*problem.machines, other])
    plan = plan_of(problem, {"m": {"b": 120}, "other": {"o": 300}})
    [binding] = [found for found in plan.binding if found.limit == "buffer_empty"]
    assert (binding.key, binding.batch, binding.room) == ("limits.buffers.silo", "b", 1.0)


def test_carbon_and_night_hours_are_stated_before_and_after() -> None:
    limits = Limits(
        carbon=Carbon([0.5, 0.1], 720, 1.0),
        crew=Crew([CrewShift("00:00", 2)], charge_min=30, night=NightWork("00:00", "06:00", 12.0)),
        distance=Distance(price_per_hour=3.0),
    )
    plan = plan_of(one_batch(limits), {"m": {"b": 820}})
    assert (plan.carbon_kg_before, plan.carbon_kg) == pytest.approx((30.0, 6.0))
    assert (plan.carbon_cost_before, plan.carbon_cost) == pytest.approx((30.0, 6.0))
    assert (plan.night_hours_before, plan.night_hours) == pytest.approx((0.5, 0.0))
    assert (plan.night_cost_before, plan.night_cost) == pytest.approx((6.0, 0.0))
    assert plan.distance_cost == pytest.approx(36.0)


def test_a_pause_alone_is_a_move_and_what_it_saves_is_its_own() -> None:
    problem = one_batch(now_min=670, due_min=790, pauses=PauseRule(1, 30))
    plan = plan_of(problem, {"m": {"b": 670}}, {"m": {"b": [(690, 730)]}})
    move = only_move(plan)
    assert (move.from_min, move.to_min, move.pauses) == (670, 670, [(690, 730)])
    assert move.saving == pytest.approx(30 * 0.5)


def test_a_plan_that_is_to_end_early_is_not_told_what_would_be_cheaper() -> None:
    problem = msgspec.structs.replace(one_batch(due_min=750), objective="makespan")
    plan = plan_of(problem, {"m": {"b": 0}})
    move = only_move(plan)
    assert (move.limit, move.alternative_min, plan.binding) == ("", None, [])


def test_a_plan_stored_before_it_was_explained_can_still_be_read() -> None:
    plan = plan_of(one_batch(), {"m": {"b": 720}})
    new = {"binding", "carbon_kg", "carbon_cost", "night_hours", "night_cost", "distance_cost"}
    new |= {f"{name}_before" for name in new}
    old = {key: value for key, value in msgspec.to_builtins(plan).items() if key not in new}
    old["moves"] = [
        {key: value for key, value in move.items() if not key.startswith(("limit", "alternative"))}
        for move in old["moves"]
    ]
    read = msgspec.json.decode(msgspec.json.encode(old), type=Plan)
    assert read.cost == plan.cost
    assert (only_move(read).limit, read.binding, read.carbon_kg) == ("", [], 0.0)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


@settings(max_examples=40, deadline=None)
@given(st.data(), coupled_problems())
def test_what_is_said_of_other_places_is_what_the_checker_says_of_them(
    data: st.DataObject, priced: tuple[PlanProblem, PriceGrid]
) -> None:
    problem, grid = priced
    starts, pauses = data.draw(any_plan(problem))
    plan = WhatIf(problem, grid, starts, pauses)
    now = plan.now()
    broken = {breach.limit for breach in now.breaches}
    assume(Limit.OVERLAP not in broken)
    for state in plan.machines.values():
        for one in state.placed:
            if not 0 <= one.start <= one.end <= HORIZON:
                assert judged(plan, now, one, one.batch.now_min) == Judgement(
                    one.machine.id, one.batch.id, None, None, None
                )
                continue
            found = judged(plan, now, one, one.batch.now_min)
            tried = {
                start: (then.cost - now.cost, {breach.limit for breach in then.breaches} - broken)
                for start in range(HORIZON - (one.end - one.start) + 1)
                for then in [plan.drag(one.machine.id, one.batch.id, start)]
            }
            free = [
                change
                for start, (change, breaks) in tried.items()
                if abs(start - one.start) >= NEAR_MIN and not breaks
            ]
            assert_place(found.alternative, tried, one, allowed=True)
            assert_place(found.held, tried, one, allowed=False)
            if not one.machine.sleep and free:
                assert found.alternative is not None
                assert found.alternative.change <= min(free) + SMALLEST_SAVING + 1e-9


def assert_place(
    found: Elsewhere | None, tried: dict[int, tuple[float, set[Limit]]], one: PlacedBatch, *, allowed: bool
) -> None:
    """Leaves out the old place, where a batch has no pauses, and one on top of another batch."""
    if found is None or found.start_min == one.batch.now_min or Limit.OVERLAP in found.breaks:
        return
    change, breaks = tried[found.start_min]
    assert found.change == pytest.approx(change, abs=1e-9)
    assert set(found.breaks) == breaks
    assert allowed == (not breaks)


def test_of_very_many_batches_only_those_that_matter_most_are_tried_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = problem_of(
        Machine(
            "m", [BatchSpec("small", 60, power_kw=1.0, now_min=100), BatchSpec("large", 60, power_kw=60.0)]
        ),
        horizon_min=1440,
        price=DAY_AND_NIGHT,
    )
    starts = {"m": {"small": 800, "large": 900}}
    before = {"m": {"small": 100, "large": 200}}
    every = plan_of(problem, starts, before=before)
    monkeypatch.setattr(explain, "MOST_TRIED", 1)
    few = plan_of(problem, starts, before=before)
    assert [move.batch for move in few.moves] == ["small", "large"]
    assert [move.saving for move in few.moves] == pytest.approx([move.saving for move in every.moves])
    assert [move.alternative_min is None for move in few.moves] == [True, False]
    assert few.moves[1] == every.moves[1]
