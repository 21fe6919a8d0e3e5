"""Whether a new fit takes the place of the model in force: only if it predicts held-back days no worse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.twin.grid import Grid
from solver.twin.states_kernel import expected_counts
from solver.twin.states_learn import learned_model
from solver.twin.states_model import BINS, StateModel, steps_of
from solver.twin.trial_rules import HELD_BACK_MS, LEAST_HELD_MS, LEAST_SEEN_MS, LIKE_PLANT

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """A new fit beside the model in force, each by its score on the held-back days (nats a reading)."""

    model: StateModel
    score: float
    score_in_force: float | None

    @property
    def is_better(self) -> bool:
        """Whether the new fit predicts no worse; the first one needs no comparison."""
        return self.score_in_force is None or self.score >= self.score_in_force


def trial(grid: Grid, in_force: StateModel | None, running_kw: float) -> Trial | None:
    """Fits a model to all but the last days of a record and scores both on those.

    None where too little was read, or where what would be running is not what the plant file calls it
    (`running_kw`): a machine that did not run in the window teaches nothing.
    """
    held = HELD_BACK_MS // grid.step_ms
    seen, kept_back = grid.power_kw[:-held], grid.power_kw[-held:]
    if _read_ms(seen, grid.step_ms) < LEAST_SEEN_MS or _read_ms(kept_back, grid.step_ms) < LEAST_HELD_MS:
        return None
    model = learned_model(Grid(grid.start_ms, grid.step_ms, seen))
    if model is None or not 1 / LIKE_PLANT <= model.running_kw / running_kw <= LIKE_PLANT:
        return None
    before = None if in_force is None else held_back_score(in_force, kept_back, grid.step_ms)
    return Trial(model, held_back_score(model, kept_back, grid.step_ms), before)


def _read_ms(power_kw: FloatArray, step_ms: int) -> int:
    return int(np.sum(np.isfinite(power_kw))) * step_ms


def held_back_score(model: StateModel, power_kw: FloatArray, step_ms: int) -> float:
    """The mean log-density of readings under a model, per kW, so that models of other scales compare."""
    bins = model.scale.bins(power_kw)
    used = np.flatnonzero(model.present)
    transition = steps_of(model, step_ms)[0][np.ix_(used, used)]
    first = np.full(len(used), 1.0 / len(used))
    likelihood, _, _ = expected_counts(bins, model.emission[used], transition, first)
    edges_kw = model.scale.kw(np.arange(BINS + 1, dtype=np.float64) - 0.5)
    widths = np.log(np.maximum(np.diff(edges_kw), 1e-12))
    good = bins >= 0
    return float((likelihood - np.sum(widths[bins[good]])) / max(1, int(good.sum())))
