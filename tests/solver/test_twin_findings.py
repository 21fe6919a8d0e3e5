"""When a machine is not itself."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from solver.durations import HOUR_MS
from solver.remaining import nominal_belief
from solver.twin.charts import DriftChart, trend
from solver.twin.findings import BatchFigures, FindingBook, FindingKind, peer_findings
from solver.twin.waste import BINS, leak_flow, odd_minutes, over_run_kwh, shape_of, waste_of

TONNES = 40.0


def batch(number: int, specific: float, *, machine: str = "m", trusted: bool = True) -> BatchFigures:
    return BatchFigures(machine, number * HOUR_MS, (number + 1) * HOUR_MS, specific, "fine", trusted)


def quiet(count: int, seed: int = 4) -> list[float]:
    return (15.5 * np.exp(0.02 * np.random.default_rng(seed).standard_normal(count))).tolist()


def test_a_drift_is_found_once_with_the_batches_that_show_it() -> None:
    book, found = FindingBook(), []
    values = quiet(40) + [1.06 * value for value in quiet(30, 5)]
    for number, value in enumerate(values):
        found += book.take_batch(batch(number, value))
    drifts = [each for each in found if each.kind is FindingKind.DRIFT_UP]
    assert len(drifts) == 1
    assert drifts[0].since_ms == pytest.approx(40 * HOUR_MS, abs=3 * HOUR_MS)
    assert drifts[0].found_ms <= 50 * HOUR_MS
    assert drifts[0].amount == pytest.approx(0.06, abs=0.025)
    assert drifts[0].batches_ms[0] == drifts[0].since_ms


def test_nothing_is_found_while_the_meter_is_bad() -> None:
    book = FindingBook()
    for number, value in enumerate(quiet(40)):
        book.take_batch(batch(number, value))
    assert not [found for n in range(30) for found in book.take_batch(batch(40 + n, 25.0, trusted=False))]


def test_acknowledged_maintenance_starts_the_charts_again() -> None:
    book = FindingBook()
    for number, value in enumerate(quiet(30) + [1.1 * value for value in quiet(10)]):
        book.take_batch(batch(number, value))
    assert ("m", FindingKind.DRIFT_UP) in book.standing
    book.maintained("m")
    assert not book.standing
    again = [found for n, v in enumerate(quiet(20)) for found in book.take_batch(batch(50 + n, 1.1 * v))]
    assert not again  # the new level is the usual one now


def test_mills_26_and_28_of_the_case_are_anomalies_among_their_peers(shared: Path) -> None:
    cycles = {"mill_23": 685, "mill_24": 615, "mill_25": 618, "mill_26": 934, "mill_28": 358, "mill_29": 619}
    found = peer_findings({mill: kwh / TONNES for mill, kwh in cycles.items()}, 0)
    assert {each.machine: each.kind for each in found} == {
        "mill_26": FindingKind.ABOVE_PEERS,
        "mill_28": FindingKind.BELOW_PEERS,
    }
    assert {each.machine: round(each.values[0], 1) for each in found} == {"mill_26": 23.4, "mill_28": 8.9}
    with (shared / "data" / "company_x_daily_kwh.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(file))
    daily = {mill: sum(float(day[mill]) for day in days) / len(days) for mill in cycles}
    assert max(daily, key=lambda mill: daily[mill]) == "mill_26"
    assert min(daily, key=lambda mill: daily[mill]) == "mill_28"


def test_a_slow_trend_is_told_from_chance() -> None:
    rng = np.random.default_rng(2)
    noise = 0.02 * rng.standard_normal(30)
    risen, flat = trend((noise + 0.004 * np.arange(30)).tolist()), trend(noise.tolist())
    assert risen is not None and flat is not None
    assert risen.slope == pytest.approx(0.004, rel=0.25)
    assert risen.chance < 0.001 < flat.chance
    assert trend([1.0, 2.0]) is None


def test_a_chart_waits_quietly_on_equal_scores() -> None:
    chart = DriftChart()
    assert all(chart.add(0.0) is None for _ in range(1000))


def test_waste_is_summed_by_band_and_a_gap_is_no_waste() -> None:
    kwh = np.array([1.0, 1.0, math.nan, 2.0])
    wasted = np.array([True, False, True, True])
    waste = waste_of(kwh, wasted, ["peak", "peak", "peak", "flat"], np.array([1.2, 1.2, 1.2, 0.7]))
    assert waste.by_band == (("peak", 1.0, 1.2), ("flat", 2.0, 1.4))
    assert waste.kwh == 3.0
    assert waste.money == pytest.approx(2.6)


def test_a_batch_over_runs_only_beyond_what_nearly_all_take() -> None:
    belief = nominal_belief(48.0, 780.0)
    assert over_run_kwh(belief, belief.median_kwh) == 0.0
    assert over_run_kwh(belief, 2 * belief.median_kwh) > 0.0


def test_air_that_flows_though_nothing_runs_is_a_leak() -> None:
    running = np.arange(300) < 200
    flow = np.where(running, 100.0, 12.0)
    assert leak_flow(flow, running) == 12.0
    assert leak_flow(np.where(running, 100.0, 1.0), running) is None
    assert leak_flow(np.where(running, flow, math.nan), running) is None
    assert leak_flow(flow, np.ones(300, dtype=bool)) is None


def test_a_batch_of_another_shape_stands_out_of_its_template() -> None:
    rng = np.random.default_rng(1)
    usual = np.linspace(50.0, 46.0, 780)
    shapes = [shape_of(usual * (1 + 0.01 * rng.standard_normal(780))) for _ in range(10)]
    assert odd_minutes(shapes, shape_of(usual), 780) == 0.0
    sagging = np.where(np.arange(780) > 400, 0.8, 1.0) * usual
    assert odd_minutes(shapes, shape_of(sagging), 780) > 200
    assert np.isnan(shape_of(np.full(BINS, 5.0))).all()
