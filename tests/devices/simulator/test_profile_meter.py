"""Any shipped profile as a simulated meter says what flows, and is read by the same profile."""

from __future__ import annotations

import pytest

from devices.decoding import block_readings, resolution
from devices.identity import fits, serial_text
from devices.line_events import MeterOnLine
from devices.meter_quantities import Quantity
from devices.profile import load_profile, profile_names, read_blocks
from devices.profile_schema import Protocol
from devices.reading import Quality
from devices.simulator.load import Flow
from devices.simulator.modbus_slave import RegisterError
from devices.simulator.profile_meter import ProfileRegisters, shown_values

FLOW = Flow(1_000_000, 12.5, 3.25, 4321.25, 100.5)
GRID = 7
MODBUS = [name for name in profile_names() if load_profile(name).protocol is Protocol.MODBUS]


def device_of(name: str) -> ProfileRegisters:
    return ProfileRegisters(load_profile(name), lambda: FLOW, 16_123, GRID)


def read(device: ProfileRegisters, fc: int, address: int, count: int) -> tuple[int, ...]:
    return tuple((device.read_holding if fc == 3 else device.read_input)(address, count))


@pytest.mark.parametrize("name", MODBUS)
def test_each_profile_reads_from_its_own_meter_what_flows(name: str) -> None:
    profile = load_profile(name)
    meter, device, shown = MeterOnLine("m", 1, profile, 60.0), device_of(name), shown_values(FLOW, GRID)
    for block in read_blocks(profile):
        registers = read(device, block.fc, block.address, block.count)
        for spec, reading in zip(block.quantities, block_readings(meter, block, registers, 0), strict=True):
            wanted = shown[spec.name]
            assert reading.quality is Quality.GOOD
            assert reading.value == pytest.approx(wanted, abs=resolution(spec, wanted) or 1e-9), spec.name


@pytest.mark.parametrize("name", MODBUS)
def test_it_has_the_ident_and_a_serial_number(name: str) -> None:
    profile, device = load_profile(name), device_of(name)
    for ident in profile.ident:
        assert fits(ident, read(device, ident.fc, ident.address, ident.count))
    if (spec := profile.serial_number) is not None:
        assert serial_text(spec, read(device, spec.fc, spec.address, spec.count)) == "16123"


def test_a_read_of_what_the_profile_does_not_know_is_refused() -> None:
    device = device_of("abb_b23")
    with pytest.raises(RegisterError):
        device.read_holding(1, 2)
    with pytest.raises(RegisterError):
        device.write(0x5000, (1,))


def test_power_energy_volts_and_currents_agree() -> None:
    shown = shown_values(FLOW, GRID)
    watts = sum(
        shown[volts] * shown[amps]
        for volts, amps in (
            (Quantity.VOLTAGE, Quantity.CURRENT),
            (Quantity.VOLTAGE_L2, Quantity.CURRENT_L2),
            (Quantity.VOLTAGE_L3, Quantity.CURRENT_L3),
        )
    )
    assert watts * shown[Quantity.POWER_FACTOR] / 1000 == pytest.approx(shown[Quantity.POWER])
