from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from hmi.desk.app import Desk
from hmi.desk.pages.energy import EnergyPage
from hmi.energy_uses import summed
from solver.durations import DAY_MS
from widgets.rows_table import RowsTable

PATIENCE_MS = 30_000


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> EnergyPage:
    desk.context.window.show_span(7 * DAY_MS)
    desk.window.show_page("energy")
    shown = desk.window.page("energy")
    assert isinstance(shown, EnergyPage)
    qtbot.waitUntil(shown.is_settled, timeout=PATIENCE_MS)
    return shown


def rows(page: EnergyPage) -> list[tuple[str, ...]]:
    model = page.findChild(RowsTable, "energy_table").model()
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_the_ranking_begins_with_who_uses_most_and_ends_with_the_whole(page: EnergyPage) -> None:
    names = [row[0] for row in rows(page)]
    assert names[0] == "Mill 26"
    assert names[-1] == "Slurry shop-floor"


def test_every_sum_that_rests_on_gaps_says_so(page: EnergyPage) -> None:
    assert "of the time)" in page.headline
    read = {row[0]: float(row[-1]) for row in rows(page)}
    assert all(15 < share < 25 for share in read.values())  # 33 h of 158 h
    page.show_view("days")
    days = {row[0]: row for row in rows(page)}
    assert days["Sun 13 Mar"][1] == "–"
    assert 75 < float(days["Mon 14 Mar"][-1]) < 80  # from five in the morning


def test_a_machine_s_days_are_its_own(page: EnergyPage) -> None:
    page.show_target("mill_28")
    assert page.report is not None
    whole = summed(page.report.uses_of("mill_28")).energy_kwh
    shown = [float(row[1].replace(",", "")) for row in rows(page) if row[1] != "–"]
    assert sum(shown) == pytest.approx(whole, abs=0.2)


def test_states_count_hours_starts_and_stops(page: EnergyPage) -> None:
    page.show_view("states")
    for row in rows(page):
        assert sum(map(float, row[1:6])) == pytest.approx(6 * 24 + 14.05, abs=0.5)
        assert int(row[6]) >= 1


def test_what_is_shown_is_exported_with_plain_numbers_and_empty_gaps(
    page: EnergyPage, tmp_path: Path, qtbot: QtBot
) -> None:
    page.show_view("days")
    for name in ("days.csv", "days.xlsx"):
        page.export.write(tmp_path / name)
    qtbot.waitUntil((tmp_path / "days.xlsx").exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(page.context.reader.is_idle, timeout=PATIENCE_MS)
    with (tmp_path / "days.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    from openpyxl import load_workbook

    sheet = load_workbook(tmp_path / "days.xlsx").active
    assert lines[0][:2] == ["Day", "kWh"] == [cell.value for cell in sheet[1]][:2]
    assert lines[1][1] == "" and sheet[2][1].value is None
    assert float(lines[-1][1]) == pytest.approx(sheet[8][1].value)


def test_the_window_goes_back_by_whole_days_and_not_past_today(page: EnergyPage, qtbot: QtBot) -> None:
    window, zone = page.context.window, page.context.plant.zone
    today = window.days(zone)[-1]
    window.step_days(-1, zone)
    assert not window.live
    assert window.days(zone)[-1].to_ms == today.to_ms - 7 * DAY_MS
    window.step_days(1, zone)
    window.step_days(1, zone)
    assert window.days(zone)[-1] == today
    qtbot.waitUntil(page.is_settled, timeout=PATIENCE_MS)


def test_shifts_are_read_when_they_are_looked_at_and_come_to_the_whole(
    page: EnergyPage, qtbot: QtBot
) -> None:
    assert page.report is not None and page.report.shifts is None
    page.show_view("shifts")
    qtbot.waitUntil(page.is_settled, timeout=PATIENCE_MS)
    *shifts, whole = rows(page)
    assert [row[0] for row in shifts] == ["00:00 – 08:00", "08:00 – 16:00", "16:00 – 00:00"]
    kwh = [float(row[1].replace(",", "")) for row in (*shifts, whole)]
    assert sum(kwh[:-1]) == pytest.approx(kwh[-1], abs=0.2)
    assert kwh[-1] == pytest.approx(summed(page.report.uses_of(page.report.whole)).energy_kwh, rel=0.01)


def test_too_long_a_time_for_shifts_says_what_to_do(page: EnergyPage, qtbot: QtBot) -> None:
    page.show_view("shifts")
    page.context.window.show_span(365 * DAY_MS)
    qtbot.waitUntil(lambda: page.is_settled() and "at most 31 days" in page.note, timeout=PATIENCE_MS)
    assert rows(page) == []


def test_teams_of_the_roster_come_to_the_whole_and_year_and_baseline_say_what_is_missing(
    page: EnergyPage, qtbot: QtBot
) -> None:
    page.show_view("teams")
    qtbot.waitUntil(lambda: page.is_settled() and len(rows(page)) > 1, timeout=PATIENCE_MS)
    *teams, whole = rows(page)
    assert [row[0] for row in teams] == ["A", "B", "C", "D"]
    assert any(row[1] == "–" for row in teams)  # one whose shifts were not read has used nothing known
    kwh = [float(row[1].replace(",", "")) for row in (*teams, whole) if row[1] != "–"]
    assert sum(kwh[:-1]) == pytest.approx(kwh[-1], abs=0.3)
    page.show_view("years")
    qtbot.waitUntil(lambda: page.is_settled() and "a year before" in page.note, timeout=PATIENCE_MS)
    assert len(rows(page)) == 7 and rows(page)[-1][0] == "All"  # six days are over, today is not
    page.show_view("units")
    qtbot.waitUntil(lambda: page.is_settled() and "no baseline yet" in page.note, timeout=PATIENCE_MS)
    assert int(rows(page)[0][2]) >= 1
    page.show_view("savings")
    qtbot.waitUntil(lambda: page.is_settled() and "No plan that ended" in page.note, timeout=PATIENCE_MS)
    assert rows(page) == []


def test_products_without_a_recipe_say_where_one_is_written(page: EnergyPage) -> None:
    page.show_view("products")
    ((name, batches, *_),) = rows(page)
    assert name == "no recipe written" and int(batches) >= 5
    assert "the Twin page takes it" in page.note


def test_lines_and_carbon_are_there_where_the_plant_file_has_them(
    folder: Path, qtbot: QtBot, desk: Desk, page: EnergyPage
) -> None:
    assert page.view is not None and "kg CO₂" not in page.view.headers
    assert not any(place.target == "lines" for place in page.places())
    machines = [
        msgspec.structs.replace(machine, production_line="A" if machine.id == "mill_23" else "")
        for machine in desk.context.plant.machines
    ]
    plant = msgspec.structs.replace(desk.context.plant, machines=machines, carbon_kg_per_kwh=0.5)
    other = EnergyPage(replace(desk.context, plant=plant))
    qtbot.addWidget(other)
    other.show()
    qtbot.waitUntil(other.is_settled, timeout=PATIENCE_MS)
    other.show_view("lines")
    line, without, whole = rows(other)
    assert (line[0], without[0], whole[0]) == ("A", "machines of no line", "Slurry shop-floor")
    assert float(line[4]) == pytest.approx(float(line[1].replace(",", "")) / 2, abs=0.1)
    assert "kg CO₂" in other.headline
