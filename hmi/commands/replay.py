"""`valleyline replay FROM [TO]`: a recorded stretch in a desk of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from hmi.commands.common import FiniteRange, data_option, plant_option
from hmi.commands.moment import MOMENT
from hmi.data_folder import database_path
from hmi.plant_files import load_whole_plant
from hmi.store.database import Store, open_store
from hmi.store.readings import newest


@click.command()
@data_option
@plant_option
@click.argument("from_ms", metavar="FROM", type=MOMENT)
@click.argument("to_ms", metavar="[TO]", type=MOMENT, required=False)
@click.option("--speed", type=FiniteRange(0.1, 86_400), default=1.0, show_default=True, help="Times as fast.")
@click.option(
    "--snapshots",
    type=click.Path(file_okay=False, path_type=Path),
    help="Only draw every page into a folder.",
)
def replay_command(
    data_dir: Path,
    plant_path: Path | None,
    from_ms: int,
    to_ms: int | None,
    speed: float,
    snapshots: Path | None,
) -> None:
    """Play a recorded stretch in a desk of its own, marked as a replay; nothing can be changed in it.

    FROM and TO such as 2016-03-14T08:00+08:00; without TO to the last reading.
    """
    if snapshots is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hmi.desk.look import Look
    from hmi.desk.replay import run_replay, snapshot_replay
    from hmi.desk.replay_clock import ReplayClock

    load_whole_plant(data_dir, plant_path)
    store = open_store(database_path(data_dir), create=False)
    try:
        end_ms = _last_ms(store, from_ms) if to_ms is None else to_ms
    finally:
        store.close()
    if end_ms <= from_ms:
        raise click.UsageError(
            "TO must be later than FROM, and something must have been recorded in between."
        )
    clock = ReplayClock(from_ms, end_ms, speed)
    if snapshots is None:
        sys.exit(run_replay(data_dir, clock, plant_path))
    for path in snapshot_replay(data_dir, clock, snapshots, Look(), (1366, 768), plant_path):
        click.echo(path)


def _last_ms(store: Store, from_ms: int) -> int:
    return max((reading.t_ms for reading in newest(store).values()), default=from_ms)
