"""Times as files write them: ISO 8601, since 1970, a spreadsheet's days, day or month first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

DATES = (
    *("%d/%m/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%Y", "%m-%d-%Y", "%Y.%m.%d", "%Y%m%d"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%Y", "%d %b %Y", "%b %d %Y", "%Y年%m月%d日"),
)
CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%H.%M", "%H%M")
FORMATS = (*(f"{date} {clock}" for date in DATES for clock in CLOCKS), "%Y%m%d%H%M", "%Y%m%d%H%M%S")
ZONES = {"utc": "+00:00", "gmt": "+00:00", "z": "+00:00", "cet": "+01:00", "cest": "+02:00"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHEET_EPOCH = datetime(1899, 12, 30)
SHEET_DAYS = (20_000.0, 80_000.0)  # 1954 to 2119
OUT_OF_ORDER = 0.01  # share of rows; more are hours of the day, or days of the month
DISTINCT = 0.02  # share of times; fewer are days of a month beside hours in another column
UNITS_S = ((1e11, 1.0), (1e14, 1e-3), (1e17, 1e-6), (1e20, 1e-9))  # below which, what a number since 1970 is


def moments(texts: Sequence[str]) -> tuple[list[datetime], int | None]:
    """The times of all rows in the way of writing that fits every one, and the first row that is none.

    Where day and month may be either, the way in which the rows rise, and last least, is taken.
    """
    plain = [_plain(text) for text in texts]
    ways = [form for form in (None, *FORMATS) if plain and _moment_or_midnight(plain[0], form) is not None]
    read: list[list[datetime]] = []
    for form in ways or [None]:
        found = [_moment_or_midnight(text, form) for text in plain]
        known = [each for each in found if each is not None]
        if len(known) == len(found):
            read.append(known)
        elif form == (ways or [None])[0]:
            wrong = next(i for i, each in enumerate(found) if each is None)
    if not read:
        return [], wrong
    return min(read, key=_disorder) if len(read) > 1 else read[0], None


def is_elapsed(texts: Sequence[str]) -> bool:
    """Whether times are numbers that rise from a beginning, which lies below any date of a spreadsheet."""
    if not all(re.fullmatch(r"\d+(\.\d+)?", text) for text in texts):
        return False
    values = np.array([float(text) for text in texts])
    if len(values) == 0 or values[0] >= SHEET_DAYS[0] or len(np.unique(values)) < DISTINCT * len(values):
        return False
    return len(values) == 1 or bool(np.mean(np.diff(values) < 0) < OUT_OF_ORDER)


def is_time(text: str) -> bool:
    """Whether a cell is a date with a time of day in any of the known ways."""
    return any(moment(_plain(text), form) is not None for form in (None, *FORMATS))


def is_date(text: str) -> bool:
    """Whether a cell is a date without a time of day."""
    return bool(re.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\.?|\d{8}", text.strip()))


def is_clock(text: str) -> bool:
    """Whether a cell is a time of day without a date."""
    return bool(re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?", text.strip()))


def moment(text: str, form: str | None) -> datetime | None:
    """A time in a format, or ISO 8601 or a number since 1970 or 1900 without one; None: it is none."""
    try:
        if form is not None:
            return datetime.strptime(text, form)
        if re.fullmatch(r"\d+(\.\d+)?([eE]\+?\d+)?", text):
            return _numbered(text)
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _moment_or_midnight(text: str, form: str | None) -> datetime | None:
    """A time in a format; some programs leave midnight away, so that its date stands alone."""
    found = moment(text, form)
    if found is None and form is not None and " " in form and is_date(text):
        return moment(text, form.partition(" ")[0])
    return found


def _numbered(text: str) -> datetime | None:
    if re.fullmatch(r"(19|20)\d{6}(\d{4}|\d{6})", text):
        return None  # a date without marks
    value = float(text)
    if SHEET_DAYS[0] <= value < SHEET_DAYS[1]:
        return SHEET_EPOCH + timedelta(seconds=round(value * 86_400))
    if value < 1e8:
        return None
    return EPOCH + timedelta(seconds=value * next((unit for below, unit in UNITS_S if value < below), 1e-9))


def _plain(text: str) -> str:
    """A time with single blanks, and an offset instead of a zone's name; an unknown one is left out."""
    words = re.sub(r"\[[\w/+-]+\]$", "", text.strip().strip('"')).replace(",", ".").split()
    if len(words) > 1 and words[-1].lower() in ZONES:
        words[-2:] = [words[-2] + ZONES[words[-1].lower()]]
    elif len(words) > 2 and re.fullmatch(r"[A-Z]{3,4}", words[-1]):
        words.pop()
    return " ".join(words)


def _disorder(read: list[datetime]) -> tuple[int, float]:
    """How many rows are not later than the one before, and how long the whole lasts."""
    times = np.array([(each.replace(tzinfo=None) - SHEET_EPOCH).total_seconds() for each in read])
    return int(np.sum(np.diff(times) <= 0)), float(times.max() - times.min())
