"""Two calm greys, light and dark: colour is kept for what wants somebody's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

TOUCH_PX = 44


class ThemeName(StrEnum):
    """The themes there are."""

    LIGHT = "light"
    DARK = "dark"


class Shape(Enum):
    """An alarm priority's shape, so that colour never stands alone."""

    TRIANGLE = "▲"
    DIAMOND = "◆"
    CIRCLE = "●"
    SQUARE = "■"


PRIORITY_SHAPES = {1: Shape.TRIANGLE, 2: Shape.DIAMOND, 3: Shape.CIRCLE, 4: Shape.SQUARE}


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #rrggbb; `bands` are the opaque tints behind a plot, by tariff band."""

    name: ThemeName
    window: str
    panel: str
    raised: str  # inputs, buttons, the ground of plots
    border: str
    text: str
    muted: str
    running: str  # what normally works: grey
    idle: str
    accent: str  # focus and links, nothing else
    selected: str  # a chosen row: seen at once, yet no light in a dark room
    on_accent: str
    uncertain: str
    predicted: str
    predicted_band: str
    planned: str
    cursor: str
    priorities: tuple[str, str, str, str]
    on_priority: str
    bands: dict[str, str]
    tones: dict[str, str]  # of stacked columns; each a step of lightness from its neighbours
    between: str  # the line between two parts of a stacked column
    series: tuple[str, ...]

    def priority(self, priority: int) -> str:
        """The colour of an alarm priority, 1 critical .. 4 low."""
        return self.priorities[min(max(priority, 1), 4) - 1]

    def tone(self, name: str) -> str:
        """A part's fill in a stacked column: a tariff band or a machine's state."""
        return self.tones.get(name, self.running)

    def band(self, name: str) -> str:
        """The tint of a tariff band; a band with a name of its own gets the plot's ground."""
        return self.bands.get(name, self.raised)


LIGHT = Theme(
    name=ThemeName.LIGHT,
    window="#d6d9dc",
    panel="#e4e6e8",
    raised="#f2f3f4",
    border="#737a81",
    text="#1d2226",
    muted="#474e54",
    running="#5c656d",
    idle="#c3c8cc",
    accent="#1b5a96",
    selected="#1b5a96",
    on_accent="#ffffff",
    uncertain="#6b5000",
    predicted="#4d565d",
    predicted_band="#c2c8cd",
    planned="#1b5a96",
    cursor="#6a2f86",
    priorities=("#b3001b", "#a84300", "#755d00", "#5f3d99"),
    on_priority="#ffffff",
    bands={
        "sharp": "#efd9d2",
        "peak": "#f1e3da",
        "flat": "#f2f3f4",
        "valley": "#dde7f0",
        "deep": "#cfdfee",
    },
    tones={
        "sharp": "#512a1d",
        "peak": "#6a412e",
        "flat": "#5b6269",
        "valley": "#497dad",
        "deep": "#5998d2",
        "running": "#495157",
        "idling": "#7f602a",
        "standby": "#727d87",
        "shutdown": "#8c959e",
        "no-data": "#f2f3f4",
    },
    between="#ffffff",
    series=("#0b5f9e", "#a8430a", "#006446", "#85366f", "#655400", "#3a4046"),
)

DARK = Theme(
    name=ThemeName.DARK,
    window="#26292d",
    panel="#31353a",
    raised="#3a3f45",
    border="#8b939b",
    text="#e9ebed",
    muted="#bcc2c8",
    running="#aab1b8",
    idle="#565d64",
    accent="#8ac1f5",
    selected="#5f92c4",
    on_accent="#14181c",
    uncertain="#f0c95a",
    predicted="#c3c9cf",
    predicted_band="#555c64",
    planned="#8ac1f5",
    cursor="#dba6f5",
    priorities=("#ff8078", "#ffa552", "#f5d04a", "#cdb0ff"),
    on_priority="#14181c",
    bands={
        "sharp": "#54403a",
        "peak": "#4b413c",
        "flat": "#3a3f45",
        "valley": "#344453",
        "deep": "#2f475e",
    },
    tones={
        "sharp": "#f1d3c7",
        "peak": "#d3af9e",
        "flat": "#929aa1",
        "valley": "#5a80a6",
        "deep": "#3b6795",
        "running": "#bfc4ca",
        "idling": "#c69b47",
        "standby": "#7b848c",
        "shutdown": "#60676f",
        "no-data": "#2f3338",
    },
    between="#14181c",
    series=("#7cbcf2", "#f4a06a", "#5fd0a8", "#e0a5d0", "#e3cd62", "#d3d7db"),
)

THEMES = {ThemeName.LIGHT: LIGHT, ThemeName.DARK: DARK}


def contrast(first: str, second: str) -> float:
    """The WCAG 2 contrast ratio of two colours, 1..21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
