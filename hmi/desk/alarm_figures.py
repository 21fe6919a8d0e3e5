"""How many alarms call for somebody, held against EEMUA 191 (third edition) and ISA-18.2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hmi.store.alarms import annunciations, annunciations_by_priority
from hmi.store.database import Store
from solver.durations import DAY_MS, HOUR_MS, MINUTE_MS

TEN_MINUTES_MS = 10 * MINUTE_MS

# What one operator can bear in the long run: about one alarm in ten minutes (EEMUA 191).
MOST_IN_TEN_MINUTES = 1
MOST_IN_AN_HOUR = 6
MOST_IN_A_DAY = 144
MOST_STANDING = 9  # "fewer than ten"
FLOOD = 10  # more than so many in ten minutes
MOST_IN_FLOOD = 0.01  # of the time (ISA-18.2)
STALE_MS = DAY_MS  # an alarm that stands so long is stale
PRIORITY_SHARES = {1: 0.05, 2: 0.15, 3: 0.8, 4: 0.8}  # at most; 3 and 4 together are about 80 %
BINS = DAY_MS // TEN_MINUTES_MS
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
    bins: tuple[int, ...] = ()  # calls in each ten minutes of the day, the oldest first
    by_priority: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def mean_in_ten_minutes(self) -> float:
        """The mean rate of the day."""
        return self.day / BINS

    @property
    def most_in_ten_minutes(self) -> int:
        """The worst ten minutes of the day."""
        return max(self.bins, default=0)

    @property
    def flood_share(self) -> float:
        """The share of the day's ten minutes in which there were more calls than a person can follow."""
        return sum(count > FLOOD for count in self.bins) / BINS


def load_figures(store: Store, t_ms: int) -> AlarmFigures:
    """The figures of the day up to `t_ms`."""
    found = figures(annunciations(store, t_ms - DAY_MS, t_ms + 1), t_ms)
    counts = annunciations_by_priority(store, t_ms - DAY_MS, t_ms + 1)
    first, second, third, fourth = (counts.get(priority, 0) for priority in (1, 2, 3, 4))
    return replace(found, by_priority=(first, second, third, fourth))


def figures(calls: Sequence[Call], t_ms: int) -> AlarmFigures:
    """The figures of calls, oldest first, all from the last day."""
    ranked = sorted(Counter(key for _, key in calls).items(), key=_by_count)
    flood, chattering = _flood(calls, t_ms), _chattering(calls)
    return AlarmFigures(
        t_ms,
        ten_minutes=_since(calls, t_ms - TEN_MINUTES_MS),
        hour=_since(calls, t_ms - HOUR_MS),
        day=len(calls),
        frequent=tuple(ranked[:3]),
        chattering=tuple(key for key, _ in ranked if key in chattering),
        flood_began_ms=flood[0] if flood else None,
        flood_first=flood[1] if flood else "",
        bins=_bins(calls, t_ms),
    )


def _bins(calls: Sequence[Call], t_ms: int) -> tuple[int, ...]:
    counts = [0] * BINS
    for called_ms, _ in calls:
        back = (t_ms - called_ms) // TEN_MINUTES_MS
        if 0 <= back < BINS:
            counts[BINS - 1 - back] += 1
    return tuple(counts)


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return (-item[1], item[0])


def _since(calls: Sequence[Call], from_ms: int) -> int:
    return sum(t_ms > from_ms for t_ms, _ in calls)


def _chattering(calls: Sequence[Call]) -> set[str]:
    """The keys that called CHATTER times within a minute."""
    times: dict[str, list[int]] = {}
    for t_ms, key in calls:
        times.setdefault(key, []).append(t_ms)
    return {
        key
        for key, called in times.items()
        if any(
            later - earlier < MINUTE_MS for earlier, later in zip(called, called[CHATTER - 1 :], strict=False)
        )
    }


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
