"""What a fuzzer feeds: every decoder and scanner, with laws that any input must keep."""

from __future__ import annotations

from collections.abc import Callable

from devices.frames import decode_frame
from devices.modbus import Framing, Request
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.protocols.value import FrameError
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
    mbus.read_request(1),
    mbus.MBusRequest(1, mbus.Ask.RESET),
)
PAYLOADS: tuple[Callable[[bytes], object], ...] = (
    dlt645.reply_values,
    cjt188.reply_values,
    mbus.reply_values,
    iec62056.telegram_values,
)


def try_input(data: bytes) -> None:
    """Gives the input to what its first byte chooses; only a decoder's own error may come of it."""
    choice, rest = (data[0], data[1:]) if data else (0, b"")
    choice %= 1 + len(PAYLOADS) + len(REQUESTS)
    if choice == 0:
        decoded = decode_frame(rest)
        assert decoded.valid == (decoded.error is None) and (decoded.valid or not decoded.values)
    elif choice <= len(PAYLOADS):
        try:
            PAYLOADS[choice - 1](rest)
        except FrameError as error:
            assert str(error).endswith(".")
    else:
        _try_scan(REQUESTS[choice - 1 - len(PAYLOADS)], rest)


def _try_scan(request: LineRequest, received: bytes) -> None:
    sent = request.frame()
    early = request.scan(received, sent, final=False)
    late = request.scan(received, sent, final=True)
    # What is believed early is believed at the end as well, unless a longer frame had still been open.
    assert early.payload is None or early.payload == late.payload
    assert early.missing >= 0 and (early.begun or not early.missing)
    for stray in late.strays:
        assert stray in received
