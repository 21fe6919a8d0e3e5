"""What each place of a batch costs beyond its own price, given what the others do.

Windows, people, starts and buffers that are or become too full have a price. `push` is that of breaking a
hard limit by its own size for a minute. The twin is surcharge_reference.py.
"""

from __future__ import annotations

from numba import njit

from solver.kernel_options import inner_kernel
from solver.layout import Floats, Ints
from solver.plant_tables import Places, PlaceSet, PlantTables


@njit(cache=True, nogil=True, inline="always")
def part_price(extra_kw: float, over_kw: float, slope: float, room_kw: float, steep: float) -> float:
    """What raising a window's mean by `extra_kw` costs.

    Its mean is `over_kw` above its target, `room_kw` below its cap. Scalars only: handing all tables on to
    what is called for each place costs more than the sum itself (measured: 20 times slower).
    """
    cost = slope * (max(0.0, over_kw + extra_kw) - max(0.0, over_kw))
    if steep > 0.0:
        cost += steep * (max(0.0, extra_kw - room_kw) - max(0.0, -room_kw))
    return cost


@inner_kernel
def window_price(
    power_kw: float,
    since: int,
    to: int,
    at: int,
    push: float,
    load: Floats,
    cap_kw: Floats,
    cap_weight: Floats,
    target_kw: Floats,
    slope: Floats,
    noise: Floats,
    total: Floats,
) -> None:
    """Running totals over the windows since..to - 1 of a grid of what `power_kw` throughout would cost there.

    The grid's first window is `at`; total[w - since] is the sum before window w.
    """
    cost = 0.0
    total[0] = 0.0
    for w in range(since, to):
        steep = push * cap_weight[at + w]
        over = load[at + w] - target_kw[at + w]
        cost += part_price(power_kw, over, slope[at + w], cap_kw[at + w] - load[at + w], steep)
        cost += noise[at + w]
        total[w - since + 1] = cost


@inner_kernel
def add_windows(
    first_place: int,
    end_place: int,
    duration: int,
    power_kw: float,
    step: int,
    base: int,
    at: int,
    origin: int,
    push: float,
    starts: Places,
    load: Floats,
    cap_kw: Floats,
    cap_weight: Floats,
    window_min: Floats,
    target_kw: Floats,
    slope: Floats,
    noise: Floats,
    total: Floats,
    surcharge: Floats,
) -> None:
    """Adds what a batch's mean power costs in a grid; `total` of window_price begins at window `base`.

    Windows in which it runs throughout come from the totals, the two at its ends are looked at one by one.
    """
    own = starts[first_place:end_place]
    paid = surcharge[first_place - origin : end_place - origin]
    if step == 1:
        for i in range(len(own)):
            paid[i] += total[own[i] + duration - base] - total[own[i] - base]
        return
    for i in range(len(own)):
        start = int(own[i])
        end = start + duration
        first, last = start // step, (end - 1) // step
        cost = 0.0
        if last > first:
            cost = total[last - base] - total[first + 1 - base]
            w = at + last
            share = (end - last * step) / window_min[w]
            steep = push * cap_weight[w]
            over = load[w] - target_kw[w]
            cost += part_price(power_kw * share, over, slope[w], cap_kw[w] - load[w], steep)
            cost += noise[w] * share
        w = at + first
        share = (min(end, (first + 1) * step) - start) / window_min[w]
        steep = push * cap_weight[w]
        over = load[w] - target_kw[w]
        cost += part_price(power_kw * share, over, slope[w], cap_kw[w] - load[w], steep)
        paid[i] += cost + noise[w] * share


@inner_kernel
def crew_prices(
    since: int, to: int, push: float, tables: PlantTables, busy: Ints, charge: Floats, discharge: Floats
) -> None:
    """Running totals from minute `since` on of what one batch's people too many would cost."""
    charge[0] = 0.0
    discharge[0] = 0.0
    for minute in range(since, to):
        room = tables.people[minute] - busy[minute]
        steep = push / max(1, tables.people[minute])
        before = max(0, -room)
        charge[minute - since + 1] = charge[minute - since] + steep * (
            max(0, tables.charge[1] - room) - before
        )
        discharge[minute - since + 1] = discharge[minute - since] + steep * (
            max(0, tables.charge[3] - room) - before
        )


@inner_kernel
def add_crew(
    b: int,
    base: int,
    origin: int,
    tables: PlantTables,
    places: PlaceSet,
    charge: Floats,
    discharge: Floats,
    surcharge: Floats,
) -> None:
    """Adds what the people of each place of batch b cost; the totals begin at minute `base`."""
    horizon, duration = len(tables.price), tables.duration[b]
    before, after = tables.charge[0], tables.charge[2]
    starts = places.start[places.at[b] : places.at[b + 1]]
    paid = surcharge[places.at[b] - origin : places.at[b + 1] - origin]
    for i in range(len(starts)):
        start = int(starts[i])
        end = start + duration
        paid[i] += charge[start - base] - charge[max(0, start - before) - base]
        paid[i] += discharge[min(horizon, end + after) - base] - discharge[end - base]


@inner_kernel
def full_spans(since: int, to: int, most: int, begun: Ints, full: Floats) -> None:
    """Running totals from minute `since` on of the spans that have all the starts that they may have."""
    full[0] = 0.0
    for minute in range(since, to):
        full[minute - since + 1] = full[minute - since] + (1.0 if begun[minute] >= most else 0.0)


@inner_kernel
def add_starts(
    b: int,
    base: int,
    push: float,
    origin: int,
    tables: PlantTables,
    places: PlaceSet,
    full: Floats,
    surcharge: Floats,
) -> None:
    """Adds what one start more costs at each place of batch b; the totals of full_spans begin at `base`."""
    steep = push / tables.most_starts
    within = tables.starts_within
    starts = places.start[places.at[b] : places.at[b + 1]]
    paid = surcharge[places.at[b] - origin : places.at[b + 1] - origin]
    for i in range(len(starts)):
        start = int(starts[i])
        paid[i] += steep * (full[start + 1 - base] - full[max(0, start - within + 1) - base])


@inner_kernel
def add_buffer(
    b: int,
    delay: int,
    amount: float,
    ahead: float,
    steep: float,
    capacity: float,
    origin: int,
    places: PlaceSet,
    level: Floats,
    later: Floats,
    surcharge: Floats,
) -> None:
    """Adds what it costs that `amount` comes into a buffer `delay` minutes after batch b's start.

    `level` is the buffer without those batches of its machine that move with it, `ahead` what the ones before
    it have brought by then.
    """
    first, last = places.at[b], places.at[b + 1] - 1
    low, high = places.start[first] + delay, places.start[last] + delay
    later[high - low] = 0.0
    for minute in range(high - 1, low - 1, -1):
        present = level[minute] + ahead
        without = max(0.0, -present) + max(0.0, present - capacity)
        raised = present + amount
        with_it = max(0.0, -raised) + max(0.0, raised - capacity)
        later[minute - low] = later[minute + 1 - low] + steep * (with_it - without)
    for k in range(first, last + 1):
        surcharge[k - origin] += later[places.start[k] + delay - low]
