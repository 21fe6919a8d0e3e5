"""Commissioning by hand: one reading, single registers, and what passes on a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from devices.clock import Clock
from devices.identity import poll_known_meter
from devices.line import Exchange, Line
from devices.line_events import LineConfig, MeterOnLine
from devices.meter_poll import MeterPoll, confirmed
from devices.modbus import read_request
from devices.profile import DeviceTiming, read_blocks
from devices.request import LineRequest
from devices.trace import (
    REPLAY,
    PassingFrame,
    RecordingTransport,
    ReplayTransport,
    frames_in,
    read_trace,
    split,
)
from devices.transport import Transport, open_transport

FRAME_SILENCE_S = 0.02
Place = tuple[int, int, int]


def read_once(
    config: LineConfig, meter: MeterOnLine, clock: Clock, record: TextIO | None = None
) -> MeterPoll:
    """One poll of a meter, its bytes to `record`; raises PortError when the port cannot be used.

    From `replay:FILE` a recording is read as the line was.
    """
    line = _opened(config, clock, record)
    try:
        ask = _Asker(line, meter.profile.timing)
        return poll_known_meter(line, meter, read_blocks(meter.profile), ask, None)[0]
    finally:
        line.close()


def read_places(
    config: LineConfig, unit: int, places: Sequence[Place], timing: DeviceTiming, clock: Clock
) -> list[Exchange]:
    """One read for each (function code, address, count); raises PortError when the port cannot be used.

    Ends after the first without an answer: the others would only be waited for.
    """
    line = _opened(config, clock)
    found: list[Exchange] = []
    try:
        for place in places:
            found.append(confirmed(read_request(unit, *place), _Asker(line, timing))[0])
            if not found[-1].answered:
                break
    finally:
        line.close()
    return found


def passing_frames(config: LineConfig, clock: Clock, record: TextIO | None = None) -> Iterator[PassingFrame]:
    """Opens a port and listens without sending, for ever; raises PortError at once or when the port goes.

    For `replay:FILE` yields what was recorded there, with times from its beginning; see devices/trace.py.
    """
    if config.port.startswith(REPLAY):
        return frames_in(read_trace(Path(config.port.removeprefix(REPLAY))))
    return _frames(_opened(config, clock, record), clock)


def _frames(line: Line, clock: Clock) -> Iterator[PassingFrame]:
    try:
        buffer = b""
        while True:
            data = line.listen(FRAME_SILENCE_S)
            buffer += data
            if buffer and not data:
                t_ms = clock.now_ms()
                for frame in split(buffer):
                    yield PassingFrame(t_ms, *frame)
                buffer = b""
    finally:
        line.close()


def _opened(config: LineConfig, clock: Clock, record: TextIO | None = None) -> Line:
    transport: Transport
    if config.port.startswith(REPLAY):
        pieces = read_trace(Path(config.port.removeprefix(REPLAY)))
        transport = ReplayTransport(pieces, config.framing, clock)
    else:
        transport = open_transport(config, _never)
    if record is not None:
        transport = RecordingTransport(transport, record, config.port, clock)
    return Line(config, transport, clock, _never)


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Asker:
    line: Line
    timing: DeviceTiming

    def __call__(self, request: LineRequest) -> Exchange:
        return self.line.exchange(request, self.timing)
