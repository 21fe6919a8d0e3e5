"""A reading: what a meter said, when, and how far it may be believed."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec


class Quality(IntEnum):
    """How far a value may be believed; BAD carries no value."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2


class Reason(StrEnum):
    """Why a reading is not GOOD, or not as it was read."""

    NONE = ""
    PORT_MISSING = "port_missing"
    TIMEOUT = "timeout"
    BAD_CHECKSUM = "bad_checksum"
    BAD_REPLY = "bad_reply"
    EXCEPTION = "exception"
    SENTINEL = "sentinel"
    OUT_OF_RANGE = "out_of_range"
    UNCONFIRMED = "unconfirmed"
    JUMP = "jump"  # further from the last value than it can have gone, and not seen twice
    BEYOND_RATING = "beyond_rating"  # more than what is measured can draw
    COUNTER_BACK = "counter_back"  # a counter below its last value, and not (yet) explained
    COUNTER_JUMP = "counter_jump"  # a counter further on than power allows
    OTHER_MODEL = "other_model"  # the meter says that it is none of its profile's
    STALE = "stale"  # the meter answers, but its values have stopped moving
    MEAN = "mean"  # of all readings of some minutes, or a counter's last in them: thinned by rule


# A struct, for a plant makes them by the ten thousand a second and a dataclass takes ten times as long;
# gc=False, for nothing in it can refer back to it.
class Reading(msgspec.Struct, frozen=True, gc=False):
    """One value of one point; `value` is NaN when the quality is BAD.

    `point` is `<meter id>.<quantity>`, e.g. `mill_25.power_kw`; `t_ms` is the poll's middle in plant time.
    """

    point: str
    t_ms: int
    value: float
    quality: Quality = Quality.GOOD
    reason: Reason = Reason.NONE
    registers: tuple[int, ...] = ()  # of a value that is out of range: what else could they mean?
