"""The record of a batch: when it ran, what it took in each tariff band, how well it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from solver.cycles import Cycle, CycleEnd
from solver.durations import MINUTE_MS
from solver.energy import EnergyTotal
from solver.states import MachineState, StateSpan

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

GOOD_COVER = 0.98  # share of a batch's time between close readings
LEAST_COVER = 0.80


class BatchQuality(StrEnum):
    """How far a batch's figures can be believed."""

    GOOD = "good"
    UNCERTAIN = "uncertain"  # a few minutes were not seen
    BAD = "bad"  # so much was not seen that its energy says nothing


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """What an operator wrote of a batch; None is what was left empty."""

    id: str
    start_ms: int
    end_ms: int | None = None
    recipe: str | None = None
    tonnes: float | None = None
    water_pct: float | None = None


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch from its first running to its last, with what its operator wrote of it.

    `energy_by_band_kwh` is (band, kWh) in the order of the tariff and sums to `energy_kwh`; `mean_kw` is that
    of its running time, `covered` the share of its time between close readings.
    """

    start_ms: int
    end_ms: int
    running_min: float
    paused_min: float
    unseen_min: float
    energy_kwh: float
    energy_by_band_kwh: tuple[tuple[str, float], ...]
    peak_kw: float
    mean_kw: float
    covered: float
    quality: BatchQuality
    complete: bool
    ended_by: CycleEnd
    entry: BatchEntry | None = None

    @property
    def specific_kwh_per_t(self) -> float | None:
        """Energy per tonne; None without tonnes, and where the batch was not seen well enough to say."""
        tonnes = None if self.entry is None else self.entry.tonnes
        believed = self.complete and self.quality is not BatchQuality.BAD
        return self.energy_kwh / tonnes if tonnes and believed else None


@dataclass(frozen=True, slots=True)
class Bands:
    """Tariff bands on the minute from `start_ms`: `band` int8[minutes], an index into `names`."""

    start_ms: int
    band: npt.NDArray[np.int8]
    names: tuple[str, ...]


NO_BANDS = Bands(0, np.zeros(0, dtype=np.int8), ())


def batch_record(
    cycle: Cycle,
    spans: Sequence[StateSpan],
    energy: EnergyTotal,
    times_ms: IntArray,
    power_kw: FloatArray,
    bands: Bands = NO_BANDS,
) -> BatchRecord:
    """The record of a cycle from the states, the energy and the readings around it.

    `times_ms` int64[n] rising, `power_kw` float64[n] with NaN for what failed; `energy` still remembers the
    cycle. Without bands the energy is not divided.
    """
    inside = slice(*np.searchsorted(times_ms, (cycle.start_ms, cycle.end_ms)))
    good = power_kw[inside][np.isfinite(power_kw[inside])]
    running_kwh = sum(
        energy.at(min(span.end_ms or cycle.end_ms, cycle.end_ms))
        - energy.at(max(span.start_ms, cycle.start_ms))
        for span in spans
        if span.state is MachineState.RUNNING
        and span.start_ms < cycle.end_ms
        and (span.end_ms is None or span.end_ms > cycle.start_ms)
    )
    covered = covered_share(cycle.start_ms, cycle.end_ms, cycle.unseen_min)
    return BatchRecord(
        start_ms=cycle.start_ms,
        end_ms=cycle.end_ms,
        running_min=cycle.running_min,
        paused_min=cycle.paused_min,
        unseen_min=cycle.unseen_min,
        energy_kwh=cycle.energy_kwh,
        energy_by_band_kwh=_by_band(cycle, energy, bands),
        peak_kw=float(np.max(good)) if len(good) else 0.0,
        mean_kw=60.0 * running_kwh / cycle.running_min if cycle.running_min > 0 else 0.0,
        covered=covered,
        quality=quality_of(covered),
        complete=cycle.complete,
        ended_by=cycle.ended_by,
    )


def covered_share(start_ms: int, end_ms: int, unseen_min: float) -> float:
    """The share of a batch's time that was seen."""
    length_min = (end_ms - start_ms) / MINUTE_MS
    return 1.0 if length_min <= 0 else 1.0 - min(1.0, unseen_min / length_min)


def quality_of(covered: float) -> BatchQuality:
    """How far a batch can be believed of which this share was seen."""
    if covered >= GOOD_COVER:
        return BatchQuality.GOOD
    return BatchQuality.UNCERTAIN if covered >= LEAST_COVER else BatchQuality.BAD


def _by_band(cycle: Cycle, energy: EnergyTotal, bands: Bands) -> tuple[tuple[str, float], ...]:
    if not bands.names:
        return ()
    first = (cycle.start_ms - bands.start_ms) // MINUTE_MS
    last = -(-(cycle.end_ms - bands.start_ms) // MINUTE_MS)
    if first < 0 or last > len(bands.band):
        raise ValueError("The bands must cover the whole batch.")
    edges_ms = bands.start_ms + MINUTE_MS * np.arange(first, last + 1, dtype=np.int64)
    totals = np.interp(
        np.clip(edges_ms, cycle.start_ms, cycle.end_ms), energy.times_ms or [0], energy.totals_kwh or [0.0]
    )
    kwh = np.bincount(bands.band[first:last], weights=np.diff(totals), minlength=len(bands.names))
    return tuple(zip(bands.names, kwh.tolist(), strict=True))
