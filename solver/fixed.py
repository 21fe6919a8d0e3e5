"""Where the batches of a machine that may not move lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.problem import BatchSpec, Machine


def fixed_starts(machine: Machine) -> list[int]:
    """The start of each batch of a fixed machine, in the listed order: now_min, or as early as possible.

    As early as possible means: not before earliest_min, after the batch listed before it and the gap, awake,
    and without a running minute in a maintenance.
    """
    starts: list[int] = []
    free_from = machine.sleep[0].up_min if machine.sleep else 0
    for index, batch in enumerate(machine.batches):
        start = batch.now_min
        if start is None:
            after = free_from + batch.gap_before_min if index else free_from
            start = after_maintenance(machine, batch, max(batch.earliest_min, after))
        starts.append(start)
        free_from = start + batch.duration_min
    return starts


def after_maintenance(machine: Machine, batch: BatchSpec, start_min: int) -> int:
    """The first minute from `start_min` on at which the batch can run without a pause."""
    for since, to in sorted(machine.maintenance):
        if since < start_min + batch.duration_min and start_min < to:
            start_min = to
    return start_min
