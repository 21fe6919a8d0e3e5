"""What is under way shows on a machine's card: how far its power has moved in the last ten minutes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hmi.desk.recent_trend import BACK_MS, WORTH_SAYING, RecentTrend
from solver.durations import MINUTE_MS
from widgets.machine_card import CardFacts, MachineCard
from widgets.quality_mark import Mark
from widgets.value_bar import BarFacts

USUAL_KW = 48.0


def moved(values: list[float], step_ms: int = MINUTE_MS) -> float:
    trend = RecentTrend()
    for place, value in enumerate(values):
        trend.note(place * step_ms, value)
    return trend.change(USUAL_KW)


def test_a_start_is_said_for_ten_minutes_and_then_no_more() -> None:
    assert moved([0.3] * 8 + [48.3]) == pytest.approx(48.0)
    assert moved([0.3] * 8 + [48.3] * 10) == pytest.approx(48.0)
    assert moved([0.3] * 8 + [48.3] * 11) == 0.0


def test_neither_unrest_nor_a_few_minutes_are_a_trend() -> None:
    assert moved([48.0, 47.2, 48.9, 47.5, 48.4, 48.0, 49.0]) == 0.0
    assert moved([0.3, 10.0, 48.0]) == 0.0  # of two minutes: it may be the start's peak


def test_what_was_not_measured_in_between_is_no_trend() -> None:
    assert moved([0.3] * 6 + [math.nan, 48.0, 48.0]) == 0.0


@given(st.lists(st.floats(0, 200), min_size=1, max_size=60), st.integers(1_000, BACK_MS))
def test_it_never_looks_further_back_than_ten_minutes(values: list[float], step_ms: int) -> None:
    back = min(len(values) - 1, BACK_MS // step_ms)
    expected = values[-1] - values[-1 - back]
    said = moved(values, step_ms)
    assert said in (0.0, pytest.approx(expected))
    assert said == 0.0 or abs(said) >= WORTH_SAYING * USUAL_KW


def test_the_card_says_it_in_figures_and_in_words(qtbot: QtBot) -> None:
    card = MachineCard("mill_23")
    qtbot.addWidget(card)
    bar = BarFacts(48.0, 77.0, 38.0, 58.0, 160.0)
    facts = CardFacts("Mill 23", "running", "48.0 kW", Mark.GOOD, "", bar, "", ("", ""))
    card.show_facts(facts)
    before = [label.text() for label in card.findChildren(QLabel)]
    card.show_facts(
        CardFacts(
            *("Mill 23", "running", "48.0 kW", Mark.GOOD, "", bar, "", ("", "")),
            trend="↗ +48",
            trend_text="+48 kW in the last 10 minutes",
        )
    )
    assert "↗ +48" not in before
    assert "↗ +48" in [label.text() for label in card.findChildren(QLabel)]
    assert "+48 kW in the last 10 minutes" in card.accessibleName()
