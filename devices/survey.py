"""Commissioning by hand: which ports there are, what answers on a line, one reading, what passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from devices.clock import Clock
from devices.identity import poll_known_meter
from devices.line import Exchange, Line
from devices.line_events import LineConfig, MeterOnLine
from devices.meter_poll import MeterPoll, confirmed
from devices.modbus import Request, read_request, whole_frame
from devices.profile import DeviceTiming, read_blocks
from devices.reading import Reason
from devices.transport import open_transport

FRAME_SILENCE_S = 0.02
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """An address that answered; `exception_code` is 0 when it answered with registers."""

    unit: int
    registers: tuple[int, ...]
    exception_code: int
    latency_ms: float


def read_once(config: LineConfig, meter: MeterOnLine, clock: Clock) -> MeterPoll:
    """One poll of a meter; raises PortError when the port cannot be used."""
    line = _opened(config, clock)
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


def scan_units(
    config: LineConfig,
    units: Sequence[int],
    wait_ms: float,
    clock: Clock,
    on_unit: Callable[[int], None],
) -> Iterator[FoundUnit]:
    """Asks each address once for two input registers and yields those that answer anything undamaged.

    Read-only. `on_unit` is told each address before it is asked. That something answers does not tell what it
    is: meters answer zeros for registers they do not have. Raises PortError when the port cannot be used.
    """
    timing = DeviceTiming(turnaround_max_ms=wait_ms)
    line = _opened(config, clock)
    try:
        for unit in units:
            on_unit(unit)
            exchange = line.exchange(read_request(unit, 4, 0, 2), timing)
            if exchange.reason is Reason.BAD_CHECKSUM:
                exchange = line.exchange(read_request(unit, 4, 0, 2), timing)
            if exchange.answered:
                latency_ms = exchange.latency_s * 1000
                yield FoundUnit(unit, exchange.registers, exchange.exception_code, latency_ms)
    finally:
        line.close()


def passing_frames(config: LineConfig, clock: Clock) -> Iterator[tuple[int, bytes, bool]]:
    """Opens a port and listens without sending, for ever; raises PortError at once or when the port goes.

    Yields (plant time, bytes, whether they are a whole Modbus RTU frame).
    """
    return _frames(_opened(config, clock), clock)


def _frames(line: Line, clock: Clock) -> Iterator[tuple[int, bytes, bool]]:
    try:
        buffer = b""
        while True:
            data = line.listen(FRAME_SILENCE_S)
            if data:
                buffer += data
                continue
            while buffer:
                frame = whole_frame(buffer)
                yield clock.now_ms(), frame or buffer, bool(frame)
                buffer = buffer[len(frame) :] if frame else b""
    finally:
        line.close()


def _opened(config: LineConfig, clock: Clock) -> Line:
    return Line(config, open_transport(config, _never), clock, _never)


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Asker:
    line: Line
    timing: DeviceTiming

    def __call__(self, request: Request) -> Exchange:
        return self.line.exchange(request, self.timing)
