"""What the alarm bar and the lists say of an alarm; the Alarms page adds cause, consequence and action."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP

from hmi.desk import rule_texts
from hmi.desk.point_texts import UNITS, quantity
from hmi.desk.texts import filled, translated
from hmi.station.codes import AlarmKind

_ALARMS: dict[str, object] = {
    **rule_texts.SENTENCES,
    AlarmKind.LINE_DOWN: QT_TRANSLATE_NOOP("texts", "{subject}: the line is down, its meters are not read"),
    AlarmKind.PLC_SILENT: QT_TRANSLATE_NOOP("texts", "{subject}: the PLC does not answer"),
    AlarmKind.METER_SILENT: QT_TRANSLATE_NOOP("texts", "{subject}: the meter does not answer"),
    AlarmKind.IDLE_IN_PEAK: QT_TRANSLATE_NOOP(
        "texts", "{subject}: running idle for {minutes} min in peak tariff"
    ),
    AlarmKind.BATCH_OVERDUE: QT_TRANSLATE_NOOP("texts", "{subject}: the batch takes longer than expected"),
    AlarmKind.SUPPLY_EXCEEDED: QT_TRANSLATE_NOOP(
        "texts", "{subject}: the load of {power_kw} kW is more than the {supply_kw} kW of the supply"
    ),
    AlarmKind.METER_SUM_MISMATCH: QT_TRANSLATE_NOOP(
        "texts", "{subject}: the main meter reads {main_kw} kW, the meters behind it {sum_kw} kW"
    ),
    AlarmKind.COMMAND_HELD: QT_TRANSLATE_NOOP(
        "texts", "{subject}: a command of plan {plan_id} is held back, {late_min} min late"
    ),
    AlarmKind.COMMAND_FAILED: QT_TRANSLATE_NOOP(
        "texts", "{subject}: a command of plan {plan_id} was not carried out"
    ),
    AlarmKind.START_NOT_SEEN: QT_TRANSLATE_NOOP(
        "texts", "{subject}: started by plan {plan_id}, but the meter sees only {power_kw} kW"
    ),
    AlarmKind.PLAN_DEPARTED: QT_TRANSLATE_NOOP(
        "texts",
        "{subject}: for {minutes} min not what plan {plan_id} counted on, "
        "{measured_kw} kW instead of {low_kw} to {high_kw}",
    ),
    AlarmKind.LINE_OVERLOADED: QT_TRANSLATE_NOOP("texts", "{subject}: the line has more to read than it can"),
    AlarmKind.METER_MISREAD: QT_TRANSLATE_NOOP(
        "texts", "{subject}: the meter counts {energy_kwh} kWh where its power makes {integral_kwh} kWh"
    ),
    AlarmKind.OTHER_MODEL: QT_TRANSLATE_NOOP(
        "texts", "{subject}: the meter says {says} in {register}, its profile ({profile}) expects {expected}"
    ),
    AlarmKind.COUNTER_CHANGED: QT_TRANSLATE_NOOP(
        "texts", "{subject}: the meter's counter went from {before} to {after}"
    ),
}


def alarm_sentence(kind: str, label: str, detail: Mapping[str, object]) -> str:
    """One line that says what is wrong and where; a kind without words here shows its code."""
    source = _ALARMS.get(kind)
    if source is None:
        return f"{label}: {kind.replace('_', ' ')}"
    point = str(detail.get("point", "")).partition(".")[2]
    measured = {"quantity": quantity(point), "unit": UNITS.get(point, "")} if point else {}
    return filled(translated(source), {"subject": label, **measured, **detail})
