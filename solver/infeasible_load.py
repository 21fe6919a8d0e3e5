"""Proofs that machines must together draw, or use, more than the supply or an interval allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.check_breach import plain
from solver.check_limits import window_sums
from solver.check_sleep import awake_kw
from solver.errors import InfeasibleError
from solver.infeasible_sums import TOLERANCE, first_of, lifted_by, musts_of, names, overfull
from solver.infeasible_windows import BatchWindow
from solver.limits import Limits, supply_limit_kw
from solver.problem import BatchSpec, Machine, PlanProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Cap:
    """A limit on the load: its key, what it allows, and what an excess is in the unit of the key."""

    key: str
    allowed: float
    unit: str  # of what it allows
    key_unit: str
    per_unit: float = 1.0  # how much of it one unit of the key allows

    @property
    def passes(self) -> float:
        """What the checker lets pass."""
        return self.allowed * (1.0 + TOLERANCE) + TOLERANCE

    def refusal(
        self, needed: float, what: str, windows: Sequence[BatchWindow] = (), at_min: int | None = None
    ) -> InfeasibleError:
        """No plan, because so much is needed."""
        excess = (needed - self.allowed) / self.per_unit
        params: dict[str, str | float] = {"limit": self.key, "excess": excess, "unit": self.key_unit}
        mend = f"raise it by {lifted_by(excess)} {self.key_unit}"
        if at_min is not None:
            params["at_min"] = at_min
            mend += " or move a window"
        return InfeasibleError(
            f"No plan: {self.key} allows {plain(self.allowed)} {self.unit}, but {what}; {mend}.",
            {**params, **first_of(windows)},
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Least:
    """What is drawn in every plan: least_kw by each machine at all times, and more by what must run then.

    must_kw float64[horizon] is that more, of all machines.
    """

    least_kw: dict[str, float]
    must_kw: Floats

    @property
    def base_kw(self) -> float:
        """All machines together at their least."""
        return sum(self.least_kw.values())


def prove_load(problem: PlanProblem, windows: Sequence[BatchWindow]) -> None:
    """Raises InfeasibleError where every plan draws, or uses in an interval, more than is allowed."""
    limits = problem.limits
    supply = _supply(limits)
    if supply is None and limits.interval_energy_kwh is None:
        return
    least_kw = {machine.id: _least_kw(machine) for machine in problem.machines}
    least = _Least(least_kw, _must_kw(problem, windows, least_kw))
    if supply is not None:
        _prove_supply_alone(supply, least, windows)
        _prove_supply_of_changes(supply, problem, least, windows)
        _prove_supply_together(supply, least, windows)
        _prove_supply_over_time(supply, least, windows)
    if limits.interval_energy_kwh is not None:
        cap = _Cap("limits.interval_energy_kwh", limits.interval_energy_kwh, "kWh", "kWh")
        _prove_interval_alone(cap, problem, least, windows)
        _prove_interval_together(cap, problem, least, windows)
        _prove_interval_over_time(cap, problem, least, windows)


def _supply(limits: Limits) -> _Cap | None:
    supply_kw = supply_limit_kw(limits)
    if supply_kw is None:
        return None
    if limits.supply_kw == supply_kw:
        return _Cap("limits.supply_kw", supply_kw, "kW", "kW")
    return _Cap("limits.supply_kva", supply_kw, "kW", "kVA", limits.power_factor)


def _least_kw(machine: Machine) -> float:
    """What a machine draws at least, whether it stands, runs, sleeps or changes."""
    powers = [kw for kw in (machine.off_kw, machine.idle_kw) if kw is not None] or [0.0]
    if machine.under_way is not None:
        powers = [*powers, machine.under_way.power_kw]
    if machine.sleep:
        powers = [awake_kw(machine)]
        powers += [kw for sleep in machine.sleep for kw in (sleep.down_kw, sleep.up_kw, sleep.off_kw)]
    return min([*powers, *(_least_running_kw(batch) for batch in machine.batches)])


def _least_running_kw(batch: BatchSpec) -> float:
    return min(batch.profile_kw) if batch.profile_kw else batch.power_kw or 0.0


def _profile(batch: BatchSpec) -> Floats:
    if batch.profile_kw:
        return np.array(batch.profile_kw, dtype=np.float64)
    return np.full(batch.duration_min, batch.power_kw or 0.0)


def _must_kw(problem: PlanProblem, windows: Sequence[BatchWindow], least_kw: Mapping[str, float]) -> Floats:
    must_kw = np.zeros(problem.horizon_min)
    for window in windows:
        since, to = window.always_runs
        if since < to:
            power = _profile(window.batch) if window.stays else _least_running_kw(window.batch)
            must_kw[since:to] += power - least_kw[window.machine.id]
    return must_kw


def _prove_supply_alone(cap: _Cap, least: _Least, windows: Sequence[BatchWindow]) -> None:
    if least.base_kw > cap.passes:
        what = f"the machines together draw {plain(least.base_kw)} kW even at their least"
        raise cap.refusal(least.base_kw, what)
    for window in windows:
        batch = window.batch
        peak_kw = max(batch.profile_kw) if batch.profile_kw else batch.power_kw or 0.0
        others_kw = least.base_kw - least.least_kw[window.machine.id]
        if others_kw + peak_kw > cap.passes:
            others = f" and the other machines {plain(others_kw)} kW at their least" if others_kw > 0 else ""
            what = f"{names([window])} draws {plain(peak_kw)} kW wherever it lies{others}"
            raise cap.refusal(others_kw + peak_kw, what, [window])


def _prove_supply_of_changes(
    cap: _Cap, problem: PlanProblem, least: _Least, windows: Sequence[BatchWindow]
) -> None:
    """A machine that can sleep begins and ends in its first sleep: it wakes and goes back in every plan."""
    for machine in problem.machines:
        if not machine.sleep or not machine.batches:
            continue
        sleep, others_kw = machine.sleep[0], least.base_kw - least.least_kw[machine.id]
        for does, minutes, kw in (
            ("wakes", sleep.up_min, sleep.up_kw),
            ("goes to sleep", sleep.down_min, sleep.down_kw),
        ):
            if minutes > 0 and others_kw + kw > cap.passes:
                others = f" and the other machines {plain(others_kw)} kW at their least" if others_kw else ""
                what = f"{machine.id!r} draws {plain(kw)} kW while it {does}{others}"
                mine = [window for window in windows if window.machine.id == machine.id]
                raise cap.refusal(others_kw + kw, what, mine[:1])


def _prove_supply_together(cap: _Cap, least: _Least, windows: Sequence[BatchWindow]) -> None:
    minute = int(least.must_kw.argmax())
    needed_kw = least.base_kw + float(least.must_kw[minute])
    if needed_kw > cap.passes:
        running = _running_in(windows, minute, minute + 1)
        what = f"at minute {minute} {names(running)} must run and {plain(needed_kw)} kW are drawn together"
        raise cap.refusal(needed_kw, what, running, minute)


def _running_in(windows: Sequence[BatchWindow], since: int, to: int) -> list[BatchWindow]:
    spans = [(window, *window.always_runs) for window in windows]
    return [window for window, begins, ends in spans if max(begins, since) < min(ends, to)]


def _prove_supply_over_time(cap: _Cap, least: _Least, windows: Sequence[BatchWindow]) -> None:
    def capacity(since: int, to: Ints) -> Floats:
        return np.asarray((cap.passes - least.base_kw) / 60.0 * (to - since), dtype=np.float64)

    energies = [(w, w.first_start, w.last_end, _energy_kwh(w, least)) for w in windows]
    found = overfull(musts_of(energies), capacity)
    if found is None:
        return
    hours = (found.to - found.since) / 60.0
    mean_kw = found.needed / hours + least.base_kw
    what = (
        f"{names(found.windows)} must run from minute {found.since} to {found.to} and {plain(mean_kw)} kW "
        "are drawn together then on average"
    )
    raise cap.refusal(mean_kw, what, found.windows, found.since)


def _energy_kwh(window: BatchWindow, least: _Least) -> float:
    """What a batch uses above its machine's least."""
    batch, least_kw = window.batch, least.least_kw[window.machine.id]
    running = sum(batch.profile_kw) if batch.profile_kw else (batch.power_kw or 0.0) * batch.duration_min
    return (running - least_kw * batch.duration_min) / 60.0


def _prove_interval_alone(
    cap: _Cap, problem: PlanProblem, least: _Least, windows: Sequence[BatchWindow]
) -> None:
    """Of a batch without many pauses some interval holds many minutes in a row, wherever it lies."""
    interval, horizon, base_kw = problem.limits.interval_min, problem.horizon_min, least.base_kw
    shortest = horizon % interval or interval
    base_kwh = base_kw * min(interval, horizon) / 60.0
    if base_kwh > cap.passes:
        what = f"the machines together use {plain(base_kwh)} kWh in an interval even at their least"
        raise cap.refusal(base_kwh, what)
    for window in windows:
        minutes, batch_kwh = _least_in_some_interval(window, interval)
        least_kw = least.least_kw[window.machine.id]
        rest_kwh = (base_kw * max(minutes, shortest) - least_kw * minutes) / 60.0
        if batch_kwh + rest_kwh > cap.passes:
            others = f", and {plain(rest_kwh)} kWh more are used anyway" if rest_kwh > 0 else ""
            what = f"{names([window])} uses {plain(batch_kwh)} kWh in some interval wherever it lies{others}"
            raise cap.refusal(batch_kwh + rest_kwh, what, [window])


def _least_in_some_interval(window: BatchWindow, interval_min: int) -> tuple[int, float]:
    """So many minutes in a row lie in one interval in every plan, and they use so much at least.

    The longest of its stretches has at least duration / (pauses + 1) minutes; of a stretch, one interval
    holds half at least, or is full.
    """
    batch = window.batch
    stretch = -(-batch.duration_min // (window.pauses + 1))
    minutes = min(interval_min, -(-stretch // 2))
    if not batch.profile_kw:
        return minutes, (batch.power_kw or 0.0) * minutes / 60.0
    sums = np.concatenate([[0.0], np.cumsum(batch.profile_kw)])
    return minutes, float((sums[minutes:] - sums[:-minutes]).min()) / 60.0


def _prove_interval_together(
    cap: _Cap, problem: PlanProblem, least: _Least, windows: Sequence[BatchWindow]
) -> None:
    interval = problem.limits.interval_min
    used_kwh = window_sums(least.must_kw + least.base_kw, interval) / 60.0
    place = int(used_kwh.argmax())
    used, since = float(used_kwh[place]), place * interval
    if used > cap.passes:
        running = _running_in(windows, since, since + interval)
        what = (
            f"in the interval from minute {since} on {names(running)} must run and {plain(used)} kWh are used"
        )
        raise cap.refusal(used, what, running, since)


def _prove_interval_over_time(
    cap: _Cap, problem: PlanProblem, least: _Least, windows: Sequence[BatchWindow]
) -> None:
    """As for the supply, on stretches that begin and end with an interval."""
    interval, horizon, base_kw = problem.limits.interval_min, problem.horizon_min, least.base_kw

    def capacity(since: int, to: Ints) -> Floats:
        intervals = -(-(to - since) // interval)
        return np.asarray(cap.passes * intervals - base_kw / 60.0 * (to - since), dtype=np.float64)

    def begin(window: BatchWindow) -> int:
        return window.first_start // interval * interval

    def end(window: BatchWindow) -> int:
        return min(horizon, -(-window.last_end // interval) * interval)

    found = overfull(musts_of([(w, begin(w), end(w), _energy_kwh(w, least)) for w in windows]), capacity)
    if found is None:
        return
    intervals = -(-(found.to - found.since) // interval)
    used = (found.needed + base_kw * (found.to - found.since) / 60.0) / intervals
    what = (
        f"{names(found.windows)} must run in the {intervals} intervals from minute {found.since} to "
        f"{found.to} and {plain(used)} kWh are used in each on average"
    )
    raise cap.refusal(used, what, found.windows, found.since)
