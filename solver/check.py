"""The independent checker: prices a plan minute by minute and lists what it breaks.

It shares no code with the search, on purpose: it reads the problem, never the layout, and lays out each
running minute one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from solver.problem import BatchSpec, Machine, PlanProblem
from solver.tariff import PriceGrid

Span = tuple[int, int]
Starts = Mapping[str, Mapping[str, int]]
Pauses = Mapping[str, Mapping[str, Sequence[Span]]]
NAMED_RATHER_THAN_COUNTED = 20


class Limit(StrEnum):
    """What a plan may break."""

    NO_START = "no_start"
    GAP = "gap"
    PAUSE_TOO_SHORT = "pause_too_short"
    TOO_MANY_PAUSES = "too_many_pauses"
    PAUSE_AT_THE_EDGE = "pause_at_the_edge"
    OVERLAP = "overlap"
    EARLIEST = "earliest"
    DUE = "due"
    HORIZON = "horizon"
    STRANGER = "stranger"


_SENTENCES = {
    Limit.NO_START: "Batch {batch!r} of {machine!r} has no start.",
    Limit.GAP: "Batch {batch!r} of {machine!r} begins at minute {at_min}, and may at {limit_min} "
    "after the batch before it and its gap.",
    Limit.PAUSE_TOO_SHORT: "Batch {batch!r} of {machine!r} pauses for {found} min, "
    "and a pause takes {allowed} at least.",
    Limit.TOO_MANY_PAUSES: "Batch {batch!r} of {machine!r} pauses {found} times, and {allowed} are allowed.",
    Limit.PAUSE_AT_THE_EDGE: "Batch {batch!r} of {machine!r} has a pause before its first or after its last "
    "running minute.",
    Limit.OVERLAP: "Batch {batch!r} of {machine!r} runs at minute {at_min}, when another batch does.",
    Limit.EARLIEST: "Batch {batch!r} of {machine!r} begins at minute {at_min}, "
    "before its earliest, {limit_min}.",
    Limit.DUE: "Batch {batch!r} of {machine!r} ends at minute {at_min}, after it is due at {limit_min}.",
    Limit.HORIZON: "Batch {batch!r} of {machine!r} ends at minute {at_min}, after the horizon's {limit_min}.",
    Limit.STRANGER: "The problem has no batch {batch!r} of {machine!r}.",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a plan breaks.

    `params` hold minutes of the plan (at_min, limit_min), or what was found and what is allowed.
    """

    limit: Limit
    machine: str
    batch: str
    params: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What is broken, where, for the log and the command line; the desk has its own words."""
        return _SENTENCES[self.limit].format(machine=self.machine, batch=self.batch, **self.params)


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What a plan costs, and each limit that it breaks."""

    energy_cost: float
    demand_cost: float
    peak_kw: float
    makespan_min: int
    cost_by_band: dict[str, float]
    energy_by_band: dict[str, float]
    breaches: list[Breach]

    @property
    def violations(self) -> list[str]:
        """Each limit that it breaks, in a sentence."""
        return [breach.sentence for breach in self.breaches]

    @property
    def cost(self) -> float:
        """Energy and demand together."""
        return self.energy_cost + self.demand_cost

    @property
    def feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.breaches


@dataclass(slots=True)
class _Account:
    """What is found while the plan is walked through."""

    load_kw: NDArray[np.float64]
    makespan_min: int = 0
    breaches: list[Breach] = field(default_factory=list)

    def add(self, limit: Limit, machine: str, batch: str, **params: int) -> None:
        """Notes a limit that is broken."""
        self.breaches.append(Breach(limit, machine, batch, params))


def check_plan(problem: PlanProblem, price: PriceGrid, starts_min: Starts, pauses_min: Pauses) -> Verdict:
    """Prices a plan and says what it breaks; a plan whose list is empty may be shown."""
    account = _Account(np.zeros(problem.horizon_min))
    for machine in problem.machines:
        _walk_machine(
            account,
            problem,
            machine,
            price.price_per_kwh,
            starts_min.get(machine.id, {}),
            pauses_min.get(machine.id, {}),
        )
    _refuse_strangers(account, problem, starts_min)
    return _priced(account, problem, price)


def _walk_machine(
    account: _Account,
    problem: PlanProblem,
    machine: Machine,
    price_per_kwh: NDArray[np.float64],
    starts: Mapping[str, int],
    pauses: Mapping[str, Sequence[Span]],
) -> None:
    load = _standing_kw(machine, price_per_kwh[: problem.horizon_min])
    runs = np.zeros(problem.horizon_min, dtype=bool)
    free_from: int | None = None
    for batch in machine.batches:
        if batch.id not in starts:
            account.add(Limit.NO_START, machine.id, batch.id)
            continue
        start = starts[batch.id]
        end = _walk_batch(account, machine.id, batch, start, pauses.get(batch.id, ()), load, runs)
        _check_window(account, machine.id, batch, start, end, problem.horizon_min)
        if free_from is not None and start < free_from + batch.gap_before_min:
            free = free_from + batch.gap_before_min
            account.add(Limit.GAP, machine.id, batch.id, at_min=start, limit_min=free)
        free_from = end
        account.makespan_min = max(account.makespan_min, end)
    account.load_kw += load


def _standing_kw(machine: Machine, price_per_kwh: NDArray[np.float64]) -> NDArray[np.float64]:
    options = sorted(kw for kw in (machine.off_kw, machine.idle_kw) if kw is not None)
    if not options:
        return np.zeros(len(price_per_kwh))
    costs = np.array([price_per_kwh * kw for kw in options])
    return (
        np.array(options)[np.argmin(costs, axis=0)]
        if np.ptp(options)
        else np.full(costs.shape[1], options[0])
    )


def _walk_batch(
    account: _Account,
    machine: str,
    batch: BatchSpec,
    start: int,
    pauses: Sequence[Span],
    load: NDArray[np.float64],
    runs: NDArray[np.bool_],
) -> int:
    """Puts each running minute into `load`; returns the minute after the last."""
    paused: set[int] = set()
    for since, to in pauses:
        if to - since < batch.pauses.least_min:
            found, least = to - since, batch.pauses.least_min
            account.add(Limit.PAUSE_TOO_SHORT, machine, batch.id, found=found, allowed=least)
        paused.update(range(since, to))
    if len(pauses) > batch.pauses.most:
        most = batch.pauses.most
        account.add(Limit.TOO_MANY_PAUSES, machine, batch.id, found=len(pauses), allowed=most)
    minute, done = start, 0
    while done < batch.duration_min:
        if minute not in paused:
            _run_minute(account, machine, batch, minute, done, load, runs)
            done += 1
        minute += 1
    if any(not start < instant < minute - 1 for instant in paused):
        account.add(Limit.PAUSE_AT_THE_EDGE, machine, batch.id)
    return minute


def _run_minute(
    account: _Account,
    machine: str,
    batch: BatchSpec,
    minute: int,
    done: int,
    load: NDArray[np.float64],
    runs: NDArray[np.bool_],
) -> None:
    power = batch.power_kw if batch.profile_kw is None else batch.profile_kw[done]
    assert power is not None
    if not 0 <= minute < len(load):
        return  # the window says so
    if runs[minute]:
        if len(account.breaches) < NAMED_RATHER_THAN_COUNTED:
            account.add(Limit.OVERLAP, machine, batch.id, at_min=minute)
        load[minute] += power
        return
    runs[minute] = True
    load[minute] = power


def _check_window(
    account: _Account, machine: str, batch: BatchSpec, start: int, end: int, horizon_min: int
) -> None:
    if start < batch.earliest_min:
        account.add(Limit.EARLIEST, machine, batch.id, at_min=start, limit_min=batch.earliest_min)
    if batch.due_min is not None and end > batch.due_min:
        account.add(Limit.DUE, machine, batch.id, at_min=end, limit_min=batch.due_min)
    elif end > horizon_min:
        account.add(Limit.HORIZON, machine, batch.id, at_min=end, limit_min=horizon_min)


def _refuse_strangers(account: _Account, problem: PlanProblem, starts_min: Starts) -> None:
    known = {machine.id: {batch.id for batch in machine.batches} for machine in problem.machines}
    for machine_id, starts in starts_min.items():
        for batch_id in starts:
            if batch_id not in known.get(machine_id, set()):
                account.add(Limit.STRANGER, machine_id, batch_id)


def _priced(account: _Account, problem: PlanProblem, price: PriceGrid) -> Verdict:
    minutes, interval = problem.horizon_min, problem.limits.interval_min
    energy_kwh = account.load_kw / 60.0
    cost = energy_kwh * price.price_per_kwh[:minutes]
    windows = range(0, minutes, interval)
    peak = max(float(account.load_kw[since : since + interval].mean()) for since in windows)
    bands = price.band[:minutes]
    return Verdict(
        energy_cost=float(cost.sum()),
        demand_cost=problem.limits.demand_price_per_kw * max(problem.limits.peak_so_far_kw, peak),
        peak_kw=peak,
        makespan_min=account.makespan_min,
        cost_by_band={name: float(cost[bands == i].sum()) for i, name in enumerate(price.band_names)},
        energy_by_band={name: float(energy_kwh[bands == i].sum()) for i, name in enumerate(price.band_names)},
        breaches=account.breaches,
    )
