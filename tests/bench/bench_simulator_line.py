"""How near the simulated line comes to the physical limit of its baud rate, seen by a strict master."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import serial

from devices.clock import Clock
from devices.simulator.modbus_slave import with_crc
from devices.simulator.paced_line import PacedLine, PacedLineCounters, limit_s
from devices.simulator.scenario import LineScenario
from devices.simulator.wire import open_wire

MEASURE_S = 3.0


class Registers:
    """A device that answers at once with its addresses."""

    def read_holding(self, address: int, count: int) -> Sequence[int]:
        return range(address, address + count)

    def read_input(self, address: int, count: int) -> Sequence[int]:
        return range(address, address + count)

    def write(self, address: int, words: Sequence[int]) -> None:
        raise AssertionError((address, words))


@dataclass(frozen=True, slots=True)
class Measured:
    """A master's run: how long a transaction took on average, what came back, what the line counted."""

    transactions: int
    wrong: int
    mean_s: float
    limit_s: float
    cpu_share: float
    counters: PacedLineCounters


def measure(baud: int, registers: int, seconds: float, clock: Clock | None = None) -> Measured:
    """Reads as fast as the standard allows for so many seconds, and counts."""
    clock = clock or Clock()
    spec = LineScenario(id="line", baud=baud, turnaround_ms=0.0)
    line = PacedLine(spec, {1: Registers()}, open_wire(baud, None), clock)
    line.start()
    try:
        with serial.Serial(line.address, baud, timeout=0.5) as port:
            return _strict_master(line, port, registers, seconds, clock)
    finally:
        line.stop()


def _strict_master(
    line: PacedLine, port: serial.Serial, registers: int, seconds: float, clock: Clock
) -> Measured:
    request = with_crc(struct.pack(">BBHH", 1, 4, 0, registers))
    expected = with_crc(bytes((1, 4, 2 * registers)) + struct.pack(f">{registers}H", *range(registers)))
    transactions = wrong = 0
    cpu = sum(os.times()[:2])
    started_s = now_s = clock.monotonic_s()
    while now_s < started_s + seconds:
        port.write(request)
        reply = port.read(len(expected))
        read_s = clock.monotonic_s()
        transactions += 1
        wrong += reply != expected
        now_s = read_s
        while now_s < read_s + line.pace.silence_s:  # a sleep here would be measured, not the line
            now_s = clock.monotonic_s()
    spent_s = now_s - started_s
    return Measured(
        transactions,
        wrong,
        spent_s / transactions,
        limit_s(line.pace, registers),
        (sum(os.times()[:2]) - cpu) / spent_s,
        line.counters,
    )


def run() -> dict[str, float]:
    """Efficiency (limit / measured) and violations at 9600 8N1 with N = 2 and 40, and at 115200 with 20."""
    results: dict[str, float] = {}
    for baud, registers in ((9600, 2), (9600, 40), (115_200, 20)):
        measured = measure(baud, registers, MEASURE_S)
        name = f"baud_{baud}_registers_{registers}"
        results[f"{name}_efficiency"] = measured.limit_s / measured.mean_s
        results[f"{name}_transactions_per_s"] = 1.0 / measured.mean_s
        results[f"{name}_gap_violations"] = float(measured.counters.gap_violations)
        results[f"{name}_collisions"] = float(measured.counters.collisions)
        results[f"{name}_wrong"] = float(measured.wrong)
        results[f"{name}_cpu_share_with_master"] = measured.cpu_share
    return results
