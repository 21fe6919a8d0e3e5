"""The Energy page's four views of a report: each a table, and the columns of its chart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import FULL_COVERAGE, coverage, number, short_date
from hmi.energy_report import Behaviour, EnergyReport, is_priced
from hmi.energy_uses import Sum, Use, summed
from hmi.store.records import MachineState
from widgets.stacked_columns import Column

STATES = (
    MachineState.RUNNING,
    MachineState.IDLING,
    MachineState.STANDBY,
    MachineState.SHUTDOWN,
    MachineState.NO_DATA,
)
Value = str | float
Line = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A table (`digits` of each column of numbers, None for texts) and a chart over the same lines."""

    headers: tuple[str, ...]
    digits: tuple[int | None, ...]
    lines: tuple[Line, ...]
    names: tuple[str, ...]
    tones: tuple[str, ...]
    columns: tuple[Column, ...]
    unit: str

    def rows(self) -> list[tuple[str, ...]]:
        """The lines as the person's language writes them."""
        return [
            tuple(_cell(value, digits) for value, digits in zip(line, self.digits, strict=True))
            for line in self.lines
        ]


def by_machine(context: DeskContext, report: EnergyReport) -> View:
    """The ranking: who uses most, what it costs, and what a batch of it takes."""
    behaviours = {one.machine: one for one in report.behaviours}
    sums = {one: summed(report.uses_of(one)) for one in behaviours if report.uses_of(one)}
    ranking = sorted(sums, key=lambda one: -sums[one].energy_kwh)
    whole = summed(report.uses_of(report.whole))
    lines = [_ranked(context, one, sums[one], whole, behaviours[one]) for one in ranking]
    lines += _rest(report, sums, whole)
    lines.append((_whole_name(context), *_figures(whole, whole), math.nan, math.nan, _share(whole)))
    currency = context.plant.currency
    headers = (
        QCoreApplication.translate("energy", "Machine"),
        "kWh",
        currency,
        QCoreApplication.translate("energy", "{currency}/kWh").format(currency=currency),
        QCoreApplication.translate("energy", "% of all"),
        QCoreApplication.translate("energy", "Batches"),
        QCoreApplication.translate("energy", "kWh a batch"),
        QCoreApplication.translate("energy", "Read %"),
    )
    columns = tuple(_band_column(report, report.uses_of(one), context.label(one)) for one in ranking)
    return View(
        headers,
        (None, 1, 2, 3, 1, 0, 1, 1),
        tuple(lines),
        _band_names(report),
        report.bands,
        columns,
        "kWh",
    )


def by_period(context: DeskContext, report: EnergyReport, subject: str) -> View:
    """Each local day or month of a machine or the whole, its bands side by side."""
    uses, zone = report.uses_of(subject), context.plant.zone
    lines: list[Line] = []
    columns: list[Column] = []
    by_begin: dict[int, list[Use]] = {period.from_ms: [] for period in report.periods}
    for use in uses:
        by_begin[use.period_ms].append(use)
    for period in report.periods:
        inside = by_begin[period.from_ms]
        name = texts.year_and_month if report.by_month else short_date
        whole, label = summed(inside), name(period.from_ms, zone)
        bands = [_read_kwh(summed(use for use in inside if use.band == band)) for band in report.bands]
        kwh, cost, price, _ = _figures(whole, whole)
        lines.append((label, kwh, cost, price, *bands, _share(whole)))
        columns.append(_band_column(report, inside, label))
    currency = context.plant.currency
    headers = (
        QCoreApplication.translate("energy", "Month")
        if report.by_month
        else QCoreApplication.translate("energy", "Day"),
        "kWh",
        currency,
        QCoreApplication.translate("energy", "{currency}/kWh").format(currency=currency),
        *(f"{name} kWh" for name in _band_names(report)),
        QCoreApplication.translate("energy", "Read %"),
    )
    digits = (None, 1, 2, 3, *(1 for _ in report.bands), 1)
    return View(headers, digits, tuple(lines), _band_names(report), report.bands, tuple(columns), "kWh")


def by_band(context: DeskContext, report: EnergyReport, subject: str) -> View:
    """Each tariff period of a machine or the whole."""
    uses = report.uses_of(subject)
    whole = summed(uses)
    lines: list[Line] = []
    columns: list[Column] = []
    for band, name in zip(report.bands, _band_names(report), strict=True):
        of_band = [use for use in uses if use.band == band]
        one = summed(of_band)
        hours = sum({use.period_ms: use.span_ms for use in of_band}.values()) / 3_600_000
        lines.append((name, hours, *_figures(one, whole), _share(one)))
        columns.append(_band_column(report, of_band, name))
    hours = sum(float(line[1]) for line in lines)
    lines.append((QCoreApplication.translate("energy", "All"), hours, *_figures(whole, whole), _share(whole)))
    currency = context.plant.currency
    headers = (
        QCoreApplication.translate("energy", "Tariff period"),
        QCoreApplication.translate("energy", "Hours"),
        "kWh",
        currency,
        QCoreApplication.translate("energy", "{currency}/kWh").format(currency=currency),
        QCoreApplication.translate("energy", "% of all"),
        QCoreApplication.translate("energy", "Read %"),
    )
    digits = (None, 1, 1, 2, 3, 1, 1)
    return View(headers, digits, tuple(lines), _band_names(report), report.bands, tuple(columns), "kWh")


def by_state(context: DeskContext, report: EnergyReport) -> View:
    """What each machine did: hours in each state, starts and stops, and what an hour of running takes."""
    lines: list[Line] = []
    columns: list[Column] = []
    for one in report.behaviours:
        label, energy = context.label(one.machine), summed(report.uses_of(one.machine)).energy_kwh
        running = one.hours[MachineState.RUNNING]
        hours = tuple(one.hours[state] for state in STATES)
        a_run_hour = energy / running if running > 0 else math.nan
        lines.append((label, *hours, one.starts, one.stops, a_run_hour))
        words = ", ".join(
            f"{texts.machine_state(state)} {number(value, 1)} h"
            for state, value in zip(STATES, hours, strict=True)
            if value > 0
        )
        columns.append(Column(label, hours, f"{label}: {words}"))
    names = tuple(texts.machine_state(state) for state in STATES)
    headers = (
        QCoreApplication.translate("energy", "Machine"),
        *(f"{name} h" for name in names),
        QCoreApplication.translate("energy", "Starts"),
        QCoreApplication.translate("energy", "Stops"),
        QCoreApplication.translate("energy", "kWh a running hour"),
    )
    digits = (None, *(1 for _ in STATES), 0, 0, 1)
    tones = tuple(state.value for state in STATES)
    return View(headers, digits, tuple(lines), names, tones, tuple(columns), "h")


def headline(context: DeskContext, report: EnergyReport) -> str:
    """The whole in one line: kWh, money, mean price, and what share of the time was read."""
    whole, currency = summed(report.uses_of(report.whole)), context.plant.currency
    parts = [f"{number(whole.energy_kwh)} kWh"]
    if math.isfinite(whole.cost):
        parts.append(f"{number(whole.cost)} {currency}")
    if math.isfinite(_price(whole)):
        parts.append(f"{number(_price(whole), 3)} {currency}/kWh")
    gaps = coverage(whole.coverage)
    return "   ".join([*parts, gaps] if gaps else parts)


def rests_on_gaps(view: View) -> bool:
    """Whether any of a view's columns rests on gaps."""
    return any(column.doubtful for column in view.columns)


def _ranked(context: DeskContext, machine: str, one: Sum, whole: Sum, did: Behaviour) -> Line:
    a_batch = did.batches_kwh / did.batches if did.batches else math.nan
    return (context.label(machine), *_figures(one, whole), did.batches, a_batch, _share(one))


def _rest(report: EnergyReport, sums: dict[str, Sum], whole: Sum) -> list[Line]:
    """What the main meter counts beyond the machines' meters; only where both were read throughout."""
    parts = [one for one in sums.values() if one.coverage >= FULL_COVERAGE]
    if not report.whole or len(parts) < len(sums) or whole.coverage < FULL_COVERAGE:
        return []
    energy = whole.energy_kwh - sum(one.energy_kwh for one in parts)
    cost = whole.cost - sum(one.cost for one in parts)
    name = QCoreApplication.translate("energy", "not metered singly")
    rest = Sum(energy, cost, whole.coverage)
    return [(name, *_figures(rest, whole), math.nan, math.nan, _share(rest))]


def _figures(one: Sum, whole: Sum) -> tuple[float, float, float, float]:
    share = 100 * one.energy_kwh / whole.energy_kwh if whole.energy_kwh > 0 else math.nan
    return _read_kwh(one), one.cost if one.coverage > 0 else math.nan, _price(one), share


def _read_kwh(one: Sum) -> float:
    """What was not read at all is not zero."""
    return one.energy_kwh if one.coverage > 0 else math.nan


def _price(one: Sum) -> float:
    return one.cost / one.energy_kwh if one.energy_kwh > 0.05 else math.nan


def _share(one: Sum) -> float:
    return 100 * one.coverage


def _band_names(report: EnergyReport) -> tuple[str, ...]:
    without = QCoreApplication.translate("energy", "without a price")
    return tuple(texts.band(band) if is_priced(band) else without for band in report.bands)


def _band_column(report: EnergyReport, uses: Iterable[Use], label: str) -> Column:
    uses = list(uses)
    parts = tuple(
        max(0.0, summed(use for use in uses if use.band == band).energy_kwh) for band in report.bands
    )
    whole = summed(uses)
    gaps = coverage(whole.coverage)
    words = f"{label}: {number(whole.energy_kwh, 1)} kWh {gaps}".strip()
    return Column(label, parts, words, doubtful=bool(gaps))


def _whole_name(context: DeskContext) -> str:
    return context.plant.shopfloor_label


def _cell(value: Value, digits: int | None) -> str:
    if isinstance(value, str):
        return value
    return number(value, digits or 0)


def file_lines(view: View) -> list[list[str | float | None]]:
    """The lines for a file: plain numbers, and an empty cell where there is none."""

    def cell(value: Value) -> str | float | None:
        if isinstance(value, str):
            return value
        return value if math.isfinite(value) else None

    return [[cell(value) for value in line] for line in view.lines]
