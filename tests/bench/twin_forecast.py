"""Next-day forecasts against the usual rules: a real steel plant, and families of simulated series."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from solver.durations import DAY_MS, MINUTE_MS
from solver.layout import Floats
from solver.series import back_test

STEEL = Path(__file__).resolve().parents[3] / "shared" / "data" / "steel_industry_2018.csv"
MONDAY_MS = 4 * DAY_MS  # 1970-01-05
LAST_DAYS = 90


def steel() -> dict[str, object]:
    """The protocol of the data's README: the last 90 days, each said on the evening before."""
    if not STEEL.exists():
        return {"skipped": f"{STEEL.name} is not in ../shared/data."}
    with STEEL.open(encoding="utf-8-sig") as file:
        usage = np.array([float(row["Usage_kWh"]) for row in csv.DictReader(file)])
    since_s = perf_counter()
    found = judged(4 * usage, 15, LAST_DAYS, 0.25, MONDAY_MS)
    return {"unit": "kWh per quarter-hour", **found, "seconds a forecast": seconds(since_s, LAST_DAYS)}


def judged(power_kw: Floats, interval_min: int, last: int, scale: float, start_ms: int) -> dict[str, object]:
    """Mean absolute errors times `scale`, coverage and width of the 80 % band, on the last days."""
    times = start_ms + MINUTE_MS * interval_min * np.arange(len(power_kw), dtype=np.int64)
    said, real = back_test(times, power_kw, last)
    per_day = real.shape[1]
    days = power_kw.reshape(-1, per_day)
    known = np.isfinite(real)
    inside = (real >= said[:, 0] - 1e-9) & (real <= said[:, 2] + 1e-9)
    return {
        "twin": scale * mean_miss(said[:, 1], real),
        **{name: scale * mean_miss(rule(days, last), real) for name, rule in RULES.items()},
        "80 % band covers": round(float(inside[known].mean()), 4),
        "mean width": round(scale * float(np.mean(said[:, 2] - said[:, 0])), 2),
    }


def mean_miss(said: Floats, real: Floats) -> float:
    """Of what is known of both."""
    return round(float(np.nanmean(np.abs(said - real))), 3)


def back(days: Floats, last: int, lag: int, most: int) -> Floats:
    """The same moments of up to `most` days at multiples of `lag` before: [last, most, n], NaN where none."""
    wanted = np.arange(len(days) - last, len(days))[:, None] - lag * np.arange(1, most + 1)[None, :]
    return np.where((wanted >= 0)[:, :, None], days[np.maximum(wanted, 0)], math.nan)


def yesterday(days: Floats, last: int) -> Floats:
    """As it was a day before."""
    return back(days, last, 1, 1)[:, 0]


def last_week(days: Floats, last: int) -> Floats:
    """As it was a week before."""
    return back(days, last, 7, 1)[:, 0]


def mean_of_4(days: Floats, last: int) -> Floats:
    """The mean of four same weekdays."""
    return np.nanmean(back(days, last, 7, 4), axis=1)


def median_of_8(days: Floats, last: int) -> Floats:
    """The median of eight same weekdays."""
    return np.nanmedian(back(days, last, 7, 8), axis=1)


RULES: dict[str, Callable[[Floats, int], Floats]] = {
    "yesterday": yesterday,
    "last week": last_week,
    "mean of 4 same weekdays": mean_of_4,
    "median of 8 same weekdays": median_of_8,
}


def seconds(since_s: float, count: int) -> float:
    """Mean seconds since a moment."""
    return round((perf_counter() - since_s) / count, 3)


def families() -> dict[str, object]:
    """Series unlike the steel plant; 28 days each are forecast, errors in kW."""
    return {name: family(*each) for name, each in FAMILIES.items()}


def family(
    days: int, interval_min: int, make: Callable[[np.random.Generator, Floats], Floats]
) -> dict[str, object]:
    """Three series of a kind, their figures averaged; a twentieth of each is missing in stretches of 3 h."""
    found: list[dict[str, object]] = []
    last = min(28, days // 2)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        hours = np.arange(days * 1440 // interval_min) * interval_min / 60
        power = make(rng, hours)
        for start in rng.integers(0, len(power), max(1, round(days * 24 / 3 / 20))):
            power[start : start + 180 // interval_min] = math.nan
        found.append(judged(power, interval_min, last, 1.0, MONDAY_MS))
    return {key: round(float(np.mean([float(str(each[key])) for each in found])), 3) for key in found[0]}


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


FAMILIES: dict[str, tuple[int, int, Callable[[np.random.Generator, Floats], Floats]]] = {
    "six mills, 15 min, 120 days": (120, 15, mills),
    "six mills, 1 h, 12 days": (12, 60, mills),
    "two shifts, 30 min, 150 days": (150, 30, shifts),
    "two shifts, 5 min, 40 days": (40, 5, shifts),
    "steady furnace, 1 h, 100 days": (100, 60, steady),
    "six mills, 1 min, 20 days": (20, 1, mills),
}
