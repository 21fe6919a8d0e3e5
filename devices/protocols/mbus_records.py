"""The data records of M-Bus (EN 13757-3): DIF, DIFE, VIF, VIFE and data, of the kinds that meters use."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace

from devices.protocols.value import FrameError, MeterValue, packed_decimal

FILLER, MANUFACTURER, MORE_FOLLOWS = 0x2F, 0x0F, 0x1F
EXTENDED = 0x80
MOST_EXTENSIONS = 10
PLAIN_TEXT = 0x7C
FUNCTIONS = ("", "maximum", "minimum", "in error state")
# first VIF, how many exponents, name, unit, exponent of the first
POWERS_OF_TEN = (
    (0x00, 8, "energy", "Wh", -3),
    (0x08, 8, "energy", "J", 0),
    (0x10, 8, "volume", "m³", -6),
    (0x18, 8, "mass", "kg", -3),
    (0x28, 8, "power", "W", -3),
    (0x30, 8, "power", "J/h", 0),
    (0x38, 8, "volume flow", "m³/h", -6),
    (0x40, 8, "volume flow", "m³/min", -7),
    (0x48, 8, "volume flow", "m³/s", -9),
    (0x50, 8, "mass flow", "kg/h", -3),
    (0x58, 4, "flow temperature", "°C", -3),
    (0x5C, 4, "return temperature", "°C", -3),
    (0x60, 4, "temperature difference", "K", -3),
    (0x64, 4, "external temperature", "°C", -3),
    (0x68, 4, "pressure", "bar", -3),
)
TIMES = ((0x20, "on time"), (0x24, "operating time"), (0x70, "averaging time"), (0x74, "actuality time"))
TIME_UNITS = ("s", "min", "h", "d")
FIRST_EXTENSION = (  # behind FB
    (0x00, 2, "energy", "MWh", -1),
    (0x08, 2, "energy", "GJ", -1),
    (0x10, 2, "volume", "m³", 2),
    (0x28, 2, "power", "MW", -1),
)
SECOND_EXTENSION = ((0x40, 16, "voltage", "V", -9), (0x50, 16, "current", "A", -12))  # behind FD
SIMPLE = {0x6E: "heat cost units", 0x78: "fabrication number", 0x79: "identification", 0x7A: "bus address"}


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a value information block says."""

    name: str
    unit: str = ""
    exponent: int = 0
    is_date: bool = False


def data_records(data: bytes) -> tuple[MeterValue, ...]:
    """The values of all records; FrameError when one breaks off."""
    values: list[MeterValue] = []
    at = 0
    while at < len(data):
        dif = data[at]
        if dif == FILLER:
            at += 1
            continue
        if dif in (MANUFACTURER, MORE_FOLLOWS):
            if data[at + 1 :]:
                values.append(MeterValue("maker's own data", data[at + 1 :].hex(" ").upper()))
            break
        value, at = _record(data, at)
        values.append(value)
    return tuple(values)


def _record(data: bytes, at: int) -> tuple[MeterValue, int]:
    dif = data[at]
    storage, tariff, at = _data_information(data, at)
    meaning, at = _value_information(data, at)
    size, at = _size(dif, data, at)
    if len(data) < at + size:
        raise FrameError(
            "A record breaks off: it needs {told} bytes of data, there are {size}.",
            told=size,
            size=len(data) - at,
        )
    words = [meaning.name, FUNCTIONS[dif >> 4 & 3]]
    words += [f"tariff {tariff}" if tariff else "", f"storage {storage}" if storage else ""]
    name = ", ".join(word for word in words if word)
    return _value(name, meaning, dif & 0x0F, data[at : at + size]), at + size


def _data_information(data: bytes, at: int) -> tuple[int, int, int]:
    """Storage number, tariff, and where the value information begins."""
    storage, tariff, count = data[at] >> 6 & 1, 0, 0
    while data[at] & EXTENDED:
        at += 1
        if at >= len(data) or count == MOST_EXTENSIONS:
            raise FrameError("A record breaks off in its data information.")
        storage |= (data[at] & 0x0F) << (1 + 4 * count)
        tariff |= (data[at] >> 4 & 3) << (2 * count)
        count += 1
    return storage, tariff, at + 1


def _value_information(data: bytes, at: int) -> tuple[_Meaning, int]:
    block = bytearray()
    while True:
        if at >= len(data) or len(block) > MOST_EXTENSIONS:
            raise FrameError("A record breaks off in its value information.")
        block.append(data[at])
        at += 1
        if not block[-1] & EXTENDED:
            break
    if block[0] & 0x7F == PLAIN_TEXT:
        length = data[at] if at < len(data) else 0
        text = data[at + 1 : at + 1 + length]
        if at >= len(data) or len(text) < length:
            raise FrameError("A record breaks off in its unit's text.")
        return _Meaning(text[::-1].decode("ascii", errors="replace")), at + 1 + length
    return _meaning(bytes(block)), at


def _meaning(block: bytes) -> _Meaning:
    vif = block[0] & 0x7F
    if block[0] in (0xFB, 0xFD):
        table = FIRST_EXTENSION if block[0] == 0xFB else SECOND_EXTENSION
        found = _power_of_ten(table, block[1] & 0x7F) if len(block) > 1 else None
        return _extended(found, block[2:]) if found else _Meaning(f"value {block.hex().upper()}")
    found = _power_of_ten(POWERS_OF_TEN, vif)
    if found:
        return _extended(found, block[1:])
    for first, name in TIMES:
        if first <= vif < first + 4:
            return _Meaning(name, TIME_UNITS[vif - first])
    if vif in (0x6C, 0x6D):
        return _Meaning("date" if vif == 0x6C else "date and time", is_date=True)
    return _Meaning(SIMPLE.get(vif, f"value {block.hex().upper()}"))


def _extended(found: _Meaning, extensions: bytes) -> _Meaning:
    """An extension may change the meaning (a phase, a sum): it is told, not guessed. 00 says: no error."""
    told = extensions.lstrip(b"\x80").rstrip(b"\x00")
    return replace(found, name=f"{found.name} ({told.hex().upper()})") if told else found


def _power_of_ten(table: tuple[tuple[int, int, str, str, int], ...], vif: int) -> _Meaning | None:
    for first, count, name, unit, exponent in table:
        if first <= vif < first + count:
            return _Meaning(name, unit, exponent + vif - first)
    return None


def _size(dif: int, data: bytes, at: int) -> tuple[int, int]:
    """Bytes of data, and where they begin."""
    kind = dif & 0x0F
    if kind != 0x0D:
        return {5: 4, 7: 8, 8: 0, 9: 1, 10: 2, 11: 3, 12: 4, 14: 6, 15: 0}.get(kind, kind), at
    if at >= len(data):
        raise FrameError("A record breaks off before the length of its text.")
    if data[at] > 0xBF:
        raise FrameError("A record of variable length has the unknown kind {kind:02X}.", kind=data[at])
    return data[at], at + 1


def _value(name: str, meaning: _Meaning, kind: int, data: bytes) -> MeterValue:
    if kind == 0x0D:
        return MeterValue(name, data[::-1].decode("latin-1"), meaning.unit)
    if not data:
        return MeterValue(name, None, meaning.unit, "no data")
    if meaning.is_date:
        return _date(name, data)
    number = _number(kind, data)
    if number is None or not math.isfinite(number):
        return MeterValue(name, None, meaning.unit, "not decimal digits" if kind > 8 else "not a number")
    if meaning.exponent < 0:
        number = number / 10**-meaning.exponent
    return MeterValue(name, number * 10**meaning.exponent if meaning.exponent > 0 else number, meaning.unit)


def _number(kind: int, data: bytes) -> float | int | None:
    if kind == 5:
        value: float = struct.unpack("<f", data)[0]
        return value
    if kind < 8:
        return int.from_bytes(data, "little", signed=True)
    if data[-1] >> 4 == 0x0F:  # BCD below zero
        digits = packed_decimal(data[:-1] + bytes((data[-1] & 0x0F,)))
        return None if digits is None else -digits
    return packed_decimal(data)


def _date(name: str, data: bytes) -> MeterValue:
    """Type G (2 bytes) or F (4 bytes): year of the century, month, day, and hour and minute."""
    if len(data) not in (2, 4):
        return MeterValue(name, data.hex(" ").upper())
    day, month = data[-2] & 0x1F, data[-1] & 0x0F
    year = 2000 + (data[-2] >> 5 | data[-1] >> 4 << 3)
    if (len(data) == 4 and data[0] & 0x80) or not (1 <= month <= 12 and 1 <= day <= 31):
        return MeterValue(name, None, reason="marked invalid by the meter")
    date = f"{year}-{month:02d}-{day:02d}"
    return MeterValue(name, date if len(data) == 2 else f"{date}T{data[1] & 0x1F:02d}:{data[0] & 0x3F:02d}")
