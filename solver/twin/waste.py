"""Waste that a meter shows: idling, over-running, leaks when nothing runs; batches of an unusual shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.layout import Floats
from solver.remaining import EnergyBelief, energy_quantiles

BINS = 20  # of a batch's energy, in which its power is compared
LEAST_TEMPLATE = 8  # batches
SHAPE_SPREADS = 4.0
LEAST_SHAPE_SPREAD = 0.03
LEAST_SHAPE_MIN = 10.0
START_UP_MIN = 10.0
OVER_SHARE = 0.99
MAD_TO_SD = 1.4826
LEAK_MIN = 20  # minutes in which nothing runs, before a flow is a leak
LEAK_SHARE = 0.05  # of the usual flow while the machines run


@dataclass(frozen=True, slots=True)
class Waste:
    """Energy that made nothing, by tariff band: (band, kWh, money)."""

    by_band: tuple[tuple[str, float, float], ...]

    @property
    def kwh(self) -> float:
        """All of it."""
        return sum(kwh for _, kwh, _ in self.by_band)

    @property
    def money(self) -> float:
        """What it cost."""
        return sum(money for _, _, money in self.by_band)


def waste_of(
    kwh: Floats, wasted: npt.NDArray[np.bool_], bands: Sequence[str], price_per_kwh: Floats
) -> Waste:
    """The waste in minutes float64[n] of energy, where `wasted`; band and price of each minute beside it.

    A minute without a reading (NaN) counts as nothing.
    """
    counted = np.where(wasted & np.isfinite(kwh), np.nan_to_num(kwh), 0.0)
    names = np.asarray(bands)
    return Waste(
        tuple(
            (name, float(counted[names == name].sum()), float((counted * price_per_kwh)[names == name].sum()))
            for name in dict.fromkeys(bands)
            if np.any(counted[names == name] > 0)
        )
    )


def over_run_kwh(belief: EnergyBelief, used_kwh: float) -> float:
    """What a batch has used beyond what 99 of 100 such batches take; 0 before."""
    most = float(energy_quantiles(belief, 0.0, np.array([OVER_SHARE]))[0])
    return max(0.0, used_kwh - most)


def leak_flow(flow: Floats, running: npt.NDArray[np.bool_]) -> float | None:
    """The flow of air, water or gas while nothing runs, where it is a leak; minutes float64[n], NaN unknown.

    The newest stand counts; it must be long enough, and be seen.
    """
    if running[-1:].any() or not running.any():
        return None
    stands = len(running) - 1 - int(np.flatnonzero(running)[-1])
    standing = flow[len(flow) - stands :]
    seen = standing[np.isfinite(standing)]
    if stands < LEAK_MIN or len(seen) < 0.8 * stands:
        return None
    lost = float(np.median(seen[len(seen) // 4 :]))  # what was under way may run empty first
    usual = flow[running & np.isfinite(flow)]
    return lost if len(usual) and lost > LEAK_SHARE * float(np.median(usual)) else None


def shape_of(minutes_kw: Floats) -> Floats:
    """The mean power in each twentieth of a batch's energy: running minutes float64[n] to float64[20]."""
    known = minutes_kw[round(START_UP_MIN) :]
    known = known[np.isfinite(known) & (known > 0)]
    if len(known) < BINS:
        return np.full(BINS, math.nan)
    share = np.cumsum(known) / known.sum()
    place = np.minimum((share * BINS - 1e-9).astype(np.int64), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    total = np.bincount(place, weights=known, minlength=BINS)
    result: Floats = np.where(count > 0, total / np.maximum(count, 1), math.nan)
    return result


def odd_minutes(shapes: Sequence[Floats], shape: Floats, running_min: float) -> float:
    """How many minutes of a batch lie outside the template of earlier ones; 0 below ten, or of too few."""
    if len(shapes) < LEAST_TEMPLATE:
        return 0.0
    past = np.array(shapes)
    middle = np.nanmedian(past, axis=0)
    spread = MAD_TO_SD * np.nanmedian(np.abs(past - middle), axis=0)
    spread = np.maximum(spread, LEAST_SHAPE_SPREAD * middle)
    odd = np.abs(shape - middle) > SHAPE_SPREADS * spread
    minutes = float(np.sum(odd)) * running_min / BINS
    return minutes if minutes > LEAST_SHAPE_MIN else 0.0
