"""Serves a simulated plant on its lines, each behind a link that outlives the device behind it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from devices.clock import Clock
from devices.simulator.fault_plan import Turnaround
from devices.simulator.faults import Fault, FaultKind
from devices.simulator.modbus_slave import RegisterDevice
from devices.simulator.paced_line import PacedLine, PacedLineCounters
from devices.simulator.plant import SimulatedPlant
from devices.simulator.scenario import DeviceScenario, LineScenario, Scenario
from devices.simulator.spoiled import SpeakingMeter
from devices.simulator.wire import open_wire

LOOK_S = 1.0


class SimulatorServer:
    """The lines of a scenario; `ports_dir` holds a link per line (line_1, …) to its pseudo-terminal.

    `start`, `stop`, `plug` and `unplug` are for one owner's thread; faults may be set from any.
    """

    def __init__(self, scenario: Scenario, clock: Clock, ports_dir: Path) -> None:
        self.plant = SimulatedPlant(scenario, clock)
        self._scenario = scenario
        self._clock = clock
        self._ports_dir = ports_dir
        self._folder: os.stat_result | None = None
        self._lines: dict[str, PacedLine] = {}
        self._faults: dict[tuple[str, int], list[Fault]] = {}
        self._turnarounds: dict[tuple[str, int], Turnaround] = {}
        self._devices: dict[str, dict[int, RegisterDevice]] = {line.id: {} for line in scenario.lines}
        self._others: dict[str, list[SpeakingMeter]] = {line.id: [] for line in scenario.lines}
        for device in scenario.devices:
            speaking = self.plant.speaking(device)
            place = device.unit
            if speaking is not None:
                self._others[device.line].append(speaking)
                place = -len(self._others[device.line])
            else:
                self._devices[device.line][device.unit] = self.plant.device(device)
            self._plan(device, place)

    @property
    def addresses(self) -> dict[str, str]:
        """What a master opens, per plugged line: the link's path, or rtu+tcp://host:port."""
        return {
            line_id: str(self._link(line_id)) if line.address.startswith("/") else line.address
            for line_id, line in self._lines.items()
        }

    def start(self) -> None:
        """Plugs all lines; OSError when the folder or a port cannot be had, and then none is left plugged."""
        self._ports_dir.mkdir(parents=True, exist_ok=True)
        self._folder = self._ports_dir.stat()
        with self.plant.present():
            pass  # what happened until today takes a moment; the first reply must not wait for it
        try:
            for line in self._scenario.lines:
                self.plug(line.id)
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Unplugs all lines."""
        for line_id in list(self._lines):
            self.unplug(line_id)

    def plug(self, line_id: str) -> None:
        """Puts a line on a new wire and points its link there; nothing happens if it is plugged."""
        if line_id in self._lines:
            return
        spec = self._spec(line_id)
        wire = open_wire(spec.baud, spec.tcp_port)
        line = PacedLine(spec, self._devices[line_id], wire, self._clock, self._others[line_id])
        for (of_line, unit), faults in self._faults.items():
            if of_line == line_id:
                line.plan.set_faults(unit, faults)
        for (of_line, unit), turnaround in self._turnarounds.items():
            if of_line == line_id:
                line.plan.set_turnaround(unit, turnaround)
        line.start()
        self._lines[line_id] = line
        if line.address.startswith("/"):
            _point(self._link(line_id), line.address)

    def unplug(self, line_id: str) -> None:
        """Pulls the adapter of a line: the link and the device behind it vanish."""
        line = self._lines.pop(line_id, None)
        if line is None:
            return
        link = self._link(line_id)
        if link.is_symlink() and str(link.readlink()) == line.address:
            link.unlink()
        line.stop()

    def set_fault(self, line_id: str, unit: int, fault: Fault | None) -> None:
        """Spoils what a unit answers from now on, also after the line was plugged anew; None mends it."""
        self._faults[line_id, unit] = [] if fault is None else [fault]
        if line_id in self._lines:
            self._lines[line_id].set_fault(unit, fault)

    def silence(self, line_id: str, unit: int, on: bool) -> None:
        """A dead meter: it answers nothing while `on`."""
        self.set_fault(line_id, unit, Fault(FaultKind.SILENT) if on else None)

    def counters(self, line_id: str) -> PacedLineCounters:
        """What has happened on a line since it was plugged; KeyError when it is not."""
        return self._lines[line_id].counters

    def has_folder(self) -> bool:
        """Whether the folder of the links is still the one that it began with."""
        try:
            return self._folder is not None and os.path.samestat(self._ports_dir.stat(), self._folder)
        except FileNotFoundError:
            return False

    def _plan(self, device: DeviceScenario, place: int) -> None:
        """What the scenario says of a device's pace and faults; `place` is its unit on the line."""
        if device.turnaround_ms is not None:
            least_ms, most_ms = device.turnaround_ms
            self._turnarounds[device.line, place] = Turnaround(least_ms / 1000, most_ms / 1000)
        faults = [
            Fault(fault.kind, fault.delay_s, fault.chance, fault.registers)
            for fault in self._scenario.faults
            if (fault.line, fault.unit) == (device.line, device.unit)
        ]
        if faults:
            self._faults[device.line, place] = faults

    def _link(self, line_id: str) -> Path:
        return self._ports_dir / line_id

    def _spec(self, line_id: str) -> LineScenario:
        return next(line for line in self._scenario.lines if line.id == line_id)


def serve_until(
    stop: threading.Event, scenario: Scenario, clock: Clock, ports_dir: Path
) -> dict[str, PacedLineCounters]:
    """Serves the plant until told to stop or its folder is removed; what was counted on each line.

    OSError when it cannot begin.
    """
    server = SimulatorServer(scenario, clock, ports_dir)
    server.start()
    try:
        while not stop.wait(LOOK_S) and server.has_folder():
            pass
        return {line_id: server.counters(line_id) for line_id in server.addresses}
    finally:
        server.stop()


def _point(link: Path, target: str) -> None:
    """Makes or moves a link in one step: nobody ever finds it missing or half made."""
    new = link.with_name(f".{link.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
