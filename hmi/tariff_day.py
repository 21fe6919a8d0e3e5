"""A tariff's bands and prices over a stretch of time, as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from solver.durations import MINUTE_MS
from solver.tariff import PriceGrid


@dataclass(frozen=True, slots=True)
class BandSpan:
    """From one local time of day to another, with one band and one price."""

    begin: str
    end: str
    band: str
    price_per_kwh: float


def midnight_ms(day: date, zone: ZoneInfo) -> int:
    """When a local day begins."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def band_spans(grid: PriceGrid, zone: ZoneInfo) -> list[BandSpan]:
    """The stretches of a grid with the same band and price."""
    changes = (np.diff(grid.band) != 0) | (np.diff(grid.price_per_kwh) != 0)
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), grid.minutes]
    return [
        BandSpan(
            _local_time(grid, since, zone),
            _local_time(grid, to, zone),
            grid.band_names[int(grid.band[since])],
            float(grid.price_per_kwh[since]),
        )
        for since, to in pairwise(edges)
    ]


def _local_time(grid: PriceGrid, minute: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp((grid.start_ms + minute * MINUTE_MS) / 1000, zone).strftime("%H:%M")
