"""What befalls a reply on a simulated line: by its unit, the registers asked for, and by chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from devices.simulator.faults import Fault
from devices.simulator.modbus_slave import asked_registers


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How long a device thinks before it answers: anything between two times, in seconds."""

    least_s: float
    most_s: float


class FaultPlan:
    """The faults and paces of a line's units; the same seed says the same chances."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(seed)
        self._faults: dict[int, tuple[Fault, ...]] = {}
        self._turnarounds: dict[int, Turnaround] = {}

    def set_faults(self, unit: int, faults: Sequence[Fault]) -> None:
        """From now on a reply of this unit suffers the first of these that befalls it."""
        self._faults[unit] = tuple(faults)

    def set_turnaround(self, unit: int, turnaround: Turnaround) -> None:
        """From now on this unit takes so long to answer, each time by chance."""
        self._turnarounds[unit] = turnaround

    def fault(self, unit: int, request: bytes = b"") -> Fault | None:
        """What befalls the reply to this request; one that reads no registers is spared by faults of some."""
        faults = self._faults.get(unit, ())
        asked = asked_registers(request) if faults else None
        for fault in faults:
            touched = not fault.registers or (asked is not None and _overlap(asked, fault.registers))
            if touched and (fault.chance >= 1.0 or self._chance.random() < fault.chance):
                return fault
        return None

    def turnaround_s(self, unit: int, usual_s: float) -> float:
        """How long the unit takes this time."""
        own = self._turnarounds.get(unit)
        return usual_s if own is None else self._chance.uniform(own.least_s, own.most_s)


def _overlap(asked: range, registers: tuple[int, int]) -> bool:
    return asked.start <= registers[1] and registers[0] < asked.stop
