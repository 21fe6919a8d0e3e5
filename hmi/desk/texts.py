"""Codes of the station and the database put into words, in the person's language.

Each table maps a code to an English source text; the words in braces come from the code's parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hmi.desk.numbers import Counted
from hmi.grants import UserFault
from hmi.store.records import AlarmState, MachineState, PlanState, Role
from solver.durations import HOUR_MS

PLAIN_AHEAD_MS = 12 * HOUR_MS  # a time of day so near is taken for the one that comes next
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
    AlarmState.RETURNED: QT_TRANSLATE_NOOP("texts", "returned, unacked"),
    AlarmState.LATCHED: QT_TRANSLATE_NOOP("texts", "latched"),
    AlarmState.LATCHED_ACKNOWLEDGED: QT_TRANSLATE_NOOP("texts", "latched, acknowledged"),
    AlarmState.SHELVED: QT_TRANSLATE_NOOP("texts", "shelved"),
    AlarmState.SUPPRESSED: QT_TRANSLATE_NOOP("texts", "quiet by design"),
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


_USER_FAULTS = {
    UserFault.USERS_EXIST: QT_TRANSLATE_NOOP(
        "texts", "There are users already; an administrator adds further ones."
    ),
    UserFault.NAME_TAKEN: QT_TRANSLATE_NOOP("texts", "This name is taken; choose another."),
    UserFault.NAME_NOT_ALLOWED: QT_TRANSLATE_NOOP(
        "texts", "A name has 1 to 40 letters, digits or any of . _ - @ and no spaces."
    ),
    UserFault.PASSWORD_TOO_SHORT: QT_TRANSLATE_NOOP("texts", "A password has at least 8 characters."),
    UserFault.NOT_AN_ADMINISTRATOR: QT_TRANSLATE_NOOP("texts", "Only an administrator adds users."),
}

_PAGES = {
    "overview": QT_TRANSLATE_NOOP("texts", "Overview"),
    "trends": QT_TRANSLATE_NOOP("texts", "Trends"),
    "plan": QT_TRANSLATE_NOOP("texts", "Plan"),
    "approvals": QT_TRANSLATE_NOOP("texts", "Approvals"),
    "alarms": QT_TRANSLATE_NOOP("texts", "Alarms"),
    "energy": QT_TRANSLATE_NOOP("texts", "Energy"),
    "twin": QT_TRANSLATE_NOOP("texts", "Twin"),
    "plant": QT_TRANSLATE_NOOP("texts", "Plant"),
    "diagnosis": QT_TRANSLATE_NOOP("texts", "Diagnosis"),
    "audit": QT_TRANSLATE_NOOP("texts", "Audit"),
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


def page(page_id: str) -> str:
    """A page's name."""
    return translated(_PAGES[page_id]) if page_id in _PAGES else page_id


def user_fault(fault: UserFault) -> str:
    """Why a user cannot be made so."""
    return translated(_USER_FAULTS[fault])


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
        return Counted(f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}")
    return Counted(value)


def clock_time(t_ms: int, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """Local time of day of a plant time."""
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def day_and_time(t_ms: int, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """Local date and time of a plant time."""
    shown = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime(shown)


def read_day_and_time(text: str, zone: ZoneInfo) -> int:
    """The plant time that `day_and_time` writes so, without seconds; raises ValueError."""
    local = datetime.strptime(text, "%Y-%m-%d %H:%M")
    return round(local.replace(tzinfo=zone).timestamp() * 1000)


def short_time(t_ms: int, now_ms: int, zone: ZoneInfo) -> str:
    """Local time to the second where it is of the present day, else with month and day."""
    same_day = _is_same_day(t_ms, now_ms, zone)
    return clock_time(t_ms, zone, seconds=True) if same_day else date_and_time(t_ms, zone)


def coming_time(t_ms: int, now_ms: int, zone: ZoneInfo) -> str:
    """Local time of what is to come; with its day where the time alone could be taken for today's."""
    plain = _is_same_day(t_ms, now_ms, zone) or 0 <= t_ms - now_ms < PLAIN_AHEAD_MS
    return clock_time(t_ms, zone) if plain else date_and_time(t_ms, zone)


def time_beside(t_ms: int, other_ms: int, zone: ZoneInfo) -> str:
    """Local time that is read beside another one; with month and day where that is of another day."""
    return clock_time(t_ms, zone) if _is_same_day(t_ms, other_ms, zone) else date_and_time(t_ms, zone)


def _is_same_day(t_ms: int, other_ms: int, zone: ZoneInfo) -> bool:
    first, other = (datetime.fromtimestamp(ms / 1000, zone).date() for ms in (t_ms, other_ms))
    return first == other


def date_and_time(t_ms: int, zone: ZoneInfo) -> str:
    """Local month, day and time, where the year is plain."""
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime("%m-%d %H:%M")


def year_and_month(t_ms: int, zone: ZoneInfo) -> str:
    """Local year and month."""
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime("%Y-%m")


def iso_time(t_ms: int, zone: ZoneInfo) -> str:
    """Local date and time with the zone's offset, for files."""
    return datetime.fromtimestamp(t_ms / 1000, zone).isoformat(timespec="milliseconds")


def hours_minutes(minutes: float) -> str:
    """A duration as hours and minutes, e.g. 9 h 12 or 34 min; as seconds below a minute."""
    if 0 < minutes < 1:
        return QCoreApplication.translate("texts", "{seconds} s").format(seconds=round(60 * minutes))
    whole = max(0, round(minutes))
    if whole < 60:
        return QCoreApplication.translate("texts", "{minutes} min").format(minutes=whole)
    text = QCoreApplication.translate("texts", "{hours} h {minutes:02d}")
    return text.format(hours=whole // 60, minutes=whole % 60)


def hours(count: int) -> str:
    """So many hours."""
    return QCoreApplication.translate("texts", "{count} h").format(count=count)


def days(count: int) -> str:
    """So many days."""
    return QCoreApplication.translate("texts", "{count} d").format(count=count)
