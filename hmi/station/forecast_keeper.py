"""Says ahead what machines and shop-floor will draw to the end of tomorrow, and keeps what it said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from devices.clock import Clock
from hmi.planning import situation, waiting_batches
from hmi.plant import Plant
from hmi.station.band_keeper import BandKeeper
from hmi.station.facts import Facts
from hmi.station.machine_twin import MachineTwin
from hmi.store.database import Store
from hmi.store.records import Batch, Forecast
from hmi.store.status import save_forecast
from solver.durations import MINUTE_MS
from solver.forecast import (
    LoadSegment,
    MachineOutlook,
    end_of_tomorrow_ms,
    expected_load,
    segments_under_way,
)

RENEW_MS = 10 * MINUTE_MS
RENEW_REAL_S = 2.0
AHEAD_MS = 2 * 24 * 60 * MINUTE_MS
INTERVAL_MS = 15 * MINUTE_MS
HABIT_SD_MIN = 20.0  # how sure the crew's habit is
PLANNED_SD_MIN = 1.0
POWER_SD_SHARE = 0.05
OTHER_MEMORY = 0.9  # of the load that no machine's meter explains, from one forecast to the next

FloatArray = npt.NDArray[np.float64]
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A batch of the plan in force: when it runs, UTC ms."""

    batch: str
    spans_ms: Spans

    @property
    def pauses_ms(self) -> list[tuple[int, int]]:
        """The pauses between its stretches."""
        return [
            (before[1], after[0]) for before, after in zip(self.spans_ms, self.spans_ms[1:], strict=False)
        ]


class ForecastKeeper:
    """Renews the forecasts about every ten minutes of plant time."""

    def __init__(
        self, store: Store, plant: Plant, facts: Facts, twins: Mapping[str, MachineTwin], clock: Clock
    ) -> None:
        self._store = store
        self._plant = plant
        self._facts = facts
        self._twins = twins
        self._clock = clock
        self._made_ms: int | None = None
        self._made_s = -math.inf
        self._plan_id: int | None = None  # of the plan that they count on
        self._other_kw: float | None = None
        self._bands = BandKeeper(store, plant, clock.now_ms())

    def renew(self, planned: Mapping[str, Sequence[PlannedBatch]], plan_id: int | None = None) -> None:
        """Makes new forecasts when the last are old enough or another plan is in force.

        `planned` are that plan's batches by machine.
        """
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        if plan_id == self._plan_id:
            if self._made_ms is not None and now_ms - self._made_ms < RENEW_MS:
                return
            if now_s - self._made_s < RENEW_REAL_S:
                return
        self._made_ms, self._made_s, self._plan_id = now_ms, now_s, plan_id
        self._note_other_load()
        outlooks = self._outlooks(planned, now_ms)
        with self._store.transaction(durable=False):
            self._bands.judge(now_ms)
            self._say(outlooks, now_ms, end_ms=end_of_tomorrow_ms(now_ms, self._plant.zone))

    def _say(self, outlooks: Sequence[MachineOutlook], now_ms: int, end_ms: int) -> None:
        """Each machine's forecast, and the shop-floor's as their sum with all else."""
        start_ms = -(-now_ms // MINUTE_MS) * MINUTE_MS  # from now on: what is past is no forecast
        loads = [expected_load([outlook], start_ms, end_ms, INTERVAL_MS) for outlook in outlooks]
        ahead_ms = start_ms - now_ms + INTERVAL_MS * np.arange(-(-(end_ms - start_ms) // INTERVAL_MS))
        halves: list[FloatArray] = []
        for machine, load in zip(self._plant.machines, loads, strict=True):
            halves.append(self._bands.half_kw(machine, load.power_kw, ahead_ms))
            self._save(machine.id, now_ms, start_ms, load.power_kw, halves[-1])
        other_kw = self._other_kw or 0.0
        whole = np.full(len(ahead_ms), other_kw) + sum(load.power_kw for load in loads)
        half = self._bands.shopfloor_half_kw(halves, other_kw, ahead_ms)
        self._save(self._plant.shopfloor, now_ms, start_ms, whole, half)

    def _outlooks(self, planned: Mapping[str, Sequence[PlannedBatch]], now_ms: int) -> list[MachineOutlook]:
        known = situation(self._store, self._plant, now_ms, AHEAD_MS)
        found = []
        for machine in self._plant.machines:
            twin = self._twins.get(machine.id)
            in_plan = planned.get(machine.id, ())
            waiting = waiting_batches(machine.id, known)
            segments = [] if twin is None else _under_way(twin, in_plan, now_ms)
            after_ms = max((segment.to_ms for segment in segments), default=now_ms)
            for batch in waiting:
                spans = _spans(batch, in_plan, after_ms)
                segments += _segments(batch, spans, twin, is_planned=_is_in(batch, in_plan))
                after_ms = max(after_ms, spans[-1][1])
            found.append(MachineOutlook(machine.id, machine.standby_kw, tuple(segments)))
        return found

    def _note_other_load(self) -> None:
        """What the main meter reads beyond the machines' meters: pumps, light, agitators."""
        main = self._facts.power_kw(self._plant.shopfloor)
        powers = [self._facts.power_kw(machine.id) for machine in self._plant.machines]
        if main is None or any(power is None for power in powers):
            return
        other_kw = max(0.0, main.value - sum(power.value for power in powers if power is not None))
        before_kw = other_kw if self._other_kw is None else self._other_kw
        self._other_kw = OTHER_MEMORY * before_kw + (1 - OTHER_MEMORY) * other_kw

    def _save(
        self, subject: str, made_ms: int, start_ms: int, power_kw: FloatArray, half_kw: FloatArray
    ) -> None:
        curves = (power_kw, np.maximum(power_kw - half_kw, 0.0), power_kw + half_kw)
        rounded = ([round(float(value), 3) for value in curve] for curve in curves)
        save_forecast(self._store, Forecast(subject, made_ms, start_ms, INTERVAL_MS, *rounded))


def _under_way(twin: MachineTwin, in_plan: Sequence[PlannedBatch], now_ms: int) -> list[LoadSegment]:
    pauses = current_pauses(in_plan, now_ms)
    left = twin.remaining(pauses)
    if left is None:
        return []
    power_kw = twin.running_kw
    return list(
        segments_under_way(
            left, now_ms, power_kw=power_kw, power_sd_kw=POWER_SD_SHARE * power_kw, pauses=pauses
        )
    )


def current_pauses(in_plan: Sequence[PlannedBatch], now_ms: int) -> list[tuple[int, int]]:
    """The planned pauses of the batch whose time it is."""
    for item in in_plan:
        if item.spans_ms[0][0] <= now_ms < item.spans_ms[-1][1]:
            return item.pauses_ms
    return []


def _spans(batch: Batch, in_plan: Sequence[PlannedBatch], after_ms: int) -> Spans:
    planned = next((item for item in in_plan if item.batch == batch.id), None)
    if planned is not None:
        late_ms = max(0, after_ms - planned.spans_ms[0][0])
        return [(start_ms + late_ms, end_ms + late_ms) for start_ms, end_ms in planned.spans_ms]
    start_ms = max(batch.habit_start_ms, after_ms)
    return [(start_ms, start_ms + batch.running_min * MINUTE_MS)]


def _segments(batch: Batch, spans: Spans, twin: MachineTwin | None, *, is_planned: bool) -> list[LoadSegment]:
    start_sd_min = PLANNED_SD_MIN if is_planned else HABIT_SD_MIN
    spread = 0.1 if twin is None else twin.belief.log_sd
    end_sd_min = math.hypot(start_sd_min, spread * batch.running_min)
    power_kw = batch.power_kw if twin is None else twin.running_kw
    last = len(spans) - 1
    return [
        LoadSegment(
            from_ms,
            to_ms,
            power_kw,
            POWER_SD_SHARE * power_kw,
            start_sd_min,
            end_sd_min if index == last else PLANNED_SD_MIN,
        )
        for index, (from_ms, to_ms) in enumerate(spans)
    ]


def _is_in(batch: Batch, in_plan: Sequence[PlannedBatch]) -> bool:
    return any(item.batch == batch.id for item in in_plan)
