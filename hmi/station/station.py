"""The station: owns the lines and the store, reads, keeps, watches, and carries out what was approved."""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
from pathlib import Path
from typing import TextIO

from devices.clock import Clock
from devices.line_events import LineEvent, WriteCommand
from devices.poller import LinePoller
from devices.steady_clock import SteadyClock
from hmi.data_folder import database_path, plant_path
from hmi.plant import Plant
from hmi.station.field import LineField, line_budgets, load_field, meters_of
from hmi.station.lock import StationLock
from hmi.station.plant_editing import PlantFile
from hmi.station.watch import Watch
from hmi.store.database import StoreError, open_store
from hmi.tariffs import load_calendar
from solver.durations import HOUR_MS

log = logging.getLogger(__name__)

TURN_S = 0.05  # real; how long a turn of the station's loop waits for something to happen
REST_S = 0.02  # from one turn's begin to the next: of a thousand meters one transaction takes several
MOST_EVENTS = 2000  # a turn


class Station:
    """One data folder's station; `run` is its life, in one thread that alone has the store.

    Raises DataFileError when profiles or tariff cannot be used; nothing is started by then.
    """

    def __init__(
        self,
        data_dir: Path,
        plant: Plant,
        clock: Clock,
        plant_file: Path | None = None,
        record: Path | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._record = record
        self._plant_file = PlantFile(plant_path(data_dir, plant_file), data_dir)
        self.plant_changed = False  # ended because the plant file was changed: to be begun anew
        self._plant = plant
        self._clock = SteadyClock(clock)
        self._field = load_field(plant, data_dir, plant_path(data_dir, plant_file))
        load_calendar(plant.tariff)

    def run(self, stop: threading.Event) -> None:
        """Runs until told to stop; raises LockError when another station has the folder, StoreError."""
        lock = StationLock(self._data_dir, self._clock)
        lock.take()
        try:
            store = open_store(database_path(self._data_dir))
            try:
                events: queue.Queue[LineEvent] = queue.Queue()
                lines = _Lines(self._field, self._clock, events, self._record)
                watch = Watch(
                    store, self._plant, self._clock, lines.submit, meters_of(self._field), self._plant_file
                )
                for sentence in self.overloaded():
                    log.warning("%s", sentence)
                lines.start()
                try:
                    self._watch(watch, lock, events, stop)
                finally:
                    lines.stop()
                    self._last_turn(watch, events)
                    watch.close()
            finally:
                store.close()
        finally:
            lock.release()

    def overloaded(self) -> list[str]:
        """The lines that cannot be read within their periods, a sentence each."""
        if self._clock.speed != 1.0:
            return []  # a plant that is played quickly is read as often as it can be
        return [budget.sentence for budget in line_budgets(self._field) if not budget.fits]

    def _watch(
        self, watch: Watch, lock: StationLock, events: queue.Queue[LineEvent], stop: threading.Event
    ) -> None:
        log.info("station started on %s", self._data_dir)
        trouble, leapt, rest_until_s = "", False, 0.0
        while not stop.is_set():
            lock.check()
            leapt = self._say_leap(leapt)
            self._clock.sleep_s(rest_until_s - self._clock.monotonic_s())
            arrived = drain(events, TURN_S)
            rest_until_s = self._clock.monotonic_s() + REST_S
            try:
                watch.turn(arrived)
                if trouble:
                    log.warning("the database can be used again")
                trouble = ""
                if watch.plant_changed:
                    self.plant_changed = True
                    return
            except StoreError as error:
                if str(error) != trouble:
                    log.error("%s", error)
                trouble = str(error)
                watch.note_trouble()
                stop.wait(1.0)

    def _say_leap(self, said: bool) -> bool:
        """Once when the machine's clock leaps, and once when it is right again."""
        leap_ms = self._clock.leap_ms
        if leap_ms and not said:
            log.warning(
                "The machine's clock leapt %s by %.2f h; the station goes on by its own time: set the clock "
                "right, or start the station again if the new time is the right one.",
                "ahead" if leap_ms > 0 else "back",
                abs(leap_ms) / HOUR_MS,
            )
        elif said and not leap_ms:
            log.warning("The machine's clock is where it should be again; the station follows it.")
        return leap_ms != 0

    def _last_turn(self, watch: Watch, events: queue.Queue[LineEvent]) -> None:
        """What the lines told before they ended is kept, too."""
        try:
            watch.keep(drain(events, 0.0))
        except StoreError as error:
            log.error("%s", error)
            watch.put_away()
        log.info("station ended")


class _Lines:
    """One poller a line; started and ended together."""

    def __init__(
        self, field: list[LineField], clock: Clock, events: queue.Queue[LineEvent], record: Path | None
    ) -> None:
        self._records: dict[str, TextIO] = {}
        if record is not None:
            began = dt.datetime.fromtimestamp(clock.wall_ms() / 1000, dt.UTC).strftime("%Y%m%dT%H%M%SZ")
            self._records = {
                line.config.id: (record / f"{line.config.id}_{began}.trace").open("w", encoding="utf-8")
                for line in field
            }
        self._pollers = {
            line.config.id: LinePoller(
                line.config, line.meters, line.plc, clock, events, self._records.get(line.config.id)
            )
            for line in field
        }
        self._with_plc = next((line.config.id for line in field if line.plc is not None), None)

    def start(self) -> None:
        for poller in self._pollers.values():
            poller.start()

    def submit(self, command: WriteCommand) -> None:
        """Hands a command to the poller of the PLC's line."""
        assert self._with_plc is not None
        self._pollers[self._with_plc].submit(command)

    def stop(self) -> None:
        for poller in self._pollers.values():
            poller.stop()
        for poller in self._pollers.values():
            poller.join()
        for file in self._records.values():
            file.close()


def drain(events: queue.Queue[LineEvent], wait_s: float) -> list[LineEvent]:
    """What has arrived, waiting at most `wait_s` real seconds for the first."""
    found: list[LineEvent] = []
    try:
        found.append(events.get(timeout=wait_s) if wait_s > 0 else events.get_nowait())
        while len(found) < MOST_EVENTS:
            found.append(events.get_nowait())
    except queue.Empty:
        pass
    return found
