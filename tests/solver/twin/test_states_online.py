"""What the filter believes reading by reading, and what the tracker makes of it."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.states import LEVELS, MachineState, StateSpan, StateTracker, merged_spans
from solver.twin.grid import gridded
from solver.twin.states_learn import learned_model
from solver.twin.states_model import StateModel
from solver.twin.states_online import StateFilter, settings_of
from tests.solver.twin.machine_families import machine
from tests.solver.twin.simulated_machine import RUN, SimulatedMachine

MINUTE = 60_000


def model_of(made: SimulatedMachine) -> StateModel:
    learned = learned_model(gridded(made.times_ms, made.power_kw))
    assert learned is not None
    return learned


@pytest.fixture(scope="module")
def model() -> StateModel:
    return model_of(machine("plain", 1))


@settings(max_examples=60, deadline=None)
@given(shares=st.lists(st.floats(-0.1, 2.0), min_size=1, max_size=6), often=st.booleans())
def test_the_belief_is_the_sum_over_every_path(model: StateModel, shares: list[float], often: bool) -> None:
    poll_s = 5 if often else round(model.step_ms / 1000)
    follower = StateFilter(model, 1000 * poll_s)
    powers = np.array(shares) * model.running_kw
    for i, kw in enumerate(powers.tolist()):
        follower.update(1000 * poll_s * i, kw)
    weight = min(1.0, 1000 * poll_s / model.step_ms)
    seen = (model.emission * model.present[:, None]).T[model.scale.bins(powers)] ** weight
    moves = np.array(follower._moves)
    belief = model.present / model.present.sum()
    for row in seen:  # normalised by products of whole matrices: every path is in it
        belief = belief @ moves @ np.diag(row)
    assert follower.belief == pytest.approx((belief / belief.sum()).tolist(), abs=1e-6)


def followed(made: SimulatedMachine, learned: StateModel, *, poll_ms: int | None = None) -> list[StateSpan]:
    """The spans that a tracker has said in the end, as the store keeps them."""
    poll_ms = poll_ms or made.step_ms
    tracker = StateTracker(settings_of(learned, poll_ms), StateFilter(learned, poll_ms))
    stored: dict[int, StateSpan] = {}
    for t_ms, kw in zip(made.times_ms.tolist(), made.power_kw.tolist(), strict=True):
        stored.update((span.start_ms, span) for span in tracker.update(t_ms, kw))
    return merged_spans(list(stored.values()), int(made.times_ms[-1]) + poll_ms)


@pytest.mark.parametrize(
    "family", ["plain", "two levels", "bursty", "high standby", "spiky", "holed", "mill with pauses"]
)
def test_following_a_machine_tells_running_nearly_as_well_as_its_whole_record(family: str) -> None:
    made = machine(family, 1)
    running = np.zeros(len(made.times_ms), dtype=bool)
    for span in followed(made, model_of(made)):
        if span.state is MachineState.RUNNING:
            running[(made.times_ms >= span.start_ms) & (made.times_ms < (span.end_ms or 0))] = True
    good = np.isfinite(made.power_kw)
    truth = made.state[good] == RUN
    score = np.mean([np.mean(running[good][truth == side] == side) for side in (True, False)])
    assert score >= (0.9 if family == "bursty" else 0.96)


def test_a_start_is_noticed_within_a_minute_of_fast_readings_and_dated_back_to_its_first(
    model: StateModel,
) -> None:
    mill = StateTracker(settings_of(model, 5000), StateFilter(model, 5000))
    low = float(model.level_kw[np.flatnonzero(model.present)[0]])
    for i in range(240):
        mill.update(5000 * i, low)
    before = mill.state
    for i in range(240, 252):
        mill.update(5000 * i, model.running_kw)
    assert before is LEVELS[int(np.flatnonzero(model.present)[0])]
    assert mill.state is MachineState.RUNNING
    assert mill.since_ms == 5000 * 240


def test_a_gap_is_no_data_whatever_the_model_believes(model: StateModel) -> None:
    tracker = StateTracker(settings_of(model, MINUTE), StateFilter(model, MINUTE))
    for i in range(60):
        tracker.update(MINUTE * i, model.running_kw if i < 40 else math.nan)
    assert tracker.state is MachineState.NO_DATA
    tracker.update(MINUTE * 61, model.running_kw)
    assert tracker.state is MachineState.RUNNING


def test_a_new_model_goes_on_where_the_old_one_was(model: StateModel) -> None:
    tracker = StateTracker(settings_of(model, MINUTE), StateFilter(model, MINUTE))
    for i in range(60):
        tracker.update(MINUTE * i, model.running_kw)
    again = dataclasses.replace(model)
    tracker.follow(settings_of(again, MINUTE), StateFilter(again, MINUTE))
    for i in range(60, 90):
        tracker.update(MINUTE * i, model.running_kw)
    assert (tracker.state, tracker.since_ms) == (MachineState.RUNNING, 0)
