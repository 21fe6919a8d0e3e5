"""What a day may bring, by the days like it: past days that followed a day like today, in a like weekday.

Each look weighs the past days in its own way: by age, by how alike two weekdays are in this very series, and
by how alike the days before were. A weighted quantile over the days, and over moments near the same time of
day, is what a look expects. Which looks are worth listening to is learned in blend.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np

from solver.layout import Floats, Ints

SHARES = np.array([0.1, 0.5, 0.9])
MOST_DAYS = 400  # the newest that are looked at
DAY_MIN = 1440.0
NEAR_MIN = 10.0  # moments so near count as the same time of day,
NEAR_WORTH = 0.5  # each by so much
PARTS = 8  # of a day, whose means make days alike
PART_WEIGHTS = (0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.6, 1.0)
LAST_WEIGHT = 2.0  # the last hour and the last half of it
PRIOR_DAYS = 4.0  # for so many the scatter of all days counts in that of days of one weekday
ALIKE = 0.4  # weekdays whose mean days differ by this share of the scatter are half strangers


@dataclass(frozen=True, slots=True)
class Look:
    """How past days are weighed: half-life of their age, worth of other weekdays, width of likeness."""

    half_life_days: float
    other_weekdays: float
    width: float
    level: bool = False  # the change from the last level is expected, not the level


LOOKS = (
    *(Look(*each) for each in product((10.0, 45.0, 200.0), (0.04, 0.65), (0.4, 0.8, 9.0))),
    Look(45.0, 1.0, 1.0, level=True),
)


@dataclass(frozen=True, slots=True)
class DayTable:
    """A series as days that end where it ends: `power` float64[days, steps], NaN unknown.

    `weekday` int64[days] 0 to 6; `traits` float64[days, n] what makes days alike, `last` float64[days] the
    mean of each day's last hour.
    """

    power: Floats
    weekday: Ints
    traits: Floats
    last: Floats


def day_table(power: Floats, weekday: Ints) -> DayTable:
    """The days of a series with their traits."""
    steps = power.shape[1]
    parts = np.array_split(np.arange(steps), min(PARTS, steps))
    hour = max(1, steps // 24)
    ends = [np.arange(steps - hour, steps), np.arange(steps - max(1, hour // 2), steps)]
    traits = np.stack([known_mean(power[:, part]) for part in [*parts, *ends]], axis=1)
    return DayTable(power, weekday, traits, known_mean(power[:, ends[0]]))


def known_mean(values: Floats) -> Floats:
    """Means along the last axis of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    result: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return result


def like_days(table: DayTable, today: int, weekday: int, ahead: int, steps: Ints) -> Floats:
    """What each look expects `ahead` days after day `today` (the last one known), which is a `weekday`.

    `steps` int64[n] are the moments of the day that are asked for; float64[looks, 3, n] 10, 50 and 90 %
    quantiles, NaN where nothing is known. Only days up to `today` are read.
    """
    from solver.twin.analogs_kernel import weighted_quantiles

    first = max(0, today + 1 - MOST_DAYS)
    then = np.arange(first, today + 1)  # days whose power is taken
    before = then - ahead  # the days that they followed
    followed = before >= first
    unlike = np.where(followed, _unlike(table, first, before, today), 0.0)
    strange = _strange(table, first, today, weekday)[table.weekday[then]]
    same = table.weekday[then] == weekday
    age = (today + ahead - then).astype(np.float64)
    last_day = np.where(np.isfinite(table.last[first : today + 1]), table.last[first : today + 1], 0.0)
    shift = last_day[-1] - last_day[np.maximum(before - first, 0)]
    values, times = _near(table.power[first : today + 1], steps)
    found = np.empty((len(LOOKS), len(SHARES), len(steps)))
    for level in (False, True):
        picked = [i for i, look in enumerate(LOOKS) if look.level is level]
        weights = np.array([_weights(LOOKS[i], age, same, strange, unlike) for i in picked])
        if level:
            weights = np.where(followed, weights, 0.0)
        taken = values + np.tile(shift, times)[:, None] if level else values
        out = np.empty((len(picked), len(SHARES), len(steps)))
        weighted_quantiles(taken, np.tile(weights, times), SHARES, out)
        found[picked] = out
    return found


def _weights(look: Look, age: Floats, same: Floats, strange: Floats, unlike: Floats) -> Floats:
    weekdays = np.where(same, 1.0, look.other_weekdays * np.exp(-((strange / ALIKE) ** 2)))
    likeness = np.exp(-unlike / (2 * look.width**2))
    result: Floats = 0.5 ** (age / look.half_life_days) * weekdays * np.maximum(likeness, 1e-12)
    return result


def _unlike(table: DayTable, first: int, before: Ints, today: int) -> Floats:
    """How unlike the days `before` are to `today`: mean squared distance of their traits, in their sd."""
    traits = table.traits[first : today + 1]
    count = traits.shape[1]
    worth = np.array([*PART_WEIGHTS[-(count - 2) :], LAST_WEIGHT, LAST_WEIGHT]) ** 2
    spread = np.sqrt(known_mean(((traits - known_mean(traits.T)) ** 2).T))
    scaled = traits / np.where(spread > 0, spread, 1.0)
    off = (scaled[np.maximum(before - first, 0)] - scaled[-1]) ** 2
    known = np.isfinite(off)
    total = np.where(known, off, 0.0) @ worth
    weight = known @ worth
    result: Floats = total / np.maximum(weight, 1e-12)
    return result


def _strange(table: DayTable, first: int, today: int, weekday: int) -> Floats:
    """How far each weekday's mean day is from this one's, beyond chance, in days' scatter: float64[7]."""
    power, weekdays = table.power[first : today + 1], table.weekday[first : today + 1]
    every = max(1, power.shape[1] // 96)
    power = power[:, ::every]
    means = np.stack([known_mean(power[weekdays == day].T) for day in range(7)])
    seen = np.bincount(weekdays[np.isfinite(power).any(axis=1)], minlength=7)
    scatter = _scatter(power, means[weekdays], int(np.count_nonzero(seen)))
    off = np.nan_to_num(known_mean(np.abs(means - means[weekday])))
    by_chance = scatter**2 * (1 / np.maximum(seen, 1) + 1 / max(seen[weekday], 1))  # means of so few days
    result: Floats = np.sqrt(np.maximum(off**2 - by_chance, 0.0)) / max(scatter, 1e-9)
    return result


def _scatter(power: Floats, usual: Floats, groups: int) -> float:
    """Mean absolute distance of days from those of their weekday; while few tell it, from all days."""
    days = int(np.isfinite(power).any(axis=1).sum())
    free = max(0, days - groups)
    within = float(np.nan_to_num(known_mean(np.abs(power - usual).ravel())))
    among = float(np.nan_to_num(known_mean(np.abs(power - known_mean(power.T)).ravel())))
    within *= math.sqrt(days / free) if free else 0.0
    among *= math.sqrt(days / (days - 1)) if days > 1 else 0.0
    return (free * within + PRIOR_DAYS * among) / (free + PRIOR_DAYS)


def _near(power: Floats, steps: Ints) -> tuple[Floats, int]:
    """The values of all days at these moments and just before and after them: float64[times * days, n]."""
    days, per_day = power.shape
    off = round(NEAR_MIN / (DAY_MIN / per_day))
    flat = np.concatenate([np.full(off, np.nan), power.ravel(), np.full(off, np.nan)])
    at = off + per_day * np.arange(days)[:, None] + steps[None, :]
    shifts = (-off, 0, off) if off else (0,)
    return np.concatenate([flat[at + shift] for shift in shifts]), len(shifts)
