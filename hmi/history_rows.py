"""A reading as a row of texts and back, the same for a CSV file and a workbook; a mistake is one sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from devices.datafile import DataFileError
from devices.reading import Quality, Reading, Reason

HEADER = ("point", "time", "t_ms", "value", "quality", "reason")
_POINT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_LINES = 10


class BadRowError(Exception):
    """What is wrong with a row, without its place."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The places in a file that cannot be read (`word` is line or row), and what is wrong with the first."""

    word: str
    places: list[str]
    first: str

    @property
    def sentence(self) -> str:
        """Both in part of a sentence, e.g. `lines 3 and 7 cannot be read, the first because …`."""
        if len(self.places) == 1:
            return f"{self.word} {self.places[0]}: {self.first}"
        named = ", ".join(self.places[:_MOST_LINES])
        more = len(self.places) - _MOST_LINES
        rest = f" and {more} more" if more > 0 else ""
        return f"{self.word}s {named}{rest} are bad; the first: {self.first}"


def iso_utc(t_ms: int) -> str:
    """A time in ISO 8601, UTC, to the millisecond."""
    moment = _EPOCH + timedelta(milliseconds=t_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t_ms % 1000:03d}Z"


def utc_ms(text: str) -> int:
    """The milliseconds of an ISO 8601 time that says its offset; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def row_of(reading: Reading) -> tuple[str, ...]:
    """The cells below HEADER; a gap has no value."""
    return (
        reading.point,
        iso_utc(reading.t_ms),
        str(reading.t_ms),
        "" if math.isnan(reading.value) else repr(reading.value),
        reading.quality.name.lower(),
        reading.reason.value,
    )


def columns_of(where: str, cells: Sequence[str]) -> list[str]:
    """The columns that a header names; raises DataFileError."""
    names = [cell.strip().lower() for cell in cells]
    if not {"point", "value"} <= set(names) or not {"time", "t_ms"} & set(names):
        raise DataFileError(f"{where}: the header must be {','.join(HEADER)!r}.")
    if len(set(names)) < len(names) or not set(names) <= set(HEADER):
        raise DataFileError(f"{where}: a column is unknown or there twice; use {','.join(HEADER)!r}.")
    return names


def reading_of(row: dict[str, str | None], now_ms: int) -> Reading:
    """The reading of a row's cells; one later than `now_ms` is bad, too. Raises BadRowError."""
    if None in row.values():
        raise BadRowError(f"the row does not have the {len(row)} cells of the header")
    cells = {name: (text or "").strip() for name, text in row.items()}
    point = cells["point"]
    if not _POINT.fullmatch(point):
        raise BadRowError(f"point: {point!r} is no point such as 'mill_25.power_kw'")
    t_ms = _time(cells)
    if not 0 <= t_ms <= now_ms:
        raise BadRowError(f"time: {iso_utc_or_number(t_ms)} lies before 1970 or after the plant's present")
    value = _value(cells["value"])
    return Reading(point, t_ms, value, _quality(cells.get("quality", ""), value), _reason(cells))


def iso_utc_or_number(t_ms: int) -> str:
    """A time in ISO 8601 where a calendar has it, else its milliseconds."""
    try:
        return iso_utc(t_ms)
    except OverflowError:
        return str(t_ms)


def _time(cells: dict[str, str]) -> int:
    number, text = cells.get("t_ms", ""), cells.get("time", "")
    try:
        counted = int(number) if number else None
        read = utc_ms(text) if text else None
    except ValueError:
        raise BadRowError(
            f"time: {text or number!r} is not a time with its offset, such as 2016-03-14T00:00:00.000Z"
        ) from None
    if counted is None and read is None:
        raise BadRowError("time: there is none")
    if counted is not None and read is not None and counted != read:
        raise BadRowError(f"time: {text} and t_ms {number} are not the same moment")
    return counted if counted is not None else int(read or 0)


def _value(text: str) -> float:
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRowError(f"value: {text!r} is not a number; leave it empty where there is none")
    return value


def _quality(text: str, value: float) -> Quality:
    if not text:
        return Quality.BAD if math.isnan(value) else Quality.GOOD
    if text.upper() not in Quality.__members__:
        raise BadRowError(f"quality: {text!r} is not good, uncertain or bad")
    quality = Quality[text.upper()]
    if math.isnan(value) is not (quality is Quality.BAD):
        raise BadRowError(f"quality: a reading has a value or is bad, and this is {text} with {value}")
    return quality


def _reason(cells: dict[str, str]) -> Reason:
    text = cells.get("reason", "")
    try:
        return Reason(text)
    except ValueError:
        known = ", ".join(reason.value for reason in Reason if reason.value)
        raise BadRowError(f"reason: {text!r} is none of {known}") from None
