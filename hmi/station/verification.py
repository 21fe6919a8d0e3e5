"""What a finished plan saved: the meters' readings priced as they ran and as the baseline has them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np

from hmi.approval import PlanDocument
from hmi.plant import MachineSpec, Plant
from hmi.station.meter_record import meter_record
from hmi.store.database import Store
from solver.durations import MINUTE_MS
from solver.energy import MinuteEnergy, minute_energy
from solver.problem import PlanProblem
from solver.savings import BatchReading, BatchSaving, MinutePrices, verified_savings
from solver.tariff import price_grid

EDGE_MS = (
    15 * MINUTE_MS
)  # read so much around a batch, so that its first and last minute lie between readings
RUNNING_FROM = 0.5  # of a machine's running power


class VerifiedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """One batch as it ran; money is the plant's currency, `low` and `high` an 80 % band of the saving."""

    machine: str
    batch: str
    outcome: str  # ran, partly, not_run
    from_ms: int
    to_ms: int
    energy_kwh: float
    cost_paid: float
    cost_baseline: float
    saving: float
    low: float
    high: float
    coverage: float
    share_run: float


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored as a plan's `verification_json`; `promised_saving` is what the plan said."""

    made_ms: int
    currency: str
    promised_saving: float
    energy_kwh: float
    cost_paid: float
    cost_baseline: float
    saving: float
    rate: float
    low: float
    high: float
    coverage: float
    batches: list[VerifiedBatch]


@dataclass(frozen=True, slots=True)
class BatchWindow:
    """When a planned batch was in its machine, by the PLC; empty (`from_ms` = `to_ms`) when it never was."""

    machine: str
    batch: str
    from_ms: int
    to_ms: int


def verify_plan(
    store: Store,
    plant: Plant,
    document: PlanDocument,
    problem: PlanProblem,
    windows: list[BatchWindow],
    made_ms: int,
) -> Verification:
    """Reads the meters' records of a plan's batches and compares them with its baseline."""
    readings = [_batch_reading(store, plant, document, problem, window) for window in windows]
    prices = _prices(problem, plant, document, windows)
    report = verified_savings(readings, prices)
    return Verification(
        made_ms=made_ms,
        currency=document.currency,
        promised_saving=document.cost_before - document.cost,
        energy_kwh=report.energy_kwh,
        cost_paid=report.cost_paid,
        cost_baseline=report.cost_baseline,
        saving=report.saving,
        rate=report.rate,
        low=report.low,
        high=report.high,
        coverage=report.coverage,
        batches=[_verified(saving, window) for saving, window in zip(report.batches, windows, strict=True)],
    )


def _batch_reading(
    store: Store, plant: Plant, document: PlanDocument, problem: PlanProblem, window: BatchWindow
) -> BatchReading:
    machine = _machine(plant, window)
    energy = _minute_energy(store, plant, machine, window)
    spec = next(
        batch
        for planned in problem.machines
        if planned.id == window.machine
        for batch in planned.batches
        if batch.id == window.batch
    )
    habit_min = document.baseline_starts_min[window.machine][window.batch]
    pauses = document.baseline_pauses_min.get(window.machine, {}).get(window.batch, [])
    return BatchReading(
        machine=window.machine,
        batch=window.batch,
        energy=energy,
        running=energy.kwh * 60.0 >= RUNNING_FROM * (math.inf if machine is None else machine.running_kw),
        habit_start_ms=document.start_ms + habit_min * MINUTE_MS,
        planned_running_min=float(spec.duration_min),
        habit_pauses=tuple(
            (document.start_ms + since * MINUTE_MS, document.start_ms + to * MINUTE_MS)
            for since, to in pauses
        ),
    )


def _machine(plant: Plant, window: BatchWindow) -> MachineSpec | None:
    """None for a machine that has left the plant since the plan was made."""
    return next((machine for machine in plant.machines if machine.id == window.machine), None)


def _minute_energy(
    store: Store, plant: Plant, machine: MachineSpec | None, window: BatchWindow
) -> MinuteEnergy:
    meter = plant.meter_of(window.machine)
    start_ms = window.from_ms // MINUTE_MS * MINUTE_MS
    minutes = -(-(window.to_ms - start_ms) // MINUTE_MS) if window.to_ms > window.from_ms else 0
    if meter is None or machine is None or minutes == 0:
        return MinuteEnergy(start_ms, np.zeros(minutes), np.zeros(minutes, dtype=bool))
    from_ms, to_ms = start_ms - EDGE_MS, window.to_ms + EDGE_MS
    times_ms, power_kw, register_kwh = meter_record(store, meter, from_ms, to_ms)
    return minute_energy(
        times_ms,
        power_kw,
        register_kwh,
        start_ms=start_ms,
        minutes=minutes,
        most_kw=machine.rated_kw,
        gap_ms=round(max(5 * MINUTE_MS, 3000 * meter.poll_s)),
    )


def _prices(
    problem: PlanProblem, plant: Plant, document: PlanDocument, windows: list[BatchWindow]
) -> MinutePrices:
    """Prices over the plan, the batches as they ran, and the baseline however late it may end."""
    assert not isinstance(problem.tariff, str)
    running_min = {batch.id: batch.duration_min for machine in problem.machines for batch in machine.batches}
    ends_ms = [document.end_ms, *(window.to_ms for window in windows)]
    ends_ms += [
        document.start_ms + (start_min + 2 * running_min[batch]) * MINUTE_MS
        for starts in document.baseline_starts_min.values()
        for batch, start_min in starts.items()
    ]
    start_ms = min([document.start_ms, *(window.from_ms for window in windows)]) // MINUTE_MS * MINUTE_MS
    longest_ms = max(window.to_ms - window.from_ms for window in windows)
    minutes = (max(ends_ms) + longest_ms - start_ms) // MINUTE_MS + 1
    return MinutePrices(start_ms, price_grid(problem.tariff, start_ms, minutes, plant.zone).price_per_kwh)


def _verified(saving: BatchSaving, window: BatchWindow) -> VerifiedBatch:
    return VerifiedBatch(
        machine=saving.machine,
        batch=saving.batch,
        outcome=saving.outcome.value,
        from_ms=window.from_ms,
        to_ms=window.to_ms,
        energy_kwh=saving.energy_kwh,
        cost_paid=saving.cost_paid,
        cost_baseline=saving.cost_baseline,
        saving=saving.saving,
        low=saving.low,
        high=saving.high,
        coverage=saving.coverage,
        share_run=saving.share_run,
    )
