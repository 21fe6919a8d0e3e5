"""One poll of a meter that does not speak Modbus: what it says under the profile's items becomes readings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from devices import iec_session
from devices.decoding import bad_reading, bad_readings, point_of, ratio
from devices.line import Exchange, Line
from devices.line_events import MeterOnLine
from devices.meter_poll import Ask, MeterPoll, confirmed, resynchronise
from devices.profile_schema import Protocol, QuantitySpec
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.protocols.dlt645_items import data_items
from devices.protocols.value import FrameError, MeterValue
from devices.reading import Quality, Reading, Reason
from devices.request import LineRequest

ANY_SIZE = 256  # more bytes than any block of DL/T 645 has
IEC_ADDRESS = re.compile("[0-9A-Za-z ]{0,32}")
ANY_PAIR = "AA"  # of digits of an address: whatever they are
OBIS_MARKS = (":", "*")  # 1-0:1.8.0*255 is 1.8.0


@dataclass(frozen=True, slots=True)
class _Said:
    """What came of one request: its exchange, whether to believe it, and its values by item."""

    exchange: Exchange
    believable: bool
    values: Mapping[str, Sequence[MeterValue]]


def station_of(meter: MeterOnLine) -> tuple[str | int, ...]:
    """Who answers on the line: two meters on one line must differ in it."""
    match meter.profile.protocol:
        case Protocol.MODBUS:
            return ("Modbus", meter.unit)
        case Protocol.MBUS:
            return ("M-Bus", meter.unit)
        case Protocol.CJT188:
            return ("CJ/T 188", meter.profile.meter_type, meter.address)
        case Protocol.DLT645:
            return ("DL/T 645", meter.address)
        case Protocol.IEC62056:
            return ("IEC 62056-21", meter.address)


def both_answer(one: MeterOnLine, other: MeterOnLine) -> bool:
    """Whether two meters on a line could answer one question: the same address, or one left open for any."""
    if station_of(one)[:-1] != station_of(other)[:-1]:
        return False
    if one.profile.protocol is Protocol.IEC62056:
        return one.address == other.address or not (one.address and other.address)
    if one.profile.protocol not in (Protocol.DLT645, Protocol.CJT188):
        return one.unit == other.unit
    pairs = zip(_pairs(one.address), _pairs(other.address), strict=True)
    return all(mine == yours or ANY_PAIR in (mine, yours) for mine, yours in pairs)


def _pairs(address: str) -> list[str]:
    return [address[at : at + 2].upper() for at in range(0, len(address), 2)]


def address_fault(meter: MeterOnLine) -> str:
    """What is wrong with a meter's address in a clause; empty when it can be asked."""
    if meter.profile.protocol is Protocol.MODBUS:
        fits = 1 <= meter.unit <= 247 and not meter.address
        return "" if fits else "a Modbus meter's address is a whole number from 1 to 247"
    if meter.profile.protocol is Protocol.MBUS:
        fits = 0 <= meter.unit <= mbus.MOST_ADDRESS and not meter.address
        return "" if fits else "an M-Bus meter's primary address is a whole number from 0 to 250"
    if meter.profile.protocol is Protocol.IEC62056 and not IEC_ADDRESS.fullmatch(meter.address):
        return f"{meter.address!r} is not an IEC 62056-21 address; it has at most 32 digits and letters"
    try:
        for request in _requests(meter):
            request.frame()
    except ValueError as error:
        return str(error).rstrip(".")
    return ""


def poll_protocol_meter(line: Line, meter: MeterOnLine, ask: Ask) -> MeterPoll:
    """Asks for all items; after the first without an answer the meter is left alone."""
    if meter.profile.protocol is Protocol.IEC62056:
        told = _sessions(line, meter, ask)
        return _poll([_decoded(meter, one.request, one.exchange, one.believable) for one in told], meter)
    requests = _requests(meter)
    short = (
        [*requests, mbus.reset_request(meter.unit)] if meter.profile.protocol is Protocol.MBUS else requests
    )
    probe = resynchronise(line, short, ask)
    if probe is not None and not probe.answered:
        return MeterPoll(bad_readings(meter, probe.t_ms, probe.reason), False, probe.reason)
    said: list[_Said] = []
    for request in requests:
        said.append(_decoded(meter, request, *confirmed(request, ask)))
        if not said[-1].exchange.answered:
            break
    return _poll(said, meter)


def _requests(meter: MeterOnLine) -> list[LineRequest]:
    """What a poll asks for, each item once."""
    items = dict.fromkeys(spec.item for spec in meter.profile.quantities)
    match meter.profile.protocol:
        case Protocol.DLT645:
            return [dlt645.read_data(meter.address, int(item, 16), _size(item)) for item in items]
        case Protocol.CJT188:
            return [cjt188.read_measured(meter.profile.meter_type, meter.address)]
        case Protocol.MBUS:
            return [mbus.read_request(meter.unit)]
        case _:
            return [iec62056.SignOn(meter.address)]


def _size(item: str) -> int:
    """Bytes of data that a meter says under an identifier; 0 where that depends on its tariffs."""
    identifier = int(item, 16)
    if identifier >> 24 == 0 and identifier >> 8 & 0xFF == 0xFF:
        return 0
    return sum(each.size for each in data_items(identifier, ANY_SIZE))


def _sessions(line: Line, meter: MeterOnLine, ask: Ask) -> list[iec_session.Told]:
    """What a meter of IEC 62056-21 tells in the mode of its profile."""
    profile = meter.profile
    if profile.mode == "readout":
        return [iec_session.readout(meter.address, ask)]
    items = list(dict.fromkeys(spec.item for spec in profile.quantities))
    tell = partial(line.tell, timing=profile.timing)
    return iec_session.registers(meter.address, profile.password, items, ask, tell)


def _decoded(meter: MeterOnLine, request: LineRequest, exchange: Exchange, believable: bool) -> _Said:
    if exchange.reason is not Reason.NONE:
        return _Said(exchange, believable, {})
    try:
        values = _values(meter.profile.protocol, exchange.payload)
    except FrameError:
        return _Said(replace(exchange, reason=Reason.BAD_REPLY), believable, {})
    if isinstance(request, dlt645.Dlt645Request):
        return _Said(exchange, believable, {f"{request.identifier:08X}": values})
    if isinstance(request, iec62056.RegisterRead):
        return _Said(exchange, believable, {request.item: values})
    by_name: dict[str, list[MeterValue]] = {}
    for value in values:
        by_name.setdefault(_item(meter.profile.protocol, value.name), []).append(value)
    return _Said(exchange, believable, by_name)


def _values(protocol: Protocol, payload: bytes) -> Sequence[MeterValue]:
    if protocol is Protocol.IEC62056:
        return iec62056.data_values(payload.decode("ascii", errors="replace"))
    if protocol is Protocol.DLT645:
        return dlt645.reply_values(payload)
    return cjt188.reply_values(payload) if protocol is Protocol.CJT188 else mbus.reply_values(payload)


def _item(protocol: Protocol, name: str) -> str:
    if protocol is not Protocol.IEC62056:
        return name
    return name.rpartition(OBIS_MARKS[0])[2].partition(OBIS_MARKS[1])[0]


def _poll(said: Sequence[_Said], meter: MeterOnLine) -> MeterPoll:
    last = said[-1].exchange
    readings = [_reading(meter, spec, said) for spec in meter.profile.quantities]
    return MeterPoll(tuple(readings), any(one.exchange.answered for one in said), last.reason)


def _reading(meter: MeterOnLine, spec: QuantitySpec, said: Sequence[_Said]) -> Reading:
    for one in said:
        if spec.item in one.values:
            value, reason = _value(spec, one.values[spec.item])
            if reason is not Reason.NONE:
                return bad_reading(meter, spec, one.exchange.t_ms, reason)
            quality = Quality.GOOD if one.believable else Quality.UNCERTAIN
            why = Reason.NONE if one.believable else Reason.UNCONFIRMED
            return Reading(point_of(meter, spec), one.exchange.t_ms, value * ratio(meter, spec), quality, why)
    last = said[-1].exchange
    reason = Reason.SENTINEL if last.reason is Reason.NONE else last.reason
    return bad_reading(meter, spec, last.t_ms, reason)


def _value(spec: QuantitySpec, values: Sequence[MeterValue]) -> tuple[float, Reason]:
    """In the quantity's unit; the unit that the meter says goes before the profile's."""
    said = values[spec.part] if spec.part < len(values) else None
    if said is None or said.value is None or isinstance(said.value, str):
        return math.nan, Reason.SENTINEL
    factor = spec.name.units.get(said.unit or spec.unit)
    if factor is None:
        return math.nan, Reason.BAD_REPLY
    value = said.value * factor * (-1.0 if spec.positive == "export" else 1.0)
    return (value, Reason.NONE) if spec.low <= value <= spec.high else (math.nan, Reason.OUT_OF_RANGE)
