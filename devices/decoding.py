"""From registers to a reading: type, sentinel, scale, range and transformer ratios, in this order."""

from __future__ import annotations

import math

from devices.line_events import MeterOnLine
from devices.modbus import raw_value
from devices.profile import QuantitySpec, ReadBlock, ValueType
from devices.reading import Quality, Reading, Reason


def block_readings(
    meter: MeterOnLine, block: ReadBlock, registers: tuple[int, ...], t_ms: int, *, believable: bool = True
) -> list[Reading]:
    """The readings in a block; those that could be late ones are UNCERTAIN."""
    readings = []
    for spec in block.quantities:
        at = spec.address - block.address
        value, reason = decode(spec, registers[at : at + spec.type.registers])
        if reason is not Reason.NONE:
            readings.append(bad_reading(meter, spec, t_ms, reason))
            continue
        quality, reason = (
            (Quality.GOOD, Reason.NONE) if believable else (Quality.UNCERTAIN, Reason.UNCONFIRMED)
        )
        readings.append(Reading(_point(meter, spec), t_ms, value * _ratio(meter, spec), quality, reason))
    return readings


def bad_reading(meter: MeterOnLine, spec: QuantitySpec, t_ms: int, reason: Reason) -> Reading:
    """A reading without a value."""
    return Reading(_point(meter, spec), t_ms, math.nan, Quality.BAD, reason)


def bad_readings(meter: MeterOnLine, t_ms: int, reason: Reason) -> tuple[Reading, ...]:
    """What a failed poll amounts to: every quantity without a value."""
    return tuple(bad_reading(meter, spec, t_ms, reason) for spec in meter.profile.quantities)


def decode(spec: QuantitySpec, registers: tuple[int, ...]) -> tuple[float, Reason]:
    """The scaled value before CT and PT ratios, or NaN and why there is none."""
    raw = raw_value(registers, spec.type, spec.word_order)
    if _unsigned(spec, registers) in spec.sentinels or not math.isfinite(raw):
        return math.nan, Reason.SENTINEL
    value = float(raw) * spec.scale
    if not spec.low <= value <= spec.high:
        return math.nan, Reason.OUT_OF_RANGE
    return value, Reason.NONE


def _unsigned(spec: QuantitySpec, registers: tuple[int, ...]) -> int:
    unsigned = {1: ValueType.U16, 2: ValueType.U32, 4: ValueType.U64}[len(registers)]
    return int(raw_value(registers, unsigned, spec.word_order))


def _ratio(meter: MeterOnLine, spec: QuantitySpec) -> float:
    ct = meter.ct_ratio if "ct" in spec.ratios else 1.0
    pt = meter.pt_ratio if "pt" in spec.ratios else 1.0
    return ct * pt


def _point(meter: MeterOnLine, spec: QuantitySpec) -> str:
    return f"{meter.id}.{spec.name.value}"
