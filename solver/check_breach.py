"""What a plan may break, each with the key of its limit, and the sentence that says where and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NAMED_RATHER_THAN_COUNTED = 20  # places of one kind; the worst of all is always among them


class Limit(StrEnum):
    """What a plan may break."""

    NO_START = "no_start"
    GAP = "gap"
    PAUSE_TOO_SHORT = "pause_too_short"
    TOO_MANY_PAUSES = "too_many_pauses"
    PAUSE_AT_THE_EDGE = "pause_at_the_edge"
    OVERLAP = "overlap"
    EARLIEST = "earliest"
    DUE = "due"
    HORIZON = "horizon"
    STRANGER = "stranger"
    MAINTENANCE = "maintenance"
    FIXED = "fixed"
    SLEEP = "sleep"
    SUPPLY = "supply"
    INTERVAL_ENERGY = "interval_energy"
    CREW = "crew"
    BUFFER_EMPTY = "buffer_empty"
    BUFFER_FULL = "buffer_full"
    STARTS = "starts"
    MOVED_TOO_FAR = "moved_too_far"
    TOO_MANY_MOVED = "too_many_moved"


_SENTENCES = {
    Limit.NO_START: "Batch {batch!r} of {machine!r} has no start.",
    Limit.GAP: "Batch {batch!r} of {machine!r} begins at minute {at_min}, and may at {limit_min} "
    "after the batch before it and its gap.",
    Limit.PAUSE_TOO_SHORT: "Batch {batch!r} of {machine!r} pauses for {found} min, "
    "and a pause takes {allowed} at least.",
    Limit.TOO_MANY_PAUSES: "Batch {batch!r} of {machine!r} pauses {found} times, and {allowed} are allowed.",
    Limit.PAUSE_AT_THE_EDGE: "Batch {batch!r} of {machine!r} has a pause before its first or after its last "
    "running minute.",
    Limit.OVERLAP: "Batch {batch!r} of {machine!r} runs at minute {at_min}, when another batch does.",
    Limit.EARLIEST: "Batch {batch!r} of {machine!r} begins at minute {at_min}, "
    "before its earliest, {limit_min}.",
    Limit.DUE: "Batch {batch!r} of {machine!r} ends at minute {at_min}, after it is due at {limit_min}.",
    Limit.HORIZON: "Batch {batch!r} of {machine!r} ends at minute {at_min}, after the horizon's {limit_min}.",
    Limit.STRANGER: "The problem has no batch {batch!r} of {machine!r}.",
    Limit.MAINTENANCE: "Batch {batch!r} of {machine!r} runs at minute {at_min}, in the maintenance "
    "that ends at {limit_min}.",
    Limit.FIXED: "Batch {batch!r} of {machine!r} begins at minute {at_min}, and the machine is fixed: "
    "it stays at {limit_min}.",
    Limit.SLEEP: "Batch {batch!r} of {machine!r} leaves {found} min at minute {at_min} to wake the machine "
    "or to switch it off, and that takes {allowed}.",
    Limit.SUPPLY: "At minute {at_min} all machines draw {found} kW, and the supply carries {allowed}.",
    Limit.INTERVAL_ENERGY: "In the interval from minute {at_min} on all machines use {found} kWh, "
    "and {allowed} are allowed.",
    Limit.CREW: "At minute {at_min} charging and discharging need {found} people, and {allowed} are there.",
    Limit.BUFFER_EMPTY: "At minute {at_min} buffer {buffer!r} falls to {found}, below {allowed}.",
    Limit.BUFFER_FULL: "At minute {at_min} buffer {buffer!r} rises to {found}, and holds {allowed}.",
    Limit.STARTS: "From minute {at_min} on {found} starts fall within {within_min} min, "
    "and {allowed} are allowed.",
    Limit.MOVED_TOO_FAR: "Batch {batch!r} of {machine!r} moves by {found} min to minute {at_min}, "
    "and may by {allowed}.",
    Limit.TOO_MANY_MOVED: "{found} batches move or pause, and {allowed} may.",
}

# The key that a person would change, and the unit of what is found.
_KEYS = {
    Limit.NO_START: ("starts_min", ""),
    Limit.GAP: ("gap_before_min", "min"),
    Limit.PAUSE_TOO_SHORT: ("pauses.least_min", "min"),
    Limit.TOO_MANY_PAUSES: ("pauses.most", "pauses"),
    Limit.PAUSE_AT_THE_EDGE: ("pauses_min", ""),
    Limit.OVERLAP: ("one batch at a time", "min"),
    Limit.EARLIEST: ("earliest_min", "min"),
    Limit.DUE: ("due_min", "min"),
    Limit.HORIZON: ("horizon_min", "min"),
    Limit.STRANGER: ("starts_min", ""),
    Limit.MAINTENANCE: ("maintenance", "min"),
    Limit.FIXED: ("fixed", "min"),
    Limit.SLEEP: ("sleep", "min"),
    Limit.SUPPLY: ("limits.supply_kw", "kW"),
    Limit.INTERVAL_ENERGY: ("limits.interval_energy_kwh", "kWh"),
    Limit.CREW: ("limits.crew", "people"),
    Limit.BUFFER_EMPTY: ("limits.buffers", ""),
    Limit.BUFFER_FULL: ("limits.buffers", ""),
    Limit.STARTS: ("limits.starts", "starts"),
    Limit.MOVED_TOO_FAR: ("limits.distance.most_min", "min"),
    Limit.TOO_MANY_MOVED: ("limits.distance.most_batches", "batches"),
}


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a plan breaks; machine and batch are "" where it concerns all machines together.

    `params` hold minutes of the plan (at_min, limit_min), what was found and what is allowed in the limit's
    unit, and the buffer's id (buffer) or the stretch that a start rule looks at (within_min).
    """

    limit: Limit
    machine: str
    batch: str
    params: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What is broken, where, for the log and the command line; the desk has its own words."""
        words = {key: plain(value, self.excess) for key, value in self.params.items() if key != "buffer"}
        buffer = self.params.get("buffer", "")
        return _SENTENCES[self.limit].format(
            machine=self.machine, batch=self.batch, **{"buffer": buffer, **words}
        )

    @property
    def key(self) -> str:
        """The problem's key that a person would change."""
        return _KEYS[self.limit][0]

    @property
    def unit(self) -> str:
        """The unit of `excess`, "" where it has none."""
        return _KEYS[self.limit][1]

    @property
    def excess(self) -> float:
        """By how much the limit is broken, in its unit; 0 where that cannot be counted."""
        for found, allowed in (("found", "allowed"), ("at_min", "limit_min")):
            if found in self.params and allowed in self.params:
                return abs(float(self.params[found]) - float(self.params[allowed]))
        return 0.0


def plain(value: float | str, difference: float = 1.0) -> str:
    """A number without needless digits, but with enough of them to show such a difference."""
    if isinstance(value, str):
        return value
    text = f"{value:.{3 if difference >= 0.001 else 9}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(slots=True)
class Findings:
    """The limits that a plan breaks, as they are found: of each kind the first places and the worst."""

    breaches: list[Breach] = field(default_factory=list)
    _named: dict[Limit, int] = field(default_factory=dict)
    _last: dict[Limit, int] = field(default_factory=dict)
    _worst: dict[Limit, float] = field(default_factory=dict)

    def add(self, limit: Limit, machine: str = "", batch: str = "", **params: float | str) -> None:
        """Notes a limit that is broken; beyond the places named, only one that is worse than they are."""
        breach = Breach(limit, machine, batch, params)
        if self._named.get(limit, 0) < NAMED_RATHER_THAN_COUNTED:
            self._named[limit] = self._named.get(limit, 0) + 1
            self._last[limit] = len(self.breaches)
            self.breaches.append(breach)
        elif breach.excess > self._worst[limit]:
            self.breaches[self._last[limit]] = breach
        self._worst[limit] = max(self._worst.get(limit, 0.0), breach.excess)
