"""Local days as UTC milliseconds; a day on which the clocks change has its 23 or 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from solver.durations import DAY_MS

UTC_DAY_MS = DAY_MS


class Day(NamedTuple):
    """From a local midnight up to, not including, the next; UTC ms."""

    from_ms: int
    to_ms: int


def local_day(t_ms: int, zone: ZoneInfo) -> Day:
    """The local day in which a moment lies."""
    return day_of(local_date(t_ms, zone), zone)


def local_date(t_ms: int, zone: ZoneInfo) -> date:
    """The date of a moment in a zone."""
    return datetime.fromtimestamp(t_ms / 1000, UTC).astimezone(zone).date()


def day_of(on: date, zone: ZoneInfo) -> Day:
    """The local day of a date."""
    return Day(_midnight_ms(on, zone), _midnight_ms(on + timedelta(days=1), zone))


def local_days(from_ms: int, to_ms: int, zone: ZoneInfo) -> list[Day]:
    """The local days that a stretch of time touches, in order."""
    days: list[Day] = []
    while from_ms < to_ms:
        days.append(local_day(from_ms, zone))
        from_ms = days[-1].to_ms
    return days


def local_month_ms(t_ms: int, zone: ZoneInfo) -> int:
    """When the local month of a moment began, UTC ms."""
    return _midnight_ms(local_date(t_ms, zone).replace(day=1), zone)


def _midnight_ms(on: date, zone: ZoneInfo) -> int:
    return round(datetime(on.year, on.month, on.day, tzinfo=zone).timestamp() * 1000)
