"""How well a stored forecast met what the meter read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from devices.profile import Quantity
from hmi.interval_means import interval_means
from hmi.plant import Plant
from hmi.store.database import Store
from hmi.store.records import Forecast, ForecastScore
from hmi.store.status import forecast_at

FloatArray = npt.NDArray[np.float64]


def score(store: Store, plant: Plant, subject: str, from_ms: int, to_ms: int) -> ForecastScore | None:
    """Of what was said of a subject when the window began; None where nothing was said or read."""
    said, meter = forecast_at(store, subject, from_ms), plant.meter_of(subject)
    if said is None or meter is None:
        return None
    first = max(0, -(-(from_ms - said.start_ms) // said.interval_ms))
    last = min(len(said.power_kw), (to_ms - said.start_ms) // said.interval_ms)
    if last <= first:
        return None
    real = mean_power(store, f"{meter.id}.{Quantity.POWER}", said, first, last)
    known = np.isfinite(real)
    if not np.any(known):
        return None
    power, low, high = (np.array(curve[first:last])[known] for curve in _curves(said))
    real = real[known]
    return ForecastScore(
        subject,
        from_ms,
        to_ms,
        error_kw=float(np.mean(np.abs(power - real))),
        mean_kw=float(np.mean(real)),
        covered=float(np.mean((real >= low) & (real <= high))),
        read=float(np.mean(known)),
    )


def mean_power(store: Store, point: str, said: Forecast, first: int, last: int) -> FloatArray:
    """The mean of what was read in each interval of a forecast, kW float64[last - first]; NaN: nothing."""
    start_ms = said.start_ms + first * said.interval_ms
    return interval_means(store, point, start_ms, said.interval_ms, last - first)[0]


def _curves(said: Forecast) -> tuple[list[float], list[float], list[float]]:
    return said.power_kw, said.low_kw, said.high_kw
