"""Simulated factory machines by other physics than machine_families: loads that wander, heaters that cycle,
parts that are machined, motors that run empty. A seed makes each; the labels say producing or not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.solver.twin.simulated_machine import IDLE, OFF, RUN, STANDBY, SimulatedMachine

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Bounds = list[tuple[int, int]]  # of batches, in fine steps

FINE_S = 20
DAY_S = 86_400
HOUR = 3600 // FINE_S  # in fine steps
MINUTE = 60 // FINE_S
NIGHT_H, WEEKEND = 24.0, (5, 6)


@dataclass(frozen=True, slots=True)
class _Stretch:
    kind: int
    steps: int


Make = Callable[[], list[_Stretch]]


def factory_machine(family: str, seed: int) -> SimulatedMachine:
    """The machine of a seed in a family of FACTORY."""
    return FACTORY[family](family, seed)


def _rng(family: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([7, seed, *family.encode()])


def autoregressive(rng: np.random.Generator, count: int, lasting: float) -> FloatArray:
    """A wander of unit spread whose memory lasts so many steps."""
    keep = math.exp(-1.0 / max(lasting, 1e-9))
    value, steps = float(rng.standard_normal()), rng.standard_normal(count) * math.sqrt(1 - keep * keep)
    wander = np.empty(count)
    for i in range(count):
        value = keep * value + steps[i]
        wander[i] = value
    return wander


def _days(
    rng: np.random.Generator, days: int, *, shift_h: float, night: int, run_h: float, rest_h: float, rest: int
) -> Iterator[_Stretch]:
    """Working days of one shift of runs and rests, nights and weekends without."""
    start_h = float(rng.uniform(5.5, 8))
    for day in range(days):
        if day % 7 in WEEKEND and shift_h < 24:
            yield _Stretch(night, 24 * HOUR)
            continue
        begin_h = 0.0 if shift_h >= 24 else max(0.2, start_h + float(rng.normal(0, 0.2)))
        yield _Stretch(night, round(begin_h * HOUR))
        left_h = min(shift_h, 24 - begin_h)
        while left_h > 0.02:
            for kind, mean_h in ((rest, rest_h), (RUN, run_h)):
                hours = min(left_h, float(rng.gamma(3.0, mean_h / 3.0)))
                left_h -= hours
                yield _Stretch(kind, round(hours * HOUR))
        yield _Stretch(night, round(max(0.0, 24 - begin_h - shift_h) * HOUR))


def _truth(stretches: Iterator[_Stretch] | list[_Stretch]) -> IntArray:
    return np.concatenate([np.full(each.steps, each.kind, dtype=np.int64) for each in stretches])


def _since_start(state: IntArray) -> IntArray:
    """How many steps the present state lasts."""
    starts = np.flatnonzero(np.diff(state, prepend=-1))
    return np.arange(len(state)) - np.repeat(starts, np.diff(np.append(starts, len(state))))


def _bang_bang(rng: np.random.Generator, count: int, on_s: float, off_s: float) -> npt.NDArray[np.bool_]:
    """A heater or a pump that a thermostat or a pressure switch turns on and off."""
    lengths: list[int] = []
    while sum(lengths) < count:
        lengths += [max(1, round(mean_s * rng.uniform(0.8, 1.25) / FINE_S)) for mean_s in (on_s, off_s)]
    return np.repeat(np.arange(len(lengths)) % 2 == 0, lengths)[:count]


def _read(
    family: str, seed: int, rng: np.random.Generator, state: IntArray, kw: FloatArray, step_s: int
) -> SimulatedMachine:
    """What a meter that averages says, with noise and resolution; a step is labelled by most of it."""
    per = step_s // FINE_S
    count = len(state) // per
    seen = kw[: count * per].reshape(count, per).mean(axis=1)
    running = (state[: count * per].reshape(count, per) == RUN).mean(axis=1) >= 0.5
    first = state[: count * per : per]
    label = np.where(running, RUN, np.where(first == RUN, IDLE, first))
    size_kw = float(np.quantile(kw, 0.95))
    seen = seen + 0.001 * size_kw * rng.standard_normal(count)
    resolution = size_kw / float(rng.choice([50, 500, 5000]))
    times = 1_456_790_400_000 + 1000 * step_s * np.arange(count, dtype=np.int64)
    return SimulatedMachine(family, seed, times, np.round(seen / resolution) * resolution, label)


def _size_kw(rng: np.random.Generator) -> float:
    return float(10 ** rng.uniform(0.0, 2.6))


def _pelletizer(family: str, seed: int) -> SimulatedMachine:
    """A big motor whose load wanders, that runs empty for minutes when its feed does not come."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 28, shift_h=16, night=OFF, run_h=2.5, rest_h=0.6, rest=OFF))
    count, since = len(state), _since_start(state)
    load = 0.7 + 0.13 * autoregressive(rng, count, 20 * MINUTE)
    empty = rng.uniform(0.25, 0.4)
    starved = autoregressive(rng, count, 3 * MINUTE) > 1.9
    share = np.where(starved, empty, np.clip(load, empty, 1.0))
    share = np.where(since < 4 * MINUTE, empty + (share - empty) * since / (4 * MINUTE), share)
    share = np.where(since == 0, 1.8, share)
    kw = _size_kw(rng) * np.where(state == RUN, share, rng.uniform(0.0, 0.01))
    return _read(family, seed, rng, state, kw, int(rng.choice([60, 300])))


def _exhaust_fan(family: str, seed: int) -> SimulatedMachine:
    """Two levels; the air's warmth moves the upper by a tenth over day and season."""
    rng = _rng(family, seed)
    days = _days(
        rng, 40, shift_h=24, night=OFF, run_h=rng.uniform(0.3, 3), rest_h=rng.uniform(0.3, 2), rest=OFF
    )
    state = _truth(days)
    hours = np.arange(len(state)) / HOUR
    warm = 0.06 * np.sin(2 * math.pi * hours / 24) + 0.08 * np.sin(2 * math.pi * hours / (24 * 60))
    kw = _size_kw(rng) * np.where(state == RUN, 1 + warm, 0.0)
    return _read(family, seed, rng, state, kw, int(rng.choice([60, 300])))


def _machine_tool(family: str, seed: int) -> SimulatedMachine:
    """Hydraulics and control draw much of what machining takes; every part has its own program."""
    rng = _rng(family, seed)
    night = int(rng.choice([OFF, STANDBY]))
    shift_h = float(rng.choice([8, 16, 24]))
    state = _truth(_days(rng, 40, shift_h=shift_h, night=night, run_h=1.6, rest_h=0.5, rest=IDLE))
    idle, count = rng.uniform(0.3, 0.6), len(state)
    cutting = _bang_bang(rng, count, rng.uniform(60, 400), rng.uniform(20, 120))
    part = np.exp(0.2 * autoregressive(rng, count, 90 * MINUTE))
    share = np.where(cutting, np.maximum(idle, part), idle * 1.1)
    quiet = idle * (1 + 0.04 * autoregressive(rng, count, 5 * MINUTE))
    share = np.choose(state, (0.0, 0.05, quiet, share))
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _moulding(family: str, seed: int) -> SimulatedMachine:
    """Heaters cycle while it waits and while it moulds; the drive comes on top."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 30, shift_h=16, night=OFF, run_h=3.0, rest_h=0.7, rest=IDLE))
    count, since = len(state), _since_start(state)
    heat = rng.uniform(0.2, 0.45) * _bang_bang(rng, count, 90, 150)
    warming = (state == IDLE) & (since < 25 * MINUTE) & (np.roll(state, 25 * MINUTE) == OFF)
    share = np.where(warming, 0.6, heat + 0.03)
    drive = 0.75 + 0.08 * autoregressive(rng, count, 40 * MINUTE)
    share = np.where(state == RUN, drive + 0.6 * heat, np.where(state == IDLE, share, 0.004))
    return _read(family, seed, rng, state, _size_kw(rng) * share, int(rng.choice([60, 300])))


def _reflow_oven(family: str, seed: int) -> SimulatedMachine:
    """Warming up takes twice what producing takes, and standing warm two thirds of it."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 30, shift_h=8, night=STANDBY, run_h=2.5, rest_h=0.5, rest=IDLE))
    since = _since_start(np.where(state == STANDBY, STANDBY, RUN).astype(np.int64))
    hot = np.clip(since / (20 * MINUTE), 0, 1)
    noise = 1 + 0.05 * autoregressive(rng, len(state), 4 * MINUTE)
    share = np.choose(state, (0.0, 0.03, 0.3 * noise, 0.55 * noise))
    share = np.where((state > STANDBY) & (hot < 1), 1.0, share)
    state = np.where((state == RUN) & (hot < 1), IDLE, state)
    return _read(family, seed, rng, state, _size_kw(rng) * share, int(rng.choice([60, 300])))


def _drive_with_converter(family: str, seed: int) -> SimulatedMachine:
    """A pump whose speed follows the demand from a third of its power to all of it."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 30, shift_h=24, night=OFF, run_h=6.0, rest_h=2.0, rest=STANDBY))
    speed = 0.85 + 0.12 * autoregressive(rng, len(state), 45 * MINUTE)
    share = np.where(state == RUN, np.clip(speed, 0.65, 1.0) ** 3, 0.01)
    return _read(family, seed, rng, state, _size_kw(rng) * share, int(rng.choice([60, 300])))


def _half_standby(family: str, seed: int) -> SimulatedMachine:
    """Standing by takes two fifths of running, at nights nothing."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 30, shift_h=16, night=OFF, run_h=1.5, rest_h=0.8, rest=STANDBY))
    noise = 1 + 0.07 * autoregressive(rng, len(state), 3 * MINUTE)
    share = np.choose(state, (0.0, 0.4, 0.0, 1.0)) * noise
    return _read(family, seed, rng, state, _size_kw(rng) * share, int(rng.choice([60, 300])))


def _short_cycles(family: str, seed: int) -> SimulatedMachine:
    """Cycles of ten to fifteen minutes read every five."""
    rng = _rng(family, seed)
    days = _days(
        rng, 25, shift_h=24, night=OFF, run_h=0.21, rest_h=0.21, rest=int(rng.choice([OFF, STANDBY]))
    )
    state = _truth(days)
    noise = 1 + 0.08 * autoregressive(rng, len(state), 6 * MINUTE)
    share = np.choose(state, (0.0, 0.06, 0.2, 1.0)) * noise
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _loud(family: str, seed: int) -> SimulatedMachine:
    """What a reading scatters by is more than what lies between standing by and running."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 40, shift_h=24, night=OFF, run_h=5.0, rest_h=4.0, rest=STANDBY))
    gap = rng.uniform(0.35, 0.5)
    scatter = 0.3 * np.repeat(rng.standard_normal(len(state) // 3 + 1), 3)[: len(state)]
    share = np.where(state == RUN, 1.0, 1.0 - gap) + 2.0 * scatter * gap
    return _read(family, seed, rng, state, _size_kw(rng) * np.maximum(share, 0.02), 60)


def _drifting_levels(family: str, seed: int) -> SimulatedMachine:
    """Both levels double over the record, as filters clog or a tool wears."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 60, shift_h=16, night=STANDBY, run_h=2.0, rest_h=0.7, rest=IDLE))
    worn = np.linspace(1.0, rng.uniform(1.6, 2.2), len(state))
    noise = 1 + 0.06 * autoregressive(rng, len(state), 5 * MINUTE)
    share = np.choose(state, (0.0, 0.02, 0.25, 1.0)) * worn * noise
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _day_and_night(family: str, seed: int) -> SimulatedMachine:
    """Runs all night or all day and never stops within."""
    rng = _rng(family, seed)
    night = int(rng.choice([OFF, STANDBY]))
    days = _days(rng, 45, shift_h=rng.uniform(9, 13), night=night, run_h=40, rest_h=0.02, rest=night)
    noise = 0.5 * rng.uniform(0.1, 0.4)
    state = _truth(days)
    share = np.where(state == RUN, 0.8 * (1 + noise * autoregressive(rng, len(state), 30 * MINUTE)), 0.04)
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _welding(family: str, seed: int) -> SimulatedMachine:
    """Five minutes of work hold few arcs or many: a wide power from nearly nothing to all of it."""
    rng = _rng(family, seed)
    night = int(rng.choice([OFF, STANDBY]))
    state = _truth(_days(rng, 40, shift_h=8, night=night, run_h=2.0, rest_h=0.5, rest=IDLE))
    arcs = _bang_bang(rng, len(state), rng.uniform(20, 90), rng.uniform(30, 120))
    busy = np.clip(0.6 + 0.35 * autoregressive(rng, len(state), 25 * MINUTE), 0.1, 1.0)
    working = 0.1 + 0.9 * busy * arcs
    share = np.choose(state, (0.0, 0.03, 0.1, working))
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _with_ledger(
    family: str,
    seed: int,
    rng: np.random.Generator,
    state: IntArray,
    kw: FloatArray,
    bounds: list[tuple[int, int]],
) -> SimulatedMachine:
    """Readings every minute, with what a ledger says of each batch: its start, end and running minutes."""
    made = _read(family, seed, rng, state, kw, 60)
    start_ms = int(made.times_ms[0])
    ledger = tuple((start_ms + 1000 * FINE_S * a, start_ms + 1000 * FINE_S * b) for a, b in bounds)
    minutes = tuple(float(np.sum(state[a:b] == RUN)) * FINE_S / 60 for a, b in bounds)
    return SimulatedMachine(family, seed, made.times_ms, made.power_kw, made.state, ledger, minutes)


def _joined_batches(
    rng: np.random.Generator,
    one: Callable[[], list[_Stretch]],
    between: Callable[[], list[_Stretch]],
    count: int,
) -> tuple[IntArray, Bounds]:
    parts, bounds = between(), Bounds()
    for _ in range(count):
        begin = sum(each.steps for each in parts)
        parts += one()
        bounds.append((begin, sum(each.steps for each in parts)))
        parts += between()
    return _truth(parts), bounds


def _duty_cycled(family: str, seed: int) -> SimulatedMachine:
    """A reactor: within a batch the power falls to near standby for some minutes again and again."""
    rng = _rng(family, seed)
    length, rest = rng.uniform(2.5, 6), rng.uniform(1.0, 3.0)
    state, bounds = _joined_batches(
        rng,
        lambda: [_Stretch(RUN, round(length * rng.lognormal(0, 0.05) * HOUR))],
        lambda: [_Stretch(STANDBY, round(rest * rng.uniform(0.6, 1.5) * HOUR))],
        16,
    )
    high = _bang_bang(rng, len(state), rng.uniform(400, 1200), rng.uniform(120, 360))
    noise = 1 + 0.06 * autoregressive(rng, len(state), 5 * MINUTE)
    edge = np.minimum(_since_start(state), 10_000)
    high |= edge < 3 * MINUTE
    for _, end in bounds:
        high[end - 3 * MINUTE : end] = True
    share = np.where(state == RUN, np.where(high, 1.0, 0.08), 0.04) * noise
    return _with_ledger(family, seed, rng, state, _size_kw(rng) * share, bounds)


def _with_tail(family: str, seed: int) -> SimulatedMachine:
    """A batch that comes up within minutes and whose power falls slowly after its end."""
    rng = _rng(family, seed)
    length, rest, tail = rng.uniform(2, 8), rng.uniform(1.0, 3.0), rng.uniform(3, 12) * MINUTE
    state, bounds = _joined_batches(
        rng,
        lambda: [_Stretch(RUN, round(length * rng.lognormal(0, 0.05) * HOUR))],
        lambda: [_Stretch(STANDBY, round(rest * rng.uniform(0.6, 1.5) * HOUR))],
        16,
    )
    since = _since_start(state)
    load = 0.85 + 0.08 * autoregressive(rng, len(state), 30 * MINUTE)
    falling = 0.5 * np.exp(-since / tail) * (np.cumsum(state == RUN) > 0)
    share = np.where(state == RUN, load * np.clip(0.6 + since / (4 * MINUTE), 0.6, 1), 0.03 + falling)
    return _with_ledger(family, seed, rng, state, _size_kw(rng) * share, bounds)


def _charges(family: str, seed: int) -> SimulatedMachine:
    """A converter: a charge is some blows of other length and load, with breaks; hours between charges."""
    rng = _rng(family, seed)
    total = rng.uniform(180, 280)

    def charge() -> list[_Stretch]:
        parts: list[_Stretch] = []
        shares = rng.dirichlet(np.full(int(rng.integers(2, 7)), 4.0))
        minutes = total * rng.lognormal(0, 0.07)
        for i, share in enumerate(shares):
            parts += [_Stretch(IDLE, round(rng.gamma(3.0, 5.0) * MINUTE))] if i else []
            parts.append(_Stretch(RUN, max(2, round(share * minutes * MINUTE))))
        return parts

    state, bounds = _joined_batches(
        rng, charge, lambda: [_Stretch(OFF, round(rng.uniform(1.2, 5) * HOUR))], int(rng.integers(5, 8))
    )
    flow = 1 + 0.1 * autoregressive(rng, len(state), 15 * MINUTE) + 0.03 * rng.standard_normal(len(state))
    slow = np.clip((_since_start(state) + 1) / (2 * MINUTE), 0, 1)
    share = np.where(state == RUN, flow * slow, 0.015 * np.abs(autoregressive(rng, len(state), 9)))
    return _with_ledger(family, seed, rng, state, _size_kw(rng) * share, bounds)


FACTORY: dict[str, Callable[[str, int], SimulatedMachine]] = {
    "pelletizer": _pelletizer,
    "exhaust fan": _exhaust_fan,
    "machine tool": _machine_tool,
    "moulding": _moulding,
    "reflow oven": _reflow_oven,
    "pump with converter": _drive_with_converter,
    "standby at two fifths": _half_standby,
    "short cycles": _short_cycles,
    "louder than its levels": _loud,
    "levels that double": _drifting_levels,
    "day and night": _day_and_night,
    "welding": _welding,
    "duty-cycled batch": _duty_cycled,
    "batch with a tail": _with_tail,
    "charges of blows": _charges,
}
LEDGERS = ("duty-cycled batch", "batch with a tail", "charges of blows")
