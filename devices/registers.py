"""Numbers and texts in registers: every type in every word and byte order, both ways."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from devices.profile_schema import Order, ValueType

WORD = 0x10000
_FLOATS = {ValueType.F32: ">f", ValueType.F64: ">d"}


def ordered(registers: Sequence[int], word_order: Order, byte_order: Order) -> tuple[int, ...]:
    """The registers as if high word and high byte had come first; the same turns them back."""
    words = registers if byte_order == "big" else [(word & 0xFF) << 8 | word >> 8 for word in registers]
    return tuple(words) if word_order == "big" else tuple(reversed(words))


def number(
    registers: Sequence[int], kind: ValueType, word_order: Order = "big", byte_order: Order = "big"
) -> int | float:
    """The number that registers hold, before scaling; NaN where they hold none of this kind.

    ValueError when there are too few or too many registers, or for a text.
    """
    if len(registers) != kind.registers or kind is ValueType.STRING:
        raise ValueError(f"{len(registers)} registers are no {kind.value}")
    words = ordered(registers, word_order, byte_order)
    if kind in _FLOATS:
        (value,) = struct.unpack(_FLOATS[kind], struct.pack(f">{len(words)}H", *words))
        return float(value)
    if kind.kind == "bcd":
        digits = "".join(f"{word:04x}" for word in words)
        return int(digits) if digits.isdecimal() else math.nan
    if kind.kind == "m10k":
        return _modulo_10000(words)
    unsigned = unsigned_number(words)
    half = WORD ** len(words) // 2
    return unsigned - 2 * half if kind.kind == "s" and unsigned >= half else unsigned


def unsigned_number(words: Sequence[int]) -> int:
    """All bits as one number, the high word first."""
    whole = 0
    for word in words:
        whole = whole << 16 | word
    return whole


def text(registers: Sequence[int], byte_order: Order = "big") -> str:
    """The characters in registers up to the first zero, without blanks around; "" where they are none."""
    words = ordered(registers, "big", byte_order)
    characters = struct.pack(f">{len(words)}H", *words).partition(b"\0")[0]
    found = characters.decode("ascii", errors="replace").strip()
    return found if found.isprintable() and "�" not in found else ""


def registers_of(
    value: float, kind: ValueType, word_order: Order = "big", byte_order: Order = "big"
) -> tuple[int, ...]:
    """The registers that hold a number of this kind; ValueError for one that the kind cannot hold."""
    if kind is ValueType.STRING:
        raise ValueError("a number is no text")
    if kind in _FLOATS:
        try:
            packed = struct.pack(_FLOATS[kind], value)
        except OverflowError as error:
            raise ValueError(f"{value} does not fit {kind.value}") from error
        return ordered(struct.unpack(f">{kind.registers}H", packed), word_order, byte_order)
    low, high = bounds(kind)
    whole = round(value)
    if not low <= whole <= high:
        raise ValueError(f"{value} does not fit {kind.value}")
    if kind.kind == "bcd":
        whole = int(f"{whole:d}", 16)
    if kind.kind == "m10k":
        words = _in_parts_of_10000(whole, kind.registers)
    else:
        words = [whole >> 16 * place & 0xFFFF for place in reversed(range(kind.registers))]
    return ordered(words, word_order, byte_order)


def bounds(kind: ValueType) -> tuple[float, float]:
    """The least and the greatest number of a kind."""
    whole = WORD**kind.registers
    most_m10k = 10_000**kind.registers - 1
    return {
        "u": (0, whole - 1),
        "s": (-whole // 2, whole // 2 - 1),
        "bcd": (0, 10_000**kind.registers - 1),
        "m10k": (-most_m10k, most_m10k),
        "f": (-math.inf, math.inf),
        "string": (math.nan, math.nan),
    }[kind.kind]


def _modulo_10000(words: Sequence[int]) -> float:
    parts = [word - WORD if word >= WORD // 2 else word for word in words]
    mixed = min(parts) < 0 < max(parts)  # the sign is in every part that is not zero
    if mixed or any(abs(part) > 9_999 for part in parts):
        return math.nan
    whole = 0
    for part in parts:
        whole = whole * 10_000 + part
    return whole


def _in_parts_of_10000(whole: int, count: int) -> list[int]:
    sign, rest = (-1 if whole < 0 else 1), abs(whole)
    parts: list[int] = []
    for _ in range(count):
        rest, part = divmod(rest, 10_000)
        parts.insert(0, sign * part & 0xFFFF)
    return parts
