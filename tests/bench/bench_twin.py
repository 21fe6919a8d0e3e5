"""The machine twin against simple rules on the same data: what comes next, when a machine is not itself."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench import twin_drift, twin_forecast, twin_remaining, twin_states, twin_station

ROWS: dict[str, Callable[[], dict[str, object]]] = {
    "running or not, simulated machines": twin_states.states,
    "running or not, factory machines": twin_states.factory,
    "running or not, machines by what lies beside": twin_states.products,
    "batches against the ledger": twin_states.batches,
    "cost of the states": twin_states.cost,
    "a station of 200 machines": twin_station.station,
    "steel plant, next day": twin_forecast.steel,
    "simulated series, next day": twin_forecast.families,
    "simulated series of few days, 80 % bands": twin_forecast.few_days,
    "1 000 simulated batches, 80 % bands": twin_remaining.bands,
    "drift of 5 % in specific energy": twin_drift.drift,
}


def run() -> dict[str, object]:
    """Every row with its baselines."""
    return {name: row() for name, row in ROWS.items()}
