"""The demonstration's world: a data folder with a plant on simulated lines, its people and its batches."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path

import msgspec
import tomli_w

from devices.budget import line_budget
from devices.clock import Clock
from devices.simulator.scenario import Scenario, ScenarioBatch, load_scenario, scenario_batches, with_baud
from hmi.approval import create_first_administrator, create_user
from hmi.case import load_case
from hmi.case_batches import case_cycles
from hmi.data_folder import database_path, save_clock
from hmi.demo.folder import make_empty
from hmi.demo.over_tcp import moved_to_tcp
from hmi.plant import Plant, load_plant
from hmi.station.field import load_field
from hmi.store.batches import save_batches
from hmi.store.database import Store, open_store
from hmi.store.records import Batch, Cycle, Role
from hmi.store.status import save_cycle, save_setting
from resources.locate import resource
from solver.durations import DAY_MS

BAUDS = (9600, 19200, 38400, 57600, 115200)
WANTED_LOAD = 0.6
POLL_S = 60.0
POLL_STEP_S = 10.0
LEAST_LEAD_MIN = 60
MOST_LEAD_MIN = 240
QUICK_TIMING_MS = {"turnaround_ms": 2, "min_gap_ms": 0, "device_switch_ms": 4}
START_HOUR = 6
CASE = "company-x"
RECORD_APART_MS = 2 * DAY_MS  # the record ends so long before: no plan takes its batches for its own
SCENARIO_NAME = "scenario.toml"
PEOPLE = (
    ("admin", "administrator"),
    ("chen", "operator"),
    ("liu", "supervisor"),
    ("wang", "engineer"),
    ("guest", "viewer"),
)
WORDS = ("kiln", "slurry", "quartz", "feldspar", "kaolin", "glaze", "mortar", "basalt")


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast plant time runs, and what the lines must do to keep up honestly."""

    speed: float
    baud: int
    poll_s: float
    lead_min: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in to the demonstration; the password is made anew each time."""

    name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """What was prepared."""

    data_dir: Path
    plant: Plant
    scenario_path: Path
    clock: Clock
    pace: Pace
    people: tuple[Person, ...]

    def person(self, role: Role) -> Person:
        """The demonstration's person with this role."""
        return next(person for person in self.people if person.role == role)


def prepare(
    data_dir: Path, speed: float, approval_real_s: float, *, over_tcp: bool = not hasattr(os, "openpty")
) -> DemoWorld:
    """Makes the data folder anew: plant, scenario, people, batches; `start_clock` sets its clock going.

    `approval_real_s` is how long people will take from a search to the signature. The folder must have been
    claimed with `claim`, unless nobody else can know of it.
    """
    make_empty(data_dir)
    plant, scenario, pace = furnish(data_dir, speed, approval_real_s, over_tcp=over_tcp)
    clock = Clock(Clock().wall_ms(), scenario.minute_ms(START_HOUR * 60), speed)
    store = open_store(database_path(data_dir))
    try:
        people = make_people(store, clock)
        save_batches(store, demo_batches(plant, scenario))
        for cycle in recorded_cycles(plant, clock.now_ms() - RECORD_APART_MS):
            save_cycle(store, cycle)
    finally:
        store.close()
    return DemoWorld(data_dir, plant, data_dir / SCENARIO_NAME, clock, pace, people)


def furnish(
    data_dir: Path, speed: float, approval_real_s: float, *, over_tcp: bool = not hasattr(os, "openpty")
) -> tuple[Plant, Scenario, Pace]:
    """Writes the plant's and the simulated lines' files, at a pace that the lines keep up with."""
    shipped = with_quick_profiles(load_plant(resource("plants/company_x/plant.toml")), data_dir)
    pace = pace_for(shipped, speed, approval_real_s)
    plant = at_pace(shipped, pace)
    scenario = with_baud(load_scenario(resource("plants/company_x/scenario.toml")), pace.baud)
    if over_tcp:
        plant, scenario = moved_to_tcp(plant, scenario)
    write_toml(data_dir / "plant.toml", plant)
    write_toml(data_dir / SCENARIO_NAME, scenario)
    return plant, scenario, pace


def start_clock(world: DemoWorld) -> DemoWorld:
    """Lets plant time begin now, for every program that opens this data folder."""
    clock = Clock(world.clock.wall_ms(), world.clock.origin_plant_ms, world.clock.speed)
    store = open_store(database_path(world.data_dir))
    try:
        save_clock(store, clock)
    finally:
        store.close()
    return replace(world, clock=clock)


def pace_for(plant: Plant, speed: float, approval_real_s: float) -> Pace:
    """The slowest baud rate at which every line keeps up with a poll each plant minute, else slower polls."""
    for baud in BAUDS:
        busy_s = busiest_cycle_s(plant, baud)
        if busy_s * speed <= WANTED_LOAD * POLL_S:
            break
    poll_s = max(POLL_S, ceil(busy_s * speed / WANTED_LOAD / POLL_STEP_S) * POLL_STEP_S)
    lead_min = round(min(max(approval_real_s * speed / 60, LEAST_LEAD_MIN), MOST_LEAD_MIN))
    return Pace(speed, baud, poll_s, lead_min)


def busiest_cycle_s(plant: Plant, baud: int) -> float:
    """Real seconds that the busiest line needs to read each of its devices once."""
    field = load_field(at_baud(plant, baud), Path())
    return max(line_budget(line.config, line.meters, line.plc).cycle_s for line in field)


def at_baud(plant: Plant, baud: int) -> Plant:
    """The plant with every line at another baud rate."""
    change = msgspec.structs.replace
    return change(plant, lines=[change(line, baud=baud) for line in plant.lines])


def with_quick_profiles(plant: Plant, data_dir: Path) -> Plant:
    """The plant with profiles as quick as its simulated devices; the shipped ones are careful."""
    change = msgspec.structs.replace
    assert plant.plc is not None
    return change(
        plant,
        meters=[change(meter, profile=quick_profile(meter.profile, data_dir)) for meter in plant.meters],
        plc=change(plant.plc, profile=quick_profile(plant.plc.profile, data_dir)),
    )


def quick_profile(name: str, data_dir: Path) -> str:
    """Writes the profile with the simulated devices' timing into the data folder and returns its path."""
    data = tomllib.loads(resource(f"profiles/{name}.toml").read_text(encoding="utf-8"))
    data["timing"] |= QUICK_TIMING_MS
    path = data_dir / "profiles" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(tomli_w.dumps(data), encoding="utf-8")
    return str(path)


def at_pace(plant: Plant, pace: Pace) -> Plant:
    """The plant with the demonstration's baud rate, poll period and lead."""
    change = msgspec.structs.replace
    return change(
        at_baud(plant, pace.baud),
        meters=[change(meter, poll_s=pace.poll_s) for meter in plant.meters],
        plc=None if plant.plc is None else change(plant.plc, poll_s=pace.poll_s),
        rules=change(plant.rules, lead_min=pace.lead_min),
    )


def write_toml(path: Path, value: object) -> None:
    """Writes a struct as TOML, keys that are None left out."""
    plain = msgspec.to_builtins(value, builtin_types=(date,))
    path.write_text(tomli_w.dumps({key: item for key, item in plain.items() if item is not None}))


def make_people(store: Store, clock: Clock) -> tuple[Person, ...]:
    """The people of the demonstration, with passwords made anew; the sign-in shows them."""
    people = tuple(Person(name, role, new_password()) for name, role in PEOPLE)
    administrator = people[0]
    admin = create_first_administrator(store, administrator.name, administrator.password, clock)
    for person in people[1:]:
        create_user(store, admin, person.name, Role(person.role), person.password, clock)
    save_setting(store, "demo_users", people)
    return people


def new_password() -> str:
    """A password that is easy to type from the screen."""
    return f"{secrets.choice(WORDS)}-{secrets.randbelow(9000) + 1000}"


def recorded_cycles(plant: Plant, until_ms: int) -> list[Cycle]:
    """The batches of the case's record that were over by a time, as if the station had seen them."""
    names = {machine.id for machine in plant.machines}
    return [
        cycle for cycle in case_cycles(load_case(CASE)) if cycle.machine in names and cycle.end_ms < until_ms
    ]


def demo_batches(plant: Plant, scenario: Scenario) -> list[Batch]:
    """The batches that production asks for, as the scenario's crew has them."""
    return [demo_batch(plant, scenario, batch) for batch in scenario_batches(scenario)]


def demo_batch(plant: Plant, scenario: Scenario, batch: ScenarioBatch) -> Batch:
    """One of the scenario's batches as production enters it."""
    machine = plant.machine(batch.machine)
    return Batch(
        id=batch.id,
        machine=batch.machine,
        earliest_ms=scenario.minute_ms(batch.earliest),
        due_ms=scenario.minute_ms(batch.due),
        habit_start_ms=scenario.minute_ms(batch.habit_start),
        running_min=batch.running_min,
        power_kw=machine.running_kw,
        gap_before_min=machine.gap_before_min,
        most_pauses=machine.most_pauses,
        least_pause_min=machine.least_pause_min,
        entered_by="demo",
    )
