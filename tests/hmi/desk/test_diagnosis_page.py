from __future__ import annotations

import ast
import math
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from devices.line_events import TracedFrame
from devices.reading import Quality, Reading, Reason
from hmi.desk import alarm_texts
from hmi.desk.app import Desk
from hmi.desk.frame_words import FAULTS
from hmi.desk.look import Look
from hmi.desk.pages.diagnosis import DiagnosisPage
from hmi.desk.snapshot_model import load_world
from hmi.store.alarms import save_alarm
from hmi.store.database import Store
from hmi.store.records import Alarm, AlarmState, MeterStatus
from hmi.store.status import save_line_frames, save_meter_statuses
from widgets.rows_table import RowsTable

PATIENCE_MS = 30_000


@pytest.fixture
def page(desk: Desk, store: Store, qtbot: QtBot) -> DiagnosisPage:
    now_ms = desk.context.clock.now_ms()
    status = MeterStatus(
        meter="mill_29",
        line="line_2",
        t_ms=now_ms,
        ok=120,
        timeouts=31,
        bad_checksums=4,
        exceptions=14,
        exception_codes=((2, 12), (6, 2)),
        latency_p50_ms=41.0,
        latency_p95_ms=88.0,
        stale=2,
        waits_s=45.2,
    )
    save_meter_statuses(store, "line_2", [status])
    desk.window.show_page("diagnosis")
    shown = desk.window.page("diagnosis")
    assert isinstance(shown, DiagnosisPage)
    qtbot.waitUntil(shown.is_settled, timeout=PATIENCE_MS)
    return shown


def rows(page: DiagnosisPage, name: str) -> dict[str, tuple[str, ...]]:
    model = page.findChild(RowsTable, f"diagnosis_{name}").model()
    cells = [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]
    return {row[0]: row for row in cells}


def test_a_meter_says_when_it_was_last_good_and_how_it_answers(page: DiagnosisPage) -> None:
    row = rows(page, "meters")["mill_29"]
    assert row[2:11] == ("line_2", row[3], "120", "31", "4", "14 (02: 12, 06: 2)", "41", "88", "2")
    assert row[3].endswith("min") and row[1].endswith("the meter does not answer; asked again in 45 s")


def test_a_plc_without_points_says_whether_it_answers(
    store: Store, desk: Desk, page: DiagnosisPage, qtbot: QtBot
) -> None:
    assert rows(page, "meters")["plc"][1] == "no reading yet"
    now_ms = desk.context.clock.now_ms()
    for minutes, said in ((1, "answers"), (90, "silent for 1 h 30")):
        last_ms = now_ms - minutes * 60_000
        status = MeterStatus(meter="plc", line="line_2", t_ms=now_ms, ok=9, last_ok_ms=last_ms)
        save_meter_statuses(store, "line_2", [status])
        page.hide()
        page.show()
        qtbot.waitUntil(lambda said=said: rows(page, "meters")["plc"][1] == said, timeout=PATIENCE_MS)


def test_a_meter_without_power_says_how_it_is_by_what_it_has(
    desk: Desk, store: Store, page: DiagnosisPage, qtbot: QtBot
) -> None:
    now_ms = desk.context.clock.now_ms()
    world = load_world(store, desk.context.clock, desk.context.plant.shopfloor)
    heat = Reading("mill_23.heat_kwh", now_ms, math.nan, Quality.BAD, Reason.SENTINEL)
    newest = {point: one for point, one in world.newest.items() if not point.startswith("mill_23.")}
    page.show_world(replace(world, newest=newest | {heat.point: heat}))
    qtbot.waitUntil(lambda: "no value" in rows(page, "meters")["mill_23"][1], timeout=PATIENCE_MS)


def test_what_nobody_has_counted_is_a_dash_and_not_a_zero(page: DiagnosisPage) -> None:
    assert rows(page, "meters")["mill_23"][4:11] == ("–",) * 7


def test_a_line_says_how_busy_and_how_late_it_is(page: DiagnosisPage) -> None:
    row = rows(page, "lines")["line_1"]
    assert (row[11], row[9]) == ("31 %", "0.0") and row[1] == "connected"
    needed, _, period = row[10].partition(" / ")
    assert 0 < float(needed) < 5 and period == "60.0"


def test_a_meter_that_does_not_fit_its_profile_is_named_with_what_it_says(
    desk: Desk, store: Store, page: DiagnosisPage, qtbot: QtBot
) -> None:
    detail = {"reason": "other_model", "says": "0x89", "register": "FC03 0xfc02", "expected": "0x70"}
    alarm = Alarm(
        "other_model:mill_23",
        "other_model",
        "mill_23",
        3,
        AlarmState.UNACKNOWLEDGED,
        0,
        desk.context.clock.now_ms(),
        active=True,
        detail=detail,
    )
    save_alarm(store, alarm)

    page.show_world(load_world(store, desk.context.clock, desk.context.plant.shopfloor))

    def said() -> bool:
        return rows(page, "meters")["mill_23"][1] == "another model: says 0x89"

    qtbot.waitUntil(said, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("kind", "subject", "at"), [("line_down", "line_2", 1), ("meter_silent", "mill_29", 0)]
)
def test_an_alarm_of_the_field_leads_here(page: DiagnosisPage, kind: str, subject: str, at: int) -> None:
    alarm = Alarm(f"{kind}:{subject}", kind, subject, 2, AlarmState.UNACKNOWLEDGED, 0, 0, active=True)
    where = alarm_texts.place(page.context, alarm)
    assert where == ("diagnosis", subject)
    page.context.navigator.go(*where)
    assert page._tabs.currentIndex() == at


def test_a_frame_is_put_into_words_or_what_is_wrong_with_it(page: DiagnosisPage) -> None:
    page.decode("01 03 02 00 FA 38 07")
    assert rows(page, "decoded")["Address"][1] == "1"
    page.decode("01 03 02 00 FA 38 08")
    assert "CRC" in rows(page, "decoded")["Error"][1]
    page.decode("no frame")
    assert rows(page, "decoded") == {}


def test_a_frame_is_put_into_words_of_the_language(desk: Desk, page: DiagnosisPage) -> None:
    desk.show_look(Look(language="zh_CN"))
    page.decode("01 03 02 00 FA 38 08")
    assert rows(page, "decoded")["错误"][1] == "CRC 为 38 08，按其余字节计算应为 38 07。"
    page.decode("no frame")
    assert "不是十六进制" in page.findChild(QLabel, "frame_verdict").text()
    page.decode("01 83 02 C0 F1")
    assert rows(page, "decoded")["异常: 非法数据地址"][1] == "2"
    page.decode("68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16")
    assert rows(page, "decoded")["（当前）正向有功总电能"][1] == "0.26 kWh"
    page.decode("01 03 04 00 00 00 00 FA 33")
    assert {"寄存器 +1", "32 位浮点 +0, 高字在前"} <= set(rows(page, "decoded"))
    desk.show_look(Look())


def test_whatever_is_wrong_with_a_frame_has_words_for_the_desk() -> None:
    said = set()
    for path in (Path(__file__).parents[3] / "devices").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FrameError":
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
                said.add(node.args[0].value)
    assert said == set(FAULTS)


def test_the_last_frames_of_a_line_are_shown_newest_first_and_put_into_words(
    page: DiagnosisPage, store: Store, qtbot: QtBot
) -> None:
    now_ms = page.context.clock.now_ms()
    asked, answered = bytes.fromhex("010300000001840A"), bytes.fromhex("01030200FA3807")
    save_line_frames(
        store, "line_2", [TracedFrame(now_ms, True, asked), TracedFrame(now_ms + 12, False, answered)]
    )
    of, table = page.findChild(QComboBox, "frames_of"), page.findChild(RowsTable, "diagnosis_frames")
    page.show_target("frames")
    of.setCurrentIndex(of.findData("line_2"))
    qtbot.waitUntil(lambda: table.model().rowCount() == 2, timeout=PATIENCE_MS)
    ways = [table.model().index(row, 1).data() for row in range(2)]
    assert ways == ["came", "sent"]
    table.choose(table.model().key(0))
    assert rows(page, "decoded")["Address"][1] == "1"
    of.setCurrentIndex(of.findData(""))
    assert all(key not in ("came", "sent") for key in rows(page, "frames"))


def test_the_station_tells_of_its_database_and_its_disk(page: DiagnosisPage) -> None:
    found = rows(page, "station")
    assert float(found["Database"][1].removesuffix(" MB")) > 0
    assert float(found["Free on the disk"][1].removesuffix(" MB").replace(",", "")) > 0
