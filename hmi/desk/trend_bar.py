"""The Trends page's tools: how long, live or not, cursors, layouts, export."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QPushButton, QToolButton, QWidget

from hmi.desk.access import allow, who_may
from hmi.desk.session import Session
from hmi.desk.time_bar import SPANS_MS, say_live, span_text
from hmi.desk.trend_curves import CurvesButton
from hmi.roles import Permission
from widgets.folding_row import FoldingRow

FOLD_BELOW_PX = 900
KINDS = ("csv", "xlsx", "png")


class TrendBar(QWidget):
    """Says what was chosen; the page does it."""

    span_chosen = Signal(object)  # ms
    steps_wanted = Signal(int)  # -1 back, 1 forth
    live_toggled = Signal(bool)
    cursors_toggled = Signal(bool)
    layout_chosen = Signal(str)
    save_wanted = Signal()
    lock_toggled = Signal(bool)
    drop_wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self, *, recorded: bool = False) -> None:
        super().__init__()
        self._recorded = recorded
        self._live, self._back, self._forth = QPushButton(), QPushButton("◀"), QPushButton("▶")
        self._spans, self._cursors = QComboBox(), QPushButton()
        self._layouts, self._keep, self._export = QComboBox(), QToolButton(), QToolButton()
        self.curves, self.note = CurvesButton(), QPushButton()
        self._span_label = QLabel()
        self._menu, self._keep_menu = QMenu(self), QMenu(self)
        self._save, self._lock, self._drop = (self._keep_menu.addAction("") for _ in range(3))
        self._arrange()
        self._connect()
        self.retranslate()

    def show_live(self, live: bool) -> None:
        """Shows whether the view follows the present."""
        self._live.setChecked(live)

    def show_span(self, span_ms: int) -> None:
        """Shows the span if it is one of those offered."""
        self._spans.blockSignals(True)
        self._spans.setCurrentIndex(SPANS_MS.index(span_ms) if span_ms in SPANS_MS else -1)
        self._spans.blockSignals(False)

    def show_cursors(self, shown: bool) -> None:
        """Shows whether the cursors are there."""
        self._cursors.setChecked(shown)

    def show_rights(self, session: Session) -> None:
        """Lets those pin notes who work in the plant."""
        may = session.may(Permission.ACKNOWLEDGE)
        why = self.tr("Pin a note to the moment of the first cursor, or to now.")
        allow(self.note, may, why if may else who_may(session, Permission.ACKNOWLEDGE))

    def show_layouts(self, names: Iterable[str], chosen: str, locked: bool = False) -> None:
        """Offers these layouts; the chosen one is locked or not."""
        self._lock.setEnabled(bool(chosen))
        self._lock.setChecked(locked)
        self._drop.setEnabled(bool(chosen) and not locked)
        self._layouts.blockSignals(True)
        self._layouts.clear()
        self._layouts.addItems(sorted(names))
        self._layouts.setCurrentText(chosen)
        if not chosen:
            self._layouts.setCurrentIndex(-1)
        self._layouts.blockSignals(False)
        self._layouts.setEnabled(self._layouts.count() > 0)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        say_live(self._live, recorded=self._recorded)
        self._back.setAccessibleName(self.tr("Back by half of what is seen"))
        self._forth.setAccessibleName(self.tr("Forth by half of what is seen"))
        self._span_label.setText(self.tr("Show"))
        self._cursors.setText(self.tr("Cursors"))
        self._layouts.setPlaceholderText(self.tr("Layout …"))
        self._layouts.setAccessibleName(self.tr("Layout"))
        self._keep.setText(self.tr("Keep ▾"))
        self._keep.setToolTip(self.tr("Save what is drawn as a layout; lock it, so that it stays as it is."))
        self._save.setText(self.tr("Save the layout …"))
        self._lock.setText(self.tr("Lock the layout"))
        self._drop.setText(self.tr("Forget the layout"))
        self.note.setText(self.tr("Note …"))
        self.curves.retranslate()
        self._export.setText(self.tr("Export ▾"))
        names = (self.tr("CSV file"), self.tr("Excel file"), self.tr("PNG picture"))
        for action, name in zip(self._menu.actions(), names, strict=True):
            action.setText(name)
        self._fill_spans()

    def _fill_spans(self) -> None:
        chosen = self._spans.currentIndex()
        self._spans.blockSignals(True)
        self._spans.clear()
        self._spans.addItems([span_text(span_ms) for span_ms in SPANS_MS])
        self._spans.setCurrentIndex(chosen)
        self._spans.blockSignals(False)
        self._spans.setPlaceholderText(self.tr("own span"))
        self._spans.setAccessibleName(self.tr("How long"))

    def _connect(self) -> None:
        self._live.clicked.connect(self.live_toggled)
        self._cursors.clicked.connect(self.cursors_toggled)
        self._back.clicked.connect(partial(self._on_step, -1))
        self._forth.clicked.connect(partial(self._on_step, 1))
        self._spans.activated.connect(self._on_span)
        self._layouts.textActivated.connect(self.layout_chosen)
        self._save.triggered.connect(self.save_wanted)
        self._lock.triggered.connect(self.lock_toggled)
        self._drop.triggered.connect(self.drop_wanted)

    def _on_step(self, direction: int, _checked: bool = False) -> None:
        self.steps_wanted.emit(direction)

    def _on_span(self, index: int) -> None:
        self.span_chosen.emit(SPANS_MS[index])

    def _on_export(self, kind: str, _checked: bool = False) -> None:
        self.export_wanted.emit(kind)

    def _arrange(self) -> None:
        rows = FoldingRow(FOLD_BELOW_PX)
        self.setLayout(rows)
        rows.setContentsMargins(0, 0, 0, 0)
        row = rows.first
        row.setSpacing(6)
        self._live.setCheckable(True)
        self._cursors.setCheckable(True)
        self._spans.setMinimumWidth(96)
        self._layouts.setMinimumWidth(120)
        for kind in KINDS:
            self._menu.addAction("").triggered.connect(partial(self._on_export, kind))
        self._export.setMenu(self._menu)
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lock.setCheckable(True)
        self._keep.setMenu(self._keep_menu)
        self._keep.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for part in (self._live, self._back, self._forth, self._span_label, self._spans, self._cursors):
            row.addWidget(part)
        row.addWidget(self.curves)
        row.addWidget(self.note)
        row.addStretch(1)
        for tool in (self._layouts, self._keep, self._export):
            row.addWidget(tool)
        rows.may_fold(row, self._layouts, self._keep, self._export)
