import math
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from solver.durations import HOUR_MS
from widgets.theme import LIGHT
from widgets.time_plot import TimePlot, TimeSpan
from widgets.trend_lanes import Curve, TrendLanes

FOSHAN = ZoneInfo("Asia/Shanghai")
T_MS = 1_458_021_780_000


def plot_of_two_bands(qtbot: QtBot) -> TimePlot:
    plot = TimePlot(FOSHAN, "kW")
    qtbot.addWidget(plot)
    plot.resize(640, 320)
    plot.show()
    middle = T_MS + HOUR_MS
    plot.show_bands(
        [TimeSpan(T_MS, middle, "peak", "peak 1.174"), TimeSpan(middle, T_MS + 2 * HOUR_MS, "valley", "v")]
    )
    plot.show_range(T_MS, T_MS + 2 * HOUR_MS)
    return plot


def colours_of_row(plot: TimePlot, y: int) -> list[str]:
    image = plot.grab().toImage()
    return [image.pixelColor(x, y).name() for x in range(60, image.width())]


def test_the_background_is_tinted_by_tariff_band(qtbot: QtBot) -> None:
    colours = colours_of_row(plot_of_two_bands(qtbot), 60)
    assert colours[20] == LIGHT.band("peak")
    assert colours[-20] == LIGHT.band("valley")


def test_the_tint_follows_when_the_view_moves(qtbot: QtBot) -> None:
    plot = plot_of_two_bands(qtbot)
    plot.grab()
    plot.show_range(T_MS + HOUR_MS, T_MS + 2 * HOUR_MS)
    assert set(colours_of_row(plot, 60)[5:-5]) == {LIGHT.band("valley")}


def test_no_line_is_drawn_across_a_gap(qtbot: QtBot) -> None:
    plot = plot_of_two_bands(qtbot)
    t_ms = T_MS + np.arange(121) * 60_000
    value = np.full(121, 5.0)
    value[40:80] = math.nan
    plot.show_measured("mill", t_ms, value)
    plot.grab()  # the first painting finds the range of the values
    image = plot.grab().toImage()
    line = QColor(LIGHT.text).name()
    drawn = [
        any(image.pixelColor(x, y).name() == line for y in range(26, image.height() - 40))
        for x in range(60, image.width() - 5)
    ]
    middle = len(drawn) // 2
    assert not any(drawn[middle - 60 : middle + 60])
    assert sum(drawn[: middle - 120]) > 100


def test_uncertain_stretches_are_hatched(qtbot: QtBot) -> None:
    plot = plot_of_two_bands(qtbot)
    before = set(colours_of_row(plot, 60))
    plot.show_doubts([TimeSpan(T_MS, T_MS + HOUR_MS // 2)])
    assert QColor(LIGHT.muted).name() in set(colours_of_row(plot, 60)) - before


def test_predicted_and_planned_are_never_drawn_like_measured(qtbot: QtBot) -> None:
    plot = plot_of_two_bands(qtbot)
    t_ms = T_MS + np.arange(121) * 60_000
    plot.show_predicted(t_ms, np.full(121, 5.0), np.full(121, 4.0), np.full(121, 6.0))
    plot.show_planned(np.array([T_MS, T_MS + HOUR_MS, T_MS + 2 * HOUR_MS]), np.array([1.0, 3.0]))
    image = plot.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(60, 600) for y in range(30, 280)}
    assert LIGHT.predicted_band in colours
    assert LIGHT.planned in colours


def test_lanes_are_one_for_each_unit_and_move_together(qtbot: QtBot) -> None:
    lanes = TrendLanes(FOSHAN)
    qtbot.addWidget(lanes)
    t_ms, value = T_MS + np.arange(3) * 60_000, np.array([1.0, 2.0, 3.0])
    curves = [Curve("a.power_kw", "kW", 0, t_ms, value), Curve("a.voltage_v", "V", 1, t_ms, value)]
    lanes.show_curves(curves)
    lanes.show_range(T_MS, T_MS + HOUR_MS)
    assert lanes.units == ["kW", "V"]
    moved: list[tuple[int, int]] = []
    lanes.range_moved.connect(lambda since, to: moved.append((since, to)))
    lanes.plot("V").show_range(T_MS + HOUR_MS, T_MS + 2 * HOUR_MS)
    assert lanes.plot("kW").range_ms() == (T_MS + HOUR_MS, T_MS + 2 * HOUR_MS)
    assert moved[-1] == (T_MS + HOUR_MS, T_MS + 2 * HOUR_MS)
    lanes.show_curves(curves[1:])
    assert lanes.units == ["V"]


def test_a_voltage_is_not_flattened_by_a_zero_that_nobody_asked_for(qtbot: QtBot) -> None:
    plot = plot_of_two_bands(qtbot)
    t_ms = T_MS + np.arange(121) * 60_000
    plot.show_measured("volt", t_ms, 229 + np.sin(np.arange(121) / 9))
    plot.grab()
    low, high = plot.getViewBox().viewRange()[1]
    assert 227 < low < high < 231


def test_a_load_is_shown_from_zero_where_that_is_asked_for(qtbot: QtBot) -> None:
    plot = TimePlot(FOSHAN, "kW", from_zero=True)
    qtbot.addWidget(plot)
    plot.show()
    plot.show_range(T_MS, T_MS + 2 * HOUR_MS)
    plot.show_measured("load", T_MS + np.arange(121) * 60_000, np.full(121, 300.0))
    plot.grab()
    assert plot.getViewBox().viewRange()[1][0] <= 0


def test_a_level_curve_has_an_axis_that_says_so(qtbot: QtBot) -> None:
    plot = plot_of_two_bands(qtbot)
    t_ms = T_MS + np.arange(121) * 60_000
    for level, least, most in ((0.0, -0.2, 1.2), (50.0, 46.0, 54.0)):
        plot.show_measured("mill", t_ms, np.full(121, level))
        plot.grab()
        low, high = plot.getViewBox().viewRange()[1]
        assert least < low <= level < high < most
