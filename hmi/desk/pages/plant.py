"""Plant: meters, points, lines, tariff, equipment; changes wait, are confirmed together, and are audited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from devices.datafile import DataFileError, toml_data
from hmi.desk import plant_texts, texts
from hmi.desk.access import allow
from hmi.desk.context import DeskContext
from hmi.desk.page import Page
from hmi.desk.page import Place as Goal
from hmi.desk.plant_confirm import ConfirmDialog
from hmi.desk.plant_draft import Place, PlantDraft
from hmi.desk.snapshot_model import World
from hmi.plant_edits import FIXED, LISTS, fields_of
from hmi.roles import Permission
from hmi.station.payloads import EditPlant, payload_of
from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from widgets.theme import LIGHT, Theme

LOOK_EVERY_S = 2.0
SECTIONS = tuple(plant_texts.SECTIONS)
PLACE_ROLE = Qt.ItemDataRole.UserRole
ROW_PX = 34
PENDING_TINT = "valley"


class PlantPage(Page):
    """A table of each part of the plant file; `draft` holds the file and the pending edits."""

    page_id = "plant"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._theme = LIGHT
        self._draft: PlantDraft | None = None
        self._looking, self._asked_s = False, -LOOK_EVERY_S
        self._trouble = ""
        self._tabs, self._table = QTabBar(), QTableWidget()
        self._who, self._state = QLabel(), QLabel()
        self._apply, self._discard = QPushButton(), QPushButton()
        self._arrange()
        self._connect()
        self.retranslate()

    def title(self) -> str:
        """The page's name."""
        return texts.page(self.page_id)

    def help_text(self) -> str:
        """What the page is for."""
        return self.tr(
            "The plant as its file describes it. An engineer changes values by double click or typing: they "
            "wait, marked, until all are applied together after one confirmation. The station checks the "
            "whole plant, refuses what does not fit with the sentence why, writes the file, notes it in the "
            "audit and goes on with the new plant. A value that was changed outside meanwhile is marked and "
            "never overwritten."
        )

    @property
    def draft(self) -> PlantDraft | None:
        """The file and what waits; None before it was read."""
        return self._draft

    @property
    def state_text(self) -> str:
        """What is said about what waits."""
        return self._state.text()

    def type(self, place: Place, text: str) -> None:
        """Puts a text into a place, as typing it does; without the role nothing happens."""
        if self._draft is not None and self._may_edit() and place[2] not in FIXED:
            self._draft = self._draft.typed(place, text)
            self._show()

    def show_world(self, world: World) -> None:
        """Looks at the file now and then, for it may be changed outside."""
        if self.isVisible() and self.context.clock.monotonic_s() - self._asked_s >= LOOK_EVERY_S:
            self._look()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self._show()

    def show_target(self, target: str) -> None:
        """A section, or the section and row of an id."""
        if target in SECTIONS:
            self._tabs.setCurrentIndex(SECTIONS.index(target))
            return
        section, _, item = target.partition(":")
        if section in SECTIONS and self._draft is not None:
            self._tabs.setCurrentIndex(SECTIONS.index(section))
            items = self._draft.items(section)
            if item in items:
                self._table.setCurrentCell(items.index(item), 0)

    def places(self) -> list[Goal]:
        """The parts, and every line, meter and machine in them."""
        found = [Goal(f"{self.title()}: {plant_texts.section(one)}", self.page_id, one) for one in SECTIONS]
        plant = self.context.plant
        for section, ids in (
            ("meters", [meter.id for meter in plant.meters]),
            ("lines", [line.id for line in plant.lines]),
        ):
            name = plant_texts.section(section)
            found += [Goal(f"{name}: {item}", self.page_id, f"{section}:{item}") for item in ids]
        return found

    def is_settled(self) -> bool:
        """Whether the file was read."""
        return (self._draft is not None or bool(self._trouble)) and not self._looking

    def showEvent(self, event: QShowEvent) -> None:
        """Reads the file when the page is looked at."""
        super().showEvent(event)
        self._look()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._tabs.setAccessibleName(self.tr("Part of the plant"))
        self._table.setAccessibleName(self.tr("Values of the plant"))
        self._apply.setText(self.tr("Apply …"))
        self._discard.setText(self.tr("Discard"))
        self._show()

    def apply(self) -> None:
        """Shows all that waits, old → new, for one confirmation."""
        if self._draft is None or not self._draft.edits or not self._may_edit():
            return
        dialog = ConfirmDialog(self, self._draft.edits)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self._on_confirmed)
        dialog.open()

    def discard(self) -> None:
        """Forgets what waits."""
        if self._draft is not None:
            self._draft = PlantDraft(self._draft.data)
            self._show()

    def _look(self) -> None:
        if self._looking:
            return
        self._looking, self._asked_s = True, self.context.clock.monotonic_s()
        path: Path = self.context.plant_file

        def look(_store: Store) -> dict[str, Any] | str:
            try:
                return toml_data(path)
            except DataFileError as error:
                return str(error)

        self.context.reader.submit(look, self._on_looked, self._on_failed)

    def _on_looked(self, found: dict[str, Any] | str) -> None:
        self._looking = False
        if isinstance(found, str):
            self._trouble = found
            self._show_state()
            return
        old, self._trouble = self._draft, ""
        self._draft = PlantDraft(found) if old is None else old.with_file(found)
        if self._draft != old and self._table.state() is not QTableWidget.State.EditingState:
            self._show()

    def _on_failed(self, sentence: str) -> None:
        self._looking = False
        self._trouble = sentence
        self._show_state()

    def _on_confirmed(self, reason: str) -> None:
        assert self._draft is not None
        payload = EditPlant(list(self._draft.edits), reason)
        allow(self._apply, False, self.tr("The station is writing the changes …"))
        self.context.ask(RequestKind.EDIT_PLANT, payload_of(payload), self._on_answer)

    def _on_answer(self, answered: Request) -> None:
        if answered.accepted:
            self.context.messages.inform(
                self.tr("The plant is changed; the station goes on with it, this desk after it is reopened.")
            )
        self._look()
        self._show_state()

    def _on_item_changed(self, item: QTableWidgetItem) -> None:
        place = item.data(PLACE_ROLE)
        if place is not None:
            self.type(tuple(place), item.text())

    def _may_edit(self) -> bool:
        return self.context.session.may(Permission.EDIT_PLANT)

    def _show(self, _: int = 0) -> None:
        draft = self._draft
        self._show_state()
        if draft is None:
            return
        section = SECTIONS[self._tabs.currentIndex()]
        fields, items = fields_of(section), draft.items(section)
        self._table.blockSignals(True)
        if section in LISTS:
            self._fill([(section, item, field) for item in items for field in fields], len(fields))
            self._table.setHorizontalHeaderLabels([plant_texts.field(one) for one in fields])
        else:
            self._fill([(section, "", field) for field in fields], 1, names=fields)
            self._table.setHorizontalHeaderLabels([self.tr("What"), self.tr("Value")])
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._table.blockSignals(False)

    def _fill(self, places: list[Place], across: int, names: list[str] | None = None) -> None:
        beside = 0 if names is None else 1
        self._table.setRowCount(len(places) // across)
        self._table.setColumnCount(across + beside)
        for number, name in enumerate(names or []):
            item = QTableWidgetItem(plant_texts.field(name))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._table.setItem(number, 0, item)
        for number, place in enumerate(places):
            self._table.setItem(number // across, number % across + beside, self._item(place))

    def _item(self, place: Place) -> QTableWidgetItem:
        assert self._draft is not None
        edit, theme = self._draft.edit_of(place), self._theme
        item = QTableWidgetItem(plant_texts.shown(self._draft.shown(place)))
        item.setData(PLACE_ROLE, place)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._may_edit() and place[2] not in FIXED:
            flags |= Qt.ItemFlag.ItemIsEditable
        item.setFlags(flags)
        if edit is not None:
            outside = edit in self._draft.conflicts()
            item.setBackground(QColor(theme.priority(3) if outside else theme.band(PENDING_TINT)))
            item.setForeground(QColor(theme.on_priority if outside else theme.accent))
            bold = item.font()
            bold.setBold(True)
            item.setFont(bold)
            now = plant_texts.told(self._draft.in_file(place))
            text = self.tr("waits: {old} → {new}; the file says {now}")
            old, new = plant_texts.told(edit.before), plant_texts.told(edit.after)
            item.setToolTip(text.format(old=old, new=new, now=now))
        elif self._draft.in_file(place) is None:
            item.setForeground(QColor(theme.muted))
            item.setToolTip(self.tr("The file says nothing; this is taken."))
        return item

    def _show_state(self) -> None:
        draft, may = self._draft, self._may_edit()
        waiting = len(draft.edits) if draft is not None else 0
        outside = draft.conflicts() if draft is not None else []
        self._who.setText("" if may else self.tr("Only an engineer changes the plant; sign in as one."))
        self._who.setVisible(not may)
        if self._trouble:
            text = self._trouble
        elif outside:
            names = ", ".join(plant_texts.edit_name(one) for one in outside)
            text = self.tr("◆ Changed outside meanwhile: {names}. Type it again, or discard.")
            text = text.format(names=names)
        elif waiting:
            text = self.tr("{count} changes wait; nothing is written until you apply them.")
            text = text.format(count=waiting)
        else:
            text = self.tr("As in {file}.").format(file=self.context.plant_file)
        self._state.setText(text)
        for place, section in enumerate(SECTIONS):
            here = sum(one.section == section for one in draft.edits) if draft is not None else 0
            name = plant_texts.section(section)
            self._tabs.setTabText(place, f"{name} ({here})" if here else name)
        why = self.tr("Shows all changes that wait, then has the station write them; there must be some.")
        allow(self._apply, may and waiting > 0 and not outside, why if may else self._who.text())
        allow(self._discard, waiting > 0, self.tr("Forgets the changes that wait."))

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._show)
        self._table.itemChanged.connect(self._on_item_changed)
        self._apply.clicked.connect(self.apply)
        self._discard.clicked.connect(self.discard)
        self.context.session.changed.connect(self._show)

    def _arrange(self) -> None:
        for _ in SECTIONS:
            self._tabs.addTab("")
        self._tabs.setExpanding(False)
        self._table.setObjectName("plant_table")
        self._table.verticalHeader().setVisible(False)
        self._table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self._table.setAlternatingRowColors(True)
        self._table.setShowGrid(False)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self._table.setItemDelegate(_Delegate(self))
        for label in (self._who, self._state):
            label.setWordWrap(True)
        self._who.setObjectName("strong")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self._tabs)
        rows.addWidget(self._who)
        rows.addWidget(self._table, 1)
        row = QHBoxLayout()
        row.addWidget(self._state, 1)
        row.addWidget(self._discard)
        row.addWidget(self._apply)
        rows.addLayout(row)


class _Delegate(QStyledItemDelegate):
    """Offers a list where a key has one."""

    def __init__(self, page: PlantPage) -> None:
        super().__init__(page)
        self._page = page

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A list to choose from, else a line."""
        place = index.data(PLACE_ROLE)
        offered = plant_texts.choices(self._page.context.plant, place[2]) if place is not None else []
        if not offered:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.setEditable(True)
        box.addItems(offered)
        return box
