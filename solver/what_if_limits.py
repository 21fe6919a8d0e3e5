"""Which limits all machines of a plan break together, from its sums.

The checker names the places (solver/check_limits.py); it is asked to go through all batches only where a
buffer or the starts break something, for that takes time.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solver.check_breach import Breach, Findings, Limit
from solver.check_limits import LEVEL_ROUNDING, check_buffers, check_crew, check_load, check_starts
from solver.check_machine import PlacedBatch
from solver.limits import StartRule
from solver.what_if_state import MachineState, Sums
from solver.what_if_tables import Floats, Ints, Tables


def coupled_breaches(tables: Tables, sums: Sums, machines: Mapping[str, MachineState]) -> list[Breach]:
    """What all machines together break."""
    findings, limits = Findings(), tables.problem.limits
    check_load(findings, tables.problem, sums.load_kw)
    if tables.crew is not None and sums.crew is not None:
        check_crew(findings, sums.crew, tables.crew.people)
    if any(
        buffer_breaks(level, buffer.capacity)
        for buffer, level in zip(limits.buffers, sums.levels, strict=True)
    ):
        check_buffers(findings, tables.problem, _all_placed(machines))
    rule = limits.starts
    if rule is not None and sums.starts is not None and _too_many_starts(sums.starts, rule):
        check_starts(findings, rule, _all_placed(machines), tables.horizon)
    most = None if limits.distance is None else limits.distance.most_batches
    if most is not None and sums.moved_batches > most:
        findings.add(Limit.TOO_MANY_MOVED, found=sums.moved_batches, allowed=most)
    return findings.breaches


def _all_placed(machines: Mapping[str, MachineState]) -> list[PlacedBatch]:
    return [one for state in machines.values() for one in state.placed]


def _too_many_starts(starts: Ints, rule: StartRule) -> bool:
    return bool((starts_within(starts, rule.within_min) > rule.most).any())


def buffer_breaks(level: Floats, capacity: float | None) -> bool:
    """Whether a buffer's level leaves what it may be, rounding left aside."""
    low, high = float(level.min()), float(level.max())
    rounding = LEVEL_ROUNDING * max(1.0, high, -low)
    return low < -rounding or (capacity is not None and high > capacity + rounding)


def starts_within(starts: Ints, within_min: int) -> Ints:
    """Starts in the `within_min` minutes that end with each minute, int64[horizon]."""
    so_far = np.cumsum(starts)
    together = so_far.copy()
    together[within_min:] -= so_far[:-within_min]
    return together
