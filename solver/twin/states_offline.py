"""The states of a whole record by a learned model: the likeliest path, then edges where the power crosses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from solver.states import LEVELS, MachineState, StateSpan, gap_limit_ms, merged_spans
from solver.twin.grid import Grid, gridded
from solver.twin.states_kernel import likeliest_path
from solver.twin.states_model import StateModel, steps_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Path = npt.NDArray[np.int8]

NEAR_STEPS = 2  # an edge is looked for within so many steps of where the path has it
LOCAL_STEPS = 30  # the levels on both sides of an edge are those of so many steps


def path_of(grid: Grid, model: StateModel) -> Path:
    """The state of each step, an index in LEVELS."""
    transition, least = steps_of(model, grid.step_ms)
    with np.errstate(divide="ignore"):
        log_transition = np.maximum(np.log(transition), -1e9)
        log_emission = np.where(model.present[:, None], np.log(model.emission), -1e9)
    log_first = np.where(model.present, 0.0, -1e9)
    return likeliest_path(model.scale.bins(grid.power_kw), log_emission, log_transition, log_first, least)


def detected_states(
    times_ms: IntArray, power_kw: FloatArray, model: StateModel, poll_ms: int
) -> list[StateSpan]:
    """The states of a record; the spans tile the time from the first reading to one poll after the last.

    `times_ms` int64[n] rising, `power_kw` float64[n] with NaN where a reading failed; what is longer unread
    than `gap_limit_ms` is no data.
    """
    if len(times_ms) == 0:
        return []
    grid = gridded(times_ms, power_kw, max(poll_ms, model.step_ms))
    path = path_of(grid, model)
    good = np.isfinite(power_kw)
    times, power = times_ms[good], power_kw[good]
    slot = np.minimum((times - grid.start_ms + poll_ms // 2) // grid.step_ms, len(path) - 1)
    per_step = max(1, grid.step_ms // poll_ms)
    labels = with_exact_edges(path[slot], power, per_step, model.level_kw)
    return _spans(times, labels, int(times_ms[0]), int(times_ms[-1]) + poll_ms, gap_limit_ms(poll_ms))


def with_exact_edges(labels: Path, power_kw: FloatArray, per_step: int, level_kw: FloatArray) -> Path:
    """Moves each edge to where the power crosses half way between the levels beside it.

    A path on log power lets a minute that ran for ten seconds run: half way of the power itself keeps the sum
    of the minutes right. `per_step` readings make a step of the path; where too few stand on a side to say
    their level, that of the state, `level_kw` float64[4], is taken.
    """
    edges = np.flatnonzero(np.diff(labels)) + 1
    moved = labels.copy()
    bounds = [0, *edges.tolist(), len(labels)]
    for i, edge in enumerate(edges.tolist(), start=1):
        before, after = bounds[i - 1], bounds[i + 1]
        reach = NEAR_STEPS * per_step
        low, high = max(before + 1, edge - reach), min(after - 1, edge + reach)
        if low >= high:
            continue
        local = LOCAL_STEPS * per_step
        half = _half_way(
            power_kw[max(before, edge - local) : edge], power_kw[edge : min(after, edge + local)]
        )
        if half is None:
            left_kw, right_kw = level_kw[labels[edge - 1]], level_kw[labels[edge]]
            half = 0.5 * float(left_kw + right_kw), bool(right_kw >= left_kw)
        on_right = (power_kw[low:high] >= half[0]) == half[1]
        wrong = np.concatenate(([0], np.cumsum(np.where(on_right, 1, -1))))  # of an edge at low, low + 1, ...
        best = np.flatnonzero(wrong == wrong.min()) + low
        new = int(best[np.argmin(np.abs(best - edge))])
        moved[min(edge, new) : max(edge, new)] = labels[edge] if new < edge else labels[edge - 1]
        bounds[i] = new
    return moved


def _half_way(left_kw: FloatArray, right_kw: FloatArray) -> tuple[float, bool] | None:
    """Half way between two sides and whether the right one is higher; None where they overlap."""
    left, right = np.quantile(left_kw, (0.25, 0.5, 0.75)), np.quantile(right_kw, (0.25, 0.5, 0.75))
    half_kw = 0.5 * float(left[1] + right[1])
    rising = bool(right[1] >= left[1])
    below, above = (left, right) if rising else (right, left)
    return (half_kw, rising) if below[2] < half_kw < above[0] else None


def _spans(times_ms: IntArray, labels: Path, start_ms: int, end_ms: int, gap_ms: int) -> list[StateSpan]:
    spans: list[StateSpan] = []
    if len(times_ms) == 0:
        return [StateSpan(start_ms, end_ms, MachineState.NO_DATA)]
    if times_ms[0] > start_ms:
        spans.append(StateSpan(start_ms, int(times_ms[0]), MachineState.NO_DATA))
    after_ms = np.append(times_ms[1:], end_ms)
    cut = np.flatnonzero((np.diff(labels) != 0) | (np.diff(times_ms) > gap_ms))
    begins = np.concatenate(([0], cut + 1))
    lasts = np.append(cut, len(times_ms) - 1)
    for first, last in zip(begins.tolist(), lasts.tolist(), strict=True):
        seen_ms = min(int(after_ms[last]), int(times_ms[last]) + gap_ms)
        spans.append(StateSpan(int(times_ms[first]), seen_ms, LEVELS[int(labels[first])]))
        if seen_ms < after_ms[last]:
            spans.append(StateSpan(seen_ms, int(after_ms[last]), MachineState.NO_DATA))
    return merged_spans(spans, end_ms)
