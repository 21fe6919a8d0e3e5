"""Answers what desks ask for: each request once, by who may, and with its place in the audit."""

from __future__ import annotations

import logging

from devices.clock import Clock
from hmi.plant import Plant
from hmi.station.alarm_keeper import AlarmKeeper, UnknownAlarmError
from hmi.station.alarm_machine import AlarmMoveError
from hmi.station.audit_trail import note
from hmi.station.authority import RefusedError, StaleError, authorised
from hmi.station.batch_entry import enter_batch
from hmi.station.batch_noting import note_batch, take_back_note
from hmi.station.codes import Refusal
from hmi.station.finding_keeper import FindingKeeper
from hmi.station.model_keeper import ModelKeeper
from hmi.station.outcome import Outcome
from hmi.station.payloads import (
    CloseFinding,
    DecidePlan,
    EditPlant,
    EndPlan,
    EnterBatch,
    HandleAlarm,
    NoteBatch,
    PayloadError,
    PinModel,
    ProposePlan,
    SuppressAlarm,
    TakeBackNote,
    read_payload,
)
from hmi.station.plan_keeper import PlanKeeper
from hmi.station.plant_editing import PlantFile, edit_plant
from hmi.station.state_keeper import StateKeeper
from hmi.store.database import Store
from hmi.store.records import Alarm, Request, RequestKind, User
from hmi.store.requests import answer, open_requests, unreadable_requests

log = logging.getLogger(__name__)

PLAN_KINDS = (
    RequestKind.PROPOSE_PLAN,
    RequestKind.APPROVE_PLAN,
    RequestKind.REJECT_PLAN,
    RequestKind.WITHDRAW_PLAN,
    RequestKind.STOP_PLAN,
)

TWIN_KINDS = (
    RequestKind.PIN_MODEL,
    RequestKind.CLOSE_FINDING,
    RequestKind.NOTE_BATCH,
    RequestKind.TAKE_BACK_NOTE,
)


class RequestKeeper:
    """Looks for open requests and answers them in their order."""

    def __init__(
        self,
        store: Store,
        plant: Plant,
        clock: Clock,
        plans: PlanKeeper,
        alarms: AlarmKeeper,
        models: ModelKeeper,
        findings: FindingKeeper,
        states: StateKeeper,
        plant_file: PlantFile | None = None,
    ) -> None:
        self._store = store
        self._plant = plant
        self._clock = clock
        self._plans = plans
        self._alarms = alarms
        self._models = models
        self._findings = findings
        self._states = states
        self._plant_file = plant_file
        self.plant_changed = False  # the station works with the old one until it begins anew

    def answer_open(self) -> None:
        """Answers all that is open now."""
        for request_id in unreadable_requests(self._store):
            log.error("request %s cannot be read; it is refused", request_id)
            answer(self._store, request_id, False, Refusal.BAD_REQUEST.value, self._clock.now_ms())
        for request in open_requests(self._store):
            self._answer(request)

    def _answer(self, request: Request) -> None:
        try:
            with self._store.transaction():
                outcome = self._carry_out(request)
                self._close(request, outcome)
        except RefusedError as error:
            log.info(
                "request %s (%s by %s) is refused: %s", request.id, request.kind, request.actor, error.code
            )
            with self._store.transaction():
                if isinstance(error, StaleError):
                    self._plans.end_stale(error)
                self._refuse(request, error)

    def _carry_out(self, request: Request) -> Outcome:
        actor = authorised(self._store, request.actor, request.kind)
        try:
            if request.kind in PLAN_KINDS:
                return self._plan_request(request, actor)
            if request.kind is RequestKind.EDIT_PLANT:
                outcome = edit_plant(self._plant_file, read_payload(request.payload, EditPlant))
                self.plant_changed = True
                return outcome
            if request.kind is RequestKind.ENTER_BATCH:
                payload = read_payload(request.payload, EnterBatch)
                plan_id, now_ms = self._plans.placing(payload.id), self._clock.now_ms()
                return enter_batch(self._store, self._plant, payload, actor.name, plan_id, now_ms)
            if request.kind in TWIN_KINDS:
                return self._twin_request(request, actor)
            return self._alarm_request(request, actor)
        except PayloadError as error:
            raise RefusedError(Refusal.BAD_REQUEST, sentence=str(error)) from error

    def _twin_request(self, request: Request, actor: User) -> Outcome:
        match request.kind:
            case RequestKind.PIN_MODEL:
                return self._models.pin(read_payload(request.payload, PinModel))
            case RequestKind.CLOSE_FINDING:
                return self._findings.close(read_payload(request.payload, CloseFinding))
            case RequestKind.TAKE_BACK_NOTE:
                machine, outcome = take_back_note(self._store, read_payload(request.payload, TakeBackNote))
            case _:
                note = read_payload(request.payload, NoteBatch)
                machine = note.machine
                outcome = note_batch(self._store, self._plant, note, actor.name, self._clock.now_ms())
        self._findings.noted(machine)
        self._states.noted(machine)
        return outcome

    def _plan_request(self, request: Request, actor: User) -> Outcome:
        match request.kind:
            case RequestKind.PROPOSE_PLAN:
                return self._plans.propose(read_payload(request.payload, ProposePlan), actor)
            case RequestKind.APPROVE_PLAN:
                return self._plans.approve(read_payload(request.payload, DecidePlan), actor)
            case RequestKind.REJECT_PLAN:
                return self._plans.reject(read_payload(request.payload, DecidePlan), actor)
            case RequestKind.WITHDRAW_PLAN:
                return self._plans.withdraw(read_payload(request.payload, EndPlan), actor)
            case _:
                return self._plans.stop(read_payload(request.payload, EndPlan))

    def _alarm_request(self, request: Request, actor: User) -> Outcome:
        try:
            before, after, reason = self._move_alarm(request, actor.name, self._clock.now_ms())
        except UnknownAlarmError as error:
            raise RefusedError(Refusal.UNKNOWN_ALARM, str(error)) from error
        except AlarmMoveError as error:
            raise RefusedError(Refusal(str(error))) from error
        return Outcome(f"alarm {after.key}", before.state, after.state, reason)

    def _move_alarm(self, request: Request, actor: str, now_ms: int) -> tuple[Alarm, Alarm, str]:
        if request.kind in (RequestKind.SHELVE, RequestKind.OUT_OF_SERVICE):
            wanted = read_payload(request.payload, SuppressAlarm)
            if request.kind is RequestKind.OUT_OF_SERVICE:
                moved = self._alarms.take_out_of_service(wanted.key, now_ms, actor, wanted.reason)
            else:
                until_ms = now_ms if wanted.until_ms is None else wanted.until_ms
                moved = self._alarms.shelve(wanted.key, now_ms, until_ms, actor, wanted.reason)
            return *moved, wanted.reason
        handled = read_payload(request.payload, HandleAlarm)
        match request.kind:
            case RequestKind.ACKNOWLEDGE:
                moved = self._alarms.acknowledge(handled.key, now_ms, actor, handled.comment)
            case RequestKind.RESET:
                moved = self._alarms.reset(handled.key, now_ms, actor, handled.comment)
            case RequestKind.UNSHELVE:
                moved = self._alarms.unshelve(handled.key, now_ms, actor)
            case _:
                moved = self._alarms.put_back_in_service(handled.key, now_ms, actor)
        return *moved, handled.comment

    def _close(self, request: Request, outcome: Outcome) -> None:
        note(
            self._store,
            self._clock,
            actor=request.actor,
            host=request.host,
            action=request.kind.value,
            target=outcome.target,
            before=outcome.before,
            after=outcome.after,
            reason=outcome.reason,
        )
        answer(self._store, request.id, True, "", self._clock.now_ms(), outcome.detail)

    def _refuse(self, request: Request, error: RefusedError) -> None:
        note(
            self._store,
            self._clock,
            actor=request.actor,
            host=request.host,
            action=request.kind.value,
            target=error.target,
            result="refused",
            reason=error.code.value,
        )
        answer(self._store, request.id, False, error.code.value, self._clock.now_ms(), error.detail)
