"""Fills a data folder with a believable day and a half: simulated mills, kept by the station's keepers."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from devices.clock import Clock
from devices.line_events import LineChanged, LineCounters, LineEvent, LineFigures, MeterRead, PlcRead
from devices.plc import PlcMachineStatus
from devices.profile import Quantity, load_profile
from devices.reading import Quality, Reading, Reason
from devices.simulator.mill import MillReport
from devices.simulator.mill_power import motor_kvar
from devices.simulator.plant import SimulatedPlant
from devices.simulator.scenario import Scenario, load_scenario
from hmi.data_folder import database_path, save_clock
from hmi.demo.world import demo_batches, make_people
from hmi.plant import MeterSpec, Plant, load_plant
from hmi.station.watch import Watch
from hmi.store.batches import save_batches
from hmi.store.database import open_store
from hmi.store.records import Heartbeat
from hmi.store.status import set_heartbeat
from resources.locate import resource
from solver.durations import HOUR_MS, MINUTE_MS

FIRST_MIN, LAST_MIN = 5 * 60, 38 * 60 + 3  # 05:00 of day 0 to 14:03 of day 1
GAP = ("mill_25", 33 * 60, 33 * 60 + 50)  # 09:00 to 09:50 of day 1
STALE = ("mill_29", 37 * 60 + 20)  # silent from 13:20 of day 1 on
READ = tuple(spec.name for spec in load_profile("eastron_sdm630").quantities)


@dataclass(frozen=True)
class DeskPlant:
    """A filled data folder and its plant; its clock goes on from 14:03 at the wall's pace."""

    data_dir: Path
    plant: Plant
    now_ms: int


class StandingClock(Clock):
    """A clock that is moved by hand; a plant minute lasts a real second."""

    def move(self, t_ms: int) -> None:
        """Sets plant time."""
        object.__setattr__(self, "origin_plant_ms", t_ms)

    def now_ms(self) -> int:
        return self.origin_plant_ms

    def wall_ms(self) -> int:
        return self.origin_plant_ms

    def monotonic_s(self) -> float:
        return self.origin_plant_ms / MINUTE_MS


def fill(data_dir: Path, step_min: int = 1) -> DeskPlant:
    """Makes the folder and plays the plant into it, step by step."""
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(resource("plants/company_x/plant.toml"), data_dir / "plant.toml")
    plant = load_plant(data_dir / "plant.toml")
    scenario = load_scenario(resource("plants/company_x/scenario.toml"))
    clock = StandingClock(origin_plant_ms=scenario.minute_ms(FIRST_MIN))
    simulated = SimulatedPlant(scenario, clock)
    store = open_store(database_path(data_dir))
    make_people(store, clock)
    save_batches(store, demo_batches(plant, scenario))
    watch = Watch(store, plant, clock, [].append)
    with store.transaction():  # one commit instead of thirteen thousand
        for minute in range(FIRST_MIN + LAST_MIN % step_min, LAST_MIN + 1, step_min):
            clock.move(scenario.minute_ms(minute))
            if minute == LAST_MIN - 40 // step_min * step_min:
                simulated.set_local("mill_24", True)
            if minute == LAST_MIN - 12 // step_min * step_min:
                simulated.set_interlock("mill_28", True)
            watch.turn(events(plant, simulated, scenario, clock.now_ms(), minute))
    watch.close()
    store.close()
    filled = DeskPlant(data_dir, plant, clock.now_ms())
    let_time_go_on(filled)
    return filled


def filled_before(data_dir: Path) -> DeskPlant:
    """The folder that another process filled."""
    now_ms = int((data_dir / "filled").read_text())
    return DeskPlant(data_dir, load_plant(data_dir / "plant.toml"), now_ms)


def let_time_go_on(filled: DeskPlant) -> None:
    """Plant time begins anew at 14:03, and the station counts as alive for an hour."""
    wall_ms = Clock().wall_ms()
    store = open_store(database_path(filled.data_dir))
    save_clock(store, Clock(wall_ms, filled.now_ms, 1.0))
    set_heartbeat(store, Heartbeat(filled.now_ms, wall_ms + HOUR_MS))
    store.close()


def events(
    plant: Plant, simulated: SimulatedPlant, scenario: Scenario, now_ms: int, minute: int
) -> list[LineEvent]:
    """What the pollers would tell in this minute."""
    found: list[LineEvent] = []
    if minute % 30 < 2:
        found += [LineChanged(line.id, True, "") for line in plant.lines]
        found += [LineCounters(line.id, now_ms, True, "", line_figures(minute)) for line in plant.lines]
    found += [read_meter(meter, simulated, now_ms, minute) for meter in plant.meters]
    if plant.plc is not None:
        states = {name: plc_status(simulated.mill(name)) for name in plant.plc.machines}
        found.append(PlcRead(plant.plc.id, now_ms, states))
    return found


def line_figures(minute: int) -> LineFigures:
    """How a line did until this minute."""
    return LineFigures(
        ok=minute * 4, timeouts=3, late_frames=1, load=0.31, latency_p50_ms=41.0, latency_p95_ms=58.0
    )


def read_meter(meter: MeterSpec, simulated: SimulatedPlant, now_ms: int, minute: int) -> MeterRead:
    """One poll of a meter."""
    silent = meter.id == GAP[0] and GAP[1] <= minute < GAP[2]
    if silent or (meter.id == STALE[0] and minute >= STALE[1]):
        bad = [Reading(f"{meter.id}.{name}", now_ms, math.nan, Quality.BAD, Reason.TIMEOUT) for name in READ]
        return MeterRead(meter.id, now_ms, tuple(bad))
    flow = simulated.flow(meter.measures)
    kvar = motor_kvar(flow.power_kw, 160.0)
    factor = flow.power_kw / math.hypot(flow.power_kw, kvar)
    values = {
        Quantity.POWER: flow.power_kw,
        Quantity.ENERGY: flow.energy_kwh,
        Quantity.VOLTAGE: 229.0 + math.sin(minute / 90),
        Quantity.CURRENT: flow.power_kw * 1000 / (3 * 229 * max(factor, 0.05)),
        Quantity.POWER_FACTOR: factor,
        Quantity.FREQUENCY: 50.0 + 0.02 * math.sin(minute / 17),
    }
    uncertain = meter.id == "mill_23" and 31 * 60 <= minute < 31 * 60 + 25
    quality = Quality.UNCERTAIN if uncertain else Quality.GOOD
    reason = Reason.UNCONFIRMED if uncertain else Reason.NONE
    return MeterRead(
        meter.id,
        now_ms,
        tuple(
            Reading(f"{meter.id}.{name}", now_ms, value, quality, reason) for name, value in values.items()
        ),
    )


def plc_status(mill: MillReport) -> PlcMachineStatus:
    """What the PLC would say of a mill."""
    running = mill.power_kw > 10
    return PlcMachineStatus(
        running, bool(mill.batch), mill.local, mill.interlock, mill.remote, 0, 0, mill.starts_count
    )
