"""The Trends page's tools: how long, live or not, cursors, layouts, export."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from hmi.desk.time_bar import SPANS_MS, span_text

KINDS = ("csv", "xlsx", "png")


class TrendBar(QWidget):
    """Says what was chosen; the page does it."""

    span_chosen = Signal(object)  # ms
    steps_wanted = Signal(int)  # -1 back, 1 forth
    live_toggled = Signal(bool)
    cursors_toggled = Signal(bool)
    layout_chosen = Signal(str)
    save_wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._live, self._back, self._forth = QPushButton(), QPushButton("◀"), QPushButton("▶")
        self._spans, self._cursors = QComboBox(), QPushButton()
        self._layouts, self._save, self._export = QComboBox(), QPushButton(), QToolButton()
        self._span_label, self._layout_label = QLabel(), QLabel()
        self._menu = QMenu(self)
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

    def show_layouts(self, names: Iterable[str], chosen: str) -> None:
        """Offers these layouts."""
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
        self._live.setText(self.tr("Live"))
        self._live.setToolTip(self.tr("Follow the present."))
        self._back.setAccessibleName(self.tr("Back by half of what is seen"))
        self._forth.setAccessibleName(self.tr("Forth by half of what is seen"))
        self._span_label.setText(self.tr("Show"))
        self._cursors.setText(self.tr("Cursors"))
        self._layout_label.setText(self.tr("Layout"))
        self._layouts.setPlaceholderText(self.tr("none saved"))
        self._layouts.setAccessibleName(self.tr("Layout"))
        self._save.setText(self.tr("Save …"))
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
        self._save.clicked.connect(self.save_wanted)

    def _on_step(self, direction: int, _checked: bool = False) -> None:
        self.steps_wanted.emit(direction)

    def _on_span(self, index: int) -> None:
        self.span_chosen.emit(SPANS_MS[index])

    def _on_export(self, kind: str, _checked: bool = False) -> None:
        self.export_wanted.emit(kind)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._live.setCheckable(True)
        self._cursors.setCheckable(True)
        self._spans.setMinimumWidth(96)
        self._layouts.setMinimumWidth(130)
        for kind in KINDS:
            self._menu.addAction("").triggered.connect(partial(self._on_export, kind))
        self._export.setMenu(self._menu)
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for part in (self._live, self._back, self._forth, self._span_label, self._spans, self._cursors):
            row.addWidget(part)
        row.addStretch(1)
        for tool in (self._layout_label, self._layouts, self._save, self._export):
            row.addWidget(tool)
