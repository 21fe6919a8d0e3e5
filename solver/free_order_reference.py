"""The slow, obvious twins of free_order_kernel.py and free_order_beam_kernel.py.

One tries every sequence that the relaxation allows, the other walks through every state of the machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from solver.problem import Machine
from solver.sleep_model import Prices
from solver.sleep_reference import costs_by_minute, least_cost


def relaxed_cost(
    machine: Machine,
    prices: Prices,
    kinds: Sequence[int],
    steps: Sequence[int],
    amount: int,
    credit: Sequence[float],
) -> float:
    """The least cost, less credits, of a sequence of kinds whose steps add up to the amount.

    kinds are places of batches; each may run any number of times, at credit[p] a time.
    """
    best = np.inf
    for sequence in _sequences(steps, amount):
        places = [kinds[p] for p in sequence]
        batches = [msgspec.structs.replace(machine.batches[b], id=f"{turn}") for turn, b in enumerate(places)]
        repeated = msgspec.structs.replace(machine, batches=batches)
        cost = least_cost(repeated, prices.for_batches(places)) - sum(credit[p] for p in sequence)
        best = min(best, cost)
    return best


def _sequences(steps: Sequence[int], amount: int) -> list[list[int]]:
    if amount == 0:
        return [[]]
    return [
        [p, *rest]
        for p, step in enumerate(steps)
        if step <= amount
        for rest in _sequences(steps, amount - step)
    ]


def set_costs(machine: Machine, prices: Prices) -> dict[tuple[frozenset[int], int], float]:
    """The least cost at which just these batches have run and the last of them ends at this minute."""
    found: dict[tuple[frozenset[int], int], float] = {}
    for minute, costs in enumerate(costs_by_minute(machine, prices, free_order=True)):
        for state, cost in costs.items():
            if state.done and state.batch < 0 and state.way == "awake" and state.waited == 0:
                found[state.done, minute] = cost
    return found
