"""Which limits a plan breaks with one batch at each start."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from solver.check_breach import Limit
from solver.check_limits import LEVEL_ROUNDING, TOLERANCE
from solver.fixed import fixed_starts
from solver.sliding import Run, highest_with, sliding_max
from solver.what_if_limits import starts_within
from solver.what_if_tables import Bools, Floats, Ints
from solver.what_if_tried import Peaks, Tried, sum_over

LIMITS = tuple(Limit)  # a limit's bit is its place here
NOBODY = -(10**6)  # beyond the horizon nobody is needed


def bit(limit: Limit) -> int:
    """A limit's bit."""
    return 1 << LIMITS.index(limit)


def limits_of(broken: int) -> list[Limit]:
    """The limits whose bits are set."""
    return [limit for place, limit in enumerate(LIMITS) if broken >> place & 1]


def broken_limits(tried: Tried, runs: Sequence[Run], peaks: Peaks) -> Ints:
    """The bits of the limits broken at each start, int64[n]."""
    broken = np.full(tried.last - tried.first + 1, tried.always, dtype=np.int64)
    for limit, where in (*_alone(tried), *_together(tried, runs, peaks)):
        broken[where] |= bit(limit)
    return broken


def _alone(tried: Tried) -> Iterator[tuple[Limit, Bools]]:
    """What it breaks of its own and its machine's limits."""
    one, starts = tried.one, tried.starts
    batch, machine, ends = one.batch, one.machine, tried.starts + tried.length
    yield Limit.EARLIEST, starts < batch.earliest_min
    if batch.due_min is not None:
        yield Limit.DUE, ends > batch.due_min
    yield Limit.GAP, _too_close(tried)
    yield Limit.OVERLAP, _overlaps(tried)
    if (blocked := tried.table.blocked_before) is not None:
        yield Limit.MAINTENANCE, sum_over(tried, blocked, [(*span, 1.0) for span in tried.spans]) > 0
    if machine.fixed:
        stays = fixed_starts(machine)[machine.batches.index(batch)]
        yield Limit.FIXED, starts != stays
    if machine.sleep:
        off = machine.sleep[0]
        runs_from = starts + tried.spans[0][0]
        yield Limit.SLEEP, (runs_from < off.up_min) | (ends > tried.tables.horizon - off.down_min)
    distance = tried.tables.problem.limits.distance
    if distance is not None and distance.most_min is not None and batch.now_min is not None:
        yield Limit.MOVED_TOO_FAR, np.abs(starts - batch.now_min) > distance.most_min


def _too_close(tried: Tried) -> Bools:
    """Where the gap before it, or before the batch after it, is too short."""
    one, others, starts = tried.one, tried.machine.placed, tried.starts
    ends = starts + tried.length
    if one.machine.order_fixed:
        order = {batch.id: place for place, batch in enumerate(one.machine.batches)}
        mine = order[one.batch.id]
        position = np.array(sum(order[other.batch.id] < mine for other in others))
    else:
        position = np.searchsorted([other.start for other in others], starts)
    never, always = np.iinfo(np.int64).max, np.iinfo(np.int64).min
    free = np.array([always, *(other.end for other in others)]) + one.batch.gap_before_min * (
        np.arange(len(others) + 1) > 0
    )
    until = np.array([*(other.start - other.batch.gap_before_min for other in others), never])
    return np.asarray((starts < free[position]) | (ends > until[position]))


def _overlaps(tried: Tried) -> Bools:
    """Where it runs while another batch of its machine does."""
    found = np.zeros(len(tried.starts), dtype=bool)
    spans, first = tried.spans, tried.first
    for other in tried.machine.placed:
        for since, to in other.runs:
            for offset, minutes in spans:  # starts from since - offset - minutes + 1 to to - offset - 1
                begin, end = since - offset - minutes + 1 - first, to - offset - first
                found[max(0, begin) : max(0, end)] = True
    return found


def _together(tried: Tried, runs: Sequence[Run], peaks: Peaks) -> Iterator[tuple[Limit, Bools]]:
    """What all machines break with it; a limit that nothing comes near is not looked at closely."""
    tables, limits, sums = tried.tables, tried.tables.problem.limits, tried.sums
    most_kw = float(sums.load_kw.max()) + max(kw for _, _, kw in runs)
    if tables.supply_kw is not None and most_kw > tables.supply_kw:
        load_kw = sums.load_kw
        under = load_kw if tried.never_draws else load_kw - tried.rest_kw
        highest = highest_with(load_kw, under, runs, tried.first, tried.last)
        yield Limit.SUPPLY, highest > tables.supply_kw * (1.0 + TOLERANCE)
    allowed_kwh = limits.interval_energy_kwh
    if allowed_kwh is not None and most_kw * limits.interval_min / 60.0 > allowed_kwh:
        yield Limit.INTERVAL_ENERGY, peaks.most_kwh(limits.interval_min) > allowed_kwh * (1.0 + TOLERANCE)
    if tables.crew is not None:
        yield Limit.CREW, _crew_short(tried)
    for place in range(len(limits.buffers)):
        yield from _buffer_breaks(tried, place)
    if limits.starts is not None and sums.starts is not None:
        others = starts_within(sums.starts, limits.starts.within_min)
        if others.max() + len(tried.spans) > limits.starts.most:
            yield Limit.STARTS, _most_starts(tried, others, limits.starts.within_min) > limits.starts.most
    most = None if limits.distance is None else limits.distance.most_batches
    if most is not None:
        now_min = tried.one.batch.now_min
        moves = np.array(False) if now_min is None else (tried.starts != now_min) | bool(tried.one.pauses)
        yield Limit.TOO_MANY_MOVED, np.broadcast_to(sums.moved_batches + moves > most, tried.starts.shape)


def _crew_short(tried: Tried) -> Bools:
    table, at_work = tried.tables.crew, tried.sums.crew
    assert table is not None and at_work is not None
    crew, lack = table.crew, at_work - table.people
    if (lack > 0).any():
        return np.ones(tried.last - tried.first + 1, dtype=bool)
    before = _most_in(lack, tried.first - crew.charge_min, tried.last, crew.charge_min)
    first_end, last_end = tried.first + tried.length, tried.last + tried.length
    after = _most_in(lack, first_end, last_end + crew.discharge_min, crew.discharge_min)
    return np.asarray((before + crew.charge_people > 0) | (after + crew.discharge_people > 0))


def _most_in(lack: Ints, since: int, to: int, minutes: int) -> Ints:
    """The highest of each `minutes` values within a stretch; beyond the horizon nobody is needed."""
    if not minutes:
        return np.full(to - since + 1, NOBODY)
    near = lack[max(0, since) : min(to, len(lack))]
    if since < 0 or to > len(lack):
        padding = (max(0, -since), max(0, to - len(lack)))
        near = np.pad(near, padding, constant_values=NOBODY)
    return sliding_max(near, minutes)


def _buffer_breaks(tried: Tried, place: int) -> Iterator[tuple[Limit, Bools]]:
    buffer, level = tried.tables.problem.limits.buffers[place], tried.sums.levels[place]
    takes = tried.one.batch.takes if place in tried.table.empties else 0.0
    makes = tried.one.batch.makes if place in tried.table.fills else 0.0
    lowest, highest = float(level.min()) - takes, float(level.max()) + makes
    full = np.inf if buffer.capacity is None else buffer.capacity
    if lowest >= 0.0 and highest <= full:
        return
    high, low = _highest_level(tried, level, takes, makes), -_highest_level(tried, -level, -takes, -makes)
    rounding = LEVEL_ROUNDING * np.maximum(1.0, np.maximum(high, -low))
    yield Limit.BUFFER_EMPTY, low < -rounding
    yield Limit.BUFFER_FULL, high > full + rounding


def _highest_level(tried: Tried, level: Floats, takes: float, makes: float) -> Floats:
    """The highest level before the batch, within it less what it takes, and after it with what it makes."""
    first, last, length = tried.first, tried.last, tried.length
    before = np.maximum.accumulate(np.append(level[:first].max(initial=-np.inf), level[first:last]))
    within = sliding_max(level[first : last + length], length) - takes
    beyond = level[last + length :].max()
    after = np.append(level[first + length : last + length], beyond)
    after = np.maximum.accumulate(after[::-1])[::-1] + makes - takes
    return np.asarray(np.maximum(before, np.maximum(within, after)))


def _most_starts(tried: Tried, others: Ints, within_min: int) -> Floats:
    """The most starts that fall together anywhere; `others` as starts_within says."""
    padded = np.append(
        others.astype(np.float64), np.full(within_min, -np.inf)
    )  # no later minute sees more than the last
    own = np.zeros(tried.spans[-1][0] + within_min)
    for offset, _ in tried.spans:
        own[offset : offset + within_min] += 1
    edges = [0, *(np.flatnonzero(np.diff(own)) + 1).tolist(), len(own)]
    runs = [(a, b - a, float(own[a])) for a, b in itertools.pairwise(edges)]
    return highest_with(padded, padded, runs, tried.first, tried.last)
