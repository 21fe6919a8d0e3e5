"""What a mill draws in each stage of its life: start-up, drift, noise, standby and the idling auxiliaries."""

from __future__ import annotations

import math
from functools import partial

from devices.simulator.load import KNOT_MS, Curve
from devices.simulator.noise import normal, stream, wander
from devices.simulator.scenario import MINUTE_MS, BaseLoad, MillScenario

WANDER_MS = 20 * MINUTE_MS
HOUR_MIN = 60.0
DAY_MS = 1440 * MINUTE_MS
MAGNETISING_SHARE = 0.30  # of rated power: what a lightly loaded induction motor still draws as kvar
LEAKAGE_SHARE = 0.27  # more of it at rated load, with the square of the load; together cos phi 0.87 there
AUX_TAN_PHI = 0.80
STANDBY_TAN_PHI = 0.75
STANDBY_NOISE_SHARE = 0.03
AUX_NOISE_SHARE = 0.08


def running_curve(
    mill: MillScenario, level: float, seed: int, start_ms: int, done_ms: int, total_ms: int
) -> Curve:
    """The motor from a start on, when `done_ms` of the batch's `total_ms` had run before it.

    `level` is the batch's own factor: some are harder to grind.
    """
    return partial(
        _running, mill, level * mill.running_kw, stream(seed, mill.id), start_ms, done_ms - start_ms, total_ms
    )


def _running(
    mill: MillScenario,
    level_kw: float,
    stream_id: int,
    start_ms: int,
    done_offset_ms: int,
    total_ms: int,
    t_ms: int,
) -> tuple[float, float]:
    drift = mill.drift_share * (0.5 - (t_ms + done_offset_ms) / total_ms)
    startup = mill.startup_share * math.exp((start_ms - t_ms) / (mill.startup_min * MINUTE_MS))
    noise = 0.7 * normal(stream_id, t_ms // KNOT_MS) + 0.7 * wander(stream_id + 1, t_ms, WANDER_MS)
    power_kw = level_kw * (1.0 + drift + startup + mill.noise_share * noise)
    return power_kw, motor_kvar(power_kw, mill.rated_kw)


def motor_kvar(power_kw: float, rated_kw: float) -> float:
    """Reactive power of an induction motor: power factor 0.44 at 15 % load, 0.87 at 100 %."""
    load = power_kw / rated_kw
    return rated_kw * (MAGNETISING_SHARE + LEAKAGE_SHARE * load * load)


def standby_curve(mill: MillScenario, seed: int) -> Curve:
    """The motor stands; the controls and heaters do not."""
    return partial(
        _steady, mill.standby_kw, STANDBY_NOISE_SHARE, STANDBY_TAN_PHI, stream(seed, f"{mill.id} standby")
    )


def aux_curve(mill: MillScenario, seed: int) -> Curve:
    """Pumps and inching drive while the mill is charged or discharged."""
    return partial(_steady, mill.aux_kw, AUX_NOISE_SHARE, AUX_TAN_PHI, stream(seed, f"{mill.id} aux"))


def _steady(
    level_kw: float, noise_share: float, tan_phi: float, stream_id: int, t_ms: int
) -> tuple[float, float]:
    power_kw = level_kw * (1.0 + noise_share * 0.5 * normal(stream_id, t_ms // KNOT_MS))
    return power_kw, power_kw * tan_phi


def base_curve(base: BaseLoad, seed: int, midnight_ms: int) -> Curve:
    """The shop-floor without its mills: high from about 07:30 to 22:00, low at night."""
    return partial(_base, base, stream(seed, "base load"), midnight_ms)


def _base(base: BaseLoad, stream_id: int, midnight_ms: int, t_ms: int) -> tuple[float, float]:
    hour = (t_ms - midnight_ms) % DAY_MS / (HOUR_MIN * MINUTE_MS)
    day_share = _step(hour - 7.5) * _step(22.0 - hour)
    level_kw = base.night_kw + (base.day_kw - base.night_kw) * day_share
    noise = 0.5 * normal(stream_id, t_ms // KNOT_MS) + wander(stream_id + 1, t_ms, WANDER_MS)
    power_kw = level_kw * (1.0 + base.noise_share * noise)
    return power_kw, power_kw * math.tan(math.acos(base.power_factor))


def _step(hours: float) -> float:
    """From 0 to 1 within about an hour."""
    return 1.0 / (1.0 + math.exp(-4.0 * hours))


def batch_level(seed: int, batch_id: str) -> float:
    """How hard a batch is to grind: 1 with a standard deviation of 1.5 %."""
    return 1.0 + 0.015 * normal(stream(seed, batch_id), 0)
