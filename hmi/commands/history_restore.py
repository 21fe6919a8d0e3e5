"""`valleyline history restore`: a checked copy takes the store's place, which is kept aside."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import click

from devices.clock import Clock
from devices.datafile import DataFileError
from hmi.commands.common import data_option, json_option, print_json
from hmi.data_folder import database_path
from hmi.history_check import examine
from hmi.new_file import new_file
from hmi.station.lock import StationLock
from hmi.store.database import open_store

_LOGS = ("-wal", "-shm")


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@json_option
def restore_command(source: Path, data_dir: Path, as_json: bool) -> None:
    """Put the backup SOURCE in the store's place. The store that is there is kept beside it.

    Refused while a station runs on the data folder, and where SOURCE is not whole.
    """
    path, clock = database_path(data_dir), Clock()
    if path.exists() and source.samefile(path):
        raise DataFileError(f"{source} is the store itself; name a backup.")
    lock = StationLock(data_dir, clock)
    lock.take()
    try:
        aside = _aside(path, clock.wall_ms())
        with new_file(path, force=True) as part:
            shutil.copyfile(source, part)
            _check(part, source)
            _onto_the_disk(part)
            _put_aside(path, aside)
    finally:
        lock.release()
    if as_json:
        print_json({"restored": str(path), "from": str(source.resolve()), "kept": str(aside or "")})
        return
    kept = f"; what was there is kept as {aside.name}" if aside is not None else ""
    click.echo(f"{path} is the backup {source.name} now{kept}.")


def _aside(path: Path, wall_ms: int) -> Path | None:
    """Where the store that is there goes, or what is left of one; None where there is nothing."""
    left = (path, *(path.with_name(f"{path.name}{suffix}") for suffix in _LOGS))
    there = any(file.exists() for file in left)
    return path.with_name(f"{path.name}.before-restore-{wall_ms}") if there else None


def _check(copy: Path, source: Path) -> None:
    """Looks at every block, chain and reference of the copy, which it brings to the present schema."""
    with closing(open_store(copy, create=False)) as store:
        wrong = [finding.sentence for finding in examine(store) if not finding.whole]
    for suffix in _LOGS:
        copy.with_name(f"{copy.name}{suffix}").unlink(missing_ok=True)
    if wrong:
        raise DataFileError(f"{source} is not whole and was not restored: {wrong[0]}")


def _onto_the_disk(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _put_aside(path: Path, aside: Path | None) -> None:
    """The store with its log, which may hold more than the file; a kill never leaves the place empty."""
    if aside is None:
        return
    try:
        aside.hardlink_to(path)
    except FileNotFoundError:  # only a log is there, and would be taken for the backup's
        pass
    except OSError:  # a file system that cannot, such as a memory stick's
        shutil.copyfile(path, aside)
    for suffix in _LOGS:
        log = path.with_name(f"{path.name}{suffix}")
        if log.exists():
            log.replace(aside.with_name(f"{aside.name}{suffix}"))
