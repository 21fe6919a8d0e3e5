"""When a command is written, held, skipped or waited for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.plc import PlcMachineStatus
from hmi.station.codes import Hold, Skip
from hmi.station.plan_commands import (
    WAIT,
    WRITE,
    BatchProgress,
    Decision,
    Standing,
    Verdict,
    decide,
    next_command,
    progressed,
    superseded,
)
from hmi.store.records import Command, CommandAction, CommandState

CHARGED = PlcMachineStatus(
    running=False,
    charged=True,
    local=False,
    interlock=False,
    remote=True,
    last_sequence=0,
    last_action=0,
    starts_count=0,
)
RUNNING = replace(CHARGED, running=True)
EMPTY = replace(CHARGED, charged=False)
READY = Standing(CHARGED, True, True, False, (BatchProgress("b1"), BatchProgress("b2")))
STARTED = replace(READY, plc=RUNNING, progress=(BatchProgress("b1", started_ms=1), BatchProgress("b2")))
BY_HAND = replace(READY, plc=RUNNING, progress=(BatchProgress("b1", 1, by_hand=True), BatchProgress("b2")))
ALL_DONE = replace(
    READY, plc=EMPTY, progress=(BatchProgress("b1", 1, done_ms=2), BatchProgress("b2", 3, done_ms=4))
)


def command(action: CommandAction, batch: str = "b1", due_ms: int = 0, sequence: int = 1) -> Command:
    return Command(
        sequence,
        1,
        "mill_25",
        "" if action in (CommandAction.TAKE, CommandAction.RELEASE) else batch,
        action,
        due_ms,
        sequence,
    )


def hold(reason: Hold) -> Decision:
    return Decision(Verdict.HOLD, reason)


def skip(reason: Skip) -> Decision:
    return Decision(Verdict.SKIP, reason)


def plc(status: PlcMachineStatus | None) -> Standing:
    return replace(READY, plc=status)


START, PAUSE, TAKE, RELEASE = (
    CommandAction.START,
    CommandAction.PAUSE,
    CommandAction.TAKE,
    CommandAction.RELEASE,
)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (READY, WRITE),
        (plc(None), hold(Hold.PLC_SILENT)),
        (plc(replace(CHARGED, local=True)), hold(Hold.LOCAL_CONTROL)),
        (plc(replace(CHARGED, interlock=True)), hold(Hold.INTERLOCK)),
        (plc(replace(CHARGED, remote=False)), hold(Hold.NOT_REMOTE)),
        (plc(EMPTY), hold(Hold.NOT_CHARGED)),
        (replace(READY, meter_fresh=False), hold(Hold.METER_SILENT)),
        (replace(READY, taken=False), hold(Hold.NOT_TAKEN)),
        (BY_HAND, hold(Hold.ALREADY_RUNNING)),
        (STARTED, skip(Skip.NOT_NEEDED)),
        (ALL_DONE, skip(Skip.BATCH_DONE)),
        (replace(READY, over=True), skip(Skip.PLAN_OVER)),
    ],
)
def test_a_start_is_written_only_where_nothing_forbids_it(standing: Standing, expected: Decision) -> None:
    assert decide(command(START), standing) == expected


def test_the_second_batch_waits_for_the_first() -> None:
    assert decide(command(START, "b2"), STARTED) == hold(Hold.PREVIOUS_BATCH)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (STARTED, WRITE),
        (READY, skip(Skip.NOT_RUNNING)),
        (BY_HAND, hold(Hold.MANUAL_START)),
        (replace(STARTED, plc=replace(RUNNING, local=True)), hold(Hold.LOCAL_CONTROL)),
        (replace(STARTED, meter_fresh=False), WRITE),
    ],
)
def test_a_pause_stops_only_what_the_plan_started(standing: Standing, expected: Decision) -> None:
    assert decide(command(PAUSE), standing) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (replace(READY, taken=False), WRITE),
        (replace(READY, taken=False, batch_under_way=True), hold(Hold.BATCH_UNDER_WAY)),
        (plc(replace(CHARGED, local=True)), hold(Hold.LOCAL_CONTROL)),
    ],
)
def test_a_machine_is_taken_when_its_own_batch_is_over(standing: Standing, expected: Decision) -> None:
    assert decide(command(TAKE), standing) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (STARTED, WAIT),
        (ALL_DONE, WRITE),
        (replace(STARTED, over=True), WRITE),
        (replace(READY, taken=False, over=True), skip(Skip.NEVER_TAKEN)),
        (replace(ALL_DONE, plc=replace(EMPTY, local=True)), hold(Hold.LOCAL_CONTROL)),
    ],
)
def test_a_machine_is_handed_back_when_its_last_batch_is_done(standing: Standing, expected: Decision) -> None:
    assert decide(command(RELEASE), standing) == expected


def test_commands_come_one_after_the_other_and_none_beside_one_being_written() -> None:
    take, start = command(TAKE, due_ms=10, sequence=1), command(START, due_ms=5, sequence=2)
    assert next_command([start, take], 10) == take
    assert next_command([start, take], 4) is None
    assert next_command([start, replace(take, state=CommandState.WRITING)], 10) is None
    assert next_command([start, replace(take, state=CommandState.VERIFIED)], 10) == start


def test_a_start_that_was_held_into_its_pause_is_superseded() -> None:
    start, pause = command(START, due_ms=0, sequence=1), command(PAUSE, due_ms=60, sequence=2)
    assert not superseded(start, [start, pause], 59)
    assert superseded(start, [start, pause], 60)
    assert not superseded(pause, [start, pause], 60)


def test_a_batch_runs_from_its_first_turn_until_the_mill_is_emptied() -> None:
    progress = progressed(READY.progress, RUNNING, True, 10)
    assert progress[0] == BatchProgress("b1", started_ms=10)
    assert progressed(progress, CHARGED, True, 20) == progress
    assert progressed(progress, EMPTY, True, 30)[0].done_ms == 30


def test_what_turns_without_a_start_of_the_plan_was_started_by_hand() -> None:
    progress = progressed(READY.progress, RUNNING, False, 10)
    assert progress[0].by_hand
    assert progressed(progress, RUNNING, True, 20)[0].by_hand is False


@pytest.mark.parametrize(("action", "before"), [(PAUSE, READY), (START, STARTED)])
def test_what_the_plc_said_before_its_last_command_decides_nothing(
    action: CommandAction, before: Standing
) -> None:
    assert decide(command(action), before).verdict is Verdict.SKIP
    assert decide(command(action), replace(before, plc_lags=True)) == WAIT
