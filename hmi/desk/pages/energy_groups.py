"""The Energy page's views of a report by production line, product, shift and team: a table, and its chart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.energy_tables import (
    Line,
    View,
    band_column,
    band_names,
    figure_digits,
    figure_headers,
    figures,
    read_share,
    share_of,
    whole_name,
)
from hmi.energy_products import Product
from hmi.energy_report import EnergyReport, of_subject
from hmi.energy_shifts import NO_ROSTER
from hmi.energy_uses import Sum, Use, summed
from widgets.stacked_columns import Column


def by_line(context: DeskContext, report: EnergyReport) -> View:
    """Each production line: its machines together; machines that are on none are one more."""
    lines_of = {one.id: one.production_line for one in context.plant.machines}
    uses: dict[str, list[Use]] = {}
    for use in report.uses:
        if use.subject in lines_of:
            uses.setdefault(lines_of[use.subject], []).append(use)
    ranking = sorted(uses, key=lambda line: (not line, -summed(uses[line]).energy_kwh))
    without = QCoreApplication.translate("energy", "machines of no line")
    first = (QCoreApplication.translate("energy", "Production line"),)
    groups = [(line or without, uses[line]) for line in ranking]
    return _grouped(context, report, first, groups, report.uses_of(report.whole))


def by_shift(context: DeskContext, report: EnergyReport, subject: str) -> View:
    """Each shift of a machine or the whole, all its days together; nothing where the days are too many."""
    shifts = {} if report.shifts is None else report.shifts
    starts = list(shifts)
    groups = [
        (f"{start} – {starts[(place + 1) % len(starts)]}", of_subject(shifts[start], subject))
        for place, start in enumerate(starts)
    ]
    first = (QCoreApplication.translate("energy", "Shift"),)
    return _grouped(context, report, first, groups, [use for _, uses in groups for use in uses])


def by_team(context: DeskContext, report: EnergyReport, subject: str) -> View:
    """Each team of the plant's roster: what was used in the shifts that it worked."""
    teams = {} if report.teams is None else report.teams
    nobody = QCoreApplication.translate("energy", "no team by the roster")
    known = sorted(teams, key=lambda team: (team == NO_ROSTER, team))
    groups = [(team or nobody, of_subject(teams[team], subject)) for team in known]
    first = (QCoreApplication.translate("energy", "Team"),)
    return _grouped(context, report, first, groups, [use for _, uses in groups for use in uses])


def by_product(context: DeskContext, report: EnergyReport) -> View:
    """Each recipe that operators wrote of the batches that ended: what a batch and a tonne of it took."""
    whole = Sum(sum(one.energy_kwh for one in report.products), 0.0, 1.0)
    lines = tuple(_product_line(context, one, whole) for one in report.products)
    headers = (
        QCoreApplication.translate("energy", "Recipe"),
        QCoreApplication.translate("energy", "Batches"),
        *figure_headers(context),
        QCoreApplication.translate("energy", "% of all"),
        QCoreApplication.translate("energy", "kWh a batch"),
        QCoreApplication.translate("energy", "Weighed"),
        QCoreApplication.translate("energy", "Tonnes"),
        QCoreApplication.translate("energy", "kWh a tonne"),
    )
    digits = (None, 0, *figure_digits(context), 1, 1, 0, 1, 1)
    columns = tuple(_product_column(report, one) for one in report.products)
    return View(headers, digits, lines, band_names(report.bands), report.bands, columns, "kWh")


def _grouped(
    context: DeskContext,
    report: EnergyReport,
    first: tuple[str],
    groups: Sequence[tuple[str, list[Use]]],
    whole_uses: Sequence[Use],
) -> View:
    """A line for each group of uses, and one for the whole."""
    whole = summed(whole_uses)
    sums = [(name, summed(uses)) for name, uses in groups]
    lines: list[Line] = [
        (name, *figures(context, one), share_of(one, whole), read_share(one)) for name, one in sums
    ]
    if groups:
        all_of_it = (*figures(context, whole), share_of(whole, whole), read_share(whole))
        lines.append((whole_name(context), *all_of_it))
    headers = (
        *first,
        *figure_headers(context),
        QCoreApplication.translate("energy", "% of all"),
        QCoreApplication.translate("energy", "Read %"),
    )
    columns = tuple(band_column(report, uses, name) for name, uses in groups)
    digits = (None, *figure_digits(context), 1, 1)
    return View(headers, digits, tuple(lines), band_names(report.bands), report.bands, columns, "kWh")


def _product_line(context: DeskContext, one: Product, whole: Sum) -> Line:
    energy = Sum(one.energy_kwh, one.cost, 1.0, one.carbon_kg)
    return (
        _recipe(one),
        one.batches,
        *figures(context, energy),
        share_of(energy, whole),
        one.energy_kwh / one.batches,
        one.weighed,
        one.tonnes if one.weighed else math.nan,
        one.weighed_kwh / one.tonnes if one.tonnes > 0 else math.nan,
    )


def _product_column(report: EnergyReport, one: Product) -> Column:
    parts = tuple(max(0.0, one.by_band_kwh.get(band, 0.0)) for band in report.bands)
    return Column(_recipe(one), parts, f"{_recipe(one)}: {number(one.energy_kwh, 1)} kWh")


def _recipe(one: Product) -> str:
    return one.recipe or QCoreApplication.translate("energy", "no recipe written")
