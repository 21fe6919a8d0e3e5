"""A year of a plant's minutes, made from a seed: the same for the store and for what it is measured beside.

Of each machine power in kW and current in A with two decimals, energy in kWh with one, voltage in V with one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

DAY_MIN, MINUTE_MS = 1440, 60_000
DAY_MS = DAY_MIN * MINUTE_MS
START_MS = 1_451_577_600_000  # 2016-01-01 in Shanghai
QUANTITIES = ("power_kw", "energy_kwh", "current_a", "voltage_v")
_OFF_KW = 0.4


def names(points: int) -> list[str]:
    """The points, machine by machine."""
    return [f"m{n // len(QUANTITIES)}.{QUANTITIES[n % len(QUANTITIES)]}" for n in range(points)]


def days(points: int, number: int) -> Iterator[tuple[NDArray[np.int64], list[NDArray[np.float64]]]]:
    """Day by day the times int64[1440] in UTC ms and for each point its values float64[1440]."""
    counter_kwh = np.zeros(points // len(QUANTITIES) + 1)
    for day in range(number):
        values: list[NDArray[np.float64]] = []
        for machine in range(-(-points // len(QUANTITIES))):
            rng = np.random.default_rng([day, machine])
            values += _machine(rng, counter_kwh, machine)
        yield START_MS + day * DAY_MS + np.arange(DAY_MIN) * MINUTE_MS, values[:points]


def _machine(
    rng: np.random.Generator, counter_kwh: NDArray[np.float64], machine: int
) -> list[NDArray[np.float64]]:
    power_kw = np.full(DAY_MIN, _OFF_KW)
    at = int(rng.integers(30, 400))
    while at < DAY_MIN:
        end = min(DAY_MIN, at + int(rng.integers(200, 700)))
        power_kw[at:end] = rng.uniform(40, 60) + np.cumsum(rng.normal(0, 0.05, end - at))
        at = end + int(rng.integers(20, 200))
    running = power_kw > 1
    power_kw = np.maximum(
        0.0, power_kw + rng.normal(0, 0.15, DAY_MIN) * running + rng.normal(0, 0.01, DAY_MIN)
    )
    energy_kwh = counter_kwh[machine] + np.cumsum(power_kw) / 60
    counter_kwh[machine] = energy_kwh[-1]
    voltage_v = 398 + np.cumsum(rng.normal(0, 0.08, DAY_MIN)) + rng.normal(0, 0.15, DAY_MIN)
    current_a = power_kw * 1000 / (np.sqrt(3) * voltage_v * 0.88)
    return [power_kw.round(2), energy_kwh.round(1), current_a.round(2), voltage_v.round(1)]
