import math
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from widgets.column_curves import DrawnCurve, filled_columns
from widgets.theme import LIGHT
from widgets.time_plot import TimePlot

RED, BLUE = 0xFFC00000, 0xFF0000C0
heights = st.one_of(st.integers(-50, 50).map(float), st.just(math.nan))


@st.composite
def curves(draw: st.DrawFn) -> DrawnCurve:
    times = sorted(draw(st.sets(st.integers(0, 120), max_size=30)))
    values = draw(st.lists(heights, min_size=len(times), max_size=len(times)))
    return DrawnCurve(np.array(times, float) / 4, np.array(values, float), draw(st.booleans()))


def plain_reach(curve: DrawnCurve, from_s: float, to_s: float) -> tuple[float, float]:
    """By going along every piece of the curve."""
    met = [v for t, v in zip(curve.t_s, curve.value, strict=True) if from_s <= t < to_s and math.isfinite(v)]
    for (t, v), (next_t, next_v) in pairwise(zip(curve.t_s, curve.value, strict=True)):
        since, to = max(t, from_s), min(next_t, to_s)
        if since > to or (since == to and to_s == since != next_t):
            continue
        if curve.stairs:
            met += [v] if since < to and math.isfinite(v) else []
        elif math.isfinite(v) and math.isfinite(next_v):
            met += [v + (next_v - v) * (at - t) / (next_t - t) for at in (since, to)]
    return (min(met), max(met)) if met else (math.nan, math.nan)


@given(curves())
def test_a_column_is_filled_by_all_that_the_curve_reaches_in_it(curve: DrawnCurve) -> None:
    edges = np.arange(-2.0, 33.0) + 0.01  # no value lies on an edge
    low, high = curve.reach(edges)
    plain = np.array([plain_reach(curve, *column) for column in pairwise(edges)])
    np.testing.assert_allclose(low, plain[:, 0], atol=1e-9)
    np.testing.assert_allclose(high, plain[:, 1], atol=1e-9)


@pytest.mark.parametrize("stairs", [False, True])
def test_a_gap_reaches_nothing(stairs: bool) -> None:
    curve = DrawnCurve(
        np.arange(10.0), np.array([1.0, 1, 1, math.nan, math.nan, math.nan, 1, 1, 1, 1]), stairs
    )
    low, _ = curve.reach(np.array([3.1, 4.1, 5.1, 5.9]))
    assert np.isnan(low).all()


def test_the_curve_given_last_lies_above() -> None:
    firsts, counts = np.array([[0], [2]], np.int32), np.array([[3], [2]], np.int32)
    pixels = filled_columns(firsts, counts, 4, np.array([RED, BLUE], np.uint32))
    assert pixels[:, 0].tolist() == [RED, RED, BLUE, BLUE]


def test_what_begins_above_the_picture_is_filled_within_it() -> None:
    pixels = filled_columns(
        np.array([[-3]], np.int32), np.array([[5]], np.int32), 4, np.array([RED], np.uint32)
    )
    assert pixels[:, 0].tolist() == [RED, RED, 0, 0]


@given(
    st.integers(1, 400),
    st.lists(
        st.lists(st.tuples(st.integers(-500, 500), st.integers(0, 900)), min_size=2, max_size=2), max_size=40
    ),
)
def test_a_column_is_filled_from_its_first_row_on_however_high_the_picture(
    height: int, runs: list[list[tuple[int, int]]]
) -> None:
    plain = np.zeros((height, 2), np.uint32)
    for number, columns in enumerate(runs, 1):
        for column, (first, count) in enumerate(columns):
            plain[max(0, first) : max(0, first + count), column] = number
    told = np.array(runs, np.int32).reshape(len(runs), 2, 2)
    numbers = np.arange(1, len(runs) + 1, dtype=np.uint32)
    np.testing.assert_array_equal(filled_columns(told[:, :, 0], told[:, :, 1], height, numbers), plain)


def drawn_rows(plot: TimePlot, colour: str) -> list[int]:
    """How many pixels of a colour each column has."""
    plot.grab()  # the first painting finds the range of the values
    image = plot.grab().toImage()
    return [
        sum(image.pixelColor(x, y).name() == colour for y in range(30, image.height() - 40))
        for x in range(80, image.width() - 20, 7)
    ]


def plot_of_an_hour(qtbot: QtBot) -> TimePlot:
    found = TimePlot(ZoneInfo("Asia/Shanghai"), "kW")
    qtbot.addWidget(found)
    found.resize(640, 320)
    found.show()
    found.show_range(0, 3_600_000)
    return found


def test_a_slanted_line_is_one_pixel_thick(qtbot: QtBot) -> None:
    plot = plot_of_an_hour(qtbot)
    plot.show_measured("mill", np.array([0, 3_600_000]), np.array([0.0, 10.0]), 0)
    assert set(drawn_rows(plot, LIGHT.series[0])) == {1}


def test_of_hundreds_of_curves_the_last_lies_above_and_all_are_drawn(qtbot: QtBot) -> None:
    plot = plot_of_an_hour(qtbot)
    t_ms = np.array([0, 3_600_000])
    for number in range(300):
        plot.show_measured(f"meter_{number}", t_ms, np.array([5.0, 5.0]), 0)
    plot.show_measured("last", t_ms, np.array([5.0, 5.0]), 1)
    plot.show_measured("least", t_ms, np.array([0.0, 0.0]), 2)
    assert set(drawn_rows(plot, LIGHT.series[0])) == {0}
    assert set(drawn_rows(plot, LIGHT.series[1])) == {1}


def test_a_curve_that_was_dropped_is_no_longer_drawn(qtbot: QtBot) -> None:
    plot = plot_of_an_hour(qtbot)
    plot.show_measured("mill", np.array([0, 3_600_000]), np.array([5.0, 6.0]), 0)
    plot.grab()
    plot.drop_measured("mill")
    assert set(drawn_rows(plot, LIGHT.series[0])) == {0}
