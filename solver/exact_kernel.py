"""The exact optimum of one machine as Numba kernels; method in exact.py, twin in exact_reference.py."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.exact_keys import NEVER, PAUSE_TIE
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Ints

Choices = NDArray[np.int32]
HOPELESS = NEVER // 2  # above every plan's key, below NEVER plus any key


@inner_kernel
def place_batch(
    keys: Ints,
    at: int,
    stride: int,
    size: int,
    duration: int,
    most: int,
    least: int,
    now: int,
    moved: int,
    resume: Ints,
    best: Ints,
    choice: Choices,
    record: bool,
) -> None:
    """Runs a batch to its end; `best` int64[most + 1, size] goes from keys at its start to keys at its end.

    Row k holds the plans with k pauses so far, column o those delayed by o minutes. A pause before running
    minute j leads from a column to one at least `least` further on; where `record`, choice[j, k, o] says from
    which column the (k + 1)-th pause came, or -1.
    """
    for step in range(duration):
        if step > 0:
            for k in range(most - 1, -1, -1):
                cheapest = NEVER
                origin = -1
                for offset in range(least, size):
                    before = offset - least
                    key = best[k, before]
                    if k == 0 and before == now and key < NEVER:
                        key += moved
                    if key < cheapest:
                        cheapest = key
                        origin = before
                    paused = cheapest + PAUSE_TIE + resume[step + offset]
                    better = origin >= 0 and paused < best[k + 1, offset]
                    if better:
                        best[k + 1, offset] = paused
                    if record:
                        choice[step, k, offset] = origin if better else -1
        row = at + step * stride
        for k in range(most + 1):
            for offset in range(size):
                key = best[k, offset] + keys[row + offset]
                best[k, offset] = key if key < HOPELESS else NEVER


@inner_kernel
def place_unbroken(
    keys: Ints,
    at: int,
    size: int,
    duration: int,
    best: Ints,
) -> None:
    """The same for constant power without pauses, by a sliding sum."""
    total = np.int64(0)
    forbidden = 0
    for minute in range(duration - 1):
        if keys[at + minute] == NEVER:
            forbidden += 1
        else:
            total += keys[at + minute]
    for offset in range(size):
        last = keys[at + offset + duration - 1]
        if last == NEVER:
            forbidden += 1
        else:
            total += last
        if forbidden > 0 or best[0, offset] >= NEVER:
            best[0, offset] = NEVER
        else:
            best[0, offset] += total
        first = keys[at + offset]
        if first == NEVER:
            forbidden -= 1
        else:
            total -= first


@inner_kernel
def begin_batch(
    b: int,
    first: Ints,
    gap: Ints,
    duration: Ints,
    size: Ints,
    moved: int,
    now: Ints,
    ends_at: Ints,
    end_key: Ints,
    start_extra: Ints,
    best: Ints,
) -> None:
    """Fills row 0 of `best` with the cheapest way to each start of batch b, the other rows with NEVER."""
    best[:, :] = NEVER
    for offset in range(size[b]):
        key = 0
        if b > 0:
            free = first[b] + offset - gap[b]
            column = min(free - first[b - 1] - duration[b - 1], size[b - 1] - 1)
            key = end_key[ends_at[b - 1] + column] if column >= 0 else NEVER
        extra = start_extra[ends_at[b] + offset]
        if key < NEVER and extra < NEVER:
            best[0, offset] = key + extra + offset + (0 if offset == now[b] else moved)


@inner_kernel
def run_batch(
    b: int,
    keys: Ints,
    key_at: Ints,
    stride: Ints,
    size: Ints,
    duration: Ints,
    most: Ints,
    least: Ints,
    now: Ints,
    moved: int,
    resume: Ints,
    best: Ints,
    choice: Choices,
    record: bool,
) -> None:
    """Places batch b by whichever of the two ways fits it."""
    if most[b] == 0 and stride[b] == 1:
        place_unbroken(keys, key_at[b], size[b], duration[b], best)
    else:
        place_batch(
            keys,
            key_at[b],
            stride[b],
            size[b],
            duration[b],
            most[b],
            least[b],
            now[b],
            moved,
            resume,
            best,
            choice,
            record,
        )


@outer_kernel
def solve_chain(
    keys: Ints,
    key_at: Ints,
    stride: Ints,
    size: Ints,
    duration: Ints,
    most: Ints,
    least: Ints,
    first: Ints,
    gap: Ints,
    now: Ints,
    moved: int,
    start_extra: Ints,
    end_extra: Ints,
    resume: Ints,
    starts: Ints,
    pauses: Ints,
) -> int:
    """The least key of a machine, NEVER if nothing fits; fills starts int64[N] and pauses int64[N, K, 2].

    Unused pauses stay (-1, -1); used ones are minutes from the problem's start, in their order.
    """
    count = len(size)
    ends_at = np.zeros(count + 1, dtype=np.int64)
    for b in range(count):
        ends_at[b + 1] = ends_at[b] + size[b]
    end_key = np.empty(ends_at[count], dtype=np.int64)  # cheapest end no later than this column
    end_column = np.empty(ends_at[count], dtype=np.int64)  # and which column that is
    nothing = np.empty((1, 1, 1), dtype=np.int32)
    for b in range(count):
        best = np.empty((most[b] + 1, size[b]), dtype=np.int64)
        begin_batch(b, first, gap, duration, size, moved, now, ends_at, end_key, start_extra, best)
        rest = resume[first[b] :]
        run_batch(
            b, keys, key_at, stride, size, duration, most, least, now, moved, rest, best, nothing, False
        )
        own = slice(ends_at[b], ends_at[b + 1])
        note_ends(best, end_extra[own], end_key[own], end_column[own])
    least_key = int(end_key[ends_at[count] - 1])
    if least_key >= NEVER:
        return least_key
    column = end_column[ends_at[count] - 1]
    for b in range(count - 1, -1, -1):
        best = np.empty((most[b] + 1, size[b]), dtype=np.int64)
        begin_batch(b, first, gap, duration, size, moved, now, ends_at, end_key, start_extra, best)
        steps = duration[b] if most[b] > 0 else 1
        choice = np.full((steps, max(most[b], 1), size[b]), -1, dtype=np.int32)
        rest = resume[first[b] :]
        run_batch(
            b, keys, key_at, stride, size, duration, most, least, now, moved, rest, best, choice, most[b] > 0
        )
        offset = trace_pauses(best, choice, column, most[b], first[b], pauses[b])
        starts[b] = first[b] + offset
        if b > 0:
            free = starts[b] - gap[b] - first[b - 1] - duration[b - 1]
            column = end_column[ends_at[b - 1] + min(free, size[b - 1] - 1)]
    return least_key


@inner_kernel
def note_ends(
    best: Ints,
    end_extra: Ints,
    end_key: Ints,
    end_column: Ints,
) -> None:
    """Running minimum over the columns of `best`, each a minute dearer than the one before in its tie."""
    cheapest = NEVER
    column = -1
    for offset in range(best.shape[1]):
        for k in range(best.shape[0]):
            key = best[k, offset]
            if key < NEVER and end_extra[offset] < NEVER and key + end_extra[offset] + offset < cheapest:
                cheapest = key + end_extra[offset] + offset
                column = offset
        end_key[offset] = cheapest
        end_column[offset] = column


@inner_kernel
def trace_pauses(
    best: Ints,
    choice: Choices,
    column: int,
    most: int,
    first: int,
    pauses: Ints,
) -> int:
    """Walks the recorded choices back from the end column; returns the start's column and fills `pauses`."""
    used = 0
    for k in range(1, most + 1):
        if best[k, column] < best[used, column]:
            used = k
    left = used
    offset = int(column)
    step = choice.shape[0] - 1
    while left > 0 and step > 0:
        origin = int(choice[step, left - 1, offset])
        if origin >= 0:
            left -= 1
            pauses[left, 0] = first + origin + step
            pauses[left, 1] = first + offset + step
            offset = origin
        step -= 1
    return offset
