"""A meter's stored record of power with the energy register beside it, as its polls took them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from devices.profile import Quantity
from devices.reading import Quality
from hmi.plant import MeterSpec
from hmi.store.database import Store
from hmi.store.readings import series

FloatArray = npt.NDArray[np.float64]
Record = tuple[npt.NDArray[np.int64], FloatArray, FloatArray]


def meter_record(store: Store, meter: MeterSpec, from_ms: int, to_ms: int) -> Record:
    """Times int64[n], power in kW and register in kWh, each float64[n] with NaN where it could not be read.

    Power and register of one poll may come from different blocks, a moment apart; the power's time holds.
    """
    whole_ms = to_ms - from_ms
    power = series(store, f"{meter.id}.{Quantity.POWER}", from_ms, to_ms, longest_gap_ms=whole_ms)
    energy = series(store, f"{meter.id}.{Quantity.ENERGY}", from_ms, to_ms, longest_gap_ms=whole_ms)
    register_kwh = np.full(len(power.t_ms), np.nan)
    if len(power.t_ms) and len(energy.t_ms):
        nearest = _nearest(energy.t_ms, power.t_ms)
        close = np.abs(energy.t_ms[nearest] - power.t_ms) <= 500.0 * meter.poll_s
        believed = np.where(energy.quality == Quality.GOOD, energy.value, np.nan)
        register_kwh[close] = believed[nearest[close]]
    return power.t_ms, power.value, register_kwh


def _nearest(times_ms: npt.NDArray[np.int64], wanted_ms: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each wanted time the index of the nearest of the rising `times_ms`."""
    after = np.clip(np.searchsorted(times_ms, wanted_ms), 0, len(times_ms) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(times_ms[before] - wanted_ms) <= np.abs(times_ms[after] - wanted_ms)
    return np.where(nearer, before, after).astype(np.int64)
