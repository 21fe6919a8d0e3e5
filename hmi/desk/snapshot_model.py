"""All that the pages show live, as one frozen fact that the reader loads each second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from devices.clock import Clock
from devices.reading import Reading
from hmi.station.alarm_machine import CALLING, STANDING
from hmi.station.codes import AlarmKind
from hmi.store.alarms import open_alarms
from hmi.store.batches import batches
from hmi.store.database import Store
from hmi.store.plans import commands, plans
from hmi.store.plant_versions import newest_plant_version_id
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
from solver.durations import DAY_MS, MINUTE_MS

STATION_SILENT_MS = 5_000  # real time
IN_FORCE = (PlanState.ACTIVE, PlanState.APPROVED)
MOST_PLANS = 20
BATCHES_BACK_MS = 2 * DAY_MS
BATCHES_AHEAD_MS = 3 * DAY_MS


@dataclass(frozen=True, slots=True)
class Standing:
    """The alarms that want somebody's eyes, the foremost first; sorted once, by the reader's thread.

    The foremost calls for an acknowledgement, then it is the most important, then the newest.
    """

    alarms: tuple[Alarm, ...] = ()
    calling: tuple[Alarm, ...] = ()
    by_priority: Mapping[int, int] = field(default_factory=dict)
    by_subject: Mapping[str, Sequence[Alarm]] = field(default_factory=dict)
    frozen_since_ms: Mapping[str, int] = field(default_factory=dict)  # by point, also where it is shelved


def standing_of(alarms: Iterable[Alarm]) -> Standing:
    """Those of some alarms that are neither normal nor quiet."""
    alarms = tuple(alarms)
    found = sorted((alarm for alarm in alarms if alarm.state in STANDING), key=_foremost_first)
    by_subject: dict[str, list[Alarm]] = {}
    for alarm in found:
        by_subject.setdefault(alarm.subject, []).append(alarm)
    calling = tuple(alarm for alarm in found if alarm.state in CALLING)
    by_priority = Counter(alarm.priority for alarm in found)
    return Standing(tuple(found), calling, by_priority, by_subject, _frozen_since_ms(alarms))


def _frozen_since_ms(alarms: Iterable[Alarm]) -> dict[str, int]:
    """Since when points have been frozen, by the rules that say so."""
    return {
        str(alarm.detail["point"]): alarm.raised_ms - round(float(str(alarm.detail["minutes"])) * MINUTE_MS)
        for alarm in alarms
        if alarm.active and alarm.kind == AlarmKind.FROZEN_VALUE
    }


def _foremost_first(alarm: Alarm) -> tuple[bool, int, int, str]:
    return (alarm.state not in CALLING, alarm.priority, -alarm.raised_ms, alarm.key)


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
    standing: Standing = Standing()  # of these
    batches: tuple[Batch, ...] = ()  # two days back to three days ahead
    plans: tuple[PlanRow, ...] = ()  # newest first, at most 20
    commands: tuple[Command, ...] = ()  # of the plan in force
    forecast: Forecast | None = None  # of the shop-floor
    heartbeat_wall_ms: int | None = None
    plant_version: int = 0  # the one that a station noted last

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


def load_world(store: Store, clock: Clock, shopfloor: str, before: World | None = None) -> World:
    """Reads the whole World in one go; alarms of the World before are the very same where none changed."""
    known = () if before is None else before.alarms
    alarms = tuple(open_alarms(store, known))
    if before is not None and alarms == known:
        alarms, standing = known, before.standing
    else:
        standing = standing_of(alarms)
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
        alarms=alarms,
        standing=standing,
        batches=tuple(batches(store, t_ms - BATCHES_BACK_MS, t_ms + BATCHES_AHEAD_MS)),
        plans=found_plans,
        forecast=newest_forecast(store, shopfloor),
        heartbeat_wall_ms=None if beat is None else beat.wall_ms,
        plant_version=newest_plant_version_id(store),
    )
    in_force = world.plan_in_force
    if in_force is None:
        return world
    return replace(world, commands=tuple(commands(store, in_force.id)))
