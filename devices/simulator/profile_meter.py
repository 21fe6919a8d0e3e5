"""Any profile as a simulated meter: it says what flows through it in the places and forms of the profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from devices.decoding import encode
from devices.meter_quantities import Quantity
from devices.profile_schema import IdentSpec, MeterProfile, Protocol, QuantitySpec, RegisterSpec, ValueType
from devices.registers import registers_of
from devices.simulator.byte_meters import ByteMeter, Cjt188Meter, Iec62056Meter, MBusMeter
from devices.simulator.dlt645_meter import Dlt645Meter
from devices.simulator.load import Flow
from devices.simulator.meter import phase_volts
from devices.simulator.modbus_slave import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    RegisterError,
)
from devices.simulator.spoiled import SpeakingMeter, Speech

FlowNow = Callable[[], Flow]
KWH_PER_M3 = 10.0  # of gas, about; so that volumes grow as energies do
SPEECHES = {
    Protocol.DLT645: Speech.DLT645,
    Protocol.CJT188: Speech.CJT188,
    Protocol.MBUS: Speech.MBUS,
    Protocol.IEC62056: Speech.IEC62056,
}


def shown_values(flow: Flow, grid: int) -> dict[Quantity, float]:
    """Every quantity that a meter may have, in its own unit; what only feeding in would count stays 0."""
    volts = phase_volts(grid, flow.t_ms, flow.power_kw)
    apparent = (flow.power_kw**2 + flow.reactive_kvar**2) ** 0.5
    amps = [apparent * 1000 / 3 / volt for volt in volts]
    shown = dict.fromkeys(Quantity, 0.0)
    shown |= dict(zip((Quantity.VOLTAGE, Quantity.VOLTAGE_L2, Quantity.VOLTAGE_L3), volts, strict=True))
    shown |= dict(zip((Quantity.CURRENT, Quantity.CURRENT_L2, Quantity.CURRENT_L3), amps, strict=True))
    for phase in (Quantity.POWER_L1, Quantity.POWER_L2, Quantity.POWER_L3):
        shown[phase] = flow.power_kw / 3
    return shown | {
        Quantity.POWER: flow.power_kw,
        Quantity.ENERGY: flow.energy_kwh,
        Quantity.ENERGY_FLAT: flow.energy_kwh,
        Quantity.POWER_FACTOR: flow.power_kw / apparent if apparent else 1.0,
        Quantity.FREQUENCY: 50.0,
        Quantity.REACTIVE_POWER: flow.reactive_kvar,
        Quantity.APPARENT_POWER: apparent,
        Quantity.REACTIVE_ENERGY: flow.reactive_kvarh,
        Quantity.VOLUME: flow.energy_kwh / KWH_PER_M3,
        Quantity.FLOW: flow.power_kw / KWH_PER_M3,
        Quantity.HEAT: flow.energy_kwh,
        Quantity.PULSES_1: float(int(flow.energy_kwh * 100)),
    }


def speaking_meter(profile: MeterProfile, flow: FlowNow, unit: int, address: str, grid: int) -> SpeakingMeter:
    """A meter of a profile without registers."""

    def items() -> Mapping[str, float]:
        shown = shown_values(flow(), grid)
        specs = (*profile.quantities, *profile.optional)
        return {spec.item: shown[spec.name] / spec.name.units[_unit(profile, spec)] for spec in specs}

    meter: ByteMeter
    match profile.protocol:
        case Protocol.DLT645:
            meter = Dlt645Meter(flow, address, grid)
        case Protocol.CJT188:
            meter = Cjt188Meter(items, profile.meter_type, address)
        case Protocol.MBUS:
            meter = MBusMeter(items, unit)
        case _:
            units = {spec.item: spec.unit for spec in (*profile.quantities, *profile.optional)}
            meter = Iec62056Meter(items, address, units, password=profile.password)
    return SpeakingMeter(SPEECHES[profile.protocol], meter)


def _unit(profile: MeterProfile, spec: QuantitySpec) -> str:
    """The unit in which the simulated meter is told a value: an M-Bus meter says kWh and kW."""
    return spec.unit.replace("W", "kW", 1) if profile.protocol is Protocol.MBUS else spec.unit


class ProfileRegisters:
    """A Modbus meter of a profile: its quantities, ident, serial number and ratios of 1; all else is 0.

    A read must begin and end among the registers that the profile knows, as real meters want it.
    """

    def __init__(self, profile: MeterProfile, flow: FlowNow, serial_number: int, grid: int) -> None:
        self._profile = profile
        self._flow = flow
        self._grid = grid
        self._fixed: dict[tuple[int, int], int] = {}
        for ident in profile.ident:
            self._fix(ident, _ident_words(ident))
        for ratio in (profile.ct, profile.pt):
            if ratio is not None:
                words = registers_of(1 / ratio.scale, ratio.type, ratio.word_order, ratio.byte_order)
                self._fix(ratio, words)
        if profile.serial_number is not None:
            self._fix(profile.serial_number, _number_words(profile.serial_number, serial_number))

    def read_input(self, address: int, count: int) -> Sequence[int]:
        """FC04."""
        return self._read(4, address, count)

    def read_holding(self, address: int, count: int) -> Sequence[int]:
        """FC03."""
        return self._read(3, address, count)

    def write(self, _address: int, _words: Sequence[int]) -> None:
        """This meter takes no settings over the line."""
        raise RegisterError(ILLEGAL_FUNCTION)

    def _read(self, fc: int, address: int, count: int) -> Sequence[int]:
        if count > self._profile.max_block:
            raise RegisterError(ILLEGAL_VALUE)
        words = self._fixed | self._measured()
        if (fc, address) not in words or (fc, address + count - 1) not in words:
            raise RegisterError(ILLEGAL_ADDRESS)
        return [words.get((fc, address + at), 0) for at in range(count)]

    def _measured(self) -> dict[tuple[int, int], int]:
        shown = shown_values(self._flow(), self._grid)
        words: dict[tuple[int, int], int] = {}
        for spec in (*self._profile.quantities, *self._profile.optional):
            words |= {(spec.fc, at): 0 for at in range(spec.start, spec.end)}
            for index, word in enumerate(_words(spec, shown[spec.name])):
                words[spec.fc, spec.address + index] = word
        return words

    def _fix(self, spec: RegisterSpec, words: Sequence[int]) -> None:
        self._fixed |= {(spec.fc, spec.address + index): word for index, word in enumerate(words)}


def _words(spec: QuantitySpec, value: float) -> Sequence[int]:
    """Bits and exponents are left 0: what they say depends on more than one quantity."""
    if spec.bits is not None or spec.exponent_address is not None:
        return [0] * spec.type.registers
    end = spec.counts_to
    return encode(spec, value % end if end else value)


def _ident_words(spec: IdentSpec) -> Sequence[int]:
    expected = spec.expected[0]
    if isinstance(expected, str):
        return _text_words(spec, expected)
    return registers_of(expected, spec.type, spec.word_order, spec.byte_order)


def _number_words(spec: RegisterSpec, number: int) -> Sequence[int]:
    if spec.type is ValueType.STRING:
        return _text_words(spec, str(number))
    return registers_of(number, spec.type, spec.word_order, spec.byte_order)


def _text_words(spec: RegisterSpec, text: str) -> Sequence[int]:
    data = text.encode("ascii").ljust(2 * spec.registers, b"\0")
    return [int.from_bytes(data[at : at + 2], spec.byte_order) for at in range(0, len(data), 2)]
