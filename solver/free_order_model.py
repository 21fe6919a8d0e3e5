"""What the relaxation and the search over sets need of a machine; method in free_order.py."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from solver.free_order_tables import Kinds, Relaxation
from solver.layout import Floats, Ints
from solver.sleep_model import Priced, Prices, SleepModel
from solver.sleep_tables import Flags, Runs, Standing

MINUTE_NS = 35.0  # for a node's minute, as measured, and for one kind of batch more
KIND_NS = 2.0
QUICK_NS = 5e7  # a relaxation that takes no longer is fine enough
SLOW_NS = 3e9  # and one that takes longer is not worth it


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A relaxation, the runs of its kinds, and how often each runs in a real plan.

    A kind of batch that may pause is there as `pieces` single minutes; besides them each costs `extra` at
    least.
    """

    relaxation: Relaxation
    runs: Runs
    number: Ints  # of batches
    pieces: Ints
    extra: Floats

    @property
    def work_ns(self) -> float:
        """About how long one look at it takes."""
        gaps = len(set(self.runs.gap[self.relaxation.kind].tolist()))
        return 1.0 + self.minutes * (MINUTE_NS * gaps + KIND_NS * len(self.number))

    @property
    def minutes(self) -> int:
        """How many costs it keeps."""
        return int(self.relaxation.size.sum())


def kinds_of(model: SleepModel, prices: Prices) -> list[list[int]]:
    """The places of batches that cannot be told apart, each kind in the order in which they run."""
    found: dict[tuple[object, ...], list[int]] = {}
    batches = model.machine.batches
    for b, batch in enumerate(batches):
        charges = [charge for charge in (prices.start_cost, prices.end_cost) if charge is not None]
        alike = (
            model.power_kw[b].tobytes(),
            int(model.first[b]),
            int(model.size[b]),
            batch.gap_before_min,
            int(model.most_pauses[b]),
            batch.pauses.least_min,
            *(np.ascontiguousarray(charge[b]).tobytes() for charge in charges),
        )
        found.setdefault(alike, []).append(b)

    def now(b: int) -> int:
        given = batches[b].now_min
        return model.horizon if given is None else given

    return [sorted(places, key=now) for places in found.values()]


def find_relaxation(model: SleepModel, priced: Priced, kinds: list[list[int]]) -> Relaxed | None:
    """The finest relaxation that takes little time; None where even a coarse one takes too much."""
    duration = priced.runs.duration[[places[0] for places in kinds]]
    if (priced.runs.most_pauses > 0).any():
        relaxed = _relax(model, priced, kinds, 1)
        return relaxed if relaxed.work_ns < SLOW_NS else None
    unit = math.gcd(*duration.tolist())
    while True:
        relaxed = _relax(model, priced, kinds, unit)
        if relaxed.work_ns < QUICK_NS or unit >= 2 * duration.max():
            return relaxed if relaxed.work_ns < SLOW_NS else None
        unit *= 2


def _relax(model: SleepModel, priced: Priced, kinds: list[list[int]], unit: int) -> Relaxed:
    """The relaxation in which a batch takes its duration over `unit` of the amount, and at least 1."""
    kind = np.array([places[0] for places in kinds], dtype=np.int64)
    runs, pausing = priced.runs, priced.runs.most_pauses[kind] > 0
    number = np.array([len(places) for places in kinds], dtype=np.int64)
    pieces = np.where(pausing, runs.duration[kind], 1)
    step = np.where(pausing, 1, np.maximum(1, np.rint(runs.duration[kind] / unit).astype(np.int64)))
    lead = np.where(pausing, 1, runs.duration[kind] + runs.gap[kind])
    amount = int((number * pieces * step).sum())
    least = _least_minutes(amount, step, lead)
    awake, asleep = _edges(model)
    lo = np.maximum(0.0, awake + least[::-1] - np.where(pausing, 0, runs.gap[kind]).max())
    size = np.maximum(0.0, model.horizon - asleep - least - lo + 1)
    size[~np.isfinite(size)] = 0.0
    lo[size == 0] = 0.0
    lo[-1], size[-1] = 0.0, 0.0  # nothing ends before the first batch
    sizes = size.astype(np.int64)
    at = np.cumsum(sizes) - sizes
    relaxed_runs, extra = _in_minutes(model, priced, kind, pausing)
    places = np.where(pausing, len(runs.size) + np.cumsum(pausing) - 1, kind)
    relaxation = Relaxation(places, step, lo.astype(np.int64), sizes, at)
    return Relaxed(relaxation, relaxed_runs, number, pieces, extra)


def _edges(model: SleepModel) -> tuple[int, int]:
    """Minutes that a machine needs to wake at first, and to fall asleep at last."""
    sleep = model.machine.sleep
    return (sleep[0].up_min, sleep[0].down_min) if sleep else (0, 0)


def minutes_to_spare(model: SleepModel) -> int:
    """How many minutes of the horizon are left when all batches run, in the order with the shortest gaps."""
    batches = model.machine.batches
    needed = sum(batch.duration_min + batch.gap_before_min for batch in batches)
    longest_gap = max(
        (batch.gap_before_min for batch in batches), default=0
    )  # the first one's does not count
    return model.horizon - sum(_edges(model)) - needed + longest_gap


def _least_minutes(amount: int, step: Ints, lead: Ints) -> Floats:
    """The fewest minutes in which so much can run, float64[amount + 1], infinity where it cannot."""
    least = np.full(amount + 1, np.inf)
    least[0] = 0.0
    for total in range(1, amount + 1):
        fits = step <= total
        least[total] = (least[total - step[fits]] + lead[fits]).min(initial=np.inf)
    return least


def _in_minutes(model: SleepModel, priced: Priced, kind: Ints, pausing: Flags) -> tuple[Runs, Floats]:
    """The runs, with each pausing kind's minutes as batches of one minute behind; and what else it costs."""
    runs, extra = priced.runs, np.zeros(len(kind))
    first, size, at, place = list(runs.first), list(runs.size), list(runs.at), [runs.place]
    for p in np.flatnonzero(pausing):
        b = kind[p]
        window = slice(int(runs.first[b]), int(runs.first[b] + runs.size[b] + runs.duration[b] - 1))
        ragged = slice(int(runs.at[b]), int(runs.at[b] + runs.size[b]))
        extra[p] = runs.place[ragged].min() + runs.end_cost[ragged].min()
        extra[p] += runs.most_pauses[b] * min(0.0, float(runs.resume_cost.min()))
        at.append(sum(map(len, place)))
        place.append(_minute_cost(model, runs, int(b))[window])
        first.append(runs.first[b])
        size.append(len(place[-1]))
    more = int(pausing.sum())
    nothing = np.zeros(more, dtype=np.int64)
    rows = np.tile(np.array([model.wait_rows[0]], dtype=np.int64), (more, 1))
    return runs._replace(
        duration=np.concatenate([runs.duration, nothing + 1]),
        first=np.array(first, dtype=np.int64),
        size=np.array(size, dtype=np.int64),
        at=np.array(at, dtype=np.int64),
        place=np.concatenate(place),
        gap=np.concatenate([runs.gap, nothing]),
        gap_row=np.concatenate([runs.gap_row, rows]),
    ), extra


def _minute_cost(model: SleepModel, runs: Runs, b: int) -> Floats:
    """float64[horizon]: what any running minute of a batch costs at least; infinity where it must not run."""
    power = model.power_kw[b]
    cost = np.minimum(power.min() * runs.price, power.max() * runs.price)
    return np.where(runs.shut, np.inf, cost)


def loose_cost(model: SleepModel, priced: Priced) -> float:
    """What all costs at least: each batch alone in its window, the machine always in its cheapest state."""
    standing, runs = priced.standing, priced.runs
    stand = _cheapest_standing(standing)
    before = np.concatenate([[0.0], np.cumsum(stand)])
    total = before[-1]
    for b, duration in enumerate(runs.duration.tolist()):
        ragged = slice(int(runs.at[b]), int(runs.at[b] + runs.size[b]))
        starts = np.arange(runs.first[b], runs.first[b] + runs.size[b])
        if runs.most_pauses[b] == 0:
            total += (runs.place[ragged] - (before[starts + duration] - before[starts])).min()
            continue
        window = slice(int(starts[0]), int(starts[-1]) + duration)
        total += np.sort((_minute_cost(model, runs, b) - stand)[window])[:duration].sum()
        total += runs.place[ragged].min() + runs.end_cost[ragged].min()
        total += runs.most_pauses[b] * min(0.0, float(runs.resume_cost.min()))
    return float(total)


def _cheapest_standing(standing: Standing) -> Floats:
    """float64[horizon]: what a machine that does not run costs at least in each minute."""
    rows = np.concatenate([standing.idle[None, :], standing.off, standing.down, standing.up])
    return np.asarray(np.diff(rows, axis=1).min(axis=0), dtype=np.float64)


def fair_credit(model: SleepModel, priced: Priced, kinds: list[list[int]], relaxed: Relaxed) -> Floats:
    """What a piece of each kind costs at the mean price of the cheapest minutes, as many as all run."""
    runs = priced.runs
    price = np.sort(runs.price)[: int(runs.duration.sum())].mean()
    energy = np.array([model.power_kw[places[0]].sum() for places in kinds])
    return np.asarray(energy * price / relaxed.pieces, dtype=np.float64)


def kinds_for_search(
    model: SleepModel, priced: Priced, kinds: list[list[int]], relaxed: Relaxed, credit: Floats
) -> Kinds:
    """What the search over sets needs to know of the kinds when the relaxation credits each piece so."""
    runs, kind = priced.runs, np.array([places[0] for places in kinds], dtype=np.int64)
    lead = runs.duration[kind] + runs.gap[kind]
    marks = np.random.default_rng(1).integers(1, 2**63, len(kinds), dtype=np.uint64)
    return Kinds(
        kind=kind,
        number=relaxed.number,
        lead=lead,
        step=relaxed.relaxation.step * relaxed.pieces,
        credit=credit * relaxed.pieces + relaxed.extra,
        mark=marks,
        since=_edges(model)[0] - int(runs.gap[kind].max()),
        width=minutes_to_spare(model) + 1,
    )
