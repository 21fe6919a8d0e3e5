"""A station tidies its store while it works."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from devices.reading import Reading
from hmi.plant import Retention
from hmi.station.tidying import Tidying
from hmi.store import audit
from hmi.store.care import damaged_blocks
from hmi.store.readings import count, insert_readings, series, walk
from hmi.store.records import Forecast
from hmi.store.retention import means_until
from hmi.store.status import save_forecast
from hmi.tariffs import load_calendar
from solver.durations import DAY_MS

if TYPE_CHECKING:
    from conftest import Bench

FOREVER_MS = 1 << 50


def test_days_that_are_over_are_sealed_while_the_station_works(bench: Bench) -> None:
    began_ms = bench.clock.now_ms()
    stored = count(bench.world.store)
    for _ in range(24 * 4):
        bench.turn(60)
    store = bench.world.store
    number, wrong = damaged_blocks(store)
    assert (number > 0, wrong) == (True, [])
    t_ms = series(store, "mill_1.power_kw", began_ms + 1, FOREVER_MS, longest_gap_ms=FOREVER_MS).t_ms
    assert t_ms.tolist() == [began_ms + hour * 3_600_000 for hour in range(1, 97)]
    assert count(store) == stored + 96 * (len(bench.plc) + 1)


def test_at_night_old_days_are_thinned_by_the_plants_rule_and_that_is_in_the_audit(bench: Bench) -> None:
    store, plant = bench.world.store, bench.world.plant
    old_ms = bench.clock.now_ms() - 40 * DAY_MS
    insert_readings(store, [Reading("old.power_kw", old_ms + n * 1000, n / 10) for n in range(600)])
    bench.world.plant = msgspec.structs.replace(plant, retention=Retention(raw_days=35))
    bench.start()
    while local_hour(bench) != 23:
        bench.turn(60)
    assert means_until(store, "old.power_kw") == 0
    for _ in range(4 * 60):
        bench.turn(1)
    kept = [reading.value for reading in walk(store, "old.power_kw", 0, FOREVER_MS)]
    assert len(kept) in (10, 11)
    (entry,) = (entry for entry in audit.entries(store) if entry.action == "thin_readings")
    assert (entry.actor, entry.after) == ("station", "after 35 days means over 1 min")
    assert entry.before == "600 readings of 1 days of points to means, 0 of 0 to totals"


def test_at_night_old_forecasts_are_thinned_but_not_what_a_plan_said_first(bench: Bench) -> None:
    store, minute_ms = bench.world.store, 60_000
    plan_id = bench.approved()
    bench.clock.move(bench.clock.now_ms() + 40 * DAY_MS)
    while local_hour(bench) != 2:
        bench.clock.move(bench.clock.now_ms() + 3_600_000)
    now_ms = bench.clock.now_ms()
    hour_ms = now_ms - now_ms % 3_600_000
    young, mature, old = (hour_ms - days * DAY_MS for days in (3, 10, 35))
    bench.change("plans", plan_id, decided_ms=old + 15 * minute_ms)
    for begin_ms in (young, mature, old):
        for n in range(12):
            made_ms = begin_ms + 10 * n * minute_ms
            save_forecast(store, Forecast("mill_2", made_ms, made_ms, 900_000, [1.0], [0.0], [2.0]))
    bench.world.store.rows("DELETE FROM forecasts WHERE subject = 'mill_2' AND made_ms < ?", [old])
    tidying = Tidying(store, bench.world.plant, load_calendar(bench.world.plant.tariff), bench.clock)
    for _ in range(100):
        bench.clock.move(bench.clock.now_ms() + 1000)
        tidying.step()
    left = [int(str(row[0])) for row in store.rows("SELECT made_ms FROM forecasts WHERE subject = 'mill_2'")]
    kept = [old + 20 * minute_ms, mature, mature + 60 * minute_ms]
    assert left == [*kept, *(young + 10 * n * minute_ms for n in range(12))]


def local_hour(bench: Bench) -> int:
    return datetime.fromtimestamp(bench.clock.now_ms() / 1000, bench.world.plant.zone).hour


@pytest.mark.expects_log
def test_a_damaged_block_stops_the_sealing_and_not_the_station(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(24 * 4):
        bench.turn(60)
    bench.world.store.rows("UPDATE blocks SET checksum = checksum + 1")
    bench.world.store.rows("UPDATE touched_days SET day = day - 4")  # as if late readings had come for them
    late = "INSERT INTO readings SELECT point_id, first_ms + 1, 1.0, 0, 0 FROM blocks"
    bench.world.store.rows(late)
    before = count(bench.world.store)
    for _ in range(3):
        bench.turn(60)
    assert count(bench.world.store) == before + 3 * (len(bench.plc) + 1)
    (record,) = caplog.records
    assert "cannot be read (its checksum is another)" in record.getMessage()
    assert record.getMessage().endswith("Days are not sealed until the station starts again.")
