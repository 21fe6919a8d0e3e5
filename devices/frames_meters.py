"""One raw frame of a meter protocol beside Modbus: what it says, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.protocols.value import FrameError, MeterValue


@dataclass(frozen=True, slots=True)
class FrameValue:
    """A value in a frame; `value` is None when there is none, then `quality` is "bad".

    `quantity_zh` is the Chinese standard's own name of it, where there is such a standard.
    """

    quantity: str
    value: float | int | str | None
    unit: str = ""
    quality: str = "good"
    quantity_zh: str = ""


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """What a frame says.

    `address` is a number, or digits where the protocol has them; `control` is the function or control code;
    `di` is the first register's address, or a data identifier in hexadecimal digits, if it is told.
    """

    protocol: str
    valid: bool
    fault: FrameError | None = None
    address: int | str | None = None
    control: int | None = None
    di: int | str | None = None
    values: tuple[FrameValue, ...] = ()

    @property
    def error(self) -> str | None:
        """What is wrong with it, in one sentence."""
        return None if self.fault is None else str(self.fault)


Frame = TypeVar("Frame", bound="_Addressed")


def decode_dlt645(data: bytes) -> DecodedFrame:
    """A frame of DL/T 645-2007."""
    return _decoded("dlt645", data, dlt645.parse_frame, dlt645.frame_values, di_digits=8)


def decode_cjt188(data: bytes) -> DecodedFrame:
    """A frame of CJ/T 188."""
    return _decoded("cjt188", data, cjt188.parse_frame, cjt188.frame_values, di_digits=4)


def decode_iec62056(data: bytes) -> DecodedFrame:
    """A telegram of IEC 62056-21; pasted text may lack the line's end."""
    try:
        values = iec62056.telegram_values(data)
    except FrameError as error:
        return DecodedFrame("iec62056-21", False, error)
    return DecodedFrame("iec62056-21", True, values=_shown(values))


def decode_mbus(data: bytes) -> DecodedFrame:
    """A frame of M-Bus."""
    return _decoded("m-bus", data, mbus.parse_frame, mbus.frame_values)


class _Addressed(Protocol):
    """What the frames of these protocols have in common."""

    @property
    def address(self) -> int | str | None: ...

    @property
    def control(self) -> int | None: ...


def _decoded(
    protocol: str,
    data: bytes,
    parse: Callable[[bytes], Frame],
    values_of: Callable[[Frame], tuple[MeterValue, ...]],
    *,
    di_digits: int = 0,
) -> DecodedFrame:
    """A frame taken apart; one whose data cannot be read still tells its address and control code."""
    try:
        frame = parse(data)
    except FrameError as error:
        return DecodedFrame(protocol, False, error)
    identifier = getattr(frame, "identifier", None)
    di = None if identifier is None else f"{identifier:0{di_digits}X}"
    try:
        values = values_of(frame)
    except FrameError as error:
        return DecodedFrame(protocol, False, error, frame.address, frame.control, di)
    return DecodedFrame(protocol, True, None, frame.address, frame.control, di, _shown(values))


def _shown(values: tuple[MeterValue, ...]) -> tuple[FrameValue, ...]:
    return tuple(
        FrameValue(
            value.name, value.value, value.unit, "bad" if value.value is None else "good", value.name_zh
        )
        for value in values
    )
