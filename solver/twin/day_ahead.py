"""The days to come of a series of power, from its days so far: looks, blend and band together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from solver.layout import Floats, Ints
from solver.twin.analogs import DayTable, like_days
from solver.twin.blend import band_ends, blend_of, blended, half_band

LEARN_DAYS = 120  # past days whose forecasts teach the blend
LEARN_STEPS = 96  # of a day, at most, that teach it


@dataclass(slots=True)
class DayAhead:
    """Forecasts of a series' days; keeps what was expected of each day: a back-test asks once."""

    table: DayTable
    _looks: dict[int, Floats] = field(default_factory=dict)  # by the day that was expected

    def forecast(self, today: int, days: int) -> Floats:
        """The `days` after day `today` of the table: float64[3, days * steps] low, middle and high.

        NaN where nothing is known; low and high are NaN as long as too few days taught them. Reads no day
        after `today`.
        """
        per_day = self.table.power.shape[1]
        steps = np.arange(0, per_day, max(1, per_day // LEARN_STEPS))
        taught = np.arange(max(1, today + 1 - LEARN_DAYS), today + 1)
        if len(taught):
            looks = np.stack([self._expected(day, steps) for day in taught.tolist()])
            blend = blend_of(looks, self.table.power[taught][:, steps], int(taught[0]))
        else:
            blend = blend_of(
                np.empty((0, *self._expected(today + 1, steps).shape)), np.empty((0, len(steps))), 1
            )
        nearest = np.minimum(np.arange(per_day) // max(1, per_day // LEARN_STEPS), len(steps) - 1)
        found = []
        for ahead in range(1, days + 1):
            weekday = self._weekday(today + ahead)
            looks_ahead = like_days(self.table, today, weekday, ahead, np.arange(per_day))
            low, middle, high = blended(looks_ahead, blend.weights)
            expected = np.stack([low, middle, high])
            half = half_band(expected, blend.least_half)
            below, above = band_ends(expected, blend.own_share, blend.typical_miss)
            unit = (below + above) / 2
            trust = 1.0 if ahead == 1 else 0.0  # what the last days missed says little about later ones
            off = blend.middle_share * middle + trust * blend.shift * half
            if blend.below is None or blend.above is None:
                low, high = np.full(per_day, np.nan), np.full(per_day, np.nan)
            else:
                low = middle + off - below - blend.below[nearest] * unit
                high = middle + off + above + blend.above[nearest] * unit
            found.append(np.stack([low, middle + off, high]))
        return np.concatenate(found, axis=1)

    def _expected(self, day: int, steps: Ints) -> Floats:
        """What was expected of a day on the evening before."""
        if day not in self._looks:
            self._looks[day] = like_days(self.table, day - 1, self._weekday(day), 1, steps)
        return self._looks[day]

    def _weekday(self, day: int) -> int:
        return int(self.table.weekday[0] + day) % 7
