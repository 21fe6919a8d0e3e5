"""What hmmlearn and ruptures say of the same model and record, in .venv-peers: oracles for our own kernels.

`python -m tests.bench.twin_oracles`: a task as JSON on standard input, the answer as JSON on standard output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np

PATIENCE_S = 900
Answer = dict[str, object]


def hidden_markov(task: Answer) -> Answer:
    """Log-likelihood, how often each state was in each bin, and the likeliest path of a discrete model."""
    from hmmlearn.hmm import CategoricalHMM

    emission = np.array(task["emission"], dtype=float)
    model = CategoricalHMM(n_components=len(emission), n_features=emission.shape[1])
    model.startprob_ = np.array(task["first"], dtype=float)
    model.transmat_ = np.array(task["transition"], dtype=float)
    model.emissionprob_ = emission
    bins = np.array(task["bins"], dtype=int)
    posterior = model.predict_proba(bins[:, None])
    occupied = np.zeros_like(emission)
    np.add.at(occupied.T, bins, posterior)
    log_probability, path = model.decode(bins[:, None], algorithm="viterbi")
    return {
        "likelihood": float(model.score(bins[:, None])),
        "occupied": occupied.tolist(),
        "path": path.tolist(),
        "path_log": float(log_probability),
    }


def change_points(task: Answer) -> Answer:
    """Where PELT divides a series, least squares, each piece at least `least` long."""
    import ruptures

    values = np.array(task["values"], dtype=float)[:, None]
    ends = ruptures.Pelt(model="l2", jump=1, min_size=int(str(task["least"]))).fit(values)
    return {"ends": ends.predict(pen=float(str(task["penalty"])))}


METHODS: dict[str, Callable[[Answer], Answer]] = {
    "hidden_markov": hidden_markov,
    "change_points": change_points,
}


def asked(method: str, **task: object) -> Answer:
    """An oracle's answer; raises PeerError where its environment cannot be made or it fails."""
    from tests.bench.peer_environment import CHECKOUT, PYTHON, PeerError, make_ready

    make_ready()
    done = subprocess.run(
        [PYTHON, "-W", "ignore", "-m", "tests.bench.twin_oracles"],
        input=json.dumps({"method": method, **task}).encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        raise PeerError(f"{method} ended with status {done.returncode} and said: {last[-1]}")
    answer: Answer = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Answers one task."""
    task = json.load(sys.stdin)
    json.dump(METHODS[task["method"]](task), sys.stdout)


if __name__ == "__main__":
    main()
