from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.sliding import Floats, Rest, Run, Sliding, highest_windows, highest_with, sliding_max

values = st.sampled_from([-3.0, 0.0, 1.0, 2.5, 7.0])


def series(length: int) -> st.SearchStrategy[Floats]:
    return st.lists(values, min_size=length, max_size=length).map(np.array)


@st.composite
def shapes(draw: st.DrawFn, horizon: int) -> list[Run]:
    """Runs from 0 on, in order, side by side or with gaps between them."""
    runs, at = [], 0
    for _ in range(draw(st.integers(1, 3))):
        length = draw(st.integers(1, 6))
        if at + length > horizon:
            break
        runs.append((at, length, draw(values)))
        at += length + draw(st.integers(0, 3))
    return runs or [(0, 1, 1.0)]


def minutes_of(runs: Sequence[Run]) -> set[int]:
    return {offset + minute for offset, length, _ in runs for minute in range(length)}


def slow_windows(
    sums: Floats, divisors: Floats, window: int, added: Floats, start: int, rest_kw: Floats, under: set[int]
) -> float:
    then = sums.copy()
    for minute, kw in enumerate(added):
        gone = rest_kw[start + minute] if minute in under else 0.0
        then[(start + minute) // window] += kw - gone
    return float((then / divisors).max())


@given(st.integers(1, 12).flatmap(series), st.data())
def test_the_highest_of_so_many_in_a_row(numbers: Floats, data: st.DataObject) -> None:
    length = data.draw(st.integers(1, len(numbers)))
    expected = [numbers[at : at + length].max() for at in range(len(numbers) - length + 1)]
    assert sliding_max(numbers, length).tolist() == expected


@settings(deadline=None)
@given(st.data(), st.integers(8, 30))
def test_a_shape_is_tried_at_every_place(data: st.DataObject, horizon: int) -> None:
    runs = data.draw(shapes(horizon))
    numbers, under = data.draw(series(horizon)), data.draw(series(horizon))
    last = data.draw(st.integers(0, horizon - runs[-1][0] - runs[-1][1]))
    first = data.draw(st.integers(0, last))
    expected = []
    for place in range(first, last + 1):
        then = numbers.copy()
        for offset, length, added in runs:
            then[place + offset : place + offset + length] = (
                under[place + offset : place + offset + length] + added
            )
        expected.append(then.max())
    assert Sliding(numbers, under).highest(runs, first, last).tolist() == expected
    assert highest_with(numbers, under, runs, first, last).tolist() == expected


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(1, 40), st.integers(1, 17))
def test_windows_are_as_high_as_when_each_start_is_tried_alone(
    data: st.DataObject, horizon: int, window: int
) -> None:
    lengths = np.diff(np.append(np.arange(0, horizon, window), horizon)).astype(float)
    sums = data.draw(series(len(lengths)))
    sums[data.draw(st.lists(st.integers(0, len(lengths) - 1), max_size=2))] = -np.inf
    divisors = data.draw(st.sampled_from([lengths, np.full(len(lengths), 60.0)]))
    runs = data.draw(shapes(horizon))
    rest_kw = data.draw(st.none() | series(horizon))
    added = np.zeros(runs[-1][0] + runs[-1][1])
    level = data.draw(st.booleans())
    for offset, length, kw in runs:
        added[offset : offset + length] = 2.0 if level else kw
    last = data.draw(st.integers(0, horizon - len(added)))
    first = data.draw(st.integers(0, last))
    rest = None if rest_kw is None else Rest(np.append(0.0, np.cumsum(rest_kw)), runs)
    found = highest_windows(sums, divisors, window, added, first, last, rest)
    stands = np.zeros(horizon) if rest_kw is None else rest_kw
    expected = [
        slow_windows(sums, divisors, window, added, start, stands, minutes_of(runs))
        for start in range(first, last + 1)
    ]
    assert found == pytest.approx(expected, abs=1e-9)
