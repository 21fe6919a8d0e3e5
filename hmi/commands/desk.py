"""`valleyline` without a subcommand: the desk, with a station if none runs for this data folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from devices.datafile import DataFileError
from hmi.commands.common import data_option, plant_option
from hmi.data_folder import plant_path as plant_file
from hmi.plant import load_plant
from hmi.processes import start_companion
from hmi.station.lock import LockError, running_station


@click.command()
@data_option
@plant_option
def desk_command(data_dir: Path, plant_path: Path | None) -> None:
    """Open the control room; start a station if none runs for this data folder."""
    from hmi.desk.app import run_desk

    check_plant(data_dir, plant_path)
    try:
        if running_station(data_dir) is None:
            own_plant: list[str | Path] = [] if plant_path is None else ["--plant", plant_path.resolve()]
            start_companion("station", ["station", "--data", data_dir, *own_plant], data_dir)
    except LockError as error:
        raise click.ClickException(str(error)) from error
    sys.exit(run_desk(data_dir, plant_path))


def check_plant(data_dir: Path, plant_path: Path | None) -> None:
    """Says what is wrong with the plant file before anything is started."""
    path = plant_file(data_dir, plant_path)
    if not path.exists():
        raise DataFileError(
            f"{path}: there is no plant file; write one, name another with --plant, or try `valleyline demo`."
        )
    load_plant(path)
