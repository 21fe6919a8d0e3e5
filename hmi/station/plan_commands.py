"""Whether a plan's command is written now, held, skipped or waited for: plain decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from devices.plc import PlcMachineStatus
from hmi.station.codes import Hold, Skip
from hmi.store.records import Command, CommandAction, CommandState

OPEN = (CommandState.PENDING, CommandState.HELD)
MOTOR = (CommandAction.START, CommandAction.PAUSE)


class Verdict(Enum):
    """What to do with a command now."""

    WAIT = auto()
    WRITE = auto()
    HOLD = auto()
    SKIP = auto()


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and, for HOLD and SKIP, its code."""

    verdict: Verdict
    reason: str = ""


WAIT = Decision(Verdict.WAIT)
WRITE = Decision(Verdict.WRITE)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a planned batch is, by what the PLC says."""

    batch: str
    started_ms: int | None = None
    by_hand: bool = False
    done_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a machine stands when one of its commands is looked at.

    `plc` is None while the PLC is silent; `batch_under_way` is one that the plan leaves to the crew; `over`:
    the plan was stopped, or its end and the grace after it have passed.
    """

    plc: PlcMachineStatus | None
    meter_fresh: bool
    taken: bool
    batch_under_way: bool
    progress: Sequence[BatchProgress]
    over: bool = False
    plc_lags: bool = False  # it was last read before its machine's last command: what it said is past

    def batch(self, batch: str) -> BatchProgress:
        """The progress of a planned batch."""
        return next(item for item in self.progress if item.batch == batch)

    @property
    def current(self) -> str:
        """The planned batch that is under way or next; "" when all are done."""
        return next((item.batch for item in self.progress if item.done_ms is None), "")


def next_command(commands: Sequence[Command], now_ms: int) -> Command | None:
    """The command to look at: the first open one that is due; None while one is being written."""
    if any(command.state is CommandState.WRITING for command in commands):
        return None
    due = (command for command in commands if command.state in OPEN and command.due_ms <= now_ms)
    return min(due, key=_turn, default=None)


def superseded(command: Command, commands: Sequence[Command], now_ms: int) -> bool:
    """Whether a later command of the same batch is due, so that this one has nothing left to do."""
    return command.action in MOTOR and any(
        later.batch == command.batch
        and later.action in MOTOR
        and _turn(command) < _turn(later)
        and later.due_ms <= now_ms
        and later.state in OPEN
        for later in commands
    )


def decide(command: Command, standing: Standing) -> Decision:
    """What to do with a command that is due."""
    match command.action:
        case CommandAction.TAKE:
            return _decide_take(standing)
        case CommandAction.START:
            return _decide_motor(command, standing) or _decide_start(command, standing)
        case CommandAction.PAUSE:
            return _decide_motor(command, standing) or _decide_pause(command, standing)
        case CommandAction.RELEASE:
            return _decide_release(standing)


def _decide_take(standing: Standing) -> Decision:
    if standing.over:
        return _skip(Skip.PLAN_OVER)
    if standing.plc is None:
        return _hold(Hold.PLC_SILENT)
    if standing.plc.local:
        return _hold(Hold.LOCAL_CONTROL)
    if standing.batch_under_way:
        return _hold(Hold.BATCH_UNDER_WAY)
    return WRITE


def _decide_motor(command: Command, standing: Standing) -> Decision | None:
    """What START and PAUSE have in common; None when the action itself decides."""
    if standing.over:
        return _skip(Skip.PLAN_OVER)
    if standing.batch(command.batch).done_ms is not None:
        return _skip(Skip.BATCH_DONE)
    if standing.plc is None:
        return _hold(Hold.PLC_SILENT)
    if standing.plc_lags:
        return WAIT
    if standing.plc.local:
        return _hold(Hold.LOCAL_CONTROL)
    if not standing.taken:
        return _hold(Hold.NOT_TAKEN)
    if not standing.plc.remote:
        return _hold(Hold.NOT_REMOTE)
    if standing.current != command.batch:
        return _hold(Hold.PREVIOUS_BATCH)
    return None


def _decide_start(command: Command, standing: Standing) -> Decision:
    assert standing.plc is not None
    if standing.plc.running:
        by_hand = standing.batch(command.batch).by_hand
        return _hold(Hold.ALREADY_RUNNING) if by_hand else _skip(Skip.NOT_NEEDED)
    if standing.plc.interlock:
        return _hold(Hold.INTERLOCK)
    if not standing.plc.charged:
        return _hold(Hold.NOT_CHARGED)
    if not standing.meter_fresh:
        return _hold(Hold.METER_SILENT)
    return WRITE


def _decide_pause(command: Command, standing: Standing) -> Decision:
    assert standing.plc is not None
    if not standing.plc.running:
        return _skip(Skip.NOT_RUNNING)
    if standing.batch(command.batch).by_hand:
        return _hold(Hold.MANUAL_START)
    return WRITE


def _decide_release(standing: Standing) -> Decision:
    if not standing.taken:
        return _skip(Skip.NEVER_TAKEN) if standing.over else WAIT
    if not standing.over and standing.current:
        return WAIT
    if standing.plc is None:
        return _hold(Hold.PLC_SILENT)
    if standing.plc.local:
        return _hold(Hold.LOCAL_CONTROL)
    return WRITE


def progressed(
    progress: Sequence[BatchProgress], plc: PlcMachineStatus, own_start: bool, t_ms: int
) -> tuple[BatchProgress, ...]:
    """The progress after the PLC told of a taken machine; `own_start`: the plan started the batch last."""
    updated = list(progress)
    for index, item in enumerate(updated):
        if item.done_ms is not None:
            continue
        if item.started_ms is None and plc.running:
            updated[index] = replace(item, started_ms=t_ms, by_hand=not own_start)
        elif item.started_ms is not None and not plc.running and not plc.charged:
            updated[index] = replace(item, done_ms=t_ms)
        elif item.by_hand and own_start:
            updated[index] = replace(item, by_hand=False)
        elif plc.running and not own_start:  # somebody ended a planned pause
            updated[index] = replace(item, by_hand=True)
        break
    return tuple(updated)


def _hold(reason: Hold) -> Decision:
    return Decision(Verdict.HOLD, reason)


def _skip(reason: Skip) -> Decision:
    return Decision(Verdict.SKIP, reason)


def _turn(command: Command) -> tuple[bool, int, int]:
    """A machine is taken first; a command that stands in for a refused one has its due time and place."""
    return command.action is not CommandAction.TAKE, command.due_ms, command.sequence
