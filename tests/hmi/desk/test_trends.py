import csv
import math
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from openpyxl import load_workbook
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialogButtonBox, QInputDialog
from pytestqt.qtbot import QtBot

from devices.reading import Quality
from hmi.desk.app import Desk
from hmi.desk.pages.trends import TrendsPage
from hmi.desk.sign_in import WIDTH_PX
from hmi.desk.time_bar import SPANS_MS
from hmi.desk.trend_data import doubts_of, load_between, load_window, mean_of
from hmi.desk.trend_layouts import LockedLayoutError, drop_layout, load_layouts
from hmi.desk.trend_notes import load_notes
from hmi.desk.trend_said import FROM_NOW, load_said
from hmi.store.database import Store
from hmi.store.readings import energy_between
from hmi.store.status import forecast_at
from hmi.store.thinning import Series
from solver.durations import HOUR_MS
from widgets.rows_table import RowsTable

PATIENCE_MS = 30_000
NOW = 1_458_021_780_000
MILL = "mill_25.power_kw"
WHOLE = "slurry.power_kw"


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> TrendsPage:
    desk.window.show_page("trends")
    found = desk.window.page("trends")
    assert isinstance(found, TrendsPage)
    qtbot.waitUntil(found.is_settled, timeout=PATIENCE_MS)
    return found


def settle(page: TrendsPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.is_settled, timeout=PATIENCE_MS)


def test_the_page_opens_live_on_the_last_day(page: TrendsPage) -> None:
    from_ms, to_ms = page.range_ms
    assert page.live
    assert from_ms < NOW < to_ms
    assert to_ms - from_ms == 24 * HOUR_MS
    assert page.points[0] == "main.power_kw"


def test_the_whole_is_drawn_as_soon_as_it_is_read_unless_somebody_chose_other_points(
    desk: Desk, qtbot: QtBot
) -> None:
    world, page = desk.window.world, TrendsPage(desk.context)
    qtbot.addWidget(page)
    early = {point: one for point, one in world.newest.items() if point.startswith("mill_23")}
    page.show_world(replace(world, newest=early))
    assert page.points == ("mill_23.power_kw",)
    page.show_world(world)
    assert page.points[0] == "main.power_kw"
    page.show_points([MILL])
    page.show_world(replace(world, newest=early))
    page.show_world(world)
    assert page.points == (MILL,)
    page.close_down()


def test_a_drag_leaves_the_present_and_live_returns_to_it(page: TrendsPage, qtbot: QtBot) -> None:
    page.lanes.plot("kW").show_range(NOW - 30 * HOUR_MS, NOW - 6 * HOUR_MS)
    assert not page.live
    assert page.range_ms == (NOW - 30 * HOUR_MS, NOW - 6 * HOUR_MS)
    page.show_live(True)
    assert page.range_ms[1] > NOW
    settle(page, qtbot)


def test_points_of_other_units_get_a_lane_of_their_own(page: TrendsPage, qtbot: QtBot) -> None:
    page.show_points([MILL, "mill_25.voltage_v"])
    settle(page, qtbot)
    qtbot.waitUntil(lambda: page.lanes.units == ["kW", "V"], timeout=PATIENCE_MS)


def test_cursors_tell_difference_mean_and_the_counters_energy(
    page: TrendsPage, store: Store, qtbot: QtBot
) -> None:
    page.show_points([MILL])
    page.show_cursors((NOW - 2 * HOUR_MS, NOW - HOUR_MS))
    qtbot.waitUntil(lambda: MILL in page.between, timeout=PATIENCE_MS)
    found = page.between[MILL]
    expected = energy_between(store, "mill_25.energy_kwh", NOW - 2 * HOUR_MS, NOW - HOUR_MS)
    assert found.energy_kwh == pytest.approx(expected.kwh)
    assert found.mean == pytest.approx(expected.kwh, rel=0.01)
    assert found.difference == pytest.approx(found.last - found.first)
    assert found.coverage == pytest.approx(1.0)
    assert found.cost == pytest.approx(0.736 * expected.kwh, rel=1e-3)  # flat tariff then


def test_what_rests_on_a_gap_says_how_much_was_covered(desk: Desk, store: Store) -> None:
    nine = NOW - 5 * HOUR_MS - 3 * 60_000  # the meter was silent from 09:00 to 09:50
    plant, tariff = desk.context.plant, desk.context.tariff
    voltage = "mill_25.voltage_v"
    found = load_between(store, plant, tariff, [voltage], nine - HOUR_MS, nine + HOUR_MS)[voltage]
    assert 0.4 < found.coverage < 0.65
    assert found.energy_kwh is None and found.cost is None


def test_what_a_counter_shows_at_the_cursors_differs_by_the_energy_between_them(
    desk: Desk, store: Store
) -> None:
    plant, tariff, counter = desk.context.plant, desk.context.tariff, "mill_25.energy_kwh"
    from_ms = NOW - 2 * HOUR_MS + 17_300  # between two readings
    found = load_between(store, plant, tariff, [counter], from_ms, from_ms + HOUR_MS + 31_000)[counter]
    assert found.energy_kwh == pytest.approx(found.difference, abs=1e-6)
    assert found.coverage == pytest.approx(1.0)


def test_energy_of_a_time_in_which_nothing_was_measured_is_unknown_not_nothing(
    desk: Desk, store: Store
) -> None:
    plant, tariff, long_ago = desk.context.plant, desk.context.tariff, NOW - 1000 * HOUR_MS
    found = load_between(store, plant, tariff, [MILL], long_ago, long_ago + HOUR_MS)[MILL]
    assert (found.coverage, found.energy_kwh, found.cost) == (0.0, None, None)


def test_a_layout_without_a_name_cannot_be_saved(page: TrendsPage) -> None:
    page.layouts.ask_name()
    dialog = page.findChild(QInputDialog)
    assert dialog.width() >= WIDTH_PX  # Qt would make it as narrow as its line, and cut its title off
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    for text, is_given in (("", False), ("  ", False), ("night", True), ("", False)):
        dialog.setTextValue(text)
        assert ok.isEnabled() is is_given
    dialog.reject()


def test_a_layout_is_saved_under_a_name_for_each_person(page: TrendsPage, store: Store, qtbot: QtBot) -> None:
    page.show_points([MILL, "main.power_kw"])
    page.layouts.name_given.emit("mill 25 and all")
    qtbot.waitUntil(lambda: "mill 25 and all" in page.layouts.names, timeout=PATIENCE_MS)
    kept = load_layouts(store, "")["mill 25 and all"]
    assert kept.points == (MILL, "main.power_kw")
    assert kept.span_ms == 24 * HOUR_MS
    assert load_layouts(store, "li.wei") == {}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_has_every_reading_with_its_quality_and_empty_cells_for_gaps(
    page: TrendsPage, tmp_path: Path, qtbot: QtBot, kind: str
) -> None:
    page.show_points([MILL])
    page.show_time(NOW - 6 * HOUR_MS, NOW - 4 * HOUR_MS)
    path = tmp_path / f"trend.{kind}"
    page.files.write(path)
    qtbot.waitUntil(page.context.reader.is_idle, timeout=PATIENCE_MS)
    if kind == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell or None for cell in row] for row in csv.reader(file)]
    else:
        rows = [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]
    assert rows[0] == ["time", MILL, f"{MILL} quality"]
    assert 55 <= len(rows) - 1 <= 65
    gaps = [row for row in rows[1:] if row[2] == "BAD"]
    assert len(gaps) == 25
    assert all(row[1] is None for row in gaps)
    assert str(rows[1][0]).startswith("2016-03-15T08:")


def test_a_picture_of_what_is_seen_can_be_kept(page: TrendsPage, tmp_path: Path) -> None:
    page.files.write(tmp_path / "trend.png")
    kept = QImage(str(tmp_path / "trend.png"))
    assert kept.height() > page.lanes.height() > 0  # with the table that says which curve is which


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(
    desk: Desk, page: TrendsPage, tmp_path: Path, qtbot: QtBot
) -> None:
    page.files.write(tmp_path / "nowhere" / "trend.csv")
    qtbot.waitUntil(lambda: "cannot be written" in desk.window.notices.text, timeout=PATIENCE_MS)


def test_uncertain_stretches_are_found() -> None:
    quality = np.array([0, 1, 1, 0, 2, 1], np.int8)
    series = Series(np.arange(6, dtype=np.int64) * 10, np.zeros(6), quality)
    assert [(one.from_ms, one.to_ms) for one in doubts_of(series)] == [(10, 30), (50, 50)]
    assert doubts_of(Series(series.t_ms, series.value, np.full(6, Quality.GOOD, np.int8))) == ()


def test_a_mean_weighs_by_time_and_leaves_gaps_out() -> None:
    t_ms = np.array([0, 10, 20, 100], np.int64)
    quality = np.zeros(4, np.int8)
    assert mean_of(Series(t_ms, np.array([1.0, 1.0, math.nan, 9.0]), quality)) == 1.0
    assert mean_of(Series(t_ms, np.array([0.0, 0.0, 0.0, 10.0]), quality)) == pytest.approx(4.0)
    assert math.isnan(mean_of(Series(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int8))))


def test_spans_reach_from_an_hour_to_a_year() -> None:
    assert SPANS_MS[0] == HOUR_MS
    assert SPANS_MS[-1] == 365 * 24 * HOUR_MS


def test_what_was_said_before_a_plan_and_notes_stand_beside_what_was_measured(
    page: TrendsPage, store: Store, qtbot: QtBot
) -> None:
    page.show_points(["main.power_kw", MILL])
    settle(page, qtbot)
    six_hours = 6 * HOUR_MS
    page.beside.choose(six_hours, planned=False)
    qtbot.waitUntil(lambda: set(page.beside.said) == {"main.power_kw", MILL}, timeout=PATIENCE_MS)
    said = page.beside.said["main.power_kw"]
    at = said.t_ms[np.isfinite(said.power_kw)][-1]
    forecast = forecast_at(store, "slurry", int(at) - six_hours)
    assert forecast is not None and NOW + HOUR_MS < at <= NOW + 7 * HOUR_MS  # no further than was known
    first_ms = int(said.t_ms[0])
    piece = forecast_at(store, "slurry", first_ms - first_ms % (HOUR_MS // 2) - six_hours)
    assert piece is not None
    assert said.power_kw[0] == piece.power_kw[(first_ms - piece.start_ms) // piece.interval_ms]

    page.beside.notes._at_ms = NOW - 2 * HOUR_MS
    page.beside.notes.write("  belt slipped,\n stopped by hand ")
    qtbot.waitUntil(lambda: bool(page.beside.notes.notes), timeout=PATIENCE_MS)
    (note,) = load_notes(store)
    assert (note.t_ms, note.text) == (NOW - 2 * HOUR_MS, "belt slipped, stopped by hand")
    page.show_stairs(MILL, True)
    settle(page, qtbot)
    page.grab()


def test_a_locked_layout_is_neither_changed_nor_forgotten(
    desk: Desk, page: TrendsPage, store: Store, qtbot: QtBot
) -> None:
    page.show_points([MILL])
    page.show_stairs(MILL, True)
    page.layouts.name_given.emit("night")
    qtbot.waitUntil(lambda: page.layouts.named == "night", timeout=PATIENCE_MS)
    page.layouts.lock(True)
    qtbot.waitUntil(lambda: page.layouts.locked, timeout=PATIENCE_MS)
    page.show_points(["main.power_kw"])
    page.layouts.name_given.emit("night")
    qtbot.waitUntil(lambda: "“night” is locked" in desk.window.notices.text, timeout=PATIENCE_MS)
    with pytest.raises(LockedLayoutError):
        drop_layout(store, "", "night")
    kept = load_layouts(store, "")["night"]
    assert (kept.points, kept.stairs, kept.locked) == ((MILL,), (MILL,), True)
    page.layouts.lock(False)
    qtbot.waitUntil(lambda: not page.layouts.locked, timeout=PATIENCE_MS)
    page.layouts.drop()
    qtbot.waitUntil(lambda: page.layouts.names == [], timeout=PATIENCE_MS)


def test_what_is_seen_of_thinned_days_is_said_to_be_means(
    page: TrendsPage, store: Store, qtbot: QtBot
) -> None:
    until_ms = NOW - 2 * HOUR_MS
    store.rows("UPDATE points SET means_until_ms = ? WHERE name = ?", [until_ms, MILL])
    page.show_points((MILL, "mill_26.power_kw"))
    settle(page, qtbot)
    readout = page.findChild(RowsTable, "trend_readout")

    def last_cells() -> list[str]:
        model = readout.model()
        return [model.index(row, model.columnCount() - 1).data() for row in range(model.rowCount())]

    assert last_cells() == ["good; before 2016-03-15 12:03 means over some minutes", "good"]
    page.show_cursors((until_ms - HOUR_MS, NOW - HOUR_MS))
    qtbot.waitUntil(lambda: "…" not in last_cells(), timeout=PATIENCE_MS)
    assert [cell.endswith(", means") for cell in last_cells()] == [True, False]
    page.show_time(until_ms, NOW)
    page.show_cursors(None)
    settle(page, qtbot)
    assert last_cells() == ["good", "good"]


def test_without_a_main_meter_the_machines_sum_is_drawn_and_foretold(
    desk: Desk, store: Store, qtbot: QtBot
) -> None:
    plant = desk.context.plant
    meters = [meter for meter in plant.meters if meter.measures != plant.shopfloor]
    plant = msgspec.structs.replace(plant, meters=meters)
    page = TrendsPage(replace(desk.context, plant=plant))
    qtbot.addWidget(page)
    page.show()
    page.show_world(desk.window.world)
    settle(page, qtbot)
    assert page.points[0] == WHOLE
    rows = page.findChild(RowsTable, "trend_readout").model()
    assert "(sum)" in rows.index(0, 0).data()
    powers = [f"{meter.id}.power_kw" for meter in meters]
    window = load_window(store, plant, [WHOLE, *powers], NOW - 2 * HOUR_MS, NOW - HOUR_MS, 100_000)
    parts = sum(mean_of(window.series[power]) for power in powers)
    assert mean_of(window.series[WHOLE]) == pytest.approx(parts, rel=0.01)
    said = load_said(store, plant, [WHOLE], FROM_NOW, NOW, NOW + HOUR_MS)[WHOLE]
    assert np.nanmax(said.power_kw) > 50
    hour = load_between(store, plant, desk.context.tariff, [WHOLE, *powers], NOW - 2 * HOUR_MS, NOW - HOUR_MS)
    energies = [hour[power].energy_kwh or 0.0 for power in powers]
    assert hour[WHOLE].energy_kwh == pytest.approx(sum(energies))
    page.close_down()
