import itertools

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from widgets.stacked_columns import HATCHED
from widgets.stylesheet import stylesheet
from widgets.theme import PRIORITY_SHAPES, THEMES, Theme, contrast

TEXT, GRAPHIC = 4.5, 3.0  # WCAG 2 AA
STEP = 1.35  # of lightness between neighbours in a stack: five of them must stay within what a line parts
STACKS = (
    ("sharp", "peak", "flat", "valley", "deep"),
    ("running", "idling", "standby", "shutdown", "no-data"),
)

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=[name.value for name in THEMES])


def grounds(theme: Theme) -> list[str]:
    return [theme.window, theme.panel, theme.raised]


def test_black_on_white_has_the_contrast_that_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@BOTH
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    pairs = itertools.product([theme.text, theme.muted], [*grounds(theme), *theme.bands.values()])
    low = [pair for pair in pairs if contrast(*pair) < TEXT]
    low += [
        (a, b)
        for a, b in [(theme.on_accent, theme.accent), (theme.on_accent, theme.selected)]
        if contrast(a, b) < TEXT
    ]
    low += [(theme.raised, theme.cursor)] * (contrast(theme.raised, theme.cursor) < TEXT)  # a replay's sign
    low += [(theme.on_priority, p) for p in theme.priorities if contrast(theme.on_priority, p) < TEXT]
    low += [(theme.uncertain, g) for g in grounds(theme) if contrast(theme.uncertain, g) < TEXT]
    assert low == []


@BOTH
def test_every_line_and_shape_can_be_seen_on_every_ground(theme: Theme) -> None:
    drawn = [theme.running, theme.accent, theme.selected, *theme.priorities]
    low = [pair for pair in itertools.product(drawn, grounds(theme)) if contrast(*pair) < GRAPHIC]
    plotted = [theme.text, theme.predicted, theme.planned, theme.cursor, *theme.series]
    behind = [theme.panel, *theme.bands.values()]
    low += [pair for pair in itertools.product(plotted, behind) if contrast(*pair) < GRAPHIC]
    low += [(theme.predicted, theme.predicted_band)] * (
        contrast(theme.predicted, theme.predicted_band) < GRAPHIC
    )
    assert low == []


@BOTH
def test_outlines_of_controls_can_be_seen(theme: Theme) -> None:
    low = [ground for ground in grounds(theme) if contrast(theme.border, ground) < GRAPHIC]
    assert low == []


@BOTH
def test_a_band_is_told_from_its_neighbour_but_stays_faint(theme: Theme) -> None:
    for first, second in itertools.pairwise(["peak", "flat", "valley"]):
        assert 1.02 < contrast(theme.band(first), theme.band(second)) < 1.6
        assert theme.band(first) != theme.band(second)


@BOTH
@pytest.mark.parametrize("stack", STACKS, ids=["bands", "states"])
def test_parts_of_a_stacked_column_can_be_told_apart_without_their_hue(
    theme: Theme, stack: tuple[str, ...]
) -> None:
    pairs = itertools.combinations(stack, 2)  # also of parts whose neighbours between are absent
    assert [pair for pair in pairs if contrast(*map(theme.tone, pair)) < STEP] == []
    plain = [part for part in stack if part != HATCHED]  # its hatching parts that one
    assert [part for part in plain if contrast(theme.between, theme.tone(part)) < GRAPHIC] == []
    assert contrast(theme.muted, theme.tone(HATCHED)) > GRAPHIC


def test_each_priority_has_a_colour_and_a_shape_of_its_own() -> None:
    assert len(set(PRIORITY_SHAPES.values())) == 4
    for theme in THEMES.values():
        assert len(set(theme.priorities)) == 4


@BOTH
def test_the_style_sheet_leaves_no_colour_open(theme: Theme) -> None:
    sheet = stylesheet(theme)
    assert "$" not in sheet
    assert "min-height: 44px" in sheet


@BOTH
def test_what_stands_in_an_empty_line_can_be_read(theme: Theme, qtbot: QtBot) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.setStyleSheet(stylesheet(theme))
    line.ensurePolished()
    assert line.palette().placeholderText().color().name() == theme.muted  # Qt would halve the text's colour
