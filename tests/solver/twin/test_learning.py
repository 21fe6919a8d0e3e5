"""A new fit is used only if it predicts days that it did not see no worse."""

from __future__ import annotations

import numpy as np
import pytest

from solver.durations import DAY_MS
from solver.twin.grid import Grid
from solver.twin.learning import held_back_score, trial
from solver.twin.states_learn import learned_model
from solver.twin.states_packed import packed, unpacked

MINUTE = 60_000


def fortnight(running_kw: float = 48.0, *, days: int = 14, seed: int = 1, noise: float = 0.04) -> Grid:
    """A mill with a batch of some twelve hours a day."""
    rng = np.random.default_rng(seed)
    minute = np.arange(days * 1440)
    power = np.where(
        (minute % 1440 > 300) & (minute % 1440 < 1000 + 40 * rng.random(days).repeat(1440)), running_kw, 0.33
    )
    return Grid(0, MINUTE, power * (1 + noise * rng.standard_normal(len(power))))


def test_a_first_fit_is_used_when_it_runs_like_the_plant_file_says() -> None:
    found = trial(fortnight(), None, 48.0)
    assert found is not None and found.is_better
    assert found.model.running_kw == pytest.approx(48.0, rel=0.05)


def test_a_machine_that_did_not_run_teaches_nothing() -> None:
    assert trial(fortnight(running_kw=0.9), None, 48.0) is None


def test_a_few_days_are_too_little() -> None:
    assert trial(fortnight(days=4), None, 48.0) is None
    held_out = fortnight()
    held_out.power_kw[-2 * 1440 :] = np.nan
    assert trial(held_out, None, 48.0) is None


def test_a_machine_that_changed_gets_the_new_fit_and_a_bad_fit_is_refused() -> None:
    old = learned_model(fortnight(48.0))
    new = trial(fortnight(60.0, seed=2), old, 48.0)
    assert new is not None and new.is_better
    assert new.score_in_force is not None and new.score > new.score_in_force + 1.0
    grid = fortnight(48.0, seed=3)
    grid.power_kw[: -2 * 1440] *= 1.3  # what it saw is not what came
    worse = trial(grid, old, 48.0)
    assert worse is not None and not worse.is_better


def test_the_held_back_days_do_not_teach() -> None:
    grid = fortnight()
    poisoned = Grid(0, MINUTE, grid.power_kw.copy())
    poisoned.power_kw[-2 * DAY_MS // MINUTE :] = 13.0
    clean, told = trial(grid, None, 48.0), trial(poisoned, None, 48.0)
    assert clean is not None and told is not None
    assert np.array_equal(clean.model.emission, told.model.emission)


def test_a_model_comes_back_from_its_bytes_and_damage_is_noticed() -> None:
    model = learned_model(fortnight())
    assert model is not None
    again = unpacked(packed(model))
    assert again is not None
    grid = fortnight(seed=5)
    assert held_back_score(again, grid.power_kw, MINUTE) == pytest.approx(
        held_back_score(model, grid.power_kw, MINUTE), abs=1e-4
    )
    assert again.thresholds_kw() == pytest.approx(model.thresholds_kw())
    assert unpacked(packed(model)[:-40]) is None
    assert len(packed(model)) < 6000
