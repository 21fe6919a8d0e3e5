"""The registers of an Eastron SDM630: 32-bit floats, high word first, that agree with each other.

Source: the SDM630 protocol document, in OpenEMS (doc/SDM630Register1-5.pdf) and mbmd (meters/rs485/sdm.go).
Input registers 0000-004F (values per phase and in total, frequency, energies), 00C8-00CF (line to line
volts), 0156-0159 (total energies). Even addresses and counts only, at most 80 registers in one request.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence

from devices.simulator.load import Flow
from devices.simulator.mill_power import DAY_MS
from devices.simulator.modbus_slave import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    RegisterError,
)
from devices.simulator.noise import stream, wander

NOMINAL_V = 230.0
NOMINAL_HZ = 50.0
MOST_REGISTERS = 80
SERIAL_ADDRESS, MODEL_ADDRESS = 0xFC00, 0xFC02
MODEL = 0x0070
HOLDING_END = 0x0100
VOLT_KNOT_MS = 30_000
HZ_KNOT_MS = 5_000
DROP_V_PER_KW = 0.012
PHASE_SHARES = (0.336, 0.331, 0.333)  # of power; a motor's phases never draw quite the same


class Sdm630:
    """A meter that shows what flows through it now."""

    def __init__(self, flow: Callable[[], Flow], serial_number: int, seed: int) -> None:
        self._flow = flow
        self._serial_number = serial_number
        self._grid = stream(seed, "grid")

    def read_input(self, address: int, count: int) -> Sequence[int]:
        """Measured values; RegisterError for an odd or unknown address and an odd or too long count."""
        _check(address, count)
        flow = self._flow()
        for start, block in _BLOCKS:
            words = _words(block(flow, self._grid)) if start <= address < start + MOST_REGISTERS else ()
            if words and address + count <= start + len(words):
                return words[address - start : address - start + count]
        raise RegisterError(ILLEGAL_ADDRESS)

    def read_holding(self, address: int, count: int) -> Sequence[int]:
        """Serial number and model; settings read as zeros with a good checksum (as in mbmd #63)."""
        if (address, count) == (SERIAL_ADDRESS, 2):
            return [self._serial_number >> 16, self._serial_number & 0xFFFF]
        if (address, count) == (MODEL_ADDRESS, 1):
            return [MODEL]
        _check(address, count)
        if address + count > HOLDING_END:
            raise RegisterError(ILLEGAL_ADDRESS)
        return [0] * count

    def write(self, _address: int, _words: Sequence[int]) -> None:
        """This meter takes no settings over the line."""
        raise RegisterError(ILLEGAL_FUNCTION)


def _check(address: int, count: int) -> None:
    if address % 2:
        raise RegisterError(ILLEGAL_ADDRESS)
    if count % 2 or count > MOST_REGISTERS:
        raise RegisterError(ILLEGAL_VALUE)


def _words(values: Sequence[float]) -> tuple[int, ...]:
    return struct.unpack(f">{2 * len(values)}H", struct.pack(f">{len(values)}f", *values))


def phase_volts(grid: int, t_ms: int, power_kw: float) -> list[float]:
    """Line to neutral: a wave over the day, lower under load, a little different on each phase."""
    day = 2.2 * math.cos(2.0 * math.pi * (t_ms % DAY_MS) / DAY_MS - 5.5)
    common = NOMINAL_V + day - DROP_V_PER_KW * power_kw
    return [common + 0.6 * wander(grid + phase, t_ms, VOLT_KNOT_MS) for phase in (1, 2, 3)]


def _main_block(flow: Flow, grid: int) -> list[float]:
    """The 40 values of 0000-004F; currents follow from power, volts and power factor."""
    volts = phase_volts(grid, flow.t_ms, flow.power_kw)
    watts = [1000.0 * flow.power_kw * share for share in PHASE_SHARES]
    vars_ = [1000.0 * flow.reactive_kvar * share for share in PHASE_SHARES]
    apparent = [math.hypot(p, q) for p, q in zip(watts, vars_, strict=True)]
    amps = [s / v for s, v in zip(apparent, volts, strict=True)]
    factors = [p / s if s > 0 else 1.0 for p, s in zip(watts, apparent, strict=True)]
    angles = [math.degrees(math.acos(min(1.0, factor))) for factor in factors]
    total_w, total_var = sum(watts), sum(vars_)
    total_va = math.hypot(total_w, total_var)
    factor = total_w / total_va if total_va > 0 else 1.0
    hertz = NOMINAL_HZ + 0.015 * wander(grid, flow.t_ms, HZ_KNOT_MS)
    return [
        *(*volts, *amps, *watts, *apparent, *vars_, *factors, *angles),  # 0000-0029
        *(sum(volts) / 3.0, 0.0, sum(amps) / 3.0, sum(amps), 0.0),  # 002A-0033
        *(total_w, 0.0, total_va, 0.0, total_var, factor, 0.0),  # 0034-0041
        *(math.degrees(math.acos(min(1.0, factor))), 0.0, hertz),  # 0042-0047
        *(flow.energy_kwh, 0.0, flow.reactive_kvarh, 0.0),  # 0048-004F: import, export
    ]


def _line_block(flow: Flow, grid: int) -> list[float]:
    """The 4 values of 00C8-00CF: the three line to line volts, 120 degrees apart, and their mean."""
    first, second, third = phase_volts(grid, flow.t_ms, flow.power_kw)
    pairs = [(first, second), (second, third), (third, first)]
    volts = [math.sqrt(a * a + b * b + a * b) for a, b in pairs]
    return [*volts, sum(volts) / 3.0]


def _energy_block(flow: Flow, _grid: int) -> list[float]:
    """The 2 values of 0156-0159: import plus export, of which there is none."""
    return [flow.energy_kwh, flow.reactive_kvarh]


_BLOCKS = ((0x0000, _main_block), (0x00C8, _line_block), (0x0156, _energy_block))
