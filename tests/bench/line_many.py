"""One station on 32 lines with 30 meters each, polled every 5 s: its processor time, and how late it polls.

`python -m tests.bench.line_many` starts the simulated meters in a second process and prints one JSON object.
Every meter measures a machine of its own, so the station also looks after 960 machines.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from devices.clock import Clock
from devices.line_events import LineEvent
from devices.meter_quantities import Quantity
from devices.poller import LinePoller
from devices.simulator.server import serve_until
from hmi.data_folder import database_path
from hmi.plant import LineSpec, MeterSpec, Plant, load_plant
from hmi.station.field import load_field
from hmi.station.station import Station
from hmi.store.database import open_store
from hmi.store.status import line_statuses
from resources.locate import resource
from tests.bench.line_field import field

LINES, METERS, PERIOD_S, BAUD = 32, 30, 5.0, 38_400
SETTLE_S, WATCHED_S = 20.0, 60.0
SIMULATE = "simulate"


def main() -> None:
    if sys.argv[1:2] == [SIMULATE]:
        simulate(Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        command = [sys.executable, "-m", "tests.bench.line_many", SIMULATE, str(data_dir / "ports")]
        simulator = subprocess.Popen(command, stdin=subprocess.PIPE)
        try:
            told = {"pollers_core": pollers_alone(plant(), data_dir), **watched(plant(), data_dir)}
        finally:
            simulator.communicate()
    print(json.dumps(told))


def simulate(ports: Path) -> None:
    """The meters, until standard input ends."""
    scenario, stop = field(LINES, METERS, BAUD), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    serve_until(stop, scenario, Clock(Clock().wall_ms(), scenario.minute_ms(720)), ports)


def plant() -> Plant:
    """The example plant with as many lines, meters and machines; the machines as its own, in turn."""
    example = load_plant(resource("plants/company_x/plant.toml"))
    lines = [LineSpec(id=f"line_{at}", port=f"ports/line_{at}", baud=BAUD) for at in range(1, LINES + 1)]
    machines = [
        msgspec.structs.replace(example.machines[at % len(example.machines)], id=f"machine_{at}")
        for at in range(LINES * METERS)
    ]
    meters = [
        MeterSpec(
            id=f"meter_{at}",
            line=lines[at // METERS].id,
            unit=at % METERS + 1,
            profile=example.meters[0].profile,
            measures=machine.id,
            poll_s=PERIOD_S,
            quantities=(Quantity.POWER, Quantity.ENERGY),  # one read a poll; two would not fit the period
        )
        for at, machine in enumerate(machines)
    ]
    return msgspec.structs.replace(
        example, lines=lines, meters=meters, machines=machines, plc=None, supply_kw=None
    )


def await_ports(found: Plant, data_dir: Path) -> None:
    for _ in range(300):
        if all((data_dir / line.port).exists() for line in found.lines):
            return
        Clock().sleep_s(0.1)
    raise SystemExit("the simulated meters did not come up")


def pollers_alone(found: Plant, data_dir: Path) -> float:
    """The share of a core that the lines take when nobody looks at what they tell."""
    await_ports(found, data_dir)
    events: queue.Queue[LineEvent] = queue.Queue()
    pollers = [
        LinePoller(line.config, line.meters, None, Clock(), events) for line in load_field(found, data_dir)
    ]
    for poller in pollers:
        poller.start()
    share = share_of_a_core()
    for poller in pollers:
        poller.stop()
    return share


def watched(found: Plant, data_dir: Path) -> dict[str, object]:
    """The whole station: what it took, what it polled, and how late that was."""
    stop = threading.Event()
    station = threading.Thread(target=Station(data_dir, found, Clock()).run, args=(stop,), name="station")
    station.start()
    Clock().sleep_s(SETTLE_S)
    store = open_store(database_path(data_dir))
    before, latest_s, began_s, began_core_s = answers(store), 0.0, time.monotonic(), time.process_time()
    while time.monotonic() - began_s < WATCHED_S:
        Clock().sleep_s(1.0)
        latest_s = max(latest_s, *(line.lateness_s for line in line_statuses(store).values()))
    seconds, core_s = time.monotonic() - began_s, time.process_time() - began_core_s
    polls, bad = (after - first for after, first in zip(answers(store), before, strict=True))
    store.close()
    stop.set()
    station.join()
    return {
        "core": core_s / seconds,
        "seconds": seconds,
        "polls": polls,
        "due": round(LINES * METERS * seconds / PERIOD_S),
        "bad": bad,
        "latest_s": latest_s,
        "late": int(latest_s > PERIOD_S),
    }


def answers(store) -> tuple[int, int]:
    """Exchanges that were answered well, and those that were not."""
    lines = line_statuses(store).values()
    return (
        sum(line.ok for line in lines),
        sum(line.timeouts + line.bad_checksums + line.exceptions for line in lines),
    )


def share_of_a_core() -> float:
    Clock().sleep_s(SETTLE_S)
    began_s, began_core_s = time.monotonic(), time.process_time()
    Clock().sleep_s(WATCHED_S / 2)
    return (time.process_time() - began_core_s) / (time.monotonic() - began_s)


if __name__ == "__main__":
    main()
