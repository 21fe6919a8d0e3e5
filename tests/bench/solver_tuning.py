"""Which inertia and learning factors suit the published swarm: `python -m tests.bench.solver_tuning`.

The paper leaves them open. Each setting flies over generated problems, which differ in mills, days, lengths,
windows and tariffs and are none of those that the benchmark reports; what counts is the share of the possible
saving that a flight of 60 particles and 200 iterations misses. The possible saving is down to the exact
optimum, or with a demand charge to the best plan that any setting found.
"""

from __future__ import annotations

import statistics
from itertools import product

import numpy as np

from hmi.problem_files import problem_prices
from solver.exact import machine_optimum
from solver.layout import Layout, MachinePlan, lay_out
from solver.swarm import Swarm, SwarmSettings, cost_of
from tests.bench.solver_problems import TARIFFS, MillFamily, mills_problem

PROBLEMS, SEEDS = 15, (1, 2, 3)
PARTICLES, ITERATIONS = 60, 200
INERTIAS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)
FACTORS = ((1.5, 1.5), (1.75, 1.25), (1.75, 1.5), (2.0, 1.0), (2.0, 1.25), (2.0, 1.5), (2.25, 1.25))
CLERC_KENNEDY = (0.7298, 1.49618, 1.49618)


def main() -> None:
    """Prints the settings, the best first, with what they miss without and with a demand charge."""
    settings = [(inertia, *factors) for inertia, factors in product(INERTIAS, FACTORS)] + [CLERC_KENNEDY]
    missed = [
        missed_shares([laid_out(number, price) for number in range(PROBLEMS)], settings)
        for price in (0.0, 32.0)
    ]
    for place in sorted(range(len(settings)), key=lambda place: missed[0][place] + missed[1][place]):
        inertia, own, leader = settings[place]
        energy, demand = missed[0][place], missed[1][place]
        print(f"inertia {inertia:.4f}, own {own:.2f}, leader {leader:.2f}: {energy:6.2%} {demand:6.2%}")


def laid_out(number: int, demand_price_per_kw: float) -> Layout:
    """The layout of one problem; its number says which."""
    random = np.random.default_rng(number)
    shortest = 60 * int(random.integers(4, 18))
    family = MillFamily(
        mills=int(random.integers(3, 11)),
        days=int(random.integers(7, 21)),
        batches_per_week=float(random.uniform(3, 9)),
        duration_min=(shortest, shortest + 15 * int(random.integers(2, 30))),
        window_min=60 * int(random.integers(4, 13)),
        step_min=int(random.choice([1, 15])),
        tariff=[*TARIFFS, "market"][number % (len(TARIFFS) + 1)],
        demand_price_per_kw=demand_price_per_kw,
    )
    problem = mills_problem(family, 1000 + number)
    return lay_out(problem, problem_prices(problem))


def missed_shares(layouts: list[Layout], settings: list[tuple[float, float, float]]) -> list[float]:
    """The share of the possible saving that each setting misses, the mean over the problems."""
    shares = np.array([missed_on(layout, settings) for layout in layouts])
    return [float(share) for share in shares.mean(axis=0)]


def missed_on(layout: Layout, settings: list[tuple[float, float, float]]) -> list[float]:
    """The same for one problem; the median over the seeds."""
    now = [MachinePlan(tuple(machine.now.tolist()), ((),) * machine.count) for machine in layout.machines]
    found = [statistics.median(flown(layout, now, setting, seed) for seed in SEEDS) for setting in settings]
    tables = Swarm(layout, layout.machines, SwarmSettings(particles=1), 1).tables
    before, best = cost_of(tables, now), min(found)
    if layout.demand_price_per_kw == 0:
        optima = [machine_optimum(machine, layout.price_per_kw_min) for machine in layout.machines]
        best = cost_of(tables, [optimum.plan for optimum in optima if optimum is not None])
    return [(cost - best) / (before - best) for cost in found]


def flown(layout: Layout, now: list[MachinePlan], setting: tuple[float, float, float], seed: int) -> float:
    """What the best plan of one flight costs."""
    swarm = Swarm(layout, layout.machines, SwarmSettings(PARTICLES, ITERATIONS, *setting), seed, [now])
    for _ in range(ITERATIONS):
        swarm.step()
    return swarm.best_cost


if __name__ == "__main__":
    main()
