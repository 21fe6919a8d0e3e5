"""`valleyline station`: the station alone, until Ctrl+C."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from hmi.commands.common import data_option, plant_option
from hmi.data_folder import database_path, stored_clock
from hmi.data_folder import plant_path as plant_file
from hmi.plant import load_plant
from hmi.station.field import load_field
from hmi.station.lock import LockError
from hmi.station.station import Station
from hmi.store.database import open_store
from hmi.tariffs import load_tariff


@click.command()
@data_option
@plant_option
@click.pass_context
def station_command(context: click.Context, data_dir: Path, plant_path: Path | None) -> None:
    """Read the meters, keep the readings and carry out approved plans, until Ctrl+C."""
    plant = load_plant(plant_file(data_dir, plant_path))
    load_field(plant, data_dir)
    load_tariff(plant.tariff)
    store = open_store(database_path(data_dir))
    try:
        clock = stored_clock(store)
    finally:
        store.close()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        Station(data_dir, plant, clock).run(stop)
    except LockError as error:
        click.echo(str(error), err=True)
        context.exit(2)
