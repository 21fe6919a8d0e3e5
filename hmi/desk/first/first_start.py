"""The guided start: five steps from an empty data folder to a station that reads."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.desk.access import allow
from hmi.desk.desk_menu import LANGUAGES
from hmi.desk.first.begin_step import BeginStep
from hmi.desk.first.meters_step import MetersStep
from hmi.desk.first.people_step import PeopleStep
from hmi.desk.first.plant_step import PlantStep
from hmi.desk.first.step import FirstAnswers, Step
from hmi.desk.first.tariff_step import TariffStep
from hmi.desk.reader import Reader
from widgets.scrolled import scrolled

STEPS_PX = 150
LEAST_STEP_PX = 720


class FirstStart(QWidget):
    """One step after another, each checked before the next; back at any time until all is written."""

    finished = Signal(bool)  # whether the control room is wanted
    language_chosen = Signal(str)

    def __init__(self, answers: FirstAnswers, reader: Reader, language: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(self.tr("Valleyline · first start"))
        self.answers = answers
        self.plant, self.meters = PlantStep(self.answers), MetersStep(self.answers)
        self.tariff, self.people = TariffStep(self.answers), PeopleStep(self.answers)
        self.begin = BeginStep(self.answers, reader)
        self.steps: list[Step] = [self.plant, self.meters, self.tariff, self.people, self.begin]
        self._titles = [
            self.tr("Plant"),
            self.tr("Meters"),
            self.tr("Tariff"),
            self.tr("People"),
            self.tr("Start"),
        ]
        self._names, self._stack = QListWidget(), QStackedWidget()
        self._title, self._problem, self._language = QLabel(), QLabel(), QComboBox()
        self._back, self._next = QPushButton(self.tr("Back")), QPushButton()
        self._help = QPushButton(self.tr("Help"))
        self._arrange(language)
        self._connect()
        self._show(0)

    @property
    def problem(self) -> str:
        """Why the next step cannot be taken yet."""
        return self._problem.text()

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self._stack.currentIndex()]

    def go_on(self) -> None:
        """The next step if this one is answered; at the end the control room."""
        if self.step is self.begin:
            self.finished.emit(True)
            return
        fault = self.step.fault()
        if fault:
            self._problem.setText(fault)
            return
        self.step.leave()
        self._show(self._neighbour(1))

    def go_back(self) -> None:
        """The step before."""
        if self._stack.currentIndex() > 0 and not self.begin.is_begun:
            self._show(self._neighbour(-1))

    def help(self) -> None:
        """Says what the steps are for."""
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Help: first start"))
        box.setText(
            self.tr(
                "Five steps make a control room of an empty data folder: the plant with its machines, the "
                "meters that measure them, the tariff, the people, and the start of the station that reads "
                "the meters. Nothing is written before the last step. Everything can be changed later on "
                "the Plant page by an engineer, and people are added by the administrator.\n\nTo look around "
                "first, choose the example: it needs no hardware."
            )
        )
        box.open()

    def close_down(self) -> None:
        """Ends what the steps started; the station goes on."""
        for step in self.steps:
            step.close_down()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 helps; Enter does what is marked as the next thing to do."""
        if event.key() == Qt.Key.Key_F1:
            self.help()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            start = self.begin.start_button
            (start if start.isDefault() else self._next).click()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed before the end: nothing was written, or the station runs already."""
        super().closeEvent(event)
        self.finished.emit(False)

    def _neighbour(self, by: int) -> int:
        place = self._stack.currentIndex() + by
        while self.answers.example and self.steps[place].comes_with_example():
            place += by
        return place

    def _show(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._names.setCurrentRow(place)
        step = self.steps[place]
        step.enter()
        if step.first_line is not None:
            step.first_line.setFocus()
        text = self.tr("Step {number} of {count}: {name}")
        self._title.setText(text.format(number=place + 1, count=len(self.steps), name=self._titles[place]))
        self._problem.setText("")
        self._show_buttons()

    def _show_buttons(self) -> None:
        last, begun = self.step is self.begin, self.begin.is_begun
        allow(
            self._back,
            self._stack.currentIndex() > 0 and not begun,
            self.tr("All is written; change it on the Plant page.") if begun else self.tr("The step before."),
        )
        self._next.setText(self.tr("Open the control room") if last else self.tr("Next"))
        why = self.tr("The station must have been started first.") if last else self.tr("The next step.")
        allow(self._next, begun or not last, why)
        self.begin.start_button.setDefault(last and not begun)
        self._next.setDefault(begun or not last)
        first = self._stack.currentIndex() == 0
        later = self.tr("Chosen on the first step; later in the control room's menu.")
        allow(self._language, first, self.tr("Language") if first else later)
        mark = self.tr("(comes with the example)")
        for place, step in enumerate(self.steps):
            with_it = self.answers.example and step.comes_with_example()
            item = self._names.item(place)
            item.setText(f"{place + 1}  {self._titles[place]}")
            font = item.font()
            font.setBold(step is self.step)
            item.setFont(font)
            item.setToolTip(mark if with_it else "")
            item.setFlags(Qt.ItemFlag.NoItemFlags if with_it else Qt.ItemFlag.ItemIsEnabled)

    def _on_changed(self) -> None:
        self._problem.setText("")
        self._show_buttons()

    def _on_begun(self) -> None:
        self._show_buttons()
        self._next.setFocus()

    def _on_language(self, place: int) -> None:
        self.language_chosen.emit(str(self._language.itemData(place)))

    def _connect(self) -> None:
        self._next.clicked.connect(self.go_on)
        self._back.clicked.connect(self.go_back)
        self._help.clicked.connect(self.help)
        self._language.activated.connect(self._on_language)
        self.begin.begun.connect(self._on_begun)
        for step in self.steps:
            step.changed.connect(self._on_changed)

    def _arrange(self, language: str) -> None:
        for code, name in LANGUAGES.items():
            self._language.addItem(name, code)
        self._language.setCurrentIndex(list(LANGUAGES).index(language))
        self._language.setAccessibleName(self.tr("Language"))
        self._title.setObjectName("heading")
        self._problem.setObjectName("strong")
        self._problem.setWordWrap(True)
        self._next.setDefault(True)
        self._names.setFixedWidth(STEPS_PX)
        self._names.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._names.setAccessibleName(self.tr("Steps"))
        for title, step in zip(self._titles, self.steps, strict=True):
            self._names.addItem(title)
            self._stack.addWidget(scrolled(step))  # in a small window, or a scaled one, a step is higher
        top, bottom, middle = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._language)
        top.addWidget(self._help)
        middle.addWidget(self._names)
        self._stack.setMinimumWidth(LEAST_STEP_PX)
        middle.addWidget(self._stack, 1)
        bottom.addWidget(self._problem, 1)
        bottom.addWidget(self._back)
        bottom.addWidget(self._next)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.addLayout(top)
        rows.addLayout(middle, 1)
        rows.addLayout(bottom)
