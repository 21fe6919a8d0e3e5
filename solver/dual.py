"""A proven lower bound where something couples the machines: Lagrangian relaxation by the volume method.

Each coupling gets a price, its multiplier: a hard limit any price from 0 on; a demand charge d prices on
its windows and its floor that sum to d, for d × the highest mean is at least Σ λ_w × mean_w for such λ.
At these prices the machines no longer know each other; their optima sum to a bound, less what the limits
allow at their prices (Held, Wolfe and Crowder 1974). volume.py climbs; its averaged slope also says where
load would like to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.chain_kernel import FAR
from solver.covers import Cover
from solver.dual_kernel import SharedPrices
from solver.dual_pauses import PausingAnswers
from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState, empty_state, fill_state
from solver.plant_tables import PlaceSet, PlantTables
from solver.search_run import ChunkPool
from solver.volume import Volume, onto_simplex

NEWEST_WEIGHT = 0.3  # of the newest answer in the averaged slope, at first
NEWEST_WEIGHT_WITH_COVERS = 0.03  # there are more prices to find, each of less weight
ROUNDING = 1e-9  # share of a bound that floating-point sums may be wrong by


@dataclass(slots=True, eq=False)
class Multipliers:
    """One number for each constraint, in one vector with places for each kind; all in units of load."""

    demand: list[slice]  # a charge's windows, then its floor
    cap: slice  # windows with a hard limit
    people: slice
    begun: slice
    low: slice  # buffers
    high: slice
    moved: slice
    covers: slice  # of each cover, one window after the other
    length: int


class DualBound:
    """The climb; costs are above standing. `bound` is proven, `starts` are the machines' newest answer."""

    def __init__(
        self,
        tables: PlantTables,
        places: PlaceSet,
        pool: ChunkPool,
        covers: Sequence[Cover] = (),
        rough: PlaceSet | None = None,
    ) -> None:
        """Begins with each charge spread evenly over its windows and nothing on the hard limits.

        `covers` are sets of machines that cannot all run through a window of the first grid. With `rough`,
        some of the places, it climbs on these until it is refined, and nothing is proven before.
        """
        self.bound = -np.inf  # proven
        self._pausing = PausingAnswers(tables, pool)
        self._values = np.zeros(len(tables.batch_at) - 1)
        self.starts = np.zeros(len(tables.duration), dtype=np.int64)
        self.best_starts = self.starts
        self._tables, self._every, self._pool = tables, places, pool
        self._places = places if rough is None else rough
        self._most_places = int(np.diff(places.at[tables.batch_at]).max(initial=1))  # of a machine
        self._steep = np.zeros((len(covers), len(self._values)), dtype=np.float64)
        for row, cover in zip(self._steep, covers, strict=True):
            row[list(cover.machines)] = cover.steep
        self._rooms = np.count_nonzero(self._steep, axis=1) - 1.0
        self._capped = np.flatnonzero(np.isfinite(tables.cap_kw))
        self._finite = np.isfinite(tables.capacity)
        self._windows = [_charge_windows(tables, k) for k in range(len(tables.demand_price))]
        self._at = self._places_of()
        self._scale = self._scales()
        self._climb_from(self._even_spread())

    def _climb_from(self, y: Floats) -> None:
        # What the climb finds is proven only if no batch may pause; else `prove` makes it so.
        weight = NEWEST_WEIGHT_WITH_COVERS if len(self._steep) else NEWEST_WEIGHT
        self._y, self._volume = y, Volume(y, self._projected, weight)

    @property
    def moved_price(self) -> float:
        """The price of a batch that leaves the plan in force, at the best multipliers."""
        if self._tables.most_moved < 0:
            return 0.0
        return float((self._volume.at * self._scale)[self._at.moved][0])

    @property
    def floor_kw(self) -> float:
        """What the first demand charge is paid for at least."""
        return float(self._tables.demand_floor[0])

    @property
    def peaks_kw(self) -> Floats:
        """Where the averaged answers would put the peak of each demand charge, float64[K]."""
        mean = self._volume.mean
        if not len(mean):
            return np.zeros(len(self._windows))
        return np.array([float(mean[place].max()) for place in self._at.demand])

    def begin_at(self, other: DualBound) -> None:
        """Takes another bound's best prices of demand, or puts all on the floors: whichever says more."""
        low = self._y.copy()
        for place, price in zip(self._at.demand, self._tables.demand_price, strict=True):
            low[place] = 0.0
            low[place.stop - 1] = price
        learned = self._y.copy()
        for mine, its in zip(self._at.demand, other._at.demand, strict=True):
            learned[mine] = other._volume.at[its]
        self._climb_from(max((low, learned), key=self._value))

    def _value(self, y: Floats) -> float:
        return self._evaluate(y)[0]

    def climb(self, best_cost: float) -> None:
        """One step; `best_cost` is that of the best plan known, or a guess at it."""
        value, usage = self._evaluate(self._y)
        volume = self._volume
        if volume.take(self._y, value, usage):
            self.best_starts = self.starts.copy()
        size = volume.rise() if len(self._steep) else self._rise_of_useful()
        self._y = volume.next(best_cost, size)
        if self.rough and abs(value) >= FAR:  # a machine has no way on the rough places
            self.refine()
        if not self.needs_proof:
            self.bound = volume.top

    @property
    def rough(self) -> bool:
        """Whether it climbs on some of the places alone."""
        return self._places is not self._every

    def refine(self) -> None:
        """Goes on at all places from the best prices so far, at which it is proven unless batches pause."""
        if not self.rough:
            return
        self._places = self._every
        self._volume.lower(self._value(self._volume.at))
        if not self.needs_proof:
            self.bound = self._volume.top

    @property
    def top(self) -> float:
        """The best value so far, proven or not."""
        return self._volume.top

    def _rise_of_useful(self) -> float:
        slope = self._useful(self._volume.mean, self._volume.at)
        return float(slope @ slope)

    @property
    def needs_proof(self) -> bool:
        """Whether only `prove` says what is proven: batches may pause, or the climb is a rough one."""
        return self.rough or len(self._pausing.machines) > 0

    def prove(self) -> None:
        """Raises the bound to what it is at the best prices when batches pause as they may."""
        self.refine()
        y = self._volume.at
        self._evaluate(y)
        prices = self._prices(y * self._scale)
        self._pausing.exact(prices, self._values)
        value = self._sum_of_values(y)
        self.bound = max(self.bound, value)
        self._volume.lower(value)  # for the machines can do more now than was known

    def dearer(self, starts: Ints) -> Floats:
        """What each batch of a plan costs more than in the best answer, at its prices, float64[B].

        The gap is made of these and of what the plan leaves unused of what has a price.
        """
        from solver.dual_kernel import dearer_than

        found, surcharge = np.zeros(len(starts)), np.zeros(self._most_places)
        prices = self._prices(self._volume.at * self._scale)
        dearer_than(self._tables, self._every, prices, starts, self.best_starts, surcharge, found)
        return found

    @property
    def settled(self) -> bool:
        """Whether steps have become too small to matter."""
        return self._volume.settled

    def _evaluate(self, y: Floats) -> tuple[float, Floats]:
        """The bound at these multipliers, and by how much the answers go beyond each constraint."""
        from solver.dual_kernel import relaxed_optima

        tables, places = self._tables, self._places
        prices = self._prices(y * self._scale)
        most = self._most_places

        def chunk(first: int, last: int) -> None:
            surcharge, val, pick = np.zeros(most), np.zeros(most), np.zeros(most, dtype=np.int32)
            relaxed_optima(
                first, last, tables, places, prices, surcharge, val, pick, self._values, self.starts
            )

        self._pool.run(chunk, self._pool.edges(len(self._values)))
        state = empty_state(tables)
        self._pausing.known(prices, self._values, self.starts, state.pauses)
        state.span[:] += np.diff(state.pauses, axis=2).sum(axis=(1, 2))
        placeless = self._pausing.machines[self._values[self._pausing.machines] >= FAR]
        self._values[placeless] = 0.0  # they must pause, which only `prove` can price
        fill_state(self.starts, tables, state)
        return self._sum_of_values(y), self._usage(state)

    def _sum_of_values(self, y: Floats) -> float:
        value = float(self._values.sum()) + self._standing(y * self._scale)
        return value - ROUNDING * max(1.0, float(np.abs(self._values).sum()))

    def _places_of(self) -> Multipliers:
        tables = self._tables
        at, demand = 0, []
        for windows in self._windows:
            demand.append(slice(at, at + len(windows) + 1))
            at += len(windows) + 1
        parts = []
        buffers = tables.level.size
        lengths = (
            len(self._capped), len(tables.people), len(tables.price) if tables.most_starts else 0,
            buffers, buffers, int(tables.most_moved >= 0), len(self._steep) * self._cover_windows,
        )  # fmt: skip
        for length in lengths:
            parts.append(slice(at, at + length))
            at += length
        cap, people, begun, low, high, moved, covers = parts
        return Multipliers(demand, cap, people, begun, low, high, moved, covers, at)

    def _scales(self) -> Floats:
        """In which unit each constraint is counted, so that one batch is about as much of each."""
        tables, scale = self._tables, np.ones(self._at.length)
        typical_kw = max(1.0, float(np.abs(tables.power_kw).mean())) if len(tables.power_kw) else 1.0
        goods = np.concatenate([tables.makes[tables.makes > 0], tables.takes[tables.takes > 0], [1e-9]])
        scale[self._at.covers] = typical_kw
        scale[self._at.people] = typical_kw / max(1, int(tables.charge[1]), int(tables.charge[3]))
        scale[self._at.begun] = scale[self._at.moved] = typical_kw
        scale[self._at.low] = scale[self._at.high] = typical_kw / float(goods.max())
        return scale

    def _even_spread(self) -> Floats:
        y = np.zeros(self._at.length)
        for place, price in zip(self._at.demand, self._tables.demand_price, strict=True):
            y[place.start : place.stop - 1] = price / max(1, place.stop - place.start - 1)
        return y

    @property
    def _cover_windows(self) -> int:
        return int(self._tables.grid_at[1]) if len(self._tables.grid_min) else 0

    @property
    def _cover_step(self) -> int:
        return int(self._tables.grid_min[0]) if len(self._tables.grid_min) else 1

    def _prices(self, y: Floats) -> SharedPrices:
        tables, at = self._tables, self._at
        horizon = len(tables.price)
        window = np.zeros(len(tables.cap_kw))
        for place, windows in zip(at.demand, self._windows, strict=True):
            window[windows] += y[place][:-1]
        window[self._capped] += y[at.cap]
        minute = np.zeros(horizon)
        for g, step in enumerate(tables.grid_min):
            own = slice(int(tables.grid_at[g]), int(tables.grid_at[g + 1]))
            minute += np.repeat(window[own] / tables.window_min[own], step)[:horizon]
        low, high = (y[place].reshape(tables.level.shape) for place in (at.low, at.high))
        goods = np.cumsum((high - low)[:, ::-1], axis=1)[:, ::-1]
        begins, ends = self._cover_prices(y)
        return SharedPrices(
            load=_totals(minute),
            people=_totals(y[at.people]),
            begun=_totals(y[at.begun]),
            goods=np.ascontiguousarray(goods),
            moved=float(y[at.moved].sum()),
            begins=begins,
            ends=ends,
            cover_min=self._cover_step,
        )

    def _cover_prices(self, y: Floats) -> tuple[Floats, Floats]:
        from solver.cover_kernel import cover_prices

        if not len(self._steep):
            return np.zeros((0, 1)), np.zeros((0, 1))
        shape = (len(self._values), len(self._tables.price) + 1)
        begins, ends = np.empty(shape), np.empty(shape)
        price = y[self._at.covers].reshape(len(self._steep), -1)
        lengths = self._tables.window_min[: self._cover_windows]

        def chunk(first: int, last: int) -> None:
            steep = np.ascontiguousarray(self._steep[:, first:last])
            cover_prices(price, steep, self._cover_step, lengths, begins[first:last], ends[first:last])

        self._pool.run(chunk, self._pool.edges(len(self._values)))
        return begins, ends

    def _standing(self, y: Floats) -> float:
        """What the multipliers add when no batch runs, less what they allow."""
        tables, at = self._tables, self._at
        total = 0.0
        for k, (place, windows) in enumerate(zip(at.demand, self._windows, strict=True)):
            total += float(y[place][:-1] @ tables.base_kw[windows]) + y[place][-1] * tables.demand_floor[k]
        total += float(y[at.cap] @ (tables.base_kw - tables.cap_kw)[self._capped])
        total -= float(y[at.people] @ tables.people)
        total -= float(y[at.begun].sum()) * tables.most_starts
        low, high = (y[place].reshape(tables.level.shape) for place in (at.low, at.high))
        total -= float((low * tables.level).sum())
        room = tables.level - np.where(self._finite, tables.capacity, 0.0)[:, None]
        total += float((high * room).sum())
        if len(self._rooms):
            total -= float(y[at.covers].reshape(len(self._rooms), -1).sum(axis=1) @ self._rooms)
        return total - float(y[at.moved].sum()) * max(0, tables.most_moved)

    def _usage(self, state: PlantState) -> Floats:
        tables, at = self._tables, self._at
        used = np.zeros(at.length)
        for k, (place, windows) in enumerate(zip(at.demand, self._windows, strict=True)):
            used[place] = np.append(state.load[windows], tables.demand_floor[k])
        used[at.cap] = (state.load - tables.cap_kw)[self._capped]
        used[at.people] = state.busy - tables.people
        used[at.begun] = state.begun - tables.most_starts
        used[at.low] = -state.level.ravel()
        capacity = np.where(self._finite, tables.capacity, 0.0)[:, None]
        used[at.high] = np.where(self._finite[:, None], state.level - capacity, -1.0).ravel()
        used[at.covers] = self._cover_usage(state)
        used[at.moved] = state.moved[0] - tables.most_moved
        used *= self._scale
        return used

    def _cover_usage(self, state: PlantState) -> Floats:
        """By how much each cover sees more of its machines in each window than it has room for."""
        from solver.cover_kernel import cover_usage

        if not len(self._steep):
            return np.zeros(0)
        usage = np.repeat(-self._rooms[:, None], self._cover_windows, axis=1)
        cover_usage(state.start, self._tables, self._steep, usage)
        return usage.ravel()

    def _useful(self, slope: Floats, y: Floats) -> Floats:
        """The direction without what the projection takes away again."""
        useful = np.where((y <= 0) & (slope < 0), 0.0, slope)
        for place in self._at.demand:
            useful[place] = slope[place] - slope[place].mean()
        return useful

    def _projected(self, y: Floats) -> Floats:
        projected = np.maximum(y, 0.0)
        for place, price in zip(self._at.demand, self._tables.demand_price, strict=True):
            projected[place] = onto_simplex(y[place], float(price))
        return projected


def _charge_windows(tables: PlantTables, k: int) -> Ints:
    g = tables.demand_grid[k]
    inside = np.zeros(len(tables.cap_kw), dtype=np.bool_)
    inside[tables.grid_at[g] : tables.grid_at[g + 1]] = True
    return np.flatnonzero(inside & tables.demand_counts[k])


def _totals(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])
