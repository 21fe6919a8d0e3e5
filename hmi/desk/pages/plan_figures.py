"""What a plan costs and saves at a glance, and its cost by tariff band; shared by Plan and Approvals."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from hmi.desk.numbers import NONE, currency_name, money, number, percent
from hmi.desk.pages.plan_tables import band_rows
from hmi.desk.plan_draft import bands_in_order
from solver.plan import Plan
from widgets.rows_table import RowsTable

FIGURES = 8
PEAK, CARBON, NIGHT = 5, 6, 7  # the last two only where a plan has them


class PlanFigures(QWidget):
    """Cost, saving, bound, gap and peak in one strip; carbon and night work beside them where they count."""

    def __init__(self, currency: str) -> None:
        super().__init__()
        self._currency = currency
        self._captions = [QLabel() for _ in range(FIGURES)]
        self._figures = [QLabel() for _ in range(FIGURES)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        for column, (caption, figure) in enumerate(zip(self._captions, self._figures, strict=True)):
            caption.setObjectName("muted")
            figure.setObjectName("strong")
            figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(caption, 0, column)
            grid.addWidget(figure, 1, column)
            grid.setColumnStretch(column, 0 if column >= PEAK else 1)
        self.clear()

    def retranslate(self) -> None:
        """Puts the captions into the present language."""
        captions = (
            self.tr("Cost before"),
            self.tr("Cost after"),
            self.tr("Saving"),
            self.tr("Proven bound"),
            self.tr("Gap to the bound"),
            self.tr("Peak before → after"),
            self.tr("Carbon before → after"),
            self.tr("Night work before → after"),
        )
        for label, text in zip(self._captions, captions, strict=True):
            label.setText(text)

    def clear(self) -> None:
        """Shows that there is no plan."""
        for figure in self._figures:
            figure.setText("–")
        self._show_beside(False, False)

    def show_plan(self, plan: Plan) -> None:
        """Shows a plan's figures."""
        self.show_costs(plan.cost_before, plan.cost, plan.bound)
        kg = self.tr("{before} → {after} kg").format(
            before=number(plan.carbon_kg_before), after=number(plan.carbon_kg)
        )
        hours = self.tr("{before} → {after} h").format(
            before=number(plan.night_hours_before, 1), after=number(plan.night_hours, 1)
        )
        self._figures[PEAK].setText(f"{number(plan.peak_before_kw)} → {number(plan.peak_kw)} kW")
        self._figures[CARBON].setText(kg)
        self._figures[NIGHT].setText(hours)
        self._show_beside(
            bool(plan.carbon_kg or plan.carbon_kg_before), bool(plan.night_hours or plan.night_hours_before)
        )

    def show_costs(self, before: float, after: float, bound: float) -> None:
        """Shows how far a search has come; its peak is not known yet."""
        saved, currency = before - after, currency_name(self._currency)
        texts = (
            money(before, currency, 2),
            money(after, currency, 2),
            f"{money(saved, currency, 2)} ({percent(saved / before if before else 0.0, 1)})",
            money(bound, currency, 2),
            percent((after - bound) / abs(after), 2) if after else NONE,
            *("–" for _ in range(PEAK, FIGURES)),
        )
        for figure, text in zip(self._figures, texts, strict=True):
            figure.setText(text)

    def _show_beside(self, carbon: bool, night: bool) -> None:
        for column, shown in ((CARBON, carbon), (NIGHT, night)):
            self._captions[column].setVisible(shown)
            self._figures[column].setVisible(shown)


class BandTable(RowsTable):
    """Energy and cost by tariff band, before and after."""

    def __init__(self, name: str, currency: str) -> None:
        super().__init__(name)
        self._currency = currency

    def retranslate(self) -> None:
        """Puts the headers into the present language."""
        currency = currency_name(self._currency)
        self.set_headers(
            [
                self.tr("Band"),
                self.tr("kWh before"),
                self.tr("kWh after"),
                self.tr("{currency} before").format(currency=currency),
                self.tr("{currency} after").format(currency=currency),
            ],
            numbers={1, 2, 3, 4},
            stretch=0,
        )

    def show_plan(self, plan: Plan | None) -> None:
        """Shows a plan's bands, or nothing."""
        if plan is None:
            self.set_rows([])
            return
        bands = bands_in_order(plan.cost_by_band_before, plan.cost_by_band_after)
        self.set_rows(band_rows(bands, plan))
