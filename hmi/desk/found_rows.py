"""The rows of the meters that answered a scan: their columns, what is offered in them, what they say."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QHeaderView, QTableWidget, QTableWidgetItem

from devices.line_scan import FoundUnit
from devices.profile_schema import Protocol
from devices.reading import Quality, Reading
from hmi.desk import point_texts
from hmi.desk.numbers import number
from widgets.theme import TOUCH_PX

SPEEDS = (
    ((9600, "N"),),
    ((9600, "N"), (9600, "E"), (19_200, "N"), (19_200, "E")),
    tuple((baud, parity) for baud in (9600, 19_200, 4800, 2400, 38_400, 115_200) for parity in "NE"),
)
TAKE, WHERE, ADDRESS, PROFILE, MEASURES, SAYS = range(6)
LIKELY = {
    Protocol.DLT645: "dlt645_2007",
    Protocol.CJT188: "cjt188_water",
    Protocol.MBUS: "mbus_energy",
    Protocol.IEC62056: "iec62056_readout",
}


def _fixed_item(text: str) -> QTableWidgetItem:
    """A cell that is read, not typed into."""
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    item.setToolTip(text)
    return item


def cells_of(port: str, unit: FoundUnit) -> dict[int, QTableWidgetItem]:
    """What stands in the row of a meter that answered, by column: it is taken until somebody unmarks it."""
    take = QTableWidgetItem()
    take.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    take.setCheckState(Qt.CheckState.Checked)
    where = f"{port} · {unit.protocol.value} · {unit.baud} {unit.parity}"
    address = QTableWidgetItem(str(unit.unit))
    return {TAKE: take, WHERE: _fixed_item(where), SAYS: _fixed_item(unit.says), ADDRESS: address}


def arrange_table(table: QTableWidget) -> None:
    """Gives the table its look, and its columns their widths."""
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(TOUCH_PX + 4)
    table.setShowGrid(False)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    for column, width in ((PROFILE, 190), (MEASURES, 170)):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(column, width)
    header.setStretchLastSection(True)


def let_search(box: QComboBox, placeholder: str) -> None:
    """Any part of a profile's name finds it; one's own file may be typed."""
    box.setEditable(True)
    line, completer = box.lineEdit(), box.completer()
    assert line is not None and completer is not None
    line.setPlaceholderText(placeholder)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)


def read_text(readings: Sequence[Reading]) -> str:
    """What a meter that was read once says: its power first, or why it says nothing."""
    good = [one for one in readings if one.quality is not Quality.BAD and not math.isnan(one.value)]
    if not good:
        return point_texts.reading_problem(readings[0]) if readings else ""
    good.sort(key=_is_no_power)  # by its power a machine is known
    return ", ".join(_told(one) for one in good[:3])


def _is_no_power(reading: Reading) -> bool:
    return not reading.point.endswith(".power_kw")


def _told(reading: Reading) -> str:
    quantity = reading.point.partition(".")[2]
    unit = point_texts.UNITS.get(quantity, "")
    return f"{point_texts.quantity(quantity)} {number(reading.value, 1)} {unit}".strip()
