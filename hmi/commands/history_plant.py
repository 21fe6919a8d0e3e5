"""`valleyline history plant`: which plant and tariff held when."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click
import msgspec
import tomli_w

from devices.datafile import DataFileError
from hmi.commands.common import data_option, json_option, print_json
from hmi.commands.moment import MOMENT
from hmi.data_folder import database_path
from hmi.history_rows import iso_utc
from hmi.plant_past import ALWAYS_MS, held_steps
from hmi.store.database import open_store


@click.command("plant")
@click.option("--at", "at_ms", type=MOMENT, default=None, help="Print the plant of this moment as its file.")
@data_option
@json_option
def plant_command(at_ms: int | None, data_dir: Path, as_json: bool) -> None:
    """List the plants and tariffs that held, or print the one that held at a moment."""
    with closing(open_store(database_path(data_dir), create=False)) as store:
        steps = held_steps(store)
        path = store.path
    if at_ms is not None:
        steps = [step for step in steps if step.from_ms <= at_ms][-1:]
    if not steps:
        raise DataFileError(f"{path}: no plant was noted yet; start a station on this folder first.")
    if as_json:
        print_json(
            {
                "plants": [
                    {
                        "from_ms": None if step.from_ms == ALWAYS_MS else step.from_ms,
                        "plant": msgspec.to_builtins(step.plant),
                        "tariff": msgspec.to_builtins(step.tariff),
                    }
                    for step in steps
                ]
            }
        )
    elif at_ms is not None:
        click.echo(tomli_w.dumps(_without_none(msgspec.to_builtins(steps[0].plant))), nl=False)
    else:
        for step in steps:
            since = "the beginning" if step.from_ms == ALWAYS_MS else iso_utc(step.from_ms)
            plant = step.plant
            click.echo(
                f"From {since}: {plant.name}, {len(plant.meters)} meters, {len(plant.machines)} machines, "
                f"{plant.timezone}, tariff {step.tariff.name}."
            )


def _without_none(data: Any) -> Any:
    """TOML has no nothing: a key that is left out says it."""
    if isinstance(data, dict):
        return {key: _without_none(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [_without_none(value) for value in data]
    return data
