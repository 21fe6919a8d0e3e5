"""`valleyline history thin`: old readings become means by the plant's rule, or what would."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from devices.datafile import DataFileError
from hmi.commands.common import command_line_actor, data_option, json_option, plant_option, print_json
from hmi.data_folder import PLANT_NAME, database_path, stored_clock
from hmi.plant_files import load_whole_plant
from hmi.retention import announce, keep_rule, rule_sentence
from hmi.store.database import Store, open_store
from hmi.store.retention import KeepRule, Thinned, due, thin_some, would_thin

_DAYS_A_TIME = 4


@click.command("thin")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@data_option
@plant_option
@json_option
def thin_command(dry_run: bool, data_dir: Path, plant_path: Path | None, as_json: bool) -> None:
    """Thin old readings by the plant file's [retention]; the station does it each night."""
    plant = load_whole_plant(data_dir, plant_path)
    rule = keep_rule(plant.retention)
    if rule is None:
        raise DataFileError(
            f"{plant_path or data_dir / PLANT_NAME}: retention: there is none, so all readings are kept; "
            "raw_days = 400 under [retention] would thin what is older."
        )
    with closing(open_store(database_path(data_dir), create=False)) as store:
        clock = stored_clock(store)
        now_ms = clock.now_ms()
        if not dry_run:
            announce(store, plant.retention, clock, actor=command_line_actor(), host=socket.gethostname())
        steps = would_thin(store, rule, now_ms) if dry_run else _steps(store, rule, now_ms)
        done = _summed(steps, due(store, rule, now_ms))
    if as_json:
        print_json({"dry_run": dry_run, "rule": rule_sentence(plant.retention), **asdict(done)})
        return
    would = "would become" if dry_run else "became"
    gone = "would go" if dry_run else "went"
    click.echo(f"The plant's rule: {rule_sentence(plant.retention)}.")
    click.echo(f"{done.before} readings of {done.days} days of points {would} {done.after}.")
    click.echo(f"{done.readings_gone} readings of {done.days_gone} days {gone}; their totals stay.")


def _steps(store: Store, rule: KeepRule, now_ms: int) -> Iterator[Thinned]:
    while (done := thin_some(store, rule, now_ms, most=_DAYS_A_TIME)) and (done.days or done.days_gone):
        yield done


def _summed(steps: Iterator[Thinned], expected: Thinned) -> Thinned:
    done, length = Thinned(), expected.days + expected.days_gone
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label="Thinning", file=sys.stderr, hidden=hidden) as bar:
        for step in steps:
            done += step
            bar.update(step.days + step.days_gone)
    return done
