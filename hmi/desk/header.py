"""The strip above every page: plant and time, tariff, load, alarms, lines, and who is signed in."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
)

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.fault_texts import line_trouble
from hmi.desk.numbers import Counted, Local
from hmi.desk.quality import plant_load
from hmi.desk.snapshot_model import World
from solver.durations import MINUTE_MS
from solver.errors import TariffError
from solver.tariff import BandNow, band_at
from widgets.alarm_badge import AlarmBadge
from widgets.elided_label import ElidedLabel
from widgets.quality_mark import QualityMark
from widgets.theme import LIGHT, Theme

HEIGHT_PX = 56
SPACE_PX = 14
NARROW_PX = 1200  # below, each two texts stand under one another
LEAST_WIDTH_PX = 880
LEAST_PLANT_PX = 60


class Header(QFrame):
    """Shows the World's most important figures; `operator` is the button whose menu the window fills."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(HEIGHT_PX)
        self.setMinimumWidth(LEAST_WIDTH_PX)
        self._context = context
        self._theme = LIGHT
        self._band = ""
        self._bands: tuple[BandNow, BandNow] | None = None
        self._bands_from_ms = 0
        self._plant, self._time, self._tariff = ElidedLabel("strong"), QLabel(), QLabel()
        self._is_narrow = False
        self._tariff_words = self._person_words = ""
        self._load, self._load_mark, self._lines = QLabel(), QualityMark(), QLabel()
        self._badges = [AlarmBadge(priority) for priority in (1, 2, 3, 4)]
        self.operator = QToolButton()
        self._arrange()
        self.retranslate()

    @property
    def load_text(self) -> str:
        """The shop-floor's load as it is shown."""
        return self._load.text()

    @property
    def lines_text(self) -> str:
        """How many lines are up as it is shown."""
        return self._lines.text()

    @property
    def alarm_counts(self) -> tuple[int, ...]:
        """The standing alarms of priority 1 to 4 as they are shown."""
        return tuple(badge.count for badge in self._badges)

    def show_world(self, world: World) -> None:
        """Shows the plant as it is now."""
        self._show_time(world)
        self._show_tariff(world)
        self._show_load(world)
        self._show_alarms(world)
        self._show_lines(world)

    def show_person(self) -> None:
        """Shows who is signed in."""
        session, tip = self._context.session, ""
        person = session.person
        if session.replay:
            text = self.tr("Recording")
        elif person is None and session.left_by:
            text = self.tr("Locked · {name}").format(name=session.left_by)
            tip = self.tr("The desk locks itself when nobody touches it; viewing goes on. Sign in to act.")
        elif person is None:
            text = self.tr("Not signed in")
        else:
            text = self.tr("{name} · {role}").format(name=person.name, role=texts.role(person.role))
        self._person_words = f"{text}  ▾"
        self.operator.setText(self._folded(self._person_words))
        self.operator.setAccessibleName(text)
        self.operator.setToolTip(tip)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self._load_mark.show_theme(theme)
        for badge in self._badges:
            badge.show_theme(theme)
        self._tint_tariff()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts texts under one another on a narrow screen, and back beside one another on a wide one."""
        super().resizeEvent(event)
        if (self.width() < NARROW_PX) is not self._is_narrow:
            self._is_narrow = not self._is_narrow
            self._fold()

    def retranslate(self) -> None:
        """Puts the fixed texts into the present language; the others follow with the next World."""
        self._plant.setText(self._context.plant.name)
        self._load.setText(self.tr("load {value}").format(value="–"))
        self.show_person()

    def _fold(self) -> None:
        narrow = self._is_narrow
        self._when.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._when.setSpacing(0 if narrow else SPACE_PX)
        (self._under_load if narrow else self._beside_badges).addWidget(self._lines)
        self._tariff.setText(self._folded(self._tariff_words))
        self.operator.setText(self._folded(self._person_words))

    def _folded(self, words: str) -> str:
        """On two lines where the header is narrow: what comes after the dot, in every language, is second."""
        return words.replace(" · ", "\n", 1) if self._is_narrow else words

    def _show_time(self, world: World) -> None:
        moment = datetime.fromtimestamp(world.t_ms / 1000, self._context.plant.zone)
        day = QLocale().toString(QDate(moment.year, moment.month, moment.day), self.tr("ddd d MMM"))
        self._time.setText(f"{day} {moment.strftime('%H:%M:%S')}")

    def _show_tariff(self, world: World) -> None:
        try:
            now, after = self._bands_at(world.t_ms)
        except TariffError:
            self._tariff_words = self.tr("no tariff for today")
            self._tariff.setText(self._tariff_words)
            self._tariff.setToolTip(
                self.tr("The plant's tariff has no price for this moment; choose another in the plant file.")
            )
            return
        left_min = max(0, now.until_ms - world.t_ms) // MINUTE_MS
        self._tariff_words = self.tr(
            "{band} {price:.3f} {currency}/kWh · {next} in {hours}:{minutes:02d}"
        ).format(
            band=texts.band(now.name).upper(),
            price=Local(now.price_per_kwh),
            currency=self._context.currency,
            next=texts.band(after.name),
            hours=left_min // 60,
            minutes=left_min % 60,
        )
        self._tariff.setText(self._folded(self._tariff_words))
        self._tariff.setToolTip("")
        if now.name != self._band:
            self._band = now.name
            self._tint_tariff()

    def _bands_at(self, t_ms: int) -> tuple[BandNow, BandNow]:
        """The band in force and the next, looked up once a band; raises TariffError."""
        if self._bands is None or not self._bands_from_ms <= t_ms < self._bands[0].until_ms:
            tariff, zone = self._context.tariff, self._context.plant.zone
            now = band_at(tariff, t_ms, zone)
            self._bands, self._bands_from_ms = (now, band_at(tariff, now.until_ms, zone)), t_ms
        return self._bands

    def _show_load(self, world: World) -> None:
        plant = self._context.plant
        value = plant_load(world, plant, self._context.clock)
        self._load.setText(self.tr("load {value}").format(value=value.text("kW", 0)))
        self._load_mark.show_mark(value.mark, value.sentence)

    def _show_alarms(self, world: World) -> None:
        for priority, badge in enumerate(self._badges, start=1):
            count = world.standing.by_priority.get(priority, 0)
            text = self.tr("{count:alarm|alarms} of priority {priority}")
            badge.show_count(count, text.format(count=Counted(count), priority=priority))

    def _show_lines(self, world: World) -> None:
        if self._context.replay is not None:
            self._lines.setText(self.tr("lines: not recorded"))
            return
        if not world.station_runs:
            self._lines.setText(self.tr("lines: not known"))
            self._lines.setStyleSheet("")
            self._lines.setToolTip(self.tr("No station says how the lines are."))
            return
        wanted = [line.id for line in self._context.plant.lines]
        down = [one for one in wanted if one not in world.lines or not world.lines[one].connected]
        text = self.tr("lines {up}/{all}").format(up=len(wanted) - len(down), all=len(wanted))
        bad = bool(down)
        self._lines.setText(f"◆ {text}" if bad else text)
        look = f"color: {self._theme.priority(2)}; font-weight: 600;" if bad else ""
        if look != self._lines.styleSheet():  # Qt polishes anew, each second, though it is the same
            self._lines.setStyleSheet(look)
        self._lines.setToolTip("\n".join(self._line_troubles(world)))

    def _line_troubles(self, world: World) -> list[str]:
        known = [(line, world.lines[line.id]) for line in self._context.plant.lines if line.id in world.lines]
        return [
            line_trouble(status.reason, line.id, line.port) for line, status in known if not status.connected
        ]

    def _tint_tariff(self) -> None:
        self._tariff.setStyleSheet(
            f"background: {self._theme.band(self._band)}; border-radius: 4px; padding: 0 10px;"
        )

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(SPACE_PX)
        self._plant.setMinimumWidth(LEAST_PLANT_PX)
        self._load.setObjectName("strong")
        self.operator.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._tariff.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._tariff.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._when, self._under_load, self._beside_badges = QHBoxLayout(), QVBoxLayout(), QHBoxLayout()
        for part in (self._plant, self._time):
            self._when.addWidget(part)
        load = QHBoxLayout()
        load.setSpacing(SPACE_PX)
        load.addWidget(self._load)
        load.addWidget(self._load_mark)
        self._under_load.setSpacing(0)
        self._under_load.addLayout(load)
        self._beside_badges.addWidget(self._lines)
        row.addLayout(self._when)
        row.addStretch(1)
        row.addWidget(self._tariff)
        row.addStretch(1)
        row.addLayout(self._under_load)
        row.addStretch(1)
        for badge in self._badges:
            row.addWidget(badge)
        row.addStretch(1)
        row.addLayout(self._beside_badges)
        row.addStretch(1)
        row.addWidget(self.operator)
