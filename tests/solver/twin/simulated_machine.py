"""How a simulated machine becomes a record with the truth of what it did; families: machine_families.py."""

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
class MachinePlan:
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


def random_of(family: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, *family.encode()])


def size_kw(rng: np.random.Generator) -> float:
    return float(10 ** rng.uniform(-1.0, 3.7))


def record_of(
    plan: MachinePlan,
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


def _fine_power(plan: MachinePlan, state: IntArray, load: FloatArray, fine_s: float) -> FloatArray:
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
    noise = plan.noise * (0.6 * rng.standard_normal(count) + 0.8 * slow(rng, count, 60.0 / fine_s))
    quiet = 0.02 * rng.standard_normal(count)
    return plan.running_kw * share * np.maximum(0.05, 1 + np.where(state == RUN, noise, quiet))


def _bursts(plan: MachinePlan, count: int, fine_s: float) -> npt.NDArray[np.bool_]:
    high: list[npt.NDArray[np.bool_]] = []
    total = 0
    while total < count:
        for kind, mean_s in ((True, plan.burst_s), (False, plan.rest_s)):
            length = max(1, round(plan.rng.gamma(3.0, mean_s / 3.0) / fine_s))
            high.append(np.full(length, kind))
            total += length
    return np.concatenate(high)[:count]


def slow(rng: np.random.Generator, count: int, steps: float) -> FloatArray:
    """Noise that lasts about so many steps, of unit spread."""
    length = max(1, round(steps))
    coarse = rng.standard_normal(count // length + 2)
    return np.interp(np.arange(count) / length, np.arange(len(coarse)), coarse)


def _walk(rng: np.random.Generator, count: int) -> FloatArray:
    """A drift between -1 and 1 over the record."""
    at = np.linspace(0, 1, 6)
    return np.interp(np.linspace(0, 1, count), at, rng.uniform(-1, 1, len(at)))


def days_for(rng: np.random.Generator, step_s: int) -> float:
    return min(float(rng.uniform(5, 40)), MOST_READINGS * step_s / 86_400)


def cycles(
    plan: MachinePlan,
    days: float,
    run_h: float,
    rest_h: float,
    rest: tuple[float, float, float] = (0.2, 0.5, 0.3),
) -> list[tuple[int, float, float]]:
    """Runs and rests of varied length; a rest is off, standby or idle with these chances."""
    rng, stretches, left_h = plan.rng, list[tuple[int, float, float]](), 24 * days
    while left_h > 0:
        for kind, mean_h in ((int(rng.choice(3, p=rest)), rest_h), (RUN, run_h)):
            length_h = float(mean_h * rng.gamma(4.0, 0.25)) + 0.02
            stretches.append((kind, length_h * HOUR_S, 1.0))
            left_h -= length_h
    return stretches


def step_for(rng: np.random.Generator, shortest_h: float) -> int:
    """A sampling step that still sees a stretch of this length five times."""
    fit = [step for step in STEPS_S if step <= shortest_h * HOUR_S / 5]
    return int(rng.choice(fit or [5]))
