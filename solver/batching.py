"""Which stretches of running make a batch, when nobody says what a batch takes: the likeliest grouping.

Batches of one machine take about the same energy, wherever they were paused. So the stretches of a record are
grouped by the most likely segmentation (dynamic programming) under a model whose few numbers are learned from
the same record: a batch's energy is log-normal, pauses fall anywhere in it, and pauses and the stops between
batches have lengths of their own.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.cycles import Cycle, CycleEnd, CycleSettings, detect_cycles
from solver.durations import MINUTE_MS
from solver.energy import EnergyTotal
from solver.states import MachineState, StateSpan

FloatArray = npt.NDArray[np.float64]

MOST_STRETCHES = 8  # of one batch
LEAST_STOP_MS = 2 * MINUTE_MS
STOP = 0.1  # of the usual run a stop lasts that ends a stretch, if it is no longer than the settings' own
SHORT = 0.25  # of the usual run; what is shorter, and shorter than any batch, is a short run
SHORT_APART_MIN = 45.0  # a short run this near to a batch may be a part of it
ROUNDS = 6
CANDIDATES = 40
SPREAD_KNOWN = 0.08  # log-sd of a machine's batches before any was seen
SPREAD_WEIGHT = 4.0  # and how many batches that is worth
SPREAD_LEAST = 0.02
SPREAD_MOST = 0.15  # batches that differ more than this are not of one kind, and grouping says nothing
GAP_SPREAD_LEAST = 0.25
GAP_WEIGHT = 2.0
CUT_OFF = 0.5  # chance that the batch at a record's end is partial
CUT_OFF_SEEN = 0.05  # and where the machine was seen standing there: in a pause


@dataclass(frozen=True, slots=True)
class BatchModel:
    """What batches are like: log of energy, chance of one more pause, log of pauses and of stops between."""

    energy_log: float
    energy_sd: float
    pause_chance: float
    pause_log: float
    pause_sd: float
    stop_log: float
    stop_sd: float

    @property
    def energy_kwh(self) -> float:
        """The median energy of a batch."""
        return math.exp(self.energy_log)

    @property
    def usual_pause_min(self) -> float:
        """Five in six pauses are no longer."""
        return math.exp(self.pause_log + self.pause_sd)


@dataclass(frozen=True, slots=True)
class Grouping:
    """`sizes`: how many neighbouring stretches each batch has; their sum is the number of stretches."""

    sizes: tuple[int, ...]
    model: BatchModel
    log_likelihood: float  # with the prior of the spread, up to a constant


@dataclass(frozen=True, slots=True)
class _Record:
    """Energies of n stretches, the n - 1 stops between them, the longest pause, and which ends were seen."""

    blocks: FloatArray
    gaps: FloatArray
    longest_pause_min: float
    ends_seen: tuple[bool, bool]

    def partial_log(self, begin: int, end: int) -> float:
        """Log-chance that a group of stretches is cut off by the record; -inf within it."""
        chance = 0.0
        if begin == 0:
            chance = CUT_OFF_SEEN if self.ends_seen[0] else CUT_OFF
        if end == len(self.blocks):
            chance = max(chance, CUT_OFF_SEEN if self.ends_seen[1] else CUT_OFF)
        return math.log(chance) if chance > 0 else -math.inf


def grouped_cycles(
    spans: Sequence[StateSpan], energy: EnergyTotal, settings: CycleSettings | None = None
) -> tuple[list[Cycle], float]:
    """The cycles of a record of which nothing else is known, and the median energy of a batch, kWh.

    NaN and no cycle where the machine never ran. A batch that the record cuts off is not complete.
    """
    settings = settings or CycleSettings()
    every = _stretches(spans, energy, settings)
    least_min = min(settings.least_running_ms / MINUTE_MS, SHORT * _usual_min(every))
    stretches = [run for run in every if run.running_min >= least_min]
    if not stretches:
        return [], math.nan
    gaps = [
        max(1.0, (after.start_ms - before.end_ms) / MINUTE_MS)
        for before, after in itertools.pairwise(stretches)
    ]
    grouping = likeliest_grouping(
        [run.energy_kwh for run in stretches],
        gaps,
        settings.longest_pause_ms / MINUTE_MS,
        ends_seen=(stretches[0].complete, stretches[-1].ended_by is not CycleEnd.RECORD_END),
    )
    edges = [0, *itertools.accumulate(grouping.sizes)]
    groups = [stretches[begin:end] for begin, end in itertools.pairwise(edges)]
    short = [run for run in every if run.running_min < least_min]
    groups = _with_short(groups, short, min(SHORT_APART_MIN, grouping.model.usual_pause_min))
    least_kwh = settings.nearly_all * grouping.model.energy_kwh
    return [_joined(group, spans, energy, least_kwh) for group in groups], grouping.model.energy_kwh


def _stretches(spans: Sequence[StateSpan], energy: EnergyTotal, settings: CycleSettings) -> list[Cycle]:
    """Every stretch of running; a stop that is short beside how long the machine usually runs ends none."""
    every = _runs(spans, energy, settings, LEAST_STOP_MS)
    least_ms = min(settings.least_stop_ms, round(STOP * _usual_min(every) * MINUTE_MS))
    return every if least_ms <= LEAST_STOP_MS else _runs(spans, energy, settings, least_ms)


def _runs(
    spans: Sequence[StateSpan], energy: EnergyTotal, settings: CycleSettings, least_stop_ms: int
) -> list[Cycle]:
    each = dataclasses.replace(settings, least_running_ms=1, least_stop_ms=least_stop_ms)
    return [run for run in detect_cycles(spans, energy, 0.0, each) if run.energy_kwh > 0]


def _usual_min(runs: Sequence[Cycle]) -> float:
    """The length of a run in which half of the running time lies; 0 where nothing ran."""
    lengths = np.sort([run.running_min for run in runs])
    if len(lengths) == 0:
        return 0.0
    return float(lengths[np.searchsorted(np.cumsum(lengths), 0.5 * lengths.sum())])


def _with_short(
    groups: Sequence[Sequence[Cycle]], short: Sequence[Cycle], apart_min: float
) -> list[list[Cycle]]:
    """The groups with the short stretches that lie within one, or no further from it than its usual pause.

    A short stretch alone is no batch; beside one, within a pause's reach, it is a part of it.
    """
    joined = [list(group) for group in groups]
    for run in short:
        away = [
            max(group[0].start_ms - run.end_ms, run.start_ms - group[-1].end_ms) / MINUTE_MS
            for group in joined
        ]
        nearest = int(np.argmin(away))
        if away[nearest] <= apart_min:
            joined[nearest] = sorted([*joined[nearest], run], key=_start_of)
    return joined


def _start_of(run: Cycle) -> int:
    return run.start_ms


def _joined(
    group: Sequence[Cycle], spans: Sequence[StateSpan], energy: EnergyTotal, least_kwh: float
) -> Cycle:
    """One cycle of neighbouring stretches of running."""
    start_ms, end_ms = group[0].start_ms, group[-1].end_ms
    running_min = sum(stretch.running_min for stretch in group)
    unseen_ms = sum(
        max(0, min(span.end_ms or span.start_ms, end_ms) - max(span.start_ms, start_ms))
        for span in spans
        if span.state is MachineState.NO_DATA
    )
    energy_kwh = energy.at(end_ms) - energy.at(start_ms)
    complete = group[0].complete and group[-1].ended_by is not CycleEnd.RECORD_END and energy_kwh >= least_kwh
    return Cycle(
        start_ms=start_ms,
        end_ms=end_ms,
        running_min=running_min,
        paused_min=max(0.0, (end_ms - start_ms - unseen_ms) / MINUTE_MS - running_min),
        unseen_min=unseen_ms / MINUTE_MS,
        energy_kwh=energy_kwh,
        complete=complete,
        ended_by=CycleEnd.ENERGY if complete else group[-1].ended_by,
    )


def likeliest_grouping(
    block_kwh: Sequence[float],
    gap_min: Sequence[float],
    longest_pause_min: float,
    ends_seen: tuple[bool, bool] = (False, False),
) -> Grouping:
    """Groups stretches into batches; `gap_min` are the stops between them, one fewer than stretches.

    The first and the last batch may be partial, because the record begins and ends when it likes; that is
    less likely where the machine was seen standing before the first stretch or after the last (`ends_seen`).
    """
    blocks, gaps = np.asarray(block_kwh, dtype=float), np.asarray(gap_min, dtype=float)
    if len(blocks) == 0 or len(gaps) != len(blocks) - 1 or not np.all(blocks > 0) or not np.all(gaps > 0):
        raise ValueError("Grouping needs positive energies and one stop fewer than stretches.")
    record = _Record(blocks, gaps, longest_pause_min, ends_seen)
    fits = [_fitted(record, start_kwh) for start_kwh in _starts(blocks)]
    fits += [_refined(record, _learned(record, sizes)) for sizes in _gap_starts(record)]
    return max(fits, key=_likelihood)


def _likelihood(grouping: Grouping) -> float:
    return grouping.log_likelihood


def _starts(blocks: FloatArray) -> list[float]:
    """Energies to begin with: quantiles of the sums of neighbouring stretches."""
    totals = np.concatenate(([0.0], np.cumsum(blocks)))
    sums = [totals[n:] - totals[:-n] for n in range(1, min(MOST_STRETCHES, len(blocks)) + 1)]
    return [
        float(kwh)
        for kwh in np.unique(np.quantile(np.concatenate(sums), np.linspace(0.02, 0.98, CANDIDATES)))
    ]


def _fitted(record: _Record, start_kwh: float) -> Grouping:
    pooled, pooled_sd = _pooled(record.gaps)
    model = BatchModel(math.log(start_kwh), 0.2, 0.3, pooled, pooled_sd, pooled, pooled_sd)
    return _refined(record, model)


def _gap_starts(record: _Record) -> list[list[int]]:
    """Groupings to begin with that take every stop up to some length for a pause."""
    pauses = np.unique(record.gaps[record.gaps <= record.longest_pause_min])
    if len(pauses) > CANDIDATES:
        pauses = np.quantile(pauses, np.linspace(0.0, 1.0, CANDIDATES))
    starts = []
    for longest in pauses.tolist():
        ends = np.flatnonzero(np.append(record.gaps > longest, True)) + 1
        sizes = np.diff(np.concatenate(([0], ends))).tolist()
        if max(sizes) <= MOST_STRETCHES:
            starts.append(sizes)
    return starts


def _refined(record: _Record, model: BatchModel) -> Grouping:
    """Learns the model and groups by it in turns, from a first model on."""
    sizes, likelihood = _segmented(record, model)
    for _ in range(ROUNDS):
        model = _learned(record, sizes)
        again, likelihood = _segmented(record, model)
        if again == sizes:
            break
        sizes = again
    return Grouping(tuple(sizes), model, likelihood + _spread_log(model.energy_sd))


def _spread_log(sd: float) -> float:
    """Log-density of a spread before any batch was seen (scaled inverse chi-square, up to a constant)."""
    return -SPREAD_WEIGHT * (math.log(sd) + 0.5 * (SPREAD_KNOWN / sd) ** 2)


def _pooled(gaps: FloatArray) -> tuple[float, float]:
    if len(gaps) == 0:
        return math.log(60.0), 1.0
    logs = np.log(gaps)
    return float(np.mean(logs)), max(GAP_SPREAD_LEAST, float(np.std(logs)))


def _learned(record: _Record, sizes: Sequence[int]) -> BatchModel:
    """The model's numbers from a grouping, each held by a little of what was known before."""
    blocks, gaps = record.blocks, record.gaps
    edges = np.concatenate(([0], np.cumsum(sizes)))
    totals = np.add.reduceat(blocks, edges[:-1])
    whole = np.log(totals[1:-1] if len(totals) > 2 else totals)
    middle = float(np.median(whole))
    known = SPREAD_WEIGHT * SPREAD_KNOWN**2
    spread = math.sqrt((float(np.sum((whole - middle) ** 2)) + known) / (len(whole) + SPREAD_WEIGHT))
    between = np.zeros(len(gaps), dtype=bool)
    between[edges[1:-1] - 1] = True
    pauses = int(np.sum(~between))
    pause_log, pause_sd = _gap_law(gaps[~between], gaps)
    stop_log, stop_sd = _gap_law(gaps[between], gaps)
    return BatchModel(
        middle,
        min(max(SPREAD_LEAST, spread), SPREAD_MOST),
        (pauses + 1) / (len(blocks) + 2),
        pause_log,
        pause_sd,
        stop_log,
        stop_sd,
    )


def _gap_law(own: FloatArray, all_gaps: FloatArray) -> tuple[float, float]:
    """Mean and sd of log gaps of one kind, drawn to those of all gaps as if by a few more of them."""
    mean, sd = _pooled(all_gaps)
    logs = np.log(own)
    centre = (float(np.sum(logs)) + GAP_WEIGHT * mean) / (len(own) + GAP_WEIGHT)
    variance = (float(np.sum((logs - centre) ** 2)) + GAP_WEIGHT * sd**2) / (len(own) + GAP_WEIGHT)
    return centre, max(GAP_SPREAD_LEAST, math.sqrt(variance))


def _segmented(record: _Record, model: BatchModel) -> tuple[list[int], float]:
    """The most likely sizes under a model, and their log-likelihood."""
    gaps, count = record.gaps, len(record.blocks)
    totals = np.concatenate(([0.0], np.cumsum(record.blocks))).tolist()
    inside = _normal_log(np.log(gaps), model.pause_log, model.pause_sd)
    inside_sum = np.concatenate(([0.0], np.cumsum(inside))).tolist()
    outside = [0.0, *_normal_log(np.log(gaps), model.stop_log, model.stop_sd).tolist()]
    best = [0.0] + [-math.inf] * count
    taken = [0] * (count + 1)
    for end in range(1, count + 1):
        for size in range(1, min(MOST_STRETCHES, end) + 1):
            begin = end - size
            if size > 1 and gaps[begin] > record.longest_pause_min:
                break
            pauses = inside_sum[end - 1] - inside_sum[begin]
            energy = _group_log(totals[end] - totals[begin], size, model, record.partial_log(begin, end))
            value = best[begin] + outside[begin] + pauses + energy
            if value > best[end]:
                best[end], taken[end] = value, size
    return _sizes(taken), best[count]


def _sizes(taken: Sequence[int]) -> list[int]:
    sizes: list[int] = []
    end = len(taken) - 1
    while end > 0:
        sizes.append(taken[end])
        end -= taken[end]
    return sizes[::-1]


def _normal_log(values: FloatArray, mean: float, sd: float) -> FloatArray:
    result: FloatArray = -0.5 * ((values - mean) / sd) ** 2 - math.log(sd)
    return result


def _group_log(total_kwh: float, size: int, model: BatchModel, partial_log: float) -> float:
    """Log-density of a batch's stretches: its energy log-normal, the pauses anywhere in it."""
    log_total = math.log(total_kwh)
    z = (log_total - model.energy_log) / model.energy_sd
    energy = -0.5 * z * z - math.log(model.energy_sd * math.sqrt(2 * math.pi)) - log_total
    if total_kwh < model.energy_kwh:
        energy = max(energy, partial_log - model.energy_log)
    where = math.lgamma(size) - (size - 1) * log_total
    chance = (size - 1) * math.log(model.pause_chance) + math.log(1 - model.pause_chance)
    return energy + where + chance
