"""From registers to readings: no value is better than a wrong one, and never a zero instead."""

from __future__ import annotations

import math
import struct

import pytest

from devices.decoding import bad_readings, block_readings, decode
from devices.line_events import MeterOnLine
from devices.profile import Quantity, QuantitySpec, ValueType, load_profile, read_blocks
from devices.reading import Quality, Reason

SDM630 = load_profile("eastron_sdm630")
METER = MeterOnLine("mill_25", 25, SDM630, 60.0, ct_ratio=10.0, pt_ratio=2.0)


def words(value: float) -> tuple[int, int]:
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return high, low


def reading_of(quantity: Quantity, value: float, believable: bool = True):
    block = next(block for block in read_blocks(SDM630, most_hole=0) if quantity in names(block))
    registers = [0] * block.count
    spec = SDM630.quantity(quantity)
    at = spec.address - block.address
    registers[at : at + 2] = words(value)
    readings = block_readings(METER, block, tuple(registers), 5, believable=believable)
    return next(reading for reading in readings if reading.point.endswith(quantity.value))


def names(block) -> list[Quantity]:
    return [spec.name for spec in block.quantities]


def test_watts_become_kilowatts_and_ratios_apply_where_the_profile_says() -> None:
    power = reading_of(Quantity.POWER, 48_000.0)
    assert (power.point, power.t_ms, power.quality) == ("mill_25.power_kw", 5, Quality.GOOD)
    assert power.value == pytest.approx(48.0 * 20)
    assert reading_of(Quantity.CURRENT, 5.0).value == pytest.approx(50.0)
    assert reading_of(Quantity.FREQUENCY, 50.0).value == pytest.approx(50.0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_value(value: float) -> None:
    reading = reading_of(Quantity.POWER, value)
    assert (reading.quality, reading.reason) == (Quality.BAD, Reason.SENTINEL)
    assert math.isnan(reading.value)


@pytest.mark.parametrize(
    ("quantity", "value"), [(Quantity.POWER_FACTOR, 1.2), (Quantity.FREQUENCY, 0.0), (Quantity.ENERGY, -1.0)]
)
def test_a_value_out_of_range_is_no_value(quantity: Quantity, value: float) -> None:
    reading = reading_of(quantity, value)
    assert (reading.quality, reading.reason) == (Quality.BAD, Reason.OUT_OF_RANGE)
    assert math.isnan(reading.value)


def test_a_reply_that_may_be_a_late_one_is_uncertain() -> None:
    reading = reading_of(Quantity.POWER, 48_000.0, believable=False)
    assert (reading.quality, reading.reason) == (Quality.UNCERTAIN, Reason.UNCONFIRMED)


@pytest.mark.parametrize("order", ["big", "little"])
def test_a_sentinel_is_known_by_its_raw_value_in_either_word_order(order) -> None:
    spec = QuantitySpec(
        name=Quantity.POWER, fc=3, address=0, type=ValueType.S32, unit="W", low=-1e9, high=1e9,
        word_order=order, sentinels=(0x7FFFFFFF,),
    )  # fmt: skip
    registers = (0x7FFF, 0xFFFF) if order == "big" else (0xFFFF, 0x7FFF)
    assert decode(spec, registers)[1] is Reason.SENTINEL


def test_a_failed_poll_leaves_every_quantity_without_a_value() -> None:
    readings = bad_readings(METER, 7, Reason.TIMEOUT)
    assert {reading.point for reading in readings} == {f"mill_25.{spec.name}" for spec in SDM630.quantities}
    assert all(math.isnan(reading.value) and reading.quality is Quality.BAD for reading in readings)
