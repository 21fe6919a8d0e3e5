"""The simulated plant: mills, crew, PLC and meters, a function of the clock and of what was done to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.profile import Protocol, load_profile
from devices.simulator.load import Flow, Load, total
from devices.simulator.meter import Sdm630
from devices.simulator.mill import Mill, MillReport, mill_batches
from devices.simulator.mill_power import base_curve
from devices.simulator.modbus_slave import RegisterDevice
from devices.simulator.noise import stream
from devices.simulator.plc_registers import Plc
from devices.simulator.profile_meter import ProfileRegisters, speaking_meter
from devices.simulator.scenario import (
    DAY_MIN,
    DeviceKind,
    DeviceScenario,
    IncidentKind,
    Scenario,
    scenario_batches,
)
from devices.simulator.spoiled import SpeakingMeter

DAYS_AFTER = 7


class SimulatedPlant:
    """Stands still until somebody asks; then it lives up to the clock's now. May be asked from any thread.

    DataFileError when the scenario's days are over: years of standstill would be lived through first.
    """

    def __init__(self, scenario: Scenario, clock: Clock) -> None:
        _check_not_over(scenario, clock.now_ms())
        self._clock = clock
        self._lock = RLock()
        self._scenario = scenario
        batches = scenario_batches(scenario)
        start_ms = scenario.minute_ms(min([0, *(batch.charge for batch in batches)]))
        self._t_ms = start_ms
        self._mills = {
            spec.id: Mill(spec, mill_batches(scenario, spec.id, batches), scenario.seed, start_ms)
            for spec in scenario.mills
        }
        base = scenario.base_load
        curve = base_curve(base, scenario.seed, scenario.midnight_ms)
        registers_kwh = sum(spec.register_kwh for spec in scenario.mills)
        self._base = Load(curve, start_ms, base.register_kwh - registers_kwh)
        self._incidents = _incidents(scenario)

    @contextmanager
    def present(self) -> Iterator[None]:
        """Brings the plant up to now and keeps everybody else out meanwhile."""
        with self._lock:
            self._advance()
            yield

    def mill(self, machine: str) -> MillReport:
        """The truth about a mill now; KeyError when there is none of this id."""
        with self.present():
            return self._mills[machine].report()

    def flow(self, measured: str) -> Flow:
        """The true power and energy now of a mill, or of the whole shop-floor behind its main meter."""
        with self.present():
            if measured != self._scenario.shopfloor:
                return self._mills[measured].flow()
            return total([self._base.flow(), *(mill.flow() for mill in self._mills.values())])

    def set_local(self, machine: str, on: bool) -> None:
        """Turns the key at a mill."""
        with self.present():
            self._mills[machine].set_local(on)

    def set_interlock(self, machine: str, on: bool) -> None:
        """Trips or clears a mill's interlock."""
        with self.present():
            self._mills[machine].set_interlock(on)

    def device(self, spec: DeviceScenario) -> RegisterDevice:
        """The registers of a device of the scenario, for the line that it hangs on."""
        if spec.kind is DeviceKind.PLC:
            return _PlcOnLine(self, Plc([self._mills[machine] for machine in spec.machines]))
        serial_number = 16_000_000 + spec.unit
        if spec.profile:
            grid = stream(self._scenario.seed, "grid")
            flow = _FlowOf(self, spec.measures)
            return ProfileRegisters(load_profile(spec.profile), flow, serial_number, grid)
        return Sdm630(_FlowOf(self, spec.measures), serial_number, self._scenario.seed)

    def speaking(self, spec: DeviceScenario) -> SpeakingMeter | None:
        """A meter of the scenario that has no registers; None for all others."""
        profile = load_profile(spec.profile) if spec.profile else None
        if profile is None or profile.protocol is Protocol.MODBUS:
            return None
        grid = stream(self._scenario.seed, "grid")
        return speaking_meter(profile, _FlowOf(self, spec.measures), spec.unit, spec.address, grid)

    def _advance(self) -> None:
        """Up to now; a wall clock that was set back does not turn back the plant."""
        now_ms = max(self._t_ms, self._clock.now_ms())
        while self._incidents and self._incidents[0][0] <= now_ms:
            at_ms, machine, kind, on = self._incidents.pop(0)
            mill = self._mills[machine]
            mill.advance(at_ms)
            mill.set_local(on) if kind is IncidentKind.LOCAL else mill.set_interlock(on)
        for mill in self._mills.values():
            mill.advance(now_ms)
        self._base.advance(now_ms)
        self._t_ms = now_ms


class _FlowOf:
    def __init__(self, plant: SimulatedPlant, measured: str) -> None:
        self._plant = plant
        self._measured = measured

    def __call__(self) -> Flow:
        return self._plant.flow(self._measured)


class _PlcOnLine:
    """The PLC's registers, with the plant advanced and locked around each access."""

    def __init__(self, plant: SimulatedPlant, plc: Plc) -> None:
        self._plant = plant
        self._plc = plc

    def read_holding(self, address: int, count: int) -> Sequence[int]:
        with self._plant.present():
            return self._plc.holding(address, count)

    def read_input(self, address: int, count: int) -> Sequence[int]:
        with self._plant.present():
            return self._plc.input(address, count)

    def write(self, address: int, words: Sequence[int]) -> None:
        with self._plant.present():
            self._plc.write(address, words)


def _check_not_over(scenario: Scenario, now_ms: int) -> None:
    if now_ms > scenario.minute_ms((scenario.days + DAYS_AFTER) * DAY_MIN):
        raise DataFileError(
            f"day_0: the {scenario.days} days from {scenario.day_0} are long over by this clock; "
            "give a later day_0, more days or another clock."
        )


def _incidents(scenario: Scenario) -> list[tuple[int, str, IncidentKind, bool]]:
    changes = [
        (scenario.minute_ms(minute), item.machine, item.kind, on)
        for item in scenario.incidents
        for minute, on in ((item.begins, True), (item.ends, False))
    ]
    return sorted(changes)
