"""What the twin believes and what it found, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import short_date
from hmi.store.records import ForecastScore, MachineStatus
from solver.twin.findings import Finding, FindingKind

MINUTE_MS = 60_000
TRUE_OF = {
    FindingKind.DRIFT_UP: QT_TRANSLATE_NOOP("texts", "its batches take more than they did"),
    FindingKind.DRIFT_DOWN: QT_TRANSLATE_NOOP("texts", "its batches take less than they did"),
    FindingKind.TREND: QT_TRANSLATE_NOOP("texts", "its batches change slowly, batch by batch"),
    FindingKind.ABOVE_PEERS: QT_TRANSLATE_NOOP("texts", "it takes more than its peers"),
    FindingKind.BELOW_PEERS: QT_TRANSLATE_NOOP(
        "texts", "it takes less than its peers: an anomaly until it is explained, not a best practice"
    ),
    FindingKind.SHAPE: QT_TRANSLATE_NOOP("texts", "a batch's power has another shape than usual"),
    FindingKind.IDLING: QT_TRANSLATE_NOOP("texts", "it idles"),
    FindingKind.OVER_RUNNING: QT_TRANSLATE_NOOP("texts", "it runs longer than a batch takes"),
    FindingKind.LEAK: QT_TRANSLATE_NOOP("texts", "something flows though nothing runs"),
}
EVIDENCE = QT_TRANSLATE_NOOP("texts", "{values} kWh a batch; usual is {usual:.0f}")
MOST_VALUES = 6


def finding_row(context: DeskContext, finding: Finding) -> tuple[str, ...]:
    """A finding's machine, what is found, by how much, since when, and its evidence."""
    return (
        context.label(finding.machine),
        texts.translated(TRUE_OF[finding.kind]),
        f"{100 * finding.amount:+.1f} %",
        short_date(finding.since_ms, context.plant.zone),
        texts.translated(EVIDENCE).format(
            values=", ".join(f"{value:.0f}" for value in finding.values[-MOST_VALUES:]), usual=finding.usual
        ),
    )


def machine_row(
    context: DeskContext, subject: str, status: MachineStatus | None, scores: Sequence[ForecastScore]
) -> tuple[str, ...]:
    """What is believed of a machine's batch, and how well its forecasts did."""
    return (
        context.label(subject),
        "–" if status is None else texts.machine_state(status.state),
        *_batch(status),
        *_scored(scores),
    )


def _batch(status: MachineStatus | None) -> tuple[str, str]:
    """Energy that was used, and what is left."""
    if status is None or status.cycle_start_ms is None:
        return "–", "–"
    used = f"{status.energy_kwh:.0f} kWh" if math.isfinite(status.energy_kwh) else "–"
    if status.overdue:
        return used, texts.translated(OVERDUE)
    if status.remaining_kwh is None:
        return used, "–"
    band = f"{status.remaining_low_kwh or 0:.0f}–{status.remaining_high_kwh or 0:.0f}"
    return used, f"{status.remaining_kwh:.0f} kWh ({band})"


OVERDUE = QT_TRANSLATE_NOOP("texts", "overdue")


def _scored(scores: Sequence[ForecastScore]) -> tuple[str, str, str]:
    """Mean error, that as a share of the mean power, and the share within the band."""
    if not scores:
        return "–", "–", "–"
    error = sum(each.error_kw for each in scores) / len(scores)
    mean = sum(each.mean_kw for each in scores) / len(scores)
    covered = sum(each.covered for each in scores) / len(scores)
    share = f"{100 * error / mean:.0f} %" if mean > 0 else "–"
    return f"{error:.1f} kW", share, f"{100 * covered:.0f} %"
