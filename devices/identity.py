"""Who a meter is and what it tells of itself: its serial number, and its CT and PT ratios."""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.decoding import bad_readings
from devices.line import Exchange, Line
from devices.line_events import MeterOnLine
from devices.meter_poll import Ask, MeterPoll, confirmed, poll_meter
from devices.modbus import read_request
from devices.profile_schema import IdentSpec, MeterProfile, Protocol, RegisterSpec, ValueType
from devices.protocol_poll import poll_protocol_meter
from devices.read_blocks import ReadBlock
from devices.reading import Reason
from devices.registers import WORD, number, text


@dataclass(frozen=True, slots=True)
class MeterIdentity:
    """What a meter told of itself; "" and None where it does not tell, or need not."""

    serial: str = ""
    ct_ratio: float | None = None
    pt_ratio: float | None = None


def poll_known_meter(
    line: Line, meter: MeterOnLine, blocks: tuple[ReadBlock, ...], ask: Ask, known: MeterIdentity | None
) -> tuple[MeterPoll, MeterIdentity | None]:
    """A poll, and who the meter is; where that is not `known` it is asked.

    Ratios that only the meter knows come first: without them its values mean nothing, and are BAD.
    """
    if meter.profile.protocol is not Protocol.MODBUS:
        return poll_protocol_meter(line, meter, ask), known
    if known is None and _asks_ratios(meter):
        told = identify(meter, ask)
        if isinstance(told, MeterPoll):
            return told, None
        known = told
    poll = poll_meter(line, meter if known is None else _with_ratios(meter, known), blocks, ask)
    if known is None and poll.answered:
        told = identify(meter, ask)
        known = told if isinstance(told, MeterIdentity) else None
    return poll, known


def identify(meter: MeterOnLine, ask: Ask) -> MeterIdentity | MeterPoll:
    """Asks for what the profile says can be asked; a failed poll when it did not say what is needed."""
    profile = meter.profile
    ratios: dict[str, float | None] = {"ct": meter.ct_ratio, "pt": meter.pt_ratio}
    for name, register in (("ct", profile.ct), ("pt", profile.pt)):
        if register is not None and ratios[name] is None:
            exchange = _asked(meter, register, ask)
            ratio = _number(register, exchange.registers) if exchange.reason is Reason.NONE else 0.0
            if not ratio > 0:
                return _failed(meter, exchange)
            ratios[name] = ratio
    serial = ""
    if profile.serial_number is not None:
        exchange = _asked(meter, profile.serial_number, ask)
        if exchange.reason is Reason.NONE:
            serial = serial_text(profile.serial_number, exchange.registers)
        elif exchange.reason is not Reason.EXCEPTION:
            return _failed(meter, exchange)
    return MeterIdentity(serial, ratios["ct"], ratios["pt"])


def _failed(meter: MeterOnLine, exchange: Exchange) -> MeterPoll:
    reason = Reason.OUT_OF_RANGE if exchange.reason is Reason.NONE else exchange.reason
    return MeterPoll(bad_readings(meter, exchange.t_ms, reason), exchange.answered, reason)


def serial_text(register: RegisterSpec, registers: tuple[int, ...]) -> str:
    """A serial number as text; "" where the registers hold none (all zeros or all ones)."""
    if register.type is ValueType.STRING:
        return text(registers, register.byte_order)
    if set(registers) <= {0} or set(registers) <= {WORD - 1}:
        return ""
    return f"{number(registers, register.type, register.word_order, register.byte_order):.0f}"


def fits(ident: IdentSpec, registers: tuple[int, ...]) -> bool:
    """Whether a device that answers so is of the profile's model."""
    if ident.type is ValueType.STRING:
        found = text(registers, ident.byte_order)
        return any(isinstance(item, str) and found.startswith(item) for item in ident.expected)
    return number(registers, ident.type, ident.word_order, ident.byte_order) in ident.expected


def ident_reads(profile: MeterProfile) -> tuple[tuple[int, int, int], ...]:
    """The reads (function code, address, count) that tell this model from others."""
    return tuple((ident.fc, ident.address, ident.count) for ident in profile.ident)


def _asks_ratios(meter: MeterOnLine) -> bool:
    profile = meter.profile
    return (profile.ct is not None and meter.ct_ratio is None) or (
        profile.pt is not None and meter.pt_ratio is None
    )


def _with_ratios(meter: MeterOnLine, known: MeterIdentity) -> MeterOnLine:
    return replace(meter, ct_ratio=known.ct_ratio, pt_ratio=known.pt_ratio)


def _asked(meter: MeterOnLine, register: RegisterSpec, ask: Ask) -> Exchange:
    request = read_request(meter.unit, register.fc, register.address, register.count)
    exchange, believable = confirmed(request, ask)
    if exchange.reason is Reason.NONE and not believable:
        return replace(exchange, reason=Reason.UNCONFIRMED)
    return exchange


def _number(register: RegisterSpec, registers: tuple[int, ...]) -> float:
    own = number(registers, register.type, register.word_order, register.byte_order)
    return own * register.scale
