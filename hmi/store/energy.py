"""Energy of a stretch of time from a counter's or a power's readings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.durations import MINUTE_MS

LONGEST_BRIDGE_MS = 15 * MINUTE_MS  # further apart, two readings say nothing about an edge between them
_MS_PER_HOUR = 3.6e6

Times = NDArray[np.int64]
Values = NDArray[np.float64]


class Energy(NamedTuple):
    """Energy of a stretch of time, and the share of that time (0..1) which it rests on."""

    kwh: float
    coverage: float


def counter_energy(
    t_ms: Times, counter_kwh: Values, from_ms: int, to_ms: int, most_kw: float | None = None
) -> Energy:
    """By a counter's readings in order, without gaps; needs the neighbours on both sides of the stretch.

    The counter bridges what is missing inside; at the two ends it is read by straight line between
    neighbours not more than 15 min apart. A counter that goes back, or forward by more than `most_kw` allows,
    counts nothing.
    """
    step_ms = np.diff(t_ms)
    step_kwh = np.diff(counter_kwh)
    inside_ms = np.minimum(t_ms[1:], to_ms) - np.maximum(t_ms[:-1], from_ms)
    known = (step_kwh >= 0) & (inside_ms > 0) & ((inside_ms == step_ms) | (step_ms <= LONGEST_BRIDGE_MS))
    if most_kw is not None:
        known &= step_kwh <= most_kw * step_ms / _MS_PER_HOUR * 1.1 + 0.1
    kwh = float(np.sum(step_kwh[known] * inside_ms[known] / step_ms[known]))
    return Energy(kwh, float(np.sum(inside_ms[known])) / (to_ms - from_ms))


def power_energy(t_ms: Times, power_kw: Values, from_ms: int, to_ms: int) -> Energy:
    """By a power's readings in order, without gaps: straight lines between those not over 15 min apart."""
    step_ms = np.diff(t_ms)
    first_ms, last_ms = np.maximum(t_ms[:-1], from_ms), np.minimum(t_ms[1:], to_ms)
    known = (last_ms > first_ms) & (step_ms <= LONGEST_BRIDGE_MS)
    inside_ms = (last_ms - first_ms)[known]
    # A straight line's mean is its value in the middle of what lies inside.
    at = ((first_ms + last_ms) / 2 - t_ms[:-1])[known] / step_ms[known]
    mean_kw = power_kw[:-1][known] + at * np.diff(power_kw)[known]
    kwh = float(np.sum(mean_kw * inside_ms)) / _MS_PER_HOUR
    return Energy(kwh, float(np.sum(inside_ms)) / (to_ms - from_ms))
