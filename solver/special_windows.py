"""What one batch more costs in the windows of demand charges and of energy limits, from every start on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState
from solver.plant_tables import PlantTables, window_means


def window_costs(
    power_kw: float,
    duration_min: int,
    hard: float,
    tables: PlantTables,
    state: PlantState,
    target_kw: Floats,
    slope: Floats,
    rest_kw: Floats,
) -> Floats:
    """What a run at this power costs above the targets and, at `hard`, above the limits, float64[H]; 0 late.

    It is counted with its own minutes in the windows at its ends, so that it may share these with others.
    rest_kw float64[H]: what it takes the place of, where that is in the state's load.
    """
    horizon = len(tables.price)
    rest = np.concatenate([[0.0], np.cumsum(rest_kw)])

    def more(since: Ints, to: Ints) -> Floats:
        return np.asarray(power_kw * (to - since) - (rest[to] - rest[since]))

    found = np.zeros(horizon)
    start = np.arange(horizon - duration_min + 1)
    end = start + duration_min
    for g, step in enumerate(tables.grid_min.tolist()):
        windows = slice(int(tables.grid_at[g]), int(tables.grid_at[g + 1]))
        cost = _cost_in(windows, hard, tables, state, target_kw, slope)
        count = windows.stop - windows.start
        begin = np.arange(count) * step
        every = cost(np.arange(count), more(begin, np.minimum(begin + step, horizon)))
        whole = np.concatenate([[0.0], np.cumsum(every)])
        first, last = start // step, (end - 1) // step
        apart = last > first
        found[: len(start)] += cost(first, more(start, np.minimum(end, (first + 1) * step)))
        rest = whole[last] - whole[np.minimum(first + 1, count)] + cost(last, more(last * step, end))
        found[: len(start)] += np.where(apart, rest, 0.0)
    return found


def _cost_in(
    windows: slice,
    hard: float,
    tables: PlantTables,
    state: PlantState,
    target_kw: Floats,
    slope: Floats,
) -> Callable[[Ints, Floats], Floats]:
    """Says what so many kW·min more cost in windows of the grid, which are told by their places in it."""
    length, cap_kw, load_kw = tables.window_min[windows], tables.cap_kw[windows], state.load[windows]
    limited, charged = np.isfinite(cap_kw), slope[windows] > 0
    steep = np.where(limited, hard * length / np.maximum(np.where(limited, cap_kw, 1.0), 1.0), 0.0)
    beyond = load_kw - np.where(limited, cap_kw, 0.0)
    over = load_kw - np.where(charged, target_kw[windows], 0.0)
    paid = np.where(charged, slope[windows], 0.0)

    def cost(window: Ints, kw_min: Floats) -> Floats:
        more_kw = kw_min / length[window]
        soft = paid[window] * _rise(over[window], more_kw)
        return np.asarray(soft + steep[window] * _rise(beyond[window], more_kw))

    return cost


def _rise(over_kw: Floats, more_kw: Floats) -> Floats:
    return np.asarray(np.maximum(0.0, over_kw + more_kw) - np.maximum(0.0, over_kw))


def with_load(load_kw: Floats, tables: PlantTables, state: PlantState) -> PlantState:
    """The state with a load more, float64[H]."""
    return state._replace(load=state.load + window_means(load_kw, tables))
