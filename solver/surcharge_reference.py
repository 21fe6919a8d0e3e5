"""The slow, obvious twin of surcharge_kernel.py: the penalised account with a batch, less that without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.couplings import Couplings, window_lengths
from solver.layout import Floats, Layout
from solver.plant_reference import PlantAccount, Run, account_of


@dataclass(frozen=True, slots=True, eq=False)
class Penalties:
    """Prices beyond a batch's own: of windows above a target, of their use, of broken limits, of a move."""

    target_kw: Floats
    slope: Floats
    noise: Floats  # of running throughout a window, whatever the power
    hard: float
    moved: float


def with_mean_powers(layout: Layout) -> Layout:
    """The same machines, each batch at its mean power: so much do the kernels know of a profile."""
    machines = [
        replace(machine, power_kw=tuple(np.full(len(power), power.mean()) for power in machine.power_kw))
        for machine in layout.machines
    ]
    return replace(layout, machines=tuple(machines))


def surcharge_of(
    layout: Layout,
    couplings: Couplings,
    others: Sequence[Run | None],
    batch: int,
    run: Run,
    penalties: Penalties,
) -> float:
    """What a batch, which is None among the others, costs beyond its own price if it runs so."""
    runs = [run if b == batch else other for b, other in enumerate(others)]
    without, with_it = account_of(layout, couplings, others), account_of(layout, couplings, runs)
    cost = _penalty(couplings, with_it, penalties) - _penalty(couplings, without, penalties)
    cost += penalties.moved * (with_it.moved - without.moved)
    at = 0
    for step in couplings.grid_min:
        for w, length in enumerate(window_lengths(step, layout.horizon)):
            cost += penalties.noise[at + w] * sum(minute // step == w for minute in run) / length
        at += -(-layout.horizon // step)
    return float(cost)


def _penalty(couplings: Couplings, account: PlantAccount, penalties: Penalties) -> float:
    lengths = np.concatenate([window_lengths(step, couplings.horizon) for step in couplings.grid_min])
    cap_kw = np.concatenate(couplings.cap_kw)
    above = np.where(penalties.slope > 0, account.load - penalties.target_kw, 0.0)
    cost = float((penalties.slope * np.maximum(0.0, above)).sum())
    broken = 0.0
    for mean, cap, length in zip(account.load, cap_kw, lengths, strict=True):
        broken += max(0.0, mean - cap) / max(1.0, cap) * length if np.isfinite(cap) else 0.0
    if couplings.crew is not None:
        people = couplings.crew.people
        broken += float((np.maximum(0, account.busy - people) / np.maximum(1, people)).sum())
    if couplings.most_starts:
        broken += float(np.maximum(0, account.begun - couplings.most_starts).sum()) / couplings.most_starts
    for buffer, row in zip(couplings.buffers, account.level, strict=True):
        size = max(1.0, buffer.start_level) if buffer.capacity is None else max(1e-9, buffer.capacity)
        capacity = np.inf if buffer.capacity is None else buffer.capacity
        broken += float(np.maximum(0.0, -row).sum() + np.maximum(0.0, row - capacity).sum()) / size
    return cost + penalties.hard * broken
