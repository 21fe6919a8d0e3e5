"""Keeps the bands of forecasts as wide as past forecasts were off."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from devices.profile import Quantity
from hmi.forecast_score import mean_power
from hmi.plant import MachineSpec, Plant
from hmi.store.database import Store
from hmi.store.findings import band_scales, save_band_scale
from hmi.store.records import Forecast
from hmi.store.status import forecast_at
from solver.durations import HOUR_MS
from solver.twin.band_scale import Z80, BandScale, machine_spread, shopfloor_spread

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

INTERVAL_MS = 900_000
LEADS_MS = (  # of the forecasts that an interval judges; they take turns
    (HOUR_MS // 2, 4 * HOUR_MS, 15 * HOUR_MS),
    (3 * HOUR_MS // 2, 6 * HOUR_MS, 24 * HOUR_MS),
    (5 * HOUR_MS // 2, 9 * HOUR_MS, 33 * HOUR_MS),
)
MOST_INTERVALS = 8  # judged at once: after a long silence the older ones are left out
OTHER_SD_SHARE = 0.25  # of the load that no machine's meter explains


class BandKeeper:
    """The scales of every machine and of the shop-floor, learned from stored forecasts and readings."""

    def __init__(self, store: Store, plant: Plant, now_ms: int) -> None:
        self._store = store
        self._plant = plant
        known = band_scales(store)
        self._scales = {
            subject: known.get(subject, BandScale())
            for subject in [plant.shopfloor, *(machine.id for machine in plant.machines)]
        }
        self._judged_ms = now_ms - now_ms % INTERVAL_MS

    def half_kw(self, machine: MachineSpec, power_kw: FloatArray, ahead_ms: IntArray) -> FloatArray:
        """Half the band of what is expected of a machine so far ahead, kW float64[n]."""
        spread, expected = machine_spread(power_kw, machine.standby_kw, machine.running_kw)
        return self._scales[machine.id].half_kw(spread, ahead_ms, expected)

    def shopfloor_half_kw(
        self, halves_kw: Sequence[FloatArray], other_kw: float, ahead_ms: IntArray
    ) -> FloatArray:
        """Half the band of the shop-floor, from those of its machines and all else that draws power."""
        spread = shopfloor_spread(
            np.reshape(halves_kw, (len(halves_kw), len(ahead_ms))), Z80 * OTHER_SD_SHARE * other_kw
        )
        whatever = np.zeros_like(ahead_ms)
        return self._scales[self._plant.shopfloor].half_kw(spread, ahead_ms, whatever)

    def judge(self, now_ms: int) -> None:
        """Learns from the intervals that are over by now; the caller holds the transaction."""
        last_ms = now_ms - now_ms % INTERVAL_MS
        first_ms = max(self._judged_ms, last_ms - MOST_INTERVALS * INTERVAL_MS)
        if first_ms >= last_ms:
            return
        self._judged_ms = last_ms
        for from_ms in range(first_ms, last_ms, INTERVAL_MS):
            for lead_ms in LEADS_MS[from_ms // INTERVAL_MS % len(LEADS_MS)]:
                self._judge(from_ms, lead_ms)
        for subject, scale in self._scales.items():
            save_band_scale(self._store, subject, scale)

    def _judge(self, from_ms: int, lead_ms: int) -> None:
        """One interval, by what was said so long before."""
        whole = forecast_at(self._store, self._plant.shopfloor, from_ms - lead_ms)
        if whole is None:
            return
        place = (from_ms - whole.start_ms) // whole.interval_ms
        if not 0 <= place < len(whole.power_kw):
            return
        said = {
            machine.id: found
            for machine in self._plant.machines
            if (found := forecast_at(self._store, machine.id, whole.made_ms)) is not None
            and (found.made_ms, len(found.power_kw)) == (whole.made_ms, len(whole.power_kw))
        }
        for machine in self._plant.machines:
            if machine.id in said:
                self._learn_machine(machine, said[machine.id], place, lead_ms)
        if len(said) == len(self._plant.machines):
            self._learn_whole(whole, said, place, lead_ms)

    def _learn_machine(self, machine: MachineSpec, said: Forecast, place: int, lead_ms: int) -> None:
        off_kw = self._off_kw(said, place)
        if math.isfinite(off_kw):
            power = np.array([said.power_kw[place]])
            spread, expected = machine_spread(power, machine.standby_kw, machine.running_kw)
            self._scales[machine.id].learn(off_kw, float(spread[0]), lead_ms, int(expected[0]))

    def _learn_whole(self, whole: Forecast, said: Mapping[str, Forecast], place: int, lead_ms: int) -> None:
        off_kw = self._off_kw(whole, place)
        if not math.isfinite(off_kw):
            return
        halves = np.array([[each.high_kw[place] - each.power_kw[place]] for each in said.values()])
        other_kw = max(0.0, whole.power_kw[place] - sum(each.power_kw[place] for each in said.values()))
        spread = shopfloor_spread(halves.reshape(len(said), 1), Z80 * OTHER_SD_SHARE * other_kw)
        self._scales[whole.subject].learn(off_kw, float(spread[0]), lead_ms, 0)

    def _off_kw(self, said: Forecast, place: int) -> float:
        """How far what was read lay from what was said; NaN where nothing was read."""
        meter = self._plant.meter_of(said.subject)
        if meter is None:
            return math.nan
        read = mean_power(self._store, f"{meter.id}.{Quantity.POWER}", said, place, place + 1)
        return float(read[0]) - said.power_kw[place]
