"""How long reading takes: the physical limit of a line, and whether a line can keep its period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devices.line_events import LineConfig, MeterOnLine, PlcOnLine
from devices.profile import DeviceTiming, Protocol, read_blocks
from devices.protocols.iec62056 import CHANGE_MS, START_BAUD

REQUEST_BYTES = 8
REPLY_OVERHEAD_BYTES = 5
FIXED_GAP_ABOVE_BAUD = 19_200
FIXED_GAP_S = 0.001_75
DLT645_CHARACTERS = 40  # of a question and its answer, wake-up bytes included, values left out
FRAME_CHARACTERS = {Protocol.CJT188: 59, Protocol.MBUS: 105}  # of M-Bus telegrams a usual length
GREETING_CHARACTERS = 50  # sign-on, identification and acknowledgement, all at 300 baud
READOUT_CHARACTERS = 600  # a usual readout, at the speed that the meter offers: here the line's

PASSWORD_CHARACTERS = 16  # P1 and its acknowledgement
REGISTER_CHARACTERS = 40  # R1 of a register and its data message


def character_s(baud: int, parity: str = "N", stop_bits: int = 1) -> float:
    """Seconds that a character takes on the line: start, 8 data, parity and stop bits."""
    return (9 + (parity != "N") + stop_bits) / baud


def silent_gap_s(baud: int, parity: str = "N", stop_bits: int = 1) -> float:
    """The silence that ends a frame: 3.5 characters, 1.75 ms above 19 200 baud (Modbus over serial line)."""
    if baud > FIXED_GAP_ABOVE_BAUD:
        return FIXED_GAP_S
    return 3.5 * character_s(baud, parity, stop_bits)


def transaction_s(registers: int, char_s: float, gap_s: float, turnaround_s: float = 0.0) -> float:
    """Seconds of one read: (8 + 5 + 2N)·tc + t3.5 + max(turnaround, t3.5)."""
    characters = REQUEST_BYTES + REPLY_OVERHEAD_BYTES + 2 * registers
    return characters * char_s + gap_s + max(turnaround_s, gap_s)


def most_hole(char_s: float, turnaround_s: float) -> int:
    """The registers between two ranges up to which one request is quicker than two."""
    if char_s <= 0:
        return 100
    return int((20 + turnaround_s / char_s) / 2)


@dataclass(frozen=True, slots=True)
class LineBudget:
    """What a line needs; `period_s` and `load` are real seconds and share (1.0 = busy all the time)."""

    line: str
    cycle_s: float
    period_s: float
    load: float

    @property
    def fits(self) -> bool:
        """Whether all can be read within their periods."""
        return self.load <= 1.0

    @property
    def sentence(self) -> str:
        """The budget in words."""
        words = f"{self.line} needs {_seconds(self.cycle_s)} s, its period is {_seconds(self.period_s)} s"
        if self.fits:
            return f"{words} ({self.load:.0%} busy)."
        return (
            f"{words}: it will be read as fast as it can; raise poll_s or the baud rate, or use another line."
        )


def _seconds(value_s: float) -> str:
    """With one digit behind the point, or as many as something small needs."""
    return f"{value_s:.1f}".removesuffix(".0") if value_s >= 0.95 else f"{value_s:.2g}"


def line_budget(
    line: LineConfig, meters: Sequence[MeterOnLine], plc: PlcOnLine | None = None, *, speed: float = 1.0
) -> LineBudget:
    """Foretells a line's cycle (everything read once) against its shortest period.

    `speed` is how much faster plant time runs than real time; the period counts in real seconds.
    """
    needs = [(meter_s(line, meter), meter.poll_s / speed) for meter in meters]
    if plc is not None:
        needs.append((plc_s(line, plc), plc.poll_s / speed))
    cycle_s = sum(need for need, _ in needs)
    period_s = min((period for _, period in needs), default=0.0)
    return LineBudget(line.id, cycle_s, period_s, sum(need / period for need, period in needs))


def meter_s(line: LineConfig, meter: MeterOnLine) -> float:
    """Seconds that one poll of a meter takes."""
    if meter.profile.protocol is not Protocol.MODBUS:
        return _protocol_s(line, meter)
    hole = most_hole(_character_s(line), meter.profile.timing.turnaround_ms / 1000)
    counts = [block.count for block in read_blocks(meter.profile, most_hole=hole)]
    return _poll_s(line, counts, meter.profile.timing)


def _protocol_s(line: LineConfig, meter: MeterOnLine) -> float:
    """Seconds of a poll by another protocol: the bytes of its frames, and a turnaround for each question."""
    profile, char_s = meter.profile, _character_s(line)
    items = {spec.item: 0 for spec in profile.quantities}
    for spec in profile.quantities:
        items[spec.item] = max(items[spec.item], spec.part + 1)
    turnaround_s = profile.timing.turnaround_ms / 1000
    if profile.protocol is Protocol.IEC62056:
        greeting_s = GREETING_CHARACTERS * character_s(START_BAUD) + CHANGE_MS / 1000
        if profile.mode == "registers":
            characters = PASSWORD_CHARACTERS * bool(profile.password) + REGISTER_CHARACTERS * len(items)
            return greeting_s + characters * char_s + (2 + bool(profile.password) + len(items)) * turnaround_s
        return greeting_s + READOUT_CHARACTERS * char_s + 2 * turnaround_s
    if profile.protocol is Protocol.DLT645:
        characters = sum(DLT645_CHARACTERS + 4 * parts for parts in items.values())
        return characters * char_s + len(items) * turnaround_s
    return FRAME_CHARACTERS[profile.protocol] * char_s + turnaround_s


def plc_s(line: LineConfig, plc: PlcOnLine) -> float:
    """Seconds that one poll of a PLC takes."""
    hole = most_hole(_character_s(line), plc.profile.timing.turnaround_ms / 1000)
    counts = [count for _, count, _ in status_blocks(plc, hole)]
    return _poll_s(line, counts, plc.profile.timing)


def status_blocks(plc: PlcOnLine, hole: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """The reads (address, count, machine indexes) that fetch the status of all machines."""
    blocks: list[tuple[int, int, tuple[int, ...]]] = []
    for index in range(len(plc.machines)):
        address, count = plc.profile.status_address(index), plc.profile.status.count
        if blocks:
            start, length, machines = blocks[-1]
            merged = address + count - start
            if address - (start + length) <= hole and merged <= plc.profile.max_block:
                blocks[-1] = (start, merged, (*machines, index))
                continue
        blocks.append((address, count, (index,)))
    return blocks


def _character_s(line: LineConfig) -> float:
    return character_s(line.baud, line.parity, line.stop_bits)


def _poll_s(line: LineConfig, counts: Sequence[int], timing: DeviceTiming) -> float:
    if line.port.startswith("tcp://"):
        return len(counts) * timing.turnaround_ms / 1000
    char_s = _character_s(line)
    gap_s = silent_gap_s(line.baud, line.parity, line.stop_bits)
    extra_gap_s = max(timing.min_gap_ms / 1000 - gap_s, 0.0)
    switch_s = max(timing.device_switch_ms / 1000 - gap_s - extra_gap_s, 0.0)
    reads = [
        transaction_s(count, char_s, gap_s, timing.turnaround_ms / 1000) + extra_gap_s for count in counts
    ]
    return sum(reads) + switch_s
