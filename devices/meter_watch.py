"""What one meter's readings are worth over time: jumps, counters, and energy against power."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from msgspec import structs

from devices.counters import STARTED_ANEW, Counter, CounterChange, CounterLimits, CounterStep
from devices.decoding import point_of, ratio, resolution
from devices.line_events import MeterOnLine, MeterRead
from devices.meter_quantities import Quantity
from devices.plausibility import Bounds, Freshness, Plausibility
from devices.profile_schema import QuantitySpec
from devices.reading import Quality, Reading, Reason
from devices.reconciler import reconciler_of
from devices.reconciliation import Finding

OVERLOAD = 1.5  # of rated power: what a counter may add for a while
STARTING = 2.0  # of rated power: what one reading of power may show
POWERS = (Quantity.POWER, Quantity.POWER_L1, Quantity.POWER_L2, Quantity.POWER_L3)


@dataclass(frozen=True, slots=True)
class CounterEvent:
    """A counter that began anew: what happened, and its value before and after."""

    point: str
    t_ms: int
    change: CounterChange
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Watched:
    """A poll with its readings judged, and the counters that began anew in it."""

    read: MeterRead
    events: tuple[CounterEvent, ...]


class MeterWatch:
    """One meter; `rated_kw` is the most that what it measures draws for long, None if unknown."""

    def __init__(self, meter: MeterOnLine, rated_kw: float | None = None) -> None:
        self._meter = meter
        self._rated_kw = rated_kw
        self._specs = {point_of(meter, spec): spec for spec in meter.profile.quantities}
        self._counters: dict[str, Counter] = {}
        self._reconciler = reconciler_of(meter)
        self._freshness = Freshness()
        self._plausibility = Plausibility(
            {point: self._bounds(spec) for point, spec in self._specs.items()}, meter.poll_s
        )

    @property
    def finding(self) -> Finding | None:
        """What energy against power says of the meter; None while it is not known."""
        return None if self._reconciler is None else self._reconciler.standing

    def begin(self, last: Iterable[Reading], serial: str) -> None:
        """Takes what was read last before this program was started."""
        for reading in last:
            spec = self._specs.get(reading.point)
            if spec is not None and spec.name.is_counter and reading.quality is Quality.GOOD:
                self._counter(reading, spec).begin(reading.t_ms, reading.value, serial)

    def take(self, read: MeterRead) -> Watched:
        """Judges a poll: what does not fit becomes UNCERTAIN with its reason."""
        readings: list[Reading] = []
        events: list[CounterEvent] = []
        steps: dict[str, CounterStep] = {}
        for reading in read.readings:
            spec = self._specs.get(reading.point)
            if spec is None or not spec.name.is_counter or reading.quality is not Quality.GOOD:
                readings.append(self._plausibility.judged(reading))
                continue
            step = self._counter(reading, spec).take(reading.t_ms, reading.value, read.serial)
            steps[reading.point] = step
            if step.change in STARTED_ANEW:
                event = CounterEvent(reading.point, reading.t_ms, step.change, step.before, step.after)
                events.append(event)
            readings.append(_doubted(reading, step))
        judged = replace(read, readings=self._stale_if_frozen(readings))
        self._reconcile(judged, steps)
        return Watched(judged, tuple(events))

    def _stale_if_frozen(self, readings: list[Reading]) -> tuple[Reading, ...]:
        """A float of volts or hertz never stays the same to its last bit for long."""
        good = [reading for reading in readings if reading.quality is Quality.GOOD]
        moving = [reading for reading in good if self._trembles(reading.point)]
        if not moving or not self._freshness.is_frozen(moving[-1].t_ms, tuple(r.value for r in moving)):
            return tuple(readings)
        return tuple(
            structs.replace(reading, quality=Quality.UNCERTAIN, reason=Reason.STALE)
            if reading in good
            else reading
            for reading in readings
        )

    def _trembles(self, point: str) -> bool:
        spec = self._specs.get(point)
        return spec is not None and spec.type.kind == "f" and not spec.name.is_counter

    def _reconcile(self, read: MeterRead, steps: dict[str, CounterStep]) -> None:
        found = {reading.point: reading for reading in read.readings}
        power = found.get(f"{self._meter.id}.{Quantity.POWER}")
        energy = found.get(f"{self._meter.id}.{Quantity.ENERGY}")
        if self._reconciler is not None and power is not None and energy is not None:
            self._reconciler.take(power, energy, steps.get(energy.point))

    def _counter(self, reading: Reading, spec: QuantitySpec) -> Counter:
        if reading.point not in self._counters:
            self._counters[reading.point] = Counter(self._limits(spec, reading.value))
        return self._counters[reading.point]

    def _limits(self, spec: QuantitySpec, value: float) -> CounterLimits:
        scale = ratio(self._meter, spec)
        end = spec.counts_to
        return CounterLimits(
            self._most_per_h(spec),
            resolution(spec, 2.0 * value / scale) * scale,
            None if end is None else end * scale,
        )

    def _most_per_h(self, spec: QuantitySpec) -> float:
        """By rated power, else by what the meter's power can be; no bound for what is not energy."""
        if not spec.name.value.endswith(("_kwh", "_kvarh")):
            return math.inf
        if self._rated_kw is not None:
            return OVERLOAD * self._rated_kw
        power = next((item for item in self._specs.values() if item.name is Quantity.POWER), None)
        return math.inf if power is None else power.high * ratio(self._meter, power)

    def _bounds(self, spec: QuantitySpec) -> Bounds:
        step = None if spec.max_step is None else spec.max_step * ratio(self._meter, spec)
        rated = self._rated_kw if spec.name in POWERS else None
        return Bounds(step, None if rated is None else STARTING * rated)


def _doubted(reading: Reading, step: CounterStep) -> Reading:
    if step.change is not CounterChange.WAITING:
        return reading
    return structs.replace(reading, quality=Quality.UNCERTAIN, reason=step.reason)
