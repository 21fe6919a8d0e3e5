"""Time axes in the plant's zone: whole hours and days, and the hour that comes twice is told apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from widgets.lean_axis import LeanAxis

STEPS_S = (
    1,
    5,
    15,
    60,
    300,
    900,
    1800,
    3600,
    7200,
    10800,
    21600,
    43200,
    86400,
    172800,
    604800,
    2592000,
    7776000,
)
LEAST_TICK_PX = 74.0
TEXTS_KEPT = 1_000


def step_for(span_s: float, width_px: float) -> int:
    """The distance of the labels in seconds that leaves each its room."""
    wanted = span_s * LEAST_TICK_PX / max(width_px, 1.0)
    return next((step for step in STEPS_S if step >= wanted), STEPS_S[-1])


def ticks_between(from_s: float, to_s: float, step_s: int, zone: tzinfo) -> list[float]:
    """Times (s since 1970) at whole local steps; a clock change moves none of them off the whole hour."""
    if to_s <= from_s:
        return []
    if step_s < 86400:
        return _hours(from_s, to_s, step_s, zone)
    return _days(from_s, to_s, step_s // 86400, zone)


def tick_text(t_s: float, step_s: int, zone: tzinfo) -> str:
    """What stands at a tick: the day at midnight, else the time; an hour that repeats has its offset."""
    moment = datetime.fromtimestamp(t_s, zone)
    if step_s >= 86400 * 28:
        return moment.strftime("%Y-%m")
    if moment.hour == moment.minute == moment.second == 0:
        return moment.strftime("%m-%d")
    text = moment.strftime("%H:%M:%S" if step_s < 60 else "%H:%M")
    return f"{text} {moment.strftime('%z')[:3]}" if moment.fold else text


def _hours(from_s: float, to_s: float, step_s: int, zone: tzinfo) -> list[float]:
    found = []
    t_s = float(-(-from_s // min(step_s, 900)) * min(step_s, 900))
    while t_s <= to_s:
        moment = datetime.fromtimestamp(t_s, zone)
        of_day = moment.hour * 3600 + moment.minute * 60 + moment.second
        if of_day % step_s == 0:
            found.append(t_s)
        t_s += min(step_s, 900)
    return found


def _days(from_s: float, to_s: float, days: int, zone: tzinfo) -> list[float]:
    found = []
    day = datetime.fromtimestamp(from_s, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    months = days // 30
    if months:
        day = day.replace(day=1)
    while (t_s := day.timestamp()) <= to_s:
        whole = (day.month - 1) % months == 0 if months else day.toordinal() % days == 0
        if t_s >= from_s and whole:
            found.append(t_s)
        day = (day + timedelta(days=32)).replace(day=1) if months else day + timedelta(days=1)
    return found


class TimeAxis(LeanAxis):
    """The bottom axis of a plot whose x is seconds since 1970."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__("bottom")
        self._zone = zone
        self._text = lru_cache(TEXTS_KEPT)(tick_text)  # a third of what an axis in motion costs

    def tickValues(self, from_s: float, to_s: float, size_px: float) -> list[tuple[float, list[float]]]:
        """Where the ticks are; one level, all of it labelled."""
        step_s = step_for(to_s - from_s, size_px)
        return [(float(step_s), ticks_between(from_s, to_s, step_s, self._zone))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """What stands at the ticks."""
        return [self._text(value, int(spacing), self._zone) for value in values]
