"""Numbers and texts in registers, in every word and byte order."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.profile import ValueType
from devices.registers import bounds, number, ordered, registers_of, text

NUMBERS = [kind for kind in ValueType if kind is not ValueType.STRING]
ORDERS = st.sampled_from(["big", "little"])


@st.composite
def values(draw) -> tuple[ValueType, float]:
    kind = draw(st.sampled_from(NUMBERS))
    if kind.kind == "f":
        return kind, draw(st.floats(width=32 if kind is ValueType.F32 else 64, allow_nan=False))
    low, high = bounds(kind)
    return kind, draw(st.integers(int(low), int(high)))


@given(values(), ORDERS, ORDERS)
def test_what_is_put_into_registers_comes_out_of_them(item, word_order, byte_order) -> None:
    kind, value = item
    registers = registers_of(value, kind, word_order, byte_order)
    assert len(registers) == kind.registers and all(0 <= word <= 0xFFFF for word in registers)
    assert number(registers, kind, word_order, byte_order) == value


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=4), ORDERS, ORDERS)
def test_ordering_twice_changes_nothing(registers, word_order, byte_order) -> None:
    twice = ordered(ordered(registers, word_order, byte_order), word_order, byte_order)
    assert twice == tuple(registers)


@given(st.sampled_from(NUMBERS), st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4), ORDERS, ORDERS)
def test_any_registers_are_a_number_or_none(kind, registers, word_order, byte_order) -> None:
    value = number(registers[: kind.registers], kind, word_order, byte_order)
    low, high = bounds(kind)
    assert math.isnan(value) or low <= value <= high


def test_the_four_orders_of_one_float() -> None:
    high, low = struct.unpack(">HH", struct.pack(">f", 230.2))
    swapped = [int.from_bytes(word.to_bytes(2, "little"), "big") for word in (high, low)]
    for registers, orders in (
        ((high, low), ("big", "big")),
        ((low, high), ("little", "big")),
        (tuple(swapped), ("big", "little")),
        (tuple(reversed(swapped)), ("little", "little")),
    ):
        assert number(registers, ValueType.F32, *orders) == pytest.approx(230.2)


@pytest.mark.parametrize(
    ("registers", "kind", "value"),
    [
        ((0x1234,), ValueType.BCD16, 1234),
        ((0x0012, 0x3456), ValueType.BCD32, 123456),
        ((0x12A4,), ValueType.BCD16, math.nan),
        ((0xFFFF, 0xFFFF), ValueType.BCD32, math.nan),
        ((12, 3456), ValueType.M10K32, 123456),
        ((0xFFFF, 0xDCD8), ValueType.M10K32, -19000),
        ((1, 10000), ValueType.M10K32, math.nan),
        ((0xFFFF, 0xFFFE), ValueType.S32, -2),
        ((0x8000, 0, 0, 0), ValueType.S64, -(2**63)),
        ((0x0001, 0, 0, 0), ValueType.U64, 2**48),
    ],
)
def test_numbers_of_less_common_kinds(registers, kind, value) -> None:
    found = number(registers, kind)
    assert found == value or (math.isnan(found) and math.isnan(value))


@pytest.mark.parametrize(
    ("registers", "order", "words"),
    [
        ((0x6945, 0x4D33, 0x3135, 0x3500), "big", "iEM3155"),
        ((0x4569, 0x334D, 0x3531, 0x0035), "little", "iEM3155"),
        ((0x2041, 0x4220), "big", "AB"),
        ((0x0000,), "big", ""),
        ((0xFFFF,), "big", ""),
        ((0x4101,), "big", ""),
    ],
)
def test_a_text_ends_at_the_first_zero_and_is_none_where_it_cannot_be_read(registers, order, words) -> None:
    assert text(registers, order) == words


@pytest.mark.parametrize(
    ("value", "kind"),
    [(65536, ValueType.U16), (-1, ValueType.U32), (1e39, ValueType.F32), (10_000, ValueType.BCD16)],
)
def test_a_number_that_does_not_fit_is_refused(value, kind) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        registers_of(value, kind)


def test_too_few_registers_are_no_number() -> None:
    with pytest.raises(ValueError, match="1 registers are no f32"):
        number((1,), ValueType.F32)
