"""What the twin found and how well it foretold, as the station keeps it for the desks."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hmi.store.database import Store
from hmi.store.records import ForecastScore
from hmi.store.status import save_setting, setting
from solver.twin.findings import Finding

_FINDINGS, _SCORES = "twin.findings", "twin.scores"
MOST_SCORES = 2_000


def save_findings(store: Store, standing: Sequence[Finding]) -> None:
    """Replaces what stands."""
    save_setting(store, _FINDINGS, standing, durable=False)


def findings(store: Store) -> list[Finding]:
    """What stands, as it was saved."""
    found = setting(store, _FINDINGS)
    return [] if found is None else msgspec.convert(found, list[Finding])


def add_scores(store: Store, scores: Sequence[ForecastScore]) -> None:
    """Adds scores to those known; the oldest go."""
    known = [*forecast_scores(store), *scores]
    save_setting(store, _SCORES, known[-MOST_SCORES:], durable=False)


def forecast_scores(store: Store) -> list[ForecastScore]:
    """All scores, oldest first."""
    found = setting(store, _SCORES)
    return [] if found is None else msgspec.convert(found, list[ForecastScore])
