"""The layers of sets in the search over orders, held against their slow twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from solver.free_order_beam_kernel import choose_sets, fill_layer, score_layer
from solver.free_order_kernel import relaxed_togo
from solver.free_order_model import fair_credit, find_relaxation, kinds_for_search, kinds_of
from solver.free_order_reference import set_costs
from solver.free_order_tables import Kinds, Layer, new_candidates, new_layer
from solver.problem import Machine
from solver.sleep_model import Prices, price_model, sleep_model
from tests.solver.power_saving_examples import SMALL_HORIZON_MIN, small_price_lists, small_sleepers


def all_layers(machine: Machine, prices: Prices) -> tuple[list[Layer], list[list[int]]]:
    """Every set of batches that may run first, layer by layer, and the batches of each kind."""
    model = sleep_model(machine, SMALL_HORIZON_MIN, ordered=False)
    if not model.fits:
        return [], []
    listed_kinds, priced = kinds_of(model, prices), price_model(model, prices)
    relaxed = find_relaxation(model, priced, listed_kinds)
    assert relaxed is not None
    credit = fair_credit(model, priced, listed_kinds, relaxed)
    kinds = kinds_for_search(model, priced, listed_kinds, relaxed, credit)
    after = np.full(relaxed.minutes, np.inf)
    relaxed_togo(priced.standing, priced.waits, relaxed.runs, relaxed.relaxation, credit, after)
    layers, count = [new_layer(1, kinds)], 1
    for k in range(len(machine.batches)):
        found = new_candidates(count, kinds)
        listed = score_layer(
            *priced, kinds, relaxed.relaxation, after, layers[-1], count, k == 0, np.inf, found
        )
        later = new_layer(max(1, listed), kinds)
        order = np.argsort(found.score[:listed], kind="stable")
        count, dropped = choose_sets(found, order, kinds, layers[-1], later)
        assert dropped == np.inf
        fill_layer(*priced, kinds, layers[-1], k == 0, found, listed, later)
        layers.append(cut(later, count))
    return layers[1:], listed_kinds


def cut(layer: Layer, count: int) -> Layer:
    return Layer(layer.sets[:count], layer.key[:count], layer.lo[:count], layer.cost[:count])


@settings(max_examples=25, deadline=None)
@given(small_sleepers(3, fixed=False, order_fixed=False), small_price_lists)
def test_a_set_costs_what_its_twin_says_for_each_minute_at_which_it_may_end(
    machine: Machine, price: list[float]
) -> None:
    prices = Prices(np.array(price))
    layers, kinds = all_layers(machine, prices)
    least = set_costs(machine, prices)
    for layer in layers:
        keys = [tuple(counts) for counts in layer.sets.tolist()]
        assert len(set(keys)) == len(keys)
        for counts, lo, costs in zip(keys, layer.lo.tolist(), layer.cost, strict=True):
            for end, cost in enumerate(costs.tolist(), lo):
                if np.isfinite(cost):
                    ran = frozenset(b for p, n in enumerate(counts) for b in kinds[p][:n])
                    if min(price) < 0:  # there a set may be held dearer than it need be, never cheaper
                        assert cost >= least[ran, end] - 1e-9
                    else:
                        assert cost == pytest.approx(least[ran, end], abs=1e-9)


def test_where_there_is_room_for_one_set_the_best_is_kept_and_the_next_score_told() -> None:
    kinds = kinds_of_two()
    layer, found, later = new_layer(1, kinds), new_candidates(1, kinds), new_layer(1, kinds)
    for place, score in enumerate((5.0, 3.0)):
        found.kind[place], found.key[place], found.score[place] = place, kinds.mark[place], score
    kept, dropped = choose_sets(found, np.argsort(found.score), kinds, layer, later)
    assert (kept, dropped) == (1, 5.0)
    assert later.sets.tolist() == [[0, 1]]
    assert found.slot.tolist() == [-1, 0]


def kinds_of_two() -> Kinds:
    """Two kinds of one batch each."""
    ones = np.ones(2, dtype=np.int64)
    marks = np.array([3, 5], dtype=np.uint64)
    return Kinds(np.arange(2), ones, ones, ones, np.zeros(2), marks, 0, 4)
