"""Load shifting by one t0 for a machine, a shop-floor or the factory, Eqs. (1)-(12) of Ma et al. (2020).

A load of T minutes is shifted as a whole and priced where it lands: t0 = -60 moves it one hour later. Prices
therefore reach `pad` minutes further than the record on both sides: price_per_kwh is float64[T + 2 pad], and
t0 runs from -pad to pad.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.swarm import SwarmSettings
from solver.swarm_reference import move

Floats = NDArray[np.float64]
PIECE = 8192  # minutes; from 10 000 on OpenBLAS gives each product to threads: 12 s at load 10, not 25 ms


@dataclass(frozen=True, slots=True)
class Shift:
    """What a shift by t0 costs (BC before, AC after), saves (ΔC) and at which rate (r)."""

    t0_min: int
    cost_before: float
    cost: float

    @property
    def saving(self) -> float:
        """ΔC = BC - AC(t0), Eqs. (3), (7) and (11)."""
        return self.cost_before - self.cost

    @property
    def rate(self) -> float:
        """r = ΔC / BC, Eqs. (4), (8) and (12); 0 where nothing is paid."""
        return self.saving / self.cost_before if self.cost_before else 0.0


@dataclass(frozen=True, slots=True)
class JointShift:
    """A vector of t0, one per machine or per shop-floor, and what all together cost."""

    shifts: tuple[Shift, ...]

    @property
    def cost_before(self) -> float:
        """BC of all together."""
        return sum(shift.cost_before for shift in self.shifts)

    @property
    def cost(self) -> float:
        """AC of all together."""
        return sum(shift.cost for shift in self.shifts)

    @property
    def saving(self) -> float:
        """ΔC of all together."""
        return self.cost_before - self.cost

    @property
    def rate(self) -> float:
        """r of all together."""
        return self.saving / self.cost_before if self.cost_before else 0.0


def load_cost(load_kw: Floats, price_per_kwh: Floats, step_min: int = 1) -> float:
    """BC = Σ P(t) p(t) Δt, Eqs. (1), (5) and (9); both float64[T]."""
    return float(load_kw @ price_per_kwh) * step_min / 60.0


def shift_cost(load_kw: Floats, price_per_kwh: Floats, t0_min: int) -> float:
    """AC(t0) = Σ P(t + t0) p(t) Δt, Eqs. (2), (6) and (10); load float64[T], price float64[T + 2 pad]."""
    begin = _pad(load_kw, price_per_kwh) - t0_min
    if begin < 0 or begin + len(load_kw) > len(price_per_kwh):
        raise ValueError(f"t0 of {t0_min} min leaves the prices; they reach {_pad(load_kw, price_per_kwh)}.")
    return load_cost(load_kw, price_per_kwh[begin : begin + len(load_kw)])


def shift_costs(load_kw: Floats, price_per_kwh: Floats) -> Floats:
    """AC(t0) for every t0 from -pad to pad, float64[2 pad + 1]."""
    count = 2 * _pad(load_kw, price_per_kwh) + 1
    paid = np.zeros(count)
    for at in range(0, len(load_kw), PIECE):
        part = load_kw[at : at + PIECE]
        paid += np.correlate(price_per_kwh[at : at + len(part) + count - 1], part, mode="valid")
    return np.asarray(paid[::-1] / 60.0, dtype=np.float64)


def best_shift(load_kw: Floats, price_per_kwh: Floats) -> Shift:
    """The cheapest t0 by an exact scan; among equally cheap ones the smallest shift, earlier before later."""
    costs = shift_costs(load_kw, price_per_kwh)
    pad = _pad(load_kw, price_per_kwh)
    t0 = np.arange(-pad, pad + 1)
    cheap = np.flatnonzero(costs <= costs.min() + 1e-9 * max(1.0, float(np.abs(costs).max())))
    chosen = min(cheap.tolist(), key=lambda place: (abs(int(t0[place])), -int(t0[place])))
    return Shift(int(t0[chosen]), float(costs[pad]), float(costs[chosen]))


def machine_shifts(loads_kw: Floats, price_per_kwh: Floats) -> JointShift:
    """One t0 for each machine, Eqs. (1)-(4); loads float64[M, T]."""
    return JointShift(tuple(best_shift(load, price_per_kwh) for load in loads_kw))


def shopfloor_shift(loads_kw: Floats, price_per_kwh: Floats) -> Shift:
    """One t0 for all machines of a shop-floor, Eqs. (5)-(8); loads float64[M, T]."""
    return best_shift(loads_kw.sum(axis=0), price_per_kwh)


def factory_shift(shopfloors_kw: list[Floats], price_per_kwh: Floats) -> Shift:
    """One t0 for all shop-floors, Eqs. (9)-(12); a list of float64[M, T], one per shop-floor."""
    return best_shift(np.sum([loads.sum(axis=0) for loads in shopfloors_kw], axis=0), price_per_kwh)


def swarm_shifts(
    loads_kw: Floats, price_per_kwh: Floats, settings: SwarmSettings | None = None, seed: int = 1
) -> JointShift:
    """A vector of t0 found by the published swarm instead of the scan; loads float64[M, T].

    A position is rounded to whole minutes and priced exactly; the scan says how good the swarm is.
    """
    settings = settings or SwarmSettings(particles=40, iterations=200)
    costs = np.array([shift_costs(load, price_per_kwh) for load in loads_kw])
    pad = _pad(loads_kw[0], price_per_kwh)
    leader = _fly(costs, pad, settings, seed)
    return JointShift(
        tuple(
            Shift(int(t0), float(row[pad]), float(row[pad + int(t0)]))
            for t0, row in zip(leader, costs, strict=True)
        )
    )


def _fly(costs: Floats, pad: int, settings: SwarmSettings, seed: int) -> list[int]:
    machines = np.arange(len(costs))
    bounds = (np.full(len(costs), -float(pad)), np.full(len(costs), float(pad)))
    random = np.random.Generator(np.random.Philox(key=seed))
    position = random.uniform(-pad, pad, (settings.particles, len(costs)))
    position[0] = 0.0
    velocity = np.zeros_like(position)
    own_best, own_cost = position.copy(), np.full(settings.particles, np.inf)
    leader = position[0]
    factors = (settings.inertia, settings.own_factor, settings.leader_factor)
    for iteration in range(settings.iterations):
        if iteration:
            position, velocity = move(position, velocity, own_best, leader, bounds, factors, seed, iteration)
        cost = costs[machines, np.rint(position).astype(int) + pad].sum(axis=1)
        better = cost < own_cost
        own_best[better], own_cost[better] = position[better], cost[better]
        leader = own_best[int(own_cost.argmin())].copy()
    return [int(t0) for t0 in np.rint(leader)]


def _pad(load_kw: Floats, price_per_kwh: Floats) -> int:
    pad, rest = divmod(len(price_per_kwh) - len(load_kw), 2)
    if pad < 0 or rest:
        raise ValueError("The prices must reach equally far beyond both ends of the load.")
    return pad
