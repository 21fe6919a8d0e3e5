"""What is alarming about plans in force: commands held or failed, a start that the meter does not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hmi.plant import Plant
from hmi.station.alarm_rules import Condition, quiet
from hmi.station.codes import AlarmKind, Hold
from hmi.station.facts import Facts
from hmi.station.plan_commands import MOTOR
from hmi.station.plan_run import LIVE, PlanRun
from hmi.store.records import Command, CommandAction, CommandState
from solver.durations import MINUTE_MS

HELD_MS = 15 * MINUTE_MS  # a command may be held so long, or its batch's slack if that is less
SEEN_MS = 5 * MINUTE_MS  # by then the meter shows a start
SEEN_POLLS = 3.0
SEEN_REAL_S = 4.0
KINDS = (AlarmKind.COMMAND_HELD, AlarmKind.COMMAND_FAILED, AlarmKind.START_NOT_SEEN)
RUNNING_FROM = 0.5  # of a machine's running power


def plan_conditions(plant: Plant, facts: Facts, runs: Iterable[PlanRun], now_ms: int) -> Iterator[Condition]:
    """For every machine what the plans in force have to complain about; nothing when none is."""
    runs = list(runs)
    live = [run for run in runs if run.state in LIVE]
    for machine in plant.machines:
        run = next((run for run in live if machine.id in run.progress), None)
        failing = run or next((run for run in runs if machine.id in run.progress and run.has_open()), None)
        if failing is None:
            yield from [quiet(kind, machine.id) for kind in KINDS]
            continue
        commands = [] if run is None else run.of_machine(machine.id)
        yield _held(machine.id, run, commands, now_ms)
        yield _failed(machine.id, failing.of_machine(machine.id))
        yield _not_seen(machine.id, run, commands, plant, facts, now_ms)


def _held(machine: str, run: PlanRun | None, commands: list[Command], now_ms: int) -> Condition:
    for command in commands:
        if run is None or command.state is not CommandState.HELD or command.reason == Hold.BATCH_UNDER_WAY:
            continue
        slack_min = run.slack_min(machine, command.batch) if command.batch else None
        limit_ms = HELD_MS if slack_min is None else min(HELD_MS, slack_min * MINUTE_MS)
        if now_ms - command.due_ms > limit_ms:
            detail: dict[str, object] = {
                **_detail(command),
                "late_min": (now_ms - command.due_ms) // MINUTE_MS,
                "slack_min": slack_min,
            }
            return Condition(AlarmKind.COMMAND_HELD, machine, True, detail)
    return Condition(AlarmKind.COMMAND_HELD, machine, False)


def _failed(machine: str, commands: list[Command]) -> Condition:
    failed = next((command for command in commands if command.state is CommandState.FAILED), None)
    detail = {} if failed is None else _detail(failed)
    return Condition(AlarmKind.COMMAND_FAILED, machine, failed is not None, detail)


def _not_seen(
    machine: str, run: PlanRun | None, commands: list[Command], plant: Plant, facts: Facts, now_ms: int
) -> Condition:
    """Also true when a started machine stops before its batch is done, for instance by an interlock."""
    over = Condition(AlarmKind.START_NOT_SEEN, machine, False)
    done = [item for item in commands if item.state is CommandState.VERIFIED and item.action in MOTOR]
    last = max(done, key=_sequence, default=None)
    meter, power = facts.meter_of(machine), facts.power_kw(machine)
    if (
        run is None
        or last is None
        or last.action is not CommandAction.START
        or meter is None
        or power is None
    ):
        return over
    if any(item.batch == last.batch and item.done_ms is not None for item in run.progress[machine]):
        return over
    wait_ms = max(SEEN_MS, 1000 * SEEN_POLLS * meter.poll_s, 1000 * SEEN_REAL_S * facts.clock.speed)
    too_early = power.t_ms - (last.read_back_ms or last.due_ms) < wait_ms
    plc_is_older = facts.plc_ms.get(machine, 0) < power.t_ms  # it may be about to say that the batch is done
    if too_early or plc_is_older or not facts.meter_is_fresh(machine, now_ms):
        return Condition(AlarmKind.START_NOT_SEEN, machine, None)
    holds = power.value < RUNNING_FROM * plant.machine(machine).running_kw
    detail = {**_detail(last), "power_kw": round(power.value, 2)}
    return Condition(AlarmKind.START_NOT_SEEN, machine, holds, detail)


def _detail(command: Command) -> dict[str, object]:
    return {
        "plan_id": command.plan_id,
        "batch": command.batch,
        "action": command.action.value,
        "reason": command.reason,
    }


def _sequence(command: Command) -> int:
    return command.sequence
