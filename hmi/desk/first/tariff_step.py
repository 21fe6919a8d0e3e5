"""The guided start's third step: what a kilowatt-hour costs, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLabel, QLineEdit, QPushButton

from devices.datafile import DataFileError
from hmi.desk import texts
from hmi.desk.first.step import FirstAnswers, Step
from hmi.desk.forms import add_row
from hmi.desk.numbers import currency_name, number
from hmi.desk.save_dialog import documents
from hmi.plant_fields import value_of
from hmi.tariff_day import band_spans, midnight_ms
from hmi.tariffs import load_calendar, shipped_tariffs
from solver.durations import MINUTE_MS
from solver.errors import TariffError
from solver.tariff import Tariff, price_grid


class TariffStep(Step):
    """A shipped tariff or a file of one's own; shows today's bands and prices."""

    def __init__(self, answers: FirstAnswers) -> None:
        super().__init__(answers)
        self._tariff, self._supply = QComboBox(), QLineEdit()
        self._file = QPushButton(self.tr("A file of my own …"))
        self._bands, self._problem = QLabel(), ""
        self._arrange()
        self.first_line = self._tariff
        self._tariff.currentTextChanged.connect(self._show_tariff)
        self._supply.textChanged.connect(self._on_changed)
        self._file.clicked.connect(self._on_file)
        self._show_tariff()

    def comes_with_example(self) -> bool:
        """The example has the tariff of its place and year."""
        return True

    def enter(self) -> None:
        """Shows today in the plant's time zone."""
        self._show_tariff()

    def choose(self, tariff: str, supply_kw: str = "") -> None:
        """A tariff's name or file, and the supply's limit."""
        if self._tariff.findText(tariff) < 0:
            self._tariff.addItem(tariff)
        self._tariff.setCurrentText(tariff)
        self._supply.setText(supply_kw)

    def fault(self) -> str:
        """What is missing."""
        if self._problem:
            return self._problem
        supply = value_of("plant", "supply_kw", self._supply.text())
        if supply is not None and not (isinstance(supply, int | float) and supply > 0):
            return self.tr("The supply must be a number of kW, or left empty.")
        return ""

    def leave(self) -> None:
        """Puts tariff, currency and supply into the draft."""
        name, draft = self._tariff.currentText(), self.answers.draft
        draft = draft.typed(("plant", "", "tariff"), name)
        draft = draft.typed(("plant", "", "currency"), load_calendar(name).currency)
        self.answers.draft = draft.typed(("plant", "", "supply_kw"), self._supply.text())

    def _show_tariff(self, _: str = "") -> None:
        self._problem = ""
        try:
            tariff = load_calendar(self._tariff.currentText())
            self._bands.setText(self._told(tariff))
        except (DataFileError, TariffError) as error:
            self._problem = str(error)
            self._bands.setText(self._problem)
        self.changed.emit()

    def _told(self, tariff: Tariff) -> str:
        zone = ZoneInfo(str(self.answers.draft.shown(("plant", "", "timezone")) or "UTC"))
        today = datetime.fromtimestamp(self.answers.clock.now_ms() / 1000, zone).date()
        begin_ms, end_ms = (midnight_ms(day, zone) for day in (today, today + timedelta(days=1)))
        grid = price_grid(tariff, begin_ms, (end_ms - begin_ms) // MINUTE_MS, zone)
        lines = [
            tariff.source,
            "",
            self.tr("Today, {currency} per kWh:").format(currency=currency_name(tariff.currency)),
        ]
        for span in band_spans(grid, zone):
            price = number(span.price_per_kwh, 4)
            lines.append(f"{span.begin}–{span.end}  {price}  {texts.band(span.band)}")
        return "\n".join(lines)

    def _on_file(self) -> None:
        title, begin = self.tr("A tariff file"), str(documents())
        name, _ = QFileDialog.getOpenFileName(self, title, begin, "TOML (*.toml)")
        if name:
            self.choose(str(Path(name)), self._supply.text())

    def _on_changed(self, _: object = None) -> None:
        self.changed.emit()

    def _arrange(self) -> None:
        self.say(
            self.tr(
                "The tariff says what a kilowatt-hour costs at which hour; plans move load out of its dear "
                "hours. Choose one, or a file of your own; check it against your last bill."
            )
        )
        usable = [name for name in shipped_tariffs() if _has_calendar(name)]
        self._tariff.addItems(usable)
        self._supply.setPlaceholderText(self.tr("optional"))
        form = QFormLayout()
        for name, part in ((self.tr("Tariff"), self._tariff), (self.tr("Supply, kW"), self._supply)):
            add_row(form, name, part)
        self.rows.addLayout(form)
        self.rows.addWidget(self._file)
        self._bands.setWordWrap(True)
        self.rows.addWidget(self._bands)
        self.rows.addStretch(1)


def _has_calendar(name: str) -> bool:
    try:
        load_calendar(name)
    except DataFileError:
        return False  # a series of prices ends; a plant needs a price on every day
    return True
