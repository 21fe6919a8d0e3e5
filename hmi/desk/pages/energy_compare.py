"""The Energy page's comparisons: with the year before, with the baseline, and what plans saved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import FULL_COVERAGE, coverage, number, short_date
from hmi.desk.pages.energy_tables import Line, View, read_share
from hmi.energy_report import EnergyReport, of_subject
from hmi.energy_savings import Saved, VerifiedPlan, saved_by
from hmi.energy_units import UnitUse
from hmi.energy_uses import Sum, Use, summed
from hmi.energy_year import LEAST_COMPARED, YearPair
from widgets.stacked_columns import Column

BEFORE, NOW = "shutdown", "running"  # tones: then is paler than now
BASELINE = BEFORE


def by_year(context: DeskContext, report: EnergyReport, subject: str) -> View:
    """Each day or month that is over beside the same dates of the year before, and all of them together."""
    pairs = report.years
    lines = [_year_line(_period_name(context, report, pair), *_sums([pair], subject)) for pair in pairs]
    if len(pairs) > 1:
        lines.append(_year_line(QCoreApplication.translate("energy", "All"), *_sums(pairs, subject)))
    currency = context.currency
    headers = (
        QCoreApplication.translate("energy", "Month")
        if report.by_month
        else QCoreApplication.translate("energy", "Day"),
        QCoreApplication.translate("energy", "kWh a year before"),
        "kWh",
        QCoreApplication.translate("energy", "Difference kWh"),
        "%",
        QCoreApplication.translate("energy", "{currency} a year before").format(currency=currency),
        currency,
        QCoreApplication.translate("energy", "Difference {currency}").format(currency=currency),
        "%",
        QCoreApplication.translate("energy", "Read % a year before"),
        QCoreApplication.translate("energy", "Read %"),
    )
    names = (
        QCoreApplication.translate("energy", "a year before"),
        QCoreApplication.translate("energy", "now"),
    )
    columns = [column for pair in pairs for column in _year_columns(context, report, pair, subject)]
    digits = (None, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1)
    return View(headers, digits, tuple(lines), names, (BEFORE, NOW), tuple(columns), "kWh")


def by_unit(context: DeskContext, report: EnergyReport) -> View:
    """What a batch and a tonne took, of each machine and recipe, beside the approved baseline."""
    units = report.units
    headers = (
        QCoreApplication.translate("energy", "Machine"),
        QCoreApplication.translate("energy", "Recipe"),
        QCoreApplication.translate("energy", "Batches"),
        QCoreApplication.translate("energy", "in the baseline"),
        QCoreApplication.translate("energy", "kWh a batch"),
        QCoreApplication.translate("energy", "baseline"),
        "%",
        QCoreApplication.translate("energy", "kWh a tonne"),
        QCoreApplication.translate("energy", "baseline"),
        "%",
        QCoreApplication.translate("energy", "Saved kWh"),
        QCoreApplication.translate("energy", "± kWh"),
    )
    names = (QCoreApplication.translate("energy", "baseline"), QCoreApplication.translate("energy", "now"))
    columns = [column for one in units for column in _unit_columns(context, one)]
    digits = (None, None, 0, 0, 1, 1, 1, 2, 2, 1, 1, 1)
    lines = tuple(_unit_line(context, one) for one in units)
    return View(
        headers,
        digits,
        lines,
        names,
        (BASELINE, NOW),
        tuple(columns),
        "kWh",
    )


def by_plan(context: DeskContext, report: EnergyReport) -> View:
    """What each verified plan cost instead of its baseline, and all of them together."""
    verified, zone, currency = report.savings, context.plant.zone, context.currency
    lines = [_plan_line(str(one.plan), one, zone) for one in verified]
    if len(verified) > 1:
        lines.append(
            _saved_line(QCoreApplication.translate("energy", "All"), "", "", saved_by(verified), math.nan)
        )
    headers = (
        QCoreApplication.translate("energy", "Plan"),
        QCoreApplication.translate("energy", "From"),
        QCoreApplication.translate("energy", "To"),
        "kWh",
        QCoreApplication.translate("energy", "Paid, {currency}").format(currency=currency),
        QCoreApplication.translate("energy", "Without it"),
        QCoreApplication.translate("energy", "Saved"),
        "%",
        QCoreApplication.translate("energy", "at least"),
        QCoreApplication.translate("energy", "at most"),
        QCoreApplication.translate("energy", "Promised"),
        QCoreApplication.translate("energy", "Read %"),
    )
    names = (
        QCoreApplication.translate("energy", "without it"),
        QCoreApplication.translate("energy", "paid"),
    )
    columns = [column for one in verified for column in _plan_columns(one, currency)]
    digits = (None, None, None, 1, 2, 2, 2, 1, 2, 2, 2, 1)
    return View(headers, digits, tuple(lines), names, (BEFORE, NOW), tuple(columns), currency)


def _plan_line(name: str, one: VerifiedPlan, zone: ZoneInfo) -> Line:
    since, to = (texts.date_and_time(t_ms, zone) for t_ms in (one.from_ms, one.to_ms))
    return _saved_line(name, since, to, saved_by([one]), 100 * one.found.coverage)


def _saved_line(name: str, since: str, to: str, saved: Saved, read: float) -> Line:
    share = 100 * saved.saving / saved.baseline if saved.baseline > 0 else math.nan
    money = (saved.paid, saved.baseline, saved.saving, share, saved.low, saved.high, saved.promised)
    return (name, since, to, saved.energy_kwh, *money, read)


def _plan_columns(one: VerifiedPlan, currency: str) -> Sequence[Column]:
    name = QCoreApplication.translate("energy", "plan {id}").format(id=one.plan)
    text = QCoreApplication.translate("energy", "{plan}: {paid} {currency}, without it {baseline} {currency}")
    paid, baseline = one.found.cost_paid, one.found.cost_baseline
    said = text.format(plan=name, paid=number(paid, 2), baseline=number(baseline, 2), currency=currency)
    return _pair(name, baseline, paid, said, doubtful=one.found.coverage < FULL_COVERAGE)


def _period_name(context: DeskContext, report: EnergyReport, pair: YearPair) -> str:
    name = texts.year_and_month if report.by_month else short_date
    return name(pair.now.from_ms, context.plant.zone)


def _sums(pairs: Iterable[YearPair], subject: str) -> tuple[Sum, Sum]:
    """Of the year before and of now."""
    pairs = list(pairs)
    before: list[Use] = [use for pair in pairs for use in of_subject(pair.uses_before, subject)]
    return summed(before), summed(use for pair in pairs for use in of_subject(pair.uses, subject))


def _year_line(name: str, before: Sum, now: Sum) -> Line:
    """Differences only where both were read well enough to be set beside one another."""
    compares = min(before.coverage, now.coverage) >= LEAST_COMPARED
    energy = _differences(before.energy_kwh, now.energy_kwh, compares)
    money = _differences(before.cost, now.cost, compares)
    return (
        name,
        _read(before.energy_kwh, before),
        _read(now.energy_kwh, now),
        *energy,
        _read(before.cost, before),
        _read(now.cost, now),
        *money,
        read_share(before),
        read_share(now),
    )


def _differences(before: float, now: float, compares: bool) -> tuple[float, float]:
    if not compares:
        return math.nan, math.nan
    return now - before, 100 * (now / before - 1) if before > 0 else math.nan


def _read(value: float, of: Sum) -> float:
    return value if of.coverage > 0 else math.nan


def _year_columns(
    context: DeskContext, report: EnergyReport, pair: YearPair, subject: str
) -> Sequence[Column]:
    before, now = _sums([pair], subject)
    name = _period_name(context, report, pair)
    words = QCoreApplication.translate("energy", "{period}: {now} kWh, a year before {before} kWh")
    said = words.format(
        period=name,
        now=number(_read(now.energy_kwh, now), 1),
        before=number(_read(before.energy_kwh, before), 1),
    )
    doubtful = min(before.coverage, now.coverage) < FULL_COVERAGE
    said = f"{said} {coverage(min(before.coverage, now.coverage))}".strip()
    return _pair(name, before.energy_kwh, now.energy_kwh, said, doubtful=doubtful)


def _unit_line(context: DeskContext, one: UnitUse) -> Line:
    batch, tonne = one.a_batch, one.a_tonne
    best = tonne if math.isfinite(tonne.share) else batch  # tonnes tell more than the number of fillings
    return (
        context.label(one.machine),
        one.recipe or QCoreApplication.translate("energy", "no recipe written"),
        one.batches,
        one.baseline_batches,
        batch.mean,
        batch.baseline_mean,
        100 * batch.share,
        tonne.mean,
        tonne.baseline_mean,
        100 * tonne.share,
        best.saved_kwh,
        best.band_kwh,
    )


def _unit_columns(context: DeskContext, one: UnitUse) -> Sequence[Column]:
    name, batch = context.label(one.machine), one.a_batch
    words = QCoreApplication.translate("energy", "{machine}: {now} kWh a batch, in the baseline {before} kWh")
    said = words.format(
        machine=f"{name} {one.recipe}".strip(),
        now=number(batch.mean, 1),
        before=number(batch.baseline_mean, 1),
    )
    return _pair(name, batch.baseline_mean, batch.mean, said)


def _pair(name: str, before: float, now: float, said: str, *, doubtful: bool = False) -> Sequence[Column]:
    """Then and now side by side, with one name below both; what is not known has no height."""
    return (
        Column("", (before if before > 0 else 0.0, 0.0), said, pairs_with_next=True),
        Column(name, (0.0, now if now > 0 else 0.0), said, doubtful=doubtful),
    )
