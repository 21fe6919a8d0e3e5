"""What the Energy page says below a view: what is missing in it, why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.energy_tables import View, rests_on_gaps
from hmi.energy_report import EnergyReport
from hmi.energy_shifts import MOST_SHIFT_DAYS
from hmi.energy_uses import summed
from hmi.energy_year import LEAST_COMPARED


def note(context: DeskContext, report: EnergyReport, view: View, name: str) -> str:
    """A sentence or two for one of the page's views, "" where nothing is to be said."""
    if not any(use.covered_ms for use in report.uses):
        return QCoreApplication.translate(
            "energy", "Nothing was read on these days. Go back with ◀, or choose a longer time."
        )
    own = _own(context, report, name)
    if own:
        return own
    if rests_on_gaps(view):
        return QCoreApplication.translate(
            "energy", "* was not read all the time; nothing is added for what is missing."
        )
    return ""


def _own(context: DeskContext, report: EnergyReport, name: str) -> str:
    """What is to be said of one view only."""
    match name:
        case "shifts" | "teams" if len(report.days) > MOST_SHIFT_DAYS:
            text = QCoreApplication.translate(
                "energy", "Shifts are summed up over at most {days} days; choose a shorter time."
            )
            return text.format(days=MOST_SHIFT_DAYS)
        case "teams" if context.plant.teams is None:
            return QCoreApplication.translate(
                "energy",
                "The plant has no roster yet; an engineer writes on the Plant page which team works when.",
            )
        case "products" if not any(one.recipe for one in report.products):
            return QCoreApplication.translate(
                "energy",
                "Nobody has written a recipe of a batch that ended on these days; the Twin page takes it.",
            )
        case "years":
            return _year_note(report)
        case "savings" if not report.savings:
            return QCoreApplication.translate(
                "energy", "No plan that ended on these days has been verified; a plan is, once it is over."
            )
        case "savings":
            return QCoreApplication.translate(
                "energy",
                "Saved: the metered kWh at the prices of the approved baseline, less what was paid; at "
                "least and at most are an 80 % band.",
            )
        case "units":
            return _unit_note(context, report)
        case _:
            return ""


def _year_note(report: EnergyReport) -> str:
    if not report.years:
        return QCoreApplication.translate(
            "energy", "Whole days are compared, and none of these is over; go back with ◀."
        )
    if not any(use.covered_ms for pair in report.years for use in pair.uses_before):
        return QCoreApplication.translate("energy", "Nothing was read on these dates a year before.")
    least = min(
        summed(uses).coverage for pair in report.years for uses in (pair.uses, pair.uses_before) if uses
    )
    if least >= LEAST_COMPARED:
        return ""
    text = QCoreApplication.translate(
        "energy", "Where less than {share} % of the time was read in one of the years, no difference is told."
    )
    return text.format(share=number(100 * LEAST_COMPARED))


def _unit_note(context: DeskContext, report: EnergyReport) -> str:
    kept = context.plant.baseline
    if kept is None:
        return QCoreApplication.translate(
            "energy",
            "The plant has no baseline yet; an engineer sets its first and last day on the Plant page.",
        )
    if not report.units:
        return QCoreApplication.translate("energy", "No batch ended complete on these days.")
    text = QCoreApplication.translate(
        "energy",
        "Baseline: {first} to {last}. Saved: what these batches would have taken as in the baseline, less "
        "what they took, by the tonne where they were weighed; ± is an 80 % band, from three batches on.",
    )
    return text.format(first=kept.first_day, last=kept.last_day)
