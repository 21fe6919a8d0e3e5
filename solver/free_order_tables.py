"""Batches whose order is free, laid out flat for the kernels of free_order.py."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.layout import Floats, Ints

Keys = NDArray[np.uint64]


class Relaxation(NamedTuple):
    """Of the batches still to run only an amount is remembered; a kind takes its `step` of it.

    Node n stands for an amount n; the last one is the beginning, node 0 the end.
    """

    kind: Ints  # int64[P]: a batch of each kind, in the relaxation's own Runs
    step: Ints  # int64[P]
    lo: Ints  # int64[nodes]: the first minute at which what came before a node can have ended
    size: Ints  # int64[nodes]: and how many minutes from there on it may; 0 where the node is out of reach
    at: Ints  # int64[nodes]: where its costs begin in one ragged array


class Kinds(NamedTuple):
    """Batches that cannot be told apart, P kinds of them, and the room that they leave.

    A set of batches that have run holds so many of each kind. They take `lead` of each for their running and
    gaps, so they end at minute `since` + sum of those at the earliest, and in one of `width` minutes from
    there.
    """

    kind: Ints  # int64[P]: a batch of each kind
    number: Ints  # int64[P]: how many there are
    lead: Ints  # int64[P]: minutes of running and of the gap before
    step: Ints  # int64[P]: amount that a batch takes of the relaxation
    credit: Floats  # float64[P]: what the relaxation credits a batch with
    mark: Keys  # uint64[P]: a set's key is the sum of its batches' marks
    since: int
    width: int


class Layer(NamedTuple):
    """Sets of equally many batches that have run, at most B, and what each costs by its last minute.

    cost[i, o]: the batches of set i have run and the last of them ends at minute lo[i] + o, infinity before
    0.
    """

    sets: Ints  # int64[B, P]
    key: Keys  # uint64[B]
    lo: Ints  # int64[B]
    cost: Floats  # float64[B, width]


class Candidates(NamedTuple):
    """Ways from a layer to the next: a set of it, the kind that runs next, and what all may cost at least."""

    parent: Ints
    kind: Ints
    key: Keys
    score: Floats
    slot: Ints  # where the set lies in the next layer, -1 where it is dropped


def new_layer(sets: int, kinds: Kinds) -> Layer:
    """Room for so many sets."""
    count = len(kinds.kind)
    return Layer(
        np.zeros((sets, count), dtype=np.int64),
        np.zeros(sets, dtype=np.uint64),
        np.full(sets, kinds.since, dtype=np.int64),
        np.full((sets, kinds.width), np.inf),
    )


def new_candidates(sets: int, kinds: Kinds) -> Candidates:
    """Room for each kind behind so many sets."""
    count = sets * len(kinds.kind)
    return Candidates(
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.uint64),
        np.zeros(count),
        np.full(count, -1, dtype=np.int64),
    )
