"""What a shop-floor will draw: from its schedule and the twin, or from a bare series of its past power."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS
from solver.remaining import Band, Remaining
from solver.series import LoadForecast as LoadForecast
from solver.series import forecast_series as forecast_series

FloatArray = npt.NDArray[np.float64]

Z80 = 1.2815515655446004  # a normal value lies within so many sd of its mean in 80 of 100 cases
SURE_MIN = 0.01  # a moment known better than this is sure
OVERDUE_MIN = 15.0  # what an overdue batch is given from now, and how sure that is


@dataclass(frozen=True, slots=True)
class LoadSegment:
    """A stretch in which a machine is expected to run, and how sure its two ends are (normal, minutes)."""

    from_ms: int
    to_ms: int
    power_kw: float
    power_sd_kw: float = 0.0
    start_sd_min: float = 0.0
    end_sd_min: float = 0.0


@dataclass(frozen=True, slots=True)
class MachineOutlook:
    """What a machine is expected to do: its segments, and what it draws outside them."""

    machine: str
    standby_kw: float
    segments: tuple[LoadSegment, ...] = ()
    standby_sd_kw: float = 0.0


def expected_load(
    machines: Sequence[MachineOutlook], start_ms: int, end_ms: int, interval_ms: int = 15 * MINUTE_MS
) -> LoadForecast:
    """The expected mean power of all machines together, kW per interval from `start_ms` to `end_ms`.

    Bands add up as variances: machines are taken as independent of each other, the errors of one machine
    within one interval as going together, their sum as normal. The low edge is never below zero.
    """
    count = max(0, -(-(end_ms - start_ms) // interval_ms))
    per_interval = max(1, round(interval_ms / MINUTE_MS))
    step_ms = interval_ms / per_interval
    middles: FloatArray = start_ms + (np.arange(count * per_interval, dtype=np.float64) + 0.5) * step_ms
    power, variance = np.zeros(count), np.zeros(count)
    for machine in machines:
        mean_kw, sd_kw = _machine_load(machine, middles)
        power += mean_kw.reshape(count, per_interval).mean(axis=1)
        variance += sd_kw.reshape(count, per_interval).mean(axis=1) ** 2
    half = Z80 * np.sqrt(variance)
    times = start_ms + interval_ms * np.arange(count, dtype=np.int64)
    return LoadForecast(times, interval_ms, power, np.maximum(power - half, 0.0), power + half)


def _machine_load(machine: MachineOutlook, at_ms: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and sd of a machine's power at each moment."""
    mean = np.full(len(at_ms), machine.standby_kw)
    variance = np.full(len(at_ms), machine.standby_sd_kw**2)
    for segment in machine.segments:
        on = _chance_passed(at_ms, segment.from_ms, segment.start_sd_min) * (
            1.0 - _chance_passed(at_ms, segment.to_ms, segment.end_sd_min)
        )
        more_kw = segment.power_kw - machine.standby_kw
        mean += on * more_kw
        variance += on * (1.0 - on) * more_kw**2 + on * segment.power_sd_kw**2
    return mean, np.sqrt(variance)


def _chance_passed(at_ms: FloatArray, moment_ms: int, sd_min: float) -> FloatArray:
    """The probability that an uncertain moment has passed."""
    ahead_min = (at_ms - moment_ms) / MINUTE_MS
    if sd_min < SURE_MIN:
        return (ahead_min >= 0).astype(float)
    scaled = ahead_min / (sd_min * math.sqrt(2.0))
    passed = (scaled > 0).astype(float)
    near = np.abs(scaled) < 6.0  # beyond, the error function is ±1 to the last digit
    passed[near] = [0.5 * (1.0 + math.erf(z)) for z in scaled[near].tolist()]
    return passed


def segments_under_way(
    remaining: Remaining,
    t_ms: int,
    *,
    power_kw: float,
    power_sd_kw: float,
    pauses: Sequence[tuple[int, int]] = (),
) -> tuple[LoadSegment, ...]:
    """The rest of a batch as segments between its planned pauses; its end is as sure as the twin's band.

    An overdue batch is taken to end in a quarter of an hour, give or take another.
    """
    end = remaining.end_ms
    if end is None:
        span_ms = OVERDUE_MIN * MINUTE_MS
        end = Band(float(t_ms), t_ms + span_ms, t_ms + 2 * span_ms)
    end_ms, end_sd_min = round(end.median), (end.high - end.low) / (2 * Z80) / MINUTE_MS
    edges = [t_ms]
    for from_ms, to_ms in sorted(pauses):
        if to_ms > t_ms and from_ms < end_ms:
            edges += [max(from_ms, t_ms), to_ms]
    edges.append(max(end_ms, edges[-1]))
    pairs = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    return tuple(
        LoadSegment(a, b, power_kw, power_sd_kw, 0.0, end_sd_min if b == edges[-1] else 0.0) for a, b in pairs
    )


def end_of_tomorrow_ms(now_ms: int, zone: ZoneInfo) -> int:
    """The local midnight that ends tomorrow, UTC ms; right on days of 23 and 25 hours."""
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    return round(datetime.combine(today + timedelta(days=2), time.min, zone).timestamp() * 1000)
