"""What lies where in a data folder, and the clock that all programs on it share."""

from __future__ import annotations

from pathlib import Path

import msgspec

from devices.clock import Clock
from hmi.store.database import Store
from hmi.store.status import save_setting, setting

DATABASE_NAME = "valleyline.db"
PLANT_NAME = "plant.toml"
PROFILES_NAME = "profiles"
CLOCK_SETTING = "clock"


def database_path(data_dir: Path) -> Path:
    """The database of a data folder."""
    return data_dir / DATABASE_NAME


def plant_path(data_dir: Path, chosen: Path | None = None) -> Path:
    """The plant file that was chosen, or the data folder's own."""
    return chosen if chosen is not None else data_dir / PLANT_NAME


def profiles_folder(data_dir: Path) -> Path:
    """Where a user's own profiles are; one of a shipped profile's name takes its place."""
    return data_dir / PROFILES_NAME


def save_clock(store: Store, clock: Clock) -> None:
    """Lets every program that opens this database run on this clock."""
    save_setting(store, CLOCK_SETTING, clock)


def stored_clock(store: Store) -> Clock:
    """The clock of this database; the wall's own where none was set."""
    found = setting(store, CLOCK_SETTING)
    return Clock() if found is None else msgspec.convert(found, Clock)
