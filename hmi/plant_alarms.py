"""What a plant file says of alarms: rules of its own, and other terms for the kinds that are built in."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Priority = Annotated[int, msgspec.Meta(ge=1, le=4)]
RuleId = Annotated[
    str,
    msgspec.Meta(
        pattern="^[a-z][a-z0-9_]*$",
        description="a text in quotes of lower case letters, digits and _, beginning with a letter",
    ),
]
State = Literal["shutdown", "standby", "idling", "running", "no-data"]


class KindTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Other terms for a built-in kind of alarm; what is left out stays as it is. Times in plant time."""

    priority: Priority | None = None
    on_delay_s: NotNegative | None = None
    off_delay_s: NotNegative | None = None
    latched: bool | None = None


class RuleBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What every rule has: its terms, when it means nothing, and what to tell the operator.

    An alarm is raised once its condition came `count` times within `count_within_min`, each for `on_delay_s`.
    """

    id: RuleId
    priority: Priority = 3
    on_delay_s: NotNegative = 0.0
    off_delay_s: NotNegative = 0.0
    latched: bool = False
    count: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    count_within_min: Positive = 10.0
    suppressed_while: list[State] = []  # states of the rule's machine in which it is quiet by design
    cause: str = ""
    consequence: str = ""
    action: str = ""


class LimitRule(RuleBase, frozen=True, tag_field="rule", tag="limit"):
    """A point above or below a limit; it is over once it is `deadband` back inside."""

    point: str
    above: float | None = None
    below: float | None = None
    deadband: NotNegative = 0.0


class RateRule(RuleBase, frozen=True, tag_field="rule", tag="rate"):
    """A point that changes by more than so much a minute, over the last `over_min`."""

    point: str
    most_per_min: Positive
    over_min: Positive = 5.0


class StaleRule(RuleBase, frozen=True, tag_field="rule", tag="stale"):
    """A point without a good reading for so long."""

    point: str
    after_min: Positive


class FrozenRule(RuleBase, frozen=True, tag_field="rule", tag="frozen"):
    """A point that is read but has not changed at all for so long."""

    point: str
    after_min: Positive


class DeviationRule(RuleBase, frozen=True, tag_field="rule", tag="deviation"):
    """A machine or the shop-floor whose mean power left the twin's expectation by more than a share of it.

    The twin's forecast is the one made `ahead_min` before the time that is compared, for a newer one has
    already learnt of the change; up to `least_kw` is never a deviation.
    """

    machine: str
    most_share: Positive = 0.2
    least_kw: NotNegative = 5.0
    over_min: Annotated[float, msgspec.Meta(ge=1, le=240)] = 15.0
    ahead_min: Annotated[float, msgspec.Meta(ge=0, le=1440)] = 30.0


class IdlingRule(RuleBase, frozen=True, tag_field="rule", tag="idling"):
    """A machine that idles for longer than so many minutes, in some tariff bands or (none named) in all."""

    machine: str
    after_min: Positive
    bands: list[str] = []


class OverrunRule(RuleBase, frozen=True, tag_field="rule", tag="overrun"):
    """A machine that runs without a break for longer than so many minutes."""

    machine: str
    most_min: Positive


class LeakRule(RuleBase, frozen=True, tag_field="rule", tag="leak"):
    """A shop-floor that draws more than so much while all its machines are off or on standby."""

    above_kw: Positive
    deadband: NotNegative = 0.0


class DemandRule(RuleBase, frozen=True, tag_field="rule", tag="demand"):
    """A demand interval whose mean will exceed a limit if the shop-floor goes on as it does now."""

    limit_kw: Positive
    interval_min: Literal[5, 10, 15, 30, 60] = 15
    after_min: NotNegative = 3.0  # too early to say before


AlarmRule = (
    LimitRule
    | RateRule
    | StaleRule
    | FrozenRule
    | DeviationRule
    | IdlingRule
    | OverrunRule
    | LeakRule
    | DemandRule
)
PointRule = LimitRule | RateRule | StaleRule | FrozenRule


class AlarmSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The alarms of a plant file; `kinds` by the names of hmi/station/codes.py."""

    rules: list[AlarmRule] = []
    kinds: dict[str, KindTerms] = {}
    least_free_mb: Annotated[int, msgspec.Meta(ge=1)] = 200  # of the disk with the database
