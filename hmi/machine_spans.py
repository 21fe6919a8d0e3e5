"""A machine's states as the store keeps them, for the solver's mathematics."""

from __future__ import annotations

from hmi.store.database import Store
from hmi.store.status import state_spans
from solver.states import MachineState, StateSpan


def machine_spans(store: Store, machine: str, from_ms: int, to_ms: int) -> list[StateSpan]:
    """The spans that lie in a stretch at least in part, in the order of time."""
    return [
        StateSpan(span.start_ms, span.end_ms, MachineState(span.state.value))
        for span in state_spans(store, machine, from_ms, to_ms)
    ]
