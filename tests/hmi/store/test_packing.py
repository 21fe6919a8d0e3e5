"""Columns packed into bytes and back: bit for bit, and damage is seen."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.reading import Quality
from hmi.store.packing import Columns, PackingError, pack, unpack

SOME_VALUES = st.lists(
    st.tuples(
        st.integers(0, 1 << 50),
        st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.floats(width=32, allow_nan=False)),
        st.sampled_from(Quality),
        st.integers(0, 8),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda row: row[0],
)


def columns(rows: list[tuple[int, float, Quality, int]]) -> Columns:
    rows = sorted(rows)
    value = [math.nan if row[2] is Quality.BAD or math.isinf(row[1]) else row[1] for row in rows]
    return Columns(
        np.array([row[0] for row in rows], np.int64),
        np.array(value),
        np.array([2 if math.isnan(v) else row[2] for row, v in zip(rows, value, strict=True)], np.int8),
        np.array([row[3] for row in rows], np.int8),
    )


@given(SOME_VALUES)
def test_whatever_was_packed_comes_back_bit_for_bit(rows: list[tuple[int, float, Quality, int]]) -> None:
    given_columns = columns(rows)
    found = unpack(pack(given_columns))
    assert found.t_ms.tolist() == given_columns.t_ms.tolist()
    good = ~np.isnan(given_columns.value)
    assert np.isnan(found.value[~good]).all()
    assert (found.value.view(np.int64) == given_columns.value.view(np.int64))[good].all()  # also of -0.0
    assert found.quality.tolist() == given_columns.quality.tolist()
    assert found.reason.tolist() == given_columns.reason.tolist()


def a_day(value: np.ndarray) -> Columns:
    n = len(value)
    return Columns(np.arange(n) * 60_000, value, np.zeros(n, np.int8), np.zeros(n, np.int8))


def test_a_registers_float32_takes_half_of_a_float64() -> None:
    value = np.random.default_rng(1).normal(47, 3, 1440)
    narrow = pack(a_day(value.astype(np.float32).astype(np.float64)))
    assert len(narrow.numbers) < 0.6 * len(pack(a_day(value)).numbers)


def test_a_good_day_spends_nothing_on_its_qualities_and_next_to_nothing_on_even_times() -> None:
    packed = pack(a_day(np.full(1440, 47.0)))
    assert packed.flags == b""
    assert len(packed.times) + len(packed.numbers) < 100


@pytest.mark.parametrize("late_ms", [0, 1])
@pytest.mark.parametrize("part", ["times", "numbers"])
def test_what_is_cut_off_or_of_another_day_cannot_be_unpacked(part: str, late_ms: int) -> None:
    day = a_day(np.linspace(0, 9, 1440))
    day.t_ms[7] += late_ms  # even times and others are packed in two ways
    whole = pack(day)
    for wrong in (getattr(whole, part)[:-40], getattr(pack(a_day(np.ones(7))), part), b"\xff" * 30):
        broken = replace(whole, **{part: wrong})
        assert broken.checksum() != whole.checksum()
        with pytest.raises(PackingError):
            unpack(broken)
