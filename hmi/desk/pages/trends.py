"""Trends: any points over any time, live or back through the years, with cursors, layouts and export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from hmi.desk.bands import band_spans
from hmi.desk.context import DeskContext
from hmi.desk.page import Page, Place
from hmi.desk.snapshot_model import World
from hmi.desk.trend_bar import TrendBar
from hmi.desk.trend_beside import TrendBeside
from hmi.desk.trend_cursors import CursorFigures
from hmi.desk.trend_data import Between, first_points, point_title, points_in_order
from hmi.desk.trend_files import TrendFiles
from hmi.desk.trend_layouts import SavedLayouts, TrendLayout
from hmi.desk.trend_reading import LEAST_WIDTH_PX, LOADED_BESIDE, TrendReading
from hmi.desk.trend_readout import TrendReadout
from solver.durations import DAY_MS
from widgets.point_list import ListedPoint, PointList
from widgets.theme import LIGHT, Theme
from widgets.trend_lanes import TrendLanes

LIVE_MARGIN = 0.02  # of the span, to the right of now


class TrendsPage(Page):
    """The page; what it shows is `points`, `span_ms` and the right edge."""

    page_id = "trends"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._theme = LIGHT
        self._world: World | None = None
        self._known: list[str] = []
        self._points: tuple[str, ...] = ()
        self._first: tuple[str, ...] = ()  # what is drawn before anybody chose; grows with the first readings
        self._stairs: tuple[str, ...] = ()
        self._layouts, self._files = SavedLayouts(self, context), TrendFiles(self, context, self)
        self._live, self._span_ms, self._to_ms = True, DAY_MS, 0
        self._sharing = False
        self._figures = CursorFigures(self, context)
        self._bar = TrendBar(recorded=context.window.recorded)
        self._list, self._lanes = PointList(), TrendLanes(context.plant.zone)
        self._readout, self._empty = TrendReadout(context), QLabel()
        self._reading = TrendReading(self, context, self._lanes)
        self._beside = TrendBeside(self, context, self._lanes)
        self._arrange()
        self._connect()
        self.retranslate()
        self._layouts.load()

    def help_text(self) -> str:
        """What the page is for."""
        return self.tr(
            "Any points over any time. Tick points on the left or drag them onto the curves; type to filter. "
            "Drag the curves to go back in time, turn the wheel for more or less of it; Live follows the "
            "present. Two cursors show what lies between them; energy comes from the meters' counters, its "
            "cost from the tariff. Gaps stay gaps; hatched stretches are uncertain; the table says where "
            "values are means. Curves draws what was foretold (dashed) and planned (outlined) beside what "
            "was measured, and any point as stairs. A note stays pinned to its moment for everybody. "
            "A locked layout stays as it is."
        )

    @property
    def points(self) -> tuple[str, ...]:
        """The points that are drawn."""
        return self._points

    @property
    def range_ms(self) -> tuple[int, int]:
        """What is in view."""
        return self._to_ms - self._span_ms, self._to_ms

    @property
    def live(self) -> bool:
        """Whether the view follows the present."""
        return self._live

    @property
    def between(self) -> dict[str, Between]:
        """What lies between the cursors, by point."""
        return self._figures.between

    @property
    def beside(self) -> TrendBeside:
        """Forecasts, the plan and notes."""
        return self._beside

    @property
    def layouts(self) -> SavedLayouts:
        """The saved layouts."""
        return self._layouts

    @property
    def files(self) -> TrendFiles:
        """The export."""
        return self._files

    @property
    def lanes(self) -> TrendLanes:
        """The curves."""
        return self._lanes

    def picture(self) -> QPixmap:
        """The curves over the table that says which is which."""
        above, below = self._lanes.grab(), self._readout.grab()
        ratio = above.devicePixelRatio()
        both = QPixmap(max(above.width(), below.width()), above.height() + below.height())
        both.setDevicePixelRatio(ratio)
        both.fill(QColor(self._theme.panel))
        painter = QPainter(both)
        painter.drawPixmap(0, 0, above)
        painter.drawPixmap(0, round(above.height() / ratio), below)
        painter.end()
        return both

    def show_world(self, world: World) -> None:
        """Lists new points, and moves the view when it is live."""
        is_first = self._world is None
        self._world = world
        known = points_in_order(self.context.plant, world.newest)
        if known != self._known:
            self._known = known
            self._list_points()
            first = first_points(self.context.plant, known)
            if self._points == self._first and first != self._first:  # nobody has chosen others meanwhile
                self._first = first
                self.show_points(first)
        self._empty.setVisible(not known)
        if self._live:
            self._follow(is_first)
        self._beside.show_world(world)
        if self._figures.cursors is None:
            self._show_table()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self._lanes.show_theme(theme)
        self._show_chosen()

    def show_target(self, target: str) -> None:
        """Draws a point, alone."""
        if target in self._known:
            self.show_points((target,))

    def places(self) -> list[Place]:
        """All points."""
        return [Place(point_title(self.context, point), self.page_id, point) for point in self._known]

    def is_settled(self) -> bool:
        """Whether the curves have arrived."""
        return self._reading.is_settled() and self._figures.is_settled() and self._beside.is_settled()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._bar.retranslate()
        self._list.show_texts(self.tr("Filter points …"), self.tr("Points"))
        self._empty.setText(
            self.tr(
                "No meter has been read yet. Points appear here as soon as the station has its first reading."
            )
        )
        self._lanes.setAccessibleName(self.tr("Curves"))
        self._list_points()
        self._show_curves_menu()
        self._on_session_changed()
        self._show_bands()
        self._show_table()

    def show_points(self, points: Sequence[str]) -> None:
        """Draws these points."""
        self._points = tuple(points)
        self._figures.place(self._figures.cursors, self._points)
        self._show_curves_menu()
        self._show_chosen()
        self._reading.read_soon()

    def show_live(self, live: bool) -> None:
        """Follows the present, or stays."""
        self._live = live
        self._bar.show_live(live)
        if live:
            self._follow(True)
        self._share()

    def show_time(self, from_ms: int, to_ms: int) -> None:
        """Moves the view to a stretch of time."""
        self._span_ms, self._to_ms = max(10_000, to_ms - from_ms), to_ms
        self._bar.show_span(self._span_ms)
        self._lanes.show_range(*self.range_ms)
        self._reading.read_soon()
        self._share()

    def show_cursors(self, cursors: tuple[int, int] | None) -> None:
        """Places the two cursors (UTC ms), or takes them away."""
        self._figures.place(cursors, self._points)
        self._bar.show_cursors(cursors is not None)
        self._lanes.show_cursors(cursors)
        self._show_table()

    def show_stairs(self, point: str, wanted: bool) -> None:
        """Draws a point as stairs, or as a line from reading to reading."""
        without = tuple(one for one in self._stairs if one != point)
        self._stairs = (*without, point) if wanted else without
        self._load()

    def _share(self) -> None:
        """Lets all pages look at what is in view here."""
        if self._sharing:
            return
        self._sharing, window = True, self.context.window
        if self._live:
            window.show_span(self._span_ms)
            window.follow()
        else:
            window.show(*self.range_ms)
        self._sharing = False

    def _on_window_changed(self) -> None:
        """Another page looks at another time."""
        if self._sharing:
            return
        self._sharing, window = True, self.context.window
        if not window.live:
            self._live = False
            self._bar.show_live(False)
            self.show_time(window.from_ms, window.to_ms)
        else:
            self._span_ms = window.span_ms
            if self._world is not None:
                self.show_live(True)
        self._sharing = False

    def _follow(self, at_once: bool) -> None:
        if self._world is None:
            return
        to_ms = self._world.t_ms + round(LIVE_MARGIN * self._span_ms)
        pixel_ms = self._span_ms / max(self._lanes.width(), LEAST_WIDTH_PX)
        if not at_once and to_ms - self._to_ms < pixel_ms:
            return  # nothing would be seen of it
        self._to_ms = to_ms
        self._bar.show_span(self._span_ms)
        self._bar.show_live(True)
        self._lanes.show_range(*self.range_ms)
        self._load()

    def _load(self) -> None:
        beside, (from_ms, to_ms) = round(LOADED_BESIDE * self._span_ms), self.range_ms
        from_ms, to_ms = from_ms - beside, to_ms + beside
        if self._reading.read(self._points, self._stairs, from_ms, to_ms):
            self._beside.load(self._points, from_ms, to_ms)
            self._show_bands()

    def _on_drawn(self) -> None:
        self._beside.draw()
        self._show_table()

    def _on_layouts_changed(self) -> None:
        layouts = self._layouts
        self._bar.show_layouts(layouts.names, layouts.named, layouts.locked)

    def _on_layout_chosen(self, name: str) -> None:
        layout = self._layouts.use(name)
        self._on_layouts_changed()
        self._span_ms, self._stairs = layout.span_ms, layout.stairs
        self._beside.lead_ms, self._beside.planned = layout.lead_ms, layout.planned
        self.show_points([point for point in layout.points if point in self._known])
        self.show_live(True)

    def _on_layout_named(self, name: str) -> None:
        beside = self._beside
        drawn = TrendLayout(self._points, self._span_ms, self._stairs, beside.lead_ms, beside.planned)
        self._layouts.save(name, drawn)

    def _on_lead_chosen(self, lead_ms: int) -> None:
        self._beside.choose(lead_ms, self._beside.planned)

    def _on_planned_toggled(self, planned: bool) -> None:
        self._beside.choose(self._beside.lead_ms, planned)

    def _on_note_wanted(self) -> None:
        self._beside.notes.ask(self.range_ms, self._figures.cursors)

    def _on_session_changed(self) -> None:
        self._bar.show_rights(self.context.session)

    def _show_curves_menu(self) -> None:
        titles = [(point, point_title(self.context, point)) for point in self._points]
        self._bar.curves.show_points(titles, self._stairs)
        self._bar.curves.show_choice(self._beside.lead_ms, self._beside.planned)

    def _on_range_moved(self, from_ms: int, to_ms: int) -> None:
        self._live = False
        self._bar.show_live(False)
        self.show_time(from_ms, to_ms)

    def _on_span_chosen(self, span_ms: int) -> None:
        if self._live:
            self._span_ms = span_ms
            self._follow(True)
            self._share()
        else:
            self.show_time(self._to_ms - span_ms, self._to_ms)

    def _on_step(self, direction: int) -> None:
        from_ms, to_ms = self.range_ms
        step_ms = direction * self._span_ms // 2
        self._on_range_moved(from_ms + step_ms, to_ms + step_ms)

    def _on_cursors_toggled(self, wanted: bool) -> None:
        from_ms, to_ms = self.range_ms
        third = (to_ms - from_ms) // 3
        self.show_cursors((from_ms + third, to_ms - third) if wanted else None)

    def _on_cursors_moved(self, a_ms: int, b_ms: int) -> None:
        self._figures.place((a_ms, b_ms), self._points)

    def _on_points_dropped(self, points: tuple[str, ...]) -> None:
        new = [point for point in points if point in self._known and point not in self._points]
        self.show_points((*self._points, *new))

    def _show_chosen(self) -> None:
        self._list.choose(self._points, self._colours())
        self._readout.show_colours(self._colours())

    def _colours(self) -> dict[str, str]:
        colours = self._theme.series
        return {point: colours[index % len(colours)] for index, point in enumerate(self._points)}

    def _list_points(self) -> None:
        self._list.show_points(
            [ListedPoint(point, point_title(self.context, point)) for point in self._known]
        )
        self._show_chosen()

    def _show_bands(self) -> None:
        from_ms, to_ms = self.range_ms
        self._lanes.show_bands(band_spans(self.context, from_ms - self._span_ms, to_ms + self._span_ms))

    def _show_table(self) -> None:
        figures = self._figures
        if figures.cursors is None:
            self._readout.show_now(self._points, self._world, self._reading.means_until_ms, self.range_ms[0])
        else:
            self._readout.show_between(self._points, figures.cursors, figures.between)

    def _connect(self) -> None:
        self._reading.due.connect(self._load)
        self._reading.drawn.connect(self._on_drawn)
        self._figures.changed.connect(self._show_table)
        self.context.session.changed.connect(self._on_session_changed)
        self._bar.curves.lead_chosen.connect(self._on_lead_chosen)
        self._bar.curves.planned_toggled.connect(self._on_planned_toggled)
        self._bar.curves.stairs_toggled.connect(self.show_stairs)
        self._bar.note.clicked.connect(self._on_note_wanted)
        self._bar.lock_toggled.connect(self._layouts.lock)
        self._bar.drop_wanted.connect(self._layouts.drop)
        self.context.window.changed.connect(self._on_window_changed)
        self._list.chosen_changed.connect(self.show_points)
        self._lanes.range_moved.connect(self._on_range_moved)
        self._lanes.cursors_moved.connect(self._on_cursors_moved)
        self._lanes.points_dropped.connect(self._on_points_dropped)
        self._bar.span_chosen.connect(self._on_span_chosen)
        self._bar.steps_wanted.connect(self._on_step)
        self._bar.live_toggled.connect(self.show_live)
        self._bar.cursors_toggled.connect(self._on_cursors_toggled)
        self._bar.layout_chosen.connect(self._on_layout_chosen)
        self._bar.save_wanted.connect(self._layouts.ask_name)
        self._bar.export_wanted.connect(self._files.ask)
        self._layouts.changed.connect(self._on_layouts_changed)
        self._layouts.name_given.connect(self._on_layout_named)

    def _arrange(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        self._empty.setObjectName("strong")
        self._empty.setWordWrap(True)
        right.addWidget(self._empty)
        right.addWidget(self._lanes, 1)
        right.addWidget(self._readout)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        columns.addWidget(self._list)
        columns.addLayout(right, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self._bar)  # over the whole width: beside the list a scaled screen has not the room
        rows.addLayout(columns, 1)
