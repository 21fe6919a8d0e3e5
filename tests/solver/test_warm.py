from __future__ import annotations

import subprocess
import sys

WARM_AND_LIST = """
from solver.warm import warm_special_kernels
warm_special_kernels()
from solver.free_order_beam_kernel import choose_sets, fill_layer, last_before, score_layer
from solver.free_order_kernel import relaxed_counts, relaxed_togo
from solver.sleep_kernel import chain_togo, trace_chain
searched = [choose_sets, fill_layer, last_before, score_layer]
called = [*searched, relaxed_counts, relaxed_togo, chain_togo, trace_chain]
print(*(kernel.__name__ for kernel in called if not kernel.signatures))
"""


def test_no_kernel_of_machines_that_sleep_is_left_to_compile_while_a_search_is_timed() -> None:
    """In a process of its own, for here other tests have compiled some already."""
    told = subprocess.run([sys.executable, "-c", WARM_AND_LIST], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
