"""A proven lower bound where something couples the machines: Lagrangian relaxation by the volume method.

Each coupling gets a price, its multiplier: a hard limit any price from 0 on; a demand charge d prices on
its windows and its floor that sum to d, for d × the highest mean is at least Σ λ_w × mean_w for such λ.
At these prices the machines no longer know each other; their optima sum to a bound, less what the limits
allow at their prices (Held, Wolfe and Crowder 1974). The direction is an average of what the machines
did (Barahona and Anbil 2000), which also says where load would like to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.chain_kernel import FAR
from solver.covers import Cover
from solver.dual_kernel import SharedPrices
from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState, empty_state, fill_state
from solver.plant_tables import PlaceSet, PlantTables
from solver.search_run import ChunkPool

SMOOTHING = 0.2  # how much of the newest answer enters the averaged direction
SMOOTHING_WITH_COVERS = 0.03  # there are more prices to find, each of less weight
PATIENCE, CUT, GROW, LONGEST_STEP, FIRST_STEP = 20, 0.7, 1.05, 2.0, 0.2
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
        self, tables: PlantTables, places: PlaceSet, pool: ChunkPool, covers: Sequence[Cover] = ()
    ) -> None:
        """Begins with each charge spread evenly over its windows and nothing on the hard limits.

        `covers` are sets of machines that cannot all run through a window of the first grid.
        """
        self.bound = -np.inf  # proven
        self._aim = -np.inf  # the same as if no batch could pause, by which the prices are found
        self._pausing = _pausing_machines(tables)
        self._values = np.zeros(len(tables.batch_at) - 1)
        self.starts = np.zeros(len(tables.duration), dtype=np.int64)
        self.best_starts = self.starts
        self._tables, self._places, self._pool = tables, places, pool
        self._covers = np.zeros((len(covers), len(self._values)), dtype=np.float64)
        for row, cover in zip(self._covers, covers, strict=True):
            row[list(cover)] = 1.0
        self._capped = np.flatnonzero(np.isfinite(tables.cap_kw))
        self._finite = np.isfinite(tables.capacity)
        self._windows = [_charge_windows(tables, k) for k in range(len(tables.demand_price))]
        self._at = self._places_of()
        self._scale = self._scales()
        self._y = self._even_spread()
        self._best_y = self._y
        self._mean = np.zeros(0)
        self._step, self._waited = FIRST_STEP, 0
        self._smoothing = SMOOTHING_WITH_COVERS if len(covers) else SMOOTHING

    @property
    def moved_price(self) -> float:
        """The price of a batch that leaves the plan in force, at the best multipliers."""
        if self._tables.most_moved < 0:
            return 0.0
        return float((self._best_y * self._scale)[self._at.moved][0])

    @property
    def peaks_kw(self) -> Floats:
        """Where the averaged answers would put the peak of each demand charge, float64[K]."""
        if not len(self._mean):
            return np.zeros(len(self._windows))
        return np.array([float(self._mean[place].max()) for place in self._at.demand])

    def begin_at(self, other: DualBound) -> None:
        """Takes another bound's best prices of demand, or puts all on the floors: whichever says more."""
        low = self._y.copy()
        for place, price in zip(self._at.demand, self._tables.demand_price, strict=True):
            low[place] = 0.0
            low[place.stop - 1] = price
        learned = self._y.copy()
        for mine, its in zip(self._at.demand, other._at.demand, strict=True):
            learned[mine] = other._best_y[its]
        self._y = self._best_y = max((low, learned), key=self._value)

    def _value(self, y: Floats) -> float:
        return self._evaluate(y)[0]

    def climb(self, best_cost: float) -> None:
        """One step; `best_cost` is that of the best plan known, or a guess at it."""
        value, usage = self._evaluate(self._y)
        self._mean = usage if not len(self._mean) else self._mean + self._smoothing * (usage - self._mean)
        if value > self._aim + ROUNDING * abs(value):
            self._aim, self._best_y, self._waited = value, self._y, 0
            self.best_starts = self.starts.copy()
            self._step = min(LONGEST_STEP, self._step * GROW)
        else:
            self._waited += 1
            if self._waited > PATIENCE:
                self._step, self._waited = self._step * CUT, 0
        slope = self._useful(self._mean, self._best_y)
        size = max(float(slope @ slope), 1e-12)
        reach = max(best_cost - self._aim, 1e-6 * abs(self._aim)) / size
        self._y = self._projected(self._best_y + self._step * reach * self._mean)
        if not len(self._pausing):
            self.bound = self._aim

    @property
    def needs_proof(self) -> bool:
        """Whether batches may pause, so that only `prove` says what is proven."""
        return len(self._pausing) > 0

    def prove(self) -> None:
        """Raises the bound to what it is at the best prices when batches pause as they may."""
        from solver.pause_kernel import pausing_values

        self._evaluate(self._best_y)
        tables = self._tables
        prices = self._prices(self._best_y * self._scale)

        def chunk(first: int, last: int) -> None:
            pausing_values(self._pausing[first:last], tables, prices, self._values)

        self._pool.run(chunk, self._pool.edges(len(self._pausing)))
        value = float(self._values.sum()) + self._standing(self._best_y * self._scale)
        self.bound = max(self.bound, value - ROUNDING * max(1.0, float(np.abs(self._values).sum())))

    @property
    def settled(self) -> bool:
        """Whether steps have become too small to matter."""
        return self._step < 1e-4

    def _evaluate(self, y: Floats) -> tuple[float, Floats]:
        """The bound at these multipliers, and by how much the answers go beyond each constraint."""
        from solver.dual_kernel import relaxed_optima

        tables, places = self._tables, self._places
        prices = self._prices(y * self._scale)
        per_machine = np.diff(places.at[tables.batch_at])
        most = int(per_machine.max(initial=1))

        def chunk(first: int, last: int) -> None:
            surcharge, val, pick = np.zeros(most), np.zeros(most), np.zeros(most, dtype=np.int32)
            relaxed_optima(
                first, last, tables, places, prices, surcharge, val, pick, self._values, self.starts
            )

        self._pool.run(chunk, self._pool.edges(len(self._values)))
        placeless = self._pausing[self._values[self._pausing] >= FAR]
        self._values[placeless] = 0.0  # they must pause, which only `prove` can price
        state = empty_state(tables)
        fill_state(self.starts, tables, state)
        value = float(self._values.sum()) + self._standing(y * self._scale)
        return value - ROUNDING * max(1.0, float(np.abs(self._values).sum())), self._usage(state)

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
            buffers, buffers, int(tables.most_moved >= 0), len(self._covers) * self._cover_windows,
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
        own_prices, edge = self._cover_prices(y)
        return SharedPrices(
            load=_totals(minute),
            people=_totals(y[at.people]),
            begun=_totals(y[at.begun]),
            goods=np.ascontiguousarray(goods),
            moved=float(y[at.moved].sum()),
            own=own_prices,
            edge=edge,
            edge_min=self._cover_step,
        )

    def _cover_prices(self, y: Floats) -> tuple[Floats, Floats]:
        if not len(self._covers):
            return np.zeros((0, 1)), np.zeros((0, 1))
        horizon = len(self._tables.price)
        edge = self._covers.T @ y[self._at.covers].reshape(len(self._covers), -1)
        lengths = self._tables.window_min[: self._cover_windows]
        minute = np.repeat(edge / lengths, self._cover_step, axis=1)[:, :horizon]
        own = np.zeros((len(edge), horizon + 1))
        np.cumsum(minute, axis=1, out=own[:, 1:])
        return own, edge

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
        rooms = self._covers.sum(axis=1) - 1.0
        total -= float(y[at.covers].reshape(len(rooms), -1).sum(axis=1) @ rooms) if len(rooms) else 0.0
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
        """By how much the machines of each cover run through each window, less their edges and its room."""
        from solver.dual_kernel import cover_shares

        if not len(self._covers):
            return np.zeros(0)
        shares = np.zeros((len(self._values), self._cover_windows))
        cover_shares(state.start, self._tables, shares)
        return np.asarray(self._covers @ shares - (self._covers.sum(axis=1) - 1.0)[:, None]).ravel()

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


def onto_simplex(point: Floats, total: float) -> Floats:
    """The nearest point with parts ≥ 0 that sum to `total` (Held, Wolfe and Crowder 1974); float64[n]."""
    falling = np.sort(point)[::-1]
    level = (np.cumsum(falling) - total) / np.arange(1, len(point) + 1)
    last = int(np.flatnonzero(falling > level)[-1])
    return np.asarray(np.maximum(point - level[last], 0.0), dtype=np.float64)


def _pausing_machines(tables: PlantTables) -> Ints:
    edges = tables.batch_at
    return np.array(
        [m for m in range(len(edges) - 1) if tables.most_pauses[edges[m] : edges[m + 1]].any()],
        dtype=np.int64,
    )


def _charge_windows(tables: PlantTables, k: int) -> Ints:
    g = tables.demand_grid[k]
    inside = np.zeros(len(tables.cap_kw), dtype=np.bool_)
    inside[tables.grid_at[g] : tables.grid_at[g + 1]] = True
    return np.flatnonzero(inside & tables.demand_counts[k])


def _totals(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])
