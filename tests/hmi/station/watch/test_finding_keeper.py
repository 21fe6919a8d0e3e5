"""What the station finds in finished batches, and how it judges what it foretold."""

from __future__ import annotations

import pytest

from devices.reading import Quality, Reading, Reason
from hmi.forecast_score import score
from hmi.store.findings import findings
from hmi.store.forecast_scores import add_scores, forecast_scores
from hmi.store.readings import insert_readings
from hmi.store.records import Cycle, Forecast, ForecastScore
from hmi.store.status import save_cycle, save_forecast
from solver.durations import DAY_MS, MINUTE_MS
from solver.twin.findings import FindingKind
from tests.hmi.station.watch.conftest import Bench

BATCH_MS = 16 * 60 * MINUTE_MS


def save_batches(bench: Bench, energies_kwh: list[float], *, complete: bool = True) -> None:
    """Batches of mill_1, the last of which ended an hour ago."""
    now_ms = bench.clock.now_ms()
    for back, energy in enumerate(reversed(energies_kwh)):
        end_ms = now_ms - 60 * MINUTE_MS - back * BATCH_MS
        start_ms = end_ms - 13 * 60 * MINUTE_MS
        save_cycle(bench.world.store, Cycle("mill_1", start_ms, end_ms, 780.0, 0.0, energy, complete))


def test_a_drift_in_the_stored_batches_is_found_once_and_kept_for_the_desks(bench: Bench) -> None:
    usual = [600.0 + 4 * (number % 7) for number in range(40)]
    save_batches(bench, usual + [1.08 * energy for energy in usual[:8]])
    bench.start()
    bench.turn(0.2)
    (found,) = findings(bench.world.store)
    assert (found.machine, found.kind) == ("mill_1", FindingKind.DRIFT_UP)
    assert found.amount == pytest.approx(0.08, abs=0.03)
    assert len(found.batches_ms) == len(found.values) >= 1


def test_what_was_found_stands_over_a_restart_though_its_batches_are_long_past(bench: Bench) -> None:
    usual = [600.0 + 4 * (number % 7) for number in range(40)]
    save_batches(bench, usual + [1.08 * energy for energy in usual[:8]])
    bench.start()
    bench.turn(0.2)
    known = findings(bench.world.store)
    for days in (0, 70, 30):  # at last nothing of it is within the window
        bench.clock.move(bench.clock.now_ms() + days * DAY_MS)
        bench.start()
        bench.turn(0.2)
        assert findings(bench.world.store) == known != []


def test_a_batch_that_is_known_to_be_over_only_after_another_machine_s_later_one_counts(bench: Bench) -> None:
    save_batches(bench, [600.0 + 4 * (number % 7) for number in range(40)])
    bench.start()
    bench.turn(0.2)
    for back in range(8):  # a long stop shows only after hours that the batch before it was over
        now_ms = bench.clock.now_ms()
        other = Cycle("mill_2", now_ms - 60 * MINUTE_MS, now_ms - MINUTE_MS, 59.0, 0.0, 47.0, True)
        save_cycle(bench.world.store, other)
        bench.turn(1)
        start_ms = now_ms - (50 - 5 * back) * MINUTE_MS
        end_ms = start_ms + 4 * MINUTE_MS
        save_cycle(bench.world.store, Cycle("mill_1", start_ms, end_ms, 780.0, 0.0, 680.0 + back, True))
        bench.turn(1)
    assert [each.kind for each in findings(bench.world.store)] == [FindingKind.DRIFT_UP]


def test_what_a_batch_showed_that_went_on_after_its_pause_is_taken_back(bench: Bench) -> None:
    save_batches(bench, [600.0 + 4 * (number % 7) for number in range(40)])
    bench.start()
    bench.turn(0.2)
    starts_ms = [bench.clock.now_ms() - (50 - 10 * number) * MINUTE_MS for number in range(5)]
    for energy in (500.0, 606.0):  # all but the rest of each, then with it
        for start_ms in starts_ms:
            end_ms = start_ms + (4 if energy == 500.0 else 6) * MINUTE_MS
            save_cycle(bench.world.store, Cycle("mill_1", start_ms, end_ms, 780.0, 0.0, energy, True))
            bench.turn(1)
        kinds = [each.kind for each in findings(bench.world.store)]
        assert kinds == ([FindingKind.DRIFT_DOWN] if energy == 500.0 else [])


def test_batches_that_were_not_seen_whole_prove_nothing(bench: Bench) -> None:
    save_batches(bench, [600.0 + 4 * (number % 7) for number in range(40)])
    now_ms = bench.clock.now_ms()
    for number in range(8):
        start_ms = now_ms - (10 + number) * MINUTE_MS
        save_cycle(bench.world.store, Cycle("mill_1", start_ms, now_ms - MINUTE_MS, 9.0, 0.0, 900.0, False))
    bench.start()
    bench.turn(0.2)
    assert findings(bench.world.store) == []


def test_a_station_that_was_started_anew_scores_what_was_said_before(bench: Bench) -> None:
    store, from_ms = bench.world.store, bench.clock.now_ms() - 300 * MINUTE_MS
    add_scores(store, [ForecastScore("mill_1", from_ms - 360 * MINUTE_MS, from_ms, 1.0, 48.0, 1.0, 1.0)])
    curves = [50.0] * 40, [45.0] * 40, [55.0] * 40
    save_forecast(store, Forecast("mill_1", from_ms, from_ms, 15 * MINUTE_MS, *curves))
    insert_readings(
        store, [Reading("mill_1.power_kw", from_ms + minute * MINUTE_MS, 48.0) for minute in range(300)]
    )
    bench.start()
    bench.turn(61)
    (found,) = forecast_scores(store, "mill_1", from_ms)
    assert (found.from_ms, found.to_ms) == (from_ms, bench.clock.now_ms())
    assert found.covered > 0.8 and found.read > 0.8


def test_a_forecast_is_judged_by_what_was_read_and_only_by_that(bench: Bench) -> None:
    store, now_ms = bench.world.store, bench.clock.now_ms()
    from_ms = now_ms - 120 * MINUTE_MS
    save_forecast(
        store, Forecast("mill_1", from_ms, from_ms, 15 * MINUTE_MS, [50.0] * 8, [45.0] * 8, [55.0] * 8)
    )
    for minute in range(60):
        t_ms, kw = from_ms + minute * MINUTE_MS, 48.0 if minute < 45 else 58.0
        insert_readings(store, [Reading("mill_1.power_kw", t_ms, kw)])
    bad = Reading("mill_1.power_kw", from_ms + 61 * MINUTE_MS, 0.0, Quality.BAD, Reason.TIMEOUT)
    insert_readings(store, [bad])
    found = score(store, bench.world.plant, "mill_1", from_ms, now_ms)
    assert found is not None
    assert found.error_kw == pytest.approx((3 * 2.0 + 8.0) / 4)
    assert found.covered == 0.75
    assert found.read == 0.5
    assert score(store, bench.world.plant, "mill_1", from_ms - 1, now_ms) is None  # nothing was said then
