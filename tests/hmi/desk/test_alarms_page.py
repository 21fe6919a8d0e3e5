from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from hmi.desk import alarm_texts
from hmi.desk.alarm_bar import AlarmBar
from hmi.desk.alarm_figures import figures
from hmi.desk.alarm_order import Column, Filter, in_order, kept_in_place
from hmi.desk.pages.alarms import AlarmsPage
from hmi.desk.reason_dialog import ReasonDialog
from hmi.desk.shelve_dialog import ShelveDialog
from hmi.desk.snapshot_model import load_world
from hmi.station.alarm_machine import cleared
from hmi.station.codes import AlarmKind
from hmi.store.alarms import alarm as stored_alarm
from hmi.store.alarms import alarms as stored_alarms
from hmi.store.alarms import save_alarm
from hmi.store.records import Alarm, AlarmState
from tests.hmi.desk.acting_station import ActingStation, let_work
from widgets.elided_label import ElidedLabel

MINUTE = 60_000
LINE, SUPPLY, IDLE = "line_down:line_1", "supply_exceeded:slurry", "idle_in_peak:mill_26"


class Alarms:
    """The page as somebody at the desk has it before them, with three alarms of its own."""

    def __init__(self, station: ActingStation) -> None:
        self.station = station
        self.page = station.show(AlarmsPage(station.context))
        self.table = self.page.list.table
        for old in stored_alarms(station.store):
            if old.state is not AlarmState.NORMAL:
                station.raise_alarms(_quiet(old))
        station.raise_alarms(
            station.new_alarm("idle_in_peak", "mill_26", 3, minutes=34, power_kw=7.3, band="peak"),
            station.new_alarm("line_down", "line_1", 2),
            station.new_alarm("supply_exceeded", "slurry", 1, power_kw=310.0, supply_kw=300.0),
        )
        station.until("three alarms", lambda: self.keys() == [SUPPLY, LINE, IDLE])

    def keys(self) -> list[str]:
        return [alarm.key for alarm in self.table.alarms]

    def states(self) -> dict[str, AlarmState]:
        return {alarm.key: alarm.state for alarm in self.table.alarms}

    def button(self, name: str) -> QPushButton:
        found = self.page.list.findChild(QPushButton, name)
        assert found is not None
        return found

    def stored(self, key: str) -> Alarm:
        found = stored_alarm(self.station.store, key)
        assert found is not None
        return found

    def until_state(self, key: str, state: AlarmState) -> None:
        self.station.until(f"{key} {state}", lambda: self.states().get(key) is state)

    def point(self) -> None:
        place = QPointF(60, 60)
        QApplication.sendEvent(self.table, QEnterEvent(place, place, place))

    def leave(self) -> None:
        QApplication.sendEvent(self.table, QEvent(QEvent.Type.Leave))

    def rights(self) -> str:
        found = self.page.findChild(QLabel, "alarm_rights")
        assert found is not None
        return found.text()


def _quiet(alarm: Alarm) -> Alarm:
    return replace(alarm, state=AlarmState.NORMAL, active=False)


@pytest.fixture
def station(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    acting = ActingStation(folder)
    yield acting
    acting.close()


@pytest.fixture
def alarms(station: ActingStation) -> Alarms:
    return Alarms(station)


def test_every_kind_of_alarm_says_cause_consequence_and_action(station: ActingStation) -> None:
    for kind in AlarmKind:
        alarm = Alarm(f"{kind}:x", kind, "x", 3, AlarmState.UNACKNOWLEDGED, 0, 0, active=True)
        found = alarm_texts.guidance(alarm)
        assert found is not None, kind
        assert all((found.name, found.cause, found.consequence, found.action)), kind
        assert alarm_texts.sentence(station.context, alarm) != f"x: {kind.replace('_', ' ')}", kind


def test_the_most_important_comes_first_with_shape_number_state_and_sentence(alarms: Alarms) -> None:
    model = alarms.table.model()
    texts = [str(model.index(0, column).data()) for column in Column]
    assert texts[Column.PRIORITY] == "priority 1"
    assert texts[Column.STATE] == "unacknowledged"
    assert texts[Column.SUBJECT] == alarms.station.context.plant.shopfloor_label
    assert texts[Column.SENTENCE] == "the load of 310 kW is more than the 300 kW of the supply"


def test_the_chosen_alarm_says_what_it_means(alarms: Alarms) -> None:
    alarms.table.choose(IDLE)
    text = alarms.page.list.detail.text()
    assert "running idle for 34 min in peak tariff" in text
    assert "It draws 7.3 kW at the dearest price and makes nothing." in text
    assert "Discharge it or switch it off." in text


def test_space_acknowledges_the_chosen_alarm(alarms: Alarms) -> None:
    alarms.station.sign_in("chen")
    alarms.table.choose(LINE)
    QTest.keyClick(alarms.table, Qt.Key.Key_Space)
    alarms.until_state(LINE, AlarmState.ACKNOWLEDGED)
    assert alarms.states()[SUPPLY] is AlarmState.UNACKNOWLEDGED
    assert alarms.stored(LINE).actor == "chen"
    assert alarms.table.chosen() is not None and alarms.table.chosen().key == LINE  # type: ignore[union-attr]


def test_all_that_are_shown_can_be_acknowledged_at_once(alarms: Alarms) -> None:
    alarms.station.sign_in("chen")
    alarms.button("acknowledge_all").click()
    alarms.station.until(
        "all acknowledged", lambda: set(alarms.states().values()) == {AlarmState.ACKNOWLEDGED}
    )
    assert not alarms.button("acknowledge_all").isEnabled()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Nobody is signed in: sign in as an operator to acknowledge or shelve alarms."),
        ("guest", "As viewer you may look at alarms; an operator acknowledges and shelves them."),
    ],
)
def test_who_may_not_act_reads_why(alarms: Alarms, name: str, sentence: str) -> None:
    if name:
        alarms.station.sign_in(name)
    for button in ("acknowledge", "acknowledge_all", "shelve", "out_of_service"):
        assert not alarms.button(button).isEnabled()
    assert alarms.rights() == sentence
    alarms.table.choose(LINE)
    QTest.keyClick(alarms.table, Qt.Key.Key_Space)
    let_work(300)
    alarms.station.turn()
    assert alarms.stored(LINE).state is AlarmState.UNACKNOWLEDGED


def test_shelving_wants_a_reason_and_an_end_and_leaves_the_standing_list(alarms: Alarms) -> None:
    alarms.station.sign_in("chen")
    alarms.table.choose(IDLE)
    alarms.button("shelve").click()
    dialog = alarms.page.list.findChild(ShelveDialog)
    assert dialog is not None
    dialog.shelve()
    assert dialog.isVisible()
    dialog.fill(60, "the electrician is on it")
    dialog.shelve()
    alarms.station.until("it gone from the list", lambda: IDLE not in alarms.states())
    shelved = alarms.stored(IDLE)
    assert shelved.state is AlarmState.SHELVED and shelved.comment == "the electrician is on it"
    assert shelved.shelved_until_ms is not None
    alarms.page.list.filter.setCurrentIndex(Filter.SHELVED)
    alarms.table.choose(IDLE)
    assert "by chen: the electrician is on it" in alarms.page.list.detail.text()
    alarms.button("unshelve").click()
    alarms.station.until("it back", lambda: alarms.stored(IDLE).state is AlarmState.UNACKNOWLEDGED)


def test_out_of_service_wants_a_reason_and_lasts_until_somebody_ends_it(alarms: Alarms) -> None:
    alarms.station.sign_in("chen")
    alarms.table.choose(LINE)
    alarms.button("out_of_service").click()
    dialog = alarms.page.list.findChild(ReasonDialog)
    assert dialog is not None
    dialog.go_on()
    assert dialog.isVisible()
    dialog.fill("the adapter is replaced")
    dialog.go_on()
    alarms.station.until("it out", lambda: alarms.stored(LINE).state is AlarmState.OUT_OF_SERVICE)
    alarms.page.list.filter.setCurrentIndex(Filter.OUT_OF_SERVICE)
    alarms.until_state(LINE, AlarmState.OUT_OF_SERVICE)
    alarms.table.choose(LINE)
    alarms.button("back_in_service").click()
    alarms.station.until("it back", lambda: alarms.stored(LINE).state is AlarmState.UNACKNOWLEDGED)


def test_no_row_moves_under_the_pointer(alarms: Alarms) -> None:
    alarms.point()
    alarms.station.raise_alarms(alarms.station.new_alarm("command_failed", "mill_23", 1, plan_id=1))
    alarms.station.until("the new one", lambda: len(alarms.keys()) == 4)
    assert alarms.keys() == [SUPPLY, LINE, IDLE, "command_failed:mill_23"]
    alarms.station.raise_alarms(_quiet(alarms.stored(LINE)))
    alarms.until_state(LINE, AlarmState.NORMAL)
    assert alarms.keys()[1] == LINE
    alarms.leave()
    assert set(alarms.keys()[:2]) == {SUPPLY, "command_failed:mill_23"}
    assert LINE not in alarms.states()


def test_the_chosen_alarm_stays_chosen_when_others_come(alarms: Alarms) -> None:
    alarms.table.choose(IDLE)
    alarms.station.raise_alarms(alarms.station.new_alarm("plc_silent", "plc", 2))
    alarms.station.until("the new one", lambda: len(alarms.keys()) == 4)
    chosen = alarms.table.chosen()
    assert chosen is not None and chosen.key == IDLE


def test_the_list_can_be_sorted_by_a_column(alarms: Alarms) -> None:
    alarms.table.sort_by(Column.SUBJECT)
    assert alarms.keys() == [LINE, IDLE, SUPPLY]


def test_an_empty_filter_says_so(alarms: Alarms) -> None:
    alarms.page.list.filter.setCurrentIndex(Filter.SHELVED)
    label = alarms.page.findChild(QLabel, "alarms_empty")
    assert label is not None and label.isVisible()
    assert label.text() == "No alarm is shelved."


def test_the_alarm_bar_leads_to_an_alarm_that_the_filter_hides(alarms: Alarms) -> None:
    alarms.page.list.filter.setCurrentIndex(Filter.SHELVED)
    alarms.page.show_target(LINE)
    chosen = alarms.table.chosen()
    assert chosen is not None and chosen.key == LINE


def test_a_bar_without_an_alarm_does_not_hide_what_was_put_aside(alarms: Alarms) -> None:
    for key in (SUPPLY, LINE, IDLE):
        save_alarm(alarms.station.store, replace(alarms.stored(key), state=AlarmState.SHELVED))
    station = alarms.station
    bar = AlarmBar(station.context)
    bar.show_world(load_world(station.store, station.clock, station.plant.shopfloor))
    assert "No alarm stands; put aside: 3." in [label.text() for label in bar.findChildren(ElidedLabel)]


def test_the_journal_is_searched_and_exported(alarms: Alarms, tmp_path: Path) -> None:
    alarms.page.show_target("journal")
    journal = alarms.page.journal
    alarms.station.until("the journal", lambda: journal.is_settled() and len(journal.lines) >= 3)
    journal.search.setText("line down")
    journal.begin()
    alarms.station.until(
        "what was searched",
        lambda: journal.is_settled() and [line.record[2] for line in journal.lines] == [LINE],
    )
    path = tmp_path / "journal.csv"
    journal.export_to(path)
    alarms.station.until("the file", journal.export_button.isEnabled)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["key"], row["before"], row["after"]) for row in rows] == [(LINE, "normal", "unacknowledged")]


def test_what_happens_appears_in_the_journal_by_itself(alarms: Alarms) -> None:
    alarms.page.show_target("journal")
    journal = alarms.page.journal
    alarms.station.until("the journal", journal.is_settled)
    alarms.station.raise_alarms(alarms.station.new_alarm("plc_silent", "plc", 2))
    alarms.station.until("the new entry", lambda: journal.lines[0].record[2] == "plc_silent:plc")


def test_a_file_that_cannot_be_written_is_said(alarms: Alarms, tmp_path: Path) -> None:
    said: list[str] = []
    alarms.station.context.messages.shown.connect(lambda message: said.append(message.text))
    journal = alarms.page.journal
    journal.export_to(tmp_path / "nowhere" / "journal.csv")
    alarms.station.until("a message", lambda: bool(said))
    assert "nowhere/journal.csv could not be written" in said[0]


def test_the_figures_are_held_against_what_is_acceptable(alarms: Alarms) -> None:
    alarms.station.until("the figures", lambda: "3 – too many" in alarms.page.strip.text())


def test_calls_are_counted_by_ten_minutes_hour_and_day() -> None:
    now = 100 * 60 * MINUTE
    calls = [(now - 600 * MINUTE, "a"), (now - 59 * MINUTE, "b"), (now - 9 * MINUTE, "a"), (now, "a")]
    found = figures(calls, now)
    assert (found.ten_minutes, found.hour, found.day) == (2, 3, 4)
    assert found.frequent == (("a", 3), ("b", 1))
    assert found.chattering == () and found.flood_began_ms is None


def test_an_alarm_that_calls_three_times_within_a_minute_chatters() -> None:
    now = 100 * MINUTE
    assert figures([(now - 50_000, "a"), (now - 20_000, "a"), (now, "a")], now).chattering == ("a",)
    assert figures([(now - 70_000, "a"), (now - 20_000, "a"), (now, "a")], now).chattering == ()


def test_a_flood_is_told_by_its_first_alarm() -> None:
    now = 100 * MINUTE
    cause = (now - 5 * MINUTE - 30_000, "line_down:line_1")
    flood = [(now - 5 * MINUTE + index * 1000, f"meter_silent:m{index}") for index in range(11)]
    found = figures([(now - 40 * MINUTE, "old"), cause, *flood], now)
    assert (found.flood_began_ms, found.flood_first) == cause


def test_rows_keep_their_places_and_what_is_gone_is_shown_as_normal() -> None:
    def alarm(key: str, priority: int, state: AlarmState = AlarmState.UNACKNOWLEDGED) -> Alarm:
        return Alarm(key, key, key, priority, state, 0, 0, active=True)

    shown = [alarm("a", 1), alarm("b", 2), alarm("c", 3)]
    acknowledged = alarm("b", 2, AlarmState.ACKNOWLEDGED)
    now = [alarm("d", 1), alarm("c", 3), acknowledged]
    kept = kept_in_place(shown, in_order(now[:2], Column.PRIORITY), now)
    assert [one.key for one in kept] == ["a", "b", "c", "d"]
    assert [one.state for one in kept[:2]] == [AlarmState.NORMAL, AlarmState.ACKNOWLEDGED]


def test_an_alarm_that_returned_still_calls_before_one_that_was_seen() -> None:
    seen = Alarm("a", "a", "a", 1, AlarmState.ACKNOWLEDGED, 5, 5, active=True)
    returned = cleared(Alarm("b", "b", "b", 4, AlarmState.UNACKNOWLEDGED, 1, 1, active=True), 2)
    assert in_order([seen, returned], Column.PRIORITY) == [returned, seen]


def test_in_a_flood_only_first_causes_are_listed_with_how_many_followed(alarms: Alarms) -> None:
    station, now_ms = alarms.station, alarms.station.clock.now_ms()
    burst = [station.new_alarm("command_held", f"mill_{n}", 3, plan_id=1) for n in range(40, 55)]
    station.raise_alarms(*(replace(one, raised_ms=now_ms + 1, changed_ms=now_ms + 1) for one in burst))
    station.until("the flood", lambda: "A flood of alarms" in alarms.page.strip.text())
    station.until("its first cause", lambda: len(alarms.keys()) < 5)
    assert alarms.page.list.group.isChecked()
    keys = alarms.keys()
    assert SUPPLY in keys
    texts = [str(alarms.table.model().index(row, Column.SENTENCE).data()) for row in range(len(keys))]
    assert any("that followed" in text for text in texts)
    alarms.page.list.group.click()
    assert len(alarms.keys()) == 18


def test_a_latched_alarm_is_reset_with_its_button(alarms: Alarms) -> None:
    alarms.station.sign_in("chen")
    latched = replace(alarms.stored(LINE), state=AlarmState.LATCHED_ACKNOWLEDGED, active=False)
    alarms.station.raise_alarms(latched)
    alarms.until_state(LINE, AlarmState.LATCHED_ACKNOWLEDGED)
    alarms.table.choose(IDLE)
    assert not alarms.button("reset").isEnabled()
    alarms.table.choose(LINE)
    alarms.button("reset").click()
    alarms.station.until("it gone", lambda: alarms.stored(LINE).state is AlarmState.NORMAL)
    assert alarms.stored(LINE).actor == "chen"


def test_an_alarm_leads_to_the_page_where_one_sees_more(alarms: Alarms) -> None:
    gone: list[tuple[str, str]] = []
    context = alarms.station.context
    context.navigator.wanted.connect(lambda page, target: gone.append((page, target)))
    alarms.station.raise_alarms(alarms.station.new_alarm("command_failed", "mill_23", 1, plan_id=7))
    alarms.station.until("the new one", lambda: len(alarms.keys()) == 4)
    for key in ("command_failed:mill_23", IDLE, SUPPLY):
        alarms.table.choose(key)
        button = alarms.page.list.detail.findChild(QPushButton, "show_subject")
        assert button is not None and button.isVisible()
        button.click()
    assert gone == [("plan", "7"), ("overview", "mill_26"), ("trends", "main.power_kw")]


def test_the_journal_is_exported_to_excel_as_texts(alarms: Alarms, tmp_path: Path) -> None:
    sentence = "=HYPERLINK('x')"
    alarms.station.raise_alarms(replace(alarms.stored(LINE), state=AlarmState.SHELVED, comment=sentence))
    alarms.page.show_target("journal")
    journal = alarms.page.journal
    alarms.station.until("the journal", lambda: journal.is_settled() and len(journal.lines) >= 4)
    path = tmp_path / "journal.xlsx"
    journal.export_to(path)
    alarms.station.until("the file", journal.export_button.isEnabled)
    header, *rows = load_workbook(path).active.iter_rows()
    column = [cell.value for cell in header].index("comment")
    assert len(rows) == len(journal.lines)
    assert (rows[0][column].value, rows[0][column].data_type) == (sentence, "s")


def test_the_figures_tab_holds_the_day_against_eemua_191(alarms: Alarms) -> None:
    alarms.page.show_target("figures")
    model = alarms.page.figures.table.model()
    alarms.station.until("the figures", lambda: model.rowCount() == 13)
    rows = {str(model.index(row, 0).data()): row for row in range(model.rowCount())}
    assert model.index(rows["Standing alarms"], 1).data() == "3"
    assert model.index(rows["Standing alarms"], 3).data() == "acceptable"
    lately = model.index(rows["Alarms in the last ten minutes"], 3)
    alarms.station.until("the three that have just come", lambda: lately.data() == "✕ too many")


def test_a_day_has_a_worst_ten_minutes_and_a_share_in_floods() -> None:
    now = 10 * 24 * 60 * MINUTE
    flood = [(now - 35 * MINUTE + index, "a") for index in range(12)]
    found = figures([*flood, (now, "b")], now)
    assert (found.most_in_ten_minutes, found.bins[-1], found.bins[-4]) == (12, 1, 12)
    assert found.flood_share == pytest.approx(1 / 144)
    assert found.mean_in_ten_minutes == pytest.approx(13 / 144)
