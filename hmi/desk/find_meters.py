"""Finding meters for a plant that runs: what is marked becomes changes that wait."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from hmi.desk import plant_texts
from hmi.desk.access import allow
from hmi.desk.context import DeskContext
from hmi.desk.meter_finder import MeterFinder
from hmi.desk.plant_draft import PlantDraft
from hmi.desk.sign_in import buttons, problem_label
from hmi.found_meters import FoundMeter, NotOneLineError, lines_and_meters
from hmi.plant_fields import Table, part_of
from hmi.station.field import port_address


class FindMetersDialog(QDialog):
    """A finder, and a button that takes what is marked into the draft."""

    added = Signal(object)  # the draft with lines and meters

    def __init__(self, parent: QWidget, context: DeskContext, draft: PlantDraft, station_runs: bool) -> None:
        super().__init__(parent)
        self._draft = draft
        self.setWindowTitle(self.tr("Find meters"))
        self.resize(QSize(1100, 560).boundedTo(self.screen().availableSize()))
        self.finder = MeterFinder(context.data_dir, context.clock)
        ports = {line: str(draft.shown(("lines", line, "port"))) for line in draft.left("lines")}
        at_station = [line for line in ports if part_of(draft.data, "lines", line)] if station_runs else []
        owned = {port_address(ports[line], context.data_dir): line for line in at_station}
        self.finder.offer(list(ports.values()), loads_of(draft), owned)
        self._problem = problem_label()
        self._add = QPushButton(self.tr("Take the marked meters"))
        self._add.clicked.connect(self.add)
        self.finder.changed.connect(self._show)
        self.finished.connect(self._on_finished)
        rows = QVBoxLayout(self)
        rows.addWidget(self.finder, 1)
        rows.addWidget(self._problem)
        rows.addLayout(buttons(self, self._add))
        self._show()

    @property
    def problem(self) -> str:
        """Why what is marked cannot be taken."""
        return self._problem.text()

    def add(self) -> None:
        """Takes what is marked into the changes that wait, unless a key does not fit."""
        marked, fault = self.finder.marked(), self.finder.fault()
        if fault:
            self._problem.setText(fault)
            return
        try:
            draft = with_found(self._draft, marked)
        except NotOneLineError as error:
            text = self.tr(
                "The meters marked on {port} answer at different speeds; a line has one. Mark those of one."
            )
            self._problem.setText(text.format(port=error.port))
            return
        fault = draft.fault()
        if fault and fault != self._draft.fault():
            self._problem.setText(plant_texts.fault(draft))
            return
        self.added.emit(draft)
        self.accept()

    def _show(self) -> None:
        self._problem.setText("")
        why = self.tr("Takes them into the changes that wait; mark some, and choose their profiles.")
        allow(self._add, bool(self.finder.marked()), why)

    def _on_finished(self) -> None:
        self.finder.close_down()


def loads_of(draft: PlantDraft) -> list[tuple[str, str]]:
    """What a meter may measure, id and name: the machines, then the shop-floor."""
    machines = [(one, str(draft.shown(("machines", one, "label")))) for one in draft.left("machines")]
    shopfloor, label = (draft.shown(("plant", "", name)) for name in ("shopfloor", "shopfloor_label"))
    return [*machines, (str(shopfloor), str(label))]


def with_found(draft: PlantDraft, found: list[FoundMeter]) -> PlantDraft:
    """The draft with these meters and the lines that they need; raises NotOneLineError."""
    lines: list[Table] = [
        {"id": line, "port": str(draft.shown(("lines", line, "port")))} for line in draft.left("lines")
    ]
    new_lines, new_meters = lines_and_meters(found, lines, draft.left("meters"))
    for section, tables in (("lines", new_lines), ("meters", new_meters)):
        for table in tables:
            draft = draft.with_item(section, str(table["id"]), table)
    return draft
