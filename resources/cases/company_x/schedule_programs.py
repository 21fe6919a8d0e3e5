"""The programs behind make_reconstruction.py: which schedules of a mill meet what is published of it.

Time is cut into periods: days, and on 14-16 March for the mills of Table 2 the hours of the tariff's bands.
Everything is in minutes after 1 March 00:00.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from solver.durations import DAY_MIN

DAYS = 21
END_MIN = DAYS * DAY_MIN
COUNTED_MIN = 20 * DAY_MIN
CHARGE_MIN = 40
DISCHARGE_MIN = 20
GAP_MIN = CHARGE_MIN + DISCHARGE_MIN
SPAN_MIN = (16 * 60 - GAP_MIN, 18 * 60 - GAP_MIN)  # first to last minute of running, pauses included
MOST_PAUSE_MIN = 240
LEAST_PAUSE_MIN = 20
MOST_UNEVEN_MIN = 200
OFF_SHARE, OFF_SHARE_WHOLE_MIN = 0.0001, 0.0002  # how far Table 2's shares may be missed here
LEAST_RUN_MIN = 60
DAYS_OF_TABLE_2 = (13, 14, 15)
BAND_EDGES_MIN = (0, 480, 540, 720, 1140, 1320, 1440)
BANDS = ("valley", "flat", "peak", "flat", "peak", "flat")


@dataclass(frozen=True)
class Mill:
    """What is published of one mill, as minutes."""

    id: str
    batches: int
    kwh_per_min: float
    standby_kw: float
    daily_kwh: list[float]
    shares: dict[str, float] | None

    def running_min(self, day: int) -> float:
        """Minutes of running that a day's kWh stand for."""
        standby_kwh_per_min = self.standby_kw / 60
        spare = self.daily_kwh[day] - DAY_MIN * standby_kwh_per_min
        return max(0.0, round(spare / (self.kwh_per_min - standby_kwh_per_min)))

    def spare_kwh_per_min(self, day: int) -> float:
        """What a minute of running adds to the standby when the day's kWh are to come out exactly."""
        return (self.daily_kwh[day] - 24 * self.standby_kw) / self.running_min(day)


@dataclass
class Model:
    """One mill's program; run[k][j] and over[k][j] are batch k's minutes run and covered in period j."""

    mill: Mill
    edges: list[int]
    bands: list[str | None]
    h: Any = field(default_factory=highspy.Highs)
    start: list[Any] = field(default_factory=list)
    end: list[Any] = field(default_factory=list)
    run: list[dict[int, Any]] = field(default_factory=list)
    over: list[dict[int, Any]] = field(default_factory=list)
    flags: list[dict[int, Any]] = field(default_factory=list)
    begins: list[list[Any]] = field(default_factory=list)
    ends: list[list[Any]] = field(default_factory=list)
    usual: Any = None
    tail: Any = None
    tail_flag: Any = None

    @property
    def periods(self) -> range:
        """Indices of the periods."""
        return range(len(self.bands))


@dataclass(frozen=True)
class Days:
    """What the first program decides: the periods of each batch's start, end and pauses, and the tail."""

    first: list[int]
    last: list[int]
    pauses: list[set[int]]
    tail: bool


def periods_of(mill: Mill) -> tuple[list[int], list[str | None]]:
    """Edges of the periods and each period's band (None where no share is published)."""
    edges, bands = [0], list[str | None]()
    for day in range(DAYS):
        fine = mill.shares is not None and day in DAYS_OF_TABLE_2
        cuts = BAND_EDGES_MIN[1:] if fine else (DAY_MIN,)
        edges += [day * DAY_MIN + cut for cut in cuts]
        bands += BANDS if fine else [None]
    return edges, bands


def days_model(mill: Mill) -> Model:
    """The mixed-integer program: equal batches, few pauses, and no batch beyond the count if possible."""
    model = Model(mill, *periods_of(mill))
    model.h.silent()
    for _ in range(mill.batches):
        add_batch(model)
    model.tail_flag = model.h.addBinary()
    add_common(model, OFF_SHARE)
    model.h.addConstr(model.tail <= SPAN_MIN[0] * model.tail_flag)
    cost: Any = 400 * model.tail_flag + 10 * sum(flag for flags in model.flags for flag in flags.values())
    for runs in model.run:
        off = model.h.addVariable(0, MOST_UNEVEN_MIN)
        model.h.addConstr(off >= sum(runs.values()) - model.usual)
        model.h.addConstr(off >= model.usual - sum(runs.values()))
        cost += off
    model.h.setObjective(cost, highspy.ObjSense.kMinimize)
    return model


def add_batch(model: Model) -> None:
    """A batch: start, end, and the periods that it covers."""
    h, edges = model.h, model.edges
    begins = [h.addBinary() for _ in model.periods]
    ends = [h.addBinary() for _ in model.periods]
    start, end = add_span(model)
    for flags, moment in ((begins, start), (ends, end)):
        h.addConstr(sum(flags) == 1)
        h.addConstr(moment >= sum(flag * edges[j] for j, flag in enumerate(flags)))
        h.addConstr(moment <= sum(flag * edges[j + 1] for j, flag in enumerate(flags)))
    model.begins.append(begins)
    model.ends.append(ends)
    model.flags.append({})
    model.run.append({})
    model.over.append({})
    for j in model.periods:
        covered = sum(begins[: j + 1]) - (sum(ends[:j]) if j else 0)
        add_period(model, j, covered, start, end)
        h.addConstr(model.run[-1][j] >= LEAST_RUN_MIN * begins[j])
        h.addConstr(model.run[-1][j] >= LEAST_RUN_MIN * ends[j])
    h.addConstr(sum(model.over[-1].values()) - end + start == 0)


def add_span(model: Model) -> tuple[Any, Any]:
    """Start and end of one more batch, counted by its start, of a cycle of 16 to 18 h."""
    h = model.h
    start, end = h.addVariable(CHARGE_MIN, COUNTED_MIN - 1), h.addVariable(0, END_MIN - DISCHARGE_MIN)
    h.addConstr(end - start >= SPAN_MIN[0])
    h.addConstr(end - start <= SPAN_MIN[1])
    model.start.append(start)
    model.end.append(end)
    return start, end


def add_period(model: Model, j: int, covered: Any, start: Any, end: Any) -> None:
    """The overlap of the newest batch with period j, and its minutes of running there."""
    h, low, high = model.h, model.edges[j], model.edges[j + 1]
    over, run = h.addVariable(0, high - low), h.addVariable(0, high - low)
    flag = h.addBinary()
    h.addConstr(covered >= 0)
    h.addConstr(over <= (high - low) * covered)
    h.addConstr(over <= end - low + END_MIN * (1 - covered))
    h.addConstr(over <= high - start + END_MIN * (1 - covered))
    h.addConstr(over - run <= min(MOST_PAUSE_MIN, high - low) * flag)
    h.addConstr(over - run >= LEAST_PAUSE_MIN * flag)
    model.flags[-1][j], model.run[-1][j], model.over[-1][j] = flag, run, over


def add_common(model: Model, off_share: float) -> None:
    """What both programs must meet: order and gaps, the days of Fig. 8, the shares of Table 2."""
    model.usual = model.h.addVariable(0, SPAN_MIN[1])
    model.tail = model.h.addVariable(0, SPAN_MIN[0] - GAP_MIN)
    for earlier, later in zip(model.end[:-1], model.start[1:], strict=True):
        model.h.addConstr(later >= earlier + GAP_MIN)
    if model.tail_flag is not None:
        model.h.addConstr(model.end[-1] + GAP_MIN <= END_MIN - model.tail + END_MIN * (1 - model.tail_flag))
    for day in range(DAYS):
        inside = [j for j in model.periods if model.edges[j] // DAY_MIN == day]
        total = run_in(model, inside) + (model.tail if day == DAYS - 1 else 0)
        model.h.addConstr(total == model.mill.running_min(day))
    if model.mill.shares is not None:
        add_shares(model, model.mill.shares, off_share)


def run_in(model: Model, periods: list[int]) -> Any:
    """All minutes of running in these periods."""
    runs = [runs[j] for runs in model.run for j in periods if j in runs]
    return sum(runs) if runs else 0 * model.usual


def add_shares(model: Model, shares: dict[str, float], off_share: float) -> None:
    """Table 2: the share of the energy of 14-16 March in each band."""
    mill = model.mill
    total_kwh = sum(mill.daily_kwh[day] for day in DAYS_OF_TABLE_2)
    for band, share in shares.items():
        periods = [j for j in model.periods if model.bands[j] == band]
        length = sum(model.edges[j + 1] - model.edges[j] for j in periods)
        energy = mill.standby_kw / 60 * length
        for day in DAYS_OF_TABLE_2:
            of_day = [j for j in periods if model.edges[j] // DAY_MIN == day]
            energy = energy + mill.spare_kwh_per_min(day) * run_in(model, of_day)
        model.h.addConstr(energy >= (share - off_share) * total_kwh)
        model.h.addConstr(energy <= (share + off_share) * total_kwh)


def solve_days(model: Model) -> Days:
    """Solves the mixed-integer program."""
    values = solve(model, "days", 120.0, 0.02)

    def chosen(flag: Any) -> bool:
        return bool(values[flag.index] > 0.5)

    return Days(
        [next(j for j, flag in enumerate(flags) if chosen(flag)) for flags in model.begins],
        [next(j for j, flag in enumerate(flags) if chosen(flag)) for flags in model.ends],
        [{j for j, flag in flags.items() if chosen(flag)} for flags in model.flags],
        chosen(model.tail_flag),
    )


def placed_model(mill: Mill, days: Days, off_share: float) -> Model:
    """The program with days and pauses kept, without an objective."""
    model = Model(mill, *periods_of(mill))
    model.h.silent()
    for first, last, pauses in zip(days.first, days.last, days.pauses, strict=True):
        add_placed_batch(model, first, last, pauses)
    model.tail_flag = 1.0 if days.tail else None
    add_common(model, off_share)
    model.h.changeColBounds(model.tail.index, 0.0, SPAN_MIN[0] if days.tail else 0.0)
    return model


def even_model(mill: Mill, days: Days) -> Model:
    """The quadratic program: with days and pauses kept, batches, cycles and idle times as even as can be."""
    model = placed_model(mill, days, OFF_SHARE)
    h = model.h
    squares: dict[int, float] = {}
    middle_min, count = sum(SPAN_MIN) / 2, len(model.start)
    idle_min = (END_MIN - count * middle_min) / count
    for k in range(count):
        squares[deviation(h, sum(model.run[k].values()) - model.usual)] = 4.0
        squares[deviation(h, model.end[k] - model.start[k] - middle_min)] = 1.0
        for j in days.pauses[k]:
            squares[deviation(h, model.over[k][j] - model.run[k][j])] = 0.05
        if k:
            squares[deviation(h, model.start[k] - model.end[k - 1] - idle_min)] = 0.01
    pass_squares(h, squares)
    return model


def add_placed_batch(model: Model, first: int, last: int, pauses: set[int]) -> None:
    """A batch whose periods are decided."""
    h, edges = model.h, model.edges
    start, end = add_span(model)
    for moment, j in ((start, first), (end, last)):
        h.addConstr(moment >= edges[j])
        h.addConstr(moment <= edges[j + 1])
    model.run.append({})
    model.over.append({})
    for j in range(first, last + 1):
        over = (end if j == last else edges[j + 1]) - (start if j == first else edges[j])
        run = h.addVariable(LEAST_RUN_MIN if j in (first, last) else 0, edges[j + 1] - edges[j])
        h.addConstr(over - run >= (LEAST_PAUSE_MIN if j in pauses else 0))
        h.addConstr(over - run <= (MOST_PAUSE_MIN if j in pauses else 0))
        model.run[-1][j], model.over[-1][j] = run, over


def deviation(h: Any, expression: Any) -> int:
    """The index of a new variable that equals the expression."""
    off = h.addVariable(-highspy.kHighsInf, highspy.kHighsInf)
    h.addConstr(off - expression == 0)
    return int(off.index)


def pass_squares(h: Any, squares: dict[int, float]) -> None:
    """Sets the objective to half the sum of weight × variable²."""
    columns = h.getNumCol()
    starts: NDArray[np.int32] = np.zeros(columns + 1, np.int32)
    starts[[index + 1 for index in squares]] = 1
    indices = np.array(sorted(squares), np.int32)
    weights = np.array([squares[index] for index in sorted(squares)])
    kind = highspy.HessianFormat.kTriangular
    h.passHessian(columns, len(indices), kind, np.cumsum(starts).astype(np.int32), indices, weights)


def whole_model(even: Model, values: list[float], days: Days) -> Model:
    """The program in whole minutes, as near as can be to the even schedule."""
    model = placed_model(even.mill, days, OFF_SHARE_WHOLE_MIN)
    h = model.h
    cost: Any = 0
    for mine, its in zip(moments(model), moments(even), strict=True):
        h.changeColIntegrality(mine.index, highspy.HighsVarType.kInteger)
        off = h.addVariable(0, highspy.kHighsInf)
        h.addConstr(off >= mine - values[its.index])
        h.addConstr(off >= values[its.index] - mine)
        cost += off
    h.setObjective(cost, highspy.ObjSense.kMinimize)
    return model


def moments(model: Model) -> list[Any]:
    """The variables that are minutes of a schedule."""
    return [*model.start, *model.end, *(run for runs in model.run for run in runs.values()), model.tail]


def solve(model: Model, what: str, seconds: float, off: float = 0.0) -> list[float]:
    """Solves a program; its answer is the values of all variables. Raises SystemExit where there is none."""
    h = model.h
    h.setOptionValue("time_limit", seconds)
    h.setOptionValue("mip_rel_gap", off)
    h.setOptionValue("random_seed", 1)
    h.setOptionValue("threads", 1)
    h.run()
    status = h.modelStatusToString(h.getModelStatus())
    print(f"{model.mill.id}: {what}: {status}", file=sys.stderr)
    if status not in ("Optimal", "Time limit reached"):
        raise SystemExit(f"{model.mill.id}: no reconstruction ({status}).")
    return list(h.getSolution().col_value)
