"""A plan's moves, its cost by band, its commands and what the meters verified, as rows of texts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.limit_texts import alternative, held_back
from hmi.desk.numbers import number, percent
from hmi.desk.plan_texts import code, command_action, command_state, move_reason
from hmi.station.verification import Verification
from hmi.store.records import Command, PlanRow
from solver.durations import MINUTE_MS
from solver.plan import Plan

Row = tuple[str, ...]


def move_rows(context: DeskContext, start_ms: int, plan: Plan) -> list[Row]:
    """Machine, batch, from, to, pauses, saving and reason of each move, the next best, what holds it back."""
    zone = context.plant.zone

    def local(minute: int) -> str:
        return texts.clock_time(start_ms + minute * MINUTE_MS, zone)

    return [
        (
            context.label(move.machine),
            move.batch,
            local(move.from_min),
            local(move.to_min),
            ", ".join(f"{local(since)}–{local(to)}" for since, to in move.pauses) or "–",
            number(move.saving, 2),
            move_reason(move),
            alternative(context, move, start_ms),
            held_back(context, move, start_ms),
        )
        for move in plan.moves
    ]


def band_rows(bands: Sequence[str], plan: Plan) -> list[Row]:
    """Band, kWh before and after, cost before and after."""
    tables = (
        plan.energy_by_band_before,
        plan.energy_by_band_after,
        plan.cost_by_band_before,
        plan.cost_by_band_after,
    )
    rows = [(texts.band(name), *(number(table.get(name, 0.0), 1) for table in tables)) for name in bands]
    return [*rows, ("Σ", *(number(sum(table.values()), 1) for table in tables))] if rows else []


def command_rows(context: DeskContext, commands: Sequence[Command]) -> list[Row]:
    """When, machine, what, how far, and why not."""
    zone = context.plant.zone
    return [
        (
            texts.clock_time(command.due_ms, zone),
            context.label(command.machine),
            command_action(command.action),
            command_state(command.state),
            texts.clock_time(command.read_back_ms, zone) if command.read_back_ms is not None else "–",
            code(command.reason),
        )
        for command in commands
    ]


def plan_rows(context: DeskContext, plans: Sequence[PlanRow]) -> list[Row]:
    """Number, state, from, to, who, promised and verified saving, note."""
    zone = context.plant.zone
    rows: list[Row] = []
    for row in plans:
        plan = msgspec.json.decode(row.plan_json, type=Plan)
        verified = row.verification_json
        saved = msgspec.json.decode(verified, type=Verification).saving if verified is not None else None
        rows.append(
            (
                str(row.id),
                texts.plan_state(row.state),
                texts.day_and_time(row.start_ms, zone),
                texts.day_and_time(row.end_ms, zone),
                row.proposed_by,
                row.decided_by or "–",
                number(plan.cost_before - plan.cost, 2),
                number(saved, 2) if saved is not None else "–",
                row.note,
            )
        )
    return rows


def saving_rows(context: DeskContext, report: Verification) -> list[Row]:
    """Machine, metered kWh, cost of the baseline, what was paid, the saving, the share of time read."""
    return [
        (
            context.label(batch.machine),
            number(batch.energy_kwh, 1),
            number(batch.cost_baseline, 2),
            number(batch.cost_paid, 2),
            number(batch.saving, 2),
            percent(batch.coverage, 1),
        )
        for batch in report.batches
    ]
