"""One raw frame of a meter protocol beside Modbus: what it says, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.protocols.value import FrameError, MeterValue


@dataclass(frozen=True, slots=True)
class FrameValue:
    """A value in a frame; `value` is None when there is none, then `quality` is "bad"."""

    quantity: str
    value: float | int | str | None
    unit: str = ""
    quality: str = "good"


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """What a frame says.

    `address` is a number, or digits where the protocol has them; `control` is the function or control code;
    `di` is the first register's address, or a data identifier in hexadecimal digits, if it is told.
    """

    protocol: str
    valid: bool
    error: str | None = None
    address: int | str | None = None
    control: int | None = None
    di: int | str | None = None
    values: tuple[FrameValue, ...] = ()


def decode_dlt645(data: bytes) -> DecodedFrame:
    """A frame of DL/T 645-2007."""
    try:
        frame = dlt645.parse_frame(data)
    except FrameError as error:
        return DecodedFrame("dlt645", False, str(error))
    di = None if frame.identifier is None else f"{frame.identifier:08X}"
    try:
        values = dlt645.frame_values(frame)
    except FrameError as error:
        return DecodedFrame("dlt645", False, str(error), frame.address, frame.control, di)
    return DecodedFrame("dlt645", True, None, frame.address, frame.control, di, _shown(values))


def decode_cjt188(data: bytes) -> DecodedFrame:
    """A frame of CJ/T 188."""
    try:
        frame = cjt188.parse_frame(data)
    except FrameError as error:
        return DecodedFrame("cjt188", False, str(error))
    di = None if frame.identifier is None else f"{frame.identifier:04X}"
    try:
        values = cjt188.frame_values(frame)
    except FrameError as error:
        return DecodedFrame("cjt188", False, str(error), frame.address, frame.control, di)
    return DecodedFrame("cjt188", True, None, frame.address, frame.control, di, _shown(values))


def decode_iec62056(data: bytes) -> DecodedFrame:
    """A telegram of IEC 62056-21; pasted text may lack the line's end."""
    try:
        values = iec62056.telegram_values(data)
    except FrameError as error:
        return DecodedFrame("iec62056-21", False, str(error))
    return DecodedFrame("iec62056-21", True, values=_shown(values))


def decode_mbus(data: bytes) -> DecodedFrame:
    """A frame of M-Bus."""
    try:
        frame = mbus.parse_frame(data)
    except FrameError as error:
        return DecodedFrame("m-bus", False, str(error))
    try:
        values = mbus.frame_values(frame)
    except FrameError as error:
        return DecodedFrame("m-bus", False, str(error), frame.address, frame.control)
    return DecodedFrame("m-bus", True, None, frame.address, frame.control, values=_shown(values))


def _shown(values: tuple[MeterValue, ...]) -> tuple[FrameValue, ...]:
    return tuple(
        FrameValue(value.name, value.value, value.unit, "bad" if value.value is None else "good")
        for value in values
    )
