"""The Energy page's views of a report by machine, day, tariff period and state: a table, and its chart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import FULL_COVERAGE, coverage, number, short_date
from hmi.energy_report import Behaviour, EnergyReport, is_priced
from hmi.energy_uses import Sum, Use, summed
from hmi.store.records import MachineState
from solver.durations import HOUR_MS
from widgets.stacked_columns import Column

STATES = (
    MachineState.RUNNING,
    MachineState.IDLING,
    MachineState.STANDBY,
    MachineState.SHUTDOWN,
    MachineState.NO_DATA,
)
CARBON = "kg CO₂"
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
    lines += _rest(context, report, sums, whole)
    all_of_it = (*figures(context, whole), share_of(whole, whole))
    lines.append((whole_name(context), *all_of_it, math.nan, math.nan, read_share(whole)))
    headers = (
        QCoreApplication.translate("energy", "Machine"),
        *figure_headers(context),
        QCoreApplication.translate("energy", "% of all"),
        QCoreApplication.translate("energy", "Batches"),
        QCoreApplication.translate("energy", "kWh a batch"),
        QCoreApplication.translate("energy", "Read %"),
    )
    columns = tuple(band_column(report, report.uses_of(one), context.label(one)) for one in ranking)
    return View(
        headers,
        (None, *figure_digits(context), 1, 0, 1, 1),
        tuple(lines),
        band_names(report.bands),
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
        lines.append((label, *figures(context, whole), *bands, read_share(whole)))
        columns.append(band_column(report, inside, label))
    headers = (
        QCoreApplication.translate("energy", "Month")
        if report.by_month
        else QCoreApplication.translate("energy", "Day"),
        *figure_headers(context),
        *(f"{name} kWh" for name in band_names(report.bands)),
        QCoreApplication.translate("energy", "Read %"),
    )
    digits = (None, *figure_digits(context), *(1 for _ in report.bands), 1)
    return View(headers, digits, tuple(lines), band_names(report.bands), report.bands, tuple(columns), "kWh")


def by_band(context: DeskContext, report: EnergyReport, subject: str) -> View:
    """Each tariff period of a machine or the whole."""
    uses = report.uses_of(subject)
    whole = summed(uses)
    lines: list[Line] = []
    columns: list[Column] = []
    for band, name in zip(report.bands, band_names(report.bands), strict=True):
        of_band = [use for use in uses if use.band == band]
        one = summed(of_band)
        hours = sum({use.period_ms: use.span_ms for use in of_band}.values()) / HOUR_MS
        lines.append((name, hours, *figures(context, one), share_of(one, whole), read_share(one)))
        columns.append(band_column(report, of_band, name))
    hours = sum(float(line[1]) for line in lines)
    all_of_it = (*figures(context, whole), share_of(whole, whole), read_share(whole))
    lines.append((QCoreApplication.translate("energy", "All"), hours, *all_of_it))
    headers = (
        QCoreApplication.translate("energy", "Tariff period"),
        QCoreApplication.translate("energy", "Hours"),
        *figure_headers(context),
        QCoreApplication.translate("energy", "% of all"),
        QCoreApplication.translate("energy", "Read %"),
    )
    digits = (None, 1, *figure_digits(context), 1, 1)
    return View(headers, digits, tuple(lines), band_names(report.bands), report.bands, tuple(columns), "kWh")


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
    whole, currency = summed(report.uses_of(report.whole)), context.currency
    if not whole.coverage > 0:
        return QCoreApplication.translate("energy", "nothing measured")
    parts = [f"{number(whole.energy_kwh)} kWh"]
    if math.isfinite(whole.cost):
        parts.append(f"{number(whole.cost)} {currency}")
    if math.isfinite(_price(whole)):
        parts.append(f"{number(_price(whole), 3)} {currency}/kWh")
    if math.isfinite(whole.carbon_kg):
        parts.append(f"{number(whole.carbon_kg)} {CARBON}")
    gaps = coverage(whole.coverage)
    return "   ".join([*parts, gaps] if gaps else parts)


def rests_on_gaps(view: View) -> bool:
    """Whether any of a view's columns rests on gaps."""
    return any(column.doubtful for column in view.columns)


def _ranked(context: DeskContext, machine: str, one: Sum, whole: Sum, did: Behaviour) -> Line:
    a_batch = did.batches_kwh / did.batches if did.batches else math.nan
    of_all = (*figures(context, one), share_of(one, whole))
    return (context.label(machine), *of_all, did.batches, a_batch, read_share(one))


def _rest(context: DeskContext, report: EnergyReport, sums: dict[str, Sum], whole: Sum) -> list[Line]:
    """What the main meter counts beyond the machines' meters; only where both were read throughout."""
    parts = [one for one in sums.values() if one.coverage >= FULL_COVERAGE]
    if not report.whole or len(parts) < len(sums) or whole.coverage < FULL_COVERAGE:
        return []
    energy = whole.energy_kwh - sum(one.energy_kwh for one in parts)
    cost = whole.cost - sum(one.cost for one in parts)
    name = QCoreApplication.translate("energy", "not metered singly")
    rest = Sum(energy, cost, whole.coverage, whole.carbon_kg - sum(one.carbon_kg for one in parts))
    of_all = (*figures(context, rest), share_of(rest, whole))
    return [(name, *of_all, math.nan, math.nan, read_share(rest))]


def figures(context: DeskContext, one: Sum) -> tuple[float, ...]:
    """kWh, money, price, and kg of carbon where the plant file says what a kWh emits."""
    cost, carbon_kg = (value if one.coverage > 0 else math.nan for value in (one.cost, one.carbon_kg))
    return _read_kwh(one), cost, _price(one), *((carbon_kg,) if _counts_carbon(context) else ())


def figure_headers(context: DeskContext) -> tuple[str, ...]:
    """The titles of `figures`."""
    currency = context.currency
    price = QCoreApplication.translate("energy", "{currency}/kWh").format(currency=currency)
    return "kWh", currency, price, *((CARBON,) if _counts_carbon(context) else ())


def figure_digits(context: DeskContext) -> tuple[int, ...]:
    """The digits of `figures`."""
    return 1, 2, 3, *((1,) if _counts_carbon(context) else ())


def _counts_carbon(context: DeskContext) -> bool:
    return context.plant.carbon_kg_per_kwh is not None


def share_of(one: Sum, whole: Sum) -> float:
    """In per cent of the whole's energy."""
    return 100 * one.energy_kwh / whole.energy_kwh if whole.energy_kwh > 0 else math.nan


def _read_kwh(one: Sum) -> float:
    """What was not read at all is not zero."""
    return one.energy_kwh if one.coverage > 0 else math.nan


def _price(one: Sum) -> float:
    return one.cost / one.energy_kwh if one.energy_kwh > 0.05 else math.nan


def read_share(one: Sum) -> float:
    """In per cent of the time, what was read."""
    return 100 * one.coverage


def band_names(bands: Sequence[str]) -> tuple[str, ...]:
    """What tariff bands are called."""
    without = QCoreApplication.translate("energy", "without a price")
    return tuple(texts.band(band) if is_priced(band) else without for band in bands)


def band_column(report: EnergyReport, uses: Iterable[Use], label: str) -> Column:
    """A column of the chart, its parts the tariff bands."""
    uses = list(uses)
    parts = tuple(
        max(0.0, summed(use for use in uses if use.band == band).energy_kwh) for band in report.bands
    )
    whole = summed(uses)
    gaps = coverage(whole.coverage)
    words = f"{label}: {number(whole.energy_kwh, 1)} kWh {gaps}".strip()
    return Column(label, parts, words, doubtful=bool(gaps))


def whole_name(context: DeskContext) -> str:
    """What the whole is called."""
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
