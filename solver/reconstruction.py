"""Minute curves of a plant of which only sums are published: a reconstruction, not a measurement.

From each mill's batches (when they ran, to the minute) and its published kWh of each day come curves that add
up to those days exactly, with a start-up peak and a little noise that is the same every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from solver.durations import DAY_MIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STARTUP_SHARE = 0.25  # the first minute of running draws so much more than the rest
STARTUP_FADE_MIN = 0.8
NOISE_SHARE = 0.01
DRIFT_SHARE = 0.004  # a batch draws now a little more, now a little less, over hours
DRIFT_PERIOD_MIN = 150.0


class RecordedBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a batch ran, in minutes from the record's start; `cut` if the record ends within it."""

    id: str
    segments_min: list[tuple[int, int]]
    cut: bool = False

    @property
    def start_min(self) -> int:
        """Its first minute of running."""
        return self.segments_min[0][0]

    @property
    def end_min(self) -> int:
        """The minute after its last minute of running."""
        return self.segments_min[-1][1]

    @property
    def running_min(self) -> int:
        """Minutes of running, pauses left out."""
        return sum(to - since for since, to in self.segments_min)

    @property
    def pauses_min(self) -> list[tuple[int, int]]:
        """The pauses between its segments."""
        ends = [to for _, to in self.segments_min[:-1]]
        return list(zip(ends, [since for since, _ in self.segments_min[1:]], strict=True))


class RecordedMill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mill's batches in their order, and what it draws while it runs and while it stands."""

    mill: str
    running_kwh_per_min: float
    standby_kw: float
    batches: list[RecordedBatch]


class Reconstruction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mills' batches over whole days from `start` (local) on."""

    note: str
    start: str
    days: int
    charge_min: int
    discharge_min: int
    mills: list[RecordedMill]

    @property
    def gap_min(self) -> int:
        """Time between two batches of a mill: discharging one, charging the next."""
        return self.charge_min + self.discharge_min


@dataclass(frozen=True, slots=True, eq=False)
class MillCurve:
    """A mill minute by minute, each array [minutes]: standby that is always drawn, what running adds, and
    which batch runs (its index, -1 for none)."""

    mill: str
    standby_kw: Floats
    running_kw: Floats
    batch: Ints

    @property
    def power_kw(self) -> Floats:
        """What its meter would read, float64[minutes]."""
        return self.standby_kw + self.running_kw


def mill_curve(mill: RecordedMill, daily_kwh: Floats) -> MillCurve:
    """The mill's minute curve whose days add up to `daily_kwh`, float64[days].

    Raises ValueError for a day whose energy is less than its standby although batches ran.
    """
    days = len(daily_kwh)
    batch = batch_of_minute(mill, days)
    runs = (batch >= 0).reshape(days, DAY_MIN)
    ran = runs.any(axis=1)
    standby_kw = np.where(ran, mill.standby_kw, daily_kwh / 24)
    shape = _running_shape(mill, days).reshape(days, DAY_MIN)
    spare_kwh = daily_kwh - standby_kw * 24
    if np.any(spare_kwh[ran] <= 0):
        raise ValueError(f"{mill.mill}: a day with running has less energy than standby alone.")
    weight = np.where(ran, shape.sum(axis=1), 1.0)
    running_kw = shape * (spare_kwh * 60 / weight)[:, np.newaxis]
    return MillCurve(mill.mill, np.repeat(standby_kw, DAY_MIN), running_kw.reshape(-1), batch)


def batch_of_minute(mill: RecordedMill, days: int) -> Ints:
    """The index of the batch that runs in each minute, -1 for none; int64[days × 1440]."""
    batch = np.full(days * DAY_MIN, -1, dtype=np.int64)
    for index, recorded in enumerate(mill.batches):
        for since, to in recorded.segments_min:
            batch[since:to] = index
    return batch


def _running_shape(mill: RecordedMill, days: int) -> Floats:
    """Relative power of each minute, 0 where the mill stands."""
    random = np.random.RandomState(crc32(mill.mill.encode()))  # its stream is frozen for good by NumPy
    minutes = np.arange(days * DAY_MIN)
    shape = np.zeros(days * DAY_MIN)
    noise = random.standard_normal(days * DAY_MIN)
    for recorded in mill.batches:
        phase = random.uniform(0, 2 * np.pi)
        for since, to in recorded.segments_min:
            drift = DRIFT_SHARE * np.sin(2 * np.pi * minutes[since:to] / DRIFT_PERIOD_MIN + phase)
            startup = STARTUP_SHARE * np.exp(-np.arange(to - since) / STARTUP_FADE_MIN)
            shape[since:to] = 1 + drift + startup + NOISE_SHARE * noise[since:to]
    return shape


def daily_energy_kwh(power_kw: Floats) -> Floats:
    """Energy of each whole day of a minute curve, float64[days]."""
    return np.asarray(power_kw.reshape(-1, DAY_MIN).sum(axis=1) / 60, dtype=np.float64)


def batch_energy_kwh(curve: MillCurve) -> Floats:
    """Energy that running added in each batch, float64[batches]."""
    running = curve.batch >= 0
    return np.bincount(curve.batch[running], weights=curve.running_kw[running]) / 60


def running_kwh_per_min(curve: MillCurve) -> float:
    """Mean kWh per minute while the mill runs."""
    return float(curve.power_kw[curve.batch >= 0].mean() / 60)


def cycle_min(batch: RecordedBatch, reconstruction: Reconstruction) -> int:
    """Wall-clock minutes of a batch with charging, pauses and discharging."""
    return batch.end_min - batch.start_min + reconstruction.gap_min


def band_shares(power_kw: Floats, band: NDArray[np.int8], names: tuple[str, ...]) -> dict[str, float]:
    """Each band's share of the energy; both arrays [minutes]."""
    total = power_kw.sum()
    return {name: float(power_kw[band == index].sum() / total) for index, name in enumerate(names)}
