"""Registers in every way side by side: the right one is marked, and no way is left out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.preview import Mark, best, looks, texts
from devices.profile import Quantity, ValueType
from devices.registers import registers_of

ORDERS = [("big", "big"), ("little", "big"), ("big", "little"), ("little", "little")]


@pytest.mark.parametrize("orders", ORDERS)
def test_a_voltage_is_found_in_any_order(orders) -> None:
    found = best(looks(registers_of(230.2, ValueType.F32, *orders), Quantity.VOLTAGE))
    first = found[0]
    assert (first.type, (first.word_order, first.byte_order)) == (ValueType.F32, orders)
    assert first.mark is Mark.USUAL and first.value == pytest.approx(230.2)


def test_what_the_display_shows_finds_type_order_scale_and_an_address_that_is_off_by_one() -> None:
    registers = (7, *registers_of(123_456, ValueType.S32, "little"), 52)
    found = best(looks(registers, shown=12.3456))
    assert {(look.at, look.type, look.word_order) for look in found} == {
        (1, ValueType.S32, "little"),
        (1, ValueType.U32, "little"),
    }
    assert {look.power_of_ten for look in found} == {-4}


@given(
    st.sampled_from([kind for kind in ValueType if kind is not ValueType.STRING]),
    st.sampled_from(ORDERS),
    st.integers(1000, 9999),
    st.integers(0, 2),
)
def test_whatever_was_written_is_among_the_looks(kind, orders, value, before) -> None:
    registers = (*([0xABCD] * before), *registers_of(value, kind, *orders))
    found = best(looks(registers, shown=value))
    ways = {(look.at, look.type, look.word_order, look.byte_order) for look in found}
    word_order = "big" if kind.registers == 1 else orders[0]
    assert (before, kind, word_order, orders[1]) in ways


def test_each_type_comes_in_each_order_that_makes_a_difference() -> None:
    found = looks((1, 2))
    assert sum(look.type is ValueType.F32 for look in found) == 4
    assert sum(look.type is ValueType.U16 for look in found) == 4  # two places, two orders of bytes
    assert not any(look.type is ValueType.F64 for look in found)


@pytest.mark.parametrize(
    ("registers", "kind", "mark"),
    [
        ((0xFFFF, 0xFFFF), ValueType.U32, Mark.MISSING),
        ((0x7FC0, 0x0000), ValueType.F32, Mark.NONE),
        ((0x8000, 0x473B), ValueType.F32, Mark.ODD),
        ((0x12AB, 0x0000), ValueType.BCD32, Mark.NONE),
        ((0x4416, 0x0000), ValueType.F32, Mark.OUTSIDE),  # 600 Hz
    ],
)
def test_what_speaks_against_a_way_is_said(registers, kind, mark) -> None:
    quantity = Quantity.FREQUENCY if mark is Mark.OUTSIDE else None
    look = next(item for item in looks(registers, quantity) if item.type is kind)
    assert look.mark is mark and (math.isfinite(look.value) or mark in (Mark.NONE, Mark.MISSING))


def test_a_text_is_shown_in_the_order_in_which_it_can_be_read() -> None:
    assert texts((0x6945, 0x4D33)) == [("big", "iEM3"), ("little", "Ei3M")]
    assert texts((1, 2)) == []
