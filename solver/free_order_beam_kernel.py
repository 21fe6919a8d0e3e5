"""The search over sets of batches that have run, as Numba kernels; method in free_order.py.

A set keeps the least cost for each minute at which its last batch may end, so no timing is lost; only sets
are dropped. Layer k holds sets of k batches.
"""

from __future__ import annotations

import numpy as np

from solver.free_order_tables import Candidates, Kinds, Layer, Relaxation
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.sleep_kernel import start_reach, start_togo
from solver.sleep_pause_kernel import paused_ends
from solver.sleep_stand_kernel import enter_waits, fill, reach_states, standing_values, wait_values, whole
from solver.sleep_tables import Runs, Standing, Waits


@inner_kernel
def reach_starts(
    i: int,
    gap: int,
    opens: bool,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    kinds: Kinds,
    layer: Layer,
    reach: Floats,
) -> int:
    """Fills reach[0, lo[i]..]: the least cost of being awake where kinds with this gap may follow set i.

    Where the layer `opens` the order, any kind may. Returns the last minute that is filled.
    """
    last, example = whole(-1), whole(-1)
    for p in range(len(kinds.kind)):
        b = kinds.kind[p]
        if layer.sets[i, p] < kinds.number[p] and (opens or runs.gap[b] == gap):
            last, example = max(last, runs.first[b] + runs.size[b] - 1), b
    if opens:
        start_reach(standing, min(1, len(standing.up_min)), whole(0), last, reach)
        return int(last)
    lo = max(0, layer.lo[i])
    last = min(last, layer.lo[i] + kinds.width + gap)
    if last >= lo:
        rows = runs.gap_row[example]
        enter_waits(waits, rows[0], rows[1], layer.cost[i, lo - layer.lo[i] :], lo, last, reach)
        reach_states(standing, lo, last, reach)
    return int(last)


@inner_kernel
def run_behind(
    b: int,
    since: int,
    until: int,
    lo: int,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    reach: Floats,
    scratch: Floats,
    ended: Floats,
) -> None:
    """Fills ended[o]: the least cost of ending batch b at minute lo + o, started within since..until.

    reach[0, since..until] is the cost of being awake there; scratch float64[1 + S, H + 1].
    """
    fill(ended, whole(0), len(ended), np.inf)
    first, size, duration = runs.first[b], runs.size[b], runs.duration[b]
    if runs.most_pauses[b] == 0:
        begin = max(since, first, lo - duration)
        end = min(until + 1, first + size, lo - duration + len(ended))
        if begin < end:
            awake, place = (
                reach[0, begin:end],
                runs.place[runs.at[b] + begin - first : runs.at[b] + end - first],
            )
            ends = ended[begin + duration - lo : end + duration - lo]
            for offset in range(end - begin):
                ends[offset] = awake[offset] + place[offset]
        return
    skip = max(since, first) - first
    size = min(size, lo + len(ended) - duration - first) - skip
    if size <= 0:
        return
    begun, ends = np.full(size, np.inf), np.empty(size)
    for offset in range(min(size, until + 1 - first - skip)):
        begun[offset] = reach[0, first + skip + offset]
    paused_ends(b, skip, standing, waits, runs, begun, scratch, ends)
    for offset in range(max(0, lo - duration - first - skip), size):
        ended[first + skip + duration + offset - lo] = ends[offset]


@inner_kernel
def leads_class(p: int, i: int, opens: bool, runs: Runs, kinds: Kinds, layer: Layer) -> bool:
    """Whether kind p may run behind set i and no kind before it with the same gap may."""
    if layer.sets[i, p] >= kinds.number[p]:
        return False
    for q in range(p):
        same = opens or runs.gap[kinds.kind[q]] == runs.gap[kinds.kind[p]]
        if same and layer.sets[i, q] < kinds.number[q]:
            return False
    return True


@outer_kernel
def score_layer(
    standing: Standing,
    waits: Waits,
    runs: Runs,
    kinds: Kinds,
    relaxation: Relaxation,
    after: Floats,
    layer: Layer,
    count: int,
    opens: bool,
    below: float,
    found: Candidates,
) -> int:
    """Lists each kind behind each of the layer's `count` sets whose completion may cost less than `below`.

    Scores are what the relaxation says that all costs at least. Returns how many were found.
    """
    horizon, listed = len(standing.idle) - 1, 0
    reach, scratch = (
        np.empty((1 + len(standing.up_min), horizon + 1)),
        np.empty((1 + len(standing.up_min), horizon + 1)),
    )
    ended = np.empty(kinds.width)
    for i in range(count):
        node, credit = len(relaxation.lo) - 1, 0.0
        for q in range(len(kinds.kind)):
            node -= kinds.step[q] * layer.sets[i, q]
            credit += kinds.credit[q] * (kinds.number[q] - layer.sets[i, q])
        for p in range(len(kinds.kind)):
            if not leads_class(p, i, opens, runs, kinds, layer):
                continue
            gap = runs.gap[kinds.kind[p]]
            since = 0 if opens else max(0, layer.lo[i])
            until = reach_starts(i, gap, opens, standing, waits, runs, kinds, layer, reach)
            for q in range(p, len(kinds.kind)):
                b = kinds.kind[q]
                if layer.sets[i, q] >= kinds.number[q] or not (opens or runs.gap[b] == gap):
                    continue
                lo = layer.lo[i] + kinds.lead[q]
                run_behind(b, since, until, lo, standing, waits, runs, reach, scratch, ended)
                score = (
                    least_onward(ended, lo, node - kinds.step[q], relaxation, after)
                    + credit
                    - kinds.credit[q]
                )
                if score < below:
                    found.parent[listed], found.kind[listed] = i, q
                    found.key[listed] = layer.key[i] + kinds.mark[q]
                    found.score[listed] = score
                    listed += 1
    return listed


@inner_kernel
def least_onward(ended: Floats, lo: int, node: int, relaxation: Relaxation, after: Floats) -> float:
    """The least of ended[o], up to minute lo + o, and what the relaxation says from there on."""
    since = relaxation.lo[node]
    begin, end = max(lo, since), min(lo + len(ended), since + relaxation.size[node])
    if begin >= end:
        return np.inf
    least = np.inf
    done, onward = (
        ended[begin - lo : end - lo],
        after[relaxation.at[node] + begin - since : relaxation.at[node] + end - since],
    )
    for offset in range(end - begin):
        least = min(least, done[offset] + onward[offset])
    return least


@outer_kernel
def choose_sets(
    found: Candidates, order: Ints, kinds: Kinds, layer: Layer, later: Layer
) -> tuple[int, float]:
    """Puts sets into the layer `later`, without their costs, while there is room; notes each one's slot.

    `order` holds the candidates by their scores. Returns how many sets there are and the least score of those
    for which there was no room.
    """
    room, table_size = len(later.lo), 4
    while table_size < 4 * room:
        table_size *= 2
    table = np.full(table_size, -1, dtype=np.int64)
    kept, dropped = 0, np.inf
    for c in order:
        place = np.int64(found.key[c] & np.uint64(table_size - 1))
        while table[place] >= 0 and later.key[table[place]] != found.key[c]:
            place = (place + 1) & (table_size - 1)
        found.slot[c] = table[place]
        if table[place] >= 0:
            continue
        if kept == room:
            dropped = min(dropped, found.score[c])
            continue
        i, q = found.parent[c], found.kind[c]
        for p in range(len(kinds.kind)):
            later.sets[kept, p] = layer.sets[i, p]
        later.sets[kept, q] += 1
        later.key[kept], later.lo[kept] = found.key[c], layer.lo[i] + kinds.lead[q]
        fill(later.cost[kept], whole(0), kinds.width, np.inf)
        table[place] = found.slot[c] = kept
        kept += 1
    return kept, dropped


@outer_kernel
def fill_layer(
    standing: Standing,
    waits: Waits,
    runs: Runs,
    kinds: Kinds,
    layer: Layer,
    opens: bool,
    found: Candidates,
    listed: int,
    later: Layer,
) -> None:
    """Fills the costs of the layer `later` from all candidates that lead to its sets."""
    horizon = len(standing.idle) - 1
    reach, scratch = (
        np.empty((1 + len(standing.up_min), horizon + 1)),
        np.empty((1 + len(standing.up_min), horizon + 1)),
    )
    ended = np.empty(kinds.width)
    parent, gap, until = -1, -1, -1
    for c in range(listed):
        slot, i, b = found.slot[c], found.parent[c], kinds.kind[found.kind[c]]
        if slot < 0:
            continue
        if i != parent or (runs.gap[b] != gap and not opens):
            parent, gap = i, runs.gap[b]
            until = reach_starts(i, gap, opens, standing, waits, runs, kinds, layer, reach)
        since = 0 if opens else max(0, layer.lo[i])
        run_behind(b, since, until, later.lo[slot], standing, waits, runs, reach, scratch, ended)
        cost = later.cost[slot]
        for offset in range(kinds.width):
            cost[offset] = min(cost[offset], ended[offset])


@outer_kernel
def last_before(
    standing: Standing,
    waits: Waits,
    runs: Runs,
    kinds: Kinds,
    layer: Layer,
    count: int,
    opens: bool,
    ran: Ints,
    key: np.uint64,
    end: int,
) -> tuple[int, int, int]:
    """What ran last of the set `ran` so that it ended at minute `end` as cheaply as found.

    Returns that kind, the set of the layer before it came from and when that one's last batch ended.
    """
    horizon = len(standing.idle) - 1
    value, goal = np.empty((1 + len(standing.up_min), horizon + 1)), np.empty(horizon + 1)
    ends, togo = np.empty(len(runs.place)), np.empty(len(runs.place))
    before = np.empty(kinds.width)
    best, cheapest = (-1, -1, -1), np.inf
    for q in range(len(kinds.kind)):
        i = 0
        while ran[q] > 0 and i < count and layer.key[i] + kinds.mark[q] != key:
            i += 1
        b = kinds.kind[q]
        offset = end - runs.first[b] - runs.duration[b]
        if ran[q] == 0 or i == count or not 0 <= offset < runs.size[b]:
            continue
        lo = 0 if opens else max(0, layer.lo[i])
        first, last = max(lo, runs.first[b]), end - runs.duration[b]
        begin, skip = runs.at[b], first - runs.first[b]
        if last < first:
            continue
        fill(ends, begin + skip, begin + offset, np.inf)
        ends[begin + offset] = 0.0
        start_togo(b, skip, last - first + 1, standing, waits, runs, ends, togo, value, goal)
        fill(goal, lo, first, np.inf)
        for start in range(first, last + 1):
            goal[start] = togo[begin + skip + start - first]
        standing_values(standing, goal, np.inf, lo, last, value)
        if opens:
            if value[min(1, len(standing.up_min)), 0] < cheapest:
                best, cheapest = (q, i, 0), value[min(1, len(standing.up_min)), 0]
            continue
        fill(before, whole(0), kinds.width, np.inf)
        early = lo - layer.lo[i]  # what would lie before minute 0
        rows = runs.gap_row[b]
        wait_values(waits, rows[0], rows[1], value, lo, last, before[: kinds.width - early])
        for at in range(kinds.width - early):
            if layer.cost[i, early + at] + before[at] < cheapest:
                best, cheapest = (q, i, lo + at), layer.cost[i, early + at] + before[at]
    return best
