"""Remaining energy, running time and wall time of simulated batches, with a change of recipe half-way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.remaining import Band, end_with_pauses_ms, nominal_belief, remaining
from solver.twin.outlook import BatchOutlook

BATCHES = 1000
NOMINAL_KW, NOMINAL_MIN = 48.0, 780.0
ASKED = (0.1, 0.5, 0.8)  # of the energy, when a batch is asked about
HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class SimulatedBatch:
    """A batch minute by minute while it runs: energy so far, float64[minutes]."""

    recipe: str
    used_kwh: np.ndarray


def simulated(seed: int, count: int = BATCHES, spread: float = 0.05) -> Iterator[SimulatedBatch]:
    """Batches whose energy scatters by `spread`; half-way the recipe changes to one that takes 25 % more.

    The power is 48 kW, scatters by 4 % from batch to batch and wanders by 3 % within one.
    """
    rng = np.random.default_rng(seed)
    for number in range(count):
        recipe = "fine" if number >= count // 2 else "coarse"
        typical = 1.25 if recipe == "fine" else 1.0
        energy = NOMINAL_KW * NOMINAL_MIN / 60 * typical * rng.lognormal(0, spread)
        minutes = round(3 * NOMINAL_MIN)
        wander = np.empty(minutes)
        wander[0] = rng.standard_normal()
        steps = rng.standard_normal(minutes)
        for i in range(1, minutes):
            wander[i] = 0.995 * wander[i - 1] + math.sqrt(1 - 0.995**2) * steps[i]
        power = NOMINAL_KW * rng.lognormal(0, 0.04) * np.exp(0.03 * wander)
        used = np.cumsum(power) / 60
        yield SimulatedBatch(recipe, used[: int(np.searchsorted(used, energy)) + 1])


def covered(seed: int, *, labelled: bool = True) -> dict[str, float]:
    """Shares of outcomes within the 80 % bands, at three moments of each batch; without overdue batches."""
    outlook = BatchOutlook(nominal_belief(NOMINAL_KW, NOMINAL_MIN))
    plain = outlook.nominal
    inside: dict[str, list[bool]] = {name: [] for name in ("energy", "running", "wall", "after", "plain")}
    negative = overdue = asked = 0
    for number, batch in enumerate(simulated(seed)):
        recipe = batch.recipe if labelled else ""
        whole, length = float(batch.used_kwh[-1]), len(batch.used_kwh)
        for share in ASKED:
            minute = int(np.searchsorted(batch.used_kwh, share * outlook.belief(recipe).median_kwh))
            if minute < 31 or minute >= length - 1:
                continue
            used = float(batch.used_kwh[minute])
            power = 60 * float(np.median(np.diff(batch.used_kwh[minute - 30 : minute + 1])))
            pauses = [((minute + 200) * 60_000, (minute + 380) * 60_000)]
            said = outlook.remaining(recipe, used, minute, minute * 60_000, power_kw=power, pauses=pauses)
            asked += 1
            overdue += said.overdue
            before = remaining(plain, used, minute * 60_000, power_kw=power)
            if said.energy_kwh is None or said.running_min is None or said.end_ms is None:
                continue
            end_ms = end_with_pauses_ms(minute * 60_000, length - 1 - minute, pauses)
            negative += said.energy_kwh.low < 0 or said.running_min.low < 0
            inside["energy"].append(_in(said.energy_kwh, whole - used))
            inside["running"].append(_in(said.running_min, length - 1 - minute))
            inside["wall"].append(_in(said.end_ms, end_ms))
            if number >= BATCHES // 2 and number < BATCHES // 2 + 100:
                inside["after"].append(inside["running"][-1])
            if before.running_min is not None:
                inside["plain"].append(_in(before.running_min, length - 1 - minute))
        outlook.ended(recipe, whole, length - 1, complete=True)
    return {
        **{f"{name} covered": round(float(np.mean(values)), 4) for name, values in inside.items()},
        "negative": negative,
        "overdue": overdue,
        "asked": asked,
    }


def _in(band: Band, value: float) -> bool:
    return band.low <= value <= band.high


def bands() -> dict[str, object]:
    """1 000 batches, thrice asked each; 'after' are the 100 after the change, 'plain' never learns."""
    return {
        "recipe known": covered(1),
        "recipe known, other seed": covered(2),
        "recipe not told": covered(1, labelled=False),
    }
