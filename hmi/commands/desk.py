"""`valleyline` without a subcommand: the desk, with a station if none runs for this data folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hmi.commands.common import data_option, plant_option
from hmi.commands.demo import can_open_window
from hmi.data_folder import PLANT_NAME, database_path
from hmi.demo.companions import Companions
from hmi.demo.example import example_clock, is_example, start_example
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

    companions = None
    if plant_path is None and not (data_dir / PLANT_NAME).exists() and can_open_window():
        from hmi.desk.first.run import run_first_start

        begun = run_first_start(data_dir)
        companions = begun.companions
        if not begun.wanted:
            _end(companions)
            return
    load_whole_plant(data_dir, plant_path)
    open_store(database_path(data_dir)).close()
    if running_station(data_dir) is None and companions is None:
        if is_example(data_dir):
            companions = start_example(data_dir, example_clock(data_dir))
        else:
            own_plant: list[str | Path] = [] if plant_path is None else ["--plant", plant_path.resolve()]
            start_companion("station", ["station", "--data", data_dir, *own_plant], data_dir)
    try:
        status = run_desk(data_dir, plant_path)
    finally:
        _end(companions)
    sys.exit(status)


def _end(companions: Companions | None) -> None:
    """The example's simulated plant has no meters of its own to go on with."""
    if companions is not None:
        companions.end()
