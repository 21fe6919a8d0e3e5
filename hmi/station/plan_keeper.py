"""Keeps plans through their life: proposed, approved, active, finished, verified, or ended otherwise."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import msgspec

from devices.clock import Clock
from devices.line_events import WriteDone
from hmi.approval import DocumentError, verify_approval, verify_rejection
from hmi.planning import planned_commands, situation, take_over_ms
from hmi.plant import Plant
from hmi.station.audit_trail import note
from hmi.station.authority import RefusedError, StaleError
from hmi.station.codes import Refusal, Skip, Stale
from hmi.station.executor import Executor
from hmi.station.facts import Facts
from hmi.station.forecast_keeper import PlannedBatch
from hmi.station.outcome import Outcome
from hmi.station.payloads import DecidePlan, EndPlan, ProposePlan
from hmi.station.plan_checks import (
    check_batches_unchanged,
    check_fresh,
    check_proposal,
    check_signed,
    read_proposal,
)
from hmi.station.plan_commands import OPEN
from hmi.station.plan_run import LIVE, PlanRun, load_run
from hmi.station.plan_trust import carries_out_what_was_signed, is_approved
from hmi.station.state_keeper import StateKeeper
from hmi.station.verification import BatchWindow, verify_plan
from hmi.store.database import Store
from hmi.store.plans import commands, insert_plan, plan, plans, set_plan_state
from hmi.store.records import Command, CommandAction, CommandState, PlanRow, PlanState, User
from hmi.store.status import cycles
from solver.durations import MINUTE_MS
from solver.problem import ProblemError

log = logging.getLogger(__name__)

VERIFY_WITHIN_MS = 30 * MINUTE_MS  # after its end; so long releases and last readings are waited for
VERIFY_AFTER_MS = 5 * MINUTE_MS
MOTOR_AND_TAKE = (CommandAction.TAKE, CommandAction.START, CommandAction.PAUSE)


class PlanKeeper:
    """All plans that are not over; what it knows of them is in the store at every moment."""

    def __init__(
        self, store: Store, plant: Plant, facts: Facts, states: StateKeeper, clock: Clock, executor: Executor
    ) -> None:
        self._store = store
        self._plant = plant
        self._facts = facts
        self._states = states
        self._clock = clock
        self._executor = executor
        self.runs: dict[int, PlanRun] = {}
        self.reload()

    def reload(self) -> None:
        """Takes up from the store what is not over, each approval verified once more."""
        self.runs = {}
        for row in self._not_over():
            try:
                run = load_run(self._store, row)
                trusted = is_approved(self._store, row) and carries_out_what_was_signed(run)
            except (DocumentError, ProblemError, msgspec.DecodeError):
                log.error("plan %s cannot be read, so it is not carried on", row.id)
                if row.state in LIVE:
                    self._distrust(row)
                continue
            if row.state in LIVE and not trusted:
                self._distrust(row)
                self._hand_back(run, self._clock.now_ms())
            self._executor.let_go(run, [] if self._plant.plc is None else self._plant.plc.machines)
            self.runs[row.id] = run

    def _not_over(self) -> list[PlanRow]:
        """Plans in force or to be verified, and others of which a machine is still to be handed back."""
        rows = plans(self._store, [*LIVE, PlanState.FINISHED])
        unsettled = commands(self._store, states=[*OPEN, CommandState.WRITING])
        others = [plan(self._store, plan_id) for plan_id in sorted({one.plan_id for one in unsettled})]
        ended = (PlanState.STOPPED, PlanState.VERIFIED)
        return rows + [row for row in others if row is not None and row.state in ended]

    def _hand_back(self, run: PlanRun, now_ms: int) -> None:
        run.state = PlanState.STOPPED
        self._executor.skip_open(run, Skip.PLAN_STOPPED)
        self._executor.release_now(run, now_ms)

    def propose(self, payload: ProposePlan, actor: User) -> Outcome:
        """Stores a plan that is what it says; raises RefusedError."""
        proposal = check_proposal(self._store, self._plant, payload, actor)
        known = next((row for row in plans(self._store) if row.document == payload.document), None)
        if known is not None:
            raise RefusedError(Refusal.DUPLICATE_PLAN, plan_id=known.id)
        document = proposal.document
        row = PlanRow(
            id=0,
            state=PlanState.PROPOSED,
            document=payload.document,
            problem_json=payload.problem_json,
            plan_json=payload.plan_json,
            tariff_hash=document.tariff_hash,
            data_hash=document.data_hash,
            start_ms=document.start_ms,
            end_ms=document.end_ms,
            proposed_by=actor.name,
            proposed_ms=payload.t_ms,
            proposal_signature=payload.signature,
            note=payload.note,
        )
        plan_id = insert_plan(self._store, row)
        return Outcome(
            f"plan {plan_id}", after=PlanState.PROPOSED, reason=payload.note, detail={"plan_id": plan_id}
        )

    def approve(self, payload: DecidePlan, actor: User) -> Outcome:
        """Puts a plan in force; raises RefusedError, or StaleError when the world has left it behind."""
        row = self._decidable(payload, actor)
        signed = (actor.public_key, payload.signature, row.document, actor.name, payload.reason, payload.t_ms)
        if not verify_approval(*signed):
            raise RefusedError(Refusal.BAD_SIGNATURE, f"plan {row.id}")
        now_ms = self._clock.now_ms()
        proposal = read_proposal(row.document, row.problem_json, row.plan_json)
        check_signed(proposal)
        check_fresh(row.id, proposal, self._facts, self._states.statuses, now_ms)
        check_batches_unchanged(self._store, row.id, proposal.problem)
        if (other := self._in_force()) is not None:
            raise RefusedError(Refusal.ANOTHER_PLAN, f"plan {row.id}", plan_id=other)
        approved = set_plan_state(
            self._store,
            row.id,
            PlanState.APPROVED,
            decided_by=actor.name,
            decided_ms=payload.t_ms,
            decision_reason=payload.reason,
            approval_signature=payload.signature,
        )
        run = load_run(self._store, approved)
        if run.document.automatic:
            self._executor.add(run, self._commands(run, now_ms))
        if not is_approved(self._store, approved):
            raise RefusedError(Refusal.BAD_SIGNATURE, f"plan {row.id}")
        if not carries_out_what_was_signed(run):
            raise RefusedError(Refusal.DATA_MISMATCH, f"plan {row.id}", part="starts")
        self.runs[row.id] = run
        return Outcome(f"plan {row.id}", row.state, approved.state, payload.reason, {"plan_id": row.id})

    def reject(self, payload: DecidePlan, actor: User) -> Outcome:
        """Ends a proposed plan by a supervisor's signature."""
        row = self._decidable(payload, actor)
        signed = (actor.public_key, payload.signature, row.document, actor.name, payload.reason, payload.t_ms)
        if not verify_rejection(*signed):
            raise RefusedError(Refusal.BAD_SIGNATURE, f"plan {row.id}")
        after = set_plan_state(
            self._store,
            row.id,
            PlanState.REJECTED,
            decided_by=actor.name,
            decided_ms=payload.t_ms,
            decision_reason=payload.reason,
        )
        return Outcome(f"plan {row.id}", row.state, after.state, payload.reason)

    def withdraw(self, payload: EndPlan, actor: User) -> Outcome:
        """Ends a proposed plan by its proposer."""
        row = self._row(payload.plan_id)
        if row.proposed_by != actor.name:
            raise RefusedError(Refusal.NOT_PROPOSER, f"plan {row.id}")
        self._must_be(row, PlanState.PROPOSED)
        after = set_plan_state(self._store, row.id, PlanState.WITHDRAWN)
        return Outcome(f"plan {row.id}", row.state, after.state, payload.reason)

    def stop(self, payload: EndPlan) -> Outcome:
        """Ends a plan in force and hands every machine back at once."""
        row = self._row(payload.plan_id)
        self._must_be(row, *LIVE)
        now_ms = self._clock.now_ms()
        after = set_plan_state(
            self._store, row.id, PlanState.STOPPED, finished_ms=now_ms, state_reason=payload.reason
        )
        if (run := self.runs.get(row.id)) is not None:
            self._hand_back(run, now_ms)
        return Outcome(f"plan {row.id}", row.state, after.state, payload.reason)

    def end_stale(self, error: StaleError) -> None:
        """Ends a plan that the world has left behind."""
        set_plan_state(self._store, error.plan_id, PlanState.STALE, state_reason=error.code.value)

    def plc_read(self) -> None:
        """The PLC has just told of its machines."""
        for run in self.runs.values():
            self._executor.note_progress(run)

    def write_done(self, event: WriteDone) -> None:
        """A command was written, or not."""
        for run in self.runs.values():
            if event.command_id in run.commands:
                self._executor.write_done(run, event)

    def step(self) -> None:
        """Does what is due now for every plan."""
        now_ms = self._clock.now_ms()
        for run in list(self.runs.values()):
            self._executor.step(run, now_ms)
            self._live(run, now_ms)
            if run.state not in (*LIVE, PlanState.FINISHED) and not run.has_open():
                del self.runs[run.plan_id]

    def planned(self) -> dict[str, list[PlannedBatch]]:
        """When the machines' batches are to run by the plan in force, as far as they are not done."""
        found: dict[str, list[PlannedBatch]] = {}
        for run in self.runs.values():
            if run.state in LIVE:
                found.update(run.planned())
        return found

    @property
    def live_id(self) -> int | None:
        """The plan in force."""
        return next((run.plan_id for run in self.runs.values() if run.state in LIVE), None)

    def placing(self, batch: str) -> int | None:
        """The plan in force that places a batch; None where none does."""
        live = (run for run in self.runs.values() if run.state in LIVE)
        placed = (
            run.plan_id for run in live if any(batch in starts for starts in run.document.starts_min.values())
        )
        return next(placed, None)

    def _in_force(self) -> int | None:
        return next((run.plan_id for run in self.runs.values() if run.state in LIVE or run.has_open()), None)

    def _commands(self, run: PlanRun, now_ms: int) -> list[Command]:
        known = situation(self._store, self._plant, now_ms)
        take_due_ms = {
            machine: take_over_ms(machine, starts, self._first_ms(run, machine), known)
            for machine, starts in run.document.starts_min.items()
        }
        return [
            Command(0, run.plan_id, item.machine, item.batch, item.action, item.due_ms, 0)
            for item in planned_commands(run.problem, run.plan, take_due_ms)
        ]

    def _first_ms(self, run: PlanRun, machine: str) -> int:
        return run.document.start_ms + min(run.document.starts_min[machine].values()) * MINUTE_MS

    def _live(self, run: PlanRun, now_ms: int) -> None:
        match run.state:
            case PlanState.APPROVED:
                self._live_approved(run, now_ms)
            case PlanState.ACTIVE:
                if (run.all_done() or run.is_over(now_ms)) and not run.has_open(*MOTOR_AND_TAKE):
                    run.finished_ms = now_ms
                    self._move(run, PlanState.FINISHED, now_ms)
            case PlanState.FINISHED:
                if self._can_be_verified(run, now_ms):
                    self._verify(run, now_ms)
            case _:
                return

    def _live_approved(self, run: PlanRun, now_ms: int) -> None:
        begun = (CommandState.WRITING, CommandState.VERIFIED)
        taken = any(
            command.action is CommandAction.TAKE and command.state in begun
            for command in run.commands.values()
        )
        begins = not run.document.automatic and now_ms >= self._begin_ms(run)
        if taken or begins:
            self._move(run, PlanState.ACTIVE, now_ms)
        elif run.is_over(now_ms):
            self._move(run, PlanState.STALE, now_ms)

    def _begin_ms(self, run: PlanRun) -> int:
        return min(self._first_ms(run, machine) for machine in run.document.starts_min)

    def _move(self, run: PlanRun, state: PlanState, now_ms: int) -> None:
        """The station's own step in a plan's life, with its place in the audit."""
        before = run.state
        with self._store.transaction():
            match state:
                case PlanState.ACTIVE:
                    set_plan_state(self._store, run.plan_id, state, activated_ms=now_ms)
                case PlanState.FINISHED:
                    reason = "" if run.all_done() else "end_passed"
                    set_plan_state(self._store, run.plan_id, state, finished_ms=now_ms, state_reason=reason)
                case _:
                    set_plan_state(self._store, run.plan_id, state, state_reason=Stale.START_PASSED.value)
            self._note(run.plan_id, before, state)
        run.state = state

    def _can_be_verified(self, run: PlanRun, now_ms: int) -> bool:
        since_ms = now_ms - (run.finished_ms or now_ms)
        if since_ms >= VERIFY_WITHIN_MS:
            return True
        return since_ms >= VERIFY_AFTER_MS and not run.has_open()

    def _verify(self, run: PlanRun, now_ms: int) -> None:
        found = verify_plan(
            self._store, self._plant, run.document, run.problem, self._windows(run, now_ms), now_ms
        )
        with self._store.transaction():
            set_plan_state(
                self._store,
                run.plan_id,
                PlanState.VERIFIED,
                verification_json=msgspec.json.encode(found),
            )
            self._note(run.plan_id, run.state, PlanState.VERIFIED)
        run.state = PlanState.VERIFIED

    def _windows(self, run: PlanRun, now_ms: int) -> list[BatchWindow]:
        """By the PLC where the station carried the plan out, else by the cycles that the meters saw."""
        windows = run.windows(min(now_ms, run.finished_ms or now_ms))
        if run.document.automatic:
            return windows
        seen: Mapping[str, list[tuple[int, int]]] = {
            machine: [
                (cycle.start_ms, cycle.end_ms)
                for cycle in cycles(self._store, machine, run.document.start_ms, now_ms)
                if cycle.start_ms >= run.document.start_ms
            ]
            for machine in run.progress
        }
        return [
            BatchWindow(window.machine, window.batch, *seen[window.machine].pop(0))
            if seen[window.machine]
            else window
            for window in windows
        ]

    def _decidable(self, payload: DecidePlan, actor: User) -> PlanRow:
        row = self._row(payload.plan_id)
        if row.proposed_by == actor.name:
            raise RefusedError(Refusal.OWN_PLAN, f"plan {row.id}")
        self._must_be(row, PlanState.PROPOSED)
        return row

    def _row(self, plan_id: int) -> PlanRow:
        row = plan(self._store, plan_id)
        if row is None:
            raise RefusedError(Refusal.UNKNOWN_PLAN, f"plan {plan_id}")
        return row

    def _must_be(self, row: PlanRow, *states: PlanState) -> None:
        if row.state not in states:
            raise RefusedError(Refusal.WRONG_PLAN_STATE, f"plan {row.id}", state=row.state.value)

    def _distrust(self, row: PlanRow) -> None:
        """A plan in force without an approval that can be verified is stopped; no motor moves by it."""
        log.error("plan %s is in force without an approval that can be verified; it is stopped", row.id)
        with self._store.transaction():
            set_plan_state(
                self._store, row.id, PlanState.STOPPED, state_reason=Stale.UNVERIFIED_APPROVAL.value
            )
            self._note(row.id, row.state, PlanState.STOPPED)

    def _note(self, plan_id: int, before: PlanState, after: PlanState) -> None:
        note(
            self._store,
            self._clock,
            action=f"plan_{after}",
            target=f"plan {plan_id}",
            before=before,
            after=after,
        )
