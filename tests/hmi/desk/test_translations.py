from __future__ import annotations

import importlib.util
import re
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from hmi.desk import texts
from hmi.desk.app import Desk
from hmi.desk.look import Look, translators
from hmi.desk.sign_in import SignInDialog
from resources.locate import resource

ROOT = Path(__file__).parents[3]
TS = resource("translations/valleyline_zh_CN.ts")
QM = TS.with_suffix(".qm")
# Names, units and keys, which Chinese readers know in Latin letters.
LATIN = {"Valleyline", "valleyline", "station", "CSV", "Excel", "PNG", "PLC", "EEMUA", "Ctrl", "ddd"}
LATIN |= {
    "kWh",
    "kVA",
    "Modbus",
    "RTU",
    "ASCII",
    "Bus",
    "CRC",
    "LRC",
    "ACK",
    "Esc",
    "Python",
    "SQLite",
    "TCP",
    "data",
    "SOH",
    "STX",
    "ETX",
    "DIFE",
    "VIFE",
}

Entry = tuple[str, str, str]  # context, source, translation


def loaded(path: Path) -> ModuleType:
    name = f"translations_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


update = loaded(resource("translations/update.py"))
source_texts = loaded(Path(__file__).with_name("source_texts.py"))


def entries(path: Path = TS) -> list[Entry]:
    """All entries; an unfinished one has the translation ""."""
    found = []
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            words = message.find("translation")
            assert words is not None
            text = "" if words.get("type") else words.text or ""
            found.append((context.findtext("name", ""), message.findtext("source", ""), text))
    return found


def sources() -> list[Path]:
    return sorted(path for room in update.ROOMS for path in (ROOT / room).rglob("*.py"))


def test_every_text_that_the_tools_find_has_a_finished_translation(tmp_path: Path) -> None:
    fresh = tmp_path / TS.name
    shutil.copy(TS, fresh)
    update.collect(fresh)
    assert [entry[:2] for entry in entries(fresh)] == [entry[:2] for entry in entries()], "run update.py"
    assert [entry[:2] for entry in entries() if not entry[2]] == []


def test_the_tools_find_every_text_under_the_name_that_is_looked_up() -> None:
    known = {entry[:2] for entry in entries()}
    found = [text for path in sources() for text in source_texts.translated(path) if text.context]
    assert len(found) > 400
    assert [one for one in found if (one.context, one.text) not in known] == []


def test_what_is_shown_goes_through_the_translation() -> None:
    paths = [path for path in sources() if {"desk", "widgets"} & set(path.relative_to(ROOT).parts)]
    assert [text for path in paths for text in source_texts.shown_as_they_are(path)] == []


def test_the_compiled_texts_are_those_of_the_source(tmp_path: Path) -> None:
    update.compile_texts(TS, tmp_path / QM.name)
    assert (tmp_path / QM.name).read_bytes() == QM.read_bytes()


def test_translations_keep_what_is_filled_in() -> None:
    for _, source, text in entries():
        assert fixed_parts(text) == fixed_parts(source), text


def test_translations_leave_no_english() -> None:
    for _, _, text in entries():
        words = "".join(part[0] for part in Formatter().parse(text))
        assert set(re.findall(r"[A-Za-z]{3,}", words)) <= LATIN, text


def test_nothing_on_the_pages_stays_english_when_the_language_changes(desk: Desk, qtbot: QtBot) -> None:
    window = desk.window
    for page_id in window.page_ids():
        window.show_page(page_id)
        qtbot.waitUntil(window.is_settled, timeout=30_000)
    desk.show_look(Look(language="zh_CN"))
    for page_id in window.page_ids():
        window.show_page(page_id)
        qtbot.waitUntil(window.is_settled, timeout=30_000)
    assert set(shown(window)) & english() == set()
    desk.show_look(Look())
    assert texts.page("overview") == "Overview"


def test_dialogs_speak_the_language_down_to_their_cancel(desk: Desk) -> None:
    desk.show_look(Look(language="zh_CN"))
    dialog = SignInDialog(desk.window, desk.context, ())
    buttons = {button.text() for button in dialog.findChildren(QAbstractButton)}
    assert buttons == {"登录", "取消"}
    dialog.deleteLater()


@pytest.mark.usefixtures("qapp")
def test_qt_s_own_dialogs_are_translated_too() -> None:
    for translator in (loaded_translators := translators("zh_CN")):
        QCoreApplication.installTranslator(translator)
    try:
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    finally:
        for translator in loaded_translators:
            QCoreApplication.removeTranslator(translator)


def english() -> set[str]:
    """Source texts that must not be seen in Chinese: without placeholders, and not the same in both.

    What the plant file says is shown as it is there, a currency by its code.
    """
    told = [(source, text) for context, source, text in entries() if context != "currencies"]
    return {source for source, text in told if text != source and "{" not in source}


def shown(window: QWidget) -> Iterator[str]:
    for widget in window.findChildren(QWidget):
        yield widget.toolTip()
        yield widget.accessibleName()
        yield from texts_of(widget)


def texts_of(widget: QWidget) -> list[str]:
    match widget:
        case QLabel() | QAbstractButton():
            return [widget.text()]
        case QLineEdit():
            return [widget.placeholderText()]
        case QComboBox():
            return [widget.itemText(index) for index in range(widget.count())]
        case QTabWidget():
            return [widget.tabText(index) for index in range(widget.count())]
        case QTableView():
            model = widget.model()
            columns = range(model.columnCount())
            headers = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
            cells = [
                str(model.index(row, column).data()) for row in range(model.rowCount()) for column in columns
            ]
            return headers + cells
    return []


def fixed_parts(text: str) -> tuple[object, ...]:
    """Placeholders, lines, the key in a menu, the mnemonic, and blanks at the start.

    Singular and plural forms (`Counted`) are a matter of each language, their number is not.
    """
    filled = sorted(
        (name, "" if "|" in (spec or "") else spec or "")
        for _, name, spec, _ in Formatter().parse(text)
        if name is not None and not ("|" in (spec or "") and (spec or "").startswith("="))
    )
    mnemonics = [letter.upper() for letter in re.findall(r"&(\w)", text)]
    return filled, text.count("\n"), text.split("\t")[1:], mnemonics, text.startswith(" ")
