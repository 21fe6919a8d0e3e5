"""What the store knows of the batches to come and of the load so far, for a copy of the plant beside it."""

from __future__ import annotations

import numpy as np

from hmi.batch_notes import noted_batches
from hmi.planning import Situation, situation, waiting_batches
from hmi.plant import MachineSpec, Plant
from hmi.station.forecast_keeper import PlannedBatch, current_pauses
from hmi.station.meter_record import meter_record
from hmi.station.plan_run import LIVE, load_run
from hmi.store.database import Store
from hmi.store.plans import plans
from hmi.store.records import Batch, MachineStatus
from solver.durations import DAY_MIN, DAY_MS, MINUTE_MS
from solver.energy import minute_energy
from solver.layout import Floats
from solver.twin.what_if import BatchRun, MachineRuns, load_kw

LEARN_MS = 90 * DAY_MS
LEAST_BATCHES = 3  # seen whole, before they are believed instead of the plant file
AHEAD_MS = 2 * DAY_MS
REACH_MS = 15 * MINUTE_MS


def machine_runs(store: Store, plant: Plant, now_ms: int) -> dict[str, MachineRuns]:
    """Every machine's batches to come, by the plan in force where there is one, else by habit."""
    known = situation(store, plant, now_ms, AHEAD_MS)
    planned: dict[str, list[PlannedBatch]] = {}
    for row in plans(store, LIVE):
        planned.update(load_run(store, row).planned())
    return {
        machine.id: _runs(store, machine, known, planned.get(machine.id, []), now_ms)
        for machine in plant.machines
    }


def _runs(
    store: Store, machine: MachineSpec, known: Situation, in_plan: list[PlannedBatch], now_ms: int
) -> MachineRuns:
    batch_kw, batch_min = _usual(store, machine, now_ms)
    runs = _under_way(known.machines.get(machine.id), in_plan, batch_kw, now_ms)
    for batch in waiting_batches(machine.id, known):
        free_ms = runs[-1].spans_ms[-1][1] + machine.gap_before_min * MINUTE_MS if runs else now_ms
        runs.append(_waiting(batch, in_plan, batch_kw, batch_min, free_ms))
    return MachineRuns(
        machine.id, machine.standby_kw, batch_kw, batch_min, tuple(runs), machine.gap_before_min
    )


def _usual(store: Store, machine: MachineSpec, now_ms: int) -> tuple[float, float]:
    """Power and running minutes of a machine's batches: their medians, or what the plant file says."""
    seen = noted_batches(store, machine.id, now_ms - LEARN_MS, now_ms).batches
    whole = [each for each in seen if each.complete and each.running_min > 0 and each.energy_kwh > 0]
    if len(whole) < LEAST_BATCHES:
        return machine.running_kw, machine.batch_running_min
    return float(np.median([each.mean_kw for each in whole])), float(
        np.median([each.running_min for each in whole])
    )


def _under_way(
    status: MachineStatus | None, in_plan: list[PlannedBatch], batch_kw: float, now_ms: int
) -> list[BatchRun]:
    if status is None or status.cycle_start_ms is None or status.end_ms is None or status.end_ms <= now_ms:
        return []
    edges = [now_ms]
    for from_ms, to_ms in current_pauses(in_plan, now_ms):
        if to_ms > now_ms and from_ms < status.end_ms:
            edges += [max(from_ms, now_ms), to_ms]
    edges.append(max(status.end_ms, edges[-1] + 1))
    spans = tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a)
    return [BatchRun("", spans, batch_kw, begun=True)]


def _waiting(
    batch: Batch, in_plan: list[PlannedBatch], batch_kw: float, batch_min: float, free_ms: int
) -> BatchRun:
    planned = next((item for item in in_plan if item.batch == batch.id), None)
    if planned is not None:
        late_ms = max(0, free_ms - planned.spans_ms[0][0])
        return BatchRun(batch.id, tuple((a + late_ms, b + late_ms) for a, b in planned.spans_ms), batch_kw)
    start_ms = max(batch.habit_start_ms, free_ms)
    return BatchRun(batch.id, ((start_ms, start_ms + round(batch_min * MINUTE_MS)),), batch_kw)


def reality_kw(
    store: Store, plant: Plant, runs: dict[str, MachineRuns], start_ms: int, now_ms: int, minutes: int
) -> dict[str, Floats]:
    """Each part of the load from `start_ms` on, kW float64[minutes]: as measured, from now on as expected.

    "" is what the main meter reads beyond the machines' meters, from now on as it was in the last day.
    """
    past = min(minutes, max(0, (now_ms - start_ms) // MINUTE_MS))
    parts: dict[str, Floats] = {}
    for machine, ahead in runs.items():
        parts[machine] = load_kw(ahead, start_ms, minutes)
        read = _measured(store, plant, machine, start_ms, past)
        parts[machine][:past] = np.where(np.isfinite(read), read, parts[machine][:past])
    parts[""] = np.full(minutes, _other_kw(store, plant, list(runs), now_ms))
    whole = _measured(store, plant, plant.shopfloor, start_ms, past)
    beyond = np.maximum(0.0, whole - sum(parts[machine][:past] for machine in runs))
    parts[""][:past] = np.where(np.isfinite(whole), beyond, parts[""][:past])
    return parts


def _other_kw(store: Store, plant: Plant, machines: list[str], now_ms: int) -> float:
    """The usual load that no machine's meter explains: the median of a day, where all were read."""
    start_ms = now_ms - DAY_MIN * MINUTE_MS
    whole = _measured(store, plant, plant.shopfloor, start_ms, DAY_MIN)
    own = sum((_measured(store, plant, each, start_ms, DAY_MIN) for each in machines), np.zeros(DAY_MIN))
    known = whole - own
    known = known[np.isfinite(known)]
    return max(0.0, float(np.median(known))) if len(known) else 0.0


def _measured(store: Store, plant: Plant, subject: str, start_ms: int, minutes: int) -> Floats:
    """The mean power of each minute by a subject's meter, NaN where too little was read."""
    meter = plant.meter_of(subject)
    if meter is None or minutes <= 0:
        return np.full(max(0, minutes), np.nan)
    end_ms = start_ms + minutes * MINUTE_MS
    times_ms, power_kw, register_kwh = meter_record(store, meter, start_ms - REACH_MS, end_ms + REACH_MS)
    found = minute_energy(times_ms, power_kw, register_kwh, start_ms=start_ms, minutes=minutes)
    return np.where(found.covered, 60.0 * found.kwh, np.nan)
