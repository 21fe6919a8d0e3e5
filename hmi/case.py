"""The case of a paper: what it publishes, and our reconstruction of the load curves that it does not."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from devices.datafile import DataFileError, read_json, read_text, read_toml
from hmi.tariffs import load_calendar
from resources.locate import resource
from solver.durations import DAY_MIN, MINUTE_MS
from solver.reconstruction import Floats, MillCurve, Reconstruction, RecordedMill, mill_curve
from solver.tariff import PriceGrid, Tariff, price_grid

Rate = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Table1Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mill's column of Table 1."""

    mill: str
    rated_kw: float
    pressure: str
    batches: int
    hourly_kwh: float
    minutely_kwh: float


class Table2Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mill's row of Table 2: its energy's shares in the bands, and what it cost."""

    mill: str
    peak: Rate
    flat: Rate
    valley: Rate
    energy_kwh: float
    cost: float
    mean_price: float

    def share(self, band: str) -> float:
        """The share of a band by its name."""
        return {"peak": self.peak, "flat": self.flat, "valley": self.valley}[band]


class Table2(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """Table 2, the days that it covers and the tariff that it lets one work out."""

    since: str
    to: str
    tariff: str
    extra_cost_printed: float
    rows: list[Table2Row]


class PublishedCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that the paper publishes about its case."""

    name: str
    source: str
    timezone: str
    start: str
    counted_until: str
    days: int
    cycle_h: tuple[float, float]
    saving_rate: float
    daily_kwh: str
    table_1: list[Table1Row]
    table_2: Table2
    totals_kwh: dict[str, float]
    shares_percent: dict[str, float]

    def minute(self, local: str) -> int:
        """A local time as minutes after the record's start."""
        passed = datetime.fromisoformat(local) - datetime.fromisoformat(self.start)
        return round(passed.total_seconds() / 60)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A case with its reconstruction; `dates` are the record's days, daily_kwh float64[days] per mill."""

    published: PublishedCase
    dates: list[str]
    daily_kwh: dict[str, Floats]
    reconstruction: Reconstruction
    curves: dict[str, MillCurve]
    tariff: Tariff

    @property
    def minutes(self) -> int:
        """Minutes of the record."""
        return self.published.days * DAY_MIN

    def mill(self, mill: str) -> RecordedMill:
        """A mill's reconstructed batches; KeyError when there is none."""
        return next(each for each in self.reconstruction.mills if each.mill == mill)

    def price(self, pad_min: int = 0) -> PriceGrid:
        """Prices on the minute, reaching `pad_min` beyond the record on both sides."""
        zone = ZoneInfo(self.published.timezone)
        start = datetime.fromisoformat(self.published.start).replace(tzinfo=zone)
        start_ms = round(start.timestamp() * 1000) - pad_min * MINUTE_MS
        return price_grid(self.tariff, start_ms, self.minutes + 2 * pad_min, zone)


def shipped_cases() -> list[str]:
    """The names of the cases that come with the program."""
    folders = resource("cases").iterdir()
    return sorted(folder.name.replace("_", "-") for folder in folders if (folder / "published.toml").exists())


def load_case(name: str) -> Case:
    """A shipped case by its name; raises DataFileError with one sentence."""
    if name not in shipped_cases():
        raise DataFileError(f"case {name!r}: there is none of this name; use {', '.join(shipped_cases())}.")
    folder = resource(f"cases/{name.replace('-', '_')}")
    published = read_toml(folder / "published.toml", PublishedCase)
    path = folder / "reconstruction.json"
    reconstruction = read_json(path, Reconstruction)
    dates, daily_kwh = _read_daily(folder / published.daily_kwh, published)
    try:
        curves = {mill.mill: mill_curve(mill, daily_kwh[mill.mill]) for mill in reconstruction.mills}
    except (KeyError, ValueError) as error:
        raise DataFileError(f"{path}: it does not fit {published.daily_kwh} ({error}).") from error
    return Case(published, dates, daily_kwh, reconstruction, curves, load_calendar(published.table_2.tariff))


def _read_daily(path: Path, published: PublishedCase) -> tuple[list[str], dict[str, Floats]]:
    rows = list(csv.DictReader(read_text(path).splitlines()))
    mills = [row.mill for row in published.table_1]
    try:
        daily = {mill: np.array([float(row[mill]) for row in rows]) for mill in mills}
        dates = [row["date"] for row in rows]
    except (KeyError, ValueError) as error:
        raise DataFileError(f"{path}: it needs the columns date, {', '.join(mills)} ({error}).") from error
    if len(rows) != published.days:
        raise DataFileError(f"{path}: it has {len(rows)} days; published.toml says {published.days}.")
    return dates, daily
