"""What the plan in force means for a machine and for the load: its starts, its curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmi.approval import DocumentError, PlanDocument, read_document
from hmi.store.records import PlanRow
from solver.durations import MINUTE_MS
from solver.plan import load_curve
from solver.problem import ProblemError, decode_problem


@dataclass(frozen=True, slots=True)
class PlannedLoad:
    """A plan as the pages need it: starts in UTC ms by batch, and the load of its machines per minute."""

    plan_id: int
    starts_ms: Mapping[str, int]
    edges_ms: NDArray[np.int64]  # [n+1]
    load_kw: NDArray[np.float64]  # [n], between the edges
    saving: float
    saving_rate: float


def planned_load(row: PlanRow) -> PlannedLoad | None:
    """Reads a plan; None when it cannot be read (the station refuses such a plan and says so)."""
    try:
        document = read_document(row.document)
        problem = decode_problem(row.problem_json)
    except (DocumentError, ProblemError):
        return None
    curves = load_curve(problem, document.starts_min, document.pauses_min)
    total = np.sum(list(curves.values()), axis=0) if curves else np.zeros(problem.horizon_min)
    changes = np.flatnonzero(np.diff(total)) + 1
    edges = np.concatenate(([0], changes, [len(total)]))
    return PlannedLoad(
        plan_id=row.id,
        starts_ms=_starts_ms(document),
        edges_ms=document.start_ms + edges * MINUTE_MS,
        load_kw=total[edges[:-1]],
        saving=document.cost_before - document.cost,
        saving_rate=(document.cost_before - document.cost) / document.cost_before
        if document.cost_before
        else 0.0,
    )


def _starts_ms(document: PlanDocument) -> dict[str, int]:
    return {
        batch: document.start_ms + minute * MINUTE_MS
        for starts in document.starts_min.values()
        for batch, minute in starts.items()
    }
