"""Codes of the station and the database put into words, in the person's language.

Each table maps a code to an English source text; the words in braces come from the code's parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from devices.reading import Quality, Reading, Reason
from hmi.desk import rule_texts
from hmi.grants import UserFault
from hmi.station.codes import AlarmKind, Refusal, Stale
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

_REASONS = {
    Reason.PORT_MISSING: QT_TRANSLATE_NOOP("texts", "the line's port is missing"),
    Reason.TIMEOUT: QT_TRANSLATE_NOOP("texts", "the meter does not answer"),
    Reason.BAD_CHECKSUM: QT_TRANSLATE_NOOP("texts", "the meter's replies arrive damaged"),
    Reason.BAD_REPLY: QT_TRANSLATE_NOOP("texts", "the meter's reply is not what was asked for"),
    Reason.EXCEPTION: QT_TRANSLATE_NOOP("texts", "the meter refuses the request"),
    Reason.SENTINEL: QT_TRANSLATE_NOOP("texts", "the meter says that it has no value"),
    Reason.OUT_OF_RANGE: QT_TRANSLATE_NOOP("texts", "the value is out of range"),
    Reason.JUMP: QT_TRANSLATE_NOOP("texts", "a value too far from the last one, and not seen twice yet"),
    Reason.BEYOND_RATING: QT_TRANSLATE_NOOP("texts", "more than this machine can draw"),
    Reason.COUNTER_BACK: QT_TRANSLATE_NOOP("texts", "the counter went back, the next readings will tell why"),
    Reason.COUNTER_JUMP: QT_TRANSLATE_NOOP("texts", "the counter jumped, the next readings will tell why"),
    Reason.STALE: QT_TRANSLATE_NOOP("texts", "the meter answers, but its values no longer change"),
    Reason.UNCONFIRMED: QT_TRANSLATE_NOOP("texts", "a jump that the next reading has yet to confirm"),
}

_QUANTITIES = {
    "power_kw": QT_TRANSLATE_NOOP("texts", "power"),
    "energy_kwh": QT_TRANSLATE_NOOP("texts", "energy counter"),
    "voltage_v": QT_TRANSLATE_NOOP("texts", "voltage"),
    "current_a": QT_TRANSLATE_NOOP("texts", "current"),
    "power_factor": QT_TRANSLATE_NOOP("texts", "power factor"),
    "frequency_hz": QT_TRANSLATE_NOOP("texts", "frequency"),
    "voltage_l2_v": QT_TRANSLATE_NOOP("texts", "voltage L2"),
    "voltage_l3_v": QT_TRANSLATE_NOOP("texts", "voltage L3"),
    "current_l2_a": QT_TRANSLATE_NOOP("texts", "current L2"),
    "current_l3_a": QT_TRANSLATE_NOOP("texts", "current L3"),
    "power_l1_kw": QT_TRANSLATE_NOOP("texts", "power L1"),
    "power_l2_kw": QT_TRANSLATE_NOOP("texts", "power L2"),
    "power_l3_kw": QT_TRANSLATE_NOOP("texts", "power L3"),
    "reactive_power_kvar": QT_TRANSLATE_NOOP("texts", "reactive power"),
    "apparent_power_kva": QT_TRANSLATE_NOOP("texts", "apparent power"),
    "energy_export_kwh": QT_TRANSLATE_NOOP("texts", "export counter"),
    "energy_sharp_kwh": QT_TRANSLATE_NOOP("texts", "counter, sharp peak"),
    "energy_peak_kwh": QT_TRANSLATE_NOOP("texts", "counter, peak"),
    "energy_flat_kwh": QT_TRANSLATE_NOOP("texts", "counter, flat"),
    "energy_valley_kwh": QT_TRANSLATE_NOOP("texts", "counter, valley"),
    "reactive_energy_kvarh": QT_TRANSLATE_NOOP("texts", "reactive energy counter"),
    "reactive_energy_export_kvarh": QT_TRANSLATE_NOOP("texts", "reactive export counter"),
    "volume_m3": QT_TRANSLATE_NOOP("texts", "volume counter"),
    "flow_m3_h": QT_TRANSLATE_NOOP("texts", "flow"),
    "heat_kwh": QT_TRANSLATE_NOOP("texts", "heat counter"),
    "pulses_1": QT_TRANSLATE_NOOP("texts", "pulses, input 1"),
    "pulses_2": QT_TRANSLATE_NOOP("texts", "pulses, input 2"),
    "pulses_3": QT_TRANSLATE_NOOP("texts", "pulses, input 3"),
    "pulses_4": QT_TRANSLATE_NOOP("texts", "pulses, input 4"),
    "pulses_5": QT_TRANSLATE_NOOP("texts", "pulses, input 5"),
    "pulses_6": QT_TRANSLATE_NOOP("texts", "pulses, input 6"),
    "pulses_7": QT_TRANSLATE_NOOP("texts", "pulses, input 7"),
    "pulses_8": QT_TRANSLATE_NOOP("texts", "pulses, input 8"),
}

UNITS = {
    "power_kw": "kW",
    "energy_kwh": "kWh",
    "voltage_v": "V",
    "current_a": "A",
    "power_factor": "",
    "frequency_hz": "Hz",
    "voltage_l2_v": "V",
    "voltage_l3_v": "V",
    "current_l2_a": "A",
    "current_l3_a": "A",
    "power_l1_kw": "kW",
    "power_l2_kw": "kW",
    "power_l3_kw": "kW",
    "reactive_power_kvar": "kvar",
    "apparent_power_kva": "kVA",
    "energy_export_kwh": "kWh",
    "energy_sharp_kwh": "kWh",
    "energy_peak_kwh": "kWh",
    "energy_flat_kwh": "kWh",
    "energy_valley_kwh": "kWh",
    "reactive_energy_kvarh": "kvarh",
    "reactive_energy_export_kvarh": "kvarh",
    "volume_m3": "m³",
    "flow_m3_h": "m³/h",
    "heat_kwh": "kWh",
    "pulses_1": "",
    "pulses_2": "",
    "pulses_3": "",
    "pulses_4": "",
    "pulses_5": "",
    "pulses_6": "",
    "pulses_7": "",
    "pulses_8": "",
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

# What the alarm bar says; the Alarms page adds cause, consequence and action.
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
    AlarmKind.COUNTER_CHANGED: QT_TRANSLATE_NOOP(
        "texts", "{subject}: the meter's counter went from {before} to {after}"
    ),
}

_REFUSALS: dict[str, object] = {
    Refusal.BAD_REQUEST: QT_TRANSLATE_NOOP("texts", "The station could not read this request: {sentence}"),
    Refusal.UNKNOWN_USER: QT_TRANSLATE_NOOP("texts", "The station does not know you; sign in again."),
    Refusal.UNTRUSTED_ROLE: QT_TRANSLATE_NOOP(
        "texts", "Your role was not granted by an administrator's signature; ask the administrator."
    ),
    Refusal.NOT_ALLOWED: QT_TRANSLATE_NOOP("texts", "Your role may not do this; ask somebody who may."),
    Refusal.BAD_SIGNATURE: QT_TRANSLATE_NOOP(
        "texts", "The signature does not fit; sign in again and repeat."
    ),
    Refusal.UNKNOWN_PLAN: QT_TRANSLATE_NOOP("texts", "There is no such plan any more."),
    Refusal.WRONG_PLAN_STATE: QT_TRANSLATE_NOOP("texts", "The plan is {state} by now; this cannot be done."),
    Refusal.DUPLICATE_PLAN: QT_TRANSLATE_NOOP("texts", "This very plan was proposed before, as {plan_id}."),
    Refusal.OWN_PLAN: QT_TRANSLATE_NOOP("texts", "Nobody decides on their own plan; ask another supervisor."),
    Refusal.NOT_PROPOSER: QT_TRANSLATE_NOOP("texts", "Only who proposed the plan may withdraw it."),
    Refusal.BAD_PLAN: QT_TRANSLATE_NOOP("texts", "The station could not read the plan: {sentence}"),
    Refusal.DATA_MISMATCH: QT_TRANSLATE_NOOP(
        "texts", "The plan does not fit what it was made from ({part}); search again."
    ),
    Refusal.PLAN_BREAKS_LIMIT: QT_TRANSLATE_NOOP(
        "texts", "The plan breaks a limit with batch {batch} of {machine}; search again."
    ),
    Refusal.SUPPLY_EXCEEDED: QT_TRANSLATE_NOOP(
        "texts", "The plan's peak of {peak_kw} kW is more than the {supply_kw} kW of the supply."
    ),
    Refusal.UNKNOWN_BATCH: QT_TRANSLATE_NOOP("texts", "Batch {batch} is not known any more; search again."),
    Refusal.BATCH_CHANGED: QT_TRANSLATE_NOOP("texts", "Batch {batch} has changed; search again."),
    Refusal.UNKNOWN_MACHINE: QT_TRANSLATE_NOOP("texts", "There is no machine {machine} in this plant."),
    Refusal.UNKNOWN_MODEL: QT_TRANSLATE_NOOP(
        "texts", "There is no version {version} of what was learned of this machine."
    ),
    Refusal.BAD_BATCH: QT_TRANSLATE_NOOP(
        "texts",
        "The batch's times do not fit: it must start after its earliest time and end by its due time.",
    ),
    Refusal.ANOTHER_PLAN: QT_TRANSLATE_NOOP("texts", "Plan {plan_id} is in force; stop it first."),
    Refusal.UNKNOWN_ALARM: QT_TRANSLATE_NOOP("texts", "There is no such alarm any more."),
    Refusal.NOTHING_TO_ACKNOWLEDGE: QT_TRANSLATE_NOOP("texts", "The alarm was acknowledged already."),
    Refusal.ALREADY_SUPPRESSED: QT_TRANSLATE_NOOP("texts", "The alarm is shelved or out of service already."),
    Refusal.NOT_SHELVED: QT_TRANSLATE_NOOP("texts", "The alarm is not shelved any more."),
    Refusal.NOT_OUT_OF_SERVICE: QT_TRANSLATE_NOOP("texts", "The alarm is in service already."),
    Refusal.NOT_LATCHED: QT_TRANSLATE_NOOP("texts", "The alarm is not latched any more."),
    Refusal.SHELF_END_PAST: QT_TRANSLATE_NOOP(
        "texts", "The end of the shelving is past; choose a later one."
    ),
    Refusal.REASON_MISSING: QT_TRANSLATE_NOOP("texts", "A reason is needed; say in a few words why."),
    Refusal.PLANT_REFUSED: QT_TRANSLATE_NOOP(
        "texts", "The plant would not fit together; nothing was changed. {sentence}"
    ),
    Refusal.PLANT_CHANGED: QT_TRANSLATE_NOOP(
        "texts", "{key} was changed outside meanwhile, to {now}; nothing was changed. Look at it again."
    ),
    Stale.TARIFF_CHANGED: QT_TRANSLATE_NOOP("texts", "The tariff has changed; search again."),
    Stale.TARIFF_UNREADABLE: QT_TRANSLATE_NOOP("texts", "The station cannot read its tariff; mend the file."),
    Stale.START_PASSED: QT_TRANSLATE_NOOP("texts", "The plan's first start is past; search again."),
    Stale.LOCAL_CONTROL: QT_TRANSLATE_NOOP("texts", "{machine} is in local control, so the plan is stale."),
    Stale.INTERLOCK: QT_TRANSLATE_NOOP("texts", "{machine} is held by an interlock, so the plan is stale."),
    Stale.METER_SILENT: QT_TRANSLATE_NOOP("texts", "The meter of {machine} is silent, so the plan is stale."),
    Stale.PLC_SILENT: QT_TRANSLATE_NOOP("texts", "The PLC does not answer, so the plan is stale."),
    Stale.UNVERIFIED_APPROVAL: QT_TRANSLATE_NOOP(
        "texts", "The plan's approval cannot be verified, so it is not carried out; have it approved anew."
    ),
    Stale.BATCH_STARTED: QT_TRANSLATE_NOOP("texts", "A batch of {machine} has begun already; search again."),
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


def page(page_id: str) -> str:
    """A page's name."""
    return translated(_PAGES[page_id]) if page_id in _PAGES else page_id


def user_fault(fault: UserFault) -> str:
    """Why a user cannot be made so."""
    return translated(_USER_FAULTS[fault])


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
    point = str(detail.get("point", "")).partition(".")[2]
    measured = {"quantity": quantity(point), "unit": UNITS.get(point, "")} if point else {}
    return filled(translated(source), {"subject": label, **measured, **detail})


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


def day_and_time(t_ms: int, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """Local date and time of a plant time."""
    shown = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime(shown)


def short_time(t_ms: int, now_ms: int, zone: ZoneInfo) -> str:
    """Local time to the second where it is of the present day, else with month and day."""
    days = [datetime.fromtimestamp(ms / 1000, zone).date() for ms in (t_ms, now_ms)]
    return clock_time(t_ms, zone, seconds=True) if days[0] == days[1] else date_and_time(t_ms, zone)


def date_and_time(t_ms: int, zone: ZoneInfo) -> str:
    """Local month, day and time, where the year is plain."""
    return datetime.fromtimestamp(t_ms / 1000, zone).strftime("%m-%d %H:%M")


def iso_time(t_ms: int, zone: ZoneInfo) -> str:
    """Local date and time with the zone's offset, for files."""
    return datetime.fromtimestamp(t_ms / 1000, zone).isoformat(timespec="milliseconds")


def hours_minutes(minutes: float) -> str:
    """A duration as hours and minutes, e.g. 9 h 12 or 34 min."""
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
