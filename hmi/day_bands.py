"""The tariff's bands over local days, as the store's totals are split by them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hmi.store.local_days import Day
from hmi.store.totals import Span
from solver.durations import MINUTE_MS
from solver.errors import TariffError
from solver.tariff import Tariff, price_grid

WITHOUT_BAND = ""  # on days for which the tariff has no schedule
_MOST_KEPT = 400


class DayBands:
    """The spans of a local day by one tariff; keeps a year of days, for they are asked for once a point."""

    def __init__(self, tariff: Tariff, zone: ZoneInfo) -> None:
        self._tariff = tariff
        self._zone = zone
        self._known: dict[Day, Sequence[Span]] = {}

    def __call__(self, day: Day) -> Sequence[Span]:
        if day not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[day] = band_spans(self._tariff, self._zone, *day)
        return self._known[day]


def band_spans(tariff: Tariff, zone: ZoneInfo, from_ms: int, to_ms: int) -> list[Span]:
    """The spans from one full minute to another."""
    minutes = (to_ms - from_ms) // MINUTE_MS
    try:
        grid = price_grid(tariff, from_ms, minutes, zone)
    except TariffError:
        return [Span(from_ms, to_ms, WITHOUT_BAND)]
    return spans_in(grid.band, grid.band_names, from_ms)


def spans_in(band: NDArray[np.int8], names: Sequence[str], from_ms: int) -> list[Span]:
    """The spans of minutes from a full minute on, whose bands int8[minute] count in the names."""
    changes = (np.flatnonzero(np.diff(band)) + 1).tolist()
    return [
        Span(from_ms + a * MINUTE_MS, from_ms + b * MINUTE_MS, names[int(band[a])])
        for a, b in pairwise([0, *changes, len(band)])
    ]
