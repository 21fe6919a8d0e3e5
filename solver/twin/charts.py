"""Control charts of a machine's batches: scores that need no known mean, EWMA, CUSUM, and a robust trend.

Self-starting scores (Hawkins 1987): each batch is judged by the batches before it, so that the charts keep
their false-alarm rate from the fourth batch on, however few batches taught them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from solver.remaining import student_share

EWMA_LAMBDA, EWMA_LIMIT = 0.2, 2.95  # both charts together find falsely once in some 400 batches
CUSUM_K, CUSUM_H = 0.5, 4.8
MOST_SCORE = 2.5  # wild batches are not a drift: more, and heavy tails (t of 5 degrees) find falsely oftener
WILD_SD = 4.0  # so far from the mean a batch teaches no more
LEAST_BEFORE = 3
NORMAL = NormalDist()
Series = tuple[str, bool]  # a recipe, and whether its figures are by tonne


@dataclass(slots=True)
class SelfStarting:
    """Means per recipe and one scatter, learned batch by batch from logarithms."""

    counts: dict[Series, int] = field(default_factory=dict)
    means: dict[Series, float] = field(default_factory=dict)
    squares: float = 0.0

    def score(self, recipe: Series, value: float) -> float | None:
        """How far a value is from those before, as a standard normal; None without enough of them."""
        degrees = sum(self.counts.values()) - len(self.counts)
        if recipe not in self.counts or degrees < LEAST_BEFORE:
            return None
        sd = math.sqrt(self.squares / degrees * (1 + 1 / self.counts[recipe]))
        if sd <= 0:
            return (
                0.0 if value == self.means[recipe] else math.copysign(MOST_SCORE, value - self.means[recipe])
            )
        share = student_share((value - self.means[recipe]) / sd, degrees)
        found = NORMAL.inv_cdf(min(max(share, 1e-6), 1 - 1e-6))
        return min(max(found, -MOST_SCORE), MOST_SCORE)

    def learn(self, recipe: Series, value: float) -> None:
        """Takes a value; a wild one is drawn in to where one in some ten thousand would be."""
        count, mean = self.counts.get(recipe, 0), self.means.get(recipe, value)
        degrees = sum(self.counts.values()) - len(self.counts)
        if degrees >= 3 * LEAST_BEFORE:
            most = WILD_SD * math.sqrt(self.squares / degrees)
            value = min(max(value, mean - most), mean + most)
        self.counts[recipe] = count + 1
        self.means[recipe] = mean + (value - mean) / (count + 1)
        self.squares += (value - mean) * (value - self.means[recipe])

    @property
    def sd(self) -> float:
        """Scatter of the batches around their recipe; NaN before there are any."""
        degrees = sum(self.counts.values()) - len(self.counts)
        return math.sqrt(self.squares / degrees) if degrees > 0 else math.nan


@dataclass(slots=True)
class DriftChart:
    """EWMA and two-sided CUSUM over scores; says once that they drifted, then waits to be started again."""

    ewma: float = 0.0
    up: float = 0.0
    down: float = 0.0
    seen: int = 0
    up_since: int = 0  # number of the first score of the present rise
    down_since: int = 0

    def add(self, score: float) -> int | None:
        """Takes a score; the number of the first score of a drift, counted from 0, when one is found."""
        self.ewma += EWMA_LAMBDA * (score - self.ewma)
        self.up = max(0.0, self.up + score - CUSUM_K)
        self.down = max(0.0, self.down - score - CUSUM_K)
        self.up_since = self.seen + 1 if self.up == 0.0 else self.up_since
        self.down_since = self.seen + 1 if self.down == 0.0 else self.down_since
        self.seen += 1
        spread = math.sqrt(EWMA_LAMBDA / (2 - EWMA_LAMBDA) * (1 - (1 - EWMA_LAMBDA) ** (2 * self.seen)))
        if max(self.up, self.down) > CUSUM_H or abs(self.ewma) > EWMA_LIMIT * spread:
            rises = self.up >= self.down
            return min(self.up_since if rises else self.down_since, self.seen - 1)
        return None


@dataclass(frozen=True, slots=True)
class Trend:
    """Theil-Sen slope per step and the probability (Mann-Kendall, two-sided) of one as steep by chance."""

    slope: float
    chance: float


def trend(values: Sequence[float]) -> Trend | None:
    """The trend of values in their order; None for fewer than eight, of which chance makes anything."""
    y = np.asarray(values, dtype=np.float64)
    count = len(y)
    if count < 8:
        return None
    first, second = np.triu_indices(count, 1)
    slope = float(np.median((y[second] - y[first]) / (second - first)))
    s = float(np.sum(np.sign(y[second] - y[first])))
    _, ties = np.unique(y, return_counts=True)
    variance = (
        count * (count - 1) * (2 * count + 5) - float(np.sum(ties * (ties - 1) * (2 * ties + 5)))
    ) / 18
    if variance <= 0:
        return Trend(slope, 1.0)
    z = (s - math.copysign(1.0, s)) / math.sqrt(variance) if s else 0.0
    return Trend(slope, 2 * (1 - NORMAL.cdf(abs(z))))
