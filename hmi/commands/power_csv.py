"""Reads `time,power_kw` files; a mistake in one is a sentence that names the line."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from devices.datafile import DataFileError, NoSuchFileError, read_text
from hmi.commands.power_columns import (
    Columns,
    Measure,
    Value,
    columns_of,
    first_data_row,
    header_row,
    plain_name,
)
from hmi.commands.power_numbers import NotANumberError, numbers
from hmi.commands.power_times import EPOCH, is_elapsed, moments
from solver.durations import DAY_MS, HOUR_MS

DIVIDERS = ";\t|, "
FOOTERS = ("total", "sum", "summe", "gesamt", "average", "mean", "end", "eof")
TURNED = 5.0  # times further below zero than above
FALLS = 0.02  # steps of a register that fall, for each that rises: it was reset
NAMED_TWICE = 0.05  # share of times that come again from which a file is of several machines
MOST_MACHINES = 500
LABEL_STAYS = 3  # rows that a label usually lasts at least
Text = Sequence[str]


@dataclass(frozen=True, slots=True)
class PowerRecord:
    """A record of one meter: `times_ms` int64[n] rising, `power_kw` float64[n] with NaN for gaps.

    `energy_kwh` is the register where the file has one. Times without an offset (`local`) count as
    if they were UTC, and are written back without one.
    """

    times_ms: npt.NDArray[np.int64]
    power_kw: npt.NDArray[np.float64]
    energy_kwh: npt.NDArray[np.float64] | None
    local: bool
    mended_midnights: int
    moved_rows: int  # that stood out of order, or named a time again: of such the last holds
    notes: tuple[str, ...] = ()  # what a person should know of how the file was read
    elapsed_unit_s: float | None = None  # of times that count from the beginning

    def text(self, t_ms: int) -> str:
        """A time as the file would write it, ISO 8601 unless it counts from the beginning."""
        if self.elapsed_unit_s is not None:
            return f"{t_ms / 1000 / self.elapsed_unit_s:.10g}"
        moment = datetime.fromtimestamp(t_ms / 1000, UTC)
        return moment.replace(tzinfo=None).isoformat() if self.local else moment.isoformat()


@dataclass(frozen=True, slots=True)
class _Times:
    """The times of rows, int64[n], as they stand."""

    times_ms: npt.NDArray[np.int64]
    local: bool
    elapsed_unit_s: float | None = None

    def of(self, rows: npt.NDArray[np.int64]) -> _Times:
        return replace(self, times_ms=self.times_ms[rows])


def say_what_was_mended(path: Path, record: PowerRecord) -> None:
    """Tells on standard error what of a file was not as it should be."""
    for note in record.notes:
        click.echo(f"{path}: {note}", err=True)
    if record.mended_midnights:
        click.echo(f"{path}: {record.mended_midnights} rows at 00:00 were read as the day's end.", err=True)
    if record.moved_rows:
        click.echo(
            f"{path}: {record.moved_rows} rows are not later than the one before; they were sorted by time, "
            "and of rows with one time the last holds.",
            err=True,
        )


def read_power_csv(path: Path, machine: str | None = None) -> PowerRecord:
    """The record of one machine, `machine` where there are several; raises DataFileError with a sentence."""
    records = read_power_file(path)
    if machine is None and len(records) == 1:
        return next(iter(records.values()))
    if machine in records:
        return records[machine]
    known = ", ".join(repr(name) for name in records)
    if machine is None:
        raise DataFileError(f"{path}: the file holds several machines ({known}); name one with --machine.")
    raise DataFileError(f"{path}: there is no machine {machine!r}; the file holds {known}.")


def read_power_file(path: Path) -> dict[str, PowerRecord]:
    """The records of a file by machine; raises DataFileError with one sentence naming file and line.

    A header names a time and a power in W, kW or MW, or an energy in kWh (a register, or what each interval
    took), or a current, in any order; other columns are left alone. Without a header the first column is the
    time and the second kW. An empty power is a gap. A day's last row that is stamped 00:00 of the same day is
    read as the day's end. Several machines are told apart by a column that names them, or have a column each.
    """
    rows, lines = _rows(path)
    if not rows:
        raise DataFileError(f"{path}: the file is empty; its first line must be 'time,power_kw'.")
    header = header_row(rows)
    if header is None:
        columns = Columns((0,), (Value("power_kw", (1,), Measure.POWER, 1.0),), (), None, 0)
    else:
        names = [plain_name(cell) for cell in rows[header]]
        first = first_data_row(rows[header + 1 :], below_header=True) or 0
        columns = columns_of(names, rows, header + 1 + first)
        _refuse_without(path, columns, rows[header], lines[header])
        if len(rows) <= columns.first_row:
            raise DataFileError(f"{path}: there is no row below the header.")
    data = _without_footer(rows[columns.first_row :], columns)
    at = lines[columns.first_row :]
    times = _times(path, data, at, columns)
    groups = _machines(data, times.times_ms, columns)
    if len(groups) == 1 and len(columns.values) > 1:
        return {
            value.name: _record(path, data, at, times, replace(columns, values=(value,)))
            for value in columns.values
        }
    return {
        name: _record(path, [data[i] for i in own], [at[i] for i in own], times.of(own), columns)
        for name, own in groups.items()
    }


def _refuse_without(path: Path, columns: Columns, written: Text, line: int) -> None:
    for found, wanted in ((columns.time, "time"), (columns.values, "power_kw")):
        if not found:
            raise DataFileError(
                f"{path}: line {line}: there is no column {wanted!r}; the header is {list(written)}."
            )


def _rows(path: Path) -> tuple[list[list[str]], list[int]]:
    """The cells of each row that is no comment, and the lines on which they stand."""
    written = _text(path).removeprefix("\ufeff").splitlines()
    numbered = [
        (i, line)
        for i, line in enumerate(written, start=1)
        if line.strip() and not line.startswith("#") and not re.fullmatch(r"sep=.", line.strip())
    ]
    lines = [line for _, line in numbered]
    divider = _divider(lines)
    return list(csv.reader(lines, delimiter=divider)), [i for i, _ in numbered]


def _text(path: Path) -> str:
    """The text of a file in UTF-8, in UTF-16 with its mark, or in the western code page of spreadsheets."""
    try:
        return read_text(path)
    except NoSuchFileError:
        raise
    except DataFileError as error:
        try:
            raw = path.read_bytes()
        except OSError:
            raise error from None
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            raise error from None


def _divider(lines: Text) -> str:
    """The mark that divides the last lines looked at into the same number of cells, more than one."""
    sample = lines[1:40] or lines
    for mark in DIVIDERS:
        counts = Counter(line.count(mark) for line in sample)
        most, often = counts.most_common(1)[0] if counts else (0, 0)
        if most and often >= 0.8 * len(sample):
            return mark
    return ";" if lines and ";" in lines[0] else ","


def _without_footer(data: list[list[str]], columns: Columns) -> list[list[str]]:
    """The rows without a last one that sums them up, or that was torn off while it was written."""
    last = max([*columns.time, *(i for value in columns.values for i in value.columns)])
    while len(data) > 1 and (len(data[-1]) <= last or data[-1][columns.time[0]].strip().lower() in FOOTERS):
        data = data[:-1]
    return data


def _times(path: Path, data: Sequence[Text], lines: Sequence[int], columns: Columns) -> _Times:
    texts = [" ".join(row[i].strip() if i < len(row) else "" for i in columns.time) for row in data]
    if is_elapsed(texts):
        unit_s = columns.elapsed_unit_s or 1.0
        times_ms = np.array([round(1000 * unit_s * float(text)) for text in texts], dtype=np.int64)
        return _Times(times_ms, local=True, elapsed_unit_s=unit_s)
    read, wrong = moments(texts)
    if wrong is not None:
        raise DataFileError(
            f"{path}: line {lines[wrong]}: time: {texts[wrong]!r} is not a time; write 2016-03-14T00:00:00."
        )
    local = read[0].tzinfo is None
    if any((each.tzinfo is None) is not local for each in read):
        raise DataFileError(f"{path}: some times have an offset and some have none; give all or none.")
    return _Times(np.array([_ms(each) for each in read], dtype=np.int64), local)


def _machines(
    data: Sequence[Text], times_ms: npt.NDArray[np.int64], columns: Columns
) -> dict[str, npt.NDArray[np.int64]]:
    """The rows of each machine: by the column that names it, or by one that tells equal times apart."""
    every = {"": np.arange(len(data))}
    taken = {*columns.time, *(i for value in columns.values for i in value.columns)}
    again = 1 - len(np.unique(times_ms)) / len(times_ms)
    candidates = [columns.machine] if columns.machine is not None else []
    if again > NAMED_TWICE:
        candidates += [i for i in range(len(data[0])) if i not in taken and i not in candidates]
    for column in candidates:
        names = [row[column].strip() if column < len(row) else "" for row in data]
        count = len(set(names))
        if not 2 <= count <= min(MOST_MACHINES, len(data) // 4):
            continue
        apart = len(set(zip(names, times_ms.tolist(), strict=True))) / len(data)
        named = np.array(names)
        if again <= NAMED_TWICE and _comes_and_goes(named[np.argsort(times_ms, kind="stable")]):
            continue
        if column == columns.machine or 1 - apart < 0.1 * again:
            return {name: np.flatnonzero(named == name) for name in sorted(set(names))}
    return every


def _comes_and_goes(names: npt.NDArray[np.str_]) -> bool:
    """Whether names by time are a machine's labels: they come again after others, and stay for a while."""
    switches = int(np.sum(names[1:] != names[:-1]))
    return len(np.unique(names)) <= switches < len(names) / LABEL_STAYS


def _record(
    path: Path,
    data: Sequence[Text],
    lines: Sequence[int],
    stood: _Times,
    columns: Columns,
) -> PowerRecord:
    times = stood.times_ms.copy()
    mended = _mend_midnights(times)
    order = _rising(times)
    value = columns.values[0]
    read = _summed(path, data, lines, value)[order]
    register, notes = None, list[str]()
    if stood.elapsed_unit_s is not None and columns.elapsed_unit_s is None:
        notes.append("times without a unit count as seconds from the first.")
    if columns.registers and value.measure is Measure.POWER:
        counted = _summed(path, data, lines, columns.registers[0])[order]
        register = counted if _never_falls(counted) else None
    if value.measure is Measure.ENERGY:
        register = read if _never_falls(read) and len(np.unique(read[np.isfinite(read)])) > 1 else None
        read = _power_of(times[order], read, counter=register is not None)
        notes.append(f"power is made of the energy in column {value.name!r}.")
    if value.measure is Measure.CURRENT:
        notes.append(f"column {value.name!r} is a current: what is said in kW and kWh is A and Ah.")
    if _is_turned(read):
        read = -read
        notes.append(f"the power in column {value.name!r} is negative nearly always; its sign was turned.")
    moved = int(np.sum(np.diff(times) <= 0))
    return PowerRecord(
        times[order], read, register, stood.local, mended, moved, tuple(notes), stood.elapsed_unit_s
    )


def _is_turned(power_kw: npt.NDArray[np.float64]) -> bool:
    """Whether a meter counts what a machine takes as negative: far below zero, and hardly ever above."""
    good = power_kw[np.isfinite(power_kw)]
    if len(good) == 0:
        return False
    low, high = np.quantile(good, (0.01, 0.99))
    return bool(low < -TURNED * max(high, 0.0) and np.mean(good > 0) < 0.5)


def _never_falls(energy_kwh: npt.NDArray[np.float64]) -> bool:
    """Whether an energy is a register that counts up, and not what each interval took."""
    steps = np.diff(energy_kwh[np.isfinite(energy_kwh)])
    return int(np.sum(steps < 0)) <= FALLS * int(np.sum(steps > 0))


def _power_of(
    times_ms: npt.NDArray[np.int64], energy_kwh: npt.NDArray[np.float64], *, counter: bool
) -> npt.NDArray[np.float64]:
    """Mean power, kW: of a register between the readings at which it moved, else of each interval."""
    if len(times_ms) < 2:
        return np.full(len(times_ms), math.nan)
    if not counter:
        return energy_kwh * (HOUR_MS / float(np.median(np.diff(times_ms))))
    good = np.flatnonzero(np.isfinite(energy_kwh))
    moved = good[np.concatenate(([True], np.diff(energy_kwh[good]) != 0))]
    power = np.zeros(len(times_ms))
    steps = np.diff(energy_kwh[moved]) * HOUR_MS / np.diff(times_ms[moved])
    for begin, end, kw in zip(moved[:-1].tolist(), moved[1:].tolist(), steps.tolist(), strict=True):
        power[begin:end] = kw if kw >= 0 else math.nan
    power[~np.isfinite(energy_kwh)] = math.nan
    return power


def _summed(path: Path, data: Sequence[Text], lines: Sequence[int], value: Value) -> npt.NDArray[np.float64]:
    parts = []
    for column in value.columns:
        texts = [row[column].strip() if column < len(row) else "" for row in data]
        try:
            parts.append(numbers(texts, value.factor))
        except NotANumberError as error:
            raise DataFileError(
                f"{path}: line {lines[error.row]}: {value.name}: {texts[error.row]!r} is not a number; leave "
                "it empty where there is none."
            ) from error
    total: npt.NDArray[np.float64] = np.sum(parts, axis=0)
    return total


def _ms(moment: datetime) -> int:
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (aware - EPOCH) // timedelta(milliseconds=1)


def _mend_midnights(times_ms: npt.NDArray[np.int64]) -> int:
    """Moves rows that are stamped 00:00 of the day that they end to the next day; returns how many."""
    if len(times_ms) < 3:
        return 0
    step = int(np.median(np.diff(times_ms)))
    late = np.flatnonzero(
        (np.diff(times_ms, prepend=times_ms[0]) == step - DAY_MS) & (times_ms % DAY_MS == 0)
    )
    times_ms[late] += DAY_MS
    return len(late)


def _rising(times_ms: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows by time, int64[m]: of those that name one time the last, as where a clock was set back."""
    order = np.argsort(times_ms, kind="stable")
    rising: npt.NDArray[np.int64] = order[np.diff(times_ms[order], append=times_ms.max() + 1) > 0]
    return rising
