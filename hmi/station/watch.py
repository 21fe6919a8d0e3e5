"""The station's turn: keeps what arrived, then looks at machines, alarms, requests and plans."""

from __future__ import annotations

import logging
import math
import os
import shutil
from collections.abc import Callable, Iterable, Sequence

from msgspec import to_builtins

from devices.clock import Clock
from devices.line_events import (
    LineChanged,
    LineCounters,
    LineEvent,
    LineFigures,
    MeterOnLine,
    MeterRead,
    PlcRead,
    WriteCommand,
    WriteDone,
)
from devices.reading import Reading
from devices.steady_clock import BACK_MS
from hmi.plant import Plant
from hmi.plant_past import note_plant
from hmi.station.alarm_keeper import AlarmKeeper
from hmi.station.alarm_rules import (
    clock_conditions,
    disk_conditions,
    gone_conditions,
    line_conditions,
    machine_conditions,
    silence_conditions,
    supply_conditions,
    terms_of_kinds,
)
from hmi.station.executor import Executor
from hmi.station.facts import Facts
from hmi.station.finding_keeper import FindingKeeper
from hmi.station.forecast_keeper import ForecastKeeper, current_pauses
from hmi.station.meter_keeper import MeterKeeper
from hmi.station.model_keeper import ModelKeeper
from hmi.station.plan_alarms import plan_conditions
from hmi.station.plan_departure import DepartureWatch
from hmi.station.plan_keeper import PlanKeeper
from hmi.station.plant_editing import PlantFile
from hmi.station.request_keeper import RequestKeeper
from hmi.station.rule_watch import Moment, RuleWatch
from hmi.station.state_keeper import StateKeeper
from hmi.station.tariff_now import TariffNow
from hmi.station.tidying import Tidying
from hmi.station.waiting import Waiting
from hmi.station.waste_keeper import WasteKeeper
from hmi.store.alarms import alarms
from hmi.store.database import Store
from hmi.store.readings import insert_readings, newest_good
from hmi.store.records import Heartbeat, LineStatus, MeterStatus
from hmi.store.status import save_line_frames, save_line_statuses, save_meter_statuses, set_heartbeat
from hmi.tariffs import load_calendar
from solver.durations import HOUR_MS

log = logging.getLogger(__name__)

ALARMS_REAL_S = 0.5
MEGABYTE = 1 << 20
HEARTBEAT_REAL_S = 1.0
MOST_A_TRANSACTION = 2_000  # events; what a full disk refuses again and again must not cost a core


class Watch:
    """All keepers of a station, and the order in which they look."""

    def __init__(
        self,
        store: Store,
        plant: Plant,
        clock: Clock,
        submit: Callable[[WriteCommand], None],
        meters: Sequence[MeterOnLine] = (),
        plant_file: PlantFile | None = None,
    ) -> None:
        self._store = store
        self._plant = plant
        self._clock = clock
        tariff = load_calendar(plant.tariff)
        note_plant(store, plant, tariff, clock)
        last = newest_good(store)
        _say_future(last.values(), clock.now_ms())
        self._meters = MeterKeeper(store, plant, meters, last.values())
        self._facts = Facts(plant, clock, clock.now_ms(), last)
        self._states = StateKeeper(store, plant, tariff, self._facts, clock)
        self._alarms = AlarmKeeper(store, terms_of_kinds(plant.alarms.kinds))
        self._rules = RuleWatch(store, plant, self._facts)
        keys = {one.key for one in self._rules.conditions(Moment({}, "", clock.now_ms()))}
        self._gone = gone_conditions(alarms(store), plant, keys)
        executor = Executor(store, self._facts, self._states, clock, submit)
        self._plans = PlanKeeper(store, plant, self._facts, self._states, clock, executor)
        self._models = ModelKeeper(store, plant, self._states.twins, clock)
        self._findings = FindingKeeper(store, plant, self._facts, clock)
        self._requests = RequestKeeper(
            store,
            plant,
            clock,
            self._plans,
            self._alarms,
            self._models,
            self._findings,
            self._states,
            plant_file,
        )
        self._forecasts = ForecastKeeper(store, plant, self._facts, self._states.twins, clock)
        self._departure = DepartureWatch(store, plant)
        self._waste = WasteKeeper(
            store, plant, tariff, self._facts, self._states.twins, self._findings, clock
        )
        self._tariff = TariffNow(plant, tariff)
        self._tidying = Tidying(store, plant, tariff, clock)
        self._waiting = Waiting(store)  # noted in memory, not yet stored
        self._unsaved_lines: set[str] = set()
        self._untold: list[LineEvent] = []  # stored, but the plans have not been told
        self._in_trouble = False
        self._alarms_s = -math.inf
        self._heartbeat_s = -math.inf

    @property
    def plant_changed(self) -> bool:
        """Whether the plant file is another by now, so that the station must begin anew."""
        return self._requests.plant_changed

    def turn(self, events: Sequence[LineEvent]) -> None:
        """Takes what arrived and does what is due; raises StoreError when the database cannot be used."""
        self.keep(events)
        if self._in_trouble:
            self._alarms.reload()
            self._plans.reload()
            self._in_trouble = False
        self._requests.answer_open()
        self._plans.step()
        now_s = self._clock.monotonic_s()
        if now_s - self._alarms_s >= ALARMS_REAL_S:
            self._alarms_s = now_s
            self._look_for_alarms()
            self._forecasts.renew(self._plans.planned(), self._plans.live_id)
            self._findings.step()
            self._waste.step()
        if now_s - self._heartbeat_s >= HEARTBEAT_REAL_S:
            self._heartbeat_s = now_s
            set_heartbeat(self._store, Heartbeat(self._clock.now_ms(), self._clock.wall_ms(), os.getpid()))
        self._tidying.step()
        self._models.step()

    def keep(self, events: Sequence[LineEvent]) -> None:
        """Notes what arrived and stores it; what cannot be stored waits for the next turn."""
        judged = [self._meters.judged(item) if isinstance(item, MeterRead) else item for item in events]
        for event in judged:
            self._note(event)
        self._waiting.add(judged)
        self._store.check_place()
        self._waiting.take_back()
        self._store_some()
        while self._waiting:
            self._store_some()
        while self._untold:
            self._tell_plans(self._untold[0])
            del self._untold[0]

    def close(self) -> None:
        """Ends what runs beside the turn."""
        self._models.close()

    def put_away(self) -> None:
        """The station ends and the database cannot be used: the readings that wait go to a file beside it."""
        self._waiting.put_away()

    def note_trouble(self) -> None:
        """The database could not be used: what is known in memory is read again once it can."""
        self._in_trouble = True

    def _note(self, event: LineEvent) -> None:
        """Takes an event into memory, once, whether it can be stored or not."""
        match event:
            case MeterRead():
                self._facts.note_meter(event)
                self._rules.note(event)
                self._states.take_meter(event)
            case PlcRead():
                self._facts.note_plc(event)
                self._states.take_plc(event)
            case LineChanged():
                self._facts.note_line(event)
                self._unsaved_lines.add(event.line)
            case LineCounters():
                self._facts.note_counters(event)
                self._unsaved_lines.add(event.line)
            case WriteDone():
                pass  # after the transaction, for what becomes of commands must be on the disk

    def _store_some(self) -> None:
        """Stores the oldest of what waits, with all that has come of it so far, in one transaction."""
        some = self._waiting.oldest(MOST_A_TRANSACTION)
        with self._store.transaction(durable=False):
            insert_readings(
                self._store,
                [reading for event in some if isinstance(event, MeterRead) for reading in event.readings],
            )
            self._save_lines(self._unsaved_lines)
            self._meters.save()
            self._states.save()
            planned, now_ms = self._plans.planned(), self._clock.now_ms()
            self._states.tell({machine: current_pauses(items, now_ms) for machine, items in planned.items()})
        self._states.note_saved()
        self._unsaved_lines.clear()
        self._untold.extend(event for event in some if isinstance(event, PlcRead | WriteDone))
        self._waiting.drop(len(some))

    def _tell_plans(self, event: LineEvent) -> None:
        if isinstance(event, PlcRead):
            self._plans.plc_read()
        elif isinstance(event, WriteDone):
            self._plans.write_done(event)

    def _save_lines(self, lines: Iterable[str]) -> None:
        now_ms, statuses = self._clock.now_ms(), []
        for line_id in lines:
            line = self._facts.lines[line_id]
            figures = to_builtins(line.counters.figures if line.counters else LineFigures())
            statuses.append(
                LineStatus(line=line_id, t_ms=now_ms, connected=line.connected, reason=line.code, **figures)
            )
            if line.counters and line.counters.frames:
                save_line_frames(self._store, line_id, line.counters.frames)
            if line.counters and line.counters.meters:
                meters = [
                    MeterStatus(
                        line=line_id, t_ms=now_ms, stale=self._meters.stale(item.meter), **to_builtins(item)
                    )
                    for item in line.counters.meters
                ]
                save_meter_statuses(self._store, line_id, meters)
        save_line_statuses(self._store, statuses)

    def _look_for_alarms(self) -> None:
        now_ms = self._clock.now_ms()
        band = self._tariff.band(now_ms)
        conditions = [
            *line_conditions(self._facts),
            *silence_conditions(self._facts, now_ms),
            *machine_conditions(
                self._plant,
                self._states.statuses,
                band,
                self._tariff.peak_since_ms(now_ms),
                self._facts,
                now_ms,
            ),
            *supply_conditions(self._facts, now_ms),
            *disk_conditions(self._plant, shutil.disk_usage(self._store.path.parent).free / MEGABYTE),
            *clock_conditions(self._clock.leap_ms),
            *self._meters.conditions(now_ms),
            *self._rules.conditions(Moment(self._states.statuses, band.name, now_ms)),
            *plan_conditions(self._plant, self._facts, self._plans.runs.values(), now_ms),
            self._departure.condition(self._plans.live_id, now_ms),
            *self._gone,
        ]
        self._alarms.consider(conditions, now_ms)


def _say_future(last: Iterable[Reading], now_ms: int) -> None:
    """At the start: what is stored of a time that has not come yet was read by a clock that was ahead."""
    ahead_ms = max((reading.t_ms for reading in last), default=now_ms) - now_ms
    if ahead_ms > BACK_MS:
        log.warning(
            "The newest reading lies %.2f h after the machine's time; set the clock right, for what is read "
            "now is stored among what was read then.",
            ahead_ms / HOUR_MS,
        )
