"""The station's housekeeping in the store: a little at a time, so that no reading waits for it."""

from __future__ import annotations

import logging
import math
from datetime import UTC, datetime

from devices.clock import Clock
from hmi.plant import Plant
from hmi.plant_past import PlantPast
from hmi.retention import announce, keep_rule
from hmi.store.database import Store, StoreError, StoreFault
from hmi.store.local_days import local_day
from hmi.store.retention import thin_some
from hmi.store.sealing import seal_some
from hmi.store.status import thin_forecasts
from solver.durations import DAY_MS
from solver.tariff import Tariff

log = logging.getLogger(__name__)

BUSY_REAL_S = 0.2  # between two looks while there is something to do
IDLE_REAL_S = 5.0
POINTS_A_TIME = 4
NIGHT_HOURS = range(1, 5)  # local; when old readings and forecasts are thinned
WHOLE_FORECASTS_MS = 4 * DAY_MS  # scores and "as said a day before" are read from these
HOURLY_FORECASTS_MS = 31 * DAY_MS


class Tidying:
    """Seals what is due, thins what is old at night; a damaged block in its way stops it, which is said."""

    def __init__(self, store: Store, plant: Plant, tariff: Tariff, clock: Clock) -> None:
        self._store = store
        self._plant = plant
        self._past = PlantPast(plant, tariff)
        self._past.refresh(store)
        self._rule = keep_rule(plant.retention)
        self._clock = clock
        self._next_s = -math.inf
        self._announced_ms = -math.inf  # the day whose thinning is in the audit
        self._is_thin = False
        self._forecasts_ms = -math.inf  # the day whose night thinned the forecasts
        self._forecasts_of: list[str] = []  # whose are still to be thinned in that night

    def step(self) -> None:
        """Does a little where it is time for it; raises StoreError when the database cannot be used."""
        now_s = self._clock.monotonic_s()
        if now_s < self._next_s:
            return
        try:
            busy = self._seal() or (self._is_night() and (self._thin_forecasts() or self._thin()))
        except StoreError as error:
            if error.fault is not StoreFault.DAMAGED:
                raise
            log.error("%s Days are not sealed until the station starts again.", error)
            self._next_s = math.inf
            return
        self._next_s = now_s + (BUSY_REAL_S if busy else IDLE_REAL_S)

    def _seal(self) -> bool:
        zone, now_ms = self._plant.zone, self._clock.now_ms()
        return seal_some(self._store, zone, self._past, now_ms, most=POINTS_A_TIME) > 0

    def _is_night(self) -> bool:
        now = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        return now.astimezone(self._plant.zone).hour in NIGHT_HOURS

    def _thin_forecasts(self) -> bool:
        """Once a night, a few subjects at a time: ten minutes' forecasts would fill the disk."""
        now_ms = self._clock.now_ms()
        today_ms = local_day(now_ms, self._plant.zone).from_ms
        if self._forecasts_ms != today_ms:
            self._forecasts_ms = today_ms
            self._forecasts_of = [self._plant.shopfloor, *(machine.id for machine in self._plant.machines)]
        due, self._forecasts_of = self._forecasts_of[:POINTS_A_TIME], self._forecasts_of[POINTS_A_TIME:]
        for subject in due:
            thin_forecasts(
                self._store,
                subject,
                whole_ms=now_ms - WHOLE_FORECASTS_MS,
                hourly_ms=now_ms - HOURLY_FORECASTS_MS,
            )
        return bool(self._forecasts_of)

    def _thin(self) -> bool:
        """At night, once all is sealed; the first look of a night says in the audit what is due."""
        if self._rule is None:
            return False
        now_ms = self._clock.now_ms()
        today_ms = local_day(now_ms, self._plant.zone).from_ms
        if self._announced_ms != today_ms:
            is_due = announce(self._store, self._plant.retention, self._clock, actor="station", host="")
            self._announced_ms, self._is_thin = today_ms, not is_due
        if self._is_thin:
            return False
        done = thin_some(self._store, self._rule, now_ms, most=POINTS_A_TIME)
        self._is_thin = not (done.days or done.days_gone)
        return not self._is_thin
