"""`valleyline` without a subcommand: the desk, with a station if none runs for this data folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hmi.commands.common import data_option, plant_option
from hmi.data_folder import database_path
from hmi.plant_files import load_whole_plant
from hmi.processes import start_companion
from hmi.station.lock import running_station
from hmi.store.database import open_store


@click.command()
@data_option
@plant_option
def desk_command(data_dir: Path, plant_path: Path | None) -> None:
    """Open the control room; start a station if none runs for this data folder."""
    from hmi.desk.app import run_desk

    load_whole_plant(data_dir, plant_path)
    open_store(database_path(data_dir)).close()
    if running_station(data_dir) is None:
        own_plant: list[str | Path] = [] if plant_path is None else ["--plant", plant_path.resolve()]
        start_companion("station", ["station", "--data", data_dir, *own_plant], data_dir)
    sys.exit(run_desk(data_dir, plant_path))
