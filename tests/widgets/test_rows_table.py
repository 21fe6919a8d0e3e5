from __future__ import annotations

from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from widgets.rows_table import MEASURED_ROWS, RowsTable


def test_a_column_is_as_wide_as_qt_would_measure_it(qtbot: QtBot) -> None:
    table = RowsTable()
    qtbot.addWidget(table)
    table.set_headers(["who", "what", "note"], numbers=[1])
    table.show()
    for count in (0, 1, MEASURED_ROWS, 3 * MEASURED_ROWS):
        table.set_rows([("liu", f"plan {row * 37 % 1000}", "x" * (row % 23)) for row in range(count)])
        table.scrollToTop()
        for column in range(3):
            assert table.sizeHintForColumn(column) == QTableView.sizeHintForColumn(table, column)
