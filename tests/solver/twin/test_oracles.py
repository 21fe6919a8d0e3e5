"""Our hidden Markov kernels and our states' edges against hmmlearn and ruptures."""

from __future__ import annotations

import numpy as np
import pytest

from solver.durations import MINUTE_MS
from solver.states import MachineState
from solver.twin.record_states import record_states
from solver.twin.states_kernel import expected_counts, likeliest_path
from tests.bench.peer_environment import PeerError
from tests.bench.twin_oracles import Answer, asked


def oracle(method: str, **task: object) -> Answer:
    try:
        return asked(method, **task)
    except PeerError as error:
        pytest.skip(str(error))


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
def test_likelihood_occupation_and_path_are_those_of_hmmlearn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states, levels, count = 2 + seed % 3, 32, 5000
    emission = rng.dirichlet(np.full(levels, 0.3), states)
    transition = 0.95 * np.eye(states) + 0.05 * rng.dirichlet(np.ones(states), states)
    first = rng.dirichlet(np.ones(states))
    truth = np.zeros(count, dtype=np.int64)
    for t in range(1, count):
        truth[t] = rng.choice(states, p=transition[truth[t - 1]])
    bins = np.array([rng.choice(levels, p=emission[state]) for state in truth], dtype=np.int64)
    said = oracle(
        "hidden_markov",
        bins=bins.tolist(),
        emission=emission.tolist(),
        transition=transition.tolist(),
        first=first.tolist(),
    )
    likelihood, occupied, _ = expected_counts(bins, emission, transition, first)
    assert likelihood == pytest.approx(said["likelihood"], rel=1e-9)
    assert occupied == pytest.approx(np.array(said["occupied"]), rel=1e-6, abs=1e-6)
    with np.errstate(divide="ignore"):
        logs = np.log(emission), np.log(transition), np.log(first)
    path = likeliest_path(bins, *logs, np.ones(states, dtype=np.int64))
    assert path.tolist() == said["path"]


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3))
def test_running_begins_and_ends_where_ruptures_finds_a_change(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    running = np.concatenate(
        [np.full(rng.integers(60, 300), on) for _ in range(12) for on in (False, True)] + [np.zeros(60, bool)]
    ).astype(bool)
    power = np.where(running, 48.0, 0.4) * (1 + 0.05 * rng.standard_normal(len(running)))
    times = 1_457_913_600_000 + MINUTE_MS * np.arange(len(power), dtype=np.int64)
    said = oracle("change_points", values=np.log(power).tolist(), least=5, penalty=3.0)
    ends = np.array(said["ends"])[:-1]
    spans = [span for span in record_states(times, power).spans if span.state is MachineState.RUNNING]
    ours = np.array([(ms - times[0]) // MINUTE_MS for span in spans for ms in (span.start_ms, span.end_ms)])
    assert len(ours) == len(ends) == 24
    assert np.max(np.abs(ours - ends)) <= 1
