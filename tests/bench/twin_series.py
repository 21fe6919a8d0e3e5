"""Simulated series of power, kW, of kinds that differ in what makes their days alike."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from solver.layout import Floats

Make = Callable[[np.random.Generator, Floats], Floats]


def series(make: Make, days: int, interval_min: int, seed: int) -> Floats:
    """A series that begins on a Monday; a twentieth is missing in stretches of 3 h."""
    rng = np.random.default_rng(seed)
    hours = np.arange(days * 1440 // interval_min) * interval_min / 60
    power = make(rng, hours)
    for start in rng.integers(0, len(power), max(1, round(days * 24 / 3 / 20))):
        power[start : start + 180 // interval_min] = math.nan
    return power


def mills(rng: np.random.Generator, hours: Floats) -> Floats:
    """Six mills with batches of 12 to 16 h one after the other, most started by a crew at 8 and 20 h."""
    total = np.full(len(hours), 2.0)
    for _ in range(6):
        at = float(rng.uniform(0, 12))
        power, long = rng.uniform(25, 75), rng.uniform(11, 15)
        while at < hours[-1]:
            end = at + long * rng.lognormal(0, 0.08)
            total += np.where((hours >= at) & (hours < end), power * (1 + 0.03 * rng.standard_normal()), 0.0)
            at = (math.floor((end - 8) / 12) + 1) * 12 + 8 + abs(rng.normal(0, 0.4))
    return total + 0.5 * rng.random(len(hours))


def shifts(rng: np.random.Generator, hours: Floats) -> Floats:
    """Two shifts on weekdays, a Saturday morning, a slow drift, one day in 25 off."""
    day, hour = hours // 24, hours % 24
    weekday = day % 7
    open_ = ((weekday < 5) & (hour >= 6) & (hour < 22)) | ((weekday == 5) & (hour >= 6) & (hour < 14))
    open_ &= ~(rng.random(int(day[-1]) + 1) < 0.04)[day.astype(int)]
    level = (
        300
        * (1 + 0.2 * np.sin(hours / 24 / 30))
        * np.exp(0.1 * rng.standard_normal(int(day[-1]) + 1))[day.astype(int)]
    )
    noise = np.convolve(rng.standard_normal(len(hours)), np.exp(-np.arange(12) / 4), mode="same")
    return np.asarray(np.maximum(20 + open_ * level * (1 + 0.08 * noise), 0) + rng.random(len(hours)))


def steady(rng: np.random.Generator, hours: Floats) -> Floats:
    """A furnace that never stops, wandering, with no week and hardly a day in it."""
    wander = np.cumsum(rng.standard_normal(len(hours))) * 0.3 * math.sqrt(hours[1] - hours[0])
    wander -= np.convolve(wander, np.ones(200) / 200, mode="same") * 0.5
    return 800 + 5 * wander + 10 * np.sin(hours / 24 * 2 * math.pi) + 8 * rng.standard_normal(len(hours))


def weekdays(rng: np.random.Generator, hours: Floats) -> Floats:
    """Each weekday has a level of its own, each hour a share of it, each day a bit more or less."""
    level, shape = rng.uniform(60, 200, 7), rng.uniform(0.4, 1, 24)
    day, hour = (hours // 24).astype(int), (hours % 24).astype(int)
    of_day = np.exp(0.08 * rng.standard_normal(day[-1] + 1))[day]
    return np.asarray(level[day % 7] * shape[hour] * of_day * (1 + 0.1 * wandering(rng, hours)))


def weekend(rng: np.random.Generator, hours: Floats) -> Floats:
    """One shift from Monday to Friday."""
    works = (hours // 24 % 7 < 5) & (hours % 24 >= 7) & (hours % 24 < 18)
    power = 30 + works * rng.uniform(100, 300) * (1 + 0.12 * wandering(rng, hours))
    return np.asarray(np.maximum(power + 3 * rng.standard_normal(len(hours)), 0.0))


def chance_batches(rng: np.random.Generator, hours: Floats) -> Floats:
    """Two to four machines with batches that begin at any time."""
    total = np.full(len(hours), 5.0)
    for _ in range(rng.integers(2, 5)):
        at, power = float(rng.uniform(0, 5)), rng.uniform(30, 90)
        while at < hours[-1]:
            end = at + rng.uniform(2, 6)
            total += np.where((hours >= at) & (hours < end), power, 0.0)
            at = end + rng.exponential(3)
    return total + 0.5 * rng.standard_normal(len(hours))


def growth(rng: np.random.Generator, hours: Floats) -> Floats:
    """Two shifts on every day, by 1.2 % more each day."""
    works = (hours % 24 >= 6) & (hours % 24 < 22)
    return np.asarray((40 + works * 200) * np.exp(0.012 * hours / 24) * (1 + 0.07 * wandering(rng, hours)))


def daily(rng: np.random.Generator, hours: Floats) -> Floats:
    """A daily wave and noise that remembers nothing."""
    return 100 + 40 * np.sin(hours / 24 * 2 * math.pi) + 12 * rng.standard_normal(len(hours))


def wandering(rng: np.random.Generator, hours: Floats) -> Floats:
    """Standard normal, remembered for three hours."""
    kept = math.exp(-(hours[1] - hours[0]) / 3)
    steps = rng.standard_normal(len(hours)) * math.sqrt(1 - kept**2)
    steps[0] = rng.standard_normal()
    found = steps.copy()
    for i in range(1, len(found)):
        found[i] += kept * found[i - 1]
    return found


KINDS: dict[str, Make] = {
    "six mills": mills,
    "two shifts": shifts,
    "steady furnace": steady,
    "levels by weekday": weekdays,
    "one shift, no weekends": weekend,
    "batches at any time": chance_batches,
    "growth": growth,
    "a daily wave and noise": daily,
}
