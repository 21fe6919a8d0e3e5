"""What is kept of a batch when it is over: its bands, its peak, its mean, how well it was seen."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest

from devices.line_events import MeterRead
from hmi.batch_notes import noted_batches
from hmi.store.records import Cycle
from hmi.store.status import cycles
from hmi.tariffs import load_calendar
from solver.durations import MINUTE_MS
from solver.tariff import price_grid
from solver.twin.batches import BatchQuality
from tests.hmi.station.watch.conftest import Bench

FOREVER_MS = 1 << 52


def ran(bench: Bench, minutes: int, *, silent: range = range(0)) -> Cycle:
    """A mill that runs for so many minutes, unread in some of them, and is emptied."""
    bench.start()
    charged = bench.plc["mill_1"]
    for _ in range(25):
        bench.turn(1)
    bench.plc["mill_1"] = replace(charged, running=True)
    for minute in range(minutes):
        if minute in silent:
            bench.clock.move(bench.clock.now_ms() + MINUTE_MS)
            bench.watch.turn([])
        else:
            bench.turn(1)
    bench.plc["mill_1"] = replace(charged, running=False, charged=False)
    for _ in range(40):
        bench.turn(1)
    (cycle,) = cycles(bench.world.store, "mill_1", 0, FOREVER_MS)
    return cycle


def test_a_batch_over_a_change_of_tariff_has_its_energy_in_each_band_its_mean_and_its_peak(
    bench: Bench,
) -> None:
    plant = bench.world.plant
    grid = price_grid(load_calendar(plant.tariff), bench.clock.now_ms(), 1440, plant.zone)
    change_min = next(i + 1 for i, (a, b) in enumerate(pairwise(grid.band)) if i > 60 and a != b)
    bench.clock.move(bench.clock.now_ms() + (change_min - 55) * MINUTE_MS)
    cycle = ran(bench, 60)  # half an hour on either side
    before, after = (grid.band_names[int(grid.band[change_min + step])] for step in (-1, 0))
    taken = {name: kwh for name, kwh in cycle.energy_by_band.items() if kwh > 0}
    assert set(taken) == {before, after}
    assert sum(taken.values()) == pytest.approx(cycle.energy_kwh)
    assert taken[before] == pytest.approx(24.0, abs=2.5) == taken[after]
    assert (cycle.peak_kw, cycle.unseen_min, cycle.ended_by) == (48.0, 0.0, "discharged")
    assert cycle.mean_kw == pytest.approx(48.0, rel=0.03)


def test_a_batch_that_was_seen_in_part_says_for_how_long_it_was_not(bench: Bench) -> None:
    cycle = ran(bench, 36, silent=range(12, 23))
    assert cycle.unseen_min == pytest.approx(6, abs=2)  # a reading holds for five minutes
    assert cycle.running_min + cycle.unseen_min == pytest.approx(36, abs=2)
    (whole,) = noted_batches(bench.world.store, "mill_1", 0, FOREVER_MS).batches
    assert whole.quality is BatchQuality.UNCERTAIN
    assert whole.covered == pytest.approx(1 - cycle.unseen_min / 36, abs=0.02)


def test_a_batch_that_goes_on_after_a_late_pause_is_one_even_over_a_restart(bench: Bench) -> None:
    change, plant = msgspec.structs.replace, bench.world.plant
    machines = [change(machine, batch_running_min=220.0) for machine in plant.machines]
    bench.world.plant = change(plant, machines=machines, plc=None)  # so nobody tells of a batch's end
    now_ms = bench.clock.now_ms()
    bench.start()
    found = []
    for running, minutes in ((False, 25), (True, 190), (False, 30), (True, 30), (False, 30)):
        bench.plc["mill_1"] = replace(bench.plc["mill_1"], running=running)
        for _ in range(minutes):
            bench.clock.move(bench.clock.now_ms() + MINUTE_MS)
            bench.watch.turn([event for event in bench.field_says() if isinstance(event, MeterRead)])
        found.append(cycles(bench.world.store, "mill_1", now_ms, FOREVER_MS))
        bench.start()
    (early,), (whole,) = found[2], found[4]
    assert (early.start_ms, early.complete) == (whole.start_ms, True)
    assert early.energy_kwh == pytest.approx(152.0, abs=2.0)
    assert whole.energy_kwh == pytest.approx(176.0, abs=2.0) == sum(whole.energy_by_band.values())
    assert (whole.running_min, whole.paused_min) == (pytest.approx(220.0, abs=2), pytest.approx(30.0, abs=2))
