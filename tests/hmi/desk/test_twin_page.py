"""The Twin page."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from hmi.desk.app import Desk
from hmi.desk.pages.twin import TwinPage
from hmi.store.database import Store
from hmi.store.findings import add_scores, save_findings
from hmi.store.records import Forecast, ForecastScore
from hmi.store.status import save_forecast, save_setting
from solver.twin.findings import Finding, FindingKind
from widgets.rows_table import RowsTable

PATIENCE_MS = 10_000
HOUR_MS = 3_600_000


@pytest.fixture
def page(desk: Desk, store: Store, qtbot: QtBot) -> TwinPage:
    now_ms, shopfloor = desk.context.clock.now_ms(), desk.context.plant.shopfloor
    values = (14.9, 15.8, 16.4, 16.6)
    finding = Finding(
        "mill_26",
        FindingKind.ABOVE_PEERS,
        now_ms,
        now_ms - HOUR_MS,
        0.5,
        620.0,
        (),
        tuple(40 * v for v in values),
    )
    save_findings(store, [finding])
    save_setting(store, "twin.scores", [])  # those of the station that filled the folder
    for subject, error in ((shopfloor, 20.0), ("mill_28", 2.0)):
        scores = [ForecastScore(subject, now_ms - HOUR_MS, now_ms, error, 10 * error, 0.75, 1.0)]
        add_scores(store, scores)
    for made_ms in (now_ms - 26 * HOUR_MS, now_ms):
        curve = [200.0] * 192
        low, high = [180.0] * 192, [220.0] * 192
        save_forecast(store, Forecast(shopfloor, made_ms, made_ms, 900_000, curve, low, high))
    desk.window.show_page("twin")
    shown = desk.window.page("twin")
    assert isinstance(shown, TwinPage)
    qtbot.waitUntil(shown.is_settled, timeout=PATIENCE_MS)
    return shown


def rows(page: TwinPage, name: str) -> list[tuple[str, ...]]:
    model = page.findChild(RowsTable, name).model()
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_each_model_says_how_well_it_foretold(page: TwinPage) -> None:
    told = {row[0]: row[4:] for row in rows(page, "twin_models")}
    assert told["Slurry shop-floor"] == ("20.0 kW", "10 %", "75 %")
    assert told["Mill 28"] == ("2.0 kW", "10 %", "75 %")
    assert told["Mill 23"] == ("–", "–", "–")


def test_a_finding_stands_with_its_evidence(page: TwinPage) -> None:
    (found,) = rows(page, "twin_findings")
    assert found[0] == "Mill 26"
    assert found[1] == "it takes more than its peers"
    assert found[2] == "+50.0 %"
    assert found[4] == "596, 632, 656, 664 kWh a batch; usual is 620"


def test_choosing_a_machine_shows_what_was_said_of_it(page: TwinPage, qtbot: QtBot) -> None:
    page.show_target("mill_28")
    qtbot.waitUntil(page.is_settled, timeout=PATIENCE_MS)
    assert page.facts is not None
    assert page.facts.subject == "mill_28"
    assert page.facts.measured is not None and len(page.facts.measured.t_ms) > 100
