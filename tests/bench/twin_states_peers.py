"""States by peers, in .venv-peers: reads a task as JSON on standard input, writes running per reading.

`python -m tests.bench.twin_states_peers`: {"method", "power_kw": [[...], ...]} in, [[0, 1, ...], ...] out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np

MOST_PLACES = 1500  # of change points: its time grows with their square


def gaussian_hmm(power_kw: np.ndarray) -> np.ndarray:
    """hmmlearn's Gaussian HMM with two states on log(1 + P / 0.05 kW), as the specification's prototype."""
    from hmmlearn.hmm import GaussianHMM

    z = np.log1p(np.clip(power_kw, 0, None) / 0.05)[:, None]
    model = GaussianHMM(n_components=2, covariance_type="diag", n_iter=50, random_state=0).fit(z)
    return model.predict(z) == int(np.argmax(model.means_[:, 0]))


def change_points(power_kw: np.ndarray) -> np.ndarray:
    """ruptures' PELT on log power, each segment running where its mean is above half way."""
    import ruptures

    z = np.log1p(np.clip(power_kw, 0, None) / 0.05)
    sigma = float(np.median(np.abs(np.diff(z)))) / 0.954 + 1e-3
    penalty = 5 * 2 * sigma**2 * np.log(len(z))
    jump = max(5, len(z) // MOST_PLACES)
    ends = ruptures.Pelt(model="l2", jump=jump, min_size=5).fit(z[:, None]).predict(pen=max(penalty, 0.5))
    low, high = np.quantile(power_kw, (0.05, 0.95))
    running = np.zeros(len(z), dtype=bool)
    begin = 0
    for end in ends:
        running[begin:end] = np.mean(power_kw[begin:end]) > 0.5 * (low + high)
        begin = end
    return running


METHODS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "hmmlearn": gaussian_hmm,
    "ruptures": change_points,
}


def main() -> None:
    """Answers one task."""
    task = json.load(sys.stdin)
    method = METHODS[task["method"]]
    answers = [method(np.array(series, dtype=float)).astype(int).tolist() for series in task["power_kw"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
