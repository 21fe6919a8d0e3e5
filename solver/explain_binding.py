"""Which limits bind in a plan: those that keep batches from cheaper places or have nothing to spare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from solver.check_breach import Breach, Limit
from solver.explain_place import Judgement
from solver.plan import Binding
from solver.what_if import WhatIf
from solver.what_if_limits import starts_within

NOTHING_TO_SPARE = 1e-3  # of the limit


@dataclass(frozen=True, slots=True)
class Nearest:
    """Where a plan comes nearest to a limit that all machines share, and what is left there."""

    from_min: int
    to_min: int
    room: float
    of: float  # the limit
    name: str = ""  # of a buffer


def binding_limits(what_if: WhatIf, judgements: Sequence[Judgement]) -> list[Binding]:
    """The limits that bind, those that cost a single batch most first; times are minutes of the plan."""
    nearest = nearest_places(what_if)
    held: dict[Limit, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.held is not None:
            held.setdefault(judgement.held.breaks[0], []).append(judgement)
    full = [
        limit
        for limit, place in nearest.items()
        if limit in (Limit.SUPPLY, Limit.INTERVAL_ENERGY, Limit.TOO_MANY_MOVED)
        and place.room <= NOTHING_TO_SPARE * place.of
    ]
    found = [
        _binding(limit, held.get(limit, []), nearest.get(limit)) for limit in dict.fromkeys([*held, *full])
    ]
    return sorted(found, key=lambda binding: -binding.worth)


def _binding(limit: Limit, held: Sequence[Judgement], place: Nearest | None) -> Binding:
    key = Breach(limit, "", "").key
    most = max(held, key=_worth, default=None)
    return Binding(
        limit=limit.value,
        key=f"{key}.{place.name}" if place is not None and place.name else key,
        batches=len(held),
        worth=0.0 if most is None else _worth(most),
        machine="" if most is None else most.machine,
        batch="" if most is None else most.batch,
        from_min=None if place is None else place.from_min,
        to_min=None if place is None else place.to_min,
        room=None if place is None else place.room,
    )


def _worth(judgement: Judgement) -> float:
    return 0.0 if judgement.held is None else -judgement.held.change


def nearest_places(what_if: WhatIf) -> dict[Limit, Nearest]:
    """Where each limit that all machines of the problem share is nearest."""
    return dict(_nearest(what_if))


def _nearest(what_if: WhatIf) -> Iterator[tuple[Limit, Nearest]]:
    tables, sums, limits = what_if.tables, what_if.sums, what_if.tables.problem.limits
    if tables.supply_kw is not None:
        at = int(np.argmax(sums.load_kw))
        yield Limit.SUPPLY, Nearest(at, at + 1, tables.supply_kw - float(sums.load_kw[at]), tables.supply_kw)
    if limits.interval_energy_kwh is not None:
        edges, lengths = tables.windows[limits.interval_min]
        kwh = np.add.reduceat(sums.load_kw, edges) / 60.0
        at = int(np.argmax(kwh))
        since = int(edges[at])
        room = limits.interval_energy_kwh - float(kwh[at])
        yield (
            Limit.INTERVAL_ENERGY,
            Nearest(since, since + int(lengths[at]), room, limits.interval_energy_kwh),
        )
    if tables.crew is not None and sums.crew is not None:
        left = np.where(sums.crew > 0, tables.crew.people - sums.crew, np.iinfo(np.int64).max)
        at = int(np.argmin(left))
        if sums.crew[at] > 0:
            yield Limit.CREW, Nearest(at, at + 1, float(left[at]), float(tables.crew.people[at]))
    yield from _nearest_buffers(what_if)
    if limits.starts is not None and sums.starts is not None:
        together = starts_within(sums.starts, limits.starts.within_min)
        at = int(np.argmax(together))
        room = float(limits.starts.most - together[at])
        since = max(0, at + 1 - limits.starts.within_min)
        yield Limit.STARTS, Nearest(since, at + 1, room, float(limits.starts.most))
    if limits.distance is not None and limits.distance.most_batches is not None:
        most = limits.distance.most_batches
        yield Limit.TOO_MANY_MOVED, Nearest(0, tables.horizon, float(most - sums.moved_batches), float(most))


def _nearest_buffers(what_if: WhatIf) -> Iterator[tuple[Limit, Nearest]]:
    buffers = list(zip(what_if.tables.problem.limits.buffers, what_if.sums.levels, strict=True))
    empty = [
        Nearest(at := int(np.argmin(level)), at + 1, float(level[at]), float(level.max()), buffer.id)
        for buffer, level in buffers
    ]
    full = [
        Nearest(
            at := int(np.argmax(level)),
            at + 1,
            buffer.capacity - float(level[at]),
            buffer.capacity,
            buffer.id,
        )
        for buffer, level in buffers
        if buffer.capacity is not None
    ]
    for limit, places in ((Limit.BUFFER_EMPTY, empty), (Limit.BUFFER_FULL, full)):
        if places:
            yield limit, min(places, key=lambda place: place.room)
