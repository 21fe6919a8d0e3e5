"""A lower bound on the makespan from what metering intervals can hold.

Give each piece of a batch, so many minutes within one interval, a worth. If no interval can hold pieces worth
more than 1, then the batches, each cut where it is worth least, fill at least as many intervals as they are
worth: a dual feasible function as for bin packing (Fekete and Schepers 2001); the best one is the dual of a
configuration program (Gilmore and Gomory 1961). The last interval counts by its minutes. It holds whatever
the order, the gaps and the windows are; a batch that may pause may be cut anyhow.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from solver.layout import Floats, Ints
from solver.makespan_bound import ROUNDING, interval_caps, least_standing_kw
from solver.makespan_layout import DURATION, MACHINE, MOST_PAUSES, Packing

ALL_SETS_UP_TO = 5  # machines; of more only single ones and those with the most to do are tried together
FORBIDDEN = 1e6  # the worth of a piece that alone draws too much
FINEST, COARSEST = 800, 100  # grains of an interval's energy
PRICING_STEPS = 2e7  # what one pricing may take, in steps of its inner loop
PATIENCE, CUT = 50, 0.7  # steps without progress before the step is cut
WORTH_WAITING = 2e-5  # progress below this share does not count
SMALLEST_STEP = 0.02
MOMENTUM = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What pieces of the batches draw within one interval; N batches by machine, pieces of 0..L minutes.

    energy float64[N, L + 1] is the least that so many running minutes in a row draw above standing, as a
    share of what an interval has; rows int64[M + 1] are the machines' edges.
    """

    rows: Ints
    duration: Ints
    flexible: NDArray[np.bool_]  # may pause
    energy: Floats
    first_interval: int  # no batch can start before it

    @property
    def interval(self) -> int:
        """Minutes of an interval."""
        return self.energy.shape[1] - 1

    @property
    def ran(self) -> Ints:
        """The minutes of each piece, no more than its batch has, int64[N, L + 1]."""
        return np.minimum(np.arange(self.interval + 1), self.duration[:, None])


def pieces_of(packing: Packing, heads: Ints) -> Pieces | None:
    """The pieces of a problem with an energy limit; None where there is nothing to cut."""
    tables, cap = packing.tables, float(interval_caps(packing).max())
    if not len(tables.batch) or not 0.0 < cap < np.inf:
        return None
    least = least_standing_kw(packing)
    energy = [
        _piece_energy(power_kw - least[tables.batch[row, MACHINE]], tables.interval_min)
        for row, power_kw in enumerate(packing.running_kw)
    ]
    return Pieces(
        rows=tables.rows,
        duration=np.ascontiguousarray(tables.batch[:, DURATION]),
        flexible=tables.batch[:, MOST_PAUSES] > 0,
        energy=np.array(energy) / cap,
        first_interval=int(heads.min()) // tables.interval_min,
    )


def _piece_energy(net_kw: Floats, interval: int) -> Floats:
    """The least that 0..interval running minutes in a row draw; beyond the batch's length the whole."""
    lengths = np.minimum(np.arange(interval + 1), len(net_kw))
    if np.ptp(net_kw) == 0:
        return np.asarray(lengths * net_kw[0], dtype=np.float64)
    total = np.concatenate([[0.0], np.cumsum(net_kw)])
    return np.array([(total[length:] - total[: len(total) - length]).min() for length in lengths])


def closed_forms(pieces: Pieces) -> list[Floats]:
    """Worths float64[N, L + 1] of which no interval can hold more than 1.

    By energy. And by minutes of some machines S: the share x of an interval's energy allows at most T(x) of
    them, cheapest minutes first. A minute of S is worth 1 / T(1), and a piece of energy e of another machine
    1 - T(1 - e) / T(1), which leaves T(1 - e) minutes for S; T is concave, so pieces that share an interval
    are together worth no more than one of their energy.
    """
    forms = [pieces.energy.copy()]
    machine = np.repeat(np.arange(len(pieces.rows) - 1), np.diff(pieces.rows))
    unit = (pieces.energy[:, 1:] / pieces.ran[:, 1:]).min(axis=1)
    for chosen in _machine_sets(pieces):
        inside = np.isin(machine, chosen)
        cost = np.sort(np.concatenate([_cheapest_minutes(pieces, unit, m) for m in chosen]))
        spent = np.concatenate([[0.0], np.cumsum(cost)])
        minutes = np.arange(len(spent), dtype=np.float64)
        most = _minutes_within(1.0, spent, minutes)
        left = _minutes_within(1.0 - np.minimum(pieces.energy, 1.0), spent, minutes)
        worth = np.maximum(1.0 - left / most, 0.0)
        worth[inside] = pieces.ran[inside] / most
        forms.append(worth)
    return forms


def _minutes_within(energy: Floats | float, spent: Floats, minutes: Floats) -> Floats:
    """How many minutes an energy allows; those that cost nothing all at once."""
    last = np.append(spent[1:] > spent[:-1], True)
    return np.asarray(np.interp(energy, spent[last], minutes[last]), dtype=np.float64)


def _cheapest_minutes(pieces: Pieces, unit: Floats, machine: int) -> Floats:
    """What the cheapest minutes of one machine cost that can lie in one interval."""
    rows = slice(pieces.rows[machine], pieces.rows[machine + 1])
    each = np.repeat(unit[rows], np.minimum(pieces.duration[rows], pieces.interval))
    return np.sort(each)[: pieces.interval]


def _machine_sets(pieces: Pieces) -> list[tuple[int, ...]]:
    machines = [m for m in range(len(pieces.rows) - 1) if pieces.rows[m] < pieces.rows[m + 1]]
    if len(machines) <= ALL_SETS_UP_TO:
        return [chosen for size in range(1, len(machines) + 1) for chosen in combinations(machines, size)]
    load = [int(pieces.duration[pieces.rows[m] : pieces.rows[m + 1]].sum()) for m in machines]
    busiest = [machines[place] for place in np.argsort(-np.array(load), kind="stable")]
    return [(m,) for m in machines] + [tuple(busiest[:size]) for size in range(2, len(machines) + 1)]


class IntervalBound:
    """The intervals' bound: the best closed form, then a climb over worths by subgradients.

    Each step prices an interval and cuts the batches; worth moves towards the pieces that were cut and away
    from those that filled the interval (Polyak's step towards the best makespan known). Whatever the worths
    are, divided by what an interval can hold they prove a bound.
    """

    def __init__(self, pieces: Pieces) -> None:
        """Begins with the closed forms; `bound` is in minutes, `exhausted` once it climbs no more."""
        self.bound = 0
        self._pieces = pieces
        steps = len(pieces.duration) * pieces.interval**2
        self._grains = int(np.clip(PRICING_STEPS / steps, COARSEST, FINEST))
        self._grain_table = np.floor(pieces.energy * self._grains + ROUNDING).astype(np.int64)
        self._priced = steps * COARSEST <= 4 * PRICING_STEPS
        self.exhausted = not self._priced
        forms = [self._with_forbidden(form) for form in closed_forms(pieces)]
        worths = [self._cut(form, self._counts()) for form in forms]
        best = int(np.argmax(worths))
        self._total, self._climbed = worths[best], 0.0  # intervals that the batches are worth
        self._value = self._best_value = forms[best]
        self._move = np.zeros_like(self._value)
        self._step, self._waited = 1.0, 0
        self._settle(forms[best])

    def climb(self, makespan: int, steps: int) -> None:
        """Some steps towards `makespan`, that of the best plan known."""
        goal = makespan / self._pieces.interval - self._pieces.first_interval
        for _ in range(steps):
            if self.exhausted or self.bound >= makespan:
                return
            self._climb_once(goal)

    def _climb_once(self, goal: float) -> None:
        filled, cut = self._counts(), self._counts()
        held = max(self._price(self._value, self._pieces.interval, filled), ROUNDING)
        value = self._with_forbidden(self._value / held)
        total = self._cut(value, cut)
        self._note(value, total)
        if self._waited > PATIENCE:
            self._step, self._waited = self._step * CUT, 0
            self._value, self._move = self._best_value, np.zeros_like(value)
            self.exhausted = self._step < SMALLEST_STEP
            return
        self._move = MOMENTUM * self._move + (cut - total * filled)
        size = max(float((self._move * self._move).sum()), 1e-9)
        step = self._step * max(goal - total, 0.01 * total) / size
        self._value = np.maximum(value + step * self._move, 0.0)

    def _note(self, value: Floats, total: float) -> None:
        if total <= self._climbed + ROUNDING:
            self._waited += 1
            return
        if total > self._climbed * (1.0 + WORTH_WAITING):
            self._waited = 0
        self._climbed, self._best_value = total, value
        if total > self._total + ROUNDING:
            self._total = total
            self._settle(value)

    def _settle(self, value: Floats) -> None:
        """Raises the bound to what these worths prove, of which an interval holds 1 at most."""
        total = self._total * (1.0 - ROUNDING) - ROUNDING
        full = max(int(np.ceil(total - 1.0)), 0)
        least, most = 1, self._pieces.interval
        while least < most:
            window = (least + most) // 2
            if min(self._held_in(value, window), 1.0) >= total - full:
                most = window
            else:
                least = window + 1
        if total > 0.0:
            full += self._pieces.first_interval
            self.bound = max(self.bound, full * self._pieces.interval + least)

    def _held_in(self, value: Floats, window: int) -> float:
        """No less than what an interval's last `window` minutes before the makespan can hold."""
        if self._priced:
            return self._price(value, window, self._counts())
        pieces = self._pieces
        rate = (value[:, 1 : window + 1] / pieces.ran[:, 1 : window + 1]).max(axis=1)
        edges = zip(pieces.rows[:-1], pieces.rows[1:], strict=True)
        return float(sum(rate[a:b].max(initial=0.0) for a, b in edges) * window)

    def _price(self, value: Floats, window: int, filled: Ints) -> float:
        from solver.makespan_bound_kernel import best_interval

        pieces, grains = self._pieces, self._grain_table
        return float(
            best_interval(pieces.rows, pieces.duration, grains, value, window, self._grains, filled)
        )

    def _cut(self, value: Floats, cut: Ints) -> float:
        from solver.makespan_bound_kernel import cheapest_cuts

        return float(cheapest_cuts(self._pieces.duration, self._pieces.flexible, value, cut))

    def _counts(self) -> Ints:
        return np.zeros(self._pieces.energy.shape, dtype=np.int64)

    def _with_forbidden(self, value: Floats) -> Floats:
        """No piece that alone draws more than an interval has can be cut."""
        return np.where(self._grain_table > self._grains, FORBIDDEN, value)
