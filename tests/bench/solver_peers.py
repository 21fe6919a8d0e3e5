"""The peers' swarms and other metaheuristics, in an environment of their own; see peer_environment.py.

`python -m tests.bench.solver_peers` reads a task from standard input and writes what each seed found. Each
peer has its own defaults unless its name says otherwise, and the same cost function, for whole swarms at once
where it can use that.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import msgspec
import numpy as np

from tests.bench.solver_cost import CostFunction, Found, Task, cost_function
from tests.bench.solver_exact_peers import EXACT, found_exactly

Minimise = Callable[[CostFunction, Task, int], float]


def by_pyswarms(cost: CostFunction, task: Task, seed: int) -> float:
    """The global-best swarm with the factors of its documentation."""
    return pyswarms_with(cost, task, seed, {"w": 0.9, "c1": 0.5, "c2": 0.3})


def by_pyswarms_with_our_factors(cost: CostFunction, task: Task, seed: int) -> float:
    """The same with our α, c1, c2, reflection at the bounds and start from the current plan."""
    random = np.random.default_rng(seed)
    begin = random.uniform(cost.lower, cost.upper, (task.particles, len(cost.lower)))
    begin[0] = cost.now
    factors = {"w": 0.6, "c1": 2.0, "c2": 1.5}
    return pyswarms_with(cost, task, seed, factors, bh_strategy="reflective", init_pos=begin)


def pyswarms_with(
    cost: CostFunction, task: Task, seed: int, factors: dict[str, float], **options: Any
) -> float:
    """One flight of pyswarms."""
    from pyswarms.single import GlobalBestPSO

    np.random.seed(seed)  # it knows no other source of chance
    bounds = (cost.lower - 1e-6, cost.upper + 1e-6)
    swarm = GlobalBestPSO(task.particles, len(cost.lower), factors, bounds=bounds, **options)
    return float(swarm.optimize(cost, task.iterations, verbose=False)[0])


def by_pymoo(kind: str) -> Minimise:
    """PSO (adaptive, perturbed), GA or DE of pymoo."""

    def minimise(cost: CostFunction, task: Task, seed: int) -> float:
        from pymoo.algorithms.soo.nonconvex.de import DE
        from pymoo.algorithms.soo.nonconvex.ga import GA
        from pymoo.algorithms.soo.nonconvex.pso import PSO
        from pymoo.core.problem import Problem
        from pymoo.optimize import minimize

        class Shift(Problem):
            def _evaluate(self, x: Any, out: dict[str, Any], *_: Any, **__: Any) -> None:
                out["F"] = cost(x)[:, None]

        problem = Shift(n_var=len(cost.lower), n_obj=1, xl=cost.lower, xu=cost.upper)
        algorithm = {"PSO": PSO, "GA": GA, "DE": DE}[kind](pop_size=task.particles)
        return float(minimize(problem, algorithm, ("n_gen", task.iterations), seed=seed, verbose=False).F[0])

    return minimise


def by_mealpy(kind: str) -> Minimise:
    """The original PSO or differential evolution of mealpy, which prices one position at a time."""

    def minimise(cost: CostFunction, task: Task, seed: int) -> float:
        from mealpy import DE, PSO, FloatVar

        model = {"PSO": PSO.OriginalPSO, "DE": DE.OriginalDE}[kind](
            epoch=task.iterations, pop_size=task.particles
        )
        problem = {
            "bounds": FloatVar(lb=cost.lower.tolist(), ub=cost.upper.tolist()),
            "minmax": "min",
            "obj_func": lambda position: float(cost(position[None, :])[0]),
            "log_to": None,
        }
        return float(model.solve(problem, seed=seed).target.fitness)

    return minimise


def by_scipy(cost: CostFunction, task: Task, seed: int) -> float:
    """SciPy's differential evolution with as many members as we have particles."""
    from scipy.optimize import differential_evolution

    random = np.random.default_rng(seed)
    begin = random.uniform(cost.lower, cost.upper, (task.particles, len(cost.lower)))
    found = differential_evolution(
        lambda columns: cost(columns.T),
        list(zip(cost.lower, cost.upper, strict=True)),
        init=begin,
        maxiter=task.iterations - 1,
        tol=0.0,
        polish=False,
        rng=random,
        updating="deferred",
        vectorized=True,
    )
    return float(found.fun)


PEERS: dict[str, Minimise] = {
    "pyswarms PSO": by_pyswarms,
    "pyswarms PSO, our factors": by_pyswarms_with_our_factors,
    "pymoo PSO": by_pymoo("PSO"),
    "pymoo GA": by_pymoo("GA"),
    "pymoo DE": by_pymoo("DE"),
    "mealpy PSO": by_mealpy("PSO"),
    "mealpy DE": by_mealpy("DE"),
    "SciPy differential_evolution": by_scipy,
}


def main() -> None:
    """Answers one task."""
    logging.disable(logging.CRITICAL)
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    found = found_exactly(task) if task.peer in EXACT else [found_by(task, seed) for seed in task.seeds]
    sys.stdout.buffer.write(msgspec.json.encode(found))


def found_by(task: Task, seed: int) -> Found:
    """One run; the peer's imports and the kernels' loading are not on its clock."""
    minimise = PEERS[task.peer]
    cost = cost_function(task.problem)
    if seed == task.seeds[0]:
        minimise(cost, msgspec.structs.replace(task, particles=8, iterations=3), seed)
        cost.evaluations = 0
    since_s = perf_counter()
    best = minimise(cost, task, seed)
    return Found(seed, best, perf_counter() - since_s, cost.evaluations)


if __name__ == "__main__":
    main()
