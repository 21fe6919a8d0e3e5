"""A drift of 5 % in specific energy against false findings, on simulated batches, beside a fixed limit."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from solver.durations import HOUR_MS
from solver.layout import Floats
from solver.twin.findings import BatchFigures, FindingBook, FindingKind

Noise = Callable[[np.random.Generator, int], Floats]
DRIFT, BEFORE, LIMIT = 0.05, 60, 10
MACHINES = 400
LONG = 370
RECIPES = ("coarse", "fine")
DRIFTS = (FindingKind.DRIFT_UP, FindingKind.DRIFT_DOWN)


def drift() -> dict[str, object]:
    """Scatters of 2, 3 and 4 % between batches (lognormal), two recipes 20 % apart, one batch in 50 odd.

    And one of 3 % with heavy tails instead of odd batches.
    """
    found = {f"scatter {scatter:.0%}": judged(scatter, with_odd) for scatter in (0.02, 0.03, 0.04)}
    return {**found, "scatter 3%, Student's t of 5 degrees": judged(0.03, heavy_tailed)}


def with_odd(rng: np.random.Generator, count: int) -> Floats:
    """Standard normal, one in 50 twice as wide."""
    odd = np.where(rng.random(count) < 0.02, 2.0, 1.0)
    return np.asarray(odd * rng.standard_normal(count))


def heavy_tailed(rng: np.random.Generator, count: int) -> Floats:
    """Student's t of five degrees of freedom, with variance 1."""
    return np.asarray(rng.standard_t(5, count) * math.sqrt(3 / 5))


def judged(scatter: float, noise: Noise) -> dict[str, object]:
    """Both charts together, against a Shewhart chart of the same false-alarm rate."""
    rows: dict[str, object] = {}
    for name, first in {"twin": first_finding, "3 sd of the first 20": first_beyond}.items():
        false, seen, delays = 0, 0, []
        for seed in range(MACHINES):
            rng = np.random.default_rng(seed)
            quiet, recipes = batches(rng, scatter * noise(rng, LONG), LONG)
            at = first(quiet, recipes)
            false, seen = false + (at is not None), seen + (LONG if at is None else at + 1)
            moved, recipes = batches(rng, scatter * noise(rng, BEFORE + 100), BEFORE)
            at = first(moved, recipes)
            if at is None or at >= BEFORE:
                delays.append(100 if at is None else at - BEFORE + 1)
        rows[name] = {
            "batches per false finding": round(seen / max(false, 1)),
            "found within 10": round(float(np.mean(np.array(delays) <= LIMIT)), 3),
            "mean batches to find": round(float(np.mean(delays)), 1),
        }
    return rows


def batches(rng: np.random.Generator, off: Floats, since: int) -> tuple[Floats, list[str]]:
    """Specific energies, kWh/t, float64[n], each by `off` from the usual, and 5 % higher from `since` on."""
    recipes = [RECIPES[i] for i in rng.integers(0, 2, len(off))]
    values = np.where(np.array(recipes) == "fine", 18.6, 15.5) * np.exp(off)
    values[since:] *= 1 + DRIFT
    return values, recipes


def first_finding(values: Floats, recipes: list[str]) -> int | None:
    """The batch with which the twin finds a drift."""
    book = FindingBook()
    for number, (value, recipe) in enumerate(zip(values.tolist(), recipes, strict=True)):
        batch = BatchFigures("m", number * HOUR_MS, (number + 1) * HOUR_MS, value, recipe)
        if any(found.kind in DRIFTS for found in book.take_batch(batch)):
            return number
    return None


def first_beyond(values: Floats, recipes: list[str]) -> int | None:
    """The batch that lies three sd from the mean of the first twenty of its recipe."""
    past: dict[str, list[float]] = {}
    for number, (value, recipe) in enumerate(zip(np.log(values).tolist(), recipes, strict=True)):
        seen = past.setdefault(recipe, [])
        if len(seen) < 20:
            seen.append(value)
        elif abs(value - float(np.mean(seen))) > 3 * float(np.std(seen, ddof=1)):
            return number
    return None
