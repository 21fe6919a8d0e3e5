"""Our pollers on the simulated plant's paced lines: they read what it does, and it does what they write."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from devices.clock import Clock
from devices.plc import PlcAction, load_plc_profile
from devices.poller import (
    LineChanged,
    LineConfig,
    LineCounters,
    LineEvent,
    LinePoller,
    MeterOnLine,
    MeterRead,
    PlcOnLine,
    PlcRead,
    WriteCommand,
    WriteDone,
    WriteOutcome,
)
from devices.profile import load_profile
from devices.reading import Quality, Reason
from devices.simulator.faults import Fault, FaultKind
from devices.simulator.scenario import DeviceKind, load_scenario, with_baud
from devices.simulator.server import SimulatorServer

SCENARIO = Path(__file__).parents[2] / "resources" / "plants" / "company_x" / "scenario.toml"
BAUD = 19_200
NIGHT = 150  # minutes after midnight
PATIENCE_S = 30.0
Event = TypeVar("Event")


class World:
    """A simulated plant, and one poller per line of it."""

    def __init__(self, ports_dir: Path) -> None:
        self.scenario = with_baud(load_scenario(SCENARIO), BAUD, turnaround_ms=2.0)
        self.clock = Clock(Clock().wall_ms(), self.scenario.minute_ms(NIGHT), speed=1.0)
        self.server = SimulatorServer(self.scenario, self.clock, ports_dir)
        self.server.start()
        self.events: queue.Queue[LineEvent] = queue.Queue()
        self.pollers: dict[str, LinePoller] = {}

    def poll(self, line_id: str) -> None:
        config = LineConfig(line_id, self.server.addresses[line_id], BAUD)
        self.pollers[line_id] = LinePoller(
            config, self._meters(line_id), self._plc(line_id), self.clock, self.events
        )
        self.pollers[line_id].start()

    def next(self, kind: type[Event], suits: Callable[[Event], bool] = bool) -> Event:
        while True:
            event = self.events.get(timeout=PATIENCE_S)
            if isinstance(event, kind) and suits(event):
                return event

    def close(self) -> None:
        for poller in self.pollers.values():
            poller.stop()
        self.server.stop()

    def _meters(self, line_id: str) -> list[MeterOnLine]:
        shipped = load_profile("eastron_sdm630")
        quick = msgspec.structs.replace(shipped.timing, turnaround_max_ms=200)
        profile = msgspec.structs.replace(shipped, timing=quick)
        return [
            MeterOnLine(str(device.measures), device.unit, profile, poll_s=0.5)
            for device in self.scenario.devices
            if device.line == line_id and device.kind is DeviceKind.METER
        ]

    def _plc(self, line_id: str) -> PlcOnLine | None:
        machines = tuple(mill.id for mill in self.scenario.mills)
        for device in self.scenario.devices:
            if device.line == line_id and device.kind is DeviceKind.PLC:
                return PlcOnLine("plc", device.unit, load_plc_profile("mill_plc"), machines, poll_s=0.5)
        return None


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "ports")
    yield world
    world.close()


def good(event: MeterRead) -> bool:
    return all(reading.quality is Quality.GOOD for reading in event.readings)


def test_what_the_mills_draw_is_what_is_read(world: World) -> None:
    world.poll("line_1")
    seen: dict[str, MeterRead] = {}
    while len(seen) < 4:
        event = world.next(MeterRead, good)
        seen[event.meter] = event
    for meter, event in seen.items():
        values = {reading.point: reading.value for reading in event.readings}
        truth = world.server.plant.flow(meter)
        assert values[f"{meter}.energy_kwh"] == pytest.approx(truth.energy_kwh, abs=1.0)
        assert values[f"{meter}.power_kw"] == pytest.approx(truth.power_kw, rel=0.2, abs=1.0)
    assert world.server.counters("line_1").gap_violations == 0
    assert world.server.counters("line_1").collisions == 0


def test_a_mill_obeys_what_is_written(world: World) -> None:
    world.poll("line_2")
    read = world.next(PlcRead, lambda event: bool(event.machines))
    machine = next(name for name, status in read.machines.items() if status.running and not status.remote)
    assert world.server.plant.flow(machine).power_kw > 10
    for sequence, action in ((11, PlcAction.TAKE), (12, PlcAction.PAUSE)):
        world.pollers["line_2"].submit(WriteCommand(sequence, machine, sequence, action))
        done = world.next(WriteDone)
        assert (done.command_id, done.outcome, done.detail) == (sequence, WriteOutcome.VERIFIED, "")
    status = world.next(PlcRead, lambda event: event.machines[machine].last_sequence == 12)
    assert not status.machines[machine].running and status.machines[machine].remote
    assert world.server.plant.flow(machine).power_kw < 5


@pytest.mark.parametrize(
    ("kind", "delay_s"),
    [
        (FaultKind.BAD_CRC, 0.0),
        pytest.param(FaultKind.TRUNCATED, 0.0, marks=pytest.mark.nightly),
        (FaultKind.OTHER_UNIT, 0.0),
        pytest.param(FaultKind.WRONG_FUNCTION, 0.0, marks=pytest.mark.nightly),
        (FaultKind.ECHO, 0.0),
        pytest.param(FaultKind.LONG, 0.0, marks=pytest.mark.nightly),
        (FaultKind.BUSY, 0.0),
        (FaultKind.LATE, 0.25),
    ],
)
@pytest.mark.expects_log
def test_no_fault_of_a_meter_yields_a_value_and_the_others_go_on(
    world: World, kind: FaultKind, delay_s: float
) -> None:
    world.server.set_fault("line_1", 24, Fault(kind, delay_s))
    world.poll("line_1")
    bad = world.next(MeterRead, lambda event: event.meter == "mill_24")
    assert {reading.quality for reading in bad.readings} == {Quality.BAD}
    after = [world.next(MeterRead) for _ in range(6)]
    others = [event for event in after if event.meter != "mill_24"]
    assert len(others) >= 4 and all(good(event) for event in others)
    spoiled = [event for event in after if event.meter == "mill_24"]
    assert not any(good(event) for event in spoiled)


@pytest.mark.parametrize(
    "kind", [FaultKind.NOISE_BEFORE, FaultKind.NOISE_AFTER, FaultKind.OTHER_FIRST, FaultKind.PAUSED]
)
def test_noise_pauses_and_frames_of_others_cost_no_reading(world: World, kind: FaultKind) -> None:
    world.server.set_fault("line_1", 24, Fault(kind, 0.025))
    world.poll("line_1")
    for _ in range(2):
        assert good(world.next(MeterRead, lambda event: event.meter == "mill_24"))


@pytest.mark.expects_log
def test_an_adapter_pulled_out_and_put_back_is_a_gap_and_no_more(world: World) -> None:
    world.poll("line_1")
    world.next(MeterRead, good)
    world.server.unplug("line_1")
    assert not world.next(LineChanged, lambda event: not event.connected).connected
    gap = world.next(MeterRead, lambda event: not good(event))
    assert {reading.reason for reading in gap.readings} == {Reason.PORT_MISSING}
    assert not world.next(LineCounters, lambda event: not event.connected).connected
    world.server.plug("line_1")
    world.next(LineChanged, lambda event: event.connected)
    world.next(MeterRead, good)


def test_a_command_gets_through_a_noisy_line(world: World) -> None:
    world.poll("line_2")
    world.next(PlcRead, lambda event: bool(event.machines))
    world.server.set_fault("line_2", 100, Fault(FaultKind.NOISE_BEFORE))
    world.pollers["line_2"].submit(WriteCommand(1, "mill_23", 21, PlcAction.TAKE))
    assert world.next(WriteDone).outcome is WriteOutcome.VERIFIED
    read = world.next(PlcRead, lambda event: event.machines["mill_23"].last_sequence == 21)
    assert {status.last_sequence for name, status in read.machines.items() if name != "mill_23"} == {0}
