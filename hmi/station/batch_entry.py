"""A batch that production enters, checked against the plant and against plans that already count on it."""

from __future__ import annotations

import msgspec

from hmi.planning import batch_under_way, situation
from hmi.plant import Plant
from hmi.station.authority import RefusedError
from hmi.station.codes import Refusal
from hmi.station.outcome import Outcome
from hmi.station.payloads import EnterBatch
from hmi.store.batches import batch, save_batches
from hmi.store.database import Store
from hmi.store.records import Batch
from solver.durations import MINUTE_MS


def enter_batch(
    store: Store, plant: Plant, payload: EnterBatch, actor: str, plan_id: int | None, now_ms: int
) -> Outcome:
    """Stores a new or changed batch; raises RefusedError. A plan made before the change is stale by it.

    `plan_id` is the plan in force that places a batch of this name: what is promised or runs is not changed.
    """
    known = batch(store, payload.id)
    if known is not None:
        _check_changeable(store, plant, known, plan_id, now_ms)
    machine = next((machine for machine in plant.machines if machine.id == payload.machine), None)
    if machine is None:
        raise RefusedError(Refusal.UNKNOWN_MACHINE, payload.id, machine=payload.machine)
    entered = Batch(
        id=payload.id,
        machine=machine.id,
        earliest_ms=payload.earliest_ms,
        due_ms=payload.due_ms,
        habit_start_ms=payload.habit_start_ms,
        running_min=round(machine.batch_running_min) if payload.running_min is None else payload.running_min,
        power_kw=machine.running_kw if payload.power_kw is None else payload.power_kw,
        gap_before_min=machine.gap_before_min,
        most_pauses=machine.most_pauses,
        least_pause_min=machine.least_pause_min,
        entered_by=actor,
    )
    _check(entered)
    save_batches(store, [entered])
    return Outcome(f"batch {entered.id}", "" if known is None else _text(known), _text(entered))


def _check_changeable(store: Store, plant: Plant, known: Batch, plan_id: int | None, now_ms: int) -> None:
    if plan_id is not None:
        raise RefusedError(Refusal.BATCH_IN_PLAN, known.id, batch=known.id, plan_id=plan_id)
    if batch_under_way(known.machine, situation(store, plant, now_ms)) == known.id:
        raise RefusedError(Refusal.BATCH_RUNS, known.id, batch=known.id, machine=known.machine)


def _check(entered: Batch) -> None:
    possible = (
        bool(entered.id.strip())
        and entered.running_min > 0
        and entered.power_kw > 0
        and entered.earliest_ms <= entered.habit_start_ms < entered.due_ms
        and entered.earliest_ms + entered.running_min * MINUTE_MS <= entered.due_ms
    )
    if not possible:
        raise RefusedError(Refusal.BAD_BATCH, entered.id)


def _text(entered: Batch) -> str:
    return msgspec.json.encode(entered).decode()
