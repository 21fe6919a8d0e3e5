"""What keeps batches from cheaper places, in the person's language."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from hmi.desk.context import DeskContext
from hmi.desk.numbers import NONE, number
from hmi.desk.texts import day_and_time, time_beside, translated
from solver.check import Breach, Limit
from solver.durations import MINUTE_MS
from solver.plan import Binding, Move

_NAMES = {
    Limit.GAP: QT_TRANSLATE_NOOP("texts", "the batch beside it"),
    Limit.OVERLAP: QT_TRANSLATE_NOOP("texts", "the batch beside it"),
    Limit.EARLIEST: QT_TRANSLATE_NOOP("texts", "its earliest start"),
    Limit.DUE: QT_TRANSLATE_NOOP("texts", "its due time"),
    Limit.HORIZON: QT_TRANSLATE_NOOP("texts", "the plan's last minute"),
    Limit.MAINTENANCE: QT_TRANSLATE_NOOP("texts", "maintenance"),
    Limit.FIXED: QT_TRANSLATE_NOOP("texts", "a machine that may not move"),
    Limit.SLEEP: QT_TRANSLATE_NOOP("texts", "the time to wake the machine and to switch it off"),
    Limit.SUPPLY: QT_TRANSLATE_NOOP("texts", "the supply"),
    Limit.INTERVAL_ENERGY: QT_TRANSLATE_NOOP("texts", "the energy that an interval may use"),
    Limit.CREW: QT_TRANSLATE_NOOP("texts", "the crew"),
    Limit.BUFFER_EMPTY: QT_TRANSLATE_NOOP("texts", "an empty buffer"),
    Limit.BUFFER_FULL: QT_TRANSLATE_NOOP("texts", "a full buffer"),
    Limit.STARTS: QT_TRANSLATE_NOOP("texts", "how many may start together"),
    Limit.MOVED_TOO_FAR: QT_TRANSLATE_NOOP("texts", "how far a batch may move"),
    Limit.TOO_MANY_MOVED: QT_TRANSLATE_NOOP("texts", "how many batches may move"),
}


def limit_name(code: str) -> str:
    """A limit's name within a sentence; the code itself where it has no words."""
    source = _NAMES.get(Limit(code)) if code in set(Limit) else None
    return translated(source) if source is not None else code.replace("_", " ")


def held_back(context: DeskContext, move: Move, start_ms: int) -> str:
    """The cheaper start that a limit forbids, what it would save, and the limit; "–" where there is none."""
    if not move.limit:
        return "–"
    at_min, saves = int(float(move.limit_params["at_min"])), float(move.limit_params["saves"])
    return f"{_priced_start(context, start_ms, move, at_min, -saves)}  {limit_name(move.limit)}"


def alternative(context: DeskContext, move: Move, start_ms: int) -> str:
    """The next-best start and how much dearer it would be, "–" where there is none."""
    if move.alternative_min is None or move.alternative_cost is None:
        return "–"
    return _priced_start(context, start_ms, move, move.alternative_min, move.alternative_cost)


def _priced_start(context: DeskContext, start_ms: int, move: Move, at_min: int, change: float) -> str:
    """Another start than a move's, with its day where that is another one, and what it would change."""
    zone, at_ms = context.plant.zone, start_ms + at_min * MINUTE_MS
    moved_ms = start_ms + move.to_min * MINUTE_MS
    return f"{time_beside(at_ms, moved_ms, zone)}  {round(change, 2) + 0.0:+,.2f}"


def binding_row(context: DeskContext, binding: Binding, start_ms: int) -> tuple[str, ...]:
    """A limit, how many batches it holds back, the most that one would save, the nearest place, its room."""
    batch = f"{context.label(binding.machine)}, {binding.batch}" if binding.batch else "–"
    nearest, room = "–", "–"
    if binding.from_min is not None and binding.room is not None:
        nearest = day_and_time(start_ms + binding.from_min * MINUTE_MS, context.plant.zone)
        unit = Breach(Limit(binding.limit), "", "").unit if binding.limit in set(Limit) else ""
        room = f"{binding.room:,.6g} {unit}".strip()
    return (
        _capital(limit_name(binding.limit)),
        str(binding.batches) if binding.batches else "–",
        number(binding.worth, 2) if binding.batches else NONE,
        batch,
        nearest,
        room,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
