"""The figures under the curves: each point now, or between the two cursors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QStyleOptionViewItem

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number, percent
from hmi.desk.quality import plant_load, shown, stale_after_ms
from hmi.desk.snapshot_model import World
from hmi.desk.trend_data import Between, point_title, unit_of, whole_point
from solver.durations import DAY_MS
from widgets.point_list import SWATCH_PX, swatch
from widgets.rows_table import CellDelegate, Index, RowsTable

HEIGHT_PX = 190
FIGURES = 7
PLAIN_YEAR_MS = 180 * DAY_MS


class SwatchDelegate(CellDelegate):
    """Puts a curve's colour before its point's name."""

    icons: Mapping[str, QIcon] = MappingProxyType({})

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """The name, with a square of its curve's colour."""
        super().initStyleOption(option, index)
        icon = self.icons.get(self._model.key(index.row())) if index.column() == 0 else None
        if icon is not None:
            option.icon = icon
            option.decorationSize = QSize(SWATCH_PX, SWATCH_PX)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration


class TrendReadout(RowsTable):
    """One row a point."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__("trend_readout")
        self._context = context
        self._swatches = SwatchDelegate(self._model, self)
        self.setItemDelegate(self._swatches)
        self.setFixedHeight(HEIGHT_PX)

    def show_colours(self, colours: Mapping[str, str]) -> None:
        """The colour of each point's curve: the list beside may be filtered or scrolled."""
        self._swatches.icons = {point: swatch(colour) for point, colour in colours.items()}
        self.viewport().update()

    def show_now(
        self, points: Sequence[str], world: World | None, means_until_ms: Mapping[str, int], from_ms: int
    ) -> None:
        """Shows the newest values and how far to believe them, and which readings since a time are means."""
        self.set_headers([self.tr("Point"), self.tr("Now"), self.tr("Quality")], numbers=[1])
        seen = {point: until for point, until in means_until_ms.items() if until > from_ms}
        self.set_rows([self._now_row(point, world, seen.get(point)) for point in points], points)

    def show_between(
        self, points: Sequence[str], cursors: tuple[int, int], between: Mapping[str, Between]
    ) -> None:
        """Shows the values at both cursors and what lies between them; dots while it is not known yet."""
        zone, now_ms = self._context.plant.zone, self._context.clock.now_ms()
        year_is_plain = now_ms - min(cursors) < PLAIN_YEAR_MS  # the names of the points need the room
        say = texts.date_and_time if year_is_plain else texts.day_and_time
        first, last = (say(t_ms, zone) for t_ms in sorted(cursors))
        cost = self.tr("Cost, {currency}").format(currency=self._context.currency)
        energy = self.tr("Energy, kWh")
        figures = [self.tr("Difference"), self.tr("Mean"), energy, cost, self.tr("Covered")]
        self.set_headers([self.tr("Point"), first, last, *figures], range(1, FIGURES + 1), stretch=0)
        self.set_rows([self._between_row(point, between.get(point)) for point in points], points)

    def _now_row(self, point: str, world: World | None, means_until_ms: int | None) -> tuple[str, ...]:
        title = point_title(self._context, point)
        if world is None:
            return (title, "–", "")
        plant, clock = self._context.plant, self._context.clock
        if point == whole_point(plant):
            value = plant_load(world, plant, clock)
        else:
            value = shown(world, point, stale_after_ms(plant, clock, point))
        quality = value.sentence or self.tr("good")
        if means_until_ms is not None:
            before = texts.day_and_time(means_until_ms, self._context.plant.zone)
            quality = self.tr("{quality}; before {moment} means over some minutes").format(
                quality=quality, moment=before
            )
        return (title, value.text(unit_of(point), 2), quality)

    def _between_row(self, point: str, found: Between | None) -> tuple[str, ...]:
        title = point_title(self._context, point)
        if found is None:
            return (title, *["…"] * FIGURES)
        figures = [figure_text(one) for one in (found.first, found.last, found.difference, found.mean)]
        used = ["–" if one is None else figure_text(one) for one in (found.energy_kwh, found.cost)]
        covered = percent(found.coverage)
        if found.thinned:
            covered = self.tr("{covered}, means").format(covered=covered)
        return (title, *figures, *used, covered)


def figure_text(value: float) -> str:
    """A figure for a table; a dash when there is none."""
    return number(value, 2)
