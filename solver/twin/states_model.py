"""What is learned of a machine's states: where each is found on a scale of log power, and how it lasts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

BINS = 256
KERNEL_NU = 4.0  # degrees of freedom of the Student-t kernels
KERNEL_BINS = 1.2  # their scale
STRAY = 2e-3  # chance that a reading says nothing: a spike, a misread register


@dataclass(frozen=True, slots=True)
class PowerScale:
    """z = log(1 + P/P0) in `BINS` equal bins up to `top_kw`; less than nothing is nothing."""

    p0_kw: float
    top_kw: float

    def bins(self, power_kw: FloatArray) -> IntArray:
        """The bin of each power, -1 where there is none."""
        at = self.places(power_kw)
        return np.where(np.isfinite(at), np.minimum(np.nan_to_num(at).astype(np.int64), BINS - 1), -1)

    def places(self, power_kw: FloatArray) -> FloatArray:
        """Where each power lies among the bins, to fractions of one, float64[n]; NaN where there is none."""
        z = np.log1p(np.clip(power_kw, 0.0, None) / self.p0_kw)
        return np.asarray(z * (BINS / math.log1p(self.top_kw / self.p0_kw)))

    def kw(self, bins: FloatArray | float) -> FloatArray:
        """The power in the middle of a bin."""
        z = (np.asarray(bins) + 0.5) * (math.log1p(self.top_kw / self.p0_kw) / BINS)
        return np.asarray(self.p0_kw * np.expm1(z), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class StateModel:
    """A machine's states in the order of LEVELS; one that it does not have is not in `present`.

    `emission` float64[4, BINS] and `transition` float64[4, 4] have rows that sum to one, the latter per
    `step_ms`; `level_kw` float64[4] is the usual power of each state, NaN where it is absent;
    `least_ms` int64[4] how long each lasts at least.
    """

    scale: PowerScale
    step_ms: int
    emission: FloatArray
    transition: FloatArray
    level_kw: FloatArray
    least_ms: IntArray
    present: npt.NDArray[np.bool_]

    @property
    def running_kw(self) -> float:
        """What the machine usually draws while it runs."""
        return float(self.level_kw[3])

    def thresholds_kw(self) -> tuple[float, float, float]:
        """The power from which each state above shutdown begins: between the levels on either side."""
        return boundaries_kw(self.level_kw, self.scale.p0_kw)


def boundaries_kw(level_kw: FloatArray, p0_kw: float) -> tuple[float, float, float]:
    """Thresholds between four levels, NaN where a level is absent.

    Running begins half of the way up, as a mean over a reading's interval says; the others in the middle of
    the logarithms.
    """
    running = float(level_kw[3])
    if not math.isfinite(running):
        running = 10 * max([p0_kw, *(float(kw) for kw in level_kw[:3] if math.isfinite(kw))])
    below = [float(kw) for kw in level_kw[:3] if math.isfinite(kw)]
    running_from = 0.5 * (running + (below[-1] if below else 0.0))
    idling_from = _middle(level_kw[:2], level_kw[2], 0.1 * running, p0_kw)
    standby_from = _middle(level_kw[:1], level_kw[1], 0.001 * running, p0_kw)
    idling_from = min(idling_from, 0.9 * running_from)
    return min(standby_from, 0.9 * idling_from), idling_from, running_from


def _middle(below: FloatArray, above: float, default: float, p0_kw: float) -> float:
    known = below[np.isfinite(below)]
    low = float(known[-1]) if len(known) else 0.0
    if not math.isfinite(above):
        return max(default, 1.5 * low)
    return p0_kw * math.expm1(0.5 * (math.log1p(low / p0_kw) + math.log1p(above / p0_kw)))


def kernel_matrix() -> FloatArray:
    """float64[BINS, BINS], columns summing to one: what a reading of one bin says of its neighbours."""
    apart = np.arange(BINS)[:, None] - np.arange(BINS)[None, :]
    kernel = (1 + (apart / KERNEL_BINS) ** 2 / KERNEL_NU) ** (-0.5 * (KERNEL_NU + 1))
    result: FloatArray = kernel / kernel.sum(axis=0)
    return result


def smoothed(counts: FloatArray, kernel: FloatArray) -> FloatArray:
    """Emissions float64[K, BINS] from how often each state was in each bin."""
    shares = (counts + 1e-9) / (counts + 1e-9).sum(axis=1, keepdims=True)
    result: FloatArray = (1 - STRAY) * shares @ kernel.T + STRAY / BINS
    return result


def steps_of(model: StateModel, step_ms: int) -> tuple[FloatArray, IntArray]:
    """Transitions float64[4, 4] and least dwells int64[4] at another step than the one that was learned."""
    leave = 1 - np.diag(model.transition)
    kept = (1 - leave) ** (step_ms / model.step_ms)
    ratio = np.where(leave > 0, (1 - kept) / np.maximum(leave, 1e-300), 0.0)
    transition = model.transition * ratio[:, None]
    np.fill_diagonal(transition, kept)
    least = np.maximum(1, np.round(model.least_ms / step_ms)).astype(np.int64)
    return transition, least


def quantile(row: FloatArray, share: float) -> int:
    """The bin below which this share of a row lies."""
    total = np.cumsum(row)
    return min(int(np.searchsorted(total, share * total[-1])), BINS - 1)


def quantile_kw(row: FloatArray, scale: PowerScale, share: float) -> float:
    """The power below which this share of a row lies; nothing in the lowest bin."""
    at = quantile(row, share)
    return 0.0 if at == 0 else float(scale.kw(float(at)))
