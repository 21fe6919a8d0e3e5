"""What a fuzzer feeds: every decoder and scanner, with laws that any input must keep."""

from __future__ import annotations

import math
from collections.abc import Callable

from devices.decoding import block_readings
from devices.frames import decode_frame, frame_bytes
from devices.framing import Framing
from devices.line_events import MeterOnLine
from devices.modbus import Request
from devices.profile import load_profile, profile_names, read_blocks
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.protocols.value import FrameError
from devices.reading import Quality
from devices.registers import text
from devices.request import LineRequest

REQUESTS: tuple[LineRequest, ...] = (
    Request(1, 4, 0, 2),
    Request(1, 16, 1, 2, (10, 258)),
    Request(17, 3, 0x6B, 3, framing=Framing.ASCII),
    Request(1, 4, 0, 2, framing=Framing.TCP, transaction=7),
    dlt645.read_data("000000000161", 0x00010000, 4),
    dlt645.read_data("AAAAAAAAAAAA", 0x0001FF00),
    dlt645.read_following("000000000161", 0x0001FF00, 1),
    dlt645.read_address(),
    cjt188.read_measured(0x10, "78330011223344"),
    cjt188.read_measured(0x30, cjt188.ANY),
    iec62056.SignOn("00000201"),
    iec62056.Acknowledge("", "5", iec62056.Mode.READOUT),
    iec62056.Acknowledge("", "5", iec62056.Mode.PROGRAMMING),
    iec62056.RegisterRead("", "100700FF"),
    iec62056.EnterPassword("", "00000000"),
    mbus.read_request(1),
    mbus.MBusRequest(1, mbus.Ask.RESET),
)
FRAMES = [request.frame() for request in REQUESTS]
PAYLOADS: tuple[Callable[[bytes], object], ...] = (
    dlt645.reply_values,
    cjt188.reply_values,
    mbus.reply_values,
    iec62056.telegram_values,
)
BLOCKS = [
    (MeterOnLine(name, 1, profile, poll_s=1.0), block)
    for name, profile in ((name, load_profile(name)) for name in profile_names())
    for block in read_blocks(profile)
]


def _try_frame(rest: bytes) -> None:
    decoded = decode_frame(rest)
    assert decoded.valid == (decoded.error is None) and (decoded.valid or not decoded.values)


def _try_typed(rest: bytes) -> None:
    try:
        frame_bytes(rest.decode("utf-8", errors="replace"))
    except ValueError as error:
        assert str(error).endswith(".")


def _try_registers(rest: bytes) -> None:
    """What the first byte chooses of all blocks of all shipped profiles gets the rest as its registers."""
    meter, block = BLOCKS[(rest[0] if rest else 0) % len(BLOCKS)]
    data = rest[1 : 1 + 2 * block.count].ljust(2 * block.count, b"\0")
    registers = tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    assert text(registers).isprintable()
    for spec, reading in zip(block.quantities, block_readings(meter, block, registers, 0), strict=True):
        good = spec.low <= reading.value <= spec.high
        assert good if reading.quality is Quality.GOOD else math.isnan(reading.value)


OTHERS: tuple[Callable[[bytes], None], ...] = (_try_frame, _try_typed, _try_registers)


def try_input(data: bytes) -> None:
    """Gives the input to what its first byte chooses; only a decoder's own error may come of it."""
    choice, rest = (data[0], data[1:]) if data else (0, b"")
    choice %= len(PAYLOADS) + len(REQUESTS) + len(OTHERS)
    if choice < len(PAYLOADS):
        try:
            PAYLOADS[choice](rest)
        except FrameError as error:
            assert str(error).endswith(".")
        return
    choice -= len(PAYLOADS)
    if choice < len(REQUESTS):
        _try_scan(REQUESTS[choice], FRAMES[choice], rest)
    else:
        OTHERS[choice - len(REQUESTS)](rest)


def _try_scan(request: LineRequest, sent: bytes, received: bytes) -> None:
    early = request.scan(received, sent, final=False)
    late = request.scan(received, sent, final=True)
    # What is believed early is believed at the end as well, unless a longer frame had still been open.
    assert early.payload is None or early.payload == late.payload
    assert early.missing >= 0 and (early.begun or not early.missing)
    for stray in late.strays:
        assert stray in received
