"""A batch that is promised or runs is not changed under its name; one that waits is."""

from __future__ import annotations

from dataclasses import replace

from hmi.station.payloads import EndPlan, EnterBatch
from hmi.store.batches import batch
from hmi.store.records import RequestKind
from hmi.store.status import machine_statuses
from solver.durations import HOUR_MS
from tests.hmi.station.watch.conftest import CHARGED, Bench


def longer(bench: Bench, batch_id: str) -> EnterBatch:
    known = batch(bench.world.store, batch_id)
    assert known is not None
    return EnterBatch(
        id=known.id,
        machine=known.machine,
        earliest_ms=known.earliest_ms,
        due_ms=known.due_ms + 10 * HOUR_MS,
        habit_start_ms=known.habit_start_ms,
        running_min=known.running_min + 5,
    )


def first_batch(bench: Bench) -> str:
    return next(iter(bench.world.problem().machines[0].batches)).id


def test_a_batch_of_the_plan_in_force_stays_as_it_was_approved(bench: Bench) -> None:
    name = first_batch(bench)
    before = batch(bench.world.store, name)
    plan_id = bench.approved()
    refused = bench.ask("chen", RequestKind.ENTER_BATCH, longer(bench, name))
    assert (refused.answer, refused.detail) == ("batch_in_plan", {"batch": name, "plan_id": plan_id})
    assert batch(bench.world.store, name) == before
    assert bench.ask("liu", RequestKind.STOP_PLAN, EndPlan(plan_id, "not now")).accepted
    assert bench.ask("chen", RequestKind.ENTER_BATCH, longer(bench, name)).accepted


def test_a_batch_under_way_is_not_changed_under_its_name(bench: Bench) -> None:
    name = first_batch(bench)
    bench.plc["mill_1"] = replace(CHARGED, running=True)
    bench.go(10)
    assert machine_statuses(bench.world.store)["mill_1"].cycle_start_ms is not None
    refused = bench.ask("chen", RequestKind.ENTER_BATCH, longer(bench, name))
    assert (refused.answer, refused.detail) == ("batch_runs", {"batch": name, "machine": "mill_1"})
