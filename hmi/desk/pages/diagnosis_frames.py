"""Raw frames: what passed on each line last, what a plan has written to the PLC, and any frame in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from devices.frames import decode_frame, frame_bytes
from devices.line_events import TracedFrame
from devices.protocols.value import FrameError
from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.frame_texts import frame_fault, frame_rows
from hmi.store.records import Command
from widgets.rows_table import RowsTable
from widgets.theme import TOUCH_PX

MOST_FRAMES = 200
OF_PLC = ""  # what the plan in force has written


class FramesTab(QWidget):
    """A list of frames of a line, or of what was written to the PLC, and what the chosen one says."""

    line_chosen = Signal()

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._commands: tuple[Command, ...] = ()
        self._passed: Sequence[TracedFrame] = ()
        self._raw: Mapping[str, str] = {}  # the bytes of each row, in hex
        self._of, self._note, self._verdict = QComboBox(), QLabel(), QLabel()
        self._of.setObjectName("frames_of")
        self._verdict.setObjectName("frame_verdict")
        self._of.setMinimumHeight(TOUCH_PX)
        self._frames = RowsTable("diagnosis_frames", touch=True)
        self._decoded = RowsTable("diagnosis_decoded")
        self._frame = QLineEdit()
        self._frame.textChanged.connect(self._on_typed)
        self._frames.row_chosen.connect(self._on_chosen)
        for text in ("", *(line.id for line in context.plant.lines)):
            self._of.addItem(text, text)
        self._of.setCurrentIndex(1 if self._of.count() > 1 else 0)
        self._of.currentIndexChanged.connect(self._on_line)
        self._arrange()

    @property
    def line(self) -> str:
        """The line whose frames are looked at; "" for what was written to the PLC."""
        return str(self._of.currentData() or OF_PLC)

    def take(self, commands: tuple[Command, ...], passed: Sequence[TracedFrame]) -> None:
        """Shows what has passed by now."""
        self._commands, self._passed = commands, passed
        self._show()

    def decode(self, text: str) -> None:
        """Says what a raw frame says."""
        self._frame.setText(text)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._of.setItemText(0, self.tr("Written to the PLC"))
        self._of.setAccessibleName(self.tr("Whose frames"))
        self._frames.set_headers([self.tr("When"), self.tr("Who or what"), self.tr("Bytes")])
        self._decoded.set_headers([self.tr("What"), self.tr("Value")])
        self._frame.setPlaceholderText(self.tr("Paste a frame, e.g. 17 03 00 00 00 02 C6 9D"))
        self._frame.setAccessibleName(self.tr("Raw frame"))
        self._on_typed(self._frame.text())
        self._show()

    def _show(self) -> None:
        if self.line == OF_PLC:
            self._note.setText(self.tr("What the plan in force has written, and what the PLC answered."))
            rows = self._written()
        else:
            text = self.tr("The last frames on {line}, told every few seconds; choose one to read it.")
            self._note.setText(text.format(line=self.line))
            rows = self._on_the_line()
        keys = [row[0] for row in rows]
        self._raw = {row[0]: row[3] for row in rows}
        self._frames.set_rows([row[1:] for row in rows], keys)

    def _written(self) -> list[tuple[str, ...]]:
        zone, rows = self._context.plant.zone, list[tuple[str, ...]]()
        for command in self._commands:
            at_ms = command.written_ms
            when = "" if at_ms is None else texts.day_and_time(at_ms, zone, seconds=True)
            machine = self._context.label(command.machine)
            for i, pair in enumerate(command.frames.splitlines()):
                rows.append((f"{command.id}.{i}", when, machine, pair))
        return rows[-MOST_FRAMES:]

    def _on_the_line(self) -> list[tuple[str, ...]]:
        zone, way = self._context.plant.zone, {True: self.tr("sent"), False: self.tr("came")}
        rows = list[tuple[str, ...]]()
        for frame in self._passed:
            when = texts.day_and_time(frame.t_ms, zone, seconds=True)
            data = frame.data.hex(" ").upper()
            key = f"{frame.t_ms} {frame.sent} {data}"  # it stays chosen when the next ones come
            rows.append((key, f"{when}.{frame.t_ms % 1000:03}", way[frame.sent], data))
        return rows[::-1]

    @Slot()
    def _on_line(self) -> None:
        self._passed = ()
        self._show()
        self.line_chosen.emit()

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        sent, _, came = self._raw.get(key, "").partition(">")
        if sent:
            self._frame.setText((came or sent).strip())

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        if not text.strip():
            self._verdict.setText(self.tr("A frame that is pasted here is put into words."))
            self._decoded.set_rows([])
            return
        try:
            decoded = decode_frame(frame_bytes(text))
        except FrameError as error:
            self._verdict.setText(frame_fault(error))
            self._decoded.set_rows([])
            return
        valid = self.tr("{protocol}: valid") if decoded.valid else self.tr("{protocol}: not valid")
        self._verdict.setText(valid.format(protocol=decoded.protocol))
        self._decoded.set_rows(frame_rows(decoded))

    def _arrange(self) -> None:
        top, rows = QHBoxLayout(), QVBoxLayout(self)
        rows.setContentsMargins(0, 8, 0, 0)
        for label in (self._note, self._verdict):
            label.setWordWrap(True)
        top.addWidget(self._of)
        top.addWidget(self._note, 1)
        rows.addLayout(top)
        for part in (self._frames, self._frame, self._verdict, self._decoded):
            rows.addWidget(part)
