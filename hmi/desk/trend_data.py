"""What the Trends page asks the database for: curves for the screen, and figures between two cursors."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from devices.reading import Quality
from hmi.desk import point_texts
from hmi.desk.context import DeskContext
from hmi.desk.history import Used, together, used_between
from hmi.plant import Plant
from hmi.store.database import Store
from hmi.store.readings import series, series_thinned
from hmi.store.retention import means_until
from hmi.store.thinning import Series
from solver.durations import MINUTE_MS
from solver.tariff import Tariff
from widgets.time_plot import TimeSpan
from widgets.trend_lanes import Curve

FIRST_MACHINES = 2
BESIDE_MS = 15 * MINUTE_MS  # how far beside a cursor its neighbouring readings are looked for
POWER, ENERGY = "power_kw", "energy_kwh"


@dataclass(frozen=True, slots=True)
class Window:
    """Series by point, for a stretch of time; before `means_until_ms` of a point its values are means."""

    from_ms: int
    to_ms: int
    series: Mapping[str, Series]
    means_until_ms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Between:
    """A point between two times: its values there (NaN: none), mean, energy, and the share they rest on.

    Energy and cost are those of the point's meter, None for points that are neither power nor energy.
    `thinned` says that some of it rests on means over minutes.
    """

    first: float
    last: float
    mean: float
    energy_kwh: float | None
    cost: float | None
    coverage: float
    thinned: bool

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


def whole_point(plant: Plant) -> str:
    """The shop-floor's power: its meter's, or where it has none a point that is the sum of its machines'."""
    main = plant.meter_of(plant.shopfloor)
    return f"{plant.shopfloor if main is None else main.id}.{POWER}"


def parts_of(plant: Plant, point: str) -> list[str]:
    """The points that a point is the sum of: itself, if it is one that a meter reads."""
    if plant.meter_of(plant.shopfloor) is not None or point != whole_point(plant):
        return [point]
    return [f"{meter.id}.{POWER}" for meter in plant.meters if meter.measures]


def point_title(context: DeskContext, point: str) -> str:
    """What people call a point."""
    meter, _, quantity = point.partition(".")
    unit = unit_of(point)
    title = f"{context.label(meter)} · {point_texts.quantity(quantity)}"
    if parts_of(context.plant, point) != [point]:
        title = QCoreApplication.translate("trends", "{title} (sum)").format(title=title)
    return f"{title}, {unit}" if unit else title


def points_in_order(plant: Plant, points: Collection[str]) -> list[str]:
    """Points as people look for them: the main meter's first, then each meter's by quantity, then others."""
    main = plant.meter_of(plant.shopfloor)
    first = [main.id] if main is not None else []
    meters = first + [meter.id for meter in plant.meters if meter.id not in first]
    plant_order = [f"{meter}.{quantity}" for meter in meters for quantity in point_texts.UNITS]
    ordered = [point for point in plant_order if point in points] + sorted(set(points) - set(plant_order))
    is_sum = main is None and any(part in points for part in parts_of(plant, whole_point(plant)))
    return [whole_point(plant), *ordered] if is_sum else ordered


def first_points(plant: Plant, known: Collection[str]) -> tuple[str, ...]:
    """What is drawn before anybody chose: the power of the whole and of the first machines."""
    machines = [machine.id for machine in plant.machines[:FIRST_MACHINES]]
    points = [f"{meter.id}.{POWER}" for one in machines if (meter := plant.meter_of(one)) is not None]
    return tuple(point for point in (whole_point(plant), *points) if point in known)


def load_window(
    store: Store, plant: Plant, points: Sequence[str], from_ms: int, to_ms: int, most_points: int
) -> Window:
    """The points' history, each thinned to about `most_points`."""

    def read(point: str) -> Series:
        return series_thinned(store, point, from_ms, to_ms, most_points)

    found = {point: _summed(plant, point, read) for point in points}
    return Window(from_ms, to_ms, found, _means_of(store, plant, points))


def load_exact(store: Store, plant: Plant, points: Sequence[str], from_ms: int, to_ms: int) -> Window:
    """The points' history, every reading of it and nothing in between."""

    def read(point: str) -> Series:
        return series(store, point, from_ms, to_ms, longest_gap_ms=to_ms - from_ms + 1)

    found = {point: _summed(plant, point, read) for point in points}
    return Window(from_ms, to_ms, found, _means_of(store, plant, points))


def load_between(
    store: Store, plant: Plant, tariff: Tariff, points: Sequence[str], a_ms: int, b_ms: int
) -> dict[str, Between]:
    """Figures of the points between two times, from every reading; energy comes from the meters' counters."""
    from_ms, to_ms = sorted((a_ms, b_ms))
    found = {}

    def read(point: str) -> Series:
        return series(store, point, from_ms - BESIDE_MS, to_ms + 1 + BESIDE_MS)

    for point in points:
        quantity, used = quantity_of(point), None
        if quantity in (POWER, ENERGY):
            counters = [f"{part.partition('.')[0]}.{ENERGY}" for part in parts_of(plant, point)]
            used = used_between(store, plant, tariff, counters, from_ms, to_ms)
        thinned = _means_of(store, plant, [point])[point] > from_ms
        whole = cut_out(_summed(plant, point, read), from_ms, to_ms)
        found[point] = _between(whole, quantity, used, (from_ms, to_ms), thinned)
    return found


def curves_of(window: Window, points: Collection[str], stairs: Collection[str]) -> list[Curve]:
    """What to draw of the points that are still wanted, some of them as stairs."""
    return [
        Curve(point, unit_of(point), index, one.t_ms, one.value, doubts_of(one), point in stairs)
        for index, (point, one) in enumerate(window.series.items())
        if point in points
    ]


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


def cut_out(found: Series, from_ms: int, to_ms: int) -> Series:
    """A stretch of a series; each end lies on the straight line between its neighbours, in a gap nowhere."""
    if len(found.t_ms) < 2:
        return found
    inside = (found.t_ms > from_ms) & (found.t_ms < to_ms)
    ends_ms = np.array([from_ms, to_ms])
    at_ends = np.interp(ends_ms, found.t_ms, found.value, left=np.nan, right=np.nan)
    nearest = np.clip(np.searchsorted(found.t_ms, ends_ms), 0, len(found.t_ms) - 1)
    return Series(
        np.concatenate((ends_ms[:1], found.t_ms[inside], ends_ms[1:])),
        np.concatenate((at_ends[:1], found.value[inside], at_ends[1:])),
        np.concatenate((found.quality[nearest[:1]], found.quality[inside], found.quality[nearest[1:]])),
    )


def mean_of(found: Series) -> float:
    """The time-weighted mean of a series float64[n] without its gaps; NaN where there is nothing."""
    if len(found.t_ms) < 2:
        return float(found.value[0]) if len(found.value) else math.nan
    step_ms = np.diff(found.t_ms).astype(np.float64)
    middle = (found.value[1:] + found.value[:-1]) / 2
    known = np.isfinite(middle)
    weight = float(np.sum(step_ms[known]))
    return float(np.sum(middle[known] * step_ms[known])) / weight if weight else math.nan


def _summed(plant: Plant, point: str, read: Callable[[str], Series]) -> Series:
    parts = [read(part) for part in parts_of(plant, point)]
    return parts[0] if len(parts) == 1 else together(parts)


def _means_of(store: Store, plant: Plant, points: Sequence[str]) -> dict[str, int]:
    return {point: max(means_until(store, part) for part in parts_of(plant, point)) for point in points}


def _between(
    found: Series, quantity: str, used: Used | None, range_ms: tuple[int, int], thinned: bool
) -> Between:
    finite = found.value[np.isfinite(found.value)]
    first, last = (float(finite[0]), float(finite[-1])) if len(finite) else (math.nan, math.nan)
    mean = mean_of(found) if quantity != ENERGY else math.nan
    if used is None or not used.coverage:  # not measured is not nothing used
        return Between(first, last, mean, None, None, _coverage(found, *range_ms), thinned)
    return Between(first, last, mean, used.energy_kwh, used.cost, used.coverage, thinned)


def _coverage(found: Series, from_ms: int, to_ms: int) -> float:
    if len(found.t_ms) < 2 or to_ms <= from_ms:
        return 0.0
    known = np.isfinite(found.value[1:]) & np.isfinite(found.value[:-1])
    return float(np.sum(np.diff(found.t_ms)[known])) / (to_ms - from_ms)
