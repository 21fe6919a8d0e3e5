"""Calendars with a hole or an overlap: the first hour that has no price, or two.

Where two schedules fit the same day the first of them holds if it is plainly the exception: if it names
day types and the other does not, or if it fits only days that the other fits, too. Every other overlap is
refused where the two differ, and so is a schedule that no day is left for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from solver.demand_charges import demand_bands
from solver.errors import TariffError
from solver.tariff_calendar import (
    CELLS,
    DAY_TYPES,
    NO_BAND,
    day_cells,
    day_number,
    first_fit,
    fits,
    own_price,
    schedule_bands,
)
from solver.tariff_schema import DaySchedule, DayType, Tariff

MOST_DAYS = 366  # a validity at least so long has every month
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def check_calendar(tariff: Tariff, schedules: Sequence[DaySchedule], key: str) -> None:
    """Raises TariffError with the first hour of a calendar that has no price, or two."""
    if not schedules:
        raise TariffError(f"{key}: there is none; write at least one.")
    cells = [fits(schedule) for schedule in schedules]
    used = first_fit(schedules)
    for later in range(len(schedules)):
        for earlier in range(later):
            both = cells[earlier] & cells[later] & (used == earlier)
            if both.any() and not _is_exception(schedules, cells, earlier, later):
                _refuse_difference(schedules, key, earlier, later, both)
        if not (used == later).any():
            cell = int(np.flatnonzero(cells[later])[0])
            raise TariffError(
                f"{key}[{later}]: {_day(cell)} from 00:00 on and every other day that it fits has its "
                f"bands already, from {key}[{used[cell]}]; take it out or place it first."
            )
    _refuse_holes(tariff, schedules, used, key)


def _is_exception(
    schedules: Sequence[DaySchedule], cells: Sequence[NDArray[np.bool_]], earlier: int, later: int
) -> bool:
    if schedules[earlier].day_types and not schedules[later].day_types:
        return True
    within = not (cells[earlier] & ~cells[later]).any()
    return within and bool((cells[later] & ~cells[earlier]).any())


def _refuse_difference(
    schedules: Sequence[DaySchedule], key: str, earlier: int, later: int, both: NDArray[np.bool_]
) -> None:
    names = demand_bands(schedules)
    first = schedule_bands(schedules[earlier], names)
    second = schedule_bands(schedules[later], names)
    apart = np.flatnonzero(first != second)
    if len(apart) == 0:
        return
    minute, cell = int(apart[0]), int(np.flatnonzero(both)[0])
    raise TariffError(
        f"{key}[{later}]: {_day(cell)} has two bands from {_time(minute)} on, "
        f"{names[first[minute]]!r} from {key}[{earlier}] and {names[second[minute]]!r} from here; "
        "name months and day_types so that one of them fits."
    )


def _refuse_holes(
    tariff: Tariff, schedules: Sequence[DaySchedule], used: NDArray[np.int64], key: str
) -> None:
    for cell, day in sorted(_days_in_force(tariff).items()):
        if used[cell] == NO_BAND:
            what = "price" if key == "schedules" else "band"
            raise TariffError(
                f"{key}: {_day(cell, day)} has no {what} from 00:00 on; add a schedule that fits it."
            )
        if key != "schedules":
            continue
        month = cell // len(DAY_TYPES) + 1
        for edge in schedules[used[cell]].edges:
            if own_price(tariff, month, edge.band) is None:
                raise TariffError(
                    f"{key}[{used[cell]}]: {_day(cell, day)} has no price from {edge.at} on, for in "
                    f"{month_name(month)} {edge.band!r} has no ratio and no price; give it one."
                )


def _days_in_force(tariff: Tariff) -> dict[int, date | None]:
    """The cells of which the tariff has days; with the first day where only single days are such."""
    if tariff.valid_from and tariff.valid_to:
        first, last = day_number(tariff.valid_from), day_number(tariff.valid_to)
    else:
        first, last = 0, MOST_DAYS
    dates = np.array([day_number(day) for day in [*tariff.holidays, *tariff.hot_days]], dtype=np.int64)
    if tariff.valid_from:
        dates = dates[dates >= day_number(tariff.valid_from)]
    if tariff.valid_to:
        dates = dates[dates <= day_number(tariff.valid_to)]
    found: dict[int, date | None] = {}
    for day, cell in zip(dates.tolist(), day_cells(tariff, dates).tolist(), strict=True):
        at = date(1970, 1, 1) + timedelta(days=day)
        known = found.get(cell)
        found[cell] = at if known is None else min(known, at)
    if last - first >= MOST_DAYS:
        plain = [DAY_TYPES.index(DayType.WEEKDAY), DAY_TYPES.index(DayType.WEEKEND)]
        cells = [cell for cell in range(CELLS) if cell % len(DAY_TYPES) in plain]
    else:
        cells = np.unique(day_cells(tariff, np.arange(first, last + 1))).tolist()
    return {**dict.fromkeys(cells), **found}


def _day(cell: int, day: date | None = None) -> str:
    kind = DAY_TYPES[cell % len(DAY_TYPES)]
    if day is not None:
        return f"{day.isoformat()}, a {'hot day' if kind is DayType.HOT else kind},"
    words = {DayType.HOT: "a hot day"}.get(kind, f"a {kind}")
    return f"{words} in {month_name(cell // len(DAY_TYPES) + 1)}"


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def month_name(month: int) -> str:
    """A month in English."""
    return _MONTHS[month - 1]
