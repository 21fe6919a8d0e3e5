"""What a dead meter, a pulled adapter and many lines cost: our pollers on the simulated plant."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from devices.clock import Clock
from devices.line_events import LineChanged, LineConfig, LineEvent, MeterOnLine, MeterRead
from devices.poller import LinePoller
from devices.profile import load_profile
from devices.reading import Quality
from devices.simulator.scenario import DeviceKind, DeviceScenario, LineScenario, Scenario, load_scenario
from resources.locate import resource
from tests.bench.line_pairs import simulated
from tests.bench.peer_environment import CHECKOUT
from tests.bench.solver_ours import Row, row

BAUD, METERS, DEAD = 9600, 20, 7
FIRST_S, LATER_S = 60.0, 60.0
OUT_S = (0.5, 3.0, 8.0)  # how long the adapter is out
PATIENCE_S = 30.0


def dead_row() -> Row:
    """Good polls a second of the others, with one dead against without it; all as fast as the line can."""
    alone = polls_per_s(silent=False, windows_s=(20.0,))[0]
    first, later = polls_per_s(silent=True, windows_s=(FIRST_S, LATER_S))
    # Twenty share the line, the dead one's part falls to the others: what they get of it is not lost.
    lost = [1 - rate / alone for rate in (first, later)]
    measured = f"{lost[0]:.1%} in the first minute, {lost[1]:.1%} in the second ({alone:.1f} polls a second)"
    return row("costs less than 5 % of the line", measured, lost[1] < 0.05)


def polls_per_s(*, silent: bool, windows_s: tuple[float, ...]) -> list[float]:
    """Good polls of all meters in each of the windows, one after the other."""
    clock = Clock()
    with simulated(BAUD, field(1, METERS, BAUD)) as server:
        if silent:
            server.silence("line_1", DEAD, True)
        with polling(server.addresses, METERS, BAUD, poll_s=0.2) as events:
            return [good_polls(events, clock, window_s) / window_s for window_s in windows_s]


def good_polls(events: queue.Queue[LineEvent], clock: Clock, window_s: float) -> int:
    end_s, count = clock.monotonic_s() + window_s, 0
    while (left_s := end_s - clock.monotonic_s()) > 0:
        try:
            event = events.get(timeout=left_s)
        except queue.Empty:
            break
        count += isinstance(event, MeterRead) and is_good(event)
    return count


def replug_row() -> Row:
    """From the moment at which the port is there again to the first good reading."""
    took = []
    clock = Clock()
    with (
        simulated(BAUD, field(1, 3, BAUD)) as server,
        polling(server.addresses, 3, BAUD, poll_s=1.0) as events,
    ):
        for out_s in OUT_S:
            await_good(events)
            server.unplug("line_1")
            while not (
                isinstance(event := events.get(timeout=PATIENCE_S), LineChanged) and not event.connected
            ):
                pass
            clock.sleep_s(out_s)
            server.plug("line_1")
            plugged_s = clock.monotonic_s()
            await_good(events)
            took.append(clock.monotonic_s() - plugged_s)
    measured = ", ".join(
        f"{took_s:.2f} s after {out_s:g} s out" for took_s, out_s in zip(took, OUT_S, strict=True)
    )
    return row("first good reading in less than 5 s", measured, max(took) < 5.0)


def station_row() -> Row:
    """A station on 32 lines and its simulated meters, each in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.line_many"],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=False,
    )
    must = "less than 40 % of a core, no poll late by its period"
    if done.returncode:
        return row(must, (done.stderr.strip().splitlines() or ["it said nothing"])[-1], False)
    told = json.loads(done.stdout.splitlines()[-1])
    measured = (
        f"{told['core']:.0%} of a core ({told['pollers_core']:.0%} for the lines alone), "
        f"{told['polls']} polls in {told['seconds']:.0f} s of {told['due']} due, "
        f"the latest {told['latest_s']:.2f} s late, "
        f"{told['bad']} without an answer"
    )
    return row(must, measured, told["core"] < 0.4 and told["late"] == 0)


def field(lines: int, meters: int, baud: int) -> Scenario:
    """So many lines with as many meters each, which measure the example plant's mills in turn."""
    plant = load_scenario(resource("plants/company_x/scenario.toml"))
    names = [f"line_{number}" for number in range(1, lines + 1)]
    mills = [mill.id for mill in plant.mills]
    devices = [
        DeviceScenario(line=name, unit=unit, kind=DeviceKind.METER, measures=mills[unit % len(mills)])
        for name in names
        for unit in range(1, meters + 1)
    ]
    return msgspec.structs.replace(
        plant, lines=[LineScenario(id=name, baud=baud) for name in names], devices=devices
    )


@contextmanager
def polling(
    addresses: dict[str, str], meters: int, baud: int, poll_s: float
) -> Iterator[queue.Queue[LineEvent]]:
    """A poller on line_1, and what it tells."""
    events: queue.Queue[LineEvent] = queue.Queue()
    profile = load_profile("eastron_sdm630")
    on_line = [MeterOnLine(f"meter_{unit}", unit, profile, poll_s) for unit in range(1, meters + 1)]
    poller = LinePoller(LineConfig("line_1", addresses["line_1"], baud), on_line, None, Clock(), events)
    poller.start()
    try:
        yield events
    finally:
        poller.stop()


def await_good(events: queue.Queue[LineEvent]) -> None:
    while not (isinstance(event := events.get(timeout=PATIENCE_S), MeterRead) and is_good(event)):
        pass


def is_good(event: MeterRead) -> bool:
    return all(reading.quality is Quality.GOOD for reading in event.readings)
