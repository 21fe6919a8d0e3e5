"""All that the pages show live, as one frozen fact that the reader loads each second."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from devices.clock import Clock
from devices.reading import Reading
from hmi.station.alarm_machine import STANDING
from hmi.store.alarms import open_alarms
from hmi.store.batches import batches
from hmi.store.database import Store
from hmi.store.plans import commands, plans
from hmi.store.readings import newest, newest_good
from hmi.store.records import (
    Alarm,
    Batch,
    Command,
    Forecast,
    LineStatus,
    MachineStatus,
    PlanRow,
    PlanState,
)
from hmi.store.status import heartbeat, line_statuses, machine_statuses, newest_forecast

STATION_SILENT_MS = 5_000  # real time
IN_FORCE = (PlanState.ACTIVE, PlanState.APPROVED)
MOST_PLANS = 20
BATCHES_BACK_MS = 2 * 86_400_000
BATCHES_AHEAD_MS = 3 * 86_400_000


@dataclass(frozen=True, slots=True)
class World:
    """The plant as the database has it; `t_ms` is plant time, `wall_ms` real time, both at loading."""

    t_ms: int
    wall_ms: int
    machines: dict[str, MachineStatus] = field(default_factory=dict)
    newest: dict[str, Reading] = field(default_factory=dict)  # per point, may be BAD
    good: dict[str, Reading] = field(default_factory=dict)  # per point, the last that carries a value
    lines: dict[str, LineStatus] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()  # all that are not NORMAL; newest change first
    batches: tuple[Batch, ...] = ()  # two days back to three days ahead
    plans: tuple[PlanRow, ...] = ()  # newest first, at most 20
    commands: tuple[Command, ...] = ()  # of the plan in force
    forecast: Forecast | None = None  # of the shop-floor
    heartbeat_wall_ms: int | None = None

    @property
    def station_runs(self) -> bool:
        """Whether the station has given a sign of life lately."""
        beat_ms = self.heartbeat_wall_ms
        return beat_ms is not None and self.wall_ms - beat_ms < STATION_SILENT_MS

    @property
    def plan_in_force(self) -> PlanRow | None:
        """The active plan, or else the approved one that waits for its start."""
        found = (plan for state in IN_FORCE for plan in self.plans if plan.state is state)
        return next(found, None)

    def standing_alarms(self) -> tuple[Alarm, ...]:
        """The alarms that want somebody's eyes: neither normal nor quiet."""
        return tuple(alarm for alarm in self.alarms if alarm.state in STANDING)


def load_world(store: Store, clock: Clock, shopfloor: str, before: World | None = None) -> World:
    """Reads the whole World in one go; alarms of the World before are taken over where none changed."""
    known = () if before is None else before.alarms
    t_ms = clock.now_ms()
    beat = heartbeat(store)
    found_plans = tuple(plans(store, limit=MOST_PLANS))
    world = World(
        t_ms=t_ms,
        wall_ms=clock.wall_ms(),
        machines=machine_statuses(store),
        newest=newest(store),
        good=newest_good(store),
        lines=line_statuses(store),
        alarms=tuple(open_alarms(store, known)),
        batches=tuple(batches(store, t_ms - BATCHES_BACK_MS, t_ms + BATCHES_AHEAD_MS)),
        plans=found_plans,
        forecast=newest_forecast(store, shopfloor),
        heartbeat_wall_ms=None if beat is None else beat.wall_ms,
    )
    in_force = world.plan_in_force
    if in_force is None:
        return world
    return replace(world, commands=tuple(commands(store, in_force.id)))
