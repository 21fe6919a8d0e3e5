"""Families of simulated machines, far from the case, with the truth of what each did; a seed makes each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

OFF, STANDBY, IDLE, RUN = range(4)
MINUTE_S = 60.0
HOUR_S = 3600.0
STEPS_S = (5, 15, 60, 300, 900)
MOST_READINGS = 20_000


@dataclass(frozen=True, slots=True)
class SimulatedMachine:
    """A record with its truth: `state` int[n] of each reading (OFF .. RUN), `batches` (start_ms, end_ms)."""

    family: str
    seed: int
    times_ms: IntArray
    power_kw: FloatArray
    state: IntArray
    batches: tuple[tuple[int, int], ...] = ()
    running_min: tuple[float, ...] = ()  # of each batch

    @property
    def step_ms(self) -> int:
        return int(np.median(np.diff(self.times_ms)))


@dataclass(slots=True)
class _Plan:
    """A machine before its meter: levels and noise, and the stretches (state, seconds, load)."""

    rng: np.random.Generator
    running_kw: float
    off: float = 0.0  # levels as shares of running
    standby: float = 0.007
    idle: float = 0.2
    noise: float = 0.05  # relative, while running
    burst_s: float = 0.0  # a running machine bursts for so long and rests as long, at the idle level
    rest_s: float = 0.0
    ramp_s: float = 0.0  # running comes up so slowly
    floor_noise: float = 0.0  # noise of the meter itself, share of running
    wander: float = 0.0  # slow drift of the running load over the record


def machine(family: str, seed: int) -> SimulatedMachine:
    """The machine of a seed in a family of FAMILIES."""
    return FAMILIES[family](family, seed)


def _rng(family: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, *family.encode()])


def _size_kw(rng: np.random.Generator) -> float:
    return float(10 ** rng.uniform(-1.0, 3.7))


def _record(
    plan: _Plan,
    stretches: list[tuple[int, float, float]],
    step_s: int,
    family: str,
    seed: int,
    *,
    resolution: float = 0.0,
) -> SimulatedMachine:
    """Plays the stretches at a fine step and lets a meter average or sample them."""
    rng = plan.rng
    per = 1 if step_s <= 5 else min(12, step_s // 5)
    fine_s = step_s / per
    lengths = [max(1, round(seconds / fine_s)) for _, seconds, _ in stretches]
    state = np.repeat([kind for kind, _, _ in stretches], lengths)
    load = np.repeat([share for _, _, share in stretches], lengths)
    count = min(len(state) // per, MOST_READINGS) * per
    state, load = state[:count], load[:count]
    power = _fine_power(plan, state, load, fine_s)
    if rng.random() < 0.5:
        read = power.reshape(-1, per).mean(axis=1)
    else:
        read = power[::per].copy()
    truth = _majority(state.reshape(-1, per))
    if plan.floor_noise:
        read = read + plan.floor_noise * plan.running_kw * rng.standard_normal(len(read))
    step_kw = resolution or plan.running_kw / 10 ** rng.integers(3, 6)
    read = np.round(read / step_kw) * step_kw
    return SimulatedMachine(family, seed, 1000 * step_s * np.arange(len(read), dtype=np.int64), read, truth)


def _majority(states: IntArray) -> IntArray:
    counts = np.stack([(states == kind).sum(axis=1) for kind in range(4)])
    return np.argmax(counts, axis=0).astype(np.int64)


def _fine_power(plan: _Plan, state: IntArray, load: FloatArray, fine_s: float) -> FloatArray:
    rng, count = plan.rng, len(state)
    share = np.choose(state, (plan.off, plan.standby, plan.idle, load)).astype(float)
    if plan.burst_s:
        share = np.where((state == RUN) & ~_bursts(plan, count, fine_s), plan.idle, share)
    if plan.ramp_s:
        keep, value = math.exp(-fine_s / plan.ramp_s), 0.0
        for i in range(count):
            value = share[i] + (value - share[i]) * keep
            share[i] = value
    if plan.wander:
        share = np.where(share > 0.3, share * (1 + plan.wander * _walk(rng, count)), share)
    noise = plan.noise * (0.6 * rng.standard_normal(count) + 0.8 * _slow(rng, count, 60.0 / fine_s))
    quiet = 0.02 * rng.standard_normal(count)
    return plan.running_kw * share * np.maximum(0.05, 1 + np.where(state == RUN, noise, quiet))


def _bursts(plan: _Plan, count: int, fine_s: float) -> npt.NDArray[np.bool_]:
    high: list[npt.NDArray[np.bool_]] = []
    total = 0
    while total < count:
        for kind, mean_s in ((True, plan.burst_s), (False, plan.rest_s)):
            length = max(1, round(plan.rng.gamma(3.0, mean_s / 3.0) / fine_s))
            high.append(np.full(length, kind))
            total += length
    return np.concatenate(high)[:count]


def _slow(rng: np.random.Generator, count: int, steps: float) -> FloatArray:
    """Noise that lasts about so many steps, of unit spread."""
    length = max(1, round(steps))
    coarse = rng.standard_normal(count // length + 2)
    return np.interp(np.arange(count) / length, np.arange(len(coarse)), coarse)


def _walk(rng: np.random.Generator, count: int) -> FloatArray:
    """A drift between -1 and 1 over the record."""
    at = np.linspace(0, 1, 6)
    return np.interp(np.linspace(0, 1, count), at, rng.uniform(-1, 1, len(at)))


def _days(rng: np.random.Generator, step_s: int) -> float:
    return min(float(rng.uniform(5, 40)), MOST_READINGS * step_s / 86_400)


def _cycles(
    plan: _Plan, days: float, run_h: float, rest_h: float, rest: tuple[float, float, float] = (0.2, 0.5, 0.3)
) -> list[tuple[int, float, float]]:
    """Runs and rests of varied length; a rest is off, standby or idle with these chances."""
    rng, stretches, left_h = plan.rng, list[tuple[int, float, float]](), 24 * days
    while left_h > 0:
        for kind, mean_h in ((int(rng.choice(3, p=rest)), rest_h), (RUN, run_h)):
            length_h = float(mean_h * rng.gamma(4.0, 0.25)) + 0.02
            stretches.append((kind, length_h * HOUR_S, 1.0))
            left_h -= length_h
    return stretches


def _step_for(rng: np.random.Generator, shortest_h: float) -> int:
    """A sampling step that still sees a stretch of this length five times."""
    fit = [step for step in STEPS_S if step <= shortest_h * HOUR_S / 5]
    return int(rng.choice(fit or [5]))


def _plain(family: str, seed: int) -> SimulatedMachine:
    rng = _rng(family, seed)
    run_h = float(10 ** rng.uniform(math.log10(1 / 6), math.log10(40)))
    rest_h = float(run_h * rng.uniform(0.2, 2.0))
    step_s = _step_for(rng, min(run_h, rest_h))
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.003, 0.05), idle=rng.uniform(0.1, 0.33))
    plan.noise = rng.uniform(0.01, 0.12)
    return _record(plan, _cycles(plan, _days(rng, step_s), run_h, rest_h), step_s, family, seed)


def _two_levels(family: str, seed: int) -> SimulatedMachine:
    rng = _rng(family, seed)
    run_h = float(10 ** rng.uniform(math.log10(0.3), 1))
    step_s = _step_for(rng, run_h / 3)
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.0, 0.25), noise=rng.uniform(0.02, 0.2))
    rests = (0.0, 1.0, 0.0)
    stretches = _cycles(plan, _days(rng, step_s), run_h, run_h * rng.uniform(0.3, 3), rests)
    return _record(plan, stretches, step_s, family, seed)


def _bursty(family: str, seed: int) -> SimulatedMachine:
    """Presses, machining centres: high and low within minutes while they produce, shifts with breaks."""
    rng = _rng(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.01, 0.05), idle=rng.uniform(0.08, 0.3))
    plan.noise = rng.uniform(0.05, 0.25)
    plan.burst_s, plan.rest_s = rng.uniform(40, 240), rng.uniform(30, 180)
    return _record(plan, _shifts(plan, _days(rng, step_s)), step_s, family, seed)


def _shifts(plan: _Plan, days: float) -> list[tuple[int, float, float]]:
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
    rng = _rng(family, seed)
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.005, 0.06), idle=rng.uniform(0.1, 0.33))
    plan.noise = rng.uniform(0.05, 0.35)
    stretches = [
        (kind, seconds, float(rng.uniform(0.55, 1.0)))
        for kind, seconds, _ in _shifts(plan, rng.uniform(20, 60))
    ]
    return _record(plan, stretches, 300, family, seed)


def _many_loads(family: str, seed: int) -> SimulatedMachine:
    rng = _rng(family, seed)
    step_s = int(rng.choice([15, 60, 300]))
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.003, 0.05), idle=rng.uniform(0.1, 0.25))
    loads = rng.uniform(0.5, 1.0, int(rng.integers(2, 5)))
    stretches: list[tuple[int, float, float]] = []
    for kind, seconds, _ in _cycles(plan, _days(rng, step_s), 8.0, 4.0):
        parts = int(rng.integers(2, 6)) if kind == RUN else 1
        stretches += [(kind, seconds / parts, float(rng.choice(loads))) for _ in range(parts)]
    return _record(plan, stretches, step_s, family, seed)


def _nearly_always_on(family: str, seed: int) -> SimulatedMachine:
    rng = _rng(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = _Plan(rng, _size_kw(rng), noise=rng.uniform(0.02, 0.15), standby=rng.uniform(0.0, 0.2))
    stretches = _cycles(plan, _days(rng, step_s), rng.uniform(24, 72), rng.uniform(0.4, 1.0), (0.3, 0.7, 0.0))
    return _record(plan, stretches, step_s, family, seed)


def _nearly_always_off(family: str, seed: int) -> SimulatedMachine:
    rng = _rng(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = _Plan(rng, _size_kw(rng), noise=rng.uniform(0.02, 0.25), standby=rng.uniform(0.0, 0.1))
    stretches = _cycles(plan, _days(rng, step_s), rng.uniform(0.5, 1.5), rng.uniform(20, 60), (0.0, 1.0, 0.0))
    return _record(plan, stretches, step_s, family, seed)


def _high_standby(family: str, seed: int) -> SimulatedMachine:
    """Standing by takes nearly what running takes; two levels and nothing else."""
    rng = _rng(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.4, 0.7), noise=rng.uniform(0.02, 0.08))
    stretches = _cycles(plan, _days(rng, step_s), 3.0, 3.0, (0.0, 1.0, 0.0))
    return _record(plan, stretches, step_s, family, seed)


def _whole_kw(family: str, seed: int) -> SimulatedMachine:
    rng = _rng(family, seed)
    step_s = int(rng.choice([60, 300, 900]))
    plan = _Plan(rng, float(rng.uniform(4, 80)), standby=0.01, idle=rng.uniform(0.12, 0.33))
    stretches = _cycles(plan, _days(rng, step_s), 6.0, 3.0)
    return _record(plan, stretches, step_s, family, seed, resolution=1.0)


def _drifting(family: str, seed: int) -> SimulatedMachine:
    rng = _rng(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = _Plan(rng, _size_kw(rng), wander=rng.uniform(0.2, 0.4), idle=rng.uniform(0.1, 0.25))
    return _record(plan, _cycles(plan, _days(rng, step_s), 5.0, 3.0), step_s, family, seed)


def _noisy_zero(family: str, seed: int) -> SimulatedMachine:
    """A meter whose zero is noise of both signs."""
    rng = _rng(family, seed)
    step_s = int(rng.choice([15, 60, 300]))
    plan = _Plan(rng, _size_kw(rng), floor_noise=rng.uniform(0.003, 0.05), idle=rng.uniform(0.2, 0.33))
    rests = (1.0, 0.0, 0.0) if rng.random() < 0.5 else (0.5, 0.0, 0.5)
    return _record(plan, _cycles(plan, _days(rng, step_s), 4.0, 3.0, rests), step_s, family, seed)


def _ramping(family: str, seed: int) -> SimulatedMachine:
    """Furnaces: slow to come up, slow to fall."""
    rng = _rng(family, seed)
    step_s = int(rng.choice([15, 60, 300]))
    plan = _Plan(rng, _size_kw(rng), ramp_s=rng.uniform(60, 400), standby=rng.uniform(0.005, 0.05))
    stretches = _cycles(plan, _days(rng, step_s), 5.0, 4.0, (0.4, 0.6, 0.0))
    return _record(plan, stretches, step_s, family, seed)


def _spiky(family: str, seed: int) -> SimulatedMachine:
    """Inrush currents and single wrong readings many times the running power."""
    rng = _rng(family, seed)
    made = _plain(family, seed)
    power = made.power_kw.copy()
    starts = np.flatnonzero((made.state[1:] == RUN) & (made.state[:-1] != RUN)) + 1
    power[starts] *= rng.uniform(2.0, 6.0)
    wrong = rng.random(len(power)) < 0.003
    power[wrong] = np.quantile(power, 0.9) * rng.uniform(2, 20, int(wrong.sum()))
    return SimulatedMachine(family, seed, made.times_ms, power, made.state)


def _holed(family: str, seed: int) -> SimulatedMachine:
    """Failed readings, missing rows, and a stretch that is frozen."""
    rng = _rng(family, seed)
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
    rng = _rng(family, seed)
    step_s = int(rng.choice([60, 300]))
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.004, 0.03), idle=rng.uniform(0.1, 0.3))
    batch_h, stretches = float(rng.uniform(3.0, 16.0)), list[tuple[int, float, float]]()
    bounds: list[tuple[float, float]] = []
    minutes: list[float] = []
    stretches.append((STANDBY, rng.uniform(0.6, 2.0) * HOUR_S, 1.0))
    for _ in range(int(min(40, 24 * _days(rng, step_s) / (batch_h + 2)))):
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
    return _with_batches(_record(plan, stretches, step_s, family, seed), bounds, minutes)


def _blows(family: str, seed: int) -> SimulatedMachine:
    """A converter at one minute for some days: charges of several blows, short idle gaps within a charge."""
    rng = _rng(family, seed)
    plan = _Plan(rng, _size_kw(rng), off=0.0, idle=rng.uniform(0.0, 0.05), noise=rng.uniform(0.01, 0.06))
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
    return _with_batches(_record(plan, stretches, 60, family, seed), bounds, minutes)


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
    rng = _rng(family, seed)
    plan = _Plan(rng, _size_kw(rng), standby=rng.uniform(0.02, 0.1), idle=rng.uniform(0.35, 0.65))
    made = _record(plan, _shifts(plan, rng.uniform(20, 50)), 300, family, seed)
    spread = rng.uniform(0.25, 0.45) * (
        0.7 * rng.standard_normal(len(made.power_kw)) + 0.7 * _slow(rng, len(made.power_kw), 4)
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
