"""The day's alarms in figures, each beside what EEMUA 191 and ISA-18.2 call acceptable."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from hmi.desk import alarm_texts, texts
from hmi.desk.alarm_figures import (
    FLOOD,
    MOST_IN_A_DAY,
    MOST_IN_AN_HOUR,
    MOST_IN_FLOOD,
    MOST_IN_TEN_MINUTES,
    MOST_STANDING,
    PRIORITY_SHARES,
    STALE_MS,
    AlarmFigures,
)
from hmi.desk.context import DeskContext
from hmi.desk.numbers import Counted, number, percent
from hmi.store.records import Alarm
from widgets.count_bars import CountBars
from widgets.rows_table import RowsTable
from widgets.theme import PRIORITY_SHAPES, Theme

LEAST_FOR_SHARES = 20  # calls; of fewer no share says anything
Row = tuple[str, str, str, bool]  # what, how much, at most, whether it is acceptable


class AlarmFigureView(QWidget):
    """Bars of the day and a table of figures."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._figures: AlarmFigures | None = None
        self._standing = self._stale = 0
        self._caption, self._bars, self.table = QLabel(), CountBars(), RowsTable("alarm_figures")
        self._caption.setObjectName("muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 4)
        for part in (self._caption, self._bars):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._caption.setText(
            self.tr("Alarms in each ten minutes of the last day; above {n} they are a flood").format(n=FLOOD)
        )
        self.table.set_headers(
            [self.tr("Figure"), self.tr("Now"), self.tr("At most"), self.tr("Verdict")], (1, 2), 0
        )
        self.table.setAccessibleName(self.tr("Figures of alarms"))
        self._show()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._bars.show_theme(theme)

    def show_standing(self, standing: Sequence[Alarm], t_ms: int) -> None:
        """Takes the alarms that stand now."""
        stale = sum(t_ms - alarm.raised_ms > STALE_MS for alarm in standing)
        if (len(standing), stale) != (self._standing, self._stale):
            self._standing, self._stale = len(standing), stale
            self._show()

    def show_figures(self, figures: AlarmFigures) -> None:
        """Takes the figures of the day."""
        if self._figures is None or figures != self._figures:
            self._figures = figures
            self._show()

    def _show(self) -> None:
        found = self._figures
        if found is None:
            return
        words = self.tr("{n:alarm|alarms} in the worst ten minutes of the last day").format(
            n=Counted(found.most_in_ten_minutes)
        )
        self._bars.show_counts(found.bins, FLOOD, words, self._moments())
        rows = [*self._rates(found), *self._states(found), *self._shares(found)]
        good, bad = self.tr("acceptable"), self.tr("✕ too many")
        self.table.set_rows(
            [(what, now, most, good if is_good else bad) for what, now, most, is_good in rows],
            [str(index) for index in range(len(rows))],
        )

    def _moments(self) -> list[str]:
        """What stands below the bars: how long ago."""
        ago = self.tr("{age} ago")
        hours = [ago.format(age=texts.hours(count)) for count in (24, 18, 12, 6)]
        return [*hours, self.tr("now")]

    def _rates(self, found: AlarmFigures) -> list[Row]:
        mean = found.mean_in_ten_minutes
        return [
            _count(self.tr("Alarms in the last ten minutes"), found.ten_minutes, MOST_IN_TEN_MINUTES),
            _count(self.tr("Alarms in the last hour"), found.hour, MOST_IN_AN_HOUR),
            _count(self.tr("Alarms in the last day"), found.day, MOST_IN_A_DAY),
            (
                self.tr("Mean in ten minutes, last day"),
                number(mean, 2),
                str(MOST_IN_TEN_MINUTES),
                mean <= MOST_IN_TEN_MINUTES,
            ),
            _count(self.tr("Most in ten minutes, last day"), found.most_in_ten_minutes, FLOOD),
            _share(self.tr("Share of the day in a flood"), found.flood_share, MOST_IN_FLOOD),
        ]

    def _states(self, found: AlarmFigures) -> list[Row]:
        names = ", ".join(alarm_texts.called(self._context, key) for key in found.chattering[:3])
        chattering = self.tr("Chattering alarms, last day")
        return [
            _count(self.tr("Standing alarms"), self._standing, MOST_STANDING),
            _count(self.tr("Stale: standing for more than a day"), self._stale, 0),
            _count(f"{chattering}: {names}" if names else chattering, len(found.chattering), 0),
        ]

    def _shares(self, found: AlarmFigures) -> list[Row]:
        total = sum(found.by_priority)
        rows = []
        for priority, count in enumerate(found.by_priority, start=1):
            what = self.tr("Share of priority {shape} {n}, last day").format(
                shape=PRIORITY_SHAPES[priority].value, n=priority
            )
            share, most = count / max(1, total), PRIORITY_SHARES[priority]
            is_good = total < LEAST_FOR_SHARES or priority > 2 or share <= most
            rows.append((what, percent(share), percent(most), is_good))
        return rows


def _count(what: str, count: int, most: int) -> Row:
    return (what, str(count), str(most), count <= most)


def _share(what: str, share: float, most: float) -> Row:
    return (what, percent(share, 1), percent(most), share <= most)
