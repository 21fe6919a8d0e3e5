"""Who a meter is and what it tells of itself: its model, its serial number, and its CT and PT ratios."""

from __future__ import annotations

from dataclasses import dataclass, replace

from msgspec import structs

from devices.decoding import bad_readings
from devices.line import Exchange, Line
from devices.line_events import MeterOnLine, Misfit
from devices.meter_poll import Ask, MeterPoll, confirmed, poll_meter
from devices.modbus import read_request
from devices.profile_schema import IdentSpec, MeterProfile, Protocol, RegisterSpec, ValueType
from devices.protocol_poll import poll_protocol_meter
from devices.read_blocks import ReadBlock
from devices.reading import Quality, Reason
from devices.registers import WORD, number, text

REFUSED = (1, 2, 3)  # exception codes of a device that does not have what it is asked for
TRIES = 3  # without an answer, until a meter counts as one that does not tell
MOST_POLLS_BETWEEN = 256
MANY = 4  # expected values, so that only the first and the last are told


@dataclass(frozen=True, slots=True)
class MeterIdentity:
    """What a meter told of itself; "" and None where it does not tell, or need not.

    `asked` is how often it was asked who it is, `asks_in` after how many polls it is asked again, None when
    it has told all.
    """

    serial: str = ""
    ct_ratio: float | None = None
    pt_ratio: float | None = None
    misfit: Misfit | None = None
    asked: int = 0
    asks_in: int | None = 0


def poll_known_meter(
    line: Line, meter: MeterOnLine, blocks: tuple[ReadBlock, ...], ask: Ask, known: MeterIdentity | None
) -> tuple[MeterPoll, MeterIdentity | None]:
    """A poll, and who the meter is; where that is not `known` it is asked after its values.

    Ratios that only the meter knows come first: without them its values mean nothing, and are BAD. Values of
    a meter whose ident register says another model than its profile's are UNCERTAIN.
    """
    if meter.profile.protocol is not Protocol.MODBUS:
        return poll_protocol_meter(line, meter, ask), known
    if known is None:
        told = _ratios(meter, ask)
        if isinstance(told, MeterPoll):
            return told, None
        known = told
    poll = poll_meter(line, _with_ratios(meter, known), blocks, ask)
    if not poll.answered:
        return poll, None
    if known.asks_in == 0:
        known = _asked_who(meter, ask, known)
    elif known.asks_in is not None:
        known = replace(known, asks_in=known.asks_in - 1)
    return (poll if known.misfit is None else _doubted(poll, known.misfit)), known


def _ratios(meter: MeterOnLine, ask: Ask) -> MeterIdentity | MeterPoll:
    """The ratios of the plant file, else of the meter; a failed poll when it does not say what is needed."""
    ratios: dict[str, float | None] = {"ct": meter.ct_ratio, "pt": meter.pt_ratio}
    for name, register in (("ct", meter.profile.ct), ("pt", meter.profile.pt)):
        if register is not None and ratios[name] is None:
            exchange = _asked(meter, register, ask)
            ratio = _number(register, exchange.registers) if exchange.reason is Reason.NONE else 0.0
            if not ratio > 0:
                return _failed(meter, exchange)
            ratios[name] = ratio
    return MeterIdentity(ct_ratio=ratios["ct"], pt_ratio=ratios["pt"])


def _asked_who(meter: MeterOnLine, ask: Ask, known: MeterIdentity) -> MeterIdentity:
    """Model and serial number; whoever does not tell them is asked again, ever more rarely.

    A meter of another model is asked again too: one that has just started may have said nonsense.
    """
    again = replace(known, asked=known.asked + 1, asks_in=min(2**known.asked, MOST_POLLS_BETWEEN))
    for ident in meter.profile.ident:
        exchange = _asked(meter, ident, ask)
        told = exchange.reason is Reason.NONE
        if not told and exchange.exception_code not in REFUSED and again.asked < TRIES:
            return again
        if not told or not fits(ident, exchange.registers):
            return replace(again, misfit=_misfit(ident, exchange.registers if told else ()))
    register = meter.profile.serial_number
    if register is None:
        return replace(known, misfit=None, asks_in=None)
    exchange = _asked(meter, register, ask)
    if exchange.reason is Reason.NONE:
        return replace(known, misfit=None, asks_in=None, serial=serial_text(register, exchange.registers))
    return replace(again, misfit=None, asks_in=None if exchange.exception_code in REFUSED else again.asks_in)


def _misfit(ident: IdentSpec, registers: tuple[int, ...]) -> Misfit:
    """What stands there (nothing in no registers), and what should."""
    if not registers:
        says = ""
    elif ident.type is ValueType.STRING:
        says = repr(text(registers, ident.byte_order))
    else:
        says = _word(number(registers, ident.type, ident.word_order, ident.byte_order))
    words = [_word(item) for item in ident.expected]
    expected = " / ".join(words) if len(words) < MANY else f"{words[0]} … {words[-1]}"
    return Misfit(f"FC{ident.fc:02d} {ident.address:#06x}", expected, says)


def _word(item: float | str) -> str:
    return repr(item) if isinstance(item, str) or not float(item).is_integer() else f"{int(item):#x}"


def _doubted(poll: MeterPoll, misfit: Misfit) -> MeterPoll:
    """One that refuses to say its model may be an old one; one that says another is not its profile's."""
    if not misfit.says:
        return replace(poll, misfit=misfit)
    readings = tuple(
        structs.replace(reading, quality=Quality.UNCERTAIN, reason=Reason.OTHER_MODEL)
        if reading.quality is Quality.GOOD
        else reading
        for reading in poll.readings
    )
    return replace(poll, readings=readings, misfit=misfit)


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
        found = text(registers, ident.byte_order).lower()
        return any(isinstance(item, str) and found.startswith(item.lower()) for item in ident.expected)
    return number(registers, ident.type, ident.word_order, ident.byte_order) in ident.expected


def ident_reads(profile: MeterProfile) -> tuple[tuple[int, int, int], ...]:
    """The reads (function code, address, count) that tell this model from others."""
    return tuple((ident.fc, ident.address, ident.count) for ident in profile.ident)


def _with_ratios(meter: MeterOnLine, known: MeterIdentity) -> MeterOnLine:
    if (known.ct_ratio, known.pt_ratio) == (meter.ct_ratio, meter.pt_ratio):
        return meter
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
