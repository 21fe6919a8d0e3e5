"""A machine's thresholds from its power alone, for a record of which nothing else is known."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.states import StateSettings, gap_limit_ms

FloatArray = npt.NDArray[np.float64]

BINS = 400
LEAST_SHARE = 0.005  # a level that holds less of the readings is a passage, not a level
CLEAR_GAIN = 0.7  # share of the variance that a split must explain to be believed
LEAST_RATIO = 1.8  # two levels closer than this are one that fluctuates
RUNNING_FLOOR_KW = 1.0  # a record with one level only: below this it is standby
SHUTDOWN_FLOOR_KW = 0.05


@dataclass(frozen=True, slots=True)
class _Level:
    median_kw: float
    low_kw: float
    high_kw: float


def estimated_settings(times_ms: npt.NDArray[np.int64], power_kw: FloatArray) -> StateSettings:
    """Thresholds and poll period of a record: clearly separate levels of power, the upper ones running.

    `times_ms` int64[n] rising, `power_kw` float64[n] with NaN for gaps. Power is compared on the scale
    log(1 + P/P0), P0 a thousandth of the highest usual power, so that standby and running are both in sight.
    """
    poll_ms = typical_step_ms(times_ms)
    standby_from, idling_from, running_from = _edges(np.clip(power_kw[np.isfinite(power_kw)], 0.0, None))
    return StateSettings(
        standby_from_kw=standby_from,
        idling_from_kw=idling_from,
        running_from_kw=running_from,
        poll_ms=poll_ms,
        gap_ms=gap_limit_ms(poll_ms),
    )


def typical_step_ms(times_ms: npt.NDArray[np.int64]) -> int:
    """The median step of a record, ms; one minute where there is none."""
    if len(times_ms) < 2:
        return 60_000
    return max(1, round(float(np.median(np.diff(times_ms)))))


def _edges(power_kw: FloatArray) -> tuple[float, float, float]:
    """The power from which standby, idling and running begin."""
    levels = _levels(power_kw)
    if len(levels) < 2:
        return _edges_of_one_level(levels)
    top = levels[-1]
    running = len(levels) - 1
    while running > 1 and levels[running - 1].median_kw >= 0.5 * top.median_kw:
        running -= 1
    below, above = levels[running - 1], levels[running]
    running_from = _between(below, above)
    idling_from = 0.1 * above.median_kw
    for lower, upper in itertools.pairwise(levels[:running]):
        if upper.median_kw > 0.1 * above.median_kw:
            idling_from = _between(lower, upper)
            break
    idling_from = min(idling_from, 0.9 * running_from)
    standby_kw = [level.median_kw for level in levels[:running] if 0 < level.median_kw < idling_from]
    standby_from = 0.3 * standby_kw[-1] if standby_kw else SHUTDOWN_FLOOR_KW
    if len(standby_kw) > 1:
        standby_from = math.sqrt(standby_kw[-1] * max(standby_kw[-2], 0.1 * standby_kw[-1]))
    return min(standby_from, 0.9 * idling_from), idling_from, running_from


def _edges_of_one_level(levels: list[_Level]) -> tuple[float, float, float]:
    """A record that never changes says nothing of the other levels: absolute floors decide."""
    median_kw = levels[0].median_kw if levels else 0.0
    if median_kw >= RUNNING_FLOOR_KW:
        running_from = max(RUNNING_FLOOR_KW, 0.5 * median_kw)
        return SHUTDOWN_FLOOR_KW, 0.2 * running_from, running_from
    return SHUTDOWN_FLOOR_KW, min(max(0.2, 1.5 * median_kw), 0.9) * RUNNING_FLOOR_KW, RUNNING_FLOOR_KW


def _between(below: _Level, above: _Level) -> float:
    """A threshold between two levels: in the middle of what separates them, on a square-root scale."""
    low, high = sorted((below.high_kw, above.low_kw))
    return (0.5 * (math.sqrt(low) + math.sqrt(high))) ** 2


def _levels(power_kw: FloatArray) -> list[_Level]:
    """The clearly separate levels of a sample, rising; splits until no split is clear."""
    if len(power_kw) == 0:
        return []
    scale_kw = max(float(np.quantile(power_kw, 0.99)), 1e-6) / 1000.0
    least = max(5.0, LEAST_SHARE * len(power_kw))
    waiting = [np.sort(power_kw)]
    found: list[FloatArray] = []
    while waiting:
        part = waiting.pop()
        cut = _clearest_cut(part, scale_kw, least)
        if cut is None:
            found.append(part)
        else:
            waiting += [part[:cut], part[cut:]]
    levels = [_Level(*(float(value) for value in np.quantile(part, (0.5, 0.05, 0.95)))) for part in found]
    return sorted(levels, key=_median_of)


def _median_of(level: _Level) -> float:
    return level.median_kw


def _clearest_cut(rising_kw: FloatArray, scale_kw: float, least: float) -> int | None:
    """Where to cut a rising sample so that the parts explain most of its variance; None when not clear."""
    z = np.log1p(rising_kw / scale_kw)
    if len(z) < 2 * least or z[-1] - z[0] < math.log(LEAST_RATIO):
        return None
    edges = np.searchsorted(z, np.linspace(z[0], z[-1], BINS + 1)[1:-1])
    cuts = np.unique(edges[(edges >= least) & (len(z) - edges >= least)])
    if len(cuts) == 0:
        return None
    total = np.concatenate(([0.0], np.cumsum(z)))
    below, above = total[cuts] / cuts, (total[-1] - total[cuts]) / (len(z) - cuts)
    share = cuts / len(z)
    gain = share * (1 - share) * (above - below) ** 2 / max(float(np.var(z)), 1e-12)
    best = int(cuts[int(np.argmax(gain))])
    ratio = (float(np.median(rising_kw[best:])) + scale_kw) / (float(np.median(rising_kw[:best])) + scale_kw)
    return best if float(np.max(gain)) >= CLEAR_GAIN and ratio >= LEAST_RATIO else None
