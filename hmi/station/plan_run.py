"""A plan in the station's hands: what was signed, its commands, and how far its batches are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import msgspec

from hmi.approval import PlanDocument, read_document
from hmi.station.forecast_keeper import PlannedBatch
from hmi.station.plan_commands import MOTOR, OPEN, BatchProgress
from hmi.station.verification import BatchWindow
from hmi.store.database import Store
from hmi.store.plans import commands
from hmi.store.records import Command, CommandAction, CommandState, PlanRow, PlanState
from hmi.store.status import save_setting, setting
from solver.durations import MINUTE_MS
from solver.plan import Plan, segments
from solver.problem import BatchSpec, PlanProblem, decode_problem

GRACE_MS = 120 * MINUTE_MS  # how long after its end a plan waits for batches that are late
LIVE = (PlanState.APPROVED, PlanState.ACTIVE)
Progress = dict[str, tuple[BatchProgress, ...]]


@dataclass(slots=True)
class PlanRun:
    """Grows with what the PLC answers; commands and progress are in the store, too."""

    plan_id: int
    state: PlanState
    document: PlanDocument
    problem: PlanProblem
    plan: Plan
    progress: Progress
    commands: dict[int, Command] = field(default_factory=dict)
    finished_ms: int | None = None

    @property
    def stopped(self) -> bool:
        """Whether a person stopped it."""
        return self.state is PlanState.STOPPED

    def is_over(self, now_ms: int) -> bool:
        """Whether nothing but releases may be written any more."""
        return self.state not in LIVE or now_ms > self.document.end_ms + GRACE_MS

    def of_machine(self, machine: str) -> list[Command]:
        """The commands of a machine."""
        return [command for command in self.commands.values() if command.machine == machine]

    def has_open(self, *actions: CommandAction) -> bool:
        """Whether a command of these actions (of any when none is named) is not settled."""
        unsettled = (*OPEN, CommandState.WRITING)
        return any(
            command.state in unsettled and (not actions or command.action in actions)
            for command in self.commands.values()
        )

    def has_taken(self, machine: str) -> bool:
        """Whether a machine is in the station's hands: taken, and not released since."""
        settled = [
            command
            for command in self.of_machine(machine)
            if command.state is CommandState.VERIFIED
            and command.action in (CommandAction.TAKE, CommandAction.RELEASE)
        ]
        last = max(settled, key=_sequence, default=None)
        return last is not None and last.action is CommandAction.TAKE

    def has_started(self, machine: str, batch: str) -> bool:
        """Whether a batch runs by the plan: what was last asked of its motor is a start, maybe just now."""
        asked = [
            command
            for command in self.of_machine(machine)
            if command.batch == batch
            and (
                (command.action is CommandAction.START and command.state is CommandState.WRITING)
                or (command.action in MOTOR and command.state is CommandState.VERIFIED)
            )
        ]
        last = max(asked, key=_sequence, default=None)
        return last is not None and last.action is CommandAction.START

    def all_done(self) -> bool:
        """Whether every planned batch is done."""
        return all(item.done_ms is not None for items in self.progress.values() for item in items)

    def slack_min(self, machine: str, batch: str) -> int:
        """How many minutes a batch may end later than planned and still be in time."""
        spec = self.batch(machine, batch)
        latest_min = self.problem.horizon_min if spec.due_min is None else spec.due_min
        return latest_min - self.spans_min(machine, spec)[-1][1]

    def batch(self, machine: str, batch: str) -> BatchSpec:
        """A planned batch as the problem has it."""
        return next(spec for spec in self._batches(machine) if spec.id == batch)

    def spans_min(self, machine: str, spec: BatchSpec) -> list[tuple[int, int]]:
        """When a batch is planned to run, minutes from the document's start."""
        pauses = self.document.pauses_min.get(machine, {}).get(spec.id, [])
        return segments(spec, self.document.starts_min[machine][spec.id], pauses)

    def planned(self) -> dict[str, list[PlannedBatch]]:
        """When each machine's batches are to run, UTC ms; what was done already is left out."""
        return {
            machine: [
                PlannedBatch(item.batch, self._spans_ms(machine, item.batch))
                for item in items
                if item.done_ms is None
            ]
            for machine, items in self.progress.items()
        }

    def windows(self, now_ms: int) -> list[BatchWindow]:
        """When each batch was in its machine, as far as the PLC told."""
        return [
            BatchWindow(machine, item.batch, *self._window(machine, item, now_ms))
            for machine, items in self.progress.items()
            for item in items
        ]

    def _window(self, machine: str, item: BatchProgress, now_ms: int) -> tuple[int, int]:
        planned_ms = self._spans_ms(machine, item.batch)[0][0]
        if item.started_ms is None:
            return planned_ms, planned_ms
        return item.started_ms, now_ms if item.done_ms is None else item.done_ms

    def _spans_ms(self, machine: str, batch: str) -> list[tuple[int, int]]:
        start_ms = self.document.start_ms
        spans = self.spans_min(machine, self.batch(machine, batch))
        return [
            (start_ms + from_min * MINUTE_MS, start_ms + to_min * MINUTE_MS) for from_min, to_min in spans
        ]

    def _batches(self, machine: str) -> Iterator[BatchSpec]:
        return (spec for found in self.problem.machines if found.id == machine for spec in found.batches)


def load_run(store: Store, row: PlanRow) -> PlanRun:
    """The run of a stored plan, as far as it had come."""
    problem = decode_problem(row.problem_json)
    run = PlanRun(
        plan_id=row.id,
        state=row.state,
        document=read_document(row.document),
        problem=problem,
        plan=msgspec.json.decode(row.plan_json, type=Plan),
        progress={
            machine.id: tuple(BatchProgress(batch.id) for batch in machine.batches)
            for machine in problem.machines
            if machine.batches
        },
        commands={command.id: command for command in commands(store, row.id)},
        finished_ms=row.finished_ms,
    )
    stored = setting(store, _key(row.id))
    if stored is not None:
        run.progress = msgspec.convert(stored, Progress)
    return run


def save_progress(store: Store, run: PlanRun) -> None:
    """Keeps how far the batches are, for a station that starts again."""
    save_setting(store, _key(run.plan_id), run.progress, durable=False)


def note_started(run: PlanRun, machine: str, batch: str, t_ms: int) -> None:
    """The plan's START of a batch was carried out."""
    run.progress[machine] = tuple(
        replace(item, started_ms=t_ms if item.started_ms is None else item.started_ms, by_hand=False)
        if item.batch == batch
        else item
        for item in run.progress[machine]
    )


def _key(plan_id: int) -> str:
    return f"plan_progress_{plan_id}"


def _sequence(command: Command) -> int:
    return command.sequence
