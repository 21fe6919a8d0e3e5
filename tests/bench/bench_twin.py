"""The machine twin against simple rules on the same data: what comes next, when a machine is not itself."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench import twin_forecast

ROWS: dict[str, Callable[[], dict[str, object]]] = {
    "steel plant, next day": twin_forecast.steel,
    "simulated series, next day": twin_forecast.families,
}


def run() -> dict[str, object]:
    """Every row with its baselines."""
    return {name: row() for name, row in ROWS.items()}
