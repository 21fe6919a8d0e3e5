"""The Trends page's menu of curves: what was foretold, what is planned, and which are drawn as stairs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from hmi.desk.trend_beside import NEVER
from hmi.desk.trend_said import FROM_NOW, LEADS_MS


class CurvesButton(QToolButton):
    """Says what was chosen; the page does it."""

    lead_chosen = Signal(object)  # ms
    planned_toggled = Signal(bool)
    stairs_toggled = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._menu = QMenu(self)
        self._leads: dict[int, QAction] = {}
        group = QActionGroup(self)
        for lead_ms in (NEVER, *LEADS_MS):
            action = self._checkable(partial(self._on_lead, lead_ms))
            group.addAction(action)
            self._leads[lead_ms] = action
        self._menu.addSeparator()
        self._planned = self._checkable(self.planned_toggled.emit)
        self._stairs_title = self._menu.addSection("")
        self._stairs: list[QAction] = []
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.show_choice(NEVER, False)
        self.retranslate()

    def show_choice(self, lead_ms: int, planned: bool) -> None:
        """Marks what is drawn."""
        self._leads[lead_ms].setChecked(True)
        self._planned.setChecked(planned)

    def show_points(self, points: Sequence[tuple[str, str]], stairs: Sequence[str]) -> None:
        """Offers the drawn points, (point, title), each as stairs or not."""
        for action in self._stairs:
            self._menu.removeAction(action)
            action.deleteLater()
        self._stairs = []
        for point, title in points:
            action = self._checkable(partial(self._on_stairs, point))
            action.setText(title)
            action.setChecked(point in stairs)
            self._stairs.append(action)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self.setText(self.tr("Curves ▾"))
        self.setToolTip(self.tr("What was foretold, what is planned, and which curves are stairs."))
        self._leads[NEVER].setText(self.tr("No forecast"))
        self._leads[FROM_NOW].setText(self.tr("Forecast from now on"))
        words = (
            self.tr("What was said an hour before"),
            self.tr("What was said six hours before"),
            self.tr("What was said a day before"),
        )
        for lead_ms, text in zip(LEADS_MS[1:], words, strict=True):
            self._leads[lead_ms].setText(text)
        self._planned.setText(self.tr("Load by the plan in force"))
        self._stairs_title.setText(self.tr("As stairs"))

    def _checkable(self, chosen: object) -> QAction:
        action = QAction(self._menu)
        action.setCheckable(True)
        action.triggered.connect(chosen)
        self._menu.addAction(action)
        return action

    def _on_lead(self, lead_ms: int, _checked: bool = False) -> None:
        self.lead_chosen.emit(lead_ms)

    def _on_stairs(self, point: str, wanted: bool) -> None:
        self.stairs_toggled.emit(point, wanted)
