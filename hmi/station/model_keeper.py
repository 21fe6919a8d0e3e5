"""Learns each machine's states anew every night, one machine at a time, beside the station's turn."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np

from devices.clock import Clock
from hmi.plant import Plant
from hmi.station.authority import RefusedError
from hmi.station.codes import Refusal
from hmi.station.machine_twin import MachineTwin
from hmi.station.meter_record import meter_record
from hmi.station.outcome import Outcome
from hmi.station.payloads import PinModel
from hmi.store.database import Store
from hmi.store.state_models import (
    StateModelVersion,
    pin_state_model,
    save_state_model,
    state_model_in_force,
    state_model_to_beat,
    state_models,
)
from solver.twin.grid import Grid, gridded
from solver.twin.states_model import StateModel
from solver.twin.states_packed import packed, unpacked
from solver.twin.trial_rules import HELD_BACK_MS, LEAST_SEEN_MS, WINDOW_MS

if TYPE_CHECKING:
    from solver.twin.learning import Trial

NIGHT_FROM_H = 2  # local; by then the day is stored
LOOK_REAL_S = 5.0  # between two machines


@dataclass(frozen=True, slots=True)
class _Job:
    """A fit under way, and the readings that it is made from."""

    machine: str
    grid: Grid
    fit: Future[Trial | None]


class ModelKeeper:
    """The learned models of a station's machines; `close` it with the station."""

    def __init__(self, store: Store, plant: Plant, twins: Mapping[str, MachineTwin], clock: Clock) -> None:
        self._store = store
        self._plant = plant
        self._twins = twins
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="station-models")  # none before the first fit
        self._job: _Job | None = None
        self._tried: dict[str, date] = {}  # the local day on which a machine was last looked at
        self._next_s = 0.0

    def step(self) -> None:
        """Takes what was learned, or begins with the next machine whose night it is; raises StoreError."""
        if self._job is not None:
            if self._job.fit.done():
                self._take(self._job)
                self._job = None
            return
        now_s = self._clock.monotonic_s()
        if now_s < self._next_s:
            return
        self._next_s = now_s + LOOK_REAL_S
        local = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).astimezone(self._plant.zone)
        if local.hour < NIGHT_FROM_H:
            return
        due = next((name for name in self._twins if self._tried.get(name) != local.date()), None)
        if due is not None:
            self._tried[due] = local.date()
            self._begin(due, local.date())

    def pin(self, wanted: PinModel) -> Outcome:
        """Holds a machine to a version, or lets it go; raises RefusedError."""
        if wanted.machine not in self._twins:
            raise RefusedError(Refusal.UNKNOWN_MACHINE, machine=wanted.machine)
        before = state_model_in_force(self._store, wanted.machine)
        if not pin_state_model(self._store, wanted.machine, wanted.version):
            raise RefusedError(Refusal.UNKNOWN_MODEL, wanted.machine, version=wanted.version)
        after = state_model_in_force(self._store, wanted.machine)
        self._twins[wanted.machine].use_model(None if after is None else unpacked(after.model))
        return Outcome(f"states of {wanted.machine}", _text(before), _text(after), wanted.reason)

    def close(self) -> None:
        """Waits for the fit under way; what it found is not used."""
        self._thread.shutdown(cancel_futures=True)

    def _begin(self, machine: str, today: date) -> None:
        known = state_models(self._store, machine)
        if known and self._local_day(known[0].fitted_ms) == today:
            return
        meter = self._plant.meter_of(machine)
        assert meter is not None
        now_ms = self._clock.now_ms()
        times_ms, power_kw, _ = meter_record(self._store, meter, now_ms - WINDOW_MS - HELD_BACK_MS, now_ms)
        if len(times_ms) < 2 or int(times_ms[-1] - times_ms[0]) < LEAST_SEEN_MS:
            return
        to_beat = state_model_to_beat(self._store, machine)
        model = None if to_beat is None else unpacked(to_beat.model)
        grid = gridded(times_ms, np.asarray(power_kw))
        fit = self._thread.submit(_fitted, grid, model, self._twins[machine].machine.running_kw)
        self._job = _Job(machine, grid, fit)

    def _take(self, job: _Job) -> None:
        found = job.fit.result()
        if found is None:
            return
        known = state_models(self._store, job.machine)
        version = StateModelVersion(
            machine=job.machine,
            version=known[0].version + 1 if known else 1,
            fitted_ms=self._clock.now_ms(),
            from_ms=job.grid.start_ms,
            to_ms=job.grid.start_ms + len(job.grid.power_kw) * job.grid.step_ms - HELD_BACK_MS,
            score=found.score,
            score_in_force=found.score_in_force,
            used=found.is_better,
            pinned=False,
            model=packed(found.model),
        )
        save_state_model(self._store, version)
        in_force = state_model_in_force(self._store, job.machine)
        if in_force is not None and in_force.version == version.version:
            self._twins[job.machine].use_model(found.model)

    def _local_day(self, t_ms: int) -> date:
        return datetime.fromtimestamp(t_ms / 1000, UTC).astimezone(self._plant.zone).date()


def _fitted(grid: Grid, in_force: StateModel | None, running_kw: float) -> Trial | None:
    from solver.twin.learning import trial  # Numba comes with it: at night, in this thread, not at the start

    return trial(grid, in_force, running_kw)


def _text(version: StateModelVersion | None) -> str:
    return "" if version is None else f"version {version.version}{' pinned' if version.pinned else ''}"
