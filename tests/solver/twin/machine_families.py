"""Families of simulated machines, far from the case, with the truth of what each did; a seed makes each."""

from __future__ import annotations

import math

import numpy as np

from tests.solver.twin.simulated_machine import (
    HOUR_S,
    IDLE,
    MINUTE_S,
    OFF,
    RUN,
    STANDBY,
    MachinePlan,
    SimulatedMachine,
    cycles,
    days_for,
    random_of,
    record_of,
    size_kw,
    slow,
    step_for,
)


def machine(family: str, seed: int) -> SimulatedMachine:
    """The machine of a seed in a family of FAMILIES."""
    return FAMILIES[family](family, seed)


def _plain(family: str, seed: int) -> SimulatedMachine:
    rng = random_of(family, seed)
    run_h = float(10 ** rng.uniform(math.log10(1 / 6), math.log10(40)))
    rest_h = float(run_h * rng.uniform(0.2, 2.0))
    step_s = step_for(rng, min(run_h, rest_h))
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.003, 0.05), idle=rng.uniform(0.1, 0.33))
    plan.noise = rng.uniform(0.01, 0.12)
    return record_of(plan, cycles(plan, days_for(rng, step_s), run_h, rest_h), step_s, family, seed)


def _two_levels(family: str, seed: int) -> SimulatedMachine:
    rng = random_of(family, seed)
    run_h = float(10 ** rng.uniform(math.log10(0.3), 1))
    step_s = step_for(rng, run_h / 3)
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.0, 0.25), noise=rng.uniform(0.02, 0.2))
    rests = (0.0, 1.0, 0.0)
    stretches = cycles(plan, days_for(rng, step_s), run_h, run_h * rng.uniform(0.3, 3), rests)
    return record_of(plan, stretches, step_s, family, seed)


def _bursty(family: str, seed: int) -> SimulatedMachine:
    """Presses, machining centres: high and low within minutes while they produce, shifts with breaks."""
    rng = random_of(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.01, 0.05), idle=rng.uniform(0.08, 0.3))
    plan.noise = rng.uniform(0.05, 0.25)
    plan.burst_s, plan.rest_s = rng.uniform(40, 240), rng.uniform(30, 180)
    return record_of(plan, _shifts(plan, days_for(rng, step_s)), step_s, family, seed)


def _shifts(plan: MachinePlan, days: float) -> list[tuple[int, float, float]]:
    """Five-day weeks of one or two shifts with breaks; off or standby at night."""
    rng, night = plan.rng, int(plan.rng.choice([OFF, STANDBY]))
    hours, stretches = float(rng.choice([8.0, 16.0])), list[tuple[int, float, float]]()
    for day in range(max(1, round(days))):
        if day % 7 in (5, 6) and rng.random() < 0.9:
            stretches.append((night, 24 * HOUR_S, 1.0))
            continue
        before_h = 6.0 + float(rng.uniform(-0.4, 0.4))
        stretches.append((night, before_h * HOUR_S, 1.0))
        worked_h = 0.0
        while worked_h < hours:
            run_h, rest_h = float(rng.uniform(1.0, 3.5)), float(rng.uniform(0.2, 1.0))
            stretches += [(RUN, run_h * HOUR_S, 1.0), (IDLE, rest_h * HOUR_S, 1.0)]
            worked_h += run_h + rest_h
        stretches.append((night, max(0.1, 24 - before_h - worked_h) * HOUR_S, 1.0))
    return stretches


def _shift_machine(family: str, seed: int) -> SimulatedMachine:
    """A factory machine at five minutes: shifts, breaks, loads that change with the order."""
    rng = random_of(family, seed)
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.005, 0.06), idle=rng.uniform(0.1, 0.33))
    plan.noise = rng.uniform(0.05, 0.35)
    stretches = [
        (kind, seconds, float(rng.uniform(0.55, 1.0)))
        for kind, seconds, _ in _shifts(plan, rng.uniform(20, 60))
    ]
    return record_of(plan, stretches, 300, family, seed)


def _many_loads(family: str, seed: int) -> SimulatedMachine:
    rng = random_of(family, seed)
    step_s = int(rng.choice([15, 60, 300]))
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.003, 0.05), idle=rng.uniform(0.1, 0.25))
    loads = rng.uniform(0.5, 1.0, int(rng.integers(2, 5)))
    stretches: list[tuple[int, float, float]] = []
    for kind, seconds, _ in cycles(plan, days_for(rng, step_s), 8.0, 4.0):
        parts = int(rng.integers(2, 6)) if kind == RUN else 1
        stretches += [(kind, seconds / parts, float(rng.choice(loads))) for _ in range(parts)]
    return record_of(plan, stretches, step_s, family, seed)


def _nearly_always_on(family: str, seed: int) -> SimulatedMachine:
    rng = random_of(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = MachinePlan(rng, size_kw(rng), noise=rng.uniform(0.02, 0.15), standby=rng.uniform(0.0, 0.2))
    stretches = cycles(
        plan, days_for(rng, step_s), rng.uniform(24, 72), rng.uniform(0.4, 1.0), (0.3, 0.7, 0.0)
    )
    return record_of(plan, stretches, step_s, family, seed)


def _nearly_always_off(family: str, seed: int) -> SimulatedMachine:
    rng = random_of(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = MachinePlan(rng, size_kw(rng), noise=rng.uniform(0.02, 0.25), standby=rng.uniform(0.0, 0.1))
    stretches = cycles(
        plan, days_for(rng, step_s), rng.uniform(0.5, 1.5), rng.uniform(20, 60), (0.0, 1.0, 0.0)
    )
    return record_of(plan, stretches, step_s, family, seed)


def _high_standby(family: str, seed: int) -> SimulatedMachine:
    """Standing by takes nearly what running takes; two levels and nothing else."""
    rng = random_of(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.4, 0.7), noise=rng.uniform(0.02, 0.08))
    stretches = cycles(plan, days_for(rng, step_s), 3.0, 3.0, (0.0, 1.0, 0.0))
    return record_of(plan, stretches, step_s, family, seed)


def _whole_kw(family: str, seed: int) -> SimulatedMachine:
    rng = random_of(family, seed)
    step_s = int(rng.choice([60, 300, 900]))
    plan = MachinePlan(rng, float(rng.uniform(4, 80)), standby=0.01, idle=rng.uniform(0.12, 0.33))
    stretches = cycles(plan, days_for(rng, step_s), 6.0, 3.0)
    return record_of(plan, stretches, step_s, family, seed, resolution=1.0)


def _drifting(family: str, seed: int) -> SimulatedMachine:
    rng = random_of(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = MachinePlan(rng, size_kw(rng), wander=rng.uniform(0.2, 0.4), idle=rng.uniform(0.1, 0.25))
    return record_of(plan, cycles(plan, days_for(rng, step_s), 5.0, 3.0), step_s, family, seed)


def _noisy_zero(family: str, seed: int) -> SimulatedMachine:
    """A meter whose zero is noise of both signs."""
    rng = random_of(family, seed)
    step_s = int(rng.choice([15, 60, 300]))
    plan = MachinePlan(rng, size_kw(rng), floor_noise=rng.uniform(0.003, 0.05), idle=rng.uniform(0.2, 0.33))
    rests = (1.0, 0.0, 0.0) if rng.random() < 0.5 else (0.5, 0.0, 0.5)
    return record_of(plan, cycles(plan, days_for(rng, step_s), 4.0, 3.0, rests), step_s, family, seed)


def _ramping(family: str, seed: int) -> SimulatedMachine:
    """Furnaces: slow to come up, slow to fall."""
    rng = random_of(family, seed)
    step_s = int(rng.choice([15, 60, 300]))
    plan = MachinePlan(rng, size_kw(rng), ramp_s=rng.uniform(60, 400), standby=rng.uniform(0.005, 0.05))
    stretches = cycles(plan, days_for(rng, step_s), 5.0, 4.0, (0.4, 0.6, 0.0))
    return record_of(plan, stretches, step_s, family, seed)


def _spiky(family: str, seed: int) -> SimulatedMachine:
    """Inrush currents and single wrong readings many times the running power."""
    rng = random_of(family, seed)
    made = _plain(family, seed)
    power = made.power_kw.copy()
    starts = np.flatnonzero((made.state[1:] == RUN) & (made.state[:-1] != RUN)) + 1
    power[starts] *= rng.uniform(2.0, 6.0)
    wrong = rng.random(len(power)) < 0.003
    power[wrong] = np.quantile(power, 0.9) * rng.uniform(2, 20, int(wrong.sum()))
    return SimulatedMachine(family, seed, made.times_ms, power, made.state)


def _holed(family: str, seed: int) -> SimulatedMachine:
    """Failed readings, missing rows, and a stretch that is frozen."""
    rng = random_of(family, seed)
    made = _plain(family, seed)
    power, count = made.power_kw.copy(), len(made.power_kw)
    power[rng.random(count) < 0.02] = math.nan
    for _ in range(4):
        at, length = int(rng.integers(count)), int(rng.integers(5, max(6, count // 30)))
        power[at : at + length] = math.nan
    keep = rng.random(count) > 0.03
    return SimulatedMachine(family, seed, made.times_ms[keep], power[keep], made.state[keep])


def _mill(family: str, seed: int) -> SimulatedMachine:
    """Batches of one energy, often paused for the tariff."""
    rng = random_of(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.004, 0.03), idle=rng.uniform(0.1, 0.3))
    batch_h, stretches = float(rng.uniform(3.0, 16.0)), list[tuple[int, float, float]]()
    bounds: list[tuple[float, float]] = []
    minutes: list[float] = []
    stretches.append((STANDBY, rng.uniform(0.6, 2.0) * HOUR_S, 1.0))
    for _ in range(int(min(40, 24 * days_for(rng, step_s) / (batch_h + 2)))):
        run_s = batch_h * HOUR_S * float(rng.lognormal(0, 0.05))
        cut = float(rng.uniform(0.15, 0.8)) if rng.random() < 0.5 else 1.0
        parts = [(RUN, run_s * cut, 1.0)]
        if cut < 1:
            parts += [(STANDBY, rng.uniform(1.0, 4.0) * HOUR_S, 1.0), (RUN, run_s * (1 - cut), 1.0)]
        start_s = sum(seconds for _, seconds, _ in stretches)
        stretches += parts
        bounds.append((start_s, start_s + sum(seconds for _, seconds, _ in parts)))
        minutes.append(run_s / 60)
        stretches += [
            (IDLE, rng.uniform(0.3, 0.8) * HOUR_S, 1.0),
            (STANDBY, rng.uniform(0.5, 3) * HOUR_S, 1.0),
        ]
    return _with_batches(record_of(plan, stretches, step_s, family, seed), bounds, minutes)


def _blows(family: str, seed: int) -> SimulatedMachine:
    """A converter at one minute for some days: charges of several blows, short idle gaps within a charge."""
    rng = random_of(family, seed)
    plan = MachinePlan(rng, size_kw(rng), off=0.0, idle=rng.uniform(0.0, 0.05), noise=rng.uniform(0.01, 0.06))
    plan.ramp_s = float(rng.uniform(5, 50))
    rest_h, charge_min = float(rng.uniform(1.5, 6.0)), float(rng.uniform(120, 300))
    stretches, bounds, minutes = list[tuple[int, float, float]](), list[tuple[float, float]](), list[float]()
    stretches.append((OFF, rng.uniform(0.5, 3) * HOUR_S, 1.0))
    for _ in range(int(rng.integers(5, 9))):
        shares = rng.dirichlet(np.full(int(rng.integers(2, 6)), 6.0))
        total_s = charge_min * MINUTE_S * float(rng.lognormal(0, 0.08))
        start_s = sum(seconds for _, seconds, _ in stretches)
        for i, share in enumerate(shares):
            if i:
                stretches.append((IDLE, rng.uniform(4, 40) * MINUTE_S, 1.0))
            stretches.append((RUN, share * total_s, float(rng.uniform(0.85, 1.0))))
        bounds.append((start_s, sum(seconds for _, seconds, _ in stretches)))
        minutes.append(total_s / 60)
        stretches.append((OFF, rest_h * float(rng.uniform(0.7, 1.4)) * HOUR_S, 1.0))
    return _with_batches(record_of(plan, stretches, 60, family, seed), bounds, minutes)


def _with_batches(
    made: SimulatedMachine, bounds: list[tuple[float, float]], minutes: list[float]
) -> SimulatedMachine:
    end_ms = int(made.times_ms[-1])
    whole = [(a, b, m) for (a, b), m in zip(bounds, minutes, strict=True) if 1000 * b < end_ms]
    return SimulatedMachine(
        made.family,
        made.seed,
        made.times_ms,
        made.power_kw,
        made.state,
        tuple((round(1000 * a), round(1000 * b)) for a, b, _ in whole),
        tuple(m for _, _, m in whole),
    )


def _overlapping(family: str, seed: int) -> SimulatedMachine:
    """A running power that fluctuates down to a steady idle power which is near to it."""
    rng = random_of(family, seed)
    plan = MachinePlan(rng, size_kw(rng), standby=rng.uniform(0.02, 0.1), idle=rng.uniform(0.35, 0.65))
    made = record_of(plan, _shifts(plan, rng.uniform(20, 50)), 300, family, seed)
    spread = rng.uniform(0.25, 0.45) * (
        0.7 * rng.standard_normal(len(made.power_kw)) + 0.7 * slow(rng, len(made.power_kw), 4)
    )
    power = np.where(made.state == RUN, made.power_kw * np.exp(spread), made.power_kw)
    return SimulatedMachine(family, seed, made.times_ms, power, made.state)


FAMILIES = {
    "overlapping": _overlapping,
    "plain": _plain,
    "two levels": _two_levels,
    "bursty": _bursty,
    "shifts at 5 min": _shift_machine,
    "many loads": _many_loads,
    "nearly always on": _nearly_always_on,
    "nearly always off": _nearly_always_off,
    "high standby": _high_standby,
    "whole kW": _whole_kw,
    "drifting": _drifting,
    "noisy zero": _noisy_zero,
    "ramping": _ramping,
    "spiky": _spiky,
    "holed": _holed,
    "mill with pauses": _mill,
    "converter blows": _blows,
}
