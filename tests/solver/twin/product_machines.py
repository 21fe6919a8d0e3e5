"""Simulated machines whose power alone names no level: two products, a batch that fades, levels that jump or
follow the day. What is beside a level in time says what it is. A seed makes each.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tests.solver.twin.factory_machines import (
    HOUR,
    MINUTE,
    _bang_bang,
    _days,
    _joined_batches,
    _read,
    _since_start,
    _size_kw,
    _Stretch,
    _truth,
    _with_ledger,
    autoregressive,
)
from tests.solver.twin.simulated_machine import IDLE, OFF, RUN, STANDBY, SimulatedMachine

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def product_machine(family: str, seed: int) -> SimulatedMachine:
    """The machine of a seed in a family of PRODUCTS."""
    return PRODUCTS[family](family, seed)


def _rng(family: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([11, seed, *family.encode()])


def _worked(rng: np.random.Generator, days: int = 35, night: int | None = None) -> IntArray:
    """Days of one to three shifts with runs of hours and idling between."""
    shift_h = float(rng.choice([8, 16, 24]))
    night = int(rng.choice([OFF, STANDBY])) if night is None else night
    run_h, rest_h = rng.uniform(0.8, 4), rng.uniform(0.2, 1)
    return _truth(_days(rng, days, shift_h=shift_h, night=night, run_h=run_h, rest_h=rest_h, rest=IDLE))


def _noise(rng: np.random.Generator, count: int, size: float, minutes: float = 15) -> FloatArray:
    return 1 + size * autoregressive(rng, count, minutes * MINUTE)


def _two_products(family: str, seed: int) -> SimulatedMachine:
    """One product takes what another machine's idling would."""
    rng = _rng(family, seed)
    state = _worked(rng)
    low, count = rng.uniform(0.35, 0.5), len(state)
    product = np.repeat(rng.choice([low, 1.0], count // (6 * HOUR) + 1), 6 * HOUR)[:count]
    running = product * _noise(rng, count, 0.05)
    share = np.choose(state, (0.0, 0.03, low * rng.uniform(0.25, 0.45), running))
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _levels_that_jump(family: str, seed: int) -> SimulatedMachine:
    """From some day on everything takes half as much again: another meter, or another motor."""
    rng = _rng(family, seed)
    state = _worked(rng)
    count = len(state)
    after = np.arange(count) > count * rng.uniform(0.4, 0.6)
    share = np.choose(state, (0.0, 0.03, rng.uniform(0.15, 0.3), _noise(rng, count, 0.07)))
    return _read(family, seed, rng, state, _size_kw(rng) * share * np.where(after, 1.5, 1.0), 300)


def _base_by_the_day(family: str, seed: int) -> SimulatedMachine:
    """What it draws standing follows day and season over half of what running adds."""
    rng = _rng(family, seed)
    state = _truth(
        _days(rng, 35, shift_h=24, night=OFF, run_h=rng.uniform(1, 4), rest_h=rng.uniform(0.5, 1), rest=IDLE)
    )
    hours = np.arange(len(state)) / HOUR
    base = 0.3 + 0.15 * np.sin(2 * math.pi * hours / 24) + 0.1 * np.sin(2 * math.pi * hours / 720)
    share = base + np.choose(state, (0.0, 0.0, 0.03, 0.8 * _noise(rng, len(state), 0.1)))
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _quiet_idle_above_standby(family: str, seed: int) -> SimulatedMachine:
    """A machine tool that stands by at night and idles at half of what cutting takes, steadily."""
    rng = _rng(family, seed)
    state = _worked(rng, night=STANDBY)
    count, idle = len(state), rng.uniform(0.45, 0.6)
    running = np.maximum(_noise(rng, count, 0.15, 240) * _noise(rng, count, 0.08, 10), 1.02 * idle)
    share = np.choose(state, (0.0, rng.uniform(0.1, 0.3), idle * _noise(rng, count, 0.02, 30), running))
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _placer(family: str, seed: int) -> SimulatedMachine:
    """Conveyors, fans and computers idle steadily at 0.55 to 0.8 of what placing takes."""
    rng = _rng(family, seed)
    state = _worked(rng)
    idle = rng.uniform(0.55, 0.8) * _noise(rng, len(state), 0.01, 30)
    share = np.choose(state, (0.0, 0.02, idle, _noise(rng, len(state), 0.04, 30)))
    return _read(family, seed, rng, state, _size_kw(rng) * share, 300)


def _laser(family: str, seed: int) -> SimulatedMachine:
    """Jobs of some 25 minutes, waits of 20 that take two fifths to a half, a chiller that cycles."""
    rng = _rng(family, seed)
    night = int(rng.choice([OFF, STANDBY]))
    state = _truth(_days(rng, 28, shift_h=16, night=night, run_h=25 / 60, rest_h=20 / 60, rest=IDLE))
    chiller = rng.uniform(0.05, 0.15) * _bang_bang(rng, len(state), 330, 330)
    idle = rng.uniform(0.4, 0.5) + chiller
    cutting = 1.0 + chiller + 0.1 * autoregressive(rng, len(state), 4 * MINUTE)
    return _read(family, seed, rng, state, _size_kw(rng) * np.choose(state, (0.0, 0.02, idle, cutting)), 300)


def _kiln(family: str, seed: int) -> SimulatedMachine:
    """Heats up for some hours, then soaks for longer at an eighth to a third of that."""
    rng = _rng(family, seed)
    stretches, power = list[_Stretch](), list[FloatArray]()
    soak = rng.uniform(0.12, 0.3)
    for _ in range(14):
        up, hold, wait = (round(hours * HOUR) for hours in rng.uniform((2.5, 5.5, 4), (5, 9, 12)))
        stretches += [_Stretch(RUN, up + hold), _Stretch(STANDBY, wait)]
        power += [np.linspace(0.6, 1.0, up), soak * _noise(rng, hold, 0.1, 10), np.full(wait, 0.01)]
    kw = _size_kw(rng) * np.concatenate(power)
    return _read(family, seed, rng, _truth(stretches), kw, int(rng.choice([60, 300])))


def _crusher(family: str, seed: int) -> SimulatedMachine:
    """Runs down to what it takes empty again and again, and idles empty in its breaks."""
    rng = _rng(family, seed)
    state = _truth(_days(rng, 35, shift_h=16, night=OFF, run_h=3, rest_h=0.6, rest=IDLE))
    count, empty = len(state), rng.uniform(0.3, 0.4)
    load = 0.5 * np.exp(0.5 * autoregressive(rng, count, 6 * MINUTE))
    share = np.choose(state, (0.0, 0.02, empty * _noise(rng, count, 0.02, 20), empty + load))
    return _read(family, seed, rng, state, _size_kw(rng) * share, int(rng.choice([60, 300])))


def _compressor(family: str, seed: int) -> SimulatedMachine:
    """Loads and unloads by a pressure switch while it runs."""
    rng = _rng(family, seed)
    state = _worked(rng, night=OFF)
    load = _bang_bang(rng, len(state), rng.uniform(40, 300), rng.uniform(40, 300))
    share = np.choose(
        state, (0.0, 0.0, rng.uniform(0.01, 0.05), np.where(load, 1.0, rng.uniform(0.25, 0.45)))
    )
    return _read(family, seed, rng, state, _size_kw(rng) * share, int(rng.choice([60, 300])))


def _fading_batch(family: str, seed: int) -> SimulatedMachine:
    """A batch comes up within half an hour, and fades to a third of its power."""
    rng = _rng(family, seed)
    state, bounds = _joined_batches(
        rng,
        lambda: [_Stretch(RUN, round(rng.uniform(7, 8) * HOUR))],
        lambda: [_Stretch(STANDBY, round(rng.uniform(0.7, 6) * HOUR))],
        14,
    )
    hours = _since_start(state) / HOUR
    profile = np.minimum(1, 0.35 + 1.3 * hours) * np.exp(-np.maximum(0, hours - 3) / 4)
    share = np.where(state == RUN, profile * _noise(rng, len(state), 0.04, 10), 0.03)
    return _with_ledger(family, seed, rng, state, _size_kw(rng) * share, bounds)


def _mixer(family: str, seed: int) -> SimulatedMachine:
    """Batches of three quarters of an hour with ten to thirty minutes between, of three phases."""
    rng = _rng(family, seed)
    state, bounds = _joined_batches(
        rng,
        lambda: [_Stretch(RUN, round(rng.uniform(45, 52) * MINUTE))],
        lambda: [_Stretch(IDLE, round(rng.uniform(10, 30) * MINUTE))],
        40,
    )
    minutes = _since_start(state) / MINUTE
    profile = np.select([minutes < 12, minutes < 30], [0.5, 1.0], 0.7)
    share = np.where(state == RUN, profile * _noise(rng, len(state), 0.06, 3), 0.13)
    return _with_ledger(family, seed, rng, state, _size_kw(rng) * share, bounds)


PRODUCTS: dict[str, Callable[[str, int], SimulatedMachine]] = {
    "two products": _two_products,
    "levels that jump": _levels_that_jump,
    "base by the day": _base_by_the_day,
    "quiet idle above standby": _quiet_idle_above_standby,
    "placer": _placer,
    "laser": _laser,
    "kiln": _kiln,
    "crusher": _crusher,
    "compressor": _compressor,
    "fading batch": _fading_batch,
    "mixer": _mixer,
}
PRODUCT_LEDGERS = ("fading batch", "mixer")
