"""What the batch under way will still take, by machine and recipe, with bands that keep their word.

Each recipe of a machine has its own belief about a batch's energy, which forgets slowly; a recipe that was
never run here begins with what the machine's other recipes took. How much of the outcomes fell outside the
bands moves the quantiles that are told (adaptive conformal inference), apart for the low and the high end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from solver.remaining import EnergyBelief, Remaining, learned, remaining

MEMORY = 30.0  # batches that a recipe's belief remembers
NEW_RECIPE_SPREAD = 0.25  # relative spread of recipes around each other
NEW_RECIPE_ALPHA = 5.0  # how sure a new recipe's own spread is, taken from the other recipes
SETTLED = 8  # batches from which a belief can tell what is astray
ASTRAY = 3.0  # spreads from what was believed; two such batches on one side are another kind of batch
OUTSIDE = 0.1  # on each side of the band
ADAPT = 0.01
LEAST_OUTSIDE, MOST_OUTSIDE = 0.01, 0.3
NOTED_SHARES = (0.05, 0.35, 0.65, 0.9)  # of the expected energy, at which what is said is noted
POWER_SD = 0.05  # of the mean power of the rest, before it was seen
POWER_MEMORY = 20.0

T = TypeVar("T")


@dataclass(slots=True)
class _Noted:
    """What was said while a batch was under way: how long it ran, used energy, running power, the bands."""

    running_min: float
    used_kwh: float
    power_kw: float
    said: Remaining


@dataclass(frozen=True, slots=True)
class _Before:
    """What was known before the last batch taught anything, and what was said while it was under way."""

    recipe: str
    noted: list[_Noted]
    belief: EnergyBelief | None
    astray: float | None
    low: float
    high: float
    power_variance: float


@dataclass(slots=True)
class BatchOutlook:
    """Beliefs and calibration of one machine."""

    nominal: EnergyBelief
    beliefs: dict[str, EnergyBelief] = field(default_factory=dict)
    low: float = OUTSIDE
    high: float = 1.0 - OUTSIDE
    power_variance: float = POWER_SD**2
    _noted: list[_Noted] = field(default_factory=list)
    _astray: dict[str, float] = field(default_factory=dict)  # by recipe, how far off its last batch was
    _before: _Before | None = None

    def belief(self, recipe: str = "") -> EnergyBelief:
        """What is believed of the energy of a batch of a recipe."""
        if recipe in self.beliefs:
            return self.beliefs[recipe]
        if not self.beliefs:
            return self.nominal
        known = list(self.beliefs.values())
        variance = sum(belief.beta / belief.alpha for belief in known) / len(known)
        return EnergyBelief(
            mean=sum(belief.mean for belief in known) / len(known),
            kappa=min(1.0, variance / NEW_RECIPE_SPREAD**2),
            alpha=NEW_RECIPE_ALPHA,
            beta=NEW_RECIPE_ALPHA * variance,
        )

    def remaining(
        self,
        recipe: str,
        used_kwh: float,
        running_min: float,
        t_ms: int,
        *,
        power_kw: float,
        pauses: Sequence[tuple[int, int]] = (),
    ) -> Remaining:
        """What the batch under way will still take; noted at a few shares of its energy, to learn from."""
        belief = self.belief(recipe)
        said = remaining(
            belief,
            used_kwh,
            t_ms,
            power_kw=power_kw,
            power_log_sd=math.sqrt(self.power_variance),
            pauses=pauses,
            shares=(self.low, 0.5, self.high),
        )
        noted = len(self._noted)
        due = noted < len(NOTED_SHARES) and used_kwh >= NOTED_SHARES[noted] * belief.median_kwh
        if due and not said.overdue:
            self._noted.append(_Noted(running_min, used_kwh, power_kw, said))
        return said

    def ended(self, recipe: str, energy_kwh: float, running_min: float, *, complete: bool) -> None:
        """The batch is over: bands and belief learn from it, if it was seen from beginning to end."""
        noted, self._noted = self._noted, []
        known = self.beliefs.get(recipe), self._astray.get(recipe)
        self._before = _Before(recipe, noted, *known, self.low, self.high, self.power_variance)
        if not (complete and math.isfinite(energy_kwh) and energy_kwh > 0):
            return
        for each in noted:
            self._learn_band(each, energy_kwh, running_min)
        self.beliefs[recipe] = self._learned(recipe, energy_kwh)

    def revised(self, energy_kwh: float, running_min: float, *, complete: bool) -> None:
        """The last batch that ended was another than it seemed: what it taught is taught anew."""
        before = self._before
        if before is None:
            return
        _put_back(self.beliefs, before.recipe, before.belief)
        _put_back(self._astray, before.recipe, before.astray)
        self.low, self.high, self.power_variance = before.low, before.high, before.power_variance
        self._noted = before.noted
        self.ended(before.recipe, energy_kwh, running_min, complete=complete)

    def _learned(self, recipe: str, energy_kwh: float) -> EnergyBelief:
        """The belief after a batch. One far astray waits for the next: two are another kind, begun anew."""
        belief = self.belief(recipe)
        off = math.log(energy_kwh) - belief.mean
        before = self._astray.pop(recipe, 0.0)
        if belief.seen < SETTLED or abs(off) <= ASTRAY * belief.log_sd:
            return learned(_faded(belief), [energy_kwh])
        if off * before <= 0:
            self._astray[recipe] = off
            return belief
        variance = belief.beta / belief.alpha
        mean = belief.mean + 0.5 * (off + before)
        return EnergyBelief(mean, 2.0, NEW_RECIPE_ALPHA, NEW_RECIPE_ALPHA * variance, belief.seen + 2)

    def _learn_band(self, noted: _Noted, energy_kwh: float, running_min: float) -> None:
        """Running time, the last that is told, is what the band is held to; energy follows it."""
        left_min, left_kwh = running_min - noted.running_min, energy_kwh - noted.used_kwh
        band = noted.said.running_min
        if band is None or left_min <= 0:
            return
        below, above = float(left_min < band.low), float(left_min > band.high)
        self.low = _bounded(self.low + ADAPT * (OUTSIDE - below))
        self.high = 1.0 - _bounded(1.0 - self.high + ADAPT * (OUTSIDE - above))
        if left_kwh > 0 and noted.power_kw > 0:
            off = math.log(60.0 * left_kwh / left_min / noted.power_kw)
            self.power_variance += (off**2 - self.power_variance) / POWER_MEMORY


def _put_back(known: dict[str, T], key: str, value: T | None) -> None:
    known.pop(key, None)
    if value is not None:
        known[key] = value


def _bounded(outside: float) -> float:
    return min(max(outside, LEAST_OUTSIDE), MOST_OUTSIDE)


def _faded(belief: EnergyBelief) -> EnergyBelief:
    """A belief that remembers no more than `MEMORY` batches."""
    fade = min(1.0, MEMORY / belief.kappa)
    alpha = max(belief.alpha * min(1.0, (MEMORY / 2) / belief.alpha), 1.5)
    return EnergyBelief(
        belief.mean, belief.kappa * fade, alpha, belief.beta * alpha / belief.alpha, belief.seen
    )
