"""Random numbers for kernels: SplitMix64 (Steele, Lea, Flood 2014), a stream of its own for each seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel_options import outer_kernel

Stream = NDArray[np.uint64]  # one number, the state

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def stream(*seeds: int) -> Stream:
    """A stream that these whole numbers fix."""
    words = np.random.SeedSequence([seed % 2**32 for seed in seeds]).generate_state(2, np.uint32)
    return words.view(np.uint64)


@outer_kernel
def next_uniform(state: Stream) -> float:
    """The next number in [0, 1)."""
    state[0] += GOLDEN
    value = state[0]
    value = (value ^ (value >> S30)) * MIX_1
    value = (value ^ (value >> S27)) * MIX_2
    value = value ^ (value >> S31)
    return float(value >> S11) / 9007199254740992.0
