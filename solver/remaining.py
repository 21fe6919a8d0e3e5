"""The first twin of a batch: what it will still take, in energy and time, with a band.

A batch ends when its energy is used, so the energy is predicted and time follows. The log of a batch's
energy is normal with unknown mean and variance (Normal-inverse-gamma); what was used already truncates its
distribution (twin.md 2.4).
"""

from __future__ import annotations

import bisect
import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS

FloatArray = npt.NDArray[np.float64]

LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9
OVERDUE = 0.99
PRIOR_WEIGHT = 3.0  # the nominal batch counts like so many seen
PRIOR_SPREAD = 0.1  # relative spread of a machine's batches before any was seen
POWER_MEMORY_MS = 30 * MINUTE_MS
ENERGY_STEPS = 199  # quantiles of energy and of power that are combined to those of time
POWER_STEPS = 19


@dataclass(frozen=True, slots=True)
class EnergyBelief:
    """Normal-inverse-gamma belief about the log of a batch's energy in kWh; `seen` batches taught it."""

    mean: float
    kappa: float
    alpha: float
    beta: float
    seen: int = 0

    @property
    def median_kwh(self) -> float:
        """The energy that half of the batches exceed."""
        return math.exp(self.mean)

    @property
    def log_sd(self) -> float:
        """Relative spread of the next batch's energy (scale of its predictive)."""
        return math.sqrt(self.beta * (self.kappa + 1) / (self.alpha * self.kappa))


@dataclass(frozen=True, slots=True)
class Band:
    """10, 50 and 90 % quantiles."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a batch will still take; the bands are None when it is overdue: nothing is known then.

    `end_ms` is wall time with the planned pauses, `expected_kwh` what such a batch takes as a whole.
    """

    used_kwh: float
    energy_kwh: Band | None
    running_min: Band | None
    end_ms: Band | None
    overdue: bool
    expected_kwh: float


def nominal_belief(power_kw: float, running_min: float, spread: float = PRIOR_SPREAD) -> EnergyBelief:
    """What is believed before a batch was seen: power times running minutes, with a relative spread."""
    alpha = PRIOR_WEIGHT
    return EnergyBelief(
        mean=math.log(power_kw * running_min / 60.0),
        kappa=PRIOR_WEIGHT,
        alpha=alpha,
        beta=(alpha - 1) * spread**2,
    )


def learned(belief: EnergyBelief, energies_kwh: Iterable[float]) -> EnergyBelief:
    """The belief after complete batches of these energies, kWh; only finite, positive ones count."""
    for energy_kwh in energies_kwh:
        if not (math.isfinite(energy_kwh) and energy_kwh > 0):
            continue
        off = math.log(energy_kwh) - belief.mean
        kappa = belief.kappa + 1
        belief = EnergyBelief(
            mean=belief.mean + off / kappa,
            kappa=kappa,
            alpha=belief.alpha + 0.5,
            beta=belief.beta + 0.5 * belief.kappa * off**2 / kappa,
            seen=belief.seen + 1,
        )
    return belief


def energy_quantiles(belief: EnergyBelief, used_kwh: float, shares: FloatArray) -> FloatArray:
    """Quantiles of a batch's whole energy, kWh, given that it has used so much already."""
    x, cdf = _student(2 * belief.alpha)
    passed = _passed(belief, used_kwh, x, cdf)
    quantiles = np.interp(passed + shares * (1 - passed), cdf, x)
    totals: FloatArray = np.exp(belief.mean + belief.log_sd * quantiles)
    return np.maximum(totals, max(used_kwh, 0.0))


def share_passed(belief: EnergyBelief, used_kwh: float) -> float:
    """The probability that a batch takes no more than this."""
    return _passed(belief, used_kwh, *_student(2 * belief.alpha))


def _passed(belief: EnergyBelief, used_kwh: float, x: FloatArray, cdf: FloatArray) -> float:
    if used_kwh <= 0:
        return 0.0
    return float(np.interp((math.log(used_kwh) - belief.mean) / belief.log_sd, x, cdf))


def student_share(value: float, degrees: float) -> float:
    """The probability that a Student-t value with so many degrees of freedom is no larger."""
    return float(np.interp(value, *_student(degrees)))


def student_quantile(share: float, degrees: float) -> float:
    """The Student-t value that is exceeded with the probability 1 - share."""
    x, cdf = _student(degrees)
    return float(np.interp(share, cdf, x))


@cache
def _student_points() -> FloatArray:
    return np.asarray(np.sinh(np.linspace(-6.0, 6.0, 2401)))


@lru_cache(maxsize=512)
def _student(degrees: float) -> tuple[FloatArray, FloatArray]:
    """Student's t as a table: points float64[n] and its distribution there, by integrating the density."""
    x = _student_points()
    log_density = -0.5 * (degrees + 1) * np.log1p(x * x / degrees)
    density = np.exp(log_density)
    steps = 0.5 * (density[1:] + density[:-1]) * np.diff(x)
    cdf = np.concatenate(([0.0], np.cumsum(steps)))
    return x, cdf / cdf[-1]


def remaining(
    belief: EnergyBelief,
    used_kwh: float,
    t_ms: int,
    *,
    power_kw: float,
    power_log_sd: float = 0.05,
    pauses: Sequence[tuple[int, int]] = (),
    shares: tuple[float, float, float] = (LOW, MEDIAN, HIGH),
) -> Remaining:
    """What the batch under way will still take at `t_ms`; deterministic.

    `power_kw` is the running power (median of the last 30 minutes), `power_log_sd` how far the mean of the
    rest may differ from it. `pauses` are planned (from_ms, to_ms); one that lasts at `t_ms` counts from
    there on. Without them a machine that stands is taken to go on at once. `shares` are the quantiles that
    are told as low, median and high: a calibrated band asks for others than 10 and 90 %.
    """
    if share_passed(belief, used_kwh) > OVERDUE:
        return Remaining(used_kwh, None, None, None, True, belief.median_kwh)
    energy = energy_quantiles(belief, used_kwh, np.array(shares)) - used_kwh
    minutes = _quantiles(_minutes(belief, used_kwh, power_kw, power_log_sd), shares)
    ends = [float(end_with_pauses_ms(t_ms, value, pauses)) for value in minutes]
    return Remaining(
        used_kwh=used_kwh,
        energy_kwh=_band(energy),
        running_min=_band(minutes),
        end_ms=Band(*ends),
        overdue=False,
        expected_kwh=belief.median_kwh,
    )


def _minutes(belief: EnergyBelief, used_kwh: float, power_kw: float, power_log_sd: float) -> FloatArray:
    """Equally likely running minutes: each quantile of the energy over each quantile of the power."""
    left_kwh = energy_quantiles(belief, used_kwh, _centres(ENERGY_STEPS)) - used_kwh
    powers = max(power_kw, 1e-6) * np.exp(power_log_sd * _normal_steps())
    minutes: FloatArray = np.divide.outer(60.0 * left_kwh, powers).ravel()
    return minutes


@cache
def _centres(steps: int) -> FloatArray:
    """The middles of so many equal shares."""
    return (np.arange(steps) + 0.5) / steps


@cache
def _normal_steps() -> FloatArray:
    """Equally likely values of a standard normal."""
    x, cdf = _student(1e6)  # as good as normal
    return np.interp(_centres(POWER_STEPS), cdf, x)


def _quantiles(values: FloatArray, shares: Sequence[float]) -> list[float]:
    """As numpy.quantile, whose own checks cost a thousand machines more than its work does."""
    places = [share * (len(values) - 1) for share in shares]
    below = [min(int(place), len(values) - 2) for place in places]
    ordered = np.partition(values, sorted({at + step for at in below for step in (0, 1)}))
    return [
        float(ordered[at] + (place - at) * (ordered[at + 1] - ordered[at]))
        for place, at in zip(places, below, strict=True)
    ]


def _band(values: Iterable[float]) -> Band:
    low, median, high = (max(0.0, float(value)) for value in values)
    return Band(low, median, high)


def end_with_pauses_ms(t_ms: int, running_min: float, pauses: Sequence[tuple[int, int]]) -> int:
    """When so many running minutes are over, from `t_ms` on, with pauses (from_ms, to_ms) between."""
    now_ms, left_ms = t_ms, running_min * MINUTE_MS
    for from_ms, to_ms in sorted(pauses):
        if to_ms <= now_ms:
            continue
        if from_ms - now_ms >= left_ms and from_ms > now_ms:
            break
        left_ms -= max(0, from_ms - now_ms)
        now_ms = to_ms
    return round(now_ms + left_ms)


@dataclass(slots=True)
class PowerMemory:
    """The running power of the last half hour in which the machine ran, and how it wandered."""

    nominal_kw: float
    _readings: deque[tuple[int, float]] = field(default_factory=deque)
    _in_order: list[float] = field(default_factory=list)  # their powers by size

    def add(self, t_ms: int, power_kw: float) -> None:
        """Takes a reading of the running machine."""
        if not math.isfinite(power_kw):
            return
        self._readings.append((t_ms, power_kw))
        bisect.insort(self._in_order, power_kw)
        while self._readings[0][0] < t_ms - POWER_MEMORY_MS:
            _, old_kw = self._readings.popleft()
            del self._in_order[bisect.bisect_left(self._in_order, old_kw)]

    @property
    def median_kw(self) -> float:
        """The median, the nominal power before the first reading."""
        count = len(self._in_order)
        if not count:
            return self.nominal_kw
        return 0.5 * (self._in_order[(count - 1) // 2] + self._in_order[count // 2])
