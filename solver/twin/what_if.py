"""A copy of the plant beside reality: what another start or a better machine would make of it.

The copy differs from reality in one machine only; all others do in it what they do in reality.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from solver.demand_charges import DemandCharge
from solver.durations import MINUTE_MS
from solver.layout import Floats
from solver.tariff import PriceGrid

DEMAND_MIN = 15


@dataclass(frozen=True, slots=True)
class BatchRun:
    """A batch as it is expected to run: its stretches in UTC ms, and the power in them."""

    batch: str
    spans_ms: tuple[tuple[int, int], ...]
    power_kw: float
    begun: bool = False


@dataclass(frozen=True, slots=True)
class MachineRuns:
    """A machine: what it draws between its batches, what a usual batch of it takes, and those to come."""

    machine: str
    standby_kw: float
    batch_kw: float
    batch_min: float
    runs: tuple[BatchRun, ...] = ()
    gap_min: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What a load comes to: energy and its cost, the highest mean over a quarter of an hour, its charges.

    `end_ms` is when the machine's last batch ends; None where it has none.
    """

    energy_kwh: float
    energy_cost: float
    peak_kw: float
    demand_cost: float
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reality and its copy: figures of the whole plant; both loads, kW float64[minutes] from `start_ms`."""

    start_ms: int
    reality: Figures
    copy: Figures
    reality_kw: Floats
    copy_kw: Floats


def started_at(machine: MachineRuns, start_ms: int) -> MachineRuns:
    """The machine with its next batch started at a time, and those behind it later where they must be.

    Without a batch that waits one of the usual size is started.
    """
    begun = [run for run in machine.runs if run.begun]
    waiting = [run for run in machine.runs if not run.begun]
    if not waiting:
        length_ms = round(machine.batch_min * MINUTE_MS)
        waiting = [BatchRun("", ((start_ms, start_ms + length_ms),), machine.batch_kw)]
    free_ms = max([_end_ms(run) + machine.gap_min * MINUTE_MS for run in begun], default=start_ms)
    moved = [_shifted(waiting[0], max(start_ms, free_ms))]
    for run in waiting[1:]:
        earliest_ms = _end_ms(moved[-1]) + machine.gap_min * MINUTE_MS
        moved.append(_shifted(run, max(earliest_ms, run.spans_ms[0][0])))
    return dataclasses.replace(machine, runs=(*begun, *moved))


def as_good_as(machine: MachineRuns, other: MachineRuns) -> MachineRuns:
    """The machine with batches that draw what the other's do, for as long as the other's take."""
    share, power = other.batch_min / machine.batch_min, other.batch_kw / machine.batch_kw
    runs: list[BatchRun] = []
    for run in machine.runs:
        scaled = dataclasses.replace(_stretched(run, share), power_kw=run.power_kw * power)
        earliest_ms = _end_ms(runs[-1]) + machine.gap_min * MINUTE_MS if runs else scaled.spans_ms[0][0]
        runs.append(_shifted(scaled, max(earliest_ms, scaled.spans_ms[0][0])))
    return dataclasses.replace(
        machine, runs=tuple(runs), batch_kw=machine.batch_kw * power, batch_min=other.batch_min
    )


def load_kw(machine: MachineRuns, start_ms: int, minutes: int) -> Floats:
    """What a machine draws in each minute, kW float64[minutes]."""
    found = np.full(minutes, machine.standby_kw)
    edges_ms = start_ms + MINUTE_MS * np.arange(minutes + 1, dtype=np.int64)
    for run in machine.runs:
        for from_ms, to_ms in run.spans_ms:
            inside = np.diff(np.clip(edges_ms, from_ms, to_ms)) / MINUTE_MS
            found += inside * (run.power_kw - machine.standby_kw)
    return found


def compared(
    reality_kw: Mapping[str, Floats], before: MachineRuns, changed: MachineRuns, prices: PriceGrid
) -> Comparison:
    """Reality beside the copy in which one machine is `changed`; in reality it has the batches of `before`.

    `reality_kw` are all parts of the plant's load, float64[minutes of prices] each: as measured so far, and
    from now on as expected.
    """
    whole: Floats = np.sum(list(reality_kw.values()), axis=0)
    own = load_kw(changed, prices.start_ms, prices.minutes)
    copy: Floats = whole - reality_kw[changed.machine] + own
    return Comparison(
        prices.start_ms, _figures(whole, before, prices), _figures(copy, changed, prices), whole, copy
    )


def _figures(load: Floats, machine: MachineRuns, prices: PriceGrid) -> Figures:
    means = _means(load, DEMAND_MIN)
    return Figures(
        energy_kwh=float(load.sum()) / 60.0,
        energy_cost=float(load @ prices.price_per_kwh) / 60.0,
        peak_kw=float(means.max()) if len(means) else 0.0,
        demand_cost=sum(_charged(charge, load) for charge in prices.demand),
        end_ms=max((_end_ms(run) for run in machine.runs), default=None),
    )


def _charged(charge: DemandCharge, load: Floats) -> float:
    means = _means(load, charge.window_min)
    counted = means[charge.counts[: len(means)]]
    return charge.price_per_kw * max(charge.floor_kw, float(counted.max()) if len(counted) else 0.0)


def _means(load: Floats, window_min: int) -> Floats:
    """The means over whole windows from the first minute on."""
    means: Floats = load[: len(load) - len(load) % window_min].reshape(-1, window_min).mean(axis=1)
    return means


def _end_ms(run: BatchRun) -> int:
    return run.spans_ms[-1][1]


def _shifted(run: BatchRun, start_ms: int) -> BatchRun:
    by_ms = start_ms - run.spans_ms[0][0]
    return dataclasses.replace(run, spans_ms=tuple((a + by_ms, b + by_ms) for a, b in run.spans_ms))


def _stretched(run: BatchRun, share: float) -> BatchRun:
    """With stretches so much longer, and the pauses between them as long as they were."""
    spans: list[tuple[int, int]] = []
    before_ms = run.spans_ms[0][0]
    for from_ms, to_ms in run.spans_ms:
        start_ms = from_ms if not spans else spans[-1][1] + from_ms - before_ms
        spans.append((start_ms, start_ms + round((to_ms - from_ms) * share)))
        before_ms = to_ms
    return dataclasses.replace(run, spans_ms=tuple(spans))
