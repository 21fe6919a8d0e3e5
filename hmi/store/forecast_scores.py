"""How well past forecasts did, for good: the forecasts themselves are thinned."""

from __future__ import annotations

from collections.abc import Iterable

from hmi.store.database import Store
from hmi.store.records import ForecastScore
from hmi.store.rows import from_row, to_row


def add_scores(store: Store, scores: Iterable[ForecastScore]) -> None:
    """Keeps scores; one of the same subject and beginning is replaced."""
    with store.transaction(durable=False) as db:
        db.table("forecast_scores").insert_all((to_row(each) for each in scores), replace=True)


def forecast_scores(store: Store, subject: str, since_ms: int) -> list[ForecastScore]:
    """A subject's scores whose window began at `since_ms` or later, oldest first."""
    rows = store.records(
        "SELECT * FROM forecast_scores WHERE subject = ? AND from_ms >= ? ORDER BY from_ms",
        [subject, since_ms],
    )
    return [from_row(ForecastScore, row) for row in rows]
