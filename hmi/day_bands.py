"""The tariff's bands over local days, as the store's totals are split by them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from hmi.store.local_days import Day
from hmi.store.totals import Span
from solver.errors import TariffError
from solver.tariff import MINUTE_MS, Tariff, price_grid

WITHOUT_BAND = ""  # on days for which the tariff has no schedule
_MOST_KEPT = 400


class DayBands:
    """The spans of a local day; keeps a year of days, for they are asked for once a point."""

    def __init__(self, tariff: Tariff, zone: ZoneInfo) -> None:
        self._tariff = tariff
        self._zone = zone
        self._known: dict[Day, Sequence[Span]] = {}

    def __call__(self, day: Day) -> Sequence[Span]:
        if day not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[day] = self._spans(day)
        return self._known[day]

    def _spans(self, day: Day) -> Sequence[Span]:
        minutes = (day.to_ms - day.from_ms) // MINUTE_MS
        try:
            grid = price_grid(self._tariff, day.from_ms, minutes, self._zone)
        except TariffError:
            return [Span(*day, WITHOUT_BAND)]
        changes = (np.flatnonzero(np.diff(grid.band)) + 1).tolist()
        return [
            Span(day.from_ms + a * MINUTE_MS, day.from_ms + b * MINUTE_MS, grid.band_names[int(grid.band[a])])
            for a, b in pairwise([0, *changes, minutes])
        ]
