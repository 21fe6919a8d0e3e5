"""`valleyline history`: what the store holds, whether it is whole, backups, readings out and in."""

from __future__ import annotations

import hashlib
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from itertools import islice
from pathlib import Path
from typing import Any

import click

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.reading import Reading
from hmi.commands.common import command_line_actor, data_option, json_option, print_json
from hmi.commands.history_plant import plant_command
from hmi.commands.history_restore import restore_command
from hmi.commands.history_stats import megabytes, print_stats, stats_document
from hmi.commands.history_thin import thin_command
from hmi.commands.moment import MOMENT
from hmi.data_folder import database_path, stored_clock
from hmi.history_check import Finding, examine, is_damage
from hmi.history_csv import write_csv
from hmi.history_files import find_faults, is_workbook, read_readings, write_readings
from hmi.history_rows import iso_utc
from hmi.new_file import new_file
from hmi.store import audit, care
from hmi.store.corrections import correct_readings
from hmi.store.database import Store, StoreError, open_store
from hmi.store.readings import insert_readings, points, walk
from hmi.store.retention import first_thinned

_END_MS = 1 << 53
_ROWS_A_TRANSACTION = 2000  # some 10 ms: the station beside it never waits for long


@click.group()
def history_command() -> None:
    """The store: what it holds, whether it is whole, backups, readings out and in."""


history_command.add_command(restore_command)
history_command.add_command(thin_command)
history_command.add_command(plant_command)


@history_command.command("stats")
@data_option
@json_option
def stats_command(data_dir: Path, as_json: bool) -> None:
    """Say what the store holds, point by point."""
    with closing(_open(data_dir)) as store:
        known, counted, size = care.point_statistics(store), care.tally(store), care.file_bytes(store)
        path = store.path
    if as_json:
        print_json(stats_document(path, size, known, counted))
    else:
        print_stats(path, size, known, counted)


@history_command.command("check")
@data_option
@json_option
@click.pass_context
def check_command(context: click.Context, data_dir: Path, as_json: bool) -> None:
    """Say whether file, readings, audit and signatures are whole; status 1 when something is not."""
    findings = _examined(data_dir)
    whole = all(finding.whole for finding in findings)
    if as_json:
        print_json({"database": str(database_path(data_dir)), "whole": whole, "findings": findings})
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.whole else 'NO '} {finding.sentence}")
    context.exit(0 if whole else 1)


@history_command.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace TARGET if it is there.")
@data_option
@json_option
def backup_command(target: Path, force: bool, data_dir: Path, as_json: bool) -> None:
    """Copy the whole store to the file TARGET, also while a station writes, and check the copy."""
    with closing(_open(data_dir)) as store:
        _check_target(target, store.path)
        with new_file(target, force=force) as part, _bar("Copying", 1) as bar:
            copied = 0

            def on_progress(pages: int, total: int) -> None:
                nonlocal copied
                bar.length = total
                bar.update(pages - copied)
                copied = pages

            care.copy_database(store, part, on_progress)
            size = part.stat().st_size
    if as_json:
        print_json({"backup": str(target.resolve()), "bytes": size, "whole": True})
    else:
        click.echo(f"{target} is a whole copy of the store, {megabytes(size)}.")


@history_command.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--point", "chosen", multiple=True, help="A point to export; may be given again. All if left out."
)
@click.option(
    "--from", "from_ms", type=MOMENT, default=None, help="The first moment, e.g. 2016-03-14T08:00+08:00."
)
@click.option("--to", "to_ms", type=MOMENT, default=None, help="The moment before which to end.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@data_option
@json_option
def export_command(
    file: Path | None,
    chosen: Sequence[str],
    from_ms: int | None,
    to_ms: int | None,
    force: bool,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Write readings to FILE, as a workbook where it ends in .xlsx, else as CSV; or to standard output."""
    if as_json and file is None:
        raise click.UsageError("--json says what was written to FILE; name a FILE, or leave --json out.")
    begin, end = 0 if from_ms is None else from_ms, _END_MS if to_ms is None else to_ms
    if begin >= end:
        raise click.UsageError("--from is not before --to; no reading can lie between.")
    with closing(_open(data_dir)) as store:
        if file is not None:
            _check_target(file, store.path)
        names = _chosen_points(store, chosen)
        found = (reading for name in names for reading in walk(store, name, begin, end))
        if file is None:
            click.echo(f"{write_csv(sys.stdout, found)} readings of {len(names)} points.", err=True)
            return
        with new_file(file, force=force) as part:
            written = write_readings(part, found, workbook=is_workbook(file))
    if as_json:
        print_json({"file": str(file.resolve()), "points": names, "readings": written})
    else:
        click.echo(f"{file} has {written} readings of {len(names)} points.")


@history_command.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--correct", "why", default=None, metavar="WHY", help="Correct what is stored, and say why.")
@data_option
@json_option
def import_command(file: Path, why: str | None, data_dir: Path, as_json: bool) -> None:
    """Add the readings of a FILE, CSV or .xlsx, as `export` writes it. What is stored stays, or is corrected.

    Only readings come in; states and batches that a station would have seen in them do not.
    """
    with closing(_open(data_dir)) as store:
        clock = stored_clock(store)
        now_ms = clock.now_ms()
        count, faults = find_faults(file, now_ms)
        if faults is not None:
            raise DataFileError(f"{file}: {faults.sentence}; nothing was imported.")
        _refuse_thinned(store, file, now_ms)
        _note_import(store, clock, file, count, why)
        changed, added = _import(store, read_readings(file, now_ms), count, now_ms, why)
    known = count - added - changed
    if as_json:
        figures = {"rows": count, "added": added, "corrected": changed, "known": known}
        print_json({"file": str(file.resolve()), **figures})
        return
    corrected = f" {changed} are corrected," if why is not None else ""
    click.echo(f"{added} of {count} readings are new;{corrected} {known} were there already and stay.")


def _open(data_dir: Path) -> Store:
    return open_store(database_path(data_dir), create=False)


def _examined(data_dir: Path) -> list[Finding]:
    try:
        with closing(_open(data_dir)) as store:
            return examine(store)
    except StoreError as error:
        if not is_damage(error):
            raise
        return [Finding("file", False, str(error))]


def _check_target(target: Path, source: Path) -> None:
    if target.exists() and target.samefile(source):
        raise DataFileError(f"{target} is the store itself; name another file.")
    log = target.with_name(f"{target.name}-wal")
    if log.exists():
        raise DataFileError(
            f"{target} is in use, for {log.name} is beside it; close what uses it, or name another."
        )


def _chosen_points(store: Store, chosen: Sequence[str]) -> list[str]:
    known = points(store)
    for name in chosen:
        if name not in known:
            raise DataFileError(f"{store.path}: there is no point {name!r}; `history stats` lists them.")
    return list(dict.fromkeys(chosen)) or known


def _import(
    store: Store, readings: Iterator[Reading], count: int, now_ms: int, why: str | None
) -> tuple[int, int]:
    """How many were corrected, and how many are new."""
    changed = added = 0
    with _bar("Importing", count) as bar:
        while rows := list(islice(readings, _ROWS_A_TRANSACTION)):
            if why is None:
                added += insert_readings(store, rows)
            else:
                some = correct_readings(store, rows, made_ms=now_ms, actor=command_line_actor(), why=why)
                changed, added = changed + some[0], added + some[1]
            bar.update(len(rows))
    return changed, added


def _refuse_thinned(store: Store, file: Path, now_ms: int) -> None:
    """What was thinned already is a mean of all its readings; one of them beside it would count twice."""
    thinned = first_thinned(store, read_readings(file, now_ms))
    if thinned is not None:
        raise DataFileError(
            f"{file}: {thinned.point} at {iso_utc(thinned.t_ms)} lies in a day that was thinned by the "
            "plant's rule; take such days out of the file. Nothing was imported."
        )


def _note_import(store: Store, clock: Clock, file: Path, count: int, why: str | None) -> None:
    """Before the first row, so that also an import that is cut off has its entry."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    audit.append(
        store,
        t_ms=clock.now_ms(),
        wall_ms=clock.wall_ms(),
        actor=command_line_actor(),
        host=socket.gethostname(),
        action="import_readings" if why is None else "correct_readings",
        target=file.name,
        after=f"{count} rows, SHA-256 {digest}",
        reason=why or "",
    )


def _bar(label: str, length: int) -> AbstractContextManager[Any]:
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden)
