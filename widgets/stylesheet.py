"""The theme as Qt wants it: one style sheet, one palette and one font.

Text colour and size are the palette's and the font's: a rule for each widget would take a third of the time
that a page needs for another theme.
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QWidget

from widgets.theme import TOUCH_PX, Theme

TEXT_PX = 13
FAMILIES = {  # by language, the best first
    "zh_CN": ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei UI", "PingFang SC"),
}

_SHEET = Template(
    """
QMainWindow, QDialog, QWidget#page { background: $window; }
QFrame#panel, QWidget#panel { background: $panel; border: 1px solid $panel; border-radius: 4px; }
QFrame#header, QFrame#navigation, QFrame#alarm_bar { background: $panel; border: none; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QFrame#notice { background: $raised; border: 1px solid $border; border-radius: 4px; }
QFrame#replay { background: $raised; border: 2px solid $cursor; border-radius: 4px; }
QLabel { background: transparent; }
QLabel#replay_sign { background: $cursor; color: $raised; font-weight: 700; padding: 4px 10px;
  border-radius: 4px; }
QLabel#muted { color: $muted; }
QLabel#heading { font-size: 17px; font-weight: 600; }
QLabel#figure { font-size: 22px; font-weight: 600; }
QLabel#strong { font-weight: 600; }
QPushButton, QToolButton {
  background: $raised; border: 1px solid $border; border-radius: 4px;
  min-height: ${touch}px; min-width: 20px; padding: 0 12px; }
QPushButton:hover, QToolButton:hover { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked, QPushButton:checked { background: $idle; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $panel; border-style: dashed; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QTableView:disabled, QListView::item:disabled {
  color: $muted; border-style: dashed; }
QPushButton:default:enabled { border: 2px solid $accent; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QSpinBox:focus, QTextEdit:focus,
QAbstractItemView:focus, QCheckBox:focus, QRadioButton:focus, QScrollArea:focus {
  outline: none; border: 2px solid $accent; }
QAbstractItemView:focus { padding: 0; }
QToolButton::menu-indicator { image: none; }
QLineEdit QToolButton { border: none; background: transparent; min-height: 0; min-width: 0; padding: 0; }
QToolButton[silent="true"] { border: 1px solid $uncertain; color: $text; }
QPushButton#nav { border: none; border-radius: 0; background: $panel; text-align: left;
  padding: 0 2px 0 12px; }
QPushButton#nav:checked { background: $raised; border-left: 4px solid $accent; font-weight: 600; }
QPushButton#nav:focus { border: 2px solid $accent; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateTimeEdit, QTextEdit, QPlainTextEdit {
  placeholder-text-color: $muted;
  background: $raised; border: 1px solid $border; border-radius: 4px; min-height: ${touch}px; padding: 0 8px;
  selection-background-color: $accent; selection-color: $on_accent; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; border-left: 5px solid $raised;
  border-right: 5px solid $raised; border-top: 6px solid $text; }
QAbstractItemView { background: $raised; border: 1px solid $border; padding: 1px;
  alternate-background-color: $panel;
  selection-background-color: $selected; selection-color: $on_accent; gridline-color: $idle; }
QListView::item, QMenu::item { min-height: ${touch}px; padding: 0 12px; }
QTableView::item { padding: 0 8px; }
QMenu { background: $raised; border: 1px solid $border; }
QMenu::item:disabled { color: $muted; font-style: italic; }
QMenu::item:selected { background: $selected; color: $on_accent; }
QHeaderView { border: none; background: $panel; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $border;
  padding: 6px 8px; }
QTableCornerButton::section { background: $panel; border: none; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: $panel; width: 14px; margin: 0; }
QScrollBar:horizontal { background: $panel; height: 14px; margin: 0; }
QFrame#navigation QScrollBar:vertical { width: 8px; }
QScrollBar::handle { background: $border; border-radius: 5px; margin: 2px;
  min-height: 36px; min-width: 36px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; min-height: ${touch}px; padding: 0 16px;
  border: 2px solid transparent; border-bottom: 3px solid transparent; }
QTabBar::scroller { width: 96px; }
QTabBar::tab:selected { color: $text; background: $panel; border-bottom: 3px solid $accent; }
QTabBar::tab:focus { border: 2px solid $accent; }
QSplitter::handle { background: $window; }
QCheckBox::indicator:unchecked, QListView::indicator:unchecked, QTreeView::indicator:unchecked {
  width: 14px; height: 14px; border: 1px solid $border; background: $raised; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $border; border-radius: 8px;
  background: $raised; }
QRadioButton::indicator:checked { background: $accent; border-color: $text; }
QCheckBox, QRadioButton { min-height: ${touch}px; spacing: 8px; border: 2px solid transparent; }
"""
)


def stylesheet(theme: Theme) -> str:
    """The style sheet of a theme."""
    return _SHEET.substitute(
        touch=TOUCH_PX,
        window=theme.window,
        panel=theme.panel,
        raised=theme.raised,
        border=theme.border,
        text=theme.text,
        muted=theme.muted,
        idle=theme.idle,
        accent=theme.accent,
        selected=theme.selected,
        cursor=theme.cursor,
        uncertain=theme.uncertain,
        on_accent=theme.on_accent,
    )


def palette(theme: Theme) -> QPalette:
    """The colours for what a style sheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.raised,
        QPalette.ColorRole.AlternateBase: theme.panel,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.Highlight: theme.selected,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Link: theme.accent,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text, QColor(theme.muted))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor(theme.muted))
    return made


def text_font(usual: QFont, language: str) -> QFont:
    """The usual font in the size of all text that has no size of its own.

    A language that it cannot write has a font of its own here, for all text: figures from one font beside
    words from another stand at two heights, and a fallback may draw Chinese with Japanese forms.
    """
    font = QFont(usual)
    font.setPixelSize(TEXT_PX)
    here = [name for name in FAMILIES.get(language, ()) if QFontDatabase.hasFamily(name)]
    if here:
        font.setFamilies([here[0], *usual.families()])
    return font


def dress(part: QWidget, theme: Theme) -> bool:
    """Puts a part of the desk into a theme, with all that is in it and all dialogs that it opens.

    Says whether it was in another. The sheet is the part's and not the application's, so that it is styled
    once, when it is whole: with the application's Qt styles each thing anew whenever something around it
    gets a parent, and all of the desk in one go when the theme changes.
    """
    sheet = stylesheet(theme)
    if part.styleSheet() == sheet:
        return False
    part.setStyleSheet(sheet)
    return True
