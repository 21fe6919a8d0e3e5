from dataclasses import replace
from datetime import UTC

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from solver.durations import HOUR_MS
from widgets.gantt import BandSpan, Block, Chart, Gantt, Row
from widgets.theme import DARK

START_MS = 1_457_884_800_000
BLOCK = Block("batch 1", ((60, 200), (300, 420)), movable=True)
CHART = Chart(
    START_MS, 1440, UTC, (BandSpan(0, 480, "valley", "valley", "0.4"),), (Row("m", "mill 23", (BLOCK,)),)
)


@pytest.fixture
def gantt(qtbot: QtBot) -> Gantt:
    made = Gantt("Now")
    qtbot.addWidget(made)
    made.resize(800, 120)
    made.set_chart(CHART)
    made.set_now(START_MS + HOUR_MS)
    made.show()
    return made


def picture(gantt: Gantt) -> QImage:
    return gantt.grab().toImage()


def test_whatever_changes_is_seen_at_once(gantt: Gantt) -> None:
    seen = [picture(gantt)]
    gantt.set_now(START_MS + 5 * HOUR_MS)
    seen.append(picture(gantt))
    gantt.set_chart(replace(CHART, rows=(Row("m", "mill 24", (BLOCK,)),)))
    seen.append(picture(gantt))
    gantt.set_theme(DARK)
    seen.append(picture(gantt))
    gantt.set_title("Then")
    seen.append(picture(gantt))
    font = gantt.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    gantt.setFont(font)
    seen.append(picture(gantt))
    gantt.resize(700, 120)
    seen.append(picture(gantt))
    gantt.set_chart(None)
    gantt.set_empty("No plan.")
    seen.append(picture(gantt))
    assert all(one != other for index, one in enumerate(seen) for other in seen[:index])


def test_that_time_passes_leaves_all_but_the_line_of_the_present_as_it_was(gantt: Gantt) -> None:
    before = picture(gantt)
    gantt.set_now(START_MS + 5 * HOUR_MS)
    picture(gantt)
    gantt.set_now(START_MS + HOUR_MS)
    assert picture(gantt) == before
