"""A station's own keepers of plans, alarms and requests, and one page of a desk, both turned by the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from devices.line_events import MeterRead, PlcRead
from devices.plc import PlcMachineStatus
from devices.profile import Quantity
from devices.reading import Reading
from hmi.data_folder import database_path, plant_path
from hmi.desk.app import make_application, make_context, read_folder
from hmi.desk.garbage import WindowThreadGarbage
from hmi.desk.page import Page
from hmi.desk.plan_draft import new_draft, problem_price, proposal
from hmi.desk.session import SignedIn
from hmi.desk.snapshot_model import load_world
from hmi.desk.turns import turns_of
from hmi.passwords import sign_in
from hmi.planning import plan_problem, situation
from hmi.station.alarm_keeper import AlarmKeeper
from hmi.station.executor import Executor
from hmi.station.facts import Facts
from hmi.station.finding_keeper import FindingKeeper
from hmi.station.model_keeper import ModelKeeper
from hmi.station.payloads import payload_of
from hmi.station.plan_keeper import PlanKeeper
from hmi.station.plant_editing import PlantFile
from hmi.station.request_keeper import RequestKeeper
from hmi.station.state_keeper import StateKeeper
from hmi.store.alarms import save_alarm
from hmi.store.database import Store, open_store
from hmi.store.readings import newest_good
from hmi.store.records import Alarm, AlarmState, Request, RequestKind
from hmi.store.requests import ask, request
from hmi.store.status import setting
from solver.problem import problem_zone
from solver.search import search
from widgets.theme import LIGHT

TWO_DAYS_MIN = 2880
PATIENCE_S = 60.0

P = TypeVar("P", bound=Page)


class ActingStation:
    """Answers requests on a data folder when `turn` is called, and shows the page what has become of it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._plant_path = folder, plant_path(folder)
        self.plant, self.clock, _ = read_folder(folder)
        turns = turns_of(make_application())
        self._garbage = WindowThreadGarbage(turns)
        self._garbage.start()
        self.context = make_context(folder, self.plant, self.clock, turns)
        self.store: Store = open_store(database_path(folder))
        self._page: Page | None = None
        self._facts = Facts(self.plant, self.clock, self.clock.now_ms(), newest_good(self.store))
        self._states = StateKeeper(self.store, self.plant, self.context.tariff, self._facts, self.clock)
        self.reload()

    def reload(self) -> None:
        """Takes up what the store has by now."""
        executor = Executor(self.store, self._facts, self._states, self.clock, [].append)
        self._alarms = AlarmKeeper(self.store)
        plans = PlanKeeper(self.store, self.plant, self._facts, self._states, self.clock, executor)
        models = ModelKeeper(self.store, self.plant, self._states.twins, self.clock)
        findings = FindingKeeper(self.store, self.plant, self._facts, self.clock)
        plant_file = PlantFile(self._plant_path, self._folder)
        self._requests = RequestKeeper(
            self.store,
            self.plant,
            self.clock,
            plans,
            self._alarms,
            models,
            findings,
            self._states,
            plant_file,
        )

    def close(self) -> None:
        """Ends the desk's thread, then lets go of the database."""
        if self._page is not None:
            self._page.close_down()
            self._page.close()
            self._page.deleteLater()
            QCoreApplication.sendPostedEvents(self._page, QEvent.Type.DeferredDelete)
        self.context.station.close_down()
        self.context.reader.close()
        self._garbage.stop()
        self.store.close()

    def show(self, page: P) -> P:
        """Shows a page as the window does, without the other pages."""
        self._page = page
        for _ in page.parts():
            pass
        page.show_theme(LIGHT)
        page.resize(1180, 620)
        page.show()
        self.turn()
        return page

    def turn(self) -> None:
        """Answers what is open, then lets the page see the plant as it is now."""
        self._requests.answer_open()
        if self._page is not None:
            self._page.show_world(load_world(self.store, self.clock, self.plant.shopfloor))

    def read_the_field(self, local: str = "") -> None:
        """All meters and the PLC have just answered; one machine may be in local control."""
        now_ms = self.clock.now_ms()
        for meter in self.plant.meters:
            self._facts.note_meter(
                MeterRead(meter.id, now_ms, (Reading(f"{meter.id}.{Quantity.POWER}", now_ms, 0.3),))
            )
        assert self.plant.plc is not None
        states = {
            name: PlcMachineStatus(False, True, name == local, False, True, 0, 0, 0)
            for name in self.plant.plc.machines
        }
        self._facts.note_plc(PlcRead(self.plant.plc.id, now_ms, states))

    def raise_alarms(self, *alarms: Alarm) -> None:
        """These alarms call from now on."""
        for alarm in alarms:
            save_alarm(self.store, alarm)
        self.reload()

    def new_alarm(self, kind: str, subject: str, priority: int = 3, **detail: object) -> Alarm:
        now_ms = self.clock.now_ms()
        return Alarm(
            f"{kind}:{subject}",
            kind,
            subject,
            priority,
            AlarmState.UNACKNOWLEDGED,
            now_ms,
            now_ms,
            active=True,
            detail=detail,
        )

    def ask(self, actor: str, kind: RequestKind, payload: msgspec.Struct) -> Request:
        """What another desk asks for; answered at once."""
        request_id = ask(self.store, actor, "desk-2", kind, payload_of(payload), self.clock.now_ms())
        self.turn()
        answered = request(self.store, request_id)
        assert answered is not None
        return answered

    def propose(self, proposer: str, seed: int = 1) -> int:
        """A plan of the two days to come, searched and signed."""
        change = msgspec.structs.replace
        plant = change(self.plant, rules=change(self.plant.rules, horizon_min=TWO_DAYS_MIN))
        known = situation(self.store, plant, self.clock.now_ms(), TWO_DAYS_MIN * 60_000)
        problem = plan_problem(plant, self.context.tariff, known)
        began_s = self.clock.monotonic_s()
        plan = search(
            problem,
            seconds=10,
            seed=seed,
            threads=1,
            on_event=_unheard,
            should_stop=_never,
            elapsed_s=lambda: self.clock.monotonic_s() - began_s,
            zone=problem_zone(problem),
            price=problem_price(problem),
        )
        key = self.person(proposer).key
        signed = proposal(
            new_draft(problem, plan), plant, proposer, key, "A calm night.", self.clock.now_ms()
        )
        answered = self.ask(proposer, RequestKind.PROPOSE_PLAN, signed)
        assert answered.accepted, (answered.answer, answered.detail)
        return int(str(answered.detail["plan_id"]))

    def password(self, name: str) -> str:
        people = setting(self.store, "demo_users")
        assert isinstance(people, list)
        return next(str(person["password"]) for person in people if person["name"] == name)

    def person(self, name: str) -> SignedIn:
        found = sign_in(self.store, name, self.password(name), self.clock.wall_ms())
        assert found.user is not None and found.key is not None
        return SignedIn(found.user.name, found.user.role, found.key)

    def sign_in(self, name: str) -> None:
        """Somebody comes to the desk."""
        self.context.session.sign_in(self.person(name))

    def until(self, what: str, seen: Callable[[], bool]) -> None:
        """Lets desk and station work until something is so; a generous limit, no test is about speed."""
        until_s = self.clock.monotonic_s() + PATIENCE_S
        while not seen():
            assert self.clock.monotonic_s() < until_s, f"never seen: {what}"
            self.turn()
            let_work(20)


def let_work(milliseconds: int) -> None:
    """Lets the window's thread work for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _unheard(_event: object) -> None:
    pass


def _never() -> bool:
    return False
