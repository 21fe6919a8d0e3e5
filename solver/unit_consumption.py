"""What a batch or a tonne takes now beside what it took in the baseline, and what that saves, with its band.

After ISO 50006: the baseline's consumption of a unit, times the units of now, is what these would have taken.
Batches differ by themselves, so both means carry their standard error (Student, an 80 % band).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.remaining import student_quantile

HIGH = 0.9  # what lies within so many standard errors on both sides is an 80 % band
LEAST_BATCHES = 3  # on each side: fewer say nothing of how batches differ


@dataclass(frozen=True, slots=True)
class UnitChange:
    """Both means in kWh a unit, NaN where there is none; `saved_kwh` is over all units of now, ± `band_kwh`.

    `saved_kwh` is below nothing where they took more than the baseline's; `band_kwh` NaN for a few batches.
    """

    mean: float
    baseline_mean: float
    saved_kwh: float
    band_kwh: float

    @property
    def share(self) -> float:
        """The change against the baseline; -0.1 is a tenth less."""
        return self.mean / self.baseline_mean - 1 if self.baseline_mean > 0 else math.nan


def unit_change(now: npt.ArrayLike, baseline: npt.ArrayLike) -> UnitChange:
    """Compares batches, each (its kWh, its units): float64[n, 2]; units are tonnes, or 1 a batch."""
    these, those = (np.asarray(each, dtype=np.float64).reshape(-1, 2) for each in (now, baseline))
    (mean, error), (baseline_mean, baseline_error) = _mean(these), _mean(those)
    units, fewer = float(these[:, 1].sum()), min(len(these), len(those))
    band = math.nan
    if fewer >= LEAST_BATCHES:  # by the smaller sample's degrees of freedom: rather too wide than too narrow
        band = student_quantile(HIGH, fewer - 1) * units * math.hypot(error, baseline_error)
    return UnitChange(mean, baseline_mean, units * (baseline_mean - mean), band)


def _mean(batches: npt.NDArray[np.float64]) -> tuple[float, float]:
    """All energy over all units, and its standard error as of a ratio of sums; NaN where there is none."""
    count = len(batches)
    kwh, units = batches[:, 0], batches[:, 1]
    if not count or units.sum() <= 0:
        return math.nan, math.nan
    mean = float(kwh.sum() / units.sum())
    if count < 2:
        return mean, math.nan
    off = kwh - mean * units
    return mean, math.sqrt(float(off @ off) / (count - 1) / count) / float(units.mean())
