"""A small plant on a real paced line, a real database and a real station, all on one fast clock."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from devices.clock import Clock
from devices.simulator.scenario import (
    DayPattern,
    DeviceKind,
    DeviceScenario,
    LineScenario,
    MillScenario,
    Scenario,
    scenario_batches,
)
from devices.simulator.server import SimulatorServer
from hmi.approval import (
    PlanDocument,
    Signer,
    canonical_bytes,
    create_first_administrator,
    create_user,
    sign_approval,
    sign_proposal,
)
from hmi.data_folder import database_path, save_clock
from hmi.planning import plan_document, plan_problem, situation
from hmi.plant import LineSpec, MachineSpec, MeterSpec, PlanRules, Plant, PlcSpec
from hmi.station.payloads import DecidePlan, ProposePlan, payload_of
from hmi.station.station import Station
from hmi.store.batches import save_batches
from hmi.store.database import Store, open_store
from hmi.store.plans import plan as stored_plan
from hmi.store.records import Batch, PlanState, Request, RequestKind, Role
from hmi.store.requests import ask, request
from hmi.tariffs import load_tariff
from solver.check import check_plan
from solver.plan import Plan, Span
from solver.problem import PlanProblem, canonical_problem_bytes, problem_start_ms
from solver.tariff import Tariff, price_grid

SPEED = 300.0
BAUD = 115200
OPENS_MIN = 420  # 07:00, in the valley
CHARGED_MIN = 427
HABIT_MIN = 540  # 09:00, in the peak
RUNNING_MIN = 30
PATIENCE_S = 60.0
MILLS = ("mill_1", "mill_2")
TARIFF = "guangdong-large-industry-2016"
PASSWORD = "a long password"


def mill(mill_id: str) -> MillScenario:
    day = DayPattern(
        charge=OPENS_MIN + 2,
        earliest=CHARGED_MIN + 1,
        habit_start=HABIT_MIN,
        due=900,
        running_min=RUNNING_MIN,
    )
    return MillScenario(
        id=mill_id,
        running_kw=48.0,
        standby_kw=0.3,
        first_day=day,
        other_days=day,
        charging_min=5,
        discharging_min=5,
    )


def small_scenario() -> Scenario:
    meters = [
        DeviceScenario(line="line_1", unit=index + 1, kind=DeviceKind.METER, measures=measures)
        for index, measures in enumerate([*MILLS, "slurry"])
    ]
    plc = DeviceScenario(line="line_2", unit=100, kind=DeviceKind.PLC, machines=list(MILLS))
    return Scenario(
        timezone="Asia/Shanghai",
        day_0=dt.date(2016, 3, 14),
        shopfloor="slurry",
        lines=[LineScenario(id=line, baud=BAUD, turnaround_ms=1.0) for line in ("line_1", "line_2")],
        devices=[*meters, plc],
        mills=[mill(mill_id) for mill_id in MILLS],
        days=1,
    )


def small_plant(tariff: str = TARIFF) -> Plant:
    machines = [
        MachineSpec(
            id=mill_id,
            label=mill_id,
            rated_kw=160.0,
            running_kw=48.0,
            standby_kw=0.3,
            batch_running_min=RUNNING_MIN,
            gap_before_min=15,
            least_pause_min=10,
        )
        for mill_id in MILLS
    ]
    meters = [
        MeterSpec(
            id=measures if measures != "slurry" else "main",
            line="line_1",
            unit=index + 1,
            profile="eastron_sdm630",
            measures=measures,
        )
        for index, measures in enumerate([*MILLS, "slurry"])
    ]
    return Plant(
        name="Small plant",
        shopfloor="slurry",
        shopfloor_label="Slurry",
        timezone="Asia/Shanghai",
        currency="CNY",
        tariff=tariff,
        lines=[LineSpec(id=line, port=f"ports/{line}", baud=BAUD) for line in ("line_1", "line_2")],
        meters=meters,
        machines=machines,
        plc=PlcSpec(id="plc", line="line_2", unit=100, profile="mill_plc", machines=list(MILLS)),
        rules=PlanRules(lead_min=20, horizon_min=480),
    )


@dataclass
class Small:
    """The plant, its people and, while it runs, its station."""

    data_dir: Path
    scenario: Scenario
    plant: Plant
    clock: Clock
    server: SimulatorServer
    store: Store
    people: dict[str, Signer]
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start_station(self) -> None:
        self._stop.clear()
        station = Station(self.data_dir, self.plant, self.clock)
        self._thread = threading.Thread(target=station.run, args=(self._stop,), name="station")
        self._thread.start()

    def stop_station(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(20)
            self._thread = None

    def wait(self, what: str, seen: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Until something is so; a generous limit, for no test is about speed."""
        until_s = self.clock.monotonic_s() + patience_s
        while not seen():
            assert self.clock.monotonic_s() < until_s, f"never seen: {what}"
            self.clock.sleep_s(0.05)

    def ask(self, actor: str, kind: RequestKind, payload: msgspec.Struct) -> Request:
        """Asks the station and waits for its answer."""
        request_id = ask(self.store, actor, "test", kind, payload_of(payload), self.clock.now_ms())

        def is_answered() -> bool:
            found = request(self.store, request_id)
            return found is not None and found.answered_ms is not None

        self.wait(f"an answer to {kind}", is_answered)
        answered = request(self.store, request_id)
        assert answered is not None
        return answered

    def problem(self) -> PlanProblem:
        tariff = load_tariff(self.plant.tariff)
        return plan_problem(self.plant, tariff, situation(self.store, self.plant, self.clock.now_ms()))

    def proposal(self, proposer: str = "chen", pauses: dict[str, list[Span]] | None = None) -> ProposePlan:
        """A plan that starts each batch as early as it may; `pauses` by machine, minutes after its start."""
        problem = self.problem()
        planned = hand_plan(problem, pauses or {})
        document = plan_document(
            self.plant, problem, planned, proposer=proposer, created_ms=self.clock.now_ms()
        )
        return self.signed(problem, planned, document)

    def signed(self, problem: PlanProblem, planned: Plan, document: PlanDocument) -> ProposePlan:
        data, t_ms = canonical_bytes(document), self.clock.now_ms()
        proposer = self.people[document.proposer]
        return ProposePlan(
            document=data,
            problem_json=canonical_problem_bytes(problem),
            plan_json=msgspec.json.encode(planned),
            signature=sign_proposal(proposer.key, data, proposer.name, "less peak", t_ms),
            note="less peak",
            t_ms=t_ms,
        )

    def propose(self, **arguments: object) -> int:
        answered = self.ask("chen", RequestKind.PROPOSE_PLAN, self.proposal(**arguments))  # type: ignore[arg-type]
        assert answered.accepted, (answered.answer, answered.detail)
        return int(str(answered.detail["plan_id"]))

    def approval(self, plan_id: int, actor: str = "liu") -> DecidePlan:
        row = stored_plan(self.store, plan_id)
        assert row is not None
        t_ms = self.clock.now_ms()
        signature = sign_approval(self.people[actor].key, row.document, actor, "agreed", t_ms)
        return DecidePlan(plan_id=plan_id, reason="agreed", signature=signature, t_ms=t_ms)

    def approve(self, plan_id: int, actor: str = "liu") -> Request:
        return self.ask(actor, RequestKind.APPROVE_PLAN, self.approval(plan_id, actor))

    def state(self, plan_id: int) -> PlanState:
        row = stored_plan(self.store, plan_id)
        assert row is not None
        return row.state


def hand_plan(problem: PlanProblem, pauses: dict[str, list[Span]]) -> Plan:
    """Every batch as early as it may, priced by the checker; the plan of somebody without a search."""
    assert isinstance(problem.tariff, Tariff)
    price = price_grid(
        problem.tariff, problem_start_ms(problem), problem.horizon_min, ZoneInfo(problem.timezone)
    )
    starts = {
        machine.id: {batch.id: batch.earliest_min for batch in machine.batches}
        for machine in problem.machines
    }
    before = {
        machine.id: {batch.id: batch.now_min or 0 for batch in machine.batches}
        for machine in problem.machines
    }
    paused = {
        machine: {batch: [(start + since, start + to) for since, to in pauses[machine]]}
        for machine, batches in starts.items()
        for batch, start in batches.items()
        if machine in pauses
    }
    verdict, habit = check_plan(problem, price, starts, paused), check_plan(problem, price, before, {})
    assert verdict.feasible, verdict.violations
    return Plan(
        cost=verdict.cost,
        cost_before=habit.cost,
        saving_rate=1 - verdict.cost / habit.cost,
        bound=0.0,
        gap=1.0,
        makespan_min=verdict.makespan_min,
        peak_kw=verdict.peak_kw,
        starts_min=starts,
        pauses_min=paused,
        method="hand",
        seed=0,
        iterations=0,
        seconds=0.0,
        feasible=True,
        violations=[],
        starts_before_min=before,
    )


def stored_batches(scenario: Scenario, plant: Plant) -> list[Batch]:
    return [
        Batch(
            id=batch.id,
            machine=batch.machine,
            earliest_ms=scenario.minute_ms(batch.earliest),
            due_ms=scenario.minute_ms(batch.due),
            habit_start_ms=scenario.minute_ms(batch.habit_start),
            running_min=batch.running_min,
            power_kw=48.0,
            gap_before_min=15,
            most_pauses=2,
            least_pause_min=10,
        )
        for batch in scenario_batches(scenario)
    ]


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Signer]]:
    """A database with people in it, made once because passwords are slow on purpose."""
    path = tmp_path_factory.mktemp("people") / "people.db"
    store, clock = open_store(path), Clock()
    admin = create_first_administrator(store, "admin", PASSWORD, clock)
    roles = {
        "chen": Role.OPERATOR,
        "liu": Role.SUPERVISOR,
        "wang": Role.SUPERVISOR,
        "guest": Role.VIEWER,
        "zhao": Role.ENGINEER,
    }
    people = {name: create_user(store, admin, name, role, PASSWORD, clock) for name, role in roles.items()}
    store.close()
    return path, people


@pytest.fixture
def small(tmp_path: Path, peopled: tuple[Path, dict[str, Signer]]) -> Iterator[Small]:
    """Simulated lines are up and people are there; the test starts the station."""
    shutil.copy(peopled[0], database_path(tmp_path))
    scenario, plant = small_scenario(), small_plant()
    store = open_store(database_path(tmp_path))
    save_batches(store, stored_batches(scenario, plant))
    clock = Clock(Clock().wall_ms(), scenario.minute_ms(OPENS_MIN), SPEED)
    save_clock(store, clock)
    server = SimulatorServer(scenario, clock, tmp_path / "ports")
    server.start()
    world = Small(tmp_path, scenario, plant, clock, server, store, peopled[1])
    yield world
    world.stop_station()
    server.stop()
    store.close()
