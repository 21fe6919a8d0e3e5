"""Which lines cannot be read within their period as a plant file stands, said before anything is polled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from devices.datafile import DataFileError
from hmi.desk.numbers import number
from hmi.plant import plant_of

if TYPE_CHECKING:
    from devices.budget import LineBudget


def tight_lines(data: dict[str, Any], plant_file: Path, data_dir: Path, speed: float) -> list[LineBudget]:
    """The budgets of the lines that need longer than their period; none of a plant that does not fit.

    It loads the meters' profiles, so it belongs into the reader's thread.
    """
    from hmi.station.field import line_budgets, load_field  # brings pymodbus along

    try:
        field = load_field(plant_of(data, plant_file), data_dir)
    except DataFileError:
        return []  # said by whoever checks the plant
    return [budget for budget in line_budgets(field, speed) if not budget.fits]


def budget_sentence(budget: LineBudget) -> str:
    """What a line that does not fit needs, what that does, and what helps."""
    text = QCoreApplication.translate(
        "line_budgets",
        "{line} needs {cycle} s, its period is {period} s: it will be read as fast as it can. Read less "
        "often, raise the baud rate, or use another line.",
    )
    period = number(budget.period_s, 0 if budget.period_s >= 100 else 1)
    return text.format(line=budget.line, cycle=number(budget.cycle_s, 1), period=period)
