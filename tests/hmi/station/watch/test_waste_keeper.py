"""What is wasted is found by the station once, with its evidence, and not while a meter is bad."""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import pytest

from devices.line_events import MeterRead
from devices.reading import Quality, Reading, Reason
from hmi.plant import MeterSpec
from hmi.station.payloads import CloseFinding
from hmi.store.findings import findings
from hmi.store.records import Cycle, RequestKind
from hmi.store.status import save_cycle
from solver.durations import MINUTE_MS
from solver.twin.findings import Finding, FindingKind
from tests.hmi.station.watch.conftest import Bench

RUNS, IDLES, STANDS = 48.0, 10.0, 0.3


def play(
    bench: Bench, minutes: int, powers_kw: dict[str, float], more: Callable[[int], MeterRead] | None
) -> None:
    """The meters say these powers, minute by minute; NaN is a meter that does not answer."""
    for _ in range(minutes):
        bench.clock.move(bench.clock.now_ms() + MINUTE_MS)
        t_ms = bench.clock.now_ms()
        reads = [MeterRead(meter, t_ms, (reading(meter, t_ms, kw),)) for meter, kw in powers_kw.items()]
        bench.watch.turn([*reads, *([] if more is None else [more(t_ms)])])


def reading(meter: str, t_ms: int, kw: float) -> Reading:
    point = f"{meter}.power_kw"
    if math.isnan(kw):
        return Reading(point, t_ms, kw, Quality.BAD, Reason.TIMEOUT)
    return Reading(point, t_ms, kw)


def found(bench: Bench, kind: FindingKind) -> list[Finding]:
    return [each for each in findings(bench.world.store) if each.kind is kind]


def test_idling_is_told_once_in_energy_and_money_and_grows(bench: Bench) -> None:
    play(bench, 60, {"mill_1": RUNS, "mill_2": STANDS}, None)
    play(bench, 60, {"mill_1": IDLES, "mill_2": STANDS}, None)
    (first,) = found(bench, FindingKind.IDLING)
    assert first.machine == "mill_1"
    play(bench, 60, {"mill_1": IDLES, "mill_2": STANDS}, None)
    (later,) = found(bench, FindingKind.IDLING)
    assert later.found_ms == first.found_ms and later.amount > first.amount + 5
    assert later.amount == pytest.approx(IDLES * later.values[0] / 60, rel=0.05)
    assert later.money == pytest.approx(sum(money for _, _, money in later.bands))
    assert 0.2 * later.amount < later.money < 2 * later.amount


def test_somebody_who_looked_into_it_says_so_and_only_who_may(bench: Bench) -> None:
    play(bench, 60, {"mill_1": RUNS, "mill_2": STANDS}, None)
    play(bench, 60, {"mill_1": IDLES, "mill_2": STANDS}, None)
    closing = CloseFinding("mill_1", "idling", "the crew waited for the crane")
    assert bench.ask("zhao", RequestKind.CLOSE_FINDING, closing).answer == "not_allowed"
    without = CloseFinding("mill_1", "idling", " ")
    assert bench.ask("chen", RequestKind.CLOSE_FINDING, without).answer == "reason_missing"
    assert bench.ask("chen", RequestKind.CLOSE_FINDING, closing).accepted
    assert found(bench, FindingKind.IDLING) == []
    assert bench.ask("chen", RequestKind.CLOSE_FINDING, closing).answer == "unknown_finding"
    play(bench, 20, {"mill_1": IDLES, "mill_2": STANDS}, None)
    assert found(bench, FindingKind.IDLING) == []  # a little more of what was explained is no news
    bench.start()
    play(bench, 90, {"mill_1": IDLES, "mill_2": STANDS}, None)
    assert len(found(bench, FindingKind.IDLING)) == 1


def test_nothing_is_found_while_the_meter_is_bad(bench: Bench) -> None:
    play(bench, 60, {"mill_1": RUNS, "mill_2": STANDS}, None)
    play(bench, 20, {"mill_1": IDLES, "mill_2": STANDS}, None)
    play(bench, 100, {"mill_1": math.nan, "mill_2": STANDS}, None)
    assert findings(bench.world.store) == []


def test_a_batch_that_runs_on_and_on_is_over_running(bench: Bench) -> None:
    now_ms = bench.clock.now_ms()
    for back in range(8):
        end_ms = now_ms - (60 + 90 * back) * MINUTE_MS
        save_cycle(
            bench.world.store,
            Cycle("mill_1", end_ms - 30 * MINUTE_MS, end_ms, 30.0, 0.0, 24.0, complete=True),
        )
    bench.start()
    play(bench, 30, {"mill_1": STANDS, "mill_2": STANDS}, None)
    play(bench, 110, {"mill_1": RUNS, "mill_2": STANDS}, None)
    (told,) = found(bench, FindingKind.OVER_RUNNING)
    assert told.usual == pytest.approx(24.0, rel=0.05)
    assert 30 < told.amount < 60
    assert told.money is not None and told.money > 5
    closing = CloseFinding("mill_1", "over_running", "a hard clay")
    assert bench.ask("chen", RequestKind.CLOSE_FINDING, closing).accepted
    play(bench, 30, {"mill_1": RUNS, "mill_2": STANDS}, None)
    assert found(bench, FindingKind.OVER_RUNNING) == []


def test_water_that_flows_though_nothing_runs_is_a_leak(bench: Bench) -> None:
    meter = MeterSpec(id="water", line="line_1", unit=9, profile="eastron_sdm630")
    bench.world.plant = msgspec.structs.replace(bench.world.plant, meters=[*bench.world.plant.meters, meter])
    bench.start()
    counted = 1000.0

    def water(t_ms: int) -> MeterRead:
        nonlocal counted
        counted += flow_m3_h / 60
        return MeterRead("water", t_ms, (Reading("water.volume_m3", t_ms, counted),))

    flow_m3_h = 20.0
    play(bench, 60, {"mill_1": RUNS, "mill_2": STANDS}, water)
    flow_m3_h = 3.0
    play(bench, 60, {"mill_1": STANDS, "mill_2": STANDS}, water)
    (leak,) = found(bench, FindingKind.LEAK)
    assert (leak.machine, leak.amount, leak.usual) == ("water", pytest.approx(3.0), pytest.approx(20.0))
