"""What the twin believes and what it found, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import money, number, short_date
from hmi.store.records import ForecastScore, MachineStatus
from solver.twin.findings import Finding, FindingKind

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
OF_BATCHES = QT_TRANSLATE_NOOP("texts", "{values} kWh a batch; usual is {usual}")
BY_TONNE = QT_TRANSLATE_NOOP("texts", "{values} kWh a tonne; usual is {usual}")
OF_RECIPE = QT_TRANSLATE_NOOP("texts", "recipe {recipe}: {evidence}")
OF_SHAPE = QT_TRANSLATE_NOOP("texts", "batch of {batch}: so long outside its template, {low} to {high} kW")
OF_IDLING = QT_TRANSLATE_NOOP("texts", "{minutes} of idling in a day: {bands}")
OF_BAND = QT_TRANSLATE_NOOP("texts", "{band} {kwh} kWh")
OF_OVER = QT_TRANSLATE_NOOP("texts", "{used} kWh so far; such a batch takes {usual}")
OF_LEAK = QT_TRANSLATE_NOOP("texts", "{usual} while the machines run, this much while they stand")
MOST_VALUES = 6


def finding_row(context: DeskContext, finding: Finding) -> tuple[str, ...]:
    """A finding's machine, what is found, by how much, since when, and its evidence."""
    return (
        context.label(finding.machine),
        texts.translated(TRUE_OF[finding.kind]),
        _amount(context, finding),
        short_date(finding.since_ms, context.plant.zone),
        _evidence(context, finding),
    )


def finding_sentence(context: DeskContext, finding: Finding) -> str:
    """What was found, in one line."""
    machine, found, amount, _, evidence = finding_row(context, finding)
    return f"{machine}: {found}, {amount} ({evidence})"


def _amount(context: DeskContext, finding: Finding) -> str:
    match finding.kind:
        case FindingKind.SHAPE:
            return texts.hours_minutes(finding.amount)
        case FindingKind.LEAK:
            return f"{number(finding.amount, 1)} /h"
        case FindingKind.IDLING | FindingKind.OVER_RUNNING:
            cost = "" if finding.money is None else f", {money(finding.money, context.currency, 2)}"
            return f"{number(finding.amount, 1)} kWh{cost}"
        case _:
            return f"{100 * finding.amount:+.1f} %"


def _evidence(context: DeskContext, finding: Finding) -> str:
    match finding.kind:
        case FindingKind.SHAPE:
            batch = texts.date_and_time(finding.since_ms, context.plant.zone)
            low, high = number(min(finding.values), 0), number(max(finding.values), 0)
            return texts.translated(OF_SHAPE).format(batch=batch, low=low, high=high)
        case FindingKind.IDLING:
            band = texts.translated(OF_BAND)
            bands = [band.format(band=texts.band(name), kwh=number(kwh, 1)) for name, kwh, _ in finding.bands]
            minutes = texts.hours_minutes(finding.values[0])
            return texts.translated(OF_IDLING).format(minutes=minutes, bands=", ".join(bands))
        case FindingKind.OVER_RUNNING:
            used, usual = number(finding.values[0], 0), number(finding.usual, 0)
            return texts.translated(OF_OVER).format(used=used, usual=usual)
        case FindingKind.LEAK:
            return texts.translated(OF_LEAK).format(usual=f"{number(finding.usual, 1)} /h")
        case _:
            return _of_batches(finding)


def _of_batches(finding: Finding) -> str:
    digits = 1 if finding.per_tonne else 0
    values = ", ".join(number(value, digits) for value in finding.values[-MOST_VALUES:])
    source = BY_TONNE if finding.per_tonne else OF_BATCHES
    evidence = texts.translated(source).format(values=values, usual=number(finding.usual, digits))
    if not finding.recipe:
        return evidence
    return texts.translated(OF_RECIPE).format(recipe=finding.recipe, evidence=evidence)


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
