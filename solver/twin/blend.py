"""Blends what the looks of analogs.py expect, by how they did, and learns what is left of the error.

Three steps, each taught only by days that are over: the looks share the weight by their past error (Hedge,
per part of the day); what the blend missed yesterday and the day before, in half bands, corrects it (least
absolute error over all moments); past errors in half bands widen or narrow the 80 % band, with a share
outside that adapts to what was seen outside (adaptive conformal inference, Gibbs and Candès 2021). While days
are few the looks' own band says little, for it lies between one or two like days: the typical miss stands in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.layout import Floats, Ints
from solver.twin.analogs import known_mean

PARTS = 8  # of the day ahead in which the looks share the weight anew
HEDGE_RATE = 1.0
HALF_LIFE_DAYS = 60.0
LEAST_DAYS = 10  # before which nothing is corrected
RIDGE = 300.0
TRUST = 0.5  # of what the correction says: the mean of a corrected and a plain forecast
ROUNDS = 3  # of reweighting a day, from the day before's answer
MISS_DAYS = 60
SCORE_HALF_LIFE_DAYS = 20.0
EARLY_DAYS = 20.0  # so many days taught and a day's error counts half: the first know little
WEEK_DAYS = 7
UNSEEN_WORTH = 0.3  # of a day that was expected before its weekday was seen, for later weeks
OUTSIDE = 0.1  # on each side
ADAPT, BACK = 0.2, 0.03  # towards what was seen outside, and back: one day must not widen bands for weeks
LEAST_OUTSIDE, MOST_OUTSIDE = 0.02, 0.3
NEAR_SHARE = 1 / 24  # of a day: moments so near share their errors
EFFECTIVE_PER_DAY = 8.0  # a day's errors go together: it teaches as much as so many independent ones
LEAST_SCORES = 12
OWN_BAND_DAYS = 20.0  # so many days known and the looks' own band counts half, the typical miss the rest
OWN_TIME_DAYS = 10.0  # so many with errors around a time of day and they count half, all the day's the rest
LEAST_HALF_BAND = 0.005  # of the largest power
LEAST_HALF_MISS = 0.1  # of what is missed in the mean: few like days may agree by chance


@dataclass(frozen=True, slots=True)
class Blend:
    """What to make of the looks on the day to come: weights [parts, looks], correction, and the band's ends.

    `middle_share` and `shift` correct the middle: middle × (1 + share) + half band × shift. `own_share` and
    `typical_miss` say where `band_ends` begins; `below` and `above` float64[n] move these ends outwards by so
    many halves of their distance, None without enough past errors.
    """

    weights: Floats
    middle_share: float
    shift: float
    below: Floats | None
    above: Floats | None
    least_half: float
    own_share: float
    typical_miss: float


def blend_of(looks: Floats, real: Floats, known_days: int) -> Blend:
    """Learns from past days: `looks` float64[days, looks, 3, n] were said, `real` float64[days, n] came.

    `known_days` there were before the first of them.
    """
    days, _, _, steps = looks.shape
    weights = _weights(looks, real)
    expected = np.empty((days, 3, steps))
    for day in range(days):
        expected[day] = blended(looks[day], weights[day])
    largest = float(np.max(np.abs(real), initial=0.0, where=np.isfinite(real)))
    mean_miss = float(np.nan_to_num(known_mean(np.abs(real - expected[:, 1]).ravel())))
    least_half = max(1e-6, LEAST_HALF_BAND * largest, LEAST_HALF_MISS * mean_miss)
    half = half_band(expected, least_half)
    missed = _missed(real - expected[:, 1], half)
    terms = [_terms(expected[day, 1], half[day], missed, day) for day in range(days)]
    corrections = _corrections(terms, real - expected[:, 1])
    for day in range(days):
        expected[day] += TRUST * terms[day] @ corrections[day]
    typical = float(np.nan_to_num(known_mean(known_mean(np.abs(real - expected[:, 1])))))
    typical = max(1e-6, LEAST_HALF_BAND * largest, typical)
    own = _own_share(known_days + np.arange(days + 1))
    begins = band_ends(expected, own[:days, None], typical)
    below, above = _learned_moves(expected[:, 1], begins, real, known_days)
    share, yesterday, before = TRUST * corrections[days]
    shift = yesterday * _back(missed, days, 1) + before * _back(missed, days, 2)
    return Blend(
        weights[days], float(share), float(shift), below, above, least_half, float(own[days]), typical
    )


def _own_share(known_days: Ints) -> Floats:
    result: Floats = known_days / (known_days + OWN_BAND_DAYS)
    return result


def band_ends(expected: Floats, own_share: Floats | float, typical_miss: float) -> tuple[Floats, Floats]:
    """How far below and above the middle the band's ends lie before past errors move them.

    The looks' own, `expected` float64[..., 3, n], and the typical miss by what they are worth.
    """
    low, middle, high = expected[..., 0, :], expected[..., 1, :], expected[..., 2, :]
    rest = (1 - own_share) * typical_miss
    below: Floats = own_share * np.maximum(middle - low, 0.0) + rest
    above: Floats = own_share * np.maximum(high - middle, 0.0) + rest
    return below, above


def half_band(expected: Floats, least: float) -> Floats:
    """Half of the looks' own 80 % band: `expected` float64[..., 3, n]."""
    result: Floats = np.maximum((expected[..., 2, :] - expected[..., 0, :]) / 2, least)
    return result


def blended(looks: Floats, weights: Floats) -> Floats:
    """The looks' quantiles float64[looks, 3, n] by `weights` float64[parts, looks]: float64[3, n]."""
    steps = looks.shape[-1]
    part = np.arange(steps) * len(weights) // steps
    shares = weights[part].T[:, None, :] * np.isfinite(looks)
    total = shares.sum(axis=0)
    summed = (shares * np.nan_to_num(looks)).sum(axis=0)
    result: Floats = np.where(total > 0, summed / np.maximum(total, 1e-300), np.nan)
    return result


def _weights(looks: Floats, real: Floats) -> Floats:
    """Per day and for the next one: float64[days + 1, parts, looks]."""
    days, count, _, steps = looks.shape
    parts = min(PARTS, steps)
    part = np.arange(steps) * parts // steps
    missed = np.abs(looks[:, :, 1] - real[:, None, :])
    losses = np.stack([known_mean(missed[:, :, part == each]) for each in range(parts)], axis=1)
    typical = known_mean(missed.reshape(days, count * steps))
    regret = np.zeros((parts, count))
    sum_typical, seen = 0.0, 0
    found = np.empty((days + 1, parts, count))
    for day in range(days + 1):
        off = HEDGE_RATE * (regret - regret.min(axis=1, keepdims=True))
        found[day] = np.exp(-off)
        if day < days and np.isfinite(typical[day]):
            sum_typical, seen = sum_typical + typical[day], seen + 1
            scaled = losses[day] / max(sum_typical / seen, 1e-9)
            regret = 0.5 ** (1 / HALF_LIFE_DAYS) * regret + np.nan_to_num(scaled)
    result: Floats = found / found.sum(axis=2, keepdims=True)
    return result


def _missed(error: Floats, half: Floats) -> Floats:
    """By how many half bands each day was missed as a whole: float64[days], 0 where nothing was known."""
    known = np.isfinite(error)
    bounded = np.clip(np.where(known, error, 0.0), -2 * half, 2 * half)
    weight = np.where(known, half, 0.0)
    total = (weight * half).sum(axis=1)
    result: Floats = np.clip((bounded * half).sum(axis=1) / np.maximum(total, 1e-300), -1.0, 1.0)
    return result


def _back(values: Floats, day: int, by: int) -> float:
    return float(values[day - by]) if day >= by else 0.0


def _terms(middle: Floats, half: Floats, missed: Floats, day: int) -> Floats:
    """What the middle is corrected by, float64[n, 3]: itself, and what the last two days missed."""
    return np.stack([middle, half * _back(missed, day, 1), half * _back(missed, day, 2)], axis=1)


def _corrections(terms: list[Floats], error: Floats) -> Floats:
    """Least absolute error of the days before each day, float64[days + 1, 3]."""
    days = len(terms)
    found = np.zeros((days + 1, 3))
    scale = 0.0
    for day in range(LEAST_DAYS, days + 1):
        first = max(0, day - MISS_DAYS)
        x, y = np.concatenate(terms[first:day]), error[first:day].ravel()
        age = np.repeat(day - 1 - np.arange(first, day), error.shape[1])
        known = np.isfinite(y) & np.isfinite(x).all(axis=1)
        if not np.any(known):
            continue
        x, y, weight = x[known], y[known], 0.5 ** (age[known] / HALF_LIFE_DAYS)
        scale = max(float(np.mean(np.abs(y))), 1e-9)
        found[day] = _least_absolute(x / scale, y / scale, weight, found[day - 1])
    return found


def _least_absolute(x: Floats, y: Floats, weight: Floats, start: Floats) -> Floats:
    """By reweighted least squares with a ridge."""
    found: Floats = start
    for _ in range(ROUNDS):
        weighted = x * (weight / np.maximum(np.abs(y - x @ found), 0.05))[:, None]
        found = np.asarray(np.linalg.solve(weighted.T @ x + RIDGE * np.eye(x.shape[1]), weighted.T @ y))
    return found


def _learned_moves(
    middle: Floats, begins: tuple[Floats, Floats], real: Floats, known_days: int
) -> tuple[Floats | None, Floats | None]:
    """By how many halves of their distance the ends move outwards on the day to come."""
    below, above = begins
    half = (below + above) / 2
    scores = np.stack([(middle - below - real) / half, (real - middle - above) / half])
    known = np.isfinite(scores[0])
    past = [_PastScores.of(side, known_days) for side in scores]
    outside = np.full(2, OUTSIDE)
    for day in range(len(real)):
        if known[:day].sum() < LEAST_SCORES or not np.any(known[day]):
            continue
        for side in range(2):
            end = past[side].end(day, outside[side])
            share = float(np.mean(scores[side, day][known[day]] > end[known[day]]))
            moved = outside[side] + ADAPT * (OUTSIDE - share)
            outside[side] = np.clip(moved + BACK * (OUTSIDE - moved), LEAST_OUTSIDE, MOST_OUTSIDE)
    if known.sum() < LEAST_SCORES:
        return None, None
    return past[0].end(len(real), outside[0]), past[1].end(len(real), outside[1])


@dataclass(frozen=True, slots=True)
class _PastScores:
    """The scores of one end, sorted once around each node of the day: every day asks for those before it."""

    steps: int
    first_week: int  # so many of the first days were expected before their weekday had been seen
    near: int  # steps from one node to the next
    known: Floats  # float64[days] 1 where a day has a score
    known_near: Ints  # int64[days + 1, nodes] days before each that have one around the node
    risen: Floats  # float64[nodes, m] the scores around each node as they rise, NaN last
    day: Ints  # int64[nodes, m] their days
    all_risen: Floats  # float64[1, days * nodes] those at the nodes, all times of day together
    all_day: Ints

    @classmethod
    def of(cls, scores: Floats, known_days: int) -> _PastScores:
        days, steps = scores.shape
        near = max(1, round(NEAR_SHARE * steps))
        times = (np.arange(0, steps, near)[None, :] + np.arange(-near, near + 1)[:, None]) % steps
        known = np.isfinite(scores)
        known_near = np.zeros((days + 1, times.shape[1]), dtype=np.int64)
        np.cumsum(known[:, times].any(axis=1), axis=0, out=known_near[1:])
        risen, day = _risen(scores[:, times].reshape(-1, times.shape[1]).T, len(times))
        return cls(
            steps,
            max(0, WEEK_DAYS - known_days),
            near,
            np.where(known.any(axis=1), 1.0, 0.0),
            known_near,
            risen,
            day,
            *_risen(scores[:, ::near].reshape(1, -1), -(-steps // near)),
        )

    def end(self, days: int, outside: float) -> Floats:
        """The quantile of the first `days` days' scores around each time of day, the newest counting most.

        What few days say of a time of day is drawn towards what they say of all.
        """
        from solver.twin.analogs_kernel import sorted_quantiles

        number = np.arange(1, days + 1)
        weight: Floats = 0.5 ** ((days - number) / SCORE_HALF_LIFE_DAYS) * self.known[:days]
        weight *= number / (number + EARLY_DAYS)
        if days > self.first_week:
            weight[: self.first_week] *= UNSEEN_WORTH
        effective = EFFECTIVE_PER_DAY * weight.sum() ** 2 / (weight**2).sum()
        level = min(1.0, (1 - outside) * (1 + 1 / effective))
        ends, whole = np.empty(len(self.risen)), np.empty(1)
        sorted_quantiles(self.risen, self.day, weight, level, ends)
        sorted_quantiles(self.all_risen, self.all_day, weight, level, whole)
        known = self.known_near[days]
        own = np.where(known > 0, ends, 0.0) * known
        ends = (own + OWN_TIME_DAYS * whole[0]) / (known + OWN_TIME_DAYS)
        nearest = np.minimum((np.arange(self.steps) + self.near // 2) // self.near, len(ends) - 1)
        result: Floats = ends[nearest]
        return result


def _risen(scores: Floats, per_day: int) -> tuple[Floats, Ints]:
    """Each row as it rises, NaN last, and the days of its values, of which each day has so many."""
    order = np.argsort(scores, axis=1)
    return np.take_along_axis(scores, order, axis=1), order // per_day
