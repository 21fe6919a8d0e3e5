"""The batches of a case's reconstruction as a station stores them, and how its machines compare."""

from __future__ import annotations

import numpy as np

from hmi.case import Case
from hmi.store.records import Cycle
from solver.cycles import CycleEnd
from solver.durations import MINUTE_MS
from solver.twin.findings import OF_PEERS, BatchFigures, Finding, FindingBook


def case_cycles(case: Case) -> list[Cycle]:
    """Every batch that the record holds from beginning to end, by its end."""
    price = case.price()
    found = []
    for mill in case.reconstruction.mills:
        power_kw = case.curves[mill.mill].power_kw
        for batch in mill.batches:
            if batch.cut or batch.start_min < 0 or batch.end_min > case.minutes:
                continue
            own = slice(batch.start_min, batch.end_min)
            kwh = np.bincount(price.band[own], weights=power_kw[own] / 60.0, minlength=len(price.band_names))
            found.append(
                Cycle(
                    machine=mill.mill,
                    start_ms=price.start_ms + batch.start_min * MINUTE_MS,
                    end_ms=price.start_ms + batch.end_min * MINUTE_MS,
                    running_min=float(batch.running_min),
                    paused_min=float(batch.end_min - batch.start_min - batch.running_min),
                    energy_kwh=float(np.sum(power_kw[own])) / 60.0,
                    complete=True,
                    ended_by=CycleEnd.ENERGY,
                    peak_kw=float(np.max(power_kw[own])),
                    energy_by_band=dict(zip(price.band_names, kwh.tolist(), strict=True)),
                )
            )
    return sorted(found, key=_end_of)


def case_findings(case: Case) -> list[Finding]:
    """The machines that the twin finds to be unlike their peers by the energy of a batch."""
    book = FindingBook()
    for cycle in case_cycles(case):
        book.take_batch(BatchFigures(cycle.machine, cycle.start_ms, cycle.end_ms, cycle.energy_kwh))
    return [each for each in book.standing.values() if each.kind in OF_PEERS]


def _end_of(cycle: Cycle) -> int:
    return cycle.end_ms
