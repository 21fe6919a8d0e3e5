"""The independent checker: prices a plan minute by minute and lists what it breaks.

It shares no code with the search, on purpose: it reads the problem, never the layout, and lays out each
running minute one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.problem import BatchSpec, Machine, PlanProblem
from solver.tariff import PriceGrid

Span = tuple[int, int]
Starts = Mapping[str, Mapping[str, int]]
Pauses = Mapping[str, Mapping[str, Sequence[Span]]]
NAMED_RATHER_THAN_COUNTED = 20


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What a plan costs, and each limit that it breaks in a sentence."""

    energy_cost: float
    demand_cost: float
    peak_kw: float
    makespan_min: int
    cost_by_band: dict[str, float]
    energy_by_band: dict[str, float]
    violations: list[str]

    @property
    def cost(self) -> float:
        """Energy and demand together."""
        return self.energy_cost + self.demand_cost

    @property
    def feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.violations


@dataclass(slots=True)
class _Account:
    """What is found while the plan is walked through."""

    load_kw: NDArray[np.float64]
    makespan_min: int = 0
    violations: list[str] = field(default_factory=list)


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
        name = f"Batch {batch.id!r} of {machine.id!r}"
        if batch.id not in starts:
            account.violations.append(f"{name} has no start.")
            continue
        start = starts[batch.id]
        end = _walk_batch(account, name, batch, start, pauses.get(batch.id, ()), load, runs)
        _check_window(account, name, batch, start, end, problem.horizon_min)
        if free_from is not None and start < free_from + batch.gap_before_min:
            account.violations.append(
                f"{name} begins at minute {start}, and may at {free_from + batch.gap_before_min} "
                "after the batch before it and its gap."
            )
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
    name: str,
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
            account.violations.append(
                f"{name} pauses for {to - since} min, and a pause takes {batch.pauses.least_min} at least."
            )
        paused.update(range(since, to))
    if len(pauses) > batch.pauses.most:
        account.violations.append(f"{name} pauses {len(pauses)} times, and {batch.pauses.most} are allowed.")
    minute, done = start, 0
    while done < batch.duration_min:
        if minute not in paused:
            _run_minute(account, name, batch, minute, done, load, runs)
            done += 1
        minute += 1
    if any(not start < instant < minute - 1 for instant in paused):
        account.violations.append(f"{name} has a pause before its first or after its last running minute.")
    return minute


def _run_minute(
    account: _Account,
    name: str,
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
        if len(account.violations) < NAMED_RATHER_THAN_COUNTED:
            account.violations.append(f"{name} runs at minute {minute}, when another batch does.")
        load[minute] += power
        return
    runs[minute] = True
    load[minute] = power


def _check_window(
    account: _Account, name: str, batch: BatchSpec, start: int, end: int, horizon_min: int
) -> None:
    if start < batch.earliest_min:
        account.violations.append(
            f"{name} begins at minute {start}, before its earliest, {batch.earliest_min}."
        )
    if batch.due_min is not None and end > batch.due_min:
        account.violations.append(f"{name} ends at minute {end}, after it is due at {batch.due_min}.")
    elif end > horizon_min:
        account.violations.append(f"{name} ends at minute {end}, after the horizon's {horizon_min}.")


def _refuse_strangers(account: _Account, problem: PlanProblem, starts_min: Starts) -> None:
    known = {machine.id: {batch.id for batch in machine.batches} for machine in problem.machines}
    for machine_id, starts in starts_min.items():
        for batch_id in starts:
            if batch_id not in known.get(machine_id, set()):
                account.violations.append(f"The problem has no batch {batch_id!r} of {machine_id!r}.")


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
        violations=account.violations,
    )
