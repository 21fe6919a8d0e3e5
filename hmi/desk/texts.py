"""Codes of the station and the database put into words, in the person's language.

Each table maps a code to an English source text; the words in braces come from the code's parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from devices.reading import Quality, Reading, Reason
from hmi.store.records import AlarmState, MachineState, PlanState, Role

_STATES = {
    MachineState.SHUTDOWN: QT_TRANSLATE_NOOP("texts", "shut down"),
    MachineState.STANDBY: QT_TRANSLATE_NOOP("texts", "standby"),
    MachineState.IDLING: QT_TRANSLATE_NOOP("texts", "idling"),
    MachineState.RUNNING: QT_TRANSLATE_NOOP("texts", "running"),
    MachineState.NO_DATA: QT_TRANSLATE_NOOP("texts", "no data"),
}

_PLAN_STATES = {
    PlanState.PROPOSED: QT_TRANSLATE_NOOP("texts", "proposed"),
    PlanState.APPROVED: QT_TRANSLATE_NOOP("texts", "approved"),
    PlanState.ACTIVE: QT_TRANSLATE_NOOP("texts", "active"),
    PlanState.FINISHED: QT_TRANSLATE_NOOP("texts", "finished"),
    PlanState.VERIFIED: QT_TRANSLATE_NOOP("texts", "verified"),
    PlanState.REJECTED: QT_TRANSLATE_NOOP("texts", "rejected"),
    PlanState.WITHDRAWN: QT_TRANSLATE_NOOP("texts", "withdrawn"),
    PlanState.STOPPED: QT_TRANSLATE_NOOP("texts", "stopped"),
    PlanState.STALE: QT_TRANSLATE_NOOP("texts", "stale"),
}

_ALARM_STATES = {
    AlarmState.NORMAL: QT_TRANSLATE_NOOP("texts", "normal"),
    AlarmState.UNACKNOWLEDGED: QT_TRANSLATE_NOOP("texts", "unacknowledged"),
    AlarmState.ACKNOWLEDGED: QT_TRANSLATE_NOOP("texts", "acknowledged"),
    AlarmState.RETURNED: QT_TRANSLATE_NOOP("texts", "returned to normal"),
    AlarmState.SHELVED: QT_TRANSLATE_NOOP("texts", "shelved"),
    AlarmState.OUT_OF_SERVICE: QT_TRANSLATE_NOOP("texts", "out of service"),
}

_ROLES = {
    Role.VIEWER: QT_TRANSLATE_NOOP("texts", "viewer"),
    Role.OPERATOR: QT_TRANSLATE_NOOP("texts", "operator"),
    Role.SUPERVISOR: QT_TRANSLATE_NOOP("texts", "supervisor"),
    Role.ENGINEER: QT_TRANSLATE_NOOP("texts", "engineer"),
    Role.ADMINISTRATOR: QT_TRANSLATE_NOOP("texts", "administrator"),
}

_BANDS = {
    "sharp": QT_TRANSLATE_NOOP("texts", "sharp peak"),
    "peak": QT_TRANSLATE_NOOP("texts", "peak"),
    "flat": QT_TRANSLATE_NOOP("texts", "flat"),
    "valley": QT_TRANSLATE_NOOP("texts", "valley"),
    "deep": QT_TRANSLATE_NOOP("texts", "deep valley"),
}

_REASONS = {
    Reason.PORT_MISSING: QT_TRANSLATE_NOOP("texts", "the line's port is missing"),
    Reason.TIMEOUT: QT_TRANSLATE_NOOP("texts", "the meter does not answer"),
    Reason.BAD_CHECKSUM: QT_TRANSLATE_NOOP("texts", "the meter's replies arrive damaged"),
    Reason.BAD_REPLY: QT_TRANSLATE_NOOP("texts", "the meter's reply is not what was asked for"),
    Reason.EXCEPTION: QT_TRANSLATE_NOOP("texts", "the meter refuses the request"),
    Reason.SENTINEL: QT_TRANSLATE_NOOP("texts", "the meter says that it has no value"),
    Reason.OUT_OF_RANGE: QT_TRANSLATE_NOOP("texts", "the value is out of range"),
    Reason.UNCONFIRMED: QT_TRANSLATE_NOOP("texts", "a jump that the next reading has yet to confirm"),
}

_QUANTITIES = {
    "power_kw": QT_TRANSLATE_NOOP("texts", "power"),
    "energy_kwh": QT_TRANSLATE_NOOP("texts", "energy counter"),
    "voltage_v": QT_TRANSLATE_NOOP("texts", "voltage"),
    "current_a": QT_TRANSLATE_NOOP("texts", "current"),
    "power_factor": QT_TRANSLATE_NOOP("texts", "power factor"),
    "frequency_hz": QT_TRANSLATE_NOOP("texts", "frequency"),
}

UNITS = {
    "power_kw": "kW",
    "energy_kwh": "kWh",
    "voltage_v": "V",
    "current_a": "A",
    "power_factor": "",
    "frequency_hz": "Hz",
}

# What the alarm bar says; the Alarms page adds cause, consequence and action.
_ALARMS = {
    "line_down": QT_TRANSLATE_NOOP("texts", "{subject}: the line is down, its meters are not read"),
    "meter_silent": QT_TRANSLATE_NOOP("texts", "{subject}: the meter does not answer"),
    "machine_local": QT_TRANSLATE_NOOP("texts", "{subject}: in local control at the machine"),
    "interlock": QT_TRANSLATE_NOOP("texts", "{subject}: an interlock holds the machine"),
    "peak_idle": QT_TRANSLATE_NOOP("texts", "{subject}: running idle for {minutes} min in peak tariff"),
    "overdue": QT_TRANSLATE_NOOP("texts", "{subject}: the batch takes longer than ever before"),
    "command_failed": QT_TRANSLATE_NOOP("texts", "{subject}: a command of the plan was not carried out"),
    "command_held": QT_TRANSLATE_NOOP("texts", "{subject}: a command of the plan is held back"),
    "supply_limit": QT_TRANSLATE_NOOP("texts", "{subject}: the load nears what the supply can bear"),
    "slow_line": QT_TRANSLATE_NOOP("texts", "{subject}: the line is slower than its period"),
}

_REFUSALS = {
    "not_allowed": QT_TRANSLATE_NOOP("texts", "Your role may not do this; ask somebody who may."),
    "nothing_to_acknowledge": QT_TRANSLATE_NOOP("texts", "The alarm was acknowledged already."),
    "already_suppressed": QT_TRANSLATE_NOOP("texts", "The alarm is shelved or out of service already."),
    "not_shelved": QT_TRANSLATE_NOOP("texts", "The alarm is not shelved any more."),
    "not_out_of_service": QT_TRANSLATE_NOOP("texts", "The alarm is in service already."),
    "shelf_end_past": QT_TRANSLATE_NOOP("texts", "The end of the shelving is past; choose a later one."),
    "reason_missing": QT_TRANSLATE_NOOP("texts", "A reason is needed; say in a few words why."),
}


def translated(text: object) -> str:
    """A source text of this file's tables in the person's language."""
    return QCoreApplication.translate("texts", str(text))


def machine_state(state: MachineState) -> str:
    """What a machine is doing."""
    return translated(_STATES[state])


def plan_state(state: PlanState) -> str:
    """Where a plan is in its life."""
    return translated(_PLAN_STATES[state])


def alarm_state(state: AlarmState) -> str:
    """The ISA-18.2 state in words."""
    return translated(_ALARM_STATES[state])


def role(of: Role) -> str:
    """A role's name."""
    return translated(_ROLES[of])


def band(name: str) -> str:
    """A tariff band; a tariff's own name is left as it is."""
    return translated(_BANDS[name]) if name in _BANDS else name


def quantity(name: str) -> str:
    """What a point measures."""
    return translated(_QUANTITIES[name]) if name in _QUANTITIES else name


def reading_problem(reading: Reading) -> str:
    """Why a reading is not GOOD; "" when it is."""
    if reading.quality is Quality.GOOD:
        return ""
    if reading.reason in _REASONS:
        return translated(_REASONS[reading.reason])
    return QCoreApplication.translate("texts", "no value")


def alarm(kind: str, label: str, detail: Mapping[str, object]) -> str:
    """One line that says what is wrong and where; a kind without words here shows its code."""
    source = _ALARMS.get(kind)
    if source is None:
        return f"{label}: {kind.replace('_', ' ')}"
    return filled(translated(source), {"subject": label, **detail})


def refusal(code: str, detail: Mapping[str, object]) -> str:
    """Why the station did not do what was asked."""
    source = _REFUSALS.get(code)
    if source is not None:
        return filled(translated(source), detail)
    return QCoreApplication.translate("texts", "The station refused this ({code}).").format(code=code)


def station_silent() -> str:
    """What is said when a request stays without an answer."""
    return QCoreApplication.translate(
        "texts",
        "The station has not answered yet; it will once it runs: start it with “valleyline station”.",
    )


def filled(text: str, detail: Mapping[str, object]) -> str:
    """The text with its braces filled; a word that is missing shows as a dash, never as an error."""
    return text.format_map(_Dashes({key: _plain(value) for key, value in detail.items()}))


class _Dashes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return str(value)


def clock_time(t_ms: int, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """Local time of day of a plant time."""
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def day_and_time(t_ms: int, zone: ZoneInfo) -> str:
    """Local date and time of a plant time."""
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime("%Y-%m-%d %H:%M")


def hours_minutes(minutes: float) -> str:
    """A duration as hours and minutes, e.g. 9 h 12 or 34 min."""
    whole = max(0, round(minutes))
    if whole < 60:
        return QCoreApplication.translate("texts", "{minutes} min").format(minutes=whole)
    text = QCoreApplication.translate("texts", "{hours} h {minutes:02d}")
    return text.format(hours=whole // 60, minutes=whole % 60)
