"""One machine with power-saving states: what standing costs, and its cheapest plan in a given order, exactly.

Between its batches, and in their pauses, a machine idles or sleeps: a shortest path over (minute, state), in
which going down and up are edges over several minutes (Aghelinejad et al. 2018, Benedikt et al. 2020). A
batch is one more edge, from awake to awake, at the cost of its minutes. So the cheapest plan in a fixed order
is one shortest path through N layers of minutes and states, found backward: O(N × window × (1 + sleeps)).

A gap before a batch and a pause are waits of at least so long. What leads from awake to each state by the end
of such a wait does not depend on the batch, so it is tabled once per minute and length. A batch that may
pause has a layer for each of its running minutes and pauses: O(duration × pauses × window × states), exact as
well.

Among equally cheap plans the first batch stays where it is, else starts as early as an optimal plan allows;
then the second, given the first; and a batch pauses only where running on is dearer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from solver.layout import Floats, Ints
from solver.plan import Span, running_kw, segments
from solver.problem import Machine
from solver.sleep_model import Priced, Prices, SleepModel, price_model, price_standing, sleep_model

SLACK = 1e-10  # of the largest numbers: plans closer than this count as equally cheap


@dataclass(frozen=True, slots=True, eq=False)
class SleepOptimum:
    """A machine's cheapest plan: by batch id, what it costs with all standing, and what it draws.

    No plan costs less than `bound`; load_kw is float64[horizon].
    """

    starts: dict[str, int]
    pauses: dict[str, list[Span]]
    cost: float
    bound: float
    load_kw: Floats


def sleeping_optimum(
    machine: Machine, horizon: int, price_per_kw_min: Floats, rest_kw: Floats | None = None
) -> SleepOptimum | None:
    """A machine's cheapest plan in its listed order at these prices, float64[horizon]; None where none fits.

    rest_kw float64[horizon]: what a machine without sleeps draws standing, if not the cheaper of off and
    idle.
    """
    model = sleep_model(machine, horizon, ordered=True)
    return ordered_optimum(model, Prices(price_per_kw_min, rest_kw=rest_kw))


def ordered_optimum(
    model: SleepModel, prices: Prices, order: Sequence[int] | None = None
) -> SleepOptimum | None:
    """The same for a machine laid out before and all that may be charged; `order` are places in the list.

    cost and bound hold whatever `prices` charges.
    """
    if not model.fits:
        return None
    return chain_optimum(model, price_model(model, prices), order)


def chain_optimum(
    model: SleepModel, priced: Priced, order: Sequence[int] | None = None
) -> SleepOptimum | None:
    """The same for a machine priced before."""
    from solver.sleep_kernel import chain_togo, trace_chain

    count = len(model.machine.batches)
    sequence: Ints = np.arange(count) if order is None else np.array(order, dtype=np.int64)
    after, togo = np.full(len(priced.runs.place), np.inf), np.full(len(priced.runs.place), np.inf)
    bound = chain_togo(*priced, sequence, after, togo)
    if not np.isfinite(bound):
        return None
    slack = SLACK * magnitude(priced)
    starts = np.full(count, -1, dtype=np.int64)
    pauses = np.full((count, max(1, int(model.most_pauses.max(initial=0))), 2), -1, dtype=np.int64)
    load_kw = np.zeros(model.horizon)
    cost = trace_chain(*priced, sequence, after, togo, bound + slack, starts, pauses, load_kw)
    ids = [batch.id for batch in model.machine.batches]
    return SleepOptimum(
        starts=dict(zip(ids, starts.tolist(), strict=True)),
        pauses={
            name: spans for name, rows in zip(ids, pauses, strict=True) if (spans := _spans(rows.tolist()))
        },
        cost=cost,
        bound=bound - slack,
        load_kw=load_kw,
    )


def magnitude(priced: Priced) -> float:
    """How large the numbers are that the kernels add up, against which rounding is small."""
    runs, standing = priced.runs, priced.standing
    charged = np.concatenate([runs.place, runs.end_cost])
    dearest = float(np.abs(charged[np.isfinite(charged)]).max(initial=0.0))
    running = float(runs.power_kw.sum()) * float(np.abs(runs.price).max())
    return float(np.abs(standing.idle).max()) + dearest + running + 1e-6


def _spans(rows: list[list[int]]) -> list[Span]:
    return [(since, to) for since, to in rows if since >= 0]


def standing_path(
    machine: Machine,
    horizon: int,
    price_per_kw_min: Floats,
    starts: Mapping[str, int],
    pauses: Mapping[str, Sequence[Span]] | None = None,
) -> tuple[float, Floats] | None:
    """What a machine costs and draws, float64[horizon], when its batches lie so and it stands at least cost.

    The machine begins and ends in its first sleep; None where it cannot wake, or fall asleep, in time.
    Batches without a start are left out.
    """
    from solver.sleep_stand_kernel import reach_states, retrace

    standing = price_standing(machine, Prices(price_per_kw_min))
    home = min(1, len(machine.sleep))
    load_kw = np.zeros(horizon)
    reach = np.empty((1 + len(machine.sleep), horizon + 1))
    state, at = home, 0
    for since, to, power in [*_stretches(machine, starts, pauses or {}), (horizon, horizon, np.zeros(0))]:
        goal = home if since == horizon else 0
        if since < at:
            return None
        reach[:, at : since + 1] = np.inf
        reach[state, at] = 0.0
        reach_states(standing, at, since, reach)
        if not np.isfinite(reach[goal, since]):
            return None
        retrace(standing, state, at, goal, since, reach, load_kw)
        load_kw[since:to] = power
        state, at = 0, to
    return float(load_kw @ price_per_kw_min), load_kw


def _stretches(
    machine: Machine, starts: Mapping[str, int], pauses: Mapping[str, Sequence[Span]]
) -> list[tuple[int, int, Floats]]:
    """Each stretch of running minutes with what it draws, in the order of time."""
    found: list[tuple[int, int, Floats]] = []
    for batch in machine.batches:
        if batch.id not in starts:
            continue
        done, power = 0, running_kw(batch)
        for since, to in segments(batch, starts[batch.id], pauses.get(batch.id, ())):
            found.append((since, to, power[done : done + to - since]))
            done += to - since
    return sorted(found, key=lambda stretch: stretch[0])
