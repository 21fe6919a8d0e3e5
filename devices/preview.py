"""The same registers in every type and every order of words and bytes, side by side, with what is plausible.

For whoever writes a profile: the display of the meter says what the value is, this says how it is written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from devices.meter_quantities import Quantity
from devices.profile_schema import Order, ValueType
from devices.registers import WORD, number, text

ORDERS: tuple[tuple[Order, Order], ...] = (
    ("big", "big"),
    ("little", "big"),
    ("big", "little"),
    ("little", "little"),
)
ORDER_NAMES = ("ABCD", "CDAB", "BADC", "DCBA")  # as many documents call them
SAME = 0.005  # of the display's value: its last digit may have moved on
POWERS_OF_TEN = (0, -1, -2, -3, 1, 2, 3, -4, -6)
SMALLEST, LARGEST = 1e-6, 1e9  # floats outside are hardly ever measured values
# What a low-voltage plant's meter says most of the time, in the quantity's unit.
USUAL = {
    "voltage_v": (90.0, 500.0),
    "current_a": (-6_000.0, 6_000.0),
    "power_factor": (-1.0, 1.0),
    "frequency_hz": (45.0, 65.0),
}


class Mark(StrEnum):
    """What speaks for a way to read registers, or against it."""

    SHOWN = "as shown"  # the display's value, perhaps times a power of ten
    USUAL = "usual"  # what this quantity is most of the time
    ODD = "odd"  # possible as a number, hardly as a measured value
    OUTSIDE = "outside"  # not possible for this quantity
    NONE = "no number"
    MISSING = "all ones"  # what many meters say for "not available"


@dataclass(frozen=True, slots=True)
class Look:
    """One way to read: the register's place in what was given, type, orders, and what comes out.

    `power_of_ten` is the scale with which the value is the display's (only with the mark SHOWN).
    """

    at: int
    type: ValueType
    word_order: Order
    byte_order: Order
    value: float
    mark: Mark | None = None
    power_of_ten: int = 0


def looks(
    registers: Sequence[int], quantity: Quantity | None = None, shown: float | None = None
) -> list[Look]:
    """Every way to read numbers in registers; `shown` is what the meter's display says, in any power of ten.

    Ways that differ in nothing (one register, or the same bytes) come once.
    """
    found: list[Look] = []
    for kind in ValueType:
        count = kind.registers
        for at in range(len(registers) - count + 1) if count else ():
            found += _ways(at, tuple(registers[at : at + count]), kind, quantity, shown)
    return sorted(found, key=_place)


def texts(registers: Sequence[int]) -> list[tuple[Order, str]]:
    """The text in registers, in both orders of bytes; only where there is one."""
    orders: tuple[Order, Order] = ("big", "little")
    return [(order, found) for order in orders if len(found := text(registers, order)) > 1]


def best(found: Sequence[Look]) -> list[Look]:
    """The ways for which something speaks: as shown before usual, the simplest scale first."""
    ranks = {Mark.SHOWN: 0, Mark.USUAL: 1}
    return sorted(
        (look for look in found if look.mark in ranks),
        key=lambda look: (ranks[look.mark or Mark.NONE], abs(look.power_of_ten), _place(look)),
    )


def _ways(
    at: int, registers: tuple[int, ...], kind: ValueType, quantity: Quantity | None, shown: float | None
) -> Iterator[Look]:
    for word_order, byte_order in ORDERS:
        if len(registers) == 1 and word_order == "little":
            continue
        value = float(number(registers, kind, word_order, byte_order))
        mark, power = _judged(registers, kind, value, quantity, shown)
        yield Look(at, kind, word_order, byte_order, value, mark, power)


def _judged(
    registers: tuple[int, ...], kind: ValueType, value: float, quantity: Quantity | None, shown: float | None
) -> tuple[Mark | None, int]:
    if set(registers) == {WORD - 1}:
        return Mark.MISSING, 0
    if not math.isfinite(value):
        return Mark.NONE, 0
    if kind.kind == "f" and value and not SMALLEST <= abs(value) <= LARGEST:
        return Mark.ODD, 0
    if shown is not None:
        power = _power_to(value, shown)
        return (None, 0) if power is None else (Mark.SHOWN, power)
    return (None, 0) if quantity is None else (_for_quantity(value, quantity, kind), 0)


def _power_to(value: float, shown: float) -> int | None:
    for power in POWERS_OF_TEN:
        if value and abs(value * 10.0**power - shown) <= SAME * abs(shown):
            return power
    return None


def _for_quantity(value: float, quantity: Quantity, kind: ValueType) -> Mark | None:
    """For floats, which mostly come in the quantity's own unit or a thousandth; integers have any scale."""
    if kind.kind != "f":
        return None
    low, high = quantity.usual_range
    if value and not any(low <= value * scale <= high for scale in (1.0, 1e-3)):
        return Mark.OUTSIDE
    usual_low, usual_high = USUAL.get(quantity.value, (low, high))
    return Mark.USUAL if usual_low <= value <= usual_high and value else None


def _place(look: Look) -> tuple[int, int, int]:
    return look.at, _COMMON_FIRST.index(look.type), ORDERS.index((look.word_order, look.byte_order))


_COMMON_FIRST: list[ValueType] = sorted(
    ValueType, key=lambda kind: (("f", "s", "u", "bcd", "m10k", "string").index(kind.kind), kind.registers)
)
