"""The station's housekeeping in the store: a little at a time, so that no reading waits for it."""

from __future__ import annotations

import logging
import math

from devices.clock import Clock
from hmi.plant import Plant
from hmi.plant_past import PlantPast
from hmi.store.database import Store, StoreError, StoreFault
from hmi.store.sealing import seal_some
from hmi.tariffs import load_calendar

log = logging.getLogger(__name__)

BUSY_REAL_S = 0.2  # between two looks while there is something to do
IDLE_REAL_S = 5.0
POINTS_A_TIME = 4


class Tidying:
    """Seals what is due; stops, and says so, where a damaged block is in its way."""

    def __init__(self, store: Store, plant: Plant, clock: Clock) -> None:
        self._store = store
        self._zone = plant.zone
        self._past = PlantPast(plant, load_calendar(plant.tariff))
        self._past.refresh(store)
        self._clock = clock
        self._next_s = -math.inf

    def step(self) -> None:
        """Does a little where it is time for it; raises StoreError when the database cannot be used."""
        now_s = self._clock.monotonic_s()
        if now_s < self._next_s:
            return
        try:
            done = seal_some(self._store, self._zone, self._past, self._clock.now_ms(), most=POINTS_A_TIME)
        except StoreError as error:
            if error.fault is not StoreFault.DAMAGED:
                raise
            log.error("%s Days are not sealed until the station starts again.", error)
            self._next_s = math.inf
            return
        self._next_s = now_s + (BUSY_REAL_S if done else IDLE_REAL_S)
