"""From batches, twin and plant to a plan's problem, and from a plan to commands; used by desk and station."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from hmi.approval import PlanDocument, data_hash, tariff_hash
from hmi.demand import counted_interval_min, into_interval_ms, peaks_so_far_kw
from hmi.plant import MachineSpec, Plant
from hmi.plant_limits import problem_limits
from hmi.store.batches import batches as stored_batches
from hmi.store.database import Store
from hmi.store.records import Batch, CommandAction, Cycle, MachineStatus
from hmi.store.status import cycles as stored_cycles
from hmi.store.status import machine_statuses
from solver.durations import DAY_MS, MINUTE_MS
from solver.plan import Plan, end_min, segments
from solver.problem import (
    BatchSpec,
    Machine,
    PauseRule,
    PlanProblem,
    ProblemError,
    UnderWay,
    problem_start_ms,
)
from solver.tariff import PriceSeries, Tariff

EARLY_MS = 30 * MINUTE_MS  # so much before a batch's earliest start a cycle may begin and still be it
HABIT_HEAD_START_MS = 10 * MINUTE_MS  # the crew's own batch is well begun before its mill is taken over


class NothingToPlanError(ProblemError):
    """There is no batch that a plan could still move; `waiting` are those that cannot be done in time."""

    def __init__(self, sentence: str, waiting: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.waiting = tuple(waiting)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a plan starts from: the time, what production asks for, and what the machines are doing."""

    now_ms: int
    batches: Sequence[Batch]
    machines: Mapping[str, MachineStatus]
    cycles: Sequence[Cycle]
    peaks_kw: Mapping[str, float] = field(default_factory=dict)  # highest demand of the month, by charge


@dataclass(frozen=True, slots=True)
class PlanTime:
    """The time that a plan is about, and how much of it has passed when the plan is made."""

    start_ms: int
    passed_min: int
    horizon_min: int


@dataclass(frozen=True, slots=True)
class PlannedCommand:
    """What is to be asked of the PLC, and when."""

    machine: str
    batch: str
    action: CommandAction
    due_ms: int


def situation(
    store: Store,
    plant: Plant,
    now_ms: int,
    ahead_ms: int = 0,
    tariff: Tariff | PriceSeries | None = None,
) -> Situation:
    """The present situation as the database has it; batches of the horizon, or of `ahead_ms` if more.

    With the tariff of a plan to come, also what its demand charges have been paid for.
    """
    to_ms = now_ms + max(ahead_ms, plant.rules.horizon_min * MINUTE_MS)
    peaks_kw: dict[str, float] = {}
    if tariff is not None:
        peaks_kw = peaks_so_far_kw(store, plant, tariff, plan_time(plant, tariff, now_ms).start_ms)
    return Situation(
        now_ms=now_ms,
        batches=stored_batches(store, now_ms - DAY_MS, to_ms),
        machines=machine_statuses(store),
        cycles=stored_cycles(store, from_ms=now_ms - 2 * DAY_MS, to_ms=now_ms),
        peaks_kw=peaks_kw,
    )


def plan_problem(plant: Plant, tariff: Tariff | PriceSeries, known: Situation) -> PlanProblem:
    """The problem of moving what can still be moved; raises NothingToPlanError.

    It begins as `plan_time` says; no batch of it may start before the plant's lead time is over.
    """
    time = plan_time(plant, tariff, known.now_ms)
    machines = [_machine(plant, machine, known, time) for machine in plannable_machines(plant)]
    if not any(machine.batches for machine in machines):
        waiting = [batch.id for machine in machines for batch in waiting_batches(machine.id, known)]
        raise NothingToPlanError(
            f"No batch of the next {plant.rules.horizon_min / 60:.0f} h can be moved; enter batches first.",
            waiting,
        )
    start = datetime.fromtimestamp(time.start_ms / 1000, plant.zone)
    return PlanProblem(
        start=start.isoformat(timespec="minutes"),
        timezone=plant.timezone,
        horizon_min=time.horizon_min,
        tariff=tariff,
        machines=[machine for machine in machines if machine.batches or machine.under_way],
        limits=problem_limits(plant.limits, plant.supply_kw, known.peaks_kw),
    )


def plan_time(plant: Plant, tariff: Tariff | PriceSeries, now_ms: int) -> PlanTime:
    """From the next full minute on; with a price or a limit on demand, from the metering interval under way.

    The meter's intervals begin by the clock: in intervals that begin with the plan, whenever it is made, the
    same load would have other means.
    """
    full_minute_ms = -(-now_ms // MINUTE_MS) * MINUTE_MS
    length_ms = counted_interval_min(plant, tariff) * MINUTE_MS
    passed_min = into_interval_ms(plant.zone, full_minute_ms, length_ms) // MINUTE_MS
    return PlanTime(full_minute_ms - passed_min * MINUTE_MS, passed_min, plant.rules.horizon_min + passed_min)


def plannable_machines(plant: Plant) -> list[MachineSpec]:
    """The machines that the PLC can start; all where there is no PLC and people carry out the plan."""
    if plant.plc is None:
        return plant.machines
    return [machine for machine in plant.machines if machine.id in plant.plc.machines]


def waiting_batches(machine: str, known: Situation) -> list[Batch]:
    """The batches of a machine that have not begun, in the order of the crew's habit.

    A batch has begun when the meter saw a cycle begin in its time; one that should be long over has, too.
    """
    begun = _begun_ms(machine, known)
    return [
        batch
        for batch in _of_machine(machine, known)
        if batch.id not in begun and batch.habit_start_ms + batch.running_min * MINUTE_MS > known.now_ms
    ]


def batch_under_way(machine: str, known: Situation) -> str:
    """The id of the batch that a machine's cycle is; "" between batches, or where nobody asked for it."""
    status = known.machines.get(machine)
    if status is None or status.cycle_start_ms is None:
        return ""
    begun = _begun_ms(machine, known)
    return next((batch for batch, t_ms in begun.items() if t_ms == status.cycle_start_ms), "")


def _begun_ms(machine: str, known: Situation) -> dict[str, int]:
    """When batches of a machine began, by id: each takes the first cycle in its time that is left."""
    begun = sorted(cycle.start_ms for cycle in known.cycles if cycle.machine == machine)
    status = known.machines.get(machine)
    if status is not None and status.cycle_start_ms is not None:
        begun.append(status.cycle_start_ms)
    found: dict[str, int] = {}
    for batch in _of_machine(machine, known):
        its_start = next(
            (t_ms for t_ms in begun if batch.earliest_ms - EARLY_MS <= t_ms < batch.due_ms), None
        )
        if its_start is not None:
            begun.remove(its_start)
            found[batch.id] = its_start
    return found


def _of_machine(machine: str, known: Situation) -> list[Batch]:
    return sorted((batch for batch in known.batches if batch.machine == machine), key=_habit_start)


def free_from_ms(plant: Plant, machine: str, known: Situation) -> int:
    """When a machine will have ended the batch under way, cautiously; 0 where nothing is known."""
    status = known.machines.get(machine)
    if status is None or status.cycle_start_ms is None:
        ends = [cycle.end_ms for cycle in known.cycles if cycle.machine == machine]
        return max(ends, default=0)
    expected = status.end_high_ms or status.end_ms
    whole_min = plant.machine(machine).batch_running_min
    return expected or max(known.now_ms, status.cycle_start_ms + round(whole_min * MINUTE_MS))


def planned_commands(
    problem: PlanProblem, plan: Plan, take_due_ms: Mapping[str, int]
) -> list[PlannedCommand]:
    """All commands of a plan by due time; machines without `take_due_ms` are left out."""
    found = [
        command
        for machine in problem.machines
        if machine.id in take_due_ms
        for command in _machine_commands(problem, machine, plan, take_due_ms[machine.id])
    ]
    return sorted(found, key=_due)


def take_over_ms(machine: str, planned: Iterable[str], first_start_ms: int, known: Situation) -> int:
    """When a machine is to be taken over: now, or once the crew has begun what the plan leaves to it."""
    ours = set(planned)
    left = [
        batch.habit_start_ms + HABIT_HEAD_START_MS
        for batch in waiting_batches(machine, known)
        if batch.id not in ours and batch.habit_start_ms < first_start_ms
    ]
    return max([known.now_ms, *left])


def plan_document(
    plant: Plant, problem: PlanProblem, plan: Plan, *, proposer: str, created_ms: int, automatic: bool = True
) -> PlanDocument:
    """What the proposer and the supervisor sign; the problem must carry its tariff, not only the name."""
    assert not isinstance(problem.tariff, str)
    return PlanDocument(
        plant=plant.name,
        start_ms=problem_start_ms(problem),
        end_ms=plan_end_ms(problem, plan),
        starts_min=moved_starts_min(plan),
        pauses_min=plan.pauses_min,
        baseline_starts_min=baseline_starts_min(problem),
        cost=plan.cost,
        cost_before=plan.cost_before,
        bound=plan.bound,
        currency=plant.currency,
        tariff_hash=tariff_hash(problem.tariff),
        data_hash=data_hash(problem),
        proposer=proposer,
        created_ms=created_ms,
        automatic=automatic,
    )


def baseline_starts_min(problem: PlanProblem) -> dict[str, dict[str, int]]:
    """Where the crew's habit has the batches, minutes from the problem's start."""
    return {
        machine.id: {
            batch.id: batch.earliest_min if batch.now_min is None else batch.now_min
            for batch in machine.batches
        }
        for machine in problem.machines
        if machine.batches
    }


def moved_starts_min(plan: Plan) -> dict[str, dict[str, int]]:
    """The starts of a plan without the machines that only end the batch that is under way."""
    return {machine: starts for machine, starts in plan.starts_min.items() if starts}


def habit_min(batch: Batch, start_ms: int) -> int:
    """When the crew would start a batch, minutes from a problem's start; one that is late starts at once."""
    return max(0, round((batch.habit_start_ms - start_ms) / MINUTE_MS))


def plan_end_ms(problem: PlanProblem, plan: Plan) -> int:
    """When the last batch of a plan ends."""
    ends = [
        end_min(batch, plan.starts_min[machine.id][batch.id], _pauses(plan, machine.id, batch.id))
        for machine in problem.machines
        for batch in machine.batches
    ]
    return problem_start_ms(problem) + max(ends) * MINUTE_MS


def first_start_ms(problem: PlanProblem, plan: Plan) -> int:
    """When the first batch of a plan starts."""
    starts = [start for machine in plan.starts_min.values() for start in machine.values()]
    return problem_start_ms(problem) + min(starts) * MINUTE_MS


def _machine(plant: Plant, machine: MachineSpec, known: Situation, time: PlanTime) -> Machine:
    start_ms = time.start_ms
    earliest_min = time.passed_min + plant.rules.lead_min
    free_ms = free_from_ms(plant, machine.id, known)
    batches: list[BatchSpec] = []
    for batch in waiting_batches(machine.id, known):
        free_min = ceil((free_ms - start_ms) / MINUTE_MS) + batch.gap_before_min if free_ms else 0
        spec = _batch_spec(batch, start_ms, max(earliest_min, free_min))
        if _fits(spec, time.horizon_min):
            batches.append(spec)
            continue
        if batches:  # its successors would have to wait for one that is not in the plan
            break
        habit_end_ms = max(batch.habit_start_ms, free_ms) + batch.running_min * MINUTE_MS
        free_ms = max(free_ms, habit_end_ms)
    return Machine(
        id=machine.id,
        batches=batches,
        idle_kw=machine.standby_kw,
        under_way=_under_way(plant, machine, known, time),
    )


def _under_way(plant: Plant, machine: MachineSpec, known: Situation, time: PlanTime) -> UnderWay | None:
    """The batch that runs now, with the twin's remaining time and energy; until its cautious end."""
    status = known.machines.get(machine.id)
    if status is None or status.cycle_start_ms is None:
        return None
    free_min = ceil((free_from_ms(plant, machine.id, known) - time.start_ms) / MINUTE_MS)
    left_min = min(free_min, time.horizon_min)
    if left_min < 1:
        return None
    power_kw = machine.running_kw
    if status.remaining_high_kwh is not None:
        passed = power_kw * time.passed_min  # since the plan's start, in kW·min
        power_kw = min(power_kw, (passed + status.remaining_high_kwh * 60) / left_min)
    return UnderWay(left_min, max(power_kw, machine.standby_kw))


def _batch_spec(batch: Batch, start_ms: int, earliest_min: int) -> BatchSpec:
    return BatchSpec(
        id=batch.id,
        duration_min=batch.running_min,
        power_kw=batch.power_kw,
        earliest_min=max(earliest_min, ceil((batch.earliest_ms - start_ms) / MINUTE_MS)),
        due_min=max(1, (batch.due_ms - start_ms) // MINUTE_MS),
        gap_before_min=batch.gap_before_min,
        pauses=PauseRule(most=batch.most_pauses, least_min=batch.least_pause_min),
        now_min=habit_min(batch, start_ms),
    )


def _fits(batch: BatchSpec, horizon_min: int) -> bool:
    latest_min = horizon_min if batch.due_min is None else min(batch.due_min, horizon_min)
    habit_fits = (batch.now_min or 0) + batch.duration_min <= horizon_min
    return habit_fits and batch.earliest_min + batch.duration_min <= latest_min


def _machine_commands(
    problem: PlanProblem, machine: Machine, plan: Plan, take_ms: int
) -> list[PlannedCommand]:
    start_ms = problem_start_ms(problem)
    commands = [PlannedCommand(machine.id, "", CommandAction.TAKE, take_ms)]
    last_ms = start_ms
    for batch in machine.batches:
        spans = segments(batch, plan.starts_min[machine.id][batch.id], _pauses(plan, machine.id, batch.id))
        for index, (from_min, to_min) in enumerate(spans):
            from_ms, last_ms = start_ms + from_min * MINUTE_MS, start_ms + to_min * MINUTE_MS
            commands.append(PlannedCommand(machine.id, batch.id, CommandAction.START, from_ms))
            if index + 1 < len(spans):
                commands.append(PlannedCommand(machine.id, batch.id, CommandAction.PAUSE, last_ms))
    commands.append(PlannedCommand(machine.id, "", CommandAction.RELEASE, last_ms))
    return commands


def _pauses(plan: Plan, machine: str, batch: str) -> list[tuple[int, int]]:
    return plan.pauses_min.get(machine, {}).get(batch, [])


def _habit_start(batch: Batch) -> tuple[int, str]:
    return batch.habit_start_ms, batch.id


def _due(command: PlannedCommand) -> int:
    return command.due_ms
