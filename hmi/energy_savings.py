"""What finished plans saved by the meters, of those that ended in a time, and all of them together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from hmi.station.verification import Verification
from hmi.store.database import Store
from hmi.store.plans import plans
from hmi.store.records import PlanState

MOST_PLANS = 400


@dataclass(frozen=True, slots=True)
class VerifiedPlan:
    """A plan that the meters have verified."""

    plan: int
    from_ms: int
    to_ms: int
    found: Verification


@dataclass(frozen=True, slots=True)
class Saved:
    """What several plans saved; `low` and `high` are an 80 % band, for each plan errs by itself."""

    energy_kwh: float
    paid: float
    baseline: float
    promised: float
    saving: float
    low: float
    high: float


def load_savings(store: Store, from_ms: int, to_ms: int) -> tuple[VerifiedPlan, ...]:
    """The verified plans that ended in a time, the oldest first."""
    ended = [
        VerifiedPlan(
            row.id, row.start_ms, row.end_ms, msgspec.json.decode(row.verification_json, type=Verification)
        )
        for row in plans(store, {PlanState.VERIFIED}, MOST_PLANS)
        if row.verification_json is not None and from_ms < row.end_ms <= to_ms
    ]
    return tuple(sorted(ended, key=_ended))


def saved_by(verified: Sequence[VerifiedPlan]) -> Saved:
    """All of them together."""
    found = [one.found for one in verified]
    saving = sum(one.saving for one in found)
    return Saved(
        sum(one.energy_kwh for one in found),
        sum(one.cost_paid for one in found),
        sum(one.cost_baseline for one in found),
        sum(one.promised_saving for one in found),
        saving,
        saving - math.hypot(*(one.saving - one.low for one in found)),
        saving + math.hypot(*(one.high - one.saving for one in found)),
    )


def _ended(one: VerifiedPlan) -> int:
    return one.to_ms
