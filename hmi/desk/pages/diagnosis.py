"""Diagnosis, level 4: how lines and meters answer, what the station does, and what raw frames say."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout

from devices.datafile import DataFileError
from devices.line_events import TracedFrame
from hmi.data_folder import database_path
from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.fault_texts import line_trouble
from hmi.desk.numbers import NONE, number, percent
from hmi.desk.page import Page, Place
from hmi.desk.pages.diagnosis_frames import FramesTab
from hmi.desk.quality import shown, stale_after_ms
from hmi.desk.snapshot_model import World
from hmi.plant import Plant
from hmi.station.codes import AlarmKind
from hmi.store.database import Store
from hmi.store.records import LineStatus, MeterStatus
from hmi.store.status import line_frames, meter_statuses
from solver.durations import MINUTE_MS
from widgets.quality_mark import Mark
from widgets.rows_table import RowsTable

if TYPE_CHECKING:  # what reads meters stays out of the desk until somebody looks here
    from devices.budget import LineBudget

LOAD_EVERY_S = 2.0
TABS = ("meters", "lines", "frames", "station")


@dataclass(frozen=True, slots=True)
class Health:
    """What is read from the database and the disk for this page."""

    meters: dict[str, MeterStatus]
    database_bytes: int
    journal_bytes: int
    free_bytes: int
    budgets: dict[str, LineBudget]  # by line; empty where a profile cannot be read
    line: str  # whose raw frames `frames` are
    frames: list[TracedFrame]


class DiagnosisPage(Page):
    """Tables of meters, lines, frames and the station's health."""

    page_id = "diagnosis"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._world: World | None = None
        self._health: Health | None = None
        self._loading, self._asked_s = False, -math.inf
        self._tabs = QTabWidget()
        self._meters, self._lines = RowsTable("diagnosis_meters"), RowsTable("diagnosis_lines")
        self._frames = FramesTab(context)
        self._frames.line_chosen.connect(self._on_line_chosen)
        self._station = RowsTable("diagnosis_station")
        self._arrange()
        self.retranslate()

    def title(self) -> str:
        """The page's name."""
        return texts.page(self.page_id)

    def help_text(self) -> str:
        """What the page is for."""
        return self.tr(
            "How the field does, for whoever mends it. Meters: when each last gave a good value, how soon it "
            "answers (the median, and 95 of 100 times), and what went wrong, counted since the line "
            "was opened. A meter that has stopped answering is asked ever more rarely. Lines: the same for "
            "all on a line, how busy it is and how late, and how long reading everything once takes by its "
            "speed beside the shortest period that is wanted. Frames: the "
            "last that passed on a line, what the station wrote to the PLC and what came back, and any frame "
            "that you paste, in words. Station: "
            "its sign of life, the database and the disk."
        )

    def show_world(self, world: World) -> None:
        """Shows the field as it is now."""
        self._world = world
        if self.isVisible():
            self._load()
            self._show()

    def show_target(self, target: str) -> None:
        """A tab, or a meter or line by its id."""
        if target in TABS:
            self._tabs.setCurrentIndex(TABS.index(target))
            return
        for place, table in ((0, self._meters), (1, self._lines)):
            table.choose(target)
            if table.chosen() == target:
                self._tabs.setCurrentIndex(place)
                return

    def places(self) -> list[Place]:
        """The tabs, every line and every meter."""
        title, plant = self.title(), self.context.plant
        found = [
            Place(f"{title}: {self._tabs.tabText(place)}", self.page_id, name)
            for place, name in enumerate(TABS)
        ]
        ids = [*(line.id for line in plant.lines), *(meter.id for meter in plant.meters)]
        return found + [Place(f"{title}: {item}", self.page_id, item) for item in ids]

    def is_settled(self) -> bool:
        """Whether the figures have arrived."""
        return self._health is not None and not self._loading

    def showEvent(self, event: QShowEvent) -> None:
        """Reads the figures when the page is looked at."""
        super().showEvent(event)
        self._asked_s = -math.inf
        self._load()
        self._show()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        names = (self.tr("Meters"), self.tr("Lines"), self.tr("Frames"), self.tr("Station"))
        for place, name in enumerate(names):
            self._tabs.setTabText(place, name)
        answers = [
            self.tr("OK"),
            self.tr("Time-outs"),
            self.tr("Damaged"),
            self.tr("Refused"),
            self.tr("Median, ms"),
            self.tr("95 % within, ms"),
        ]
        state = self.tr("State")  # beside the name: what is looked for is never out of sight
        meter = [self.tr("Meter"), state, self.tr("Line"), self.tr("Last good"), *answers, self.tr("Stuck")]
        self._meters.set_headers(meter, range(3, 11))
        line = [self.tr("Line"), state, *answers, self.tr("Late frames"), self.tr("Late by, s")]
        self._lines.set_headers([*line, self.tr("Round / period, s"), self.tr("Busy")], range(2, 12))
        self._station.set_headers([self.tr("What"), self.tr("Value")])
        self._frames.retranslate()
        self._show()

    def decode(self, text: str) -> None:
        """Says what a raw frame says."""
        self._frames.decode(text)

    @Slot()
    def _on_line_chosen(self) -> None:
        self._asked_s = -math.inf
        self._load()

    def _load(self) -> None:
        now_s = self.context.clock.monotonic_s()
        if self._loading or now_s - self._asked_s < LOAD_EVERY_S:
            return
        self._loading, self._asked_s = True, now_s
        path, plant = database_path(self.context.data_dir), self.context.plant
        data_dir, speed = self.context.data_dir, self.context.clock.speed
        known = None if self._health is None else self._health.budgets
        line = self._frames.line

        def load(store: Store) -> Health:
            budgets = _budgets(plant, data_dir, speed) if known is None else known
            log = _size(Path(f"{path}-wal"))
            frames = line_frames(store, line)
            return Health(meter_statuses(store), _size(path), log, _free(path.parent), budgets, line, frames)

        self.context.reader.submit(load, self._on_health, self._on_failed)

    def _on_health(self, health: Health) -> None:
        self._loading = False
        self._health = health
        self._show()

    def _on_failed(self, _sentence: str) -> None:
        self._loading = False

    def _show(self) -> None:
        world, health = self._world, self._health
        if world is None or health is None:
            return
        plant = self.context.plant
        devices = [(meter.id, meter.line) for meter in plant.meters]
        devices += [] if plant.plc is None else [(plant.plc.id, plant.plc.line)]
        good_ms, points = _last_good_ms(world), _foremost_points(world)
        rows = [
            self._meter_row(
                world, health.meters.get(name), name, line, good_ms.get(name, 0), points.get(name, "")
            )
            for name, line in devices
        ]
        self._meters.set_rows(rows, [name for name, _ in devices])
        lines = [line.id for line in plant.lines]
        self._lines.set_rows(
            [self._line_row(world.lines.get(line), line, world.station_runs) for line in lines], lines
        )
        if health.line == self._frames.line:
            self._frames.take(world.commands, health.frames)
        self._station.set_rows(_station_rows(self.context, world, health))

    def _meter_row(
        self, world: World, status: MeterStatus | None, name: str, line: str, good_ms: int, point: str
    ) -> tuple[str, ...]:
        last_ms = max(good_ms, status.last_ok_ms or 0 if status is not None else 0)
        age = texts.hours_minutes((world.t_ms - last_ms) / MINUTE_MS) if last_ms else NONE
        stuck = str(status.stale) if status is not None else NONE
        if point:
            value = shown(world, point, stale_after_ms(self.context.plant, self.context.clock, point))
            told = value.mark in (Mark.GOOD, Mark.UNCERTAIN) and self._misfit(world, name)
            state = told or value.sentence or self.tr("good")
        else:
            state = self._answer_state(world, status, name)
        if status is not None and status.waits_s > 0:
            text = self.tr("{state}; asked again in {seconds} s")
            state = text.format(state=state, seconds=number(status.waits_s))
        return (name, state, line, age, *_answers(status), stuck)

    def _answer_state(self, world: World, status: MeterStatus | None, device: str) -> str:
        """Of what keeps no readings, as the PLC: whether it answers."""
        if status is None or status.last_ok_ms is None:
            return self.tr("no reading yet")
        age_ms = world.t_ms - status.last_ok_ms
        if age_ms > stale_after_ms(self.context.plant, self.context.clock, device):
            return self.tr("silent for {age}").format(age=texts.hours_minutes(age_ms / MINUTE_MS))
        return self.tr("answers")

    def _misfit(self, world: World, name: str) -> str:
        """That its ident register does not fit its profile, in short; "" where it does."""
        key = f"{AlarmKind.OTHER_MODEL}:{name}"
        found = next((alarm for alarm in world.alarms if alarm.key == key and alarm.active), None)
        if found is None:
            return ""
        if found.detail.get("reason") != AlarmKind.OTHER_MODEL:
            return self.tr("does not say its model")
        return self.tr("another model: says {says}").format(says=found.detail.get("says", NONE))

    def _line_row(self, status: LineStatus | None, line: str, runs: bool) -> tuple[str, ...]:
        port = next(one.port for one in self.context.plant.lines if one.id == line)
        budget = self._budget(line)
        if status is None:
            return (line, self.tr("not opened yet"), *_answers(None), NONE, NONE, budget, NONE)
        trouble = line_trouble(status.reason, line, port) or self.tr("not connected")
        connected = self.tr("connected") if runs else self.tr("was connected; no station says how it is now")
        return (
            line,
            connected if status.connected else trouble,
            *_answers(status),
            str(status.late_frames),
            number(status.lateness_s, 1),
            budget,
            percent(status.load),
        )

    def _budget(self, line: str) -> str:
        """How long reading everything once takes, of the shortest period; marked where it does not fit."""
        found = None if self._health is None else self._health.budgets.get(line)
        if found is None or not found.period_s:
            return NONE
        digits = 1 if found.period_s < 100 else 0
        text = f"{number(found.cycle_s, 1)} / {number(found.period_s, digits)}"
        return text if found.fits else self.tr("{budget}: too slow").format(budget=text)

    def _arrange(self) -> None:
        for tab in (self._meters, self._lines, self._frames, self._station):
            self._tabs.addTab(tab, "")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        panel = QFrame()
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._tabs)
        whole.addWidget(panel)


def _last_good_ms(world: World) -> dict[str, int]:
    """When anything of each meter was good last."""
    found: dict[str, int] = {}
    for point, reading in world.good.items():
        device = point.partition(".")[0]
        found[device] = max(found.get(device, 0), reading.t_ms)
    return found


def _foremost_points(world: World) -> dict[str, str]:
    """By meter the point that speaks for it: its power, or the first that it has."""
    found: dict[str, str] = {}
    for point in sorted(world.newest):
        device, _, quantity = point.partition(".")
        if quantity == "power_kw" or device not in found:
            found[device] = point
    return found


def _answers(status: LineStatus | MeterStatus | None) -> tuple[str, ...]:
    if status is None:
        return (NONE,) * 6
    answered = status.ok > 0
    return (
        number(status.ok),
        number(status.timeouts),
        number(status.bad_checksums),
        _refusals(status),
        number(status.latency_p50_ms) if answered else NONE,
        number(status.latency_p95_ms) if answered else NONE,
    )


def _refusals(status: LineStatus | MeterStatus) -> str:
    """How many, and of a meter how many of each exception code: 14 (02: 12, 06: 2)."""
    count = number(status.exceptions)
    codes = status.exception_codes if isinstance(status, MeterStatus) else ()
    told = ", ".join(f"{code:02X}: {number(times)}" for code, times in codes)
    return f"{count} ({told})" if told else count


def _station_rows(context: DeskContext, world: World, health: Health) -> list[tuple[str, ...]]:
    beat = world.heartbeat_wall_ms
    age = NONE if beat is None else _ago(max(0, world.wall_ms - beat))
    mb = 1 << 20
    return [
        (QCoreApplication.translate("diagnosis", "Station's last sign of life"), age),
        (QCoreApplication.translate("diagnosis", "Data folder"), str(context.data_dir)),
        (QCoreApplication.translate("diagnosis", "Plant file"), str(context.plant_file)),
        (QCoreApplication.translate("diagnosis", "Database"), f"{number(health.database_bytes / mb, 1)} MB"),
        (
            QCoreApplication.translate("diagnosis", "Its journal"),
            f"{number(health.journal_bytes / mb, 1)} MB",
        ),
        (QCoreApplication.translate("diagnosis", "Free on the disk"), f"{number(health.free_bytes / mb)} MB"),
        (QCoreApplication.translate("diagnosis", "Points that were read"), number(len(world.newest))),
        (QCoreApplication.translate("diagnosis", "Plant time runs at"), f"×{context.clock.speed:g}"),
    ]


def _ago(age_ms: int) -> str:
    text = QCoreApplication.translate("diagnosis", "{age} ago")
    return text.format(age=texts.hours_minutes(age_ms / MINUTE_MS))


def _budgets(plant: Plant, data_dir: Path, speed: float) -> dict[str, LineBudget]:
    """What each line can do by its speed and meters, in the reader's thread: it loads their profiles."""
    from hmi.station.field import line_budgets, load_field

    try:
        field = load_field(plant, data_dir)
    except DataFileError:
        return {}
    return {budget.line: budget for budget in line_budgets(field, speed)}


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free if folder.exists() else 0
