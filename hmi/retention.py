"""The plant's rule for old readings, and the audit's entry before it is applied."""

from __future__ import annotations

from devices.clock import Clock
from hmi.plant import Retention
from hmi.store import audit
from hmi.store.database import Store
from hmi.store.local_days import UTC_DAY_MS
from hmi.store.retention import KeepRule, due
from solver.durations import MINUTE_MS


def keep_rule(retention: Retention) -> KeepRule | None:
    """The rule in milliseconds; None where readings are kept for ever."""
    raw_days, means_days = retention.raw_days, retention.means_days
    if raw_days is None and means_days is None:
        return None
    return KeepRule(
        None if raw_days is None else raw_days * UTC_DAY_MS,
        retention.mean_min * MINUTE_MS,
        None if means_days is None else means_days * UTC_DAY_MS,
    )


def rule_sentence(retention: Retention) -> str:
    """The rule for a person."""
    parts = []
    if retention.raw_days is not None:
        parts.append(f"after {retention.raw_days} days means over {retention.mean_min} min")
    if retention.means_days is not None:
        parts.append(f"after {retention.means_days} days totals only")
    return "; ".join(parts) or "all readings are kept"


def announce(store: Store, retention: Retention, clock: Clock, *, actor: str, host: str) -> bool:
    """Before anything is thinned: what is due, in the audit; says whether anything is."""
    rule = keep_rule(retention)
    if rule is None:
        return False
    found = due(store, rule, clock.now_ms())
    if not found.days and not found.days_gone:
        return False
    audit.append(
        store,
        t_ms=clock.now_ms(),
        wall_ms=clock.wall_ms(),
        actor=actor,
        host=host,
        action="thin_readings",
        target="readings",
        before=f"{found.before} readings of {found.days} days of points to means, "
        f"{found.readings_gone} of {found.days_gone} to totals",
        after=rule_sentence(retention),
    )
    return True
