"""From registers to a reading: type, sentinel, scale, range and transformer ratios, in this order."""

from __future__ import annotations

import math

from msgspec.structs import replace

from devices.line_events import MeterOnLine
from devices.profile_schema import QuantitySpec, ValueType
from devices.read_blocks import ReadBlock
from devices.reading import Quality, Reading, Reason
from devices.registers import number, ordered, registers_of, unsigned_number

MOST_EXPONENT = 18  # what lies beyond is no power of ten that a meter would use


def block_readings(
    meter: MeterOnLine, block: ReadBlock, registers: tuple[int, ...], t_ms: int, *, believable: bool = True
) -> list[Reading]:
    """The readings in a block; those that could be late ones are UNCERTAIN."""
    readings = []
    for spec in block.quantities:
        value, reason = decode(spec, registers, first=block.address)
        if reason is not Reason.NONE:
            bad = bad_reading(meter, spec, t_ms, reason)
            at = spec.address - block.address
            odd = registers[at : at + spec.type.registers] if reason is Reason.OUT_OF_RANGE else ()
            readings.append(replace(bad, registers=odd))
            continue
        quality, reason = (
            (Quality.GOOD, Reason.NONE) if believable else (Quality.UNCERTAIN, Reason.UNCONFIRMED)
        )
        readings.append(Reading(point_of(meter, spec), t_ms, value * ratio(meter, spec), quality, reason))
    return readings


def bad_reading(meter: MeterOnLine, spec: QuantitySpec, t_ms: int, reason: Reason) -> Reading:
    """A reading without a value."""
    return Reading(point_of(meter, spec), t_ms, math.nan, Quality.BAD, reason)


def bad_readings(meter: MeterOnLine, t_ms: int, reason: Reason) -> tuple[Reading, ...]:
    """What a failed poll amounts to: every quantity without a value."""
    return tuple(bad_reading(meter, spec, t_ms, reason) for spec in meter.profile.quantities)


def decode(
    spec: QuantitySpec, registers: tuple[int, ...], *, first: int | None = None
) -> tuple[float, Reason]:
    """The value in the quantity's unit before CT and PT ratios, or NaN and why there is none.

    `registers` begin at the address `first`, or at the value's own; ValueError when they are too few.
    """
    at = spec.start if first is None else first
    own = registers[spec.address - at :][: spec.type.registers]
    raw = number(own, spec.type, spec.word_order, spec.byte_order)
    if unsigned_number(ordered(own, spec.word_order, spec.byte_order)) in spec.sentinels:
        return math.nan, Reason.SENTINEL
    if not math.isfinite(raw):
        return math.nan, Reason.SENTINEL
    if spec.bits is not None:
        low, high = spec.bits
        raw = unsigned_number(ordered(own, spec.word_order, spec.byte_order)) >> low & (2 << high - low) - 1
    power = _exponent(spec, registers, at)
    if abs(power) > MOST_EXPONENT:
        return math.nan, Reason.SENTINEL
    value = _meant(spec, float(raw) * spec.factor * 10.0**power)
    if not spec.low <= value <= spec.high:
        return math.nan, Reason.OUT_OF_RANGE
    return value, Reason.NONE


def encode(spec: QuantitySpec, value: float) -> tuple[int, ...]:
    """The registers in which a meter would say a value (in the quantity's unit, before CT and PT ratios).

    For quantities without bits and exponent register, and for power factors that lag. ValueError when the
    value does not fit the type.
    """
    signed = -value if spec.positive == "export" else value
    return registers_of(signed / spec.factor, spec.type, spec.word_order, spec.byte_order)


def ratio(meter: MeterOnLine, spec: QuantitySpec) -> float:
    """What a value is multiplied by for the meter's transformers."""
    ct = meter.ct_ratio if "ct" in spec.ratios else None
    pt = meter.pt_ratio if "pt" in spec.ratios else None
    return (1.0 if ct is None else ct) * (1.0 if pt is None else pt)


def point_of(meter: MeterOnLine, spec: QuantitySpec) -> str:
    """The name under which a quantity of a meter is stored."""
    return f"{meter.id}.{spec.name.value}"


def resolution(spec: QuantitySpec, value: float) -> float:
    """The least step that a quantity can make near a value, both in its unit before ratios."""
    if spec.type in (ValueType.F32, ValueType.F64):
        return abs(value) * 2.0 ** (-23 if spec.type is ValueType.F32 else -52)
    return abs(spec.factor)


def _exponent(spec: QuantitySpec, registers: tuple[int, ...], first: int) -> int:
    if spec.exponent_address is None:
        return 0
    at = spec.exponent_address - first
    return int(number(registers[at : at + 1], ValueType.S16, byte_order=spec.byte_order))


def _meant(spec: QuantitySpec, value: float) -> float:
    if spec.meaning == "four_quadrant":
        return four_quadrant(value)
    return -value if spec.positive == "export" else value


def four_quadrant(value: float) -> float:
    """A power factor from Schneider's -2 to +2, where what lies beyond 1 leads: its sign is the power's."""
    return math.copysign(2.0 - abs(value), value) if 1.0 < abs(value) <= 2.0 else value
