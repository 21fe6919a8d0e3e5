from __future__ import annotations

import numpy as np
import pytest

from solver.plan import end_min, load_curve, machine_curve, rest_kw, segments, window_means
from solver.problem import BatchSpec, Machine
from tests.solver.plan_examples import problem_of

BATCH = BatchSpec("b", 10, power_kw=5.0)


def test_segments_leave_the_pauses_out() -> None:
    assert segments(BATCH, 3) == [(3, 13)]
    assert segments(BATCH, 3, [(5, 8), (9, 11)]) == [(3, 5), (8, 9), (11, 18)]
    assert end_min(BATCH, 3, [(5, 8), (9, 11)]) == 18


def test_a_curve_rests_between_and_within_batches() -> None:
    machine = Machine("m", [BATCH], off_kw=0.5, idle_kw=2.0)
    curve = machine_curve(machine, {"b": 2}, {"b": [(4, 7)]}, 20)
    assert curve.tolist() == [0.5] * 2 + [5.0] * 2 + [0.5] * 3 + [5.0] * 8 + [0.5] * 5


def test_a_profile_goes_on_after_a_pause_where_it_was() -> None:
    machine = Machine("m", [BatchSpec("b", 4, profile_kw=[1.0, 2.0, 3.0, 4.0])])
    curve = machine_curve(machine, {"b": 0}, {"b": [(2, 5)]}, 8)
    assert curve.tolist() == [1.0, 2.0, 0.0, 0.0, 0.0, 3.0, 4.0, 0.0]


def test_a_batch_without_a_start_draws_nothing() -> None:
    problem = problem_of(Machine("m", [BATCH]), Machine("n", [BATCH]), horizon_min=20)
    curves = load_curve(problem, {"m": {"b": 0}}, {})
    assert curves["m"].sum() == 50.0
    assert not curves["n"].any()


def test_a_negative_price_makes_the_larger_rest_the_cheaper() -> None:
    machine = Machine("m", [], off_kw=0.0, idle_kw=3.0)
    assert np.asarray(rest_kw(machine, np.array([0.5, -0.5]))).tolist() == [0.0, 3.0]


def test_windows_are_aligned_to_the_start_and_the_last_may_be_short() -> None:
    assert window_means(np.array([1.0, 3.0, 5.0, 7.0, 9.0]), 2) == pytest.approx([2.0, 6.0, 9.0])
