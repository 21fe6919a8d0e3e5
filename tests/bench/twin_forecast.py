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
from tests.bench.twin_series import KINDS, Make, mills, series, shifts, steady

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
    said, real = told(power_kw, interval_min, last, start_ms)
    per_day = real.shape[1]
    days = power_kw.reshape(-1, per_day)
    return {
        "twin": scale * mean_miss(said[:, 1], real),
        **{name: scale * mean_miss(rule(days, last), real) for name, rule in RULES.items()},
        "80 % band covers": round(share_inside(said, real), 4),
        "mean width": round(scale * float(np.mean(said[:, 2] - said[:, 0])), 2),
    }


def told(power_kw: Floats, interval_min: int, last: int, start_ms: int) -> tuple[Floats, Floats]:
    """What would have been said of the last days on the evenings before, and what came."""
    times = start_ms + MINUTE_MS * interval_min * np.arange(len(power_kw), dtype=np.int64)
    return back_test(times, power_kw, last)


def share_inside(said: Floats, real: Floats) -> float:
    """What share of what is known lies within its band."""
    inside = (real >= said[:, 0] - 1e-9) & (real <= said[:, 2] + 1e-9)
    return float(inside[np.isfinite(real)].mean())


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


def family(days: int, interval_min: int, make: Make) -> dict[str, object]:
    """Three series of a kind, their figures averaged."""
    found: list[dict[str, object]] = []
    last = min(28, days // 2)
    for seed in range(3):
        found.append(judged(series(make, days, interval_min, seed), interval_min, last, 1.0, MONDAY_MS))
    return {key: round(float(np.mean([float(str(each[key])) for each in found])), 3) for key in found[0]}


FAMILIES: dict[str, tuple[int, int, Make]] = {
    "six mills, 15 min, 120 days": (120, 15, mills),
    "six mills, 1 h, 12 days": (12, 60, mills),
    "two shifts, 30 min, 150 days": (150, 30, shifts),
    "two shifts, 5 min, 40 days": (40, 5, shifts),
    "steady furnace, 1 h, 100 days": (100, 60, steady),
    "six mills, 1 min, 20 days": (20, 1, mills),
}

FEW_DAYS = ((12, 60), (20, 60), (14, 15))  # days in all, minutes of an interval; the later half is judged
FEW_SEEDS = range(6000, 6008)


def few_days() -> dict[str, object]:
    """Bands of series of a few days: what share they cover, by kind of series, and the mean of all kinds."""
    found: dict[str, object] = {}
    for days, interval_min in FEW_DAYS:
        rows = {
            name: round(float(np.mean([covered(make, days, interval_min, seed) for seed in FEW_SEEDS])), 3)
            for name, make in KINDS.items()
        }
        found[f"{days} days of {interval_min} min"] = {
            **rows,
            "mean": round(float(np.mean(list(rows.values()))), 3),
        }
    return found


def covered(make: Make, days: int, interval_min: int, seed: int) -> float:
    """What share of the later half of a series lies within the 80 % bands said on the evenings before."""
    return share_inside(*told(series(make, days, interval_min, seed), interval_min, days // 2, MONDAY_MS))
