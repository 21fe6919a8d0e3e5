"""The slow, obvious twin of exact_kernel.py, in NumPy: the least key of a machine, without its plan."""

from __future__ import annotations

import numpy as np

from solver.exact_keys import NEVER, PAUSE_TIE, MachineKeys
from solver.layout import Ints, MachinePlan


def least_key(keyed: MachineKeys) -> int:
    """The least key that any plan of the machine has, NEVER if none is allowed."""
    reach: Ints | None = None
    for b in range(len(keyed.size)):
        at_start = _start_keys(keyed, b, reach)
        reach = _end_keys(keyed, b, at_start)
    assert reach is not None
    return int(reach[-1])


def key_of_plan(keyed: MachineKeys, plan: MachinePlan) -> int:
    """The key of one plan, added up minute by minute; NEVER or more where something in it is forbidden."""
    total = 0
    for b, (start, pauses) in enumerate(zip(plan.starts, plan.pauses, strict=True)):
        first = int(keyed.first_start[b])
        delay, left = start - first, list(pauses)
        moved = delay != keyed.now_offset[b] or bool(pauses)
        total += delay + keyed.moved_tie * moved + int(_extra(keyed.start_key, keyed, b)[delay])
        for step in range(int(keyed.duration[b])):
            if left and left[0][0] == first + delay + step:
                since, to = left.pop(0)
                total += PAUSE_TIE + int(keyed.resume_key[to])
                delay += to - since
            total += int(keyed.keys[keyed.key_at[b] + step * keyed.row_stride[b] + delay])
        total += delay + int(_extra(keyed.end_key, keyed, b)[delay])
    return total


def _start_keys(keyed: MachineKeys, b: int, reach: Ints | None) -> Ints:
    """int64[size]: the cheapest way to begin batch b at each delay."""
    delay = np.arange(keyed.size[b])
    extra = _extra(keyed.start_key, keyed, b)
    keys = delay + np.where(delay == keyed.now_offset[b], 0, keyed.moved_tie)
    keys = np.where(extra < NEVER, keys + extra, NEVER)
    if reach is None:
        return keys
    free_from = keyed.first_start[b] + delay - keyed.gap[b]
    column = np.minimum(free_from - keyed.first_start[b - 1] - keyed.duration[b - 1], len(reach) - 1)
    before = np.where(column >= 0, reach[np.maximum(column, 0)], NEVER)
    return np.where((before < NEVER) & (keys < NEVER), before + keys, NEVER)


def _extra(keys: Ints, keyed: MachineKeys, b: int) -> Ints:
    """int64[size]: what starting or ending batch b costs besides."""
    first = int(keyed.size[:b].sum())
    return keys[first : first + int(keyed.size[b])]


def _end_keys(keyed: MachineKeys, b: int, at_start: Ints) -> Ints:
    """int64[size]: the cheapest way to have ended batch b no later than each delay."""
    most, least = int(keyed.most_pauses[b]), int(keyed.least_pause[b])
    size = len(at_start)
    rows = [at_start, *(np.full(size, NEVER) for _ in range(most))]
    for step in range(int(keyed.duration[b])):
        if step:
            resume = keyed.resume_key[int(keyed.first_start[b]) + step :][:size]
            rows = _with_pauses(rows, least, int(keyed.now_offset[b]), keyed.moved_tie, resume)
        place = int(keyed.key_at[b] + step * keyed.row_stride[b])
        running = keyed.keys[place : place + size]
        rows = [np.where((row < NEVER) & (running != NEVER), row + running, NEVER) for row in rows]
    ended = np.min(rows, axis=0)
    extra = _extra(keyed.end_key, keyed, b)
    ended = np.where((ended < NEVER) & (extra < NEVER), ended + extra + np.arange(size), NEVER)
    return np.asarray(np.minimum.accumulate(ended), dtype=np.int64)


def _with_pauses(rows: list[Ints], least: int, now: int, moved_tie: int, resume: Ints) -> list[Ints]:
    """The rows after each plan that is better off so has paused once more."""
    paused = [rows[0]]
    for k in range(1, len(rows)):
        before = rows[k - 1].copy()
        if k == 1 and now >= 0 and before[now] < NEVER:
            before[now] += moved_tie
        cheapest = np.minimum.accumulate(before)[: max(0, len(before) - least)]
        row = rows[k].copy()
        row[least:] = np.minimum(
            row[least:], np.where(cheapest < NEVER, cheapest + PAUSE_TIE + resume[least:], NEVER)
        )
        paused.append(row)
    return paused
