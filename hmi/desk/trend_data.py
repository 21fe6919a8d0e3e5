"""What the Trends page asks the database for: curves for the screen, and figures between two cursors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from devices.reading import Quality
from hmi.desk import point_texts
from hmi.desk.context import DeskContext
from hmi.store.database import Store
from hmi.store.readings import energy_between, series, series_thinned
from hmi.store.thinning import Series
from widgets.time_plot import TimeSpan

POWER, ENERGY = "power_kw", "energy_kwh"


@dataclass(frozen=True, slots=True)
class Window:
    """Series by point, for a stretch of time."""

    from_ms: int
    to_ms: int
    series: Mapping[str, Series]


@dataclass(frozen=True, slots=True)
class Between:
    """A point between two times: its values there (NaN: none), mean, energy, and the share they rest on."""

    first: float
    last: float
    mean: float
    energy_kwh: float | None
    coverage: float

    @property
    def difference(self) -> float:
        """How much it changed."""
        return self.last - self.first


def quantity_of(point: str) -> str:
    """What a point measures."""
    return point.partition(".")[2]


def unit_of(point: str) -> str:
    """The unit of a point's quantity."""
    return point_texts.UNITS.get(quantity_of(point), "")


def point_title(context: DeskContext, point: str) -> str:
    """What people call a point."""
    meter, _, quantity = point.partition(".")
    unit = unit_of(point)
    title = f"{context.label(meter)} · {point_texts.quantity(quantity)}"
    return f"{title}, {unit}" if unit else title


def load_window(store: Store, points: Sequence[str], from_ms: int, to_ms: int, most_points: int) -> Window:
    """The points' history, each thinned to about `most_points`."""
    found = {point: series_thinned(store, point, from_ms, to_ms, most_points) for point in points}
    return Window(from_ms, to_ms, found)


def load_exact(store: Store, points: Sequence[str], from_ms: int, to_ms: int) -> Window:
    """The points' history, every reading of it and nothing in between."""
    found = {
        point: series(store, point, from_ms, to_ms, longest_gap_ms=to_ms - from_ms + 1) for point in points
    }
    return Window(from_ms, to_ms, found)


def load_between(store: Store, points: Sequence[str], a_ms: int, b_ms: int) -> dict[str, Between]:
    """Figures of the points between two times, from every reading; energy comes from the meters' counters."""
    from_ms, to_ms = sorted((a_ms, b_ms))
    return {point: _between(store, point, from_ms, to_ms) for point in points}


def doubts_of(found: Series) -> tuple[TimeSpan, ...]:
    """The stretches in which the readings are UNCERTAIN, from the first of them to the next other one."""
    uncertain = found.quality == Quality.UNCERTAIN
    if not uncertain.any():
        return ()
    edges = np.diff(uncertain.astype(np.int8), prepend=0, append=0)
    last = len(found.t_ms) - 1
    starts = found.t_ms[np.flatnonzero(edges > 0)].tolist()
    ends = found.t_ms[np.minimum(np.flatnonzero(edges < 0), last)].tolist()
    return tuple(TimeSpan(start, end) for start, end in zip(starts, ends, strict=True))


def mean_of(found: Series) -> float:
    """The time-weighted mean of a series float64[n] without its gaps; NaN where there is nothing."""
    if len(found.t_ms) < 2:
        return float(found.value[0]) if len(found.value) else math.nan
    step_ms = np.diff(found.t_ms).astype(np.float64)
    middle = (found.value[1:] + found.value[:-1]) / 2
    known = np.isfinite(middle)
    weight = float(np.sum(step_ms[known]))
    return float(np.sum(middle[known] * step_ms[known])) / weight if weight else math.nan


def _between(store: Store, point: str, from_ms: int, to_ms: int) -> Between:
    found = series(store, point, from_ms, to_ms + 1)
    finite = found.value[np.isfinite(found.value)]
    first, last = (float(finite[0]), float(finite[-1])) if len(finite) else (math.nan, math.nan)
    meter, _, quantity = point.partition(".")
    if quantity not in (POWER, ENERGY):
        return Between(first, last, mean_of(found), None, _coverage(found, from_ms, to_ms))
    energy = energy_between(store, f"{meter}.{ENERGY}", from_ms, to_ms)
    mean = mean_of(found) if quantity == POWER else math.nan
    return Between(first, last, mean, energy.kwh, energy.coverage)


def _coverage(found: Series, from_ms: int, to_ms: int) -> float:
    if len(found.t_ms) < 2 or to_ms <= from_ms:
        return 0.0
    known = np.isfinite(found.value[1:]) & np.isfinite(found.value[:-1])
    return float(np.sum(np.diff(found.t_ms)[known])) / (to_ms - from_ms)
