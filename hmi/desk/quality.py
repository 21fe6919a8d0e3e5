"""What is shown of a point: its value, and how far it may be believed now."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from devices.clock import Clock
from devices.reading import Quality, Reading
from hmi.desk import texts
from hmi.desk.numbers import number
from hmi.desk.point_texts import reading_problem
from hmi.desk.snapshot_model import World
from hmi.plant import MeterSpec, Plant, PlcSpec
from solver.durations import MINUTE_MS
from widgets.quality_mark import Mark

POLLS_UNTIL_STALE = 3
GRACE_REAL_MS = 2_000  # to store a reading and to load it again


@dataclass(frozen=True, slots=True)
class Shown:
    """A value (NaN when there is none), its mark, and a sentence when it is not GOOD.

    `short` is what has room on a card; "" where the sentence itself is short.
    """

    value: float
    mark: Mark
    sentence: str
    short: str = ""

    def text(self, unit: str, digits: int = 1) -> str:
        """The value with its unit; a dash when there is none."""
        text = number(self.value, digits)
        return f"{text} {unit}" if unit else text


def stale_after_ms(plant: Plant, clock: Clock, point: str) -> int:
    """How old (plant ms) the last good value of a point, meter or PLC may be before it is stale."""
    device = point.partition(".")[0]
    devices: list[MeterSpec | PlcSpec] = [*plant.meters, *filter(None, [plant.plc])]
    poll_s = next((spec.poll_s for spec in devices if spec.id == device), 60.0)
    return round(POLLS_UNTIL_STALE * poll_s * 1000 + GRACE_REAL_MS * clock.speed)


def shown(world: World, point: str, stale_ms: int) -> Shown:
    """What is shown of a point: decided from now minus its last good value, not from what arrived last."""
    newest, good = world.newest.get(point), world.good.get(point)
    if newest is None:
        sentence = QCoreApplication.translate("quality", "no reading yet")
        return Shown(math.nan, Mark.WAITING, sentence)
    if good is None:
        return Shown(math.nan, Mark.BAD, reading_problem(newest))
    age_ms = world.t_ms - good.t_ms
    if age_ms > stale_ms:
        return Shown(good.value, Mark.STALE, _stale_sentence(newest, age_ms), _age(age_ms))
    if newest.quality is Quality.BAD:
        return Shown(good.value, Mark.BAD, reading_problem(newest))
    if newest.quality is Quality.UNCERTAIN:
        return Shown(newest.value, Mark.UNCERTAIN, reading_problem(newest))
    if (since_ms := world.standing.frozen_since_ms.get(point)) is not None:
        age = texts.hours_minutes((world.t_ms - since_ms) / MINUTE_MS)
        sentence = QCoreApplication.translate("quality", "frozen for {age}").format(age=age)
        return Shown(newest.value, Mark.UNCERTAIN, sentence)
    return Shown(newest.value, Mark.GOOD, "")


def plant_load(world: World, plant: Plant, clock: Clock) -> Shown:
    """The shop-floor's power: its meter's, or the sum of its machines' as good as the worst of them."""
    main = plant.meter_of(plant.shopfloor)
    meters = [main] if main is not None else [meter for meter in plant.meters if meter.measures]
    points = [f"{meter.id}.power_kw" for meter in meters]
    parts = [shown(world, point, stale_after_ms(plant, clock, point)) for point in points]
    worst = next((part for part in parts if part.mark is not Mark.GOOD), None)
    whole = sum(part.value for part in parts) if parts else math.nan
    return Shown(whole, worst.mark, worst.sentence) if worst is not None else Shown(whole, Mark.GOOD, "")


def _stale_sentence(newest: Reading, age_ms: int) -> str:
    reason = reading_problem(newest)
    if reason:
        age = texts.hours_minutes(age_ms / MINUTE_MS)
        return QCoreApplication.translate("quality", "{age} old: {reason}").format(age=age, reason=reason)
    return _age(age_ms)


def _age(age_ms: int) -> str:
    age = texts.hours_minutes(age_ms / MINUTE_MS)
    return QCoreApplication.translate("quality", "{age} old").format(age=age)
