import math
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from devices.clock import Clock
from hmi.data_folder import plant_path
from hmi.desk import texts
from hmi.desk.app import Desk
from hmi.desk.history import load_history, local_midnight_ms, today, together
from hmi.desk.pages.overview import OverviewPage
from hmi.desk.quality import plant_load
from hmi.plant import Plant, load_plant
from hmi.store.database import Store
from hmi.store.readings import energy_between
from hmi.store.thinning import Series
from hmi.tariffs import load_tariff
from widgets.elided_label import ElidedLabel
from widgets.quality_mark import Mark
from widgets.rows_table import RowsTable

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE_MS = 30_000
NOW = 1_458_021_780_000  # 2016-03-15 14:03 in Foshan


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> OverviewPage:
    found = desk.window.page("overview")
    assert isinstance(found, OverviewPage)
    qtbot.waitUntil(found.is_settled, timeout=PATIENCE_MS)
    return found


def test_every_machine_has_its_card_with_a_value_and_its_quality(page: OverviewPage) -> None:
    assert len(page.cards) == 6
    assert page.cards["mill_23"].value_text.endswith(" kW")
    assert page.cards["mill_23"].mark is Mark.GOOD
    assert page.cards["mill_29"].mark is Mark.STALE


def test_a_machine_that_is_not_read_is_not_said_to_be_paused(page: OverviewPage) -> None:
    """Its batch is under way, but nobody knows whether it still runs."""
    words = page.cards["mill_29"].accessibleName()
    assert "no data" in words and "paused" not in words


def test_local_control_and_interlocks_are_written_on_the_card(page: OverviewPage) -> None:
    assert "local control" in page.cards["mill_24"].accessibleName()
    assert "interlock" in page.cards["mill_28"].accessibleName()


def test_a_card_says_which_batch_runs_and_when_it_will_be_done(page: OverviewPage) -> None:
    words = page.cards["mill_25"].accessibleName()
    assert "batch 4 h" in words
    assert "done 2" in words


def test_an_old_value_says_its_age_in_the_room_of_its_card(page: OverviewPage) -> None:
    notice = next(one for one in page.cards["mill_29"].findChildren(ElidedLabel) if "old" in one.text())
    assert notice.text().endswith("min old")
    assert "does not answer" in page.cards["mill_29"].accessibleName()


def test_a_time_that_could_be_taken_for_todays_carries_its_day() -> None:
    now_ms = moment_ms(15, 12)
    shown = {moment_ms(15, 23): "23:00", moment_ms(15, 10): "10:00", moment_ms(16, 10): "03-16 10:00"}
    assert {t_ms: texts.coming_time(t_ms, now_ms, SHANGHAI) for t_ms in shown} == shown
    assert texts.coming_time(moment_ms(16, 7), moment_ms(15, 22), SHANGHAI) == "07:00"  # the night's end


def moment_ms(day: int, hour: int) -> int:
    return int(datetime(2016, 3, day, hour, tzinfo=SHANGHAI).timestamp() * 1000)


def test_a_machine_says_local_control_before_all_that_can_wait(page: OverviewPage, qtbot: QtBot) -> None:
    page.show_target("mill_24")
    qtbot.waitUntil(page.machine.is_settled, timeout=30_000)
    facts = next(
        one.text() for one in page.machine.findChildren(ElidedLabel) if "local control" in one.text()
    )
    assert facts.index("local control") < facts.index("batch")
    alarms = page.machine.findChild(RowsTable, "machine_alarms")
    assert alarms is not None and alarms.model().index(0, 1).data() == "no alarm stands"
    assert any("normal now" in label.text() for label in page.machine.findChildren(QLabel))
    page.show_plant()


def test_any_point_is_two_actions_away(desk: Desk, page: OverviewPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.cards["mill_26"], Qt.MouseButton.LeftButton)
    assert page.machine.isVisible()
    table = page.machine.points
    qtbot.waitUntil(lambda: table.model().rowCount() >= 5, timeout=30_000)
    assert table.model().index(0, 0).data() == "power"
    place = table.visualRect(table.model().index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    trends = desk.window.page("trends")
    qtbot.waitUntil(trends.isVisible, timeout=30_000)
    assert trends.points == ("mill_26.power_kw",)  # type: ignore[attr-defined]


def test_escape_leads_from_a_machine_back_to_all(desk: Desk, page: OverviewPage, qtbot: QtBot) -> None:
    desk.window.show_page("overview", "mill_29")
    assert page.machine.machine == "mill_29" and page.machine.isVisible()
    qtbot.keyClick(page.machine, Qt.Key.Key_Escape)
    assert page.cards["mill_29"].isVisible()


def test_all_pages_look_at_one_stretch_of_time(desk: Desk, qtbot: QtBot) -> None:
    trends, window = desk.window.page("trends"), desk.context.window
    desk.window.show_page("trends")
    qtbot.waitUntil(trends.is_settled, timeout=30_000)
    to_ms = desk.context.clock.now_ms() - 3_600_000
    trends.show_live(False)  # type: ignore[attr-defined]
    trends.show_time(to_ms - 7_200_000, to_ms)  # type: ignore[attr-defined]
    assert (window.from_ms, window.to_ms) == (to_ms - 7_200_000, to_ms)
    window.show_span(86_400_000)
    assert trends.range_ms == (to_ms - 86_400_000, to_ms)  # type: ignore[attr-defined]
    window.follow()
    assert trends.live  # type: ignore[attr-defined]


def test_todays_cost_prices_each_band_at_its_own_price(store: Store, desk: Desk) -> None:
    plant = load_plant(plant_path(desk.context.data_dir))
    found = today(store, plant, load_tariff(plant.tariff), NOW)
    midnight = local_midnight_ms(NOW, plant.zone)
    hour = 3_600_000
    prices = {(0, 8): 0.39975, (8, 9): 0.7362, (9, 12): 1.173585, (12, 14.05): 0.7362}
    by_hand = [
        energy_between(store, "main.energy_kwh", midnight + round(a * hour), midnight + round(b * hour)).kwh
        * p
        for (a, b), p in prices.items()
    ]
    assert found.cost == pytest.approx(sum(by_hand), rel=1e-6)
    assert found.coverage > 0.99


def test_a_tariff_without_prices_for_today_yields_no_cost_but_the_energy(store: Store, desk: Desk) -> None:
    import msgspec

    plant = load_plant(plant_path(desk.context.data_dir))
    tariff = load_tariff(plant.tariff)
    only_may = [msgspec.structs.replace(schedule, months=[5]) for schedule in tariff.schedules]
    found = today(store, plant, msgspec.structs.replace(tariff, schedules=only_may), NOW)
    assert np.isnan(found.cost)
    assert found.energy_kwh > 1000


def test_the_last_day_keeps_its_gaps(store: Store, desk: Desk) -> None:
    plant = desk.context.plant
    history = load_history(store, plant, desk.context.tariff, NOW, 2000)
    assert np.isnan(history.machines["mill_25"].value).any()
    assert np.isfinite(history.total.value).all()


def test_without_a_main_meter_the_load_is_the_sum_of_the_machines(desk: Desk, store: Store) -> None:
    plant = plant_without_main(desk)
    found = load_history(store, plant, load_tariff(plant.tariff), NOW, 400).total
    assert len(found.t_ms) > 300
    noon_ms = NOW - 2 * 3_600_000  # all six ran
    at_noon = [value_at(series, noon_ms) for series in machines_of(store, plant)]
    assert value_at(found, noon_ms) == pytest.approx(sum(at_noon), rel=0.03)
    assert math.isnan(found.value[-1])  # one meter is silent, so that nobody knows the sum
    window = desk.window
    assert window.world is not None
    load = plant_load(window.world, plant, desk.context.clock)
    good = [window.world.good[f"{meter.id}.power_kw"].value for meter in plant.meters]
    assert load.value == pytest.approx(sum(good))
    assert load.mark is Mark.STALE  # as the worst of them: one meter is silent
    assert math.isnan(plant_load(window.world, msgspec.structs.replace(plant, meters=[]), Clock()).value)


def value_at(series: Series, t_ms: int) -> float:
    return float(series.value[np.searchsorted(series.t_ms, t_ms, side="right") - 1])


def plant_without_main(desk: Desk) -> Plant:
    plant = load_plant(plant_path(desk.context.data_dir))
    metered = [meter for meter in plant.meters if meter.measures != plant.shopfloor]
    return msgspec.structs.replace(plant, meters=metered)


def machines_of(store: Store, plant: Plant) -> list[Series]:
    history = load_history(store, plant, load_tariff(plant.tariff), NOW, 400)
    return list(history.machines.values())


def test_a_sum_has_a_gap_where_a_part_has_none() -> None:
    def part(times: list[int], values: list[float]) -> Series:
        return Series(np.array(times), np.array(values), np.zeros(len(times), np.int8))

    found = together([part([0, 10, 20], [1.0, math.nan, 3.0]), part([5, 15], [10.0, 20.0])])
    assert found.t_ms.tolist() == [5, 10, 15, 20]
    assert found.value.tolist() == pytest.approx([11.0, math.nan, math.nan, 23.0], nan_ok=True)
    assert not len(together([part([0], [1.0]), part([], [])]).t_ms)


def test_midnight_is_local_also_when_the_clocks_change() -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    summer = local_midnight_ms(1_711_886_400_000, berlin)  # 2024-03-31 12:00 UTC
    assert local_midnight_ms(1_711_886_400_000, berlin, 1) - summer == 23 * 3_600_000
