"""`valleyline station`: the station alone, until Ctrl+C."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import click

from devices.clock import Clock
from hmi.commands.common import data_option, make_folder, plant_option
from hmi.data_folder import database_path, stored_clock
from hmi.interrupts import when_asked_to_end
from hmi.plant_files import load_whole_plant
from hmi.station.lock import StationLock
from hmi.station.station import Station
from hmi.store.database import open_store


@click.command()
@data_option
@plant_option
@click.option(
    "--record",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for a file of all bytes of each line; `line trace replay:FILE` prints it.",
)
def station_command(data_dir: Path, plant_path: Path | None, record: Path | None) -> None:
    """Read the meters, keep the readings and carry out approved plans, until Ctrl+C."""
    if record is not None:
        make_folder(record)
    plant = load_whole_plant(data_dir, plant_path)
    clock = _clock(data_dir)
    stop = threading.Event()
    with when_asked_to_end(lambda _: stop.set()):
        while True:
            station = Station(data_dir, plant, clock, plant_path, record)
            station.run(stop)
            if stop.is_set() or not station.plant_changed:
                return
            plant = load_whole_plant(data_dir, plant_path)


def _clock(data_dir: Path) -> Clock:
    """From the store, which a second station must leave alone, above all where the first one's is gone."""
    lock = StationLock(data_dir, Clock())
    lock.take()
    try:
        with closing(open_store(database_path(data_dir))) as store:
            return stored_clock(store)
    finally:
        lock.release()
