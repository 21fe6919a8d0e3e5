from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from hmi.desk import audit_texts
from hmi.desk.log_view import PAGE
from hmi.desk.log_walk import SLICE
from hmi.desk.pages.audit import AuditPage
from hmi.store.audit import ChainCheck, append, check_chain, verify_chain
from hmi.store.database import Store
from hmi.store.records import AuditEntry
from tests.hmi.desk.acting_station import ActingStation


def note(store: Store, action: str = "approve_plan", **changes: str) -> AuditEntry:
    words = {"actor": "liu", "host": "desk-1", "target": "plan 3", "before": "proposed", "after": "approved"}
    return append(store, t_ms=1_458_021_780_000, wall_ms=2, action=action, **{**words, **changes})  # type: ignore[arg-type]


def tamper(store: Store, sql: str) -> None:
    """What somebody with the file and a database tool could do."""
    store.rows("DROP TRIGGER IF EXISTS audit_no_update")
    store.rows(sql)


@pytest.fixture
def station(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    acting = ActingStation(folder)
    yield acting
    acting.close()


@pytest.fixture
def page(station: ActingStation) -> AuditPage:
    found = station.show(AuditPage(station.context))
    station.until("the entries", found.is_settled)
    return found


def entries_of(page: AuditPage) -> list[tuple[str, ...]]:
    return [line.row for line in page.log.lines]


def test_an_entry_says_who_did_what_when_and_why(page: AuditPage, station: ActingStation) -> None:
    note(station.store, reason="Cheaper at night.")
    station.until("the new entry", lambda: entries_of(page)[0][1] == "liu")
    assert entries_of(page)[0] == (
        "2016-03-15 14:03:00",
        "liu",
        "desk-1",
        "approve a plan",
        "plan 3",
        "proposed → approved",
        "done",
        "Cheaper at night.",
    )


def test_who_comes_to_the_page_sees_the_newest_wherever_the_mouse_was_left(
    page: AuditPage, station: ActingStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page.log.table.viewport(), "underMouse", lambda: True)  # offscreen there is no mouse
    note(station.store)
    station.until(
        "the first, of a page just shown",
        lambda: entries_of(page)[:1] != [] and entries_of(page)[0][1] == "liu",
    )
    note(station.store, actor="chen")
    button = page.findChild(QPushButton, "audit_newer")
    station.until("that it waits", button.isVisible)
    assert not any(row[1] == "chen" for row in entries_of(page))
    page.hide()
    page.show()
    assert entries_of(page)[0][1] == "chen"
    assert not button.isVisible()


def test_the_chain_is_checked_on_opening_and_as_it_grows(page: AuditPage, station: ActingStation) -> None:
    before = len(page.log.lines)
    assert page.chain_sentence == f"All {before} entries are in their chain."
    note(station.store)
    station.until("the check", lambda: page.chain_sentence == f"All {before + 1} entries are in their chain.")


def test_a_broken_chain_says_where_and_what_to_do(page: AuditPage, station: ActingStation) -> None:
    tamper(station.store, "UPDATE audit SET actor = 'nobody' WHERE id = 2")
    button = page.findChild(QPushButton, "check_chain")
    assert button is not None
    said: list[str] = []
    page.context.messages.shown.connect(lambda message: said.append(message.text))
    button.click()
    station.until("the break", lambda: "breaks at entry 2" in page.chain_sentence)
    assert said == [page.chain_sentence]  # nobody need look at this page to hear of it
    assert "Keep a copy of the database" in page.chain_sentence


def test_a_long_audit_is_loaded_as_far_as_it_is_looked_at(page: AuditPage, station: ActingStation) -> None:
    with station.store.transaction():
        for number in range(3 * SLICE):
            note(station.store, target=f"plan {number}")
    page.log.begin()
    station.until("a page", page.log.is_settled)
    shown = len(page.log.lines)
    assert PAGE <= shown <= SLICE
    bar = page.log.table.verticalScrollBar()
    station.until("room to scroll", lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    station.until("more", lambda: page.log.is_settled() and len(page.log.lines) > shown)


def test_a_search_finds_words_in_any_column_however_far_back(page: AuditPage, station: ActingStation) -> None:
    note(station.store, action="reject_plan", after="rejected", reason="Mill 26 is to be serviced")
    with station.store.transaction():
        for number in range(2 * SLICE):
            note(station.store, target=f"plan {number}")
    page.log.search.setText("REJECT serviced")
    page.log.begin()
    station.until("it found", lambda: page.log.is_settled() and len(page.log.lines) == 1)
    assert entries_of(page)[0][3] == "reject a plan"


def test_a_search_that_finds_nothing_says_so(page: AuditPage, station: ActingStation) -> None:
    page.log.search.setText("kangaroo")
    station.until("nothing", lambda: page.log.is_settled() and not page.log.lines)
    texts = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "Nothing contains “kangaroo”; clear the search to see all." in texts


def test_the_export_holds_every_entry_whole_and_its_seal(
    page: AuditPage, station: ActingStation, tmp_path: Path
) -> None:
    with station.store.transaction():
        for number in range(2 * SLICE):
            note(station.store, target=f"plan {number}")
    last = note(station.store, after="x" * 100, reason="=1+1")
    path = tmp_path / "audit.csv"
    page.log.export_to(path)
    station.until("the file", page.log.export_button.isEnabled)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == audit_texts.RECORD
    assert len(rows) == last.id
    assert (rows[0]["after"], rows[0]["hash"], rows[0]["previous_hash"]) == (
        "x" * 100,
        last.hash,
        last.previous_hash,
    )
    assert rows[0]["reason"] == "'=1+1", "a spreadsheet must not run what somebody typed"
    assert rows[0]["time"] == "2016-03-15T14:03:00.000+08:00"


def test_a_chosen_entry_is_shown_whole(page: AuditPage, station: ActingStation) -> None:
    last = note(station.store, after="y" * 100)
    station.until("the new entry", lambda: page.log.lines[0].id == last.id)
    page.log.table.choose(str(last.id))
    label = page.findChild(QLabel, "audit_entry")
    assert label is not None and label.isVisible()
    assert "y" * 100 in label.text() and last.hash in label.text()


def test_a_refusal_and_an_alarm_are_put_into_words(page: AuditPage, station: ActingStation) -> None:
    note(
        station.store,
        action="acknowledge",
        target="alarm idle_in_peak:mill_26",
        result="refused",
        reason="not_allowed",
    )
    station.until("the new entry", lambda: entries_of(page)[0][6] == "refused")
    row = entries_of(page)[0]
    label = page.context.label("mill_26")
    assert row[4] == f"{label}: running idle in peak tariff"
    assert row[7] == "Your role may not do this; ask somebody who may."


def test_a_plan_refused_as_stale_says_why_without_a_hole_for_what_the_audit_has_not_kept(
    page: AuditPage, station: ActingStation
) -> None:
    note(station.store, action="approve_plan", target="plan 1", result="refused", reason="batch_started")
    station.until("the new entry", lambda: entries_of(page)[0][6] == "refused")
    assert entries_of(page)[0][7] == "one of its batches has begun already"


def test_the_chain_is_followed_in_slices(store: Store) -> None:
    for _ in range(7):
        note(store)
    first = check_chain(store, most=3)
    assert (first.checked, first.at_end) == (3, False)
    assert audit_texts.chain(first) == "Checking the chain: 3 entries so far …"
    check, whole = first, verify_chain(store)
    while not check.at_end:
        check = check_chain(store, check, most=3)
    assert check.broken_id is None and whole is None
    last = note(store)
    assert check_chain(store, check) == ChainCheck(last.id, last.hash, at_end=True)


def test_a_slice_finds_what_was_changed_since_the_last(store: Store) -> None:
    written = [note(store) for _ in range(6)]
    start = check_chain(store, most=written[0].id)
    tamper(store, f"UPDATE audit SET reason = 'another' WHERE id = {written[4].id}")
    assert check_chain(store, start).broken_id == written[4].id


def test_an_audit_of_one_and_of_none_read_well() -> None:
    assert audit_texts.chain(ChainCheck(at_end=True)) == "The audit is empty, and nothing is missing from it."
    assert audit_texts.chain(ChainCheck(1, at_end=True)) == "The only entry is in its chain."
