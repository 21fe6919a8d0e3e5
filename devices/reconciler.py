"""Watches one meter's energy against its power, interval by interval, until a verdict stands."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from devices.counters import STARTED_ANEW, CounterChange, CounterStep
from devices.decoding import decode, encode, ratio, resolution
from devices.line_events import MeterOnLine
from devices.meter_quantities import Quantity
from devices.profile_schema import Order, QuantitySpec
from devices.reading import Quality, Reading
from devices.reconciliation import Finding, OtherOrder, Sample, Verdict, find

INTERVAL_MS = 15 * 60_000
LONGEST_MS = 6 * 3_600_000  # a counter of whole kWh needs that long for a small machine
MOST_SAMPLES = 5_000
LEAST_SAMPLES = 8
MOST_GAP_POLLS = 3.0
STANDS_AFTER = 3  # intervals in a row that say the same
SAME_FACTOR = 0.1
ORDERS: tuple[Order, ...] = ("big", "little")


@dataclass(frozen=True, slots=True)
class _Poll:
    """Power and energy of one poll, and what became of the counter."""

    power: Reading
    energy: Reading
    step: CounterStep | None


class Reconciler:
    """One meter that says both power and energy."""

    def __init__(self, meter: MeterOnLine, power: QuantitySpec, energy: QuantitySpec) -> None:
        self._meter = meter
        self._power = power
        self._energy = energy
        self._most_gap_ms = MOST_GAP_POLLS * meter.poll_s * 1000
        self._polls: list[_Poll] = []
        self._due_ms = INTERVAL_MS
        self._latest = Finding(Verdict.TOO_LITTLE)
        self._in_a_row = 0

    @property
    def standing(self) -> Finding | None:
        """The finding that holds: an agreement at once, a complaint after several intervals; else None."""
        needed = 1 if self._latest.verdict is Verdict.AGREES else STANDS_AFTER
        return self._latest if self._in_a_row >= needed else None

    def take(self, power: Reading, energy: Reading, step: CounterStep | None) -> Finding | None:
        """The readings of a poll; returns what an interval says when one has ended.

        `step` is what became of the energy counter, None when it had no value.
        """
        poll = _Poll(power, energy, step)
        if step is not None and step.change in STARTED_ANEW:
            self._begin(poll)
            return None
        if not self._polls or not 0 < power.t_ms - self._polls[-1].power.t_ms <= self._most_gap_ms:
            self._begin(poll)
            return None
        self._polls.append(poll)
        waiting = step is not None and step.change is CounterChange.WAITING
        lasted_ms = power.t_ms - self._polls[0].power.t_ms
        if lasted_ms < self._due_ms or len(self._polls) < LEAST_SAMPLES:
            return None
        if waiting and not self._mostly_waiting():
            return None
        return self._close(lasted_ms)

    def _begin(self, poll: _Poll) -> None:
        self._polls = [poll]
        self._due_ms = INTERVAL_MS

    def _mostly_waiting(self) -> bool:
        steps = [poll.step for poll in self._polls if poll.step is not None]
        return sum(step.change is CounterChange.WAITING for step in steps) > len(steps) / 2

    def _close(self, lasted_ms: int) -> Finding | None:
        finding = self._found()
        if finding.verdict is Verdict.TOO_LITTLE:
            self._due_ms = lasted_ms + INTERVAL_MS
            if lasted_ms >= LONGEST_MS or len(self._polls) >= MOST_SAMPLES:
                self._begin(self._polls[-1])
            return None
        same = finding.verdict is self._latest.verdict and (
            abs(finding.factor - self._latest.factor) <= SAME_FACTOR * abs(self._latest.factor)
        )
        self._in_a_row = self._in_a_row + 1 if same else 1
        self._latest = finding
        self._begin(self._polls[-1])
        return finding

    def _found(self) -> Finding:
        samples = [Sample(poll.power.t_ms, _value(poll.power), _value(poll.energy)) for poll in self._polls]
        steps = [poll.step for poll in self._polls[1:] if poll.step is not None]
        counted = math.fsum(step.added for step in steps) if steps else math.nan
        energies = [sample.energy_kwh for sample in samples if math.isfinite(sample.energy_kwh)]
        scale = ratio(self._meter, self._energy)
        step_kwh = resolution(self._energy, max(energies, default=0.0) / scale) * scale
        ratios = [self._meter.ct_ratio or 1.0, self._meter.pt_ratio or 1.0]
        return find(samples, counted, step_kwh, self._others(), ratios)

    def _others(self) -> Iterator[OtherOrder]:
        """Both quantities in every other order of words and bytes."""
        for spec, readings in (
            (self._power, [poll.power for poll in self._polls]),
            (self._energy, [poll.energy for poll in self._polls]),
        ):
            registers = [self._registers(spec, reading) for reading in readings]
            for word_order in ORDERS if spec.type.registers > 1 else ("big",):
                for byte_order in ORDERS:
                    if (word_order, byte_order) == (spec.word_order, spec.byte_order):
                        continue
                    turned = replace(spec, word_order=word_order, byte_order=byte_order)
                    values = tuple(self._decoded(turned, words) for words in registers)
                    yield OtherOrder(spec.name, word_order, byte_order, values)

    def _registers(self, spec: QuantitySpec, reading: Reading) -> tuple[int, ...]:
        """What was on the wire; () where that cannot be told."""
        if reading.registers or reading.quality is Quality.BAD:
            return reading.registers
        try:
            return encode(spec, reading.value / ratio(self._meter, spec))
        except ValueError:
            return ()

    def _decoded(self, spec: QuantitySpec, registers: tuple[int, ...]) -> float:
        if len(registers) != spec.type.registers or spec.exponent_address is not None:
            return math.nan
        return decode(spec, registers)[0] * ratio(self._meter, spec)


def reconciler_of(meter: MeterOnLine) -> Reconciler | None:
    """A reconciler for a meter that polls both power and energy; None for others."""
    specs = {spec.name: spec for spec in meter.profile.quantities}
    if Quantity.POWER not in specs or Quantity.ENERGY not in specs:
        return None
    return Reconciler(meter, specs[Quantity.POWER], specs[Quantity.ENERGY])


def _value(reading: Reading) -> float:
    return math.nan if reading.quality is Quality.BAD else reading.value
