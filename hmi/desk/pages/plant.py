"""Plant: meters, points, lines, tariff, equipment; changes wait, are confirmed together, and are audited."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from devices.datafile import DataFileError, toml_data
from hmi.desk import plant_texts, texts
from hmi.desk.access import allow, recording
from hmi.desk.add_item import FIELDS as ADDABLE
from hmi.desk.add_item import AddItemDialog
from hmi.desk.context import DeskContext
from hmi.desk.line_budgets import budget_sentence, tight_lines
from hmi.desk.numbers import Counted
from hmi.desk.page import Page
from hmi.desk.page import Place as Goal
from hmi.desk.plant_confirm import ConfirmDialog
from hmi.desk.plant_draft import Place, PlantDraft
from hmi.desk.plant_table import PLACE_ROLE, PlantTable
from hmi.desk.snapshot_model import World
from hmi.plant_edits import changed
from hmi.plant_fields import FIXED, LISTS
from hmi.roles import Permission
from hmi.station.payloads import EditPlant, payload_of
from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from widgets.theme import LIGHT, Theme

if TYPE_CHECKING:
    from devices.budget import LineBudget
    from hmi.desk.find_meters import FindMetersDialog

LOOK_EVERY_S = 2.0
SECTIONS = tuple(plant_texts.SECTIONS)


class PlantPage(Page):
    """A table of each part of the plant file; `draft` holds the file and the pending edits."""

    page_id = "plant"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._theme = LIGHT
        self._draft: PlantDraft | None = None
        self._looking, self._asked_s = False, -LOOK_EVERY_S
        self._trouble = ""
        self._station_runs = False
        self._tabs, self._table = QTabBar(), PlantTable()
        self._add, self._remove, self._find = QPushButton(), QPushButton(), QPushButton()
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
            "The plant as its file describes it. An engineer changes values by double click or typing, adds "
            "and removes lines, meters and machines, and finds meters by asking on a line: all of it waits, "
            "marked, until it is applied together after one confirmation. The station checks the "
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
        self._station_runs = world.station_runs
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
            items = self._draft.ids(section)
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
        self._add.setText(self.tr("Add …"))
        self._find.setText(self.tr("Find meters …"))
        self._apply.setText(self.tr("Apply …"))
        self._discard.setText(self.tr("Discard"))
        self._show()

    def apply(self) -> None:
        """Asks how long the lines would then need, then shows all that waits for one confirmation."""
        draft = self._draft
        if draft is None or not draft.waiting or draft.conflicts() or not self._may_edit():
            return
        context = self.context
        data, speed = changed(draft.data, draft.edits, draft.items), context.clock.speed

        def budgets(_store: Store) -> list[LineBudget]:
            return tight_lines(data, context.plant_file, context.data_dir, speed)

        context.reader.submit(budgets, partial(self._confirm, draft), context.messages.warn)

    def _confirm(self, draft: PlantDraft, tight: list[LineBudget]) -> None:
        """Old → new, and which line would not keep its period."""
        if self._draft != draft:
            return  # changed outside meanwhile
        dialog = ConfirmDialog(self, draft.waiting, [budget_sentence(one) for one in tight])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self._on_confirmed)
        dialog.open()

    def add(self) -> None:
        """Asks for something new in the part that is shown."""
        if self._draft is not None and self._may_edit() and self._section() in ADDABLE:
            self._open(AddItemDialog(self, self._draft, self._section()))

    def remove(self) -> None:
        """Takes the selected line, meter, machine or PLC out, or back in if it was to go."""
        draft, section = self._draft, self._section()
        item = self._table.selected_id() if section in LISTS else ""
        if draft is None or not self._may_edit() or not self._can_remove():
            return
        pending = draft.item_edit(section, item)
        going = pending is not None and pending.after is None
        self._take(draft.kept(section, item) if going else draft.without_item(section, item))

    def find_meters(self) -> None:
        """Opens the search for meters on a line."""
        if self._draft is not None and self._may_edit():
            from hmi.desk.find_meters import FindMetersDialog  # brings pyserial and pymodbus along

            self._open(FindMetersDialog(self, self.context, self._draft, self._station_runs))

    def discard(self) -> None:
        """Forgets what waits."""
        if self._draft is not None:
            self._draft = PlantDraft(self._draft.data)
            self._show()

    def close_down(self) -> None:
        """Ends a search for meters that may be going on."""
        for dialog in self.findChildren(QDialog):
            dialog.reject()

    def _open(self, dialog: AddItemDialog | FindMetersDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.added.connect(self._take)
        dialog.open()

    def _take(self, draft: PlantDraft) -> None:
        self._draft = draft
        self._show()

    def _can_remove(self) -> bool:
        if self._draft is None:
            return False
        section = self._section()
        if section in LISTS:
            return bool(self._table.selected_id())
        return section == "plc" and bool(self._draft.data.get("plc") or self._draft.item_edit("plc", ""))

    def _show_buttons(self, *_: int) -> None:
        draft, section, may = self._draft, self._section(), self._may_edit()
        who = self._who.text()
        new = section in ADDABLE and not (section == "plc" and draft is not None and draft.data.get("plc"))
        why = self.tr("Asks for a new one; it waits until all is applied.")
        none = self.tr("Nothing is added here; lines, meters, machines and a PLC are.")
        allow(self._add, may and new, (why if new else none) if may else who)
        pending = draft.item_edit(section, self._table.selected_id()) if draft is not None else None
        going = pending is not None and pending.after is None
        self._remove.setText(self.tr("Keep") if going else self.tr("Remove"))
        why = self.tr("Takes out what is selected once all is applied; its history stays.")
        none = self.tr("Select a line, a meter or a machine first.")
        can = self._can_remove()
        allow(self._remove, may and can, (why if can else none) if may else who)
        why = self.tr("Asks on a port, reading only, which meters hang on it.")
        allow(self._find, may, why if may else who)

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
        payload = EditPlant(list(self._draft.edits), reason, list(self._draft.items))
        self._table.setFocus()  # else the next control takes the keys that are typed on
        allow(self._apply, False, self.tr("The station is writing the changes …"))
        self.context.ask(RequestKind.EDIT_PLANT, payload_of(payload), self._on_answer)

    def _on_answer(self, answered: Request) -> None:
        if answered.accepted:
            self.context.messages.inform(
                self.tr("The plant is changed; the station begins anew with it, then this desk can show it.")
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
        self._show_state()
        if self._draft is not None:
            self._table.show_section(self._draft, self._section(), self._theme, self._may_edit())
        self._show_buttons()

    def _section(self) -> str:
        return SECTIONS[self._tabs.currentIndex()]

    def _show_state(self) -> None:
        draft, may = self._draft, self._may_edit()
        waiting = len(draft.waiting) if draft is not None else 0
        outside = draft.conflicts() if draft is not None else []
        fault = plant_texts.fault(draft) if draft is not None and waiting else ""
        only = self.tr("Only an engineer changes the plant; sign in as one.")
        why_not = recording() if self.context.session.replay else only
        self._who.setText("" if may else why_not)
        self._who.setVisible(not may)
        if self._trouble:
            text = self._trouble
        elif outside:
            names = ", ".join(plant_texts.edit_name(one) for one in outside)
            text = self.tr("◆ Changed outside meanwhile: {names}. Type it again, or discard.")
            text = text.format(names=names)
        elif waiting:
            text = self.tr(
                "{count:change waits|changes wait}; nothing is written until you apply {count:=it|them}."
            )
            text = text.format(count=Counted(waiting))
            if fault:
                text = self.tr(
                    "{count:change waits|changes wait}, and {count:=does not fit|do not fit together} yet: "
                    "{fault}"
                )
                text = text.format(count=Counted(waiting), fault=fault)
        else:
            text = self.tr("As in {file}.").format(file=self.context.plant_file)
        self._state.setText(text)
        for place, section in enumerate(SECTIONS):
            here = sum(one.section == section for one in draft.waiting) if draft is not None else 0
            name = plant_texts.section(section)
            self._tabs.setTabText(place, f"{name} ({here})" if here else name)
        why = self.tr("Shows all changes that wait, then has the station write them; there must be some.")
        fits = waiting > 0 and not outside and not fault
        allow(self._apply, may and fits, (text if fault else why) if may else self._who.text())
        allow(self._discard, waiting > 0, self.tr("Forgets the changes that wait."))

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._show)
        self._table.itemChanged.connect(self._on_item_changed)
        self._table.currentCellChanged.connect(self._show_buttons)
        self._add.clicked.connect(self.add)
        self._remove.clicked.connect(self.remove)
        self._find.clicked.connect(self.find_meters)
        self._apply.clicked.connect(self.apply)
        self._discard.clicked.connect(self.discard)
        self.context.session.changed.connect(self._show)

    def _arrange(self) -> None:
        for _ in SECTIONS:
            self._tabs.addTab("")
        self._tabs.setExpanding(False)
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
        for button in (self._add, self._remove, self._find):
            row.addWidget(button)
        row.addWidget(self._state, 1)
        row.addWidget(self._discard)
        row.addWidget(self._apply)
        rows.addLayout(row)
