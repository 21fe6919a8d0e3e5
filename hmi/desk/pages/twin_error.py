"""How well a machine's or the shop-floor's load was foretold, day by day over half a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hmi.store.local_days import local_day
from hmi.store.records import ForecastScore
from solver.durations import DAY_MS
from widgets.theme import Theme
from widgets.time_plot import TimePlot

SHOWN_MS = 183 * DAY_MS


@dataclass(frozen=True, slots=True)
class DayScore:
    """The means of a local day's scores: error in kW, share within the 80 % band."""

    from_ms: int
    to_ms: int
    error_kw: float
    covered: float


def day_scores(scores: Sequence[ForecastScore], zone: ZoneInfo) -> list[DayScore]:
    """By the local day in which a window's middle lies, oldest first; days without scores are left out."""
    found: dict[tuple[int, int], list[ForecastScore]] = {}
    for each in scores:
        found.setdefault(local_day((each.from_ms + each.to_ms) // 2, zone), []).append(each)
    return [
        DayScore(
            *day,
            float(np.mean([each.error_kw for each in of_day])),
            float(np.mean([each.covered for each in of_day])),
        )
        for day, of_day in sorted(found.items())
    ]


def day_plot(zone: ZoneInfo, unit: str) -> TimePlot:
    """A plot for the figures of days."""
    return TimePlot(zone, unit, from_zero=True)


class ErrorPicture(QWidget):
    """The mean error of each day above, the share within the band below."""

    def __init__(self, error: TimePlot, covered: TimePlot) -> None:
        """Takes plots of `day_plot`: to make both at once would hold the window."""
        super().__init__()
        self.error, self.covered = error, covered
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.error, 3)
        layout.addWidget(self.covered, 2)
        for plot in (self.error, self.covered):
            plot.show_band_titles(shown=False)
        self.covered.setYRange(0, 100)

    def show_days(self, days: Sequence[DayScore], now_ms: int) -> None:
        """Shows the days of the last half year, or of as long as there were any."""
        times, errors = _stairs(days, [each.error_kw for each in days])
        _, covered = _stairs(days, [100 * each.covered for each in days])
        self.error.show_measured("error", times, errors, stairs=True)
        self.covered.show_measured("covered", times, covered, stairs=True)
        since_ms = min([now_ms - 7 * DAY_MS, *(each.from_ms for each in days[:1])])
        for plot in (self.error, self.covered):
            plot.show_range(since_ms, now_ms)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self.error.show_theme(theme)
        self.covered.show_theme(theme)


def _stairs(days: Sequence[DayScore], values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """A value from each day's beginning to its end, a gap where the next day is missing."""
    times: list[int] = []
    heights: list[float] = []
    for index, (day, value) in enumerate(zip(days, values, strict=True)):
        times.append(day.from_ms)
        heights.append(value)
        if index + 1 == len(days) or days[index + 1].from_ms != day.to_ms:
            times += [day.to_ms, day.to_ms]
            heights += [value, float("nan")]
    return np.array(times, dtype=np.int64), np.array(heights)
