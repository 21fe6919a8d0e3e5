"""How many alarms call for somebody, held against EEMUA 191 (third edition) and ISA-18.2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hmi.store.alarms import annunciations
from hmi.store.database import Store

MINUTE_MS = 60_000
TEN_MINUTES_MS = 10 * MINUTE_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

# What one operator can bear in the long run: about one alarm in ten minutes (EEMUA 191).
MOST_IN_TEN_MINUTES = 1
MOST_IN_AN_HOUR = 6
MOST_IN_A_DAY = 144
MOST_STANDING = 9  # "fewer than ten"
FLOOD = 10  # more than so many in ten minutes
CHATTER = 3  # so many times within a minute

Call = tuple[int, str]  # when, the alarm's key


@dataclass(frozen=True, slots=True)
class AlarmFigures:
    """Counts of alarms that called for somebody, up to `t_ms`."""

    t_ms: int
    ten_minutes: int = 0
    hour: int = 0
    day: int = 0
    frequent: tuple[tuple[str, int], ...] = ()  # keys and counts of the day, most frequent first
    chattering: tuple[str, ...] = ()
    flood_began_ms: int | None = None
    flood_first: str = ""  # the key that called first in the flood


def load_figures(store: Store, t_ms: int) -> AlarmFigures:
    """The figures of the day up to `t_ms`."""
    return figures(annunciations(store, t_ms - DAY_MS, t_ms + 1), t_ms)


def figures(calls: Sequence[Call], t_ms: int) -> AlarmFigures:
    """The figures of calls, oldest first, all from the last day."""
    ranked = sorted(Counter(key for _, key in calls).items(), key=_by_count)
    flood = _flood(calls, t_ms)
    return AlarmFigures(
        t_ms,
        ten_minutes=_since(calls, t_ms - TEN_MINUTES_MS),
        hour=_since(calls, t_ms - HOUR_MS),
        day=len(calls),
        frequent=tuple(ranked[:3]),
        chattering=tuple(key for key, _ in ranked if _chatters(calls, key)),
        flood_began_ms=flood[0] if flood else None,
        flood_first=flood[1] if flood else "",
    )


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return (-item[1], item[0])


def _since(calls: Sequence[Call], from_ms: int) -> int:
    return sum(t_ms > from_ms for t_ms, _ in calls)


def _chatters(calls: Sequence[Call], key: str) -> bool:
    times = [t_ms for t_ms, called in calls if called == key]
    return any(
        later - earlier < MINUTE_MS for earlier, later in zip(times, times[CHATTER - 1 :], strict=False)
    )


def _flood(calls: Sequence[Call], t_ms: int) -> Call | None:
    """The first call of the flood that goes on at `t_ms`: back from it, no two calls are a minute apart."""
    recent = [call for call in calls if call[0] > t_ms - TEN_MINUTES_MS]
    if len(recent) <= FLOOD:
        return None
    first = recent[0]
    for call in reversed(calls):
        if first[0] - call[0] >= TEN_MINUTES_MS / FLOOD:
            break
        first = min(first, call)
    return first
