"""The figures under the curves: each point now, or between the two cursors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number, percent
from hmi.desk.quality import plant_load, shown, stale_after_ms
from hmi.desk.snapshot_model import World
from hmi.desk.trend_data import Between, point_title, unit_of, whole_point
from widgets.rows_table import RowsTable

HEIGHT_PX = 190
FIGURES = 7


class TrendReadout(RowsTable):
    """One row a point."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__("trend_readout")
        self._context = context
        self.setFixedHeight(HEIGHT_PX)

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
        zone = self._context.plant.zone
        first, last = (texts.day_and_time(t_ms, zone) for t_ms in sorted(cursors))
        cost = self.tr("Cost, {currency}").format(currency=self._context.plant.currency)
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
