"""Finding meters: a port is asked for what hangs on it, and what answered is told what it measures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from devices.clock import Clock
from devices.line_scan import FoundUnit, ScanProtocol
from devices.profile_schema import Protocol
from devices.reading import Reading
from devices.usb_ports import serial_ports
from hmi.desk import fault_texts
from hmi.desk.access import allow
from hmi.desk.found_rows import (
    ADDRESS,
    LIKELY,
    MEASURES,
    PROFILE,
    SAYS,
    SPEEDS,
    TAKE,
    arrange_table,
    cells_of,
    let_search,
    read_text,
)
from hmi.desk.line_scanner import LineScanner
from hmi.found_meters import SPOKEN, FoundMeter, scan_plan
from hmi.station.field import port_address
from widgets.folding_row import FoldingRow

FOLD_BELOW_PX = 940


class MeterFinder(QWidget):
    """Scans reading only, with progress and stop; `marked` is what shall become meters of the plant.

    `close_down` must be called before it goes: it ends the scan's thread.
    """

    changed = Signal()

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        super().__init__()
        self._data_dir = data_dir
        self._owned: dict[str, str] = {}
        self._loads: list[tuple[str, str]] = []
        self._profiles: dict[Protocol, list[str]] = {}
        self._rows: list[tuple[str, FoundUnit]] = []  # port and unit of each row
        self._scanned_port, self._steps = "", 1
        self.scanner = LineScanner(self, data_dir, clock)
        self._port, self._speeds = QComboBox(), QComboBox()
        self._first, self._last = QSpinBox(), QSpinBox()
        self._scan, self._read, self._by_hand = QPushButton(), QPushButton(), QPushButton()
        self._bar, self._state = QProgressBar(), QLabel()
        self._table = QTableWidget(0, 6)
        self._labels = [QLabel() for _ in range(4)]
        self._arrange()
        self._connect()
        self.retranslate()
        self.scanner.look_up_profiles()

    @property
    def port_box(self) -> QComboBox:
        """Where the port is chosen or typed."""
        return self._port

    @property
    def state_text(self) -> str:
        """What is said about the scan."""
        return self._state.text()

    def offer(self, ports: Sequence[str], loads: Sequence[tuple[str, str]], owned: dict[str, str]) -> None:
        """Ports beside this machine's own; what may be measured, id and name; ports that the station has."""
        self._loads, self._owned = list(loads), owned
        known, typed = [*(port.port for port in serial_ports()), *ports], self._port.currentText()
        self._port.clear()
        self._port.addItems(list(dict.fromkeys(known)))
        if typed:
            self._port.setEditText(typed)
        line = self._port.lineEdit()
        assert line is not None
        line.selectAll()  # another port is typed over it
        for row in range(self._table.rowCount()):
            self._offer_loads(row)
        self._show_state("")

    def choose_port(self, port: str, first: int = 1, last: int = 247) -> None:
        """Puts in a port and the addresses that are asked for."""
        self._port.setEditText(port)
        self._first.setValue(first)
        self._last.setValue(last)

    def scan(self) -> None:
        """Begins to ask, or stops; a port that the station reads is left in peace."""
        if self.scanner.busy:
            self.scanner.stop()
            return
        port = self._port.currentText().strip()
        address = port_address(port, self._data_dir)
        if not port:
            text = self.tr("Choose a port first, such as {examples}.")
            self._show_state(text.format(examples="/dev/ttyUSB0, COM3, tcp://10.0.0.5:502"))
            return
        if address in self._owned:
            text = self.tr(
                "The station reads this port as {line}, so it is not scanned. Add the meter by hand, or end "
                "the station first."
            )
            self._show_state(text.format(line=self._owned[address]))
            return
        units = range(self._first.value(), max(self._first.value(), self._last.value()) + 1)
        plan = scan_plan(address, SPEEDS[self._speeds.currentIndex()], units)
        self._scanned_port, self._steps = port, plan.steps
        self._bar.setRange(0, plan.steps)
        self._bar.setValue(0)
        self._show_state(self.tr("Opening {port} …").format(port=port))
        self.scanner.scan(plan)
        self._show_buttons()

    def add_by_hand(self) -> None:
        """Adds a row for a meter that is not there yet; its address and profile are typed."""
        port = self._port.currentText().strip()
        self._add_row(port, FoundUnit(ScanProtocol.MODBUS, self._first.value(), 9600, "N", 1, 0.0))

    def fill(self, row: int, profile: str, measures: str) -> None:
        """Chooses what a row is and what it measures."""
        self._box(row, PROFILE).setCurrentText(profile)
        box = self._box(row, MEASURES)
        box.setCurrentIndex(box.findData(measures))
        self._item(row, TAKE).setCheckState(Qt.CheckState.Checked)

    def try_row(self, row: int) -> None:
        """Reads a row's meter once and shows what it says."""
        if not 0 <= row < len(self._rows) or self.scanner.busy:
            return
        meter = self._meter(row)
        if meter is None:
            self._show_state(self.tr("Choose a profile first."))
            return
        if port_address(meter.port, self._data_dir) in self._owned:
            self._show_state(self.tr("The station reads this port; see its values on the Overview."))
            return
        self._scanned_port = meter.port
        self._show_state(self.tr("Reading …"))
        self.scanner.try_meter(row, meter)
        self._show_buttons()

    def marked(self) -> list[FoundMeter]:
        """The meters that are to come; those without a profile are not among them."""
        chosen = [row for row in range(len(self._rows)) if self._is_marked(row)]
        return [meter for row in chosen if (meter := self._meter(row)) is not None]

    def fault(self) -> str:
        """What is missing in the marked rows; "" when nothing is."""
        for row in range(len(self._rows)):
            if self._is_marked(row) and not self._box(row, PROFILE).currentText().strip():
                text = self.tr("Choose the profile of the meter at address {address}: its maker and model.")
                return text.format(address=self._item(row, ADDRESS).text())
        return ""

    def close_down(self) -> None:
        """Ends the scan and gives the port back."""
        self.scanner.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter after a port or an address asks there, rather than ask the window for its next step."""
        asks = (self._port, self._first, self._last)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and any(one.hasFocus() for one in asks):
            self._scan.click()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        names = (self.tr("Port"), self.tr("Speeds"), self.tr("Addresses from"), self.tr("to"))
        for label, name in zip(self._labels, names, strict=True):
            label.setText(name)
        self._port.setAccessibleName(names[0])
        self._speeds.setAccessibleName(names[1])
        self._first.setAccessibleName(self.tr("First address"))
        self._last.setAccessibleName(self.tr("Last address"))
        self._bar.setAccessibleName(self.tr("How much of the scan is done"))
        self._table.setAccessibleName(self.tr("Meters that answered"))
        offered = (
            self.tr("9600 baud, no parity"),
            self.tr("9600 and 19200, no and even parity"),
            self.tr("All usual speeds (long)"),
        )
        chosen = max(0, self._speeds.currentIndex())
        self._speeds.clear()
        self._speeds.addItems(list(offered))
        self._speeds.setCurrentIndex(chosen)
        self._table.setHorizontalHeaderLabels(
            [
                self.tr("Take"),
                self.tr("Answers at"),
                self.tr("Address"),
                self.tr("Profile"),
                self.tr("Measures"),
                self.tr("What it says"),
            ]
        )
        self._by_hand.setText(self.tr("Add by hand"))
        self._read.setText(self.tr("Read once"))
        self._show_buttons()
        self._show_state("")

    def _on_profiles(self, found: dict[Protocol, list[str]]) -> None:
        self._profiles = found
        for row in range(len(self._rows)):
            self._offer_profiles(row)

    def _on_step(self, asked: int, question: str) -> None:
        self._bar.setValue(asked - 1)
        self._bar.setToolTip(question)
        text = self.tr("Question {asked} of {steps}; {found} found.")
        found = sum(port == self._scanned_port for port, _ in self._rows)
        self._show_state(text.format(asked=asked, steps=self._steps, found=found))

    def _on_found(self, unit: FoundUnit) -> None:
        self._add_row(self._scanned_port, unit)

    def _on_read(self, row: int, readings: Sequence[Reading]) -> None:
        item = self._item(row, SAYS)
        item.setText(read_text(readings))
        item.setToolTip(item.text())

    def _on_ended(self, problem: str) -> None:
        port = self._scanned_port
        done = self._bar.maximum()
        if problem:
            done = self._bar.value()
            text = fault_texts.line_trouble(problem, self.tr("This line"), port) or problem
        elif any(of == port for of, _ in self._rows):
            text = self.tr("Mark the meters to take, choose what each is and what it measures.")
        else:
            text = self.tr(
                "Nothing answered on {port}. Check power, wiring (A and B) and address, try more speeds, or "
                "add the meter by hand."
            ).format(port=port)
        self._bar.setValue(done)
        self._show_state(text)
        self._show_buttons()

    def _add_row(self, port: str, unit: FoundUnit) -> None:
        row = self._table.rowCount()
        self._rows.append((port, unit))
        self._table.blockSignals(True)
        self._table.insertRow(row)
        for column, item in cells_of(port, unit).items():
            self._table.setItem(row, column, item)
        for column, name in ((PROFILE, self.tr("Profile")), (MEASURES, self.tr("Measures"))):
            box = QComboBox()
            box.setAccessibleName(name)
            self._table.setCellWidget(row, column, box)
        let_search(self._box(row, PROFILE), self.tr("choose or type …"))
        self._offer_profiles(row)
        self._offer_loads(row)
        for column in (PROFILE, MEASURES):
            self._box(row, column).currentTextChanged.connect(self._on_changed)
        self._box(row, PROFILE).textActivated.connect(self._on_profile_chosen)
        self._table.blockSignals(False)
        self._table.setCurrentCell(row, ADDRESS)
        self._show_buttons()
        self.changed.emit()

    def _offer_profiles(self, row: int) -> None:
        unit, box = self._rows[row][1], self._box(row, PROFILE)
        spoken, typed = SPOKEN[unit.protocol], box.currentText()
        guess = unit.profiles[0] if unit.profiles else LIKELY.get(spoken, "")
        box.clear()
        box.addItems(self._profiles.get(spoken, []))
        box.setCurrentText(typed or guess)
        if not (typed or guess):
            box.setCurrentIndex(-1)

    def _offer_loads(self, row: int) -> None:
        box = self._box(row, MEASURES)
        chosen = box.currentData()
        box.clear()
        box.addItem(self.tr("no machine"), "")
        for load, label in self._loads:
            box.addItem(label, load)
        free = [load for load, _ in self._loads if load not in self._measured_above(row)]
        box.setCurrentIndex(max(0, box.findData(chosen or (free[0] if free else ""))))

    def _measured_above(self, row: int) -> list[str]:
        return [str(self._box(above, MEASURES).currentData()) for above in range(row)]

    def _meter(self, row: int) -> FoundMeter | None:
        port, unit = self._rows[row]
        profile = self._box(row, PROFILE).currentText().strip()
        if not profile:
            return None
        measures = str(self._box(row, MEASURES).currentData() or "")
        return FoundMeter(port, unit, self._item(row, ADDRESS).text().strip(), profile, measures)

    def _is_marked(self, row: int) -> bool:
        return self._item(row, TAKE).checkState() is Qt.CheckState.Checked

    def _box(self, row: int, column: int) -> QComboBox:
        box = self._table.cellWidget(row, column)
        assert isinstance(box, QComboBox)
        return box

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self._table.item(row, column)
        assert item is not None
        return item

    def _on_changed(self, _: object = None) -> None:
        self.changed.emit()

    def _on_profile_chosen(self, name: str) -> None:
        """Meters on one line are mostly of one kind: those still without a profile get it too."""
        for row in range(len(self._rows)):
            box = self._box(row, PROFILE)
            if not box.currentText() and box.findText(name) >= 0:
                box.setCurrentText(name)

    def _on_read_wanted(self) -> None:
        self.try_row(self._table.currentRow())

    def _show_state(self, text: str) -> None:
        idle = self.tr(
            "A scan only reads. It asks at each address and takes about 50 s a speed; what it found stays "
            "when you stop it."
        )
        self._state.setText(text or idle)

    def _show_buttons(self) -> None:
        busy = self.scanner.busy
        self._scan.setText(self.tr("Stop") if busy else self.tr("Scan"))
        self._scan.setMinimumWidth(self._scan.sizeHint().width())  # else the row takes it for a narrow one
        allow(self._scan, True, self.tr("Asks what hangs on the port; nothing is written to any meter."))
        why = self.tr("Reads the selected meter once, to see which one it is.")
        allow(self._read, bool(self._rows) and not busy, why)
        allow(self._by_hand, not busy, self.tr("Adds a meter that does not answer yet."))

    def _connect(self) -> None:
        self._scan.clicked.connect(self.scan)
        self._by_hand.clicked.connect(self.add_by_hand)
        self._read.clicked.connect(self._on_read_wanted)
        self._table.itemChanged.connect(self._on_changed)
        self.scanner.profiles_known.connect(self._on_profiles)
        self.scanner.stepped.connect(self._on_step)
        self.scanner.found.connect(self._on_found)
        self.scanner.read.connect(self._on_read)
        self.scanner.ended.connect(self._on_ended)

    def _arrange(self) -> None:
        self._port.setEditable(True)
        self._port.setMinimumWidth(160)
        for box, value in ((self._first, 1), (self._last, 247)):
            box.setRange(1, 247)
            box.setValue(value)
            box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._state.setWordWrap(True)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        arrange_table(self._table)
        top, bottom, rows = FoldingRow(FOLD_BELOW_PX), QHBoxLayout(), QVBoxLayout(self)
        parts = (self._port, self._speeds, self._first, self._last)
        for label, part in zip(self._labels, parts, strict=True):
            label.setBuddy(part)
            top.first.addWidget(label)
            top.first.addWidget(part, 1 if part is self._port else 0)
        top.first.addWidget(self._scan)
        addresses = (self._labels[2], self._first, self._labels[3], self._last)
        top.may_fold(top.first, *addresses, self._scan)
        bottom.addWidget(self._state, 1)
        bottom.addWidget(self._by_hand)
        bottom.addWidget(self._read)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(top)
        rows.addWidget(self._bar)
        rows.addWidget(self._table, 1)
        rows.addLayout(bottom)
