"""One machine whose batches may run in any order: a proven bound and ever better orders.

Bound: of the batches that have run only an amount is remembered (their running minutes, or a coarser count),
a state-space relaxation (Christofides et al. 1981; Tanaka and Fujikuma 2012 for a single machine). Its
sequences may repeat a batch and leave out another, so each kind of batch is credited with a price that a
subgradient method raises where it is left out and lowers where it is repeated; any prices give a bound. Where
all batches draw the same, the bound is mostly the optimum at once (power-saving states: Benedikt et al.
2020). A batch that may pause is there as its single minutes.

Order: sets of batches that have run, layer by layer, each with its least cost for every minute at which it
may end; what the relaxation says of the rest tells which sets are worth keeping. Sets that cannot beat the
best plan are dropped for good; if no other one was dropped, the best order is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from solver.free_order_model import (
    Relaxed,
    fair_credit,
    find_relaxation,
    kinds_for_search,
    kinds_of,
    loose_cost,
    minutes_to_spare,
)
from solver.free_order_tables import Kinds, Layer, new_candidates, new_layer
from solver.layout import Floats
from solver.problem import Machine, PauseRule, due_min
from solver.sleep import SLACK, SleepOptimum, magnitude, ordered_optimum
from solver.sleep_model import Priced, Prices, SleepModel, price_model, sleep_model

FIRST_WIDTH = 8  # sets a layer, doubled from round to round
MOST_BYTES = 2**28  # for the costs of all layers
LOOKS = 24  # at the relaxation, between two searches over sets
LOOKS_NS = 1e9  # that they may take
PATIENCE = 4  # looks without a better bound before steps become shorter
SHORTER = 0.6
MEMORY = 0.5  # share of a step's direction that the next one keeps
SHORTEST = 1e-3
PAUSED_NS = 60.0  # for a running minute, pause and offset of a batch that may pause
SEARCH_NS = 2e9  # that the narrowest search over sets may spend on such batches


def never_end() -> bool:
    """Lets a search go on."""
    return False


def free_order_optimum(
    machine: Machine,
    horizon: int,
    price_per_kw_min: Floats,
    *,
    rest_kw: Floats | None = None,
    should_end: Callable[[], bool] = never_end,
    rounds: int = 8,
) -> SleepOptimum | None:
    """The best plan found in so many rounds, or until `should_end`, and a proven bound.

    None where no plan was found. What is found depends on the rounds alone; each is about twice as thorough
    as the one before.
    """
    search = FreeOrderSearch(machine, horizon, Prices(price_per_kw_min, rest_kw=rest_kw))
    for _ in range(rounds):
        if search.done or should_end():
            break
        search.advance(should_end)
    return search.best


@dataclass(slots=True, eq=False)
class Ascent:
    """The credits under which the relaxation says most, found step by step."""

    priced: Priced
    relaxed: Relaxed
    credit: Floats
    bound: float = -np.inf
    length: float = 1.0
    best_credit: Floats = field(init=False)
    _direction: Floats = field(init=False)
    _failed: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Begins with the given credits, float64[P]."""
        self.best_credit, self._direction = self.credit, np.zeros(len(self.credit))

    @property
    def settled(self) -> bool:
        """Whether further steps are too short to matter."""
        return self.length < SHORTEST

    def look(self, target: float) -> None:
        """Evaluates the credits and steps on from them, by Polyak's length towards a bound of `target`."""
        from solver.free_order_kernel import relaxed_counts

        value, after = self.togo(self.credit)
        self._failed = 0 if value > self.bound else self._failed + 1
        if value > self.bound:
            self.bound, self.best_credit = value, self.credit
        if not np.isfinite(value):
            self.length = 0.0
            return
        counts = np.zeros(len(self.credit), dtype=np.int64)
        standing, runs = self.priced.standing, self.relaxed.runs
        relaxed_counts(standing, runs, self.relaxed.relaxation, self.credit, after, counts)
        missing = (self.relaxed.number * self.relaxed.pieces - counts).astype(np.float64)
        if not missing.any():
            self.length = 0.0
            return
        origin = self.credit
        if self._failed >= PATIENCE:
            self.length, self._failed, origin = self.length * SHORTER, 0, self.best_credit
            value = self.bound
        ahead = max(target - value, 1e-3 * abs(value)) if np.isfinite(target) else 0.05 * abs(value)
        self._direction = missing + MEMORY * self._direction
        square = float(self._direction @ self._direction)
        if square > 0:
            self.credit = origin + self._direction * (self.length * ahead / square)

    def togo(self, credit: Floats) -> tuple[float, Floats]:
        """The bound under these credits and, ragged by node, the cost from each minute on."""
        from solver.free_order_kernel import relaxed_togo

        relaxed = self.relaxed
        after = np.full(relaxed.minutes, np.inf)
        standing, waits, _ = self.priced
        value = relaxed_togo(standing, waits, relaxed.runs, relaxed.relaxation, credit, after)
        paid = relaxed.number * (credit * relaxed.pieces + relaxed.extra)
        return float(value + paid.sum()), after


@dataclass(slots=True, eq=False)
class FreeOrderSearch:
    """A search that goes on for as long as one lets it; `best` and `bound` hold whenever it rests.

    order: places in the machine's list to begin with, by default that of the current plan. An infinite bound
    says that there is no plan at all.
    """

    machine: Machine
    horizon: int
    prices: Prices
    order: Sequence[int] = ()
    best: SleepOptimum | None = None
    bound: float = -np.inf
    _model: SleepModel = field(init=False)
    _priced: Priced = field(init=False)
    _kinds: list[list[int]] = field(init=False, default_factory=list)
    _ascent: Ascent | None = field(init=False, default=None)
    _unpaused: FreeOrderSearch | None = field(init=False, default=None)
    _slack: float = field(init=False, default=0.0)
    _width: int = field(init=False, default=FIRST_WIDTH)
    _looks: int = field(init=False, default=LOOKS)
    _exhausted: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """Prices the orders that are at hand and lays out a relaxation."""
        self._model = sleep_model(self.machine, self.horizon, ordered=False)
        if not self._model.fits or minutes_to_spare(self._model) < 0:
            self.bound = np.inf
            return
        self._priced = price_model(self._model, self.prices)
        self._slack = SLACK * magnitude(self._priced)
        for index, order in enumerate(self._orders_at_hand()):
            if index < 2 or self.best is None:
                self._try_order(order)
        if self.machine.fixed or len(self.machine.batches) < 2:
            self.bound, self._exhausted = np.inf if self.best is None else self.best.bound, True
            return
        self._raise_bound(loose_cost(self._model, self._priced))
        self._kinds = kinds_of(self._model, self.prices)
        relaxed = find_relaxation(self._model, self._priced, self._kinds)
        if relaxed is None:
            self._exhausted = True
            return
        self._ascent = Ascent(
            self._priced, relaxed, fair_credit(self._model, self._priced, self._kinds, relaxed)
        )
        self._looks = int(max(1, min(LOOKS, LOOKS_NS / relaxed.work_ns)))
        if self._paused_work_ns() > SEARCH_NS:
            self._unpaused = FreeOrderSearch(
                _without_pauses(self.machine), self.horizon, self.prices, self.order
            )

    @property
    def proven(self) -> bool:
        """Whether nothing can be cheaper than `best`, or nothing fits at all."""
        if self.best is None:
            return bool(np.isposinf(self.bound))
        return self.best.cost - self.bound <= 4 * self._slack

    @property
    def done(self) -> bool:
        """Whether going on is of no use."""
        return self.proven or self._exhausted

    def advance(self, should_end: Callable[[], bool] = never_end) -> None:
        """One round: looks at the relaxation, then a search over sets, twice as wide as the one before."""
        ascent = self._ascent
        assert ascent is not None, "a search that is done cannot go on"
        for _ in range(self._looks):
            if ascent.settled or self.done or should_end():
                break
            ascent.look(np.inf if self.best is None else self.best.cost)
            self._raise_bound(ascent.bound)
        if self.done or should_end():
            return
        if self._unpaused is None:
            self._search_sets(ascent, should_end)
        else:
            self._search_unpaused(self._unpaused, should_end)

    def _raise_bound(self, bound: float) -> None:
        ceiling = np.inf if self.best is None else self.best.cost
        self.bound = max(self.bound, min(bound - self._slack, ceiling))

    def _paused_work_ns(self) -> float:
        """About how long the narrowest search over sets spends on batches that may pause."""
        runs = self._priced.runs
        batch_ns = PAUSED_NS * float((runs.duration * runs.most_pauses).sum())
        width = self.horizon - int((runs.duration + runs.gap).sum())
        return batch_ns * max(1, width) * FIRST_WIDTH * len(runs.size)

    def _orders_at_hand(self) -> list[list[int]]:
        """The order to begin with and the listed one; two more for where these do not fit."""
        batches = self.machine.batches
        places = list(range(len(batches)))
        if self.machine.fixed:
            return [sorted(places, key=lambda b: int(self._model.first[b]))]
        now = [self.horizon if batch.now_min is None else batch.now_min for batch in batches]
        orders = [
            list(self.order) or sorted(places, key=lambda b: now[b]),
            places,
            sorted(places, key=lambda b: due_min(batches[b], self.horizon)),
            sorted(places, key=lambda b: batches[b].earliest_min),
        ]
        return [order for index, order in enumerate(orders) if order not in orders[:index]]

    def _try_order(self, order: list[int]) -> None:
        """Takes the cheapest plan in this order if it is better than the best so far."""
        batches = [self.machine.batches[b] for b in order]
        model = sleep_model(
            msgspec.structs.replace(self.machine, batches=batches), self.horizon, ordered=True
        )
        found = ordered_optimum(model, self.prices.for_batches(order))
        if found is not None and (self.best is None or found.cost < self.best.cost - self._slack):
            self.best = found

    def _search_unpaused(self, unpaused: FreeOrderSearch, should_end: Callable[[], bool]) -> None:
        """Searches as if no batch might pause, which is quick; in the orders found the batches may."""
        before = unpaused.best
        if not unpaused.done:
            unpaused.advance(should_end)
        if unpaused.best is not None and unpaused.best is not before:
            starts = unpaused.best.starts
            ids = [batch.id for batch in self.machine.batches]
            self._try_order(sorted(range(len(ids)), key=lambda b: starts[ids[b]]))
        self._exhausted = unpaused.done

    def _search_sets(self, ascent: Ascent, should_end: Callable[[], bool]) -> None:
        from solver.free_order_beam_kernel import choose_sets, fill_layer, score_layer

        relaxed = ascent.relaxed
        kinds = kinds_for_search(self._model, self._priced, self._kinds, relaxed, ascent.best_credit)
        _, after = ascent.togo(ascent.best_credit)
        layers, counts, dropped = [new_layer(1, kinds)], [1], np.inf
        for k in range(len(self.machine.batches)):
            if should_end():
                return
            layer, count, opens = layers[-1], counts[-1], k == 0
            found = new_candidates(count, kinds)
            below = np.inf if self.best is None else self.best.cost - self._slack
            listed = score_layer(
                *self._priced, kinds, relaxed.relaxation, after, layer, count, opens, below, found
            )
            later = new_layer(max(1, min(self._width, listed)), kinds)
            kept, least = choose_sets(
                found, np.argsort(found.score[:listed], kind="stable"), kinds, layer, later
            )
            dropped = min(dropped, least)
            if kept == 0:
                break
            fill_layer(*self._priced, kinds, layer, opens, found, listed, later)
            layers.append(later)
            counts.append(kept)
        else:
            self._try_order(self._trace(ascent, kinds, after, layers, counts))
        self._raise_bound(np.inf if self.best is None and not np.isfinite(dropped) else dropped)
        self._widen(kinds, ascent)

    def _widen(self, kinds: Kinds, ascent: Ascent) -> None:
        most = MOST_BYTES // (8 * kinds.width * (len(self.machine.batches) + 1))
        self._exhausted = self._width >= most and ascent.settled
        self._width = max(FIRST_WIDTH, min(2 * self._width, most))

    def _trace(
        self, ascent: Ascent, kinds: Kinds, after: Floats, layers: list[Layer], counts: list[int]
    ) -> list[int]:
        """The order in which the last layer's set, of all batches, has run at the least cost."""
        from solver.free_order_beam_kernel import last_before

        relaxation, last = ascent.relaxed.relaxation, layers[-1]
        lo = int(last.lo[0])
        since, until = max(lo, int(relaxation.lo[0])), int(relaxation.lo[0] + relaxation.size[0])
        until = min(until, lo + kinds.width)
        total = (
            last.cost[0, since - lo : until - lo] + after[since - relaxation.lo[0] : until - relaxation.lo[0]]
        )
        end, i = since + int(np.argmin(total)), 0
        left = [list(places) for places in self._kinds]
        order: list[int] = []
        for k in range(len(layers) - 2, -1, -1):
            ran, key = layers[k + 1].sets[i], layers[k + 1].key[i]
            kind, i, end = last_before(*self._priced, kinds, layers[k], counts[k], k == 0, ran, key, end)
            order.append(left[kind].pop())
        return order[::-1]


def _without_pauses(machine: Machine) -> Machine:
    batches = [msgspec.structs.replace(batch, pauses=PauseRule()) for batch in machine.batches]
    return msgspec.structs.replace(machine, batches=batches)
