"""The crew's row of a plan's chart: when it charges and discharges, and how many of those who are there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QCoreApplication

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import Counted
from solver.check_limits import crew_at_work, crew_there
from solver.check_machine import PlacedBatch
from solver.durations import MINUTE_MS
from solver.limits import Crew
from solver.tariff import local_minutes
from widgets.gantt import Block, Row

CREW = "crew"


def crew_row(
    context: DeskContext, crew: Crew, placed: Sequence[PlacedBatch], start_ms: int, horizon_min: int
) -> Row:
    """A block wherever as many people work as before; marked where more are needed than are there."""
    at_work = crew_at_work(crew, placed, horizon_min)
    there = crew_there(crew, *local_minutes(start_ms, horizon_min, context.plant.zone))
    changes = np.flatnonzero(np.diff(at_work) | np.diff(there)) + 1
    edges = [0, *changes.tolist(), horizon_min]
    blocks = [
        _block(context, start_ms, (since, to), int(at_work[since]), int(there[since]))
        for since, to in pairwise(edges)
        if at_work[since]
    ]
    return Row(CREW, QCoreApplication.translate("plan", "Crew"), tuple(blocks))


def _block(context: DeskContext, start_ms: int, span: tuple[int, int], at_work: int, there: int) -> Block:
    since, to = (texts.clock_time(start_ms + minute * MINUTE_MS, context.plant.zone) for minute in span)
    words = QCoreApplication.translate(
        "plan", "{since} – {to}: {n:person works|people work}, {there:is|are} there"
    )
    tooltip = words.format(since=since, to=to, n=Counted(at_work), there=Counted(there))
    return Block(f"{CREW} {span[0]}", (span,), tooltip, flagged=at_work > there)
