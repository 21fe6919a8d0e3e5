"""HiGHS and CP-SAT on a time-indexed model, on a grid of 15 minutes (or the windows' length, if shorter).

A batch has a 0-1 variable for each step of its window: has it started by then? What precedes it must be
over, which takes two variables a row; the load of a window is a difference of two variables a batch. Without
a demand charge the rows are those of a network, so that even the relaxation is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.layout import Layout, MachineLayout
from solver.problem import decode_problem
from tests.bench.solver_cost import Found, Task, layout_of

EXACT = ("HiGHS", "CP-SAT")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GridBatch:
    """A batch on the grid: its first step, its cost at each step of its window, its length."""

    first: int
    cost: Floats
    duration: int
    gap: int
    power_kw: float
    before: int  # place of the batch before it on its machine, -1 if it is the first

    @property
    def count(self) -> int:
        """How many steps it may start at."""
        return len(self.cost)


@dataclass(frozen=True, slots=True, eq=False)
class GridModel:
    """All batches, and for each variable its coefficient; `offset` is what stays whatever is chosen."""

    batches: list[GridBatch]
    at: list[int]  # the first variable of each batch
    steps: int
    step_min: int
    demand_price_per_kw: float
    peak_so_far_kw: float
    rest_cost: float


def grid_model(layout: Layout) -> GridModel:
    """The model of a layout of constant powers without pauses, its machines standing at 0 kW.

    Lengths are rounded up to the grid, so that its plans are plans on the minute as well.
    """
    step = min(15, layout.interval_min)
    batches: list[GridBatch] = []
    for machine in layout.machines:
        for b in range(machine.count):
            batches.append(grid_batch(layout, machine, b, step, len(batches) - 1 if b else -1))
    at = np.concatenate([[0], np.cumsum([batch.count for batch in batches])])
    return GridModel(
        batches,
        at.tolist(),
        -(-layout.horizon // step),
        step,
        layout.demand_price_per_kw,
        layout.peak_so_far_kw,
        layout.rest_cost,
    )


def grid_batch(layout: Layout, machine: MachineLayout, b: int, step: int, before: int) -> GridBatch:
    """One batch on the grid."""
    duration, power = int(machine.duration[b]), float(machine.power_kw[b][0])
    first = -(-int(machine.first_start[b]) // step)
    last = (int(machine.last_end[b]) - duration) // step
    price = np.concatenate([[0.0], np.cumsum(layout.price_per_kw_min)])
    starts = np.arange(first, last + 1) * step
    cost = power * (price[starts + duration] - price[starts])
    return GridBatch(first, cost, -(-duration // step), -(-int(machine.gap[b]) // step), power, before)


def started(model: GridModel, b: int, step: int) -> int | bool:
    """The variable of 'batch b has started by this step'; False before its window, True at its end."""
    batch = model.batches[b]
    if step < batch.first:
        return False
    if step >= batch.first + batch.count - 1:
        return True
    return model.at[b] + step - batch.first


def precedences(model: GridModel) -> list[tuple[int | bool, int | bool]]:
    """Pairs of which the first may only be true where the second is."""
    pairs: list[tuple[int | bool, int | bool]] = []
    for b, batch in enumerate(model.batches):
        for step in range(batch.first, batch.first + batch.count):
            pairs.append((started(model, b, step), started(model, b, step + 1)))
            if batch.before >= 0:
                lag = model.batches[batch.before].duration + batch.gap
                pairs.append((started(model, b, step), started(model, batch.before, step - lag)))
    pairs = [(one, other) for one, other in pairs if one is not False and other is not True]
    if (True, False) in [(one, other) for one, other in pairs if isinstance(one, bool)]:
        raise ValueError("A batch must start on the grid before the one ahead of it is over.")
    return pairs


def window_load(model: GridModel, window: int) -> tuple[list[tuple[int, float]], float]:
    """Variables with kW, and the kW that are sure, of the load in a window of one step."""
    terms: list[tuple[int, float]] = []
    sure = 0.0
    for b, batch in enumerate(model.batches):
        for step, sign in ((window, 1.0), (window - batch.duration, -1.0)):
            variable = started(model, b, step)
            if variable is True:
                sure += sign * batch.power_kw
            elif variable is not False:
                terms.append((variable, sign * batch.power_kw))
    return terms, sure


def objective(model: GridModel) -> tuple[Floats, float]:
    """Coefficient of each variable, and the cost if no batch has started before its last step."""
    coefficient = np.zeros(model.at[-1])
    for b, batch in enumerate(model.batches):
        coefficient[model.at[b] : model.at[b + 1] - 1] = batch.cost[:-1] - batch.cost[1:]
    return coefficient, float(sum(batch.cost[-1] for batch in model.batches)) + model.rest_cost


def found_exactly(task: Task) -> list[Found]:
    """What an exact peer finds and proves within the task's seconds; building the model is on its clock."""
    model = grid_model(layout_of(decode_problem(task.problem)))
    return [{"HiGHS": by_highs, "CP-SAT": by_cp_sat}[task.peer](model, task)]


def by_highs(model: GridModel, task: Task) -> Found:
    """The model as a mixed-integer program."""
    import highspy

    since_s = perf_counter()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("time_limit", task.seconds)
    highs.setOptionValue("threads", task.threads)
    coefficient, offset = objective(model)
    for value in coefficient:
        highs.addVar(0.0, 1.0)
        highs.changeColCost(highs.getNumCol() - 1, float(value))
    highs.changeObjectiveOffset(offset)
    whole = list(range(len(coefficient)))
    highs.changeColsIntegrality(
        len(whole), np.array(whole), np.full(len(whole), highspy.HighsVarType.kInteger)
    )
    for one, other in precedences(model):
        add_precedence(highs, one, other)
    if model.demand_price_per_kw > 0:
        peak = len(coefficient)
        highs.addVar(model.peak_so_far_kw, highspy.kHighsInf)
        highs.changeColCost(peak, model.demand_price_per_kw)
        for window in range(model.steps):
            terms, sure = window_load(model, window)
            places = np.array([peak, *(variable for variable, _ in terms)])
            values = np.array([1.0, *(-power for _, power in terms)])
            highs.addRow(sure, highspy.kHighsInf, len(places), places, values)
    highs.run()
    info = highs.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    cost = float(info.objective_function_value) if feasible else None
    bound = float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else None
    status = highs.modelStatusToString(highs.getModelStatus())
    return Found(
        0, cost, perf_counter() - since_s, bound=bound, note=f"{status}, grid of {model.step_min} min"
    )


def add_precedence(highs: Any, one: int | bool, other: int | bool) -> None:
    """one ≤ other; at most one of them is a constant."""
    if one is True:
        highs.changeColBounds(other, 1.0, 1.0)
    elif other is False:
        highs.changeColBounds(one, 0.0, 0.0)
    else:
        highs.addRow(0.0, 1.0, 2, np.array([one, other]), np.array([-1.0, 1.0]))


def by_cp_sat(model: GridModel, task: Task) -> Found:
    """The model for OR-tools' CP-SAT, costs in hundredths of a cent."""
    from ortools.sat.python import cp_model

    scale = 10_000.0
    since_s = perf_counter()
    cp = cp_model.CpModel()
    coefficient, offset = objective(model)
    variables = [cp.new_bool_var("") for _ in coefficient]
    for one, other in precedences(model):
        if one is True:
            cp.add(variables[other] == 1)
        elif other is False:
            cp.add(variables[one] == 0)
        else:
            cp.add_implication(variables[one], variables[other])
    terms = [round(scale * value) * variable for value, variable in zip(coefficient, variables, strict=True)]
    if model.demand_price_per_kw > 0:
        most = sum(batch.power_kw for batch in model.batches)
        peak = cp.new_int_var(round(model.peak_so_far_kw), round(most), "peak")
        terms.append(round(scale * model.demand_price_per_kw) * peak)
        for window in range(model.steps):
            loads, sure = window_load(model, window)
            cp.add(peak >= sum(round(power) * variables[place] for place, power in loads) + round(sure))
    cp.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = task.seconds
    solver.parameters.num_workers = task.threads
    status = solver.solve(cp)
    some = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Found(
        0,
        solver.objective_value / scale + offset if some else None,
        perf_counter() - since_s,
        bound=solver.best_objective_bound / scale + offset,
        note=f"{solver.status_name(status).lower()}, grid of {model.step_min} min",
    )
