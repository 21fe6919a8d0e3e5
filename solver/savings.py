"""Verified savings: what the meters read, priced when it ran and when the crew's habit would have had it.

Kilowatt-hours stay and hours move: per batch the saving is Σ metered kWh × (mean price of the approved
baseline − mean price paid). The baseline is the same running minutes, in their order, from the habit's
start on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS
from solver.energy import MinuteEnergy

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

PARTLY_BELOW = 0.9  # share of the planned running minutes below which a batch ran only partly
METER_ERROR = 0.01  # class 1 active energy (IEC 62053-21)
DRAWS = 4000
LOW, HIGH = 0.1, 0.9


class BatchOutcome(StrEnum):
    """What became of a planned batch, as the meter shows it."""

    RAN = "ran"
    PARTLY = "partly"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class BatchReading:
    """A batch's metered minutes: those in its own window, `running` bool[n] where the machine ran for it.

    `habit_start_ms` is the approved baseline's start, `habit_pauses` its pauses (from_ms, to_ms), if any;
    `planned_running_min` what the plan asked for.
    """

    machine: str
    batch: str
    energy: MinuteEnergy
    running: BoolArray
    habit_start_ms: int
    planned_running_min: float
    habit_pauses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class BatchSaving:
    """What one batch saved against the baseline; `low` and `high` bound what meter and gaps leave open.

    `coverage` is the share of the batch's minutes that was read, `share_run` of the planned ones that ran.
    """

    machine: str
    batch: str
    outcome: BatchOutcome
    energy_kwh: float
    cost_paid: float
    cost_baseline: float
    saving: float
    coverage: float
    share_run: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SavingsReport:
    """All batches and their totals; the totals' 80 % band comes from resampling whole batches."""

    batches: tuple[BatchSaving, ...]
    energy_kwh: float
    cost_paid: float
    cost_baseline: float
    saving: float
    coverage: float
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The saving as a share of what the baseline would have cost; 0 where nothing ran."""
        return self.saving / self.cost_baseline if self.cost_baseline else 0.0


@dataclass(frozen=True, slots=True)
class MinutePrices:
    """Prices of the minutes from `start_ms`: `per_kwh` float64[n]."""

    start_ms: int
    per_kwh: FloatArray

    def at(self, minutes_ms: npt.NDArray[np.int64]) -> FloatArray:
        """The prices at these moments; ValueError where there is none."""
        index = (minutes_ms - self.start_ms) // MINUTE_MS
        if len(index) and (index.min() < 0 or index.max() >= len(self.per_kwh)):
            raise ValueError(
                "The prices do not reach over the batch and its baseline; price a longer stretch."
            )
        result: FloatArray = self.per_kwh[index]
        return result


def verified_savings(readings: Sequence[BatchReading], prices: MinutePrices, seed: int = 1) -> SavingsReport:
    """Prices each batch as it ran and as the baseline has it, and adds up.

    A batch that did not run saves nothing; one that ran partly is compared over the minutes that ran.
    """
    batches = tuple(batch_saving(reading, prices) for reading in readings)
    low, high = _total_band(batches, seed)
    minutes = [_minutes_seen(reading) for reading in readings]
    wanted = sum(needed for _, needed in minutes)
    return SavingsReport(
        batches=batches,
        energy_kwh=sum(batch.energy_kwh for batch in batches),
        cost_paid=sum(batch.cost_paid for batch in batches),
        cost_baseline=sum(batch.cost_baseline for batch in batches),
        saving=sum(batch.saving for batch in batches),
        coverage=sum(seen for seen, _ in minutes) / wanted if wanted else 1.0,
        low=low,
        high=high,
    )


def running_minutes(energy: MinuteEnergy, running_from_kw: float) -> BoolArray:
    """In which minutes the machine ran: bool[n], by the mean power of each."""
    result: BoolArray = energy.kwh * 60.0 >= running_from_kw
    return result


def batch_saving(reading: BatchReading, prices: MinutePrices) -> BatchSaving:
    """One batch, priced as it ran and as the baseline has it."""
    energy, ran = reading.energy, np.flatnonzero(reading.running)
    kwh = energy.kwh[ran]
    when_ms = energy.start_ms + MINUTE_MS * ran.astype(np.int64)
    paid = prices.at(when_ms)
    baseline = prices.at(_baseline_minutes(reading, len(ran)))
    saved = kwh * (baseline - paid)
    saving = float(np.sum(saved))
    slack = METER_ERROR * abs(saving) + float(np.sum(np.abs(saved[~energy.covered[ran]])))
    slack += _unseen_slack(reading, kwh, baseline, prices)
    seen, wanted = _minutes_seen(reading)
    share_run = len(ran) / reading.planned_running_min if reading.planned_running_min > 0 else 1.0
    return BatchSaving(
        machine=reading.machine,
        batch=reading.batch,
        outcome=_outcome(len(ran), share_run),
        energy_kwh=float(np.sum(kwh)),
        cost_paid=float(np.sum(kwh * paid)),
        cost_baseline=float(np.sum(kwh * baseline)),
        saving=saving,
        coverage=seen / wanted if wanted else 1.0,
        share_run=share_run,
        low=saving - slack,
        high=saving + slack,
    )


def _unseen(reading: BatchReading) -> BoolArray:
    """Minutes in which it may have run unseen: between its first and last running, else all of them."""
    unseen: BoolArray = ~reading.energy.covered & ~reading.running
    ran = np.flatnonzero(reading.running)
    if len(ran):
        unseen[: ran[0]] = False
        unseen[ran[-1] :] = False
    return unseen


def _minutes_seen(reading: BatchReading) -> tuple[int, int]:
    """How many minutes count towards the coverage: those read, of those that ran or may have."""
    unseen = int(np.sum(_unseen(reading)))
    if not np.any(reading.running):
        return (len(reading.running) - unseen, len(reading.running)) if unseen else (0, 0)
    return int(np.sum(reading.running & reading.energy.covered)), int(np.sum(reading.running)) + unseen


def _unseen_slack(
    reading: BatchReading, ran_kwh: FloatArray, baseline: FloatArray, prices: MinutePrices
) -> float:
    """What the unseen minutes could have saved or lost, had the machine run in all of them."""
    if len(ran_kwh) == 0:
        return 0.0
    unseen = np.flatnonzero(_unseen(reading))
    paid = prices.at(reading.energy.start_ms + MINUTE_MS * unseen.astype(np.int64))
    return float(np.mean(ran_kwh) * np.sum(np.abs(np.mean(baseline) - paid)))


def _outcome(ran_min: int, share_run: float) -> BatchOutcome:
    if ran_min == 0:
        return BatchOutcome.NOT_RUN
    return BatchOutcome.PARTLY if share_run < PARTLY_BELOW else BatchOutcome.RAN


def _baseline_minutes(reading: BatchReading, minutes: int) -> npt.NDArray[np.int64]:
    """When the habit would have run so many minutes, one after the other around its pauses."""
    pauses = sorted(reading.habit_pauses)
    longest_ms = sum(to_ms - from_ms for from_ms, to_ms in pauses) + MINUTE_MS * len(pauses)
    count = minutes + longest_ms // MINUTE_MS
    moments = reading.habit_start_ms + MINUTE_MS * np.arange(count, dtype=np.int64)
    free = np.ones(count, dtype=bool)
    for from_ms, to_ms in pauses:
        free &= (moments < from_ms) | (moments >= to_ms)
    result: npt.NDArray[np.int64] = moments[free][:minutes]
    return result


def _total_band(batches: Sequence[BatchSaving], seed: int) -> tuple[float, float]:
    """80 % band of the total: whole batches are drawn again, since intervals of one are not independent.

    What meter and gaps leave open adds up on top of it; one batch alone has only that.
    """
    ran = [batch for batch in batches if batch.outcome is not BatchOutcome.NOT_RUN]
    total = sum(batch.saving for batch in ran)
    slack = sum(batch.high - batch.saving for batch in ran)
    if len(ran) < 2:
        return total - slack, total + slack
    savings = np.array([batch.saving for batch in ran])
    drawn = np.random.default_rng(seed).integers(0, len(savings), size=(DRAWS, len(savings)))
    low, high = np.quantile(savings[drawn].sum(axis=1), (LOW, HIGH))
    return min(float(low), total) - slack, max(float(high), total) + slack
