"""The relaxed problem: each machine's optimum at prices on what they share; twin dual_reference.py."""

from __future__ import annotations

from typing import NamedTuple

from solver.chain_kernel import FAR, chain_batch, trace_chain
from solver.descent_kernel import first_place
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.plant_tables import Places, PlaceSet, PlantTables


class SharedPrices(NamedTuple):
    """Prices on what machines share, as running totals over the minutes (float64[H + 1]), but for `moved`.

    load: of a kW. people: of a person. begun: of a start in each span that contains it, summed at the minute.
    goods[f, t]: of a unit that is in buffer f from minute t on. moved: of a batch that moves.
    """

    load: Floats
    people: Floats
    begun: Floats
    goods: Floats  # float64[F, H + 1]
    moved: float
    begins: Floats  # float64[M, H + 1], of covers: what a batch costs that starts there, and that ends there;
    ends: Floats  # empty where there are no covers
    cover_min: int  # the length of their windows


@outer_kernel
def relaxed_optima(
    first_machine: int,
    last_machine: int,
    tables: PlantTables,
    places: PlaceSet,
    prices: SharedPrices,
    surcharge: Floats,
    val: Floats,
    pick: Places,
    values: Floats,
    starts: Ints,
) -> None:
    """Fills values[m] and the starts of machines first..last - 1 with their optima without pauses."""
    for m in range(first_machine, last_machine):
        begin, end = tables.batch_at[m], tables.batch_at[m + 1]
        values[m] = 0.0
        if end == begin:
            continue
        origin = places.at[begin]
        for b in range(begin, end):
            price_places(m, b, origin, tables, places, prices, surcharge)
            chain_batch(b, begin, 0, len(tables.price), tables, places, surcharge, val, pick)
        values[m] = FAR if places.at[end] == places.at[end - 1] else val[places.at[end] - 1 - origin]
        if values[m] < FAR:
            trace_chain(begin, end, tables, places, pick, starts)


@outer_kernel
def dearer_than(
    tables: PlantTables,
    places: PlaceSet,
    prices: SharedPrices,
    starts: Ints,
    others: Ints,
    surcharge: Floats,
    found: Floats,
) -> None:
    """Fills found[b] with what batch b costs more, at the prices, where it starts than in another plan."""
    for m in range(len(tables.batch_at) - 1):
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            first, last = places.at[b], places.at[b + 1]
            found[b] = 0.0
            if last == first:
                continue
            price_places(m, b, first, tables, places, prices, surcharge)
            one = min(first_place(b, starts[b], places), last - 1)
            other = min(first_place(b, others[b], places), last - 1)
            found[b] = places.cost[one] + surcharge[one - first]
            found[b] -= places.cost[other] + surcharge[other - first]


@inner_kernel
def price_places(
    m: int,
    b: int,
    origin: int,
    tables: PlantTables,
    places: PlaceSet,
    prices: SharedPrices,
    surcharge: Floats,
) -> None:
    """Fills the surcharge of each place of batch b."""
    first, last = places.at[b], places.at[b + 1]
    price_load(
        first, last, origin, tables.duration[b], tables.power_kw[b] - tables.rest_spread[b],
        places.start, prices.load, surcharge,
    )  # fmt: skip
    if tables.profile_at[b] >= 0:
        price_profile(b, origin, tables, places, prices.load, surcharge)
    if len(tables.people) > 0:
        price_people(b, origin, tables, places, prices.people, surcharge)
    if tables.most_starts > 0:
        within = tables.starts_within
        for k in range(first, last):
            start = places.start[k]
            surcharge[k - origin] += prices.begun[start + 1] - prices.begun[max(0, start - within + 1)]
    if tables.fills[m] >= 0 and tables.makes[b] > 0:
        row = prices.goods[tables.fills[m]]
        for k in range(first, last):
            surcharge[k - origin] += tables.makes[b] * row[places.start[k] + tables.duration[b]]
    if tables.empties[m] >= 0 and tables.takes[b] > 0:
        row = prices.goods[tables.empties[m]]
        for k in range(first, last):
            surcharge[k - origin] -= tables.takes[b] * row[places.start[k]]
    if len(prices.begins) > 0:
        price_covers(
            first, last, origin, tables.duration[b], prices.cover_min, places.start, prices.begins[m],
            prices.ends[m], surcharge,
        )  # fmt: skip
    if prices.moved > 0 and tables.now[b] >= 0:
        for k in range(first, last):
            if places.start[k] != tables.now[b]:
                surcharge[k - origin] += prices.moved


@inner_kernel
def price_load(
    first: int,
    last: int,
    origin: int,
    duration: int,
    power_kw: float,
    starts: Places,
    load_price: Floats,
    surcharge: Floats,
) -> None:
    """Sets the surcharge to that of constant power; scalars and plain arrays, for this is the hot loop."""
    own, paid = starts[first:last], surcharge[first - origin : last - origin]
    after = load_price[duration:]
    for i in range(len(own)):
        start = own[i]
        paid[i] = power_kw * (after[start] - load_price[start])


@inner_kernel
def price_covers(
    first: int,
    last: int,
    origin: int,
    duration: int,
    step: int,
    starts: Places,
    begins: Floats,
    ends: Floats,
    surcharge: Floats,
) -> None:
    """Adds what being seen running costs in the windows of covers; nothing within a single window."""
    chosen, paid = starts[first:last], surcharge[first - origin : last - origin]
    for i in range(len(chosen)):
        start = int(chosen[i])
        end = start + duration
        if end // step >= (start + step - 1) // step:
            paid[i] += begins[start] + ends[end]


@inner_kernel
def price_profile(
    b: int,
    origin: int,
    tables: PlantTables,
    places: PlaceSet,
    load_price: Floats,
    surcharge: Floats,
) -> None:
    """Sets the surcharge to that of the batch's own profile, step by step."""
    ends = tables.step_end[tables.step_at[b] : tables.step_at[b + 1]]
    powers = tables.step_kw[tables.step_at[b] : tables.step_at[b + 1]]
    spread = tables.rest_spread[b]
    for k in range(places.at[b], places.at[b + 1]):
        start = places.start[k]
        cost = 0.0
        paid = load_price[start]
        for i in range(len(ends)):
            until = load_price[start + ends[i]]
            cost += (powers[i] - spread) * (until - paid)
            paid = until
        surcharge[k - origin] = cost


@inner_kernel
def price_people(
    b: int, origin: int, tables: PlantTables, places: PlaceSet, people_price: Floats, surcharge: Floats
) -> None:
    """Adds what charging and discharging cost at the people's price."""
    horizon = len(tables.price)
    for k in range(places.at[b], places.at[b + 1]):
        start = int(places.start[k])
        end = start + tables.duration[b]
        before = people_price[start] - people_price[max(0, start - tables.charge[0])]
        after = people_price[min(horizon, end + tables.charge[2])] - people_price[end]
        surcharge[k - origin] += tables.charge[1] * before + tables.charge[3] * after
