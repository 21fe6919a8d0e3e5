import math

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from widgets.alarm_badge import AlarmBadge
from widgets.elided_label import ElidedLabel
from widgets.legend import Legend, LineKind
from widgets.machine_card import CardFacts, MachineCard
from widgets.point_list import ListedPoint, PointList
from widgets.quality_mark import Mark, QualityMark
from widgets.sparkline import Sparkline
from widgets.theme import DARK, LIGHT
from widgets.value_bar import BarFacts

FACTS = CardFacts(
    title="Mill 25",
    state="running",
    value="48.3 kW",
    mark=Mark.STALE,
    mark_text="44 min old",
    bar=BarFacts(48.3, 77.0, 38.0, 58.0, 160.0),
    bar_text="normal now: 38 to 58 kW",
    lines=("batch 4 h 03 of 12 h 50", "done 22:29 ±1 h 36"),
)


def test_a_badge_without_alarms_is_grey_and_one_with_alarms_is_not(qtbot: QtBot) -> None:
    badge = AlarmBadge(2)
    qtbot.addWidget(badge)
    badge.show_theme(LIGHT)
    badge.resize(badge.sizeHint())
    badge.show_count(0, "no alarms")
    calm = badge.grab().toImage()
    badge.show_count(3, "3 alarms")
    loud = badge.grab().toImage()
    colours = {loud.pixelColor(x, y).name() for x in range(loud.width()) for y in range(loud.height())}
    assert LIGHT.priority(2) in colours
    colours = {calm.pixelColor(x, y).name() for x in range(calm.width()) for y in range(calm.height())}
    assert LIGHT.priority(2) not in colours
    assert badge.accessibleName() == "3 alarms"


def test_a_good_value_has_no_mark_and_all_others_say_why(qtbot: QtBot) -> None:
    mark = QualityMark()
    qtbot.addWidget(mark)
    mark.show_mark(Mark.GOOD, "")
    empty = mark.grab().toImage()
    for other in (Mark.UNCERTAIN, Mark.STALE, Mark.BAD, Mark.WAITING):
        mark.show_mark(other, f"because it is {other.name}")
        assert mark.grab().toImage() != empty
        assert mark.accessibleName() == f"because it is {other.name}"


def test_a_sparkline_draws_no_line_across_a_gap(qtbot: QtBot) -> None:
    spark = Sparkline()
    qtbot.addWidget(spark)
    spark.resize(100, 30)
    value = np.array([1.0, 2.0, math.nan, 3.0, 3.0, 3.0, math.nan, 1.0])
    spark.show_series(np.arange(8), value, 0, 7, 3.0)
    assert [len(piece) for piece in spark.pieces()] == [2, 3, 1]


def test_a_sparkline_of_nothing_is_empty(qtbot: QtBot) -> None:
    spark = Sparkline()
    qtbot.addWidget(spark)
    spark.show_series(np.empty(0, np.int64), np.empty(0), 0, 1, 1.0)
    assert spark.pieces() == []
    spark.grab()


def test_a_bar_knows_what_is_abnormal() -> None:
    assert BarFacts(70.0, 77.0, 38.0, 58.0).abnormal
    assert not BarFacts(48.0, 77.0, 38.0, 58.0).abnormal
    assert not BarFacts(math.nan, 77.0, 38.0, 58.0).abnormal


def test_a_card_opens_by_click_and_by_enter_but_leaves_the_space_bar_alone(qtbot: QtBot) -> None:
    card = MachineCard("mill_25")
    qtbot.addWidget(card)
    opened: list[str] = []
    card.opened.connect(opened.append)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.keyClick(card, Qt.Key.Key_Space)
    assert opened == ["mill_25", "mill_25"]


def test_a_card_says_itself_in_words_and_marks_a_stale_value(qtbot: QtBot) -> None:
    card = MachineCard("mill_25")
    qtbot.addWidget(card)
    card.show_theme(DARK)
    card.show_facts(FACTS)
    assert card.mark is Mark.STALE
    for word in ("Mill 25", "running", "48.3 kW", "44 min old", "batch 4 h 03 of 12 h 50"):
        assert word in card.accessibleName()
    card.resize(200, card.height())
    card.grab()


def test_a_label_without_room_shortens_itself_and_keeps_the_whole_text_at_hand(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("a sentence that is much too long for so narrow a place")
    label.resize(60, 20)
    label.grab()
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


def test_points_are_found_by_any_part_of_their_name(qtbot: QtBot) -> None:
    points = PointList()
    qtbot.addWidget(points)
    points.show_points(
        [ListedPoint("mill_25.power_kw", "Mill 25 · power"), ListedPoint("main.voltage_v", "Shop · voltage")]
    )
    points.type("25 pow")
    assert points.shown == ["mill_25.power_kw"]
    points.type("VOLT")
    assert points.shown == ["main.voltage_v"]
    points.type("")
    assert len(points.shown) == 2


def test_a_legend_names_its_lines_for_a_screen_reader(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show_entries([(LineKind.MEASURED, "measured"), (LineKind.PREDICTED, "expected")])
    assert legend.accessibleName() == "measured, expected"
    legend.resize(400, 20)
    legend.grab()
