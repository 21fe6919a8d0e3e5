"""The words for alarms by rules of the plant file, and for the disk; source texts, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP

from hmi.desk.guidance import Guidance
from hmi.station.codes import AlarmKind

SENTENCES: Mapping[str, object] = {
    AlarmKind.DISK_FULL: QT_TRANSLATE_NOOP(
        "texts", "The disk with the database has only {free_mb} MB left, {least_mb} MB are wanted"
    ),
    AlarmKind.CLOCK_LEAPT: QT_TRANSLATE_NOOP(
        "texts", "The station's clock was set by {hours} h; the station goes on by its own time"
    ),
    AlarmKind.LIMIT: QT_TRANSLATE_NOOP(
        "texts", "{subject}: {quantity} of {value} {unit} is beyond its limit of {limit} {unit}"
    ),
    AlarmKind.RATE: QT_TRANSLATE_NOOP(
        "texts", "{subject}: {quantity} changes by {per_min} {unit} a minute, {limit} are allowed"
    ),
    AlarmKind.STALE_VALUE: QT_TRANSLATE_NOOP(
        "texts", "{subject}: {quantity} has not been read for {minutes} min"
    ),
    AlarmKind.FROZEN_VALUE: QT_TRANSLATE_NOOP(
        "texts", "{subject}: {quantity} has stood at {value} {unit} for {minutes} min"
    ),
    AlarmKind.DEVIATION: QT_TRANSLATE_NOOP(
        "texts", "{subject}: draws {power_kw} kW where the twin expected {expected_kw} kW"
    ),
    AlarmKind.IDLING: QT_TRANSLATE_NOOP("texts", "{subject}: running idle for {minutes} min"),
    AlarmKind.OVERRUN: QT_TRANSLATE_NOOP(
        "texts", "{subject}: running for {minutes} min without a break, at most {limit} are wanted"
    ),
    AlarmKind.LEAK: QT_TRANSLATE_NOOP(
        "texts", "{subject}: draws {power_kw} kW although every machine is off"
    ),
    AlarmKind.DEMAND: QT_TRANSLATE_NOOP(
        "texts", "{subject}: this interval's demand will be {expected_kw} kW, the limit is {limit} kW"
    ),
}

GUIDANCE: Mapping[str, Guidance] = {
    AlarmKind.DISK_FULL: Guidance(
        QT_TRANSLATE_NOOP("texts", "disk nearly full"),
        QT_TRANSLATE_NOOP("texts", "Other programs or old backups fill the disk of the data folder."),
        QT_TRANSLATE_NOOP("texts", "When it is full, readings wait in memory and are lost in the end."),
        QT_TRANSLATE_NOOP("texts", "Make room on this disk, or move the data folder to a larger one."),
    ),
    AlarmKind.CLOCK_LEAPT: Guidance(
        QT_TRANSLATE_NOOP("texts", "clock was set"),
        QT_TRANSLATE_NOOP(
            "texts", "Somebody set the clock of the station's machine, or its battery is empty."
        ),
        QT_TRANSLATE_NOOP(
            "texts", "Readings keep their order, but windows on this machine show another time."
        ),
        QT_TRANSLATE_NOOP(
            "texts", "Set the clock right, or start the station again if the new time is the right one."
        ),
    ),
    AlarmKind.LIMIT: Guidance(
        QT_TRANSLATE_NOOP("texts", "limit exceeded"),
        QT_TRANSLATE_NOOP("texts", "The machine or its supply is not as it should be."),
        QT_TRANSLATE_NOOP("texts", "It may trip, wear out or cost more than planned."),
        QT_TRANSLATE_NOOP("texts", "Look at the machine and at the curve of the last hour."),
    ),
    AlarmKind.RATE: Guidance(
        QT_TRANSLATE_NOOP("texts", "changes too fast"),
        QT_TRANSLATE_NOOP("texts", "Something was switched on or off, broke or got stuck."),
        QT_TRANSLATE_NOOP("texts", "What follows may be a trip or a stop."),
        QT_TRANSLATE_NOOP("texts", "Look at the machine and at the curve of the last hour."),
    ),
    AlarmKind.STALE_VALUE: Guidance(
        QT_TRANSLATE_NOOP("texts", "value is old"),
        QT_TRANSLATE_NOOP("texts", "The meter does not answer, or no longer says this value."),
        QT_TRANSLATE_NOOP("texts", "What is shown and decided on is old."),
        QT_TRANSLATE_NOOP("texts", "Check the meter's supply, its address and its wires."),
    ),
    AlarmKind.FROZEN_VALUE: Guidance(
        QT_TRANSLATE_NOOP("texts", "value is frozen"),
        QT_TRANSLATE_NOOP("texts", "The meter hangs, or repeats its last value."),
        QT_TRANSLATE_NOOP("texts", "It looks alive and is not: what it measures is not known."),
        QT_TRANSLATE_NOOP("texts", "Compare the meter's display; switch the meter off and on."),
    ),
    AlarmKind.DEVIATION: Guidance(
        QT_TRANSLATE_NOOP("texts", "not as the twin expected"),
        QT_TRANSLATE_NOOP("texts", "The load, the material or the machine differs from what it usually is."),
        QT_TRANSLATE_NOOP("texts", "Forecast and plan rest on what is no longer true."),
        QT_TRANSLATE_NOOP("texts", "See what differs; if it lasts, search a new plan from now."),
    ),
    AlarmKind.IDLING: Guidance(
        QT_TRANSLATE_NOOP("texts", "running idle"),
        QT_TRANSLATE_NOOP("texts", "The batch is done and the machine was not switched off."),
        QT_TRANSLATE_NOOP("texts", "It draws {power_kw} kW and makes nothing."),
        QT_TRANSLATE_NOOP("texts", "Discharge it or switch it off."),
    ),
    AlarmKind.OVERRUN: Guidance(
        QT_TRANSLATE_NOOP("texts", "runs too long"),
        QT_TRANSLATE_NOOP("texts", "It was forgotten, or the material takes longer."),
        QT_TRANSLATE_NOOP("texts", "It uses energy for nothing and holds up what follows."),
        QT_TRANSLATE_NOOP("texts", "Take a sample; if the batch is done, stop the machine."),
    ),
    AlarmKind.LEAK: Guidance(
        QT_TRANSLATE_NOOP("texts", "consumption with everything off"),
        QT_TRANSLATE_NOOP("texts", "Something was left on: compressed air, pumps, fans, heating, light."),
        QT_TRANSLATE_NOOP("texts", "It is paid for every hour of every night and weekend."),
        QT_TRANSLATE_NOOP(
            "texts", "Walk through the shop-floor, listen for air, and switch off what is not needed."
        ),
    ),
    AlarmKind.DEMAND: Guidance(
        QT_TRANSLATE_NOOP("texts", "demand about to exceed"),
        QT_TRANSLATE_NOOP("texts", "More runs at once than the demand limit allows."),
        QT_TRANSLATE_NOOP(
            "texts", "The month is billed by its highest interval; {minutes} min are left in this one."
        ),
        QT_TRANSLATE_NOOP("texts", "Pause a machine that can wait until the interval is over."),
    ),
}
