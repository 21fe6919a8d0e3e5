"""One poll of a meter: its blocks one after the other, back in step first if a reply is still owed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.decoding import bad_reading, bad_readings, block_readings
from devices.line import Exchange, Line
from devices.line_events import MeterOnLine, Misfit
from devices.modbus import read_request
from devices.read_blocks import ReadBlock, has_hole
from devices.reading import Reading, Reason
from devices.request import LineRequest

ILLEGAL_ADDRESS = 2
Ask = Callable[[LineRequest], Exchange]


@dataclass(frozen=True, slots=True)
class MeterPoll:
    """What a poll yielded; `answered` is False when the meter itself said nothing undamaged.

    `hole_refused` says that it refused a read which carried registers along that nobody needs.
    """

    readings: tuple[Reading, ...]
    answered: bool
    reason: Reason
    hole_refused: bool = False
    misfit: Misfit | None = None


def poll_meter(line: Line, meter: MeterOnLine, blocks: tuple[ReadBlock, ...], ask: Ask) -> MeterPoll:
    """Reads all blocks; after the first without an answer the meter is left alone: it shall cost little."""
    readings: list[Reading] = []
    answered, hole_refused, reason = False, False, Reason.NONE
    probe = resynchronise(line, [read_request(meter.unit, *place) for place in _short_reads(blocks)], ask)
    if probe is not None and not probe.answered:
        return MeterPoll(bad_readings(meter, probe.t_ms, probe.reason), False, probe.reason)
    for index, block in enumerate(blocks):
        request = read_request(meter.unit, block.fc, block.address, block.count)
        exchange, believable = confirmed(request, ask)
        reason = exchange.reason
        if exchange.reason is Reason.NONE:
            readings += block_readings(meter, block, exchange.registers, exchange.t_ms, believable=believable)
        else:
            left = blocks[index : index + 1] if exchange.answered else blocks[index:]
            readings += [
                bad_reading(meter, spec, exchange.t_ms, reason) for part in left for spec in part.quantities
            ]
        answered = answered or exchange.answered
        hole_refused = hole_refused or (exchange.exception_code == ILLEGAL_ADDRESS and has_hole(block))
        if not exchange.answered:
            break
    return MeterPoll(tuple(readings), answered, reason, hole_refused)


def confirmed(request: LineRequest, ask: Ask) -> tuple[Exchange, bool]:
    """Asks, and asks again when the reply could be a late one; the flag says whether it may be believed."""
    first = ask(request)
    if first.reason is not Reason.NONE or first.believable:
        return first, True
    second = ask(request)
    if second.reason is not Reason.NONE:
        return first, False
    if second.believable:
        return second, True
    return second, first.repeat_proves and second.repeat_proves and second.payload == first.payload


def resynchronise(line: Line, short_reads: Sequence[LineRequest], ask: Ask) -> Exchange | None:
    """After a silence first asks something whose reply looks like no late reply."""
    fresh = [read for read in short_reads if line.would_be_believed(read)]
    if not fresh or len(fresh) == len(short_reads):
        return None
    return ask(min(fresh, key=_reply_length))


def _reply_length(request: LineRequest) -> int:
    return request.reply_length


def _short_reads(blocks: tuple[ReadBlock, ...]) -> list[tuple[int, int, int]]:
    """Reads of the first quantities of each block, of all lengths there are: (fc, address, count)."""
    return [
        (block.fc, block.address, spec.end - block.address) for block in blocks for spec in block.quantities
    ]
