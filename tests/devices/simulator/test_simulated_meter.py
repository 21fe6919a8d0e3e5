from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import pytest

from devices.simulator.meter import Sdm630
from devices.simulator.modbus_slave import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    RegisterError,
    answer,
    with_crc,
)
from devices.simulator.plant import SimulatedPlant
from devices.simulator.scenario import Scenario

if TYPE_CHECKING:
    from conftest import HandClock

PHASES = ("volts", "amps", "watts", "apparent", "reactive", "factor")


def floats(meter: Sdm630, address: int, count: int) -> list[float]:
    words = meter.read_input(address, 2 * count)
    return list(struct.unpack(f">{count}f", struct.pack(f">{2 * count}H", *words)))


@pytest.fixture
def meter(plant: SimulatedPlant, scenario: Scenario, clock: HandClock) -> Sdm630:
    clock.set_minute(900)
    spec = next(device for device in scenario.devices if device.measures == "mill_26")
    device = plant.device(spec)
    assert isinstance(device, Sdm630)
    return device


def test_the_registers_say_what_truly_flows(meter: Sdm630, plant: SimulatedPlant) -> None:
    truth = plant.flow("mill_26")
    assert floats(meter, 0x34, 1)[0] == pytest.approx(1000 * truth.power_kw, rel=1e-6)
    assert floats(meter, 0x3C, 1)[0] == pytest.approx(1000 * truth.reactive_kvar, rel=1e-6)
    assert floats(meter, 0x48, 1)[0] == pytest.approx(truth.energy_kwh, rel=1e-6)
    assert floats(meter, 0x156, 1) == floats(meter, 0x48, 1)


def test_volts_amps_watts_and_power_factor_agree_on_each_phase(meter: Sdm630) -> None:
    values = floats(meter, 0x00, 18)
    by_name = {name: values[3 * index : 3 * index + 3] for index, name in enumerate(PHASES)}
    for volts, amps, watts, apparent, reactive, factor in zip(*by_name.values(), strict=True):
        assert 220 < volts < 240
        assert apparent == pytest.approx(volts * amps, rel=1e-5)
        assert watts == pytest.approx(volts * amps * factor, rel=1e-5)
        assert apparent == pytest.approx(math.hypot(watts, reactive), rel=1e-5)
    assert sum(by_name["watts"]) == pytest.approx(floats(meter, 0x34, 1)[0], rel=1e-5)
    assert sum(by_name["amps"]) == pytest.approx(floats(meter, 0x30, 1)[0], rel=1e-5)


def test_frequency_and_line_volts_are_those_of_the_grid(meter: Sdm630) -> None:
    assert floats(meter, 0x46, 1)[0] == pytest.approx(50.0, abs=0.1)
    line_volts = floats(meter, 0xC8, 4)
    assert line_volts[3] == pytest.approx(math.sqrt(3) * floats(meter, 0x2A, 1)[0], rel=1e-3)


def test_the_power_factor_is_poor_at_low_load(plant: SimulatedPlant, clock: HandClock) -> None:
    clock.set_minute(900)
    factors = {}
    for mill in ("mill_26", "mill_25", "mill_28"):
        flow = plant.flow(mill)
        factors[mill] = flow.power_kw / math.hypot(flow.power_kw, flow.reactive_kvar)
    assert 0.85 > factors["mill_26"] > factors["mill_25"] > factors["mill_28"] > 0.3


@pytest.mark.parametrize(
    ("address", "count", "code"),
    [
        (0x35, 2, ILLEGAL_ADDRESS),
        (0x34, 3, ILLEGAL_VALUE),
        (0x00, 82, ILLEGAL_VALUE),
        (0x4E, 4, ILLEGAL_ADDRESS),
        (0x9000, 2, ILLEGAL_ADDRESS),
    ],
)
def test_an_odd_foreign_or_too_long_request_is_refused(
    address: int, count: int, code: int, meter: Sdm630
) -> None:
    with pytest.raises(RegisterError) as caught:
        meter.read_input(address, count)
    assert caught.value.code == code


def test_foreign_holding_registers_read_as_valid_zeros_and_the_serial_number_does_not(meter: Sdm630) -> None:
    assert list(meter.read_holding(0x1C, 2)) == [0, 0]
    high, low = meter.read_holding(0xFC00, 2)
    assert high << 16 | low == 16_000_026


def test_a_meter_refuses_every_write(meter: Sdm630) -> None:
    reply = answer(with_crc(bytes.fromhex("1a10001400020442700000")), meter)
    assert reply == with_crc(bytes((0x1A, 0x90, ILLEGAL_FUNCTION)))


def test_the_reply_frame_is_the_one_that_eastrons_document_prints() -> None:
    class Volts:
        def read_holding(self, address: int, count: int) -> list[int]:
            raise AssertionError(address)

        def read_input(self, address: int, count: int) -> list[int]:
            return [0x4366, 0x3334]

        def write(self, address: int, words: object) -> None:
            raise AssertionError(address)

    assert answer(bytes.fromhex("01040000000271CB"), Volts()) == bytes.fromhex("010404436633341B38")
