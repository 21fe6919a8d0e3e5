from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hmi.desk.save_dialog import SaveDialog, documents
from hmi.desk.session import Session


def test_an_export_begins_in_the_documents_and_then_where_the_last_was_saved(
    qtbot: QtBot, tmp_path: Path
) -> None:
    parent, session = QWidget(), Session()
    qtbot.addWidget(parent)
    assert documents().is_dir() and documents() != Path.cwd()
    dialog = SaveDialog(parent, session, "Export", "trend", ["csv", "xlsx"])
    assert Path(dialog.directory().absolutePath()) == documents()
    assert [Path(name).name for name in dialog.selectedFiles()] == ["trend.csv"]
    dialog.filterSelected.emit("Excel (*.xlsx)")
    assert dialog.defaultSuffix() == "xlsx"
    with qtbot.waitSignal(dialog.place_chosen) as chosen:
        dialog.fileSelected.emit(str(tmp_path / "trend.csv"))
    assert chosen.args == [tmp_path / "trend.csv"]
    again = SaveDialog(parent, session, "Export", "journal", ["csv"])
    assert Path(again.directory().absolutePath()) == tmp_path
    tmp_path.rename(tmp_path.with_name("gone"))
    assert (
        Path(SaveDialog(parent, session, "Export", "audit", ["csv"]).directory().absolutePath())
        == documents()
    )
