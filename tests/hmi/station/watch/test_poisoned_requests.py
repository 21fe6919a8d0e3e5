"""A request or a row that nobody expected is refused; the station goes on, and starts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from hmi.approval import PlanDocument, data_hash
from hmi.planning import plan_end_ms
from hmi.station.payloads import EndPlan, ProposePlan, payload_of
from hmi.store.plans import plan as stored_plan
from hmi.store.records import PlanState, RequestKind
from hmi.store.requests import ask, request
from solver.check import check_plan
from solver.plan import Plan
from solver.problem import Machine, PlanProblem, decode_problem, problem_start_ms, problem_zone
from solver.tariff import Tariff, price_grid

if TYPE_CHECKING:
    from conftest import Bench

TOO_LARGE = 2**63


def rewritten(bench: Bench, problem: PlanProblem, plan: Plan, **changes: Any) -> ProposePlan:
    """The honest proposal with another problem and plan, priced anew and truly signed by its proposer."""
    before = msgspec.json.decode(bench.world.proposal().document, type=PlanDocument)
    baseline = changes.get("baseline_starts_min", before.baseline_starts_min)
    assert isinstance(problem.tariff, Tariff)
    price = price_grid(problem.tariff, problem_start_ms(problem), problem.horizon_min, problem_zone(problem))
    document = msgspec.structs.replace(
        before,
        starts_min=plan.starts_min,
        pauses_min=plan.pauses_min,
        data_hash=data_hash(problem),
        cost=check_plan(problem, price, plan.starts_min, plan.pauses_min).cost,
        cost_before=check_plan(problem, price, baseline, {}).cost,
        end_ms=plan_end_ms(problem, plan) if plan.starts_min else before.end_ms,
        **changes,
    )
    return bench.world.signed(problem, plan, document)


def honest(bench: Bench) -> tuple[PlanProblem, Plan, PlanDocument]:
    payload = bench.world.proposal()
    return (
        decode_problem(payload.problem_json),
        msgspec.json.decode(payload.plan_json, type=Plan),
        msgspec.json.decode(payload.document, type=PlanDocument),
    )


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (RequestKind.STOP_PLAN, {"plan_id": TOO_LARGE}),
        (RequestKind.WITHDRAW_PLAN, {"plan_id": -TOO_LARGE - 1}),
        (RequestKind.APPROVE_PLAN, {"plan_id": TOO_LARGE, "reason": "", "signature": "", "t_ms": 0}),
        (RequestKind.SHELVE, {"key": "line_down:line_1", "reason": "why", "until_ms": TOO_LARGE}),
        (
            RequestKind.ENTER_BATCH,
            {"id": "b", "machine": "mill_1", "earliest_ms": 0, "habit_start_ms": 0, "due_ms": TOO_LARGE},
        ),
    ],
)
def test_a_number_that_no_database_holds_is_refused(
    bench: Bench, kind: RequestKind, payload: dict[str, Any]
) -> None:
    assert bench.ask("liu", kind, payload).answer == "bad_request"


def test_a_machine_without_a_batch_is_not_planned(bench: Bench) -> None:
    problem, plan, document = honest(bench)
    habits = document.baseline_starts_min
    idle = [
        machine if index else Machine(id=machine.id, batches=[], idle_kw=machine.idle_kw)
        for index, machine in enumerate(problem.machines)
    ]
    problem = msgspec.structs.replace(problem, machines=idle)
    starts = {
        machine: {} if machine == idle[0].id else plan.starts_min[machine] for machine in plan.starts_min
    }
    baseline = {machine: {} if machine == idle[0].id else habit for machine, habit in habits.items()}
    payload = rewritten(
        bench, problem, msgspec.structs.replace(plan, starts_min=starts), baseline_starts_min=baseline
    )
    answered = bench.ask("chen", RequestKind.PROPOSE_PLAN, payload)
    assert (answered.accepted, answered.answer) == (False, "data_mismatch")


def test_a_plan_of_nothing_is_refused(bench: Bench) -> None:
    problem, plan, _ = honest(bench)
    problem = msgspec.structs.replace(
        problem, machines=[Machine(id=machine.id, batches=[]) for machine in problem.machines]
    )
    payload = rewritten(bench, problem, msgspec.structs.replace(plan, starts_min={}), baseline_starts_min={})
    assert bench.ask("chen", RequestKind.PROPOSE_PLAN, payload).answer == "data_mismatch"


def test_a_baseline_that_is_not_the_crews_habit_is_refused(bench: Bench) -> None:
    """Else the promised and the verified saving are whatever the proposer likes."""
    problem, plan, document = honest(bench)
    machines = [
        msgspec.structs.replace(
            machine,
            batches=[msgspec.structs.replace(batch, now_min=120) for batch in machine.batches],
        )
        for machine in problem.machines
    ]
    problem = msgspec.structs.replace(problem, machines=machines)
    dear = {machine: dict.fromkeys(starts, 120) for machine, starts in document.baseline_starts_min.items()}
    payload = rewritten(bench, problem, plan, baseline_starts_min=dear)
    assert bench.ask("chen", RequestKind.PROPOSE_PLAN, payload).answer == "batch_changed"


def test_a_baseline_with_a_batch_left_out_is_refused(bench: Bench) -> None:
    problem, plan, _ = honest(bench)
    machines = [
        msgspec.structs.replace(
            machine,
            batches=[msgspec.structs.replace(batch, now_min=None) for batch in machine.batches],
        )
        for machine in problem.machines
    ]
    problem = msgspec.structs.replace(problem, machines=machines)
    payload = rewritten(bench, problem, plan, baseline_starts_min={})
    assert not bench.ask("chen", RequestKind.PROPOSE_PLAN, payload).accepted


def test_a_load_that_production_did_not_ask_for_is_refused(bench: Bench) -> None:
    problem, plan, _ = honest(bench)
    machines = [
        msgspec.structs.replace(
            machine,
            batches=[msgspec.structs.replace(batch, power_kw=480.0) for batch in machine.batches],
        )
        for machine in problem.machines
    ]
    payload = rewritten(bench, msgspec.structs.replace(problem, machines=machines), plan)
    assert bench.ask("chen", RequestKind.PROPOSE_PLAN, payload).answer == "batch_changed"


def test_a_pause_of_a_thousand_years_costs_no_memory(bench: Bench) -> None:
    problem, plan, _ = honest(bench)
    machine, batches = next(iter(plan.starts_min.items()))
    batch, start = next(iter(batches.items()))
    pauses = {machine: {batch: [(start + 5, start + 2_000_000)]}}
    payload = rewritten(bench, problem, msgspec.structs.replace(plan, pauses_min=pauses))
    assert bench.ask("chen", RequestKind.PROPOSE_PLAN, payload).answer == "data_mismatch"


@pytest.mark.expects_log
def test_a_plan_that_cannot_be_read_does_not_keep_the_station_from_starting(bench: Bench) -> None:
    plan_id = bench.approved()
    bench.change("plans", plan_id, problem_json=b"{")
    bench.start()
    assert bench.go(30) == []
    assert bench.world.state(plan_id) is PlanState.STOPPED


def test_a_machine_that_left_the_plant_does_not_keep_its_plan_from_being_verified(bench: Bench) -> None:
    plan_id = bench.approved()
    bench.go(60)
    plant = bench.world.plant
    assert plant.plc is not None
    bench.world.plant = msgspec.structs.replace(
        plant,
        machines=plant.machines[:1],
        meters=[meter for meter in plant.meters if meter.measures != "mill_2"],
        plc=msgspec.structs.replace(plant.plc, machines=["mill_1"]),
    )
    bench.start()
    for _ in range(500):
        bench.turn(1)
        bench.carry_out()
    row = stored_plan(bench.world.store, plan_id)
    assert row is not None
    assert row.state in (PlanState.VERIFIED, PlanState.FINISHED)
    assert bench.ask("liu", RequestKind.STOP_PLAN, EndPlan(plan_id=plan_id)).answer == "wrong_plan_state"


@pytest.mark.expects_log
def test_a_request_of_a_kind_that_this_station_does_not_know_is_refused(bench: Bench) -> None:
    with bench.world.store.transaction() as db:
        row = {"t_ms": 0, "actor": "chen", "host": "", "kind": "dance", "payload": "{}", "answer": ""}
        asked = db.table("requests").insert({**row, "detail": "{}"}).last_pk
    bench.turn()
    (answer,) = bench.world.store.rows("SELECT answer FROM requests WHERE id = ?", [asked])
    assert answer == ("bad_request",)


def test_what_was_read_before_the_clock_was_set_back_is_not_taken_for_new(bench: Bench) -> None:
    plan_id = bench.propose()
    payload = payload_of(bench.world.approval(plan_id))
    asked = ask(bench.world.store, "liu", "test", RequestKind.APPROVE_PLAN, payload, bench.clock.now_ms())
    bench.clock.move(bench.clock.now_ms() - 3_600_000)
    bench.watch.turn([])
    answered = request(bench.world.store, asked)
    assert answered is not None
    assert answered.answer == "plc_silent"
