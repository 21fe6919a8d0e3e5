"""What `valleyline history stats` prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from hmi.history_rows import iso_utc
from hmi.store import care


def stats_document(
    path: Path, size: int, known: Sequence[care.PointStatistics], counted: care.Tally
) -> dict[str, object]:
    """The JSON object of `stats`; times are UTC ms, shares 0..1."""
    rows = [
        {
            "point": row.point,
            "readings": row.readings,
            "first_ms": row.first_ms,
            "last_ms": row.last_ms,
            "bad_share": round(row.bad_share, 6),
        }
        for row in known
    ]
    return {
        "database": str(path),
        "bytes": size,
        "schema": counted.schema,
        "readings": sum(row.readings for row in known),
        "points": rows,
        "plans": counted.plans,
        "alarms_active": counted.alarms_active,
        "alarm_changes": counted.alarm_changes,
        "audit_entries": counted.audit_entries,
    }


def print_stats(path: Path, size: int, known: Sequence[care.PointStatistics], counted: care.Tally) -> None:
    """The same for a person."""
    total = sum(row.readings for row in known)
    click.echo(f"{path}: {megabytes(size)}, {total} readings of {len(known)} points.")
    states = ", ".join(f"{count} {state}" for state, count in counted.plans.items())
    click.echo(f"Plans: {states or 'none'}.")
    click.echo(
        f"Alarms: {counted.alarms_active} active, {counted.alarm_changes} changes in the journal. "
        f"Audit: {counted.audit_entries} entries."
    )
    if not known:
        return
    width = max(len(row.point) for row in known)
    click.echo(f"\n{'point':<{width}}{'readings':>11}  {'first':<24}  {'last':<24}  {'bad':>7}")
    for row in known:
        first, last = ("–" if t_ms is None else iso_utc(t_ms) for t_ms in (row.first_ms, row.last_ms))
        click.echo(f"{row.point:<{width}}{row.readings:>11}  {first:<24}  {last:<24}  {row.bad_share:>7.2%}")


def megabytes(size: int) -> str:
    """A size for a person."""
    return f"{size / 1e6:.1f} MB"
