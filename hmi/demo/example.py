"""The example plant in a data folder of one's own: simulated lines at the wall's pace, real people."""

from __future__ import annotations

from pathlib import Path

from devices.clock import Clock
from hmi.data_folder import database_path, save_clock, stored_clock
from hmi.demo.companions import Companions
from hmi.demo.folder import MARK
from hmi.demo.world import SCENARIO_NAME, START_HOUR, demo_batches, furnish
from hmi.store.batches import save_batches
from hmi.store.database import Store, open_store

APPROVAL_REAL_S = 900.0


def is_example(data_dir: Path) -> bool:
    """Whether a data folder's plant is the example, and no demonstration's."""
    return (data_dir / SCENARIO_NAME).exists() and not (data_dir / MARK).exists()


def write_example(data_dir: Path, store: Store) -> Clock:
    """Puts the example's plant, simulated lines and batches into a folder without a plant; its clock."""
    plant, scenario, _ = furnish(data_dir, 1.0, APPROVAL_REAL_S)
    save_batches(store, demo_batches(plant, scenario))
    clock = Clock(Clock().wall_ms(), scenario.minute_ms(START_HOUR * 60), 1.0)
    save_clock(store, clock)
    return clock


def example_clock(data_dir: Path) -> Clock:
    """The clock that the example has run on since it was written."""
    store = open_store(database_path(data_dir))
    try:
        return stored_clock(store)
    finally:
        store.close()


def start_example(data_dir: Path, clock: Clock) -> Companions:
    """Starts the example's simulated plant and its station."""
    companions = Companions(data_dir, clock)
    companions.start()
    return companions
