"""From the World to what a machine's card says."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from hmi.desk import texts
from hmi.desk.alarm_sentences import alarm_sentence
from hmi.desk.context import DeskContext
from hmi.desk.numbers import Local
from hmi.desk.plan_load import PlannedLoad
from hmi.desk.quality import Shown, shown, stale_after_ms
from hmi.desk.snapshot_model import World
from hmi.plant import MachineSpec
from hmi.store.records import Alarm, Batch, MachineState, MachineStatus
from solver.durations import MINUTE_MS
from widgets.machine_card import CardFacts
from widgets.quality_mark import Mark
from widgets.value_bar import BarFacts

NORMAL_SHARE = 0.2  # a running machine's normal range around its usual power
SCALE_SHARE = 1.6


def card_facts(
    context: DeskContext,
    world: World,
    machine: MachineSpec,
    plan: PlannedLoad | None,
    moved_kw: float = 0.0,
) -> CardFacts:
    """All that a card says of a machine now; `moved_kw` is how far its power has moved lately."""
    status = world.machines.get(machine.id)
    value = machine_power(context, world, machine.id)
    alarms = alarms_of(context, world, machine.id)
    batch = batch_under_way(world, machine.id, plan)
    priority = min((alarm.priority for alarm in alarms), default=0)
    words = [alarm_sentence(alarm.kind, machine.label, alarm.detail) for alarm in alarms]
    return CardFacts(
        title=machine.label,
        state=_state_text(status, value),
        value=value.text("kW"),
        mark=value.mark,
        mark_text=value.sentence,
        mark_short=value.short,
        trend=f"{'↗' if moved_kw > 0 else '↘'} {_signed(moved_kw)}" if moved_kw else "",
        trend_text=_trend_text(moved_kw) if moved_kw else "",
        bar=_bar(machine, status, value),
        bar_text=_bar_text(machine, status),
        lines=(_batch_line(world, machine, plan), _next_line(context, world, machine, plan)),
        batch=batch.id if batch is not None else "",
        notice=_notice(status),
        priority=priority,
        alarms_text="\n".join(words),
    )


def machine_power(context: DeskContext, world: World, machine: str) -> Shown:
    """A machine's power with its quality; without a meter there is none."""
    meter = context.plant.meter_of(machine)
    if meter is None:
        return Shown(math.nan, Mark.WAITING, QCoreApplication.translate("overview", "has no meter"))
    point = f"{meter.id}.power_kw"
    return shown(world, point, stale_after_ms(context.plant, context.clock, point))


def alarms_of(context: DeskContext, world: World, machine: str) -> list[Alarm]:
    """The standing alarms of a machine and of its meter."""
    meter = context.plant.meter_of(machine)
    subjects = {machine, meter.id if meter is not None else machine}
    return [alarm for subject in sorted(subjects) for alarm in world.standing.by_subject.get(subject, ())]


def batch_under_way(world: World, machine: str, plan: PlannedLoad | None) -> Batch | None:
    """The batch that the machine's cycle most likely is: the one whose start lies nearest."""
    status = world.machines.get(machine)
    if status is None or status.cycle_start_ms is None:
        return None
    begun_ms = status.cycle_start_ms
    mine = [batch for batch in world.batches if batch.machine == machine and batch.due_ms > begun_ms]
    return min(mine, key=_Distance(begun_ms, plan), default=None)


def next_batch(world: World, machine: str, plan: PlannedLoad | None) -> Batch | None:
    """The machine's next batch that has yet to start."""
    mine = [
        batch for batch in world.batches if batch.machine == machine and start_ms(batch, plan) > world.t_ms
    ]
    return min(mine, key=_Distance(world.t_ms, plan), default=None)


def start_ms(batch: Batch, plan: PlannedLoad | None) -> int:
    """When a batch starts: by the plan in force, else by the crew's habit."""
    return plan.starts_ms.get(batch.id, batch.habit_start_ms) if plan is not None else batch.habit_start_ms


class _Distance:
    """A sort key: how far a batch's start is from a moment."""

    def __init__(self, t_ms: int, plan: PlannedLoad | None) -> None:
        self._t_ms, self._plan = t_ms, plan

    def __call__(self, batch: Batch) -> tuple[int, str]:
        return abs(start_ms(batch, self._plan) - self._t_ms), batch.id


def _trend_text(moved_kw: float) -> str:
    text = QCoreApplication.translate("overview", "{moved} kW in the last 10 minutes")
    return text.format(moved=_signed(moved_kw))


def _signed(moved_kw: float) -> str:
    return format(Local(moved_kw), "+.0f")


def _state_text(status: MachineStatus | None, value: Shown) -> str:
    if status is None:
        return QCoreApplication.translate("overview", "not known yet")
    state = texts.machine_state(status.state)
    if value.mark is Mark.STALE and status.state is not MachineState.NO_DATA:
        return QCoreApplication.translate("overview", "was {state}").format(state=state)
    if status.cycle_paused and status.state is not MachineState.NO_DATA:
        return QCoreApplication.translate("overview", "paused")
    return state


def _bar(machine: MachineSpec, status: MachineStatus | None, value: Shown) -> BarFacts:
    low, high = _normal_range(machine, status)
    full = min(machine.rated_kw, SCALE_SHARE * machine.running_kw)
    shown_value = math.nan if value.mark is Mark.STALE else value.value
    return BarFacts(shown_value, full, low, high, machine.rated_kw)


def _bar_text(machine: MachineSpec, status: MachineStatus | None) -> str:
    low, high = _normal_range(machine, status)
    text = QCoreApplication.translate(
        "overview", "normal now: {low:.0f} to {high:.0f} kW, rated {rated:.0f} kW"
    )
    return text.format(low=Local(low), high=Local(high), rated=Local(machine.rated_kw))


def _normal_range(machine: MachineSpec, status: MachineStatus | None) -> tuple[float, float]:
    usual = machine.running_kw
    if status is not None and status.state is MachineState.RUNNING:
        return (1 - NORMAL_SHARE) * usual, (1 + NORMAL_SHARE) * usual
    return 0.0, NORMAL_SHARE * usual


def _batch_line(world: World, machine: MachineSpec, plan: PlannedLoad | None) -> str:
    status = world.machines.get(machine.id)
    if status is None or status.cycle_start_ms is None:
        return QCoreApplication.translate("overview", "no batch under way")
    batch = batch_under_way(world, machine.id, plan)
    running = texts.hours_minutes(status.cycle_running_min)
    if batch is None:
        return QCoreApplication.translate("overview", "a batch, {running} so far").format(running=running)
    text = QCoreApplication.translate("overview", "batch {running} of {whole}")
    return text.format(running=running, whole=texts.hours_minutes(batch.running_min))


def _next_line(context: DeskContext, world: World, machine: MachineSpec, plan: PlannedLoad | None) -> str:
    status, zone = world.machines.get(machine.id), context.plant.zone
    if status is not None and status.end_ms is not None:
        text = QCoreApplication.translate("overview", "done {time} ±{half}")
        low, high = status.end_low_ms or status.end_ms, status.end_high_ms or status.end_ms
        half = texts.hours_minutes((high - low) / 2 / MINUTE_MS)
        return text.format(time=texts.coming_time(status.end_ms, world.t_ms, zone), half=half)
    batch = next_batch(world, machine.id, plan)
    if batch is None:
        return QCoreApplication.translate("overview", "no further batch entered")
    planned = plan is not None and batch.id in plan.starts_ms
    text = (
        QCoreApplication.translate("overview", "next {time} (plan)")
        if planned
        else QCoreApplication.translate("overview", "next {time} (crew)")
    )
    return text.format(time=texts.coming_time(start_ms(batch, plan), world.t_ms, zone))


def _notice(status: MachineStatus | None) -> str:
    if status is None:
        return ""
    found = []
    if status.plc_interlock:
        found.append(QCoreApplication.translate("overview", "interlock"))
    if status.plc_local:
        found.append(QCoreApplication.translate("overview", "local control"))
    if status.overdue:
        found.append(QCoreApplication.translate("overview", "overdue"))
    return " · ".join(found)
