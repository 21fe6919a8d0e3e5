"""A station that was killed goes on where it was, and starts no mill twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
import tomli_w

from devices.simulator.mill import MillState
from hmi.store.plans import commands, update_command
from hmi.store.readings import count, newest_good
from hmi.store.records import Command, CommandAction, CommandState, PlanState
from hmi.store.status import machine_statuses, state_spans

if TYPE_CHECKING:
    from conftest import Small

ROOT = Path(__file__).parents[3]


def write_plant(small: Small) -> None:
    plain = msgspec.to_builtins(small.plant)
    text = tomli_w.dumps({key: value for key, value in plain.items() if value is not None})
    (small.data_dir / "plant.toml").write_text(text)


def station_process(small: Small) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hmi", "station", "--data", str(small.data_dir)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def the_start(small: Small, plan_id: int, machine: str = "mill_1") -> Command:
    return next(
        command
        for command in commands(small.store, plan_id)
        if command.machine == machine and command.action is CommandAction.START
    )


def ready(small: Small) -> None:
    small.wait("all meters", lambda: len(newest_good(small.store)) == 18)
    small.wait("the PLC", lambda: all(s.plc_known for s in machine_statuses(small.store).values()))


def test_a_killed_station_loses_nothing_stored_and_resumes_the_plan_without_a_second_start(
    small: Small,
) -> None:
    write_plant(small)
    process = station_process(small)
    try:
        ready(small)
        plan_id = small.propose()
        assert small.approve(plan_id).accepted
        written = (CommandState.WRITING, CommandState.VERIFIED)
        small.wait("the start", lambda: the_start(small, plan_id).state in written)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    stored = count(small.store)
    assert stored > 0
    process = station_process(small)
    try:
        small.wait("verified", lambda: small.state(plan_id) is PlanState.VERIFIED)
        assert count(small.store) > stored
        assert [small.server.plant.mill(mill).starts_count for mill in ("mill_1", "mill_2")] == [1, 1]
        assert {command.state for command in commands(small.store, plan_id)} == {CommandState.VERIFIED}
        for machine in ("mill_1", "mill_2"):
            spans = state_spans(small.store, machine, 0, small.clock.now_ms())
            assert all(a.end_ms == b.start_ms for a, b in pairwise(spans))
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")


def test_a_start_that_was_carried_out_but_never_told_is_looked_up_and_not_repeated(small: Small) -> None:
    small.start_station()
    ready(small)
    plan_id = small.propose()
    assert small.approve(plan_id).accepted
    small.wait("it runs", lambda: the_start(small, plan_id).state is CommandState.VERIFIED)
    small.stop_station()
    update_command(small.store, the_start(small, plan_id).id, state=CommandState.WRITING, read_back_ms=0)
    small.start_station()
    small.wait("settled", lambda: the_start(small, plan_id).state is CommandState.VERIFIED)
    assert (the_start(small, plan_id).read_back_ms or 0) > 0
    assert small.server.plant.mill("mill_1").starts_count == 1
    assert small.server.plant.mill("mill_1").state is MillState.RUNNING


def test_a_start_that_never_reached_the_plc_is_written_after_all(small: Small) -> None:
    small.start_station()
    ready(small)
    plan_id = small.propose()
    assert small.approve(plan_id).accepted
    small.wait("taken", lambda: small.server.plant.mill("mill_1").remote)
    small.stop_station()
    start = the_start(small, plan_id)
    assert start.state is CommandState.PENDING
    update_command(small.store, start.id, state=CommandState.WRITING, written_ms=small.clock.now_ms())
    small.start_station()
    small.wait("it runs", lambda: small.server.plant.mill("mill_1").starts_count == 1)
    small.wait("read back", lambda: the_start(small, plan_id).state is CommandState.VERIFIED)


@pytest.mark.expects_log
def test_a_plan_in_force_whose_approver_lost_the_role_is_not_carried_on(small: Small) -> None:
    small.start_station()
    ready(small)
    plan_id = small.propose()
    assert small.approve(plan_id).accepted
    small.stop_station()
    with small.store.transaction() as db:
        db.table("users").update("liu", {"active": 0})
    small.start_station()
    small.wait("stopped", lambda: small.state(plan_id) is PlanState.STOPPED)
    assert small.server.plant.mill("mill_1").starts_count == 0


def test_a_second_station_says_who_has_the_folder_and_ends_with_status_2(small: Small) -> None:
    write_plant(small)
    small.start_station()
    ready(small)
    second = station_process(small)
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"process {os.getpid()}" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("eastron_sdm630", "eastron_sdm999", "eastron_sdm999"),
        ("guangdong-large-industry-2016", "guangdong-large-industry-2061", "guangdong-large-industry-2061"),
        ('line = "line_1"', 'line = "line_7"', "meters[0].line"),
    ],
)
def test_a_mistake_in_a_data_file_is_one_sentence_and_nothing_is_started(
    small: Small, old: str, new: str, named: str
) -> None:
    write_plant(small)
    file = small.data_dir / "plant.toml"
    file.write_text(file.read_text().replace(old, new))
    process = station_process(small)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert named in said
    assert said.count("\n") == 1
    assert not (small.data_dir / "station.lock").exists()
