"""A copy of the plant beside reality."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.demand_charges import DemandCharge
from solver.durations import MINUTE_MS
from solver.tariff import PriceGrid
from solver.twin.what_if import (
    BatchRun,
    MachineRuns,
    as_good_as,
    compared,
    load_kw,
    started_at,
)

T0 = 1_457_913_600_000
DAY = 1440


def at(minute: int) -> int:
    return T0 + minute * MINUTE_MS


def mill(*runs: BatchRun, kw: float = 48.0, minutes: float = 600.0) -> MachineRuns:
    return MachineRuns("mill_25", 0.5, kw, minutes, runs, gap_min=30)


WAITING = BatchRun("b1", ((at(60), at(360)), (at(420), at(720))), 48.0)


def prices(demand: tuple[DemandCharge, ...] = ()) -> PriceGrid:
    """Dear until noon, cheap after it."""
    per_kwh = np.where(np.arange(DAY) < 720, 1.0, 0.4)
    return PriceGrid(T0, per_kwh, np.zeros(DAY, dtype=np.int8), ("flat",), demand)


def test_a_later_start_is_cheaper_by_exactly_what_moves_out_of_the_dear_hours() -> None:
    before = mill(WAITING)
    later = started_at(before, at(720))
    assert later.runs[0].spans_ms == ((at(720), at(1020)), (at(1080), at(1380)))
    reality = {"mill_25": load_kw(before, T0, DAY), "other": np.full(DAY, 20.0)}
    found = compared(reality, before, later, prices())
    assert found.copy.energy_kwh == pytest.approx(found.reality.energy_kwh)
    saved = found.reality.energy_cost - found.copy.energy_cost
    assert saved == pytest.approx(10 * 47.5 * 0.6)
    assert (found.reality.end_ms, found.copy.end_ms) == (at(720), at(1380))


def test_a_mill_as_good_as_another_takes_the_others_energy() -> None:
    other = dataclasses.replace(mill(kw=24.0, minutes=900.0), machine="mill_28")
    better = as_good_as(mill(WAITING), other)
    (run,) = better.runs
    assert run.power_kw == 24.0
    assert run.spans_ms == ((at(60), at(510)), (at(570), at(1020)))  # the pause stays an hour
    reality = {"mill_25": load_kw(mill(WAITING), T0, DAY)}
    found = compared(reality, mill(WAITING), better, prices())
    assert found.reality.energy_kwh - found.copy.energy_kwh == pytest.approx(10 * 47.5 - 15 * 23.5)
    assert found.copy.peak_kw == pytest.approx(24.0)


def test_the_batch_under_way_is_ended_first_and_those_behind_wait() -> None:
    under_way = BatchRun("", ((at(0), at(200)),), 48.0, begun=True)
    second = BatchRun("b2", ((at(800), at(1000)),), 48.0)
    found = started_at(mill(under_way, WAITING, second), at(100))
    assert [run.spans_ms[0][0] for run in found.runs] == [at(0), at(230), at(920)]


def test_a_mill_without_a_batch_starts_one_of_the_usual_size() -> None:
    (run,) = started_at(mill(), at(60)).runs
    assert run.spans_ms == ((at(60), at(660)),)


def test_demand_is_charged_on_the_windows_that_count() -> None:
    counts = np.arange(DAY // 30) < 24  # until noon
    charge = DemandCharge("demand", 30.0, 30, counts)
    before = mill(WAITING)
    reality = {"mill_25": load_kw(before, T0, DAY)}
    found = compared(reality, before, started_at(before, at(720)), prices((charge,)))
    assert found.reality.demand_cost == pytest.approx(30 * 48.0)
    assert found.copy.demand_cost == pytest.approx(30 * 0.5)


@given(st.integers(0, DAY - 1), st.floats(0.3, 3.0), st.floats(0.3, 3.0))
def test_what_is_not_changed_costs_the_same_and_runs_never_overlap(
    start: int, power: float, long: float
) -> None:
    plant = mill(WAITING, BatchRun("b2", ((at(900), at(1100)),), 40.0))
    reality = {"mill_25": load_kw(plant, T0, DAY)}
    same = compared(reality, plant, plant, prices())
    assert same.copy == same.reality
    other = mill(kw=48.0 * power, minutes=600.0 * long)
    for changed in (started_at(plant, at(start)), as_good_as(plant, other)):
        spans = [span for run in changed.runs for span in run.spans_ms]
        assert spans == sorted(spans)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
