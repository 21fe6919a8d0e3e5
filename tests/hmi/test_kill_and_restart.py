"""Programs that are killed or asked to end: nothing stored is lost, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from hmi.demo.companions import Companions
from hmi.demo.world import DemoWorld, prepare, start_clock
from hmi.interrupts import END_SIGNALS
from hmi.planning import plan_problem, situation
from hmi.station.lock import running_station
from hmi.store.database import open_store
from hmi.store.readings import count, series
from hmi.store.status import heartbeat
from hmi.tariffs import load_tariff
from solver.durations import MINUTE_MS
from solver.limits import Limits
from solver.problem import canonical_problem_bytes

if TYPE_CHECKING:
    from tests.hmi.conftest import Program, Programs, Works

POLLS = 3.5


def ends(by_day: int, *others: int) -> list[object]:
    """Requests to end: one by day and the others at night, for all programs heed them by the same code."""
    return [by_day, *(pytest.param(number, marks=pytest.mark.nightly) for number in others)]


CTRL_C = [signal.SIGINT, *sorted(set(END_SIGNALS) - {signal.SIGINT})]
SERVICE_ENDS = [signal.SIGTERM, *sorted(set(END_SIGNALS) - {signal.SIGTERM})]


def longest_gap_min(works: Works, meter: str) -> float:
    """Plant minutes between two readings of a meter at most."""
    t_ms = series(works.store, f"{meter}.power_kw", 0, works.world.clock.now_ms()).t_ms
    return float((t_ms[1:] - t_ms[:-1]).max()) / MINUTE_MS


def no_traceback(program: Program) -> bool:
    return "Traceback" not in program.complaints and "Error" not in program.complaints


def test_killing_the_desk_loses_no_reading(works: Works, programs: Programs) -> None:
    desk = programs.start("desk", "--data", works.folder)  # it starts a station, for none runs
    works.wait_for_reading("mill_23", "mill_29")
    station = running_station(works.folder)
    assert station
    assert desk.runs
    assert desk.end(signal.SIGKILL) == -signal.SIGKILL
    works.wait_for_reading("mill_23", "mill_29")
    works.wait_for_reading("mill_23", "mill_29")
    assert running_station(works.folder) == station
    assert longest_gap_min(works, "mill_23") < POLLS
    assert longest_gap_min(works, "mill_29") < POLLS


def test_killing_the_station_loses_nothing_that_was_stored_and_the_next_goes_on(
    works: Works, programs: Programs
) -> None:
    first = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_29")
    first.end(signal.SIGKILL)
    stored = count(works.store)
    assert works.store.rows("PRAGMA integrity_check") == [("ok",)]
    assert running_station(works.folder) is None
    second = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_29")
    assert count(works.store) > stored
    beat = heartbeat(works.store)
    assert beat is not None
    assert beat.pid == second.process.pid


@pytest.mark.parametrize("number", ends(*SERVICE_ENDS))
def test_a_station_that_is_asked_to_end_keeps_what_it_read_and_lets_go(
    works: Works, programs: Programs, number: int
) -> None:
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23")
    assert station.end(number) == 0
    assert station.complaints == ""
    assert running_station(works.folder) is None


@pytest.mark.parametrize("number", ends(*CTRL_C))
def test_a_desk_that_is_asked_to_end_closes_and_its_station_goes_on(
    works: Works, programs: Programs, number: int
) -> None:
    programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23")
    desk = programs.start("desk", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_29")
    works.wait("the desk's window", lambda: children(desk) != [])  # the solver's worker comes with it
    assert desk.end(number) == 0
    assert no_traceback(desk)
    works.wait_for_reading("mill_23")


def children(program: Program) -> list[int]:
    """The processes that a program started."""
    found = Path(f"/proc/{program.process.pid}/task/{program.process.pid}/children")
    if not found.exists():
        pytest.skip("which process started which is not told on this system")
    return [int(pid) for pid in found.read_text().split()]


@pytest.mark.parametrize("number", ends(*SERVICE_ENDS))
def test_a_simulated_plant_that_is_asked_to_end_takes_its_ports_along(
    works: Works, programs: Programs, number: int
) -> None:
    works.server.stop()
    plant = programs.start(*simulate(works.world))
    ports = works.folder / "ports"
    works.wait("the ports", (ports / "line_2").exists)
    assert plant.end(number) == 0
    assert [line.split(",")[0] for line in plant.complaints.splitlines()] == [
        "line_1: 0 requests",
        "line_2: 0 requests",
    ]
    assert list(ports.iterdir()) == []


def simulate(world: DemoWorld) -> list[str]:
    clock = world.clock
    return [
        "simulate",
        f"--data={world.data_dir}",
        f"--scenario={world.scenario_path}",
        f"--origin-wall-ms={clock.origin_wall_ms}",
        f"--origin-plant-ms={clock.origin_plant_ms}",
        f"--speed={clock.speed}",
    ]


@pytest.mark.parametrize("number", ends(signal.SIGINT, signal.SIGTERM))
def test_a_trace_and_a_scan_end_quietly_and_claim_no_more_than_they_saw(
    works: Works, programs: Programs, number: int
) -> None:
    trace = programs.start("line", "trace", works.server.addresses["line_1"])
    works.wait("that it listens", lambda: "Ctrl+C ends it" in trace.complaints)
    assert trace.end(number) == 0
    assert no_traceback(trace)
    port = works.server.addresses["line_2"]
    how = ["--baud", str(works.world.pace.baud), "--from", "27", "--wait-ms", "100"]
    how += ["--parity", "N", "--protocol", "modbus", "--json"]
    scan = programs.start("line", "scan", port, *how)
    works.wait("a few addresses asked", lambda: works.server.counters("line_2").requests > 40)
    scan.end(number)
    told = json.loads(scan.answer())
    assert 28 in {unit["unit"] for unit in told["found"]} <= {28, 29}
    assert 2 <= told["asked"] < told["of"] == 221
    assert no_traceback(scan)


@pytest.mark.parametrize("number", ends(signal.SIGTERM, signal.SIGINT))
def test_a_search_that_is_asked_to_end_prints_its_best(
    works: Works, programs: Programs, tmp_path: Path, number: int
) -> None:
    found = situation(works.store, works.world.plant, works.world.clock.now_ms())
    problem = plan_problem(works.world.plant, load_tariff(works.world.plant.tariff), found)
    harder = [  # so hard that its bound is not reached before somebody loses patience
        msgspec.structs.replace(machine, id=f"{machine.id}_{copy}")
        for copy in range(8)
        for machine in problem.machines
    ]
    problem = msgspec.structs.replace(problem, machines=harder, limits=Limits())
    (tmp_path / "problem.json").write_bytes(canonical_problem_bytes(problem))
    arguments = ["--method", "pso", "--seconds", "300", "--json"]
    search = programs.start("plan", tmp_path / "problem.json", *arguments)
    works.wait("that it searches", lambda: "Searching" in search.complaints)
    assert search.end(number) == 0
    plan = json.loads(search.answer())
    assert plan["feasible"]
    assert plan["seconds"] < 300
    assert no_traceback(search)


@pytest.mark.parametrize("number", ends(signal.SIGINT, signal.SIGTERM))
def test_a_demonstration_that_is_asked_to_end_ends_its_plant_and_its_station(
    tmp_path: Path, programs: Programs, number: int
) -> None:
    folder = tmp_path / "demo"
    demo = programs.start("demo", "--headless", "--data", folder, "--snapshots", tmp_path / "pictures")
    programs.wait("its plant", (folder / "ports" / "line_2").exists)
    programs.wait("its station", lambda: bool(running_station(folder)))
    companions = children(demo)
    assert len(companions) >= 2
    assert demo.end(number) == 128 + number
    programs.wait("that all are gone", lambda: not any(map(is_alive, companions)))
    assert running_station(folder) is None
    assert list((folder / "ports").iterdir()) == []
    assert no_traceback(demo)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_killed_demonstration_left_running_makes_way_for_the_next(
    tmp_path: Path, programs: Programs
) -> None:
    folder = tmp_path / "demo"
    old = start_clock(prepare(folder, 300.0, 10.0))
    left = [programs.start(*simulate(old)), programs.start("station", "--data", folder)]
    programs.wait("the old station", lambda: running_station(folder) == left[1].process.pid)
    new = start_clock(prepare(folder, 300.0, 10.0))
    companions = Companions(new.data_dir, new.clock)
    companions.start()
    try:
        programs.wait("the old programs' end", lambda: not any(program.runs for program in left))
        store = open_store(folder / "valleyline.db")
        programs.wait("readings of all meters", lambda: count(store) >= 2 * 7 * 6)
        store.close()
    finally:
        companions.end()
    assert companions.complaint == ""
    assert all(map(no_traceback, left))
