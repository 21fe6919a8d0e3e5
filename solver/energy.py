"""Energy used since a start: from the meter's register where it can be believed, else from power."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from solver.durations import DAY_MS, HOUR_MS, MINUTE_MS

FloatArray = npt.NDArray[np.float64]

REGISTER_SLACK_KWH = 1.5  # a register may step by whole kWh


@dataclass(slots=True)
class EnergyTotal:
    """Adds up one machine's energy, kWh since the first reading, and remembers the last `keep_ms` of it.

    `most_kw` bounds what a register may add (a reset or a wrong reading never becomes a spike); power is held
    for no longer than `gap_ms` without a reading.
    """

    most_kw: float = math.inf
    gap_ms: int = 300_000
    keep_ms: int | None = DAY_MS
    times_ms: list[int] = field(default_factory=list)
    totals_kwh: list[float] = field(default_factory=list)
    _power_kw: float = math.nan
    _anchor_kwh: float = 0.0  # the total when the register stood at `_anchor_register`
    _anchor_register: float = math.nan
    _register: float = math.nan
    _register_ms: int = 0
    _suspect: tuple[int, float, float] | None = None  # time, register and total of a jump not yet believed

    @property
    def total_kwh(self) -> float:
        """Energy since the first reading."""
        return self.totals_kwh[-1] if self.totals_kwh else 0.0

    def add(self, t_ms: int, power_kw: float, register_kwh: float = math.nan) -> None:
        """Takes a reading; NaN is what could not be read. Readings that are not newer are left out."""
        if self.times_ms and t_ms <= self.times_ms[-1]:
            return
        total = self.total_kwh
        if self.times_ms:
            total += self._step_kwh(t_ms - self.times_ms[-1], power_kw)
        if math.isfinite(register_kwh):
            total = self._minded(t_ms, total, register_kwh)
        self._power_kw = power_kw
        self.times_ms.append(t_ms)
        self.totals_kwh.append(max(total, self.total_kwh))
        self._forget(t_ms)

    def at(self, t_ms: int) -> float:
        """The total at a time, kWh; between readings on a straight line, outside the nearest known."""
        if not self.times_ms:
            return 0.0
        i = bisect.bisect_left(self.times_ms, t_ms)
        if i == 0:
            return self.totals_kwh[0]
        if i == len(self.times_ms):
            return self.totals_kwh[-1]
        before, after = self.times_ms[i - 1], self.times_ms[i]
        share = (t_ms - before) / (after - before)
        return self.totals_kwh[i - 1] + share * (self.totals_kwh[i] - self.totals_kwh[i - 1])

    def _step_kwh(self, step_ms: int, power_kw: float) -> float:
        """The energy of a step by power: mean of both ends, or of the one that is known, never over a gap."""
        known = [max(0.0, kw) for kw in (self._power_kw, power_kw) if math.isfinite(kw)]
        if not known:
            return 0.0
        held_ms = step_ms if len(known) == 2 and step_ms <= self.gap_ms else min(step_ms, self.gap_ms // 2)
        return sum(known) / len(known) * held_ms / HOUR_MS

    def _minded(self, t_ms: int, total: float, register: float) -> float:
        """The total once the register has been heard: it decides, unless it jumped."""
        if math.isnan(self._register):
            return self._anchored(t_ms, total, register)
        if self._plausible(register - self._register, t_ms - self._register_ms):
            self._register, self._register_ms, self._suspect = register, t_ms, None
            return self._anchor_kwh + register - self._anchor_register
        if self._suspect is not None:
            since_ms, suspect, then_kwh = self._suspect
            if self._plausible(register - suspect, t_ms - since_ms):  # twice: the register was reset
                return self._anchored(t_ms, max(total, then_kwh + register - suspect), register)
        self._suspect = (t_ms, register, total)
        return total

    def _anchored(self, t_ms: int, total: float, register: float) -> float:
        self._anchor_kwh, self._anchor_register = total, register
        self._register, self._register_ms, self._suspect = register, t_ms, None
        return total

    def _plausible(self, step_kwh: float, step_ms: int) -> bool:
        return 0.0 <= step_kwh <= self.most_kw * step_ms / HOUR_MS + REGISTER_SLACK_KWH

    def _forget(self, t_ms: int) -> None:
        if self.keep_ms is None or t_ms - self.times_ms[0] <= 2 * self.keep_ms:
            return
        cut = bisect.bisect_left(self.times_ms, t_ms - self.keep_ms)
        del self.times_ms[:cut]
        del self.totals_kwh[:cut]


@dataclass(frozen=True, slots=True)
class MinuteEnergy:
    """Energy of each minute from `start_ms`: `kwh` float64[n], `covered` bool[n] where readings are close."""

    start_ms: int
    kwh: FloatArray
    covered: npt.NDArray[np.bool_]


def minute_energy(
    times_ms: npt.NDArray[np.int64],
    power_kw: FloatArray,
    register_kwh: FloatArray | None,
    *,
    start_ms: int,
    minutes: int,
    most_kw: float = math.inf,
    gap_ms: int = 300_000,
) -> MinuteEnergy:
    """Energy per minute of a record (arrays of one length, times rising, NaN where a reading failed).

    In a gap that the register bridges its energy is spread evenly, and those minutes do not count as covered.
    """
    total = EnergyTotal(most_kw=most_kw, gap_ms=gap_ms, keep_ms=None)
    register = np.full(len(times_ms), math.nan) if register_kwh is None else register_kwh
    good = np.isfinite(power_kw) | np.isfinite(register)
    for t_ms, power, counted in zip(
        times_ms[good].tolist(), power_kw[good].tolist(), register[good].tolist(), strict=True
    ):
        total.add(t_ms, power, counted)
    edges_ms = start_ms + MINUTE_MS * np.arange(minutes + 1, dtype=np.int64)
    if not total.times_ms:
        return MinuteEnergy(start_ms, np.zeros(minutes), np.zeros(minutes, dtype=bool))
    kwh = np.diff(np.interp(edges_ms, total.times_ms, total.totals_kwh))
    return MinuteEnergy(start_ms, kwh, _covered(np.array(total.times_ms), edges_ms, gap_ms))


def _covered(
    good_ms: npt.NDArray[np.int64], edges_ms: npt.NDArray[np.int64], gap_ms: int
) -> npt.NDArray[np.bool_]:
    """Whether each minute lies between two good readings that are no further apart than `gap_ms`."""
    middle_ms = (edges_ms[:-1] + edges_ms[1:]) // 2
    after = np.searchsorted(good_ms, middle_ms)
    inside = (after > 0) & (after < len(good_ms))
    after = np.clip(after, 1, max(1, len(good_ms) - 1))
    if len(good_ms) < 2:
        return np.zeros(len(middle_ms), dtype=bool)
    close: npt.NDArray[np.bool_] = inside & (good_ms[after] - good_ms[after - 1] <= gap_ms)
    return close
