"""A problem and its plan as the rows of a Gantt chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QT_TRANSLATE_NOOP

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.plan_crew import crew_row
from hmi.desk.plan_draft import band_spans
from hmi.planning import baseline_starts_min
from hmi.store.records import MachineState, StateSpan
from solver.check import Breach
from solver.check_machine import PlacedBatch
from solver.durations import MINUTE_MS
from solver.plan import Plan, Span, end_min, segments
from solver.problem import BatchSpec, PlanProblem
from solver.tariff import PriceGrid
from widgets.gantt import BandSpan, Block, Chart, Row

UNDER_WAY = "under way"


def before_chart(context: DeskContext, problem: PlanProblem, price: PriceGrid, plan: Plan | None) -> Chart:
    """Where the batches lie without the plan."""
    starts = plan.starts_before_min if plan is not None else baseline_starts_min(problem)
    return chart(context, problem, price, starts, {}, movable=False)


def after_chart(
    context: DeskContext,
    problem: PlanProblem,
    price: PriceGrid,
    plan: Plan,
    *,
    movable: bool,
    breaches: Sequence[Breach] = (),
) -> Chart:
    """Where the plan puts them; a draft's can be dragged, and those that break a limit are marked."""
    starts, pauses = plan.starts_min, plan.pauses_min
    return chart(context, problem, price, starts, pauses, movable=movable, breaches=breaches)


def chart(
    context: DeskContext,
    problem: PlanProblem,
    price: PriceGrid,
    starts_min: Mapping[str, Mapping[str, int]],
    pauses_min: Mapping[str, Mapping[str, Sequence[Span]]],
    *,
    movable: bool,
    breaches: Sequence[Breach] = (),
) -> Chart:
    """A problem's machines as rows over the tariff's bands."""
    rows, broken = [], {(one.machine, one.batch) for one in breaches}
    for machine in problem.machines:
        starts, pauses = starts_min.get(machine.id, {}), pauses_min.get(machine.id, {})
        blocks = tuple(
            replace(
                _block(context, price.start_ms, batch, starts[batch.id], pauses.get(batch.id, ()), movable),
                flagged=(machine.id, batch.id) in broken,
            )
            for batch in machine.batches
            if batch.id in starts
        )
        if machine.under_way is not None:
            blocks = (_under_way(context, price.start_ms, machine.under_way.ends_min), *blocks)
        rows.append(Row(machine.id, context.label(machine.id), blocks))
    crew = problem.limits.crew
    if crew is not None:
        placed = _placed(problem, starts_min, pauses_min)
        rows.append(crew_row(context, crew, placed, price.start_ms, problem.horizon_min))
    bands = tuple(
        BandSpan(from_min, to_min, name, texts.band(name), number(per_kwh, 3))
        for from_min, to_min, name, per_kwh in band_spans(price)
    )
    return Chart(price.start_ms, problem.horizon_min, context.plant.zone, bands, tuple(rows))


def _placed(
    problem: PlanProblem,
    starts_min: Mapping[str, Mapping[str, int]],
    pauses_min: Mapping[str, Mapping[str, Sequence[Span]]],
) -> list[PlacedBatch]:
    placed = []
    for machine in problem.machines:
        for batch in machine.batches:
            start = starts_min.get(machine.id, {}).get(batch.id)
            if start is not None:
                pauses = pauses_min.get(machine.id, {}).get(batch.id, ())
                placed.append(PlacedBatch(machine, batch, start, segments(batch, start, pauses), pauses))
    return placed


def _under_way(context: DeskContext, start_ms: int, ends_min: int) -> Block:
    """The batch that runs as the plan begins; nobody moves it."""
    ends = texts.clock_time(start_ms + ends_min * MINUTE_MS, context.plant.zone)
    words = texts.translated(QT_TRANSLATE_NOOP("texts", "under way, until about {time}"))
    return Block(UNDER_WAY, ((0, ends_min),), words.format(time=ends))


def with_measured(planned: Chart, ran: Mapping[str, Sequence[StateSpan]], now_ms: int) -> Chart:
    """The chart with what the meters saw running as solid bars inside what was planned."""
    rows = tuple(
        replace(row, blocks=(*row.blocks, *_ran(planned, ran.get(row.id, ()), now_ms)))
        for row in planned.rows
    )
    return replace(planned, rows=rows)


def _ran(planned: Chart, spans: Sequence[StateSpan], now_ms: int) -> list[Block]:
    blocks = []
    for span in spans:
        if span.state is not MachineState.RUNNING:
            continue
        from_min = max(0, (span.start_ms - planned.start_ms) // MINUTE_MS)
        to_ms = now_ms if span.end_ms is None else span.end_ms
        to_min = min(planned.horizon_min, (to_ms - planned.start_ms) // MINUTE_MS)
        if to_min > from_min:
            blocks.append(Block(f"ran {span.start_ms}", ((from_min, to_min),), solid=True))
    return blocks


def _block(
    context: DeskContext,
    start_ms: int,
    batch: BatchSpec,
    start_min: int,
    pauses: Sequence[Span],
    movable: bool,
) -> Block:
    zone = context.plant.zone
    from_ms = start_ms + start_min * MINUTE_MS
    to_ms = start_ms + end_min(batch, start_min, pauses) * MINUTE_MS
    tooltip = f"{batch.id}: {texts.clock_time(from_ms, zone)} – {texts.clock_time(to_ms, zone)}"
    spans = tuple(segments(batch, start_min, pauses))
    return Block(batch.id, spans, tooltip, movable=movable)
