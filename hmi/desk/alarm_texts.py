"""What each kind of alarm means: its name, its likely cause, what follows, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hmi.desk import plan_texts, rule_texts, texts
from hmi.desk.alarm_sentences import alarm_sentence
from hmi.desk.context import DeskContext
from hmi.desk.guidance import Guidance
from hmi.plant_alarms import AlarmRule
from hmi.station.codes import AlarmKind
from hmi.store.records import Alarm, AlarmEvent, MachineState

GUIDANCE: Mapping[str, Guidance] = {
    **rule_texts.GUIDANCE,
    AlarmKind.SUPPLY_EXCEEDED: Guidance(
        QT_TRANSLATE_NOOP("texts", "supply exceeded"),
        QT_TRANSLATE_NOOP("texts", "More machines run at once than the supply is made for."),
        QT_TRANSLATE_NOOP("texts", "The main breaker may trip and stop the whole shop-floor."),
        QT_TRANSLATE_NOOP("texts", "Pause a machine that can wait, now; then look at the plan in force."),
    ),
    AlarmKind.COMMAND_FAILED: Guidance(
        QT_TRANSLATE_NOOP("texts", "command not carried out"),
        QT_TRANSLATE_NOOP("texts", "The command did not get through: {reason}."),
        QT_TRANSLATE_NOOP("texts", "The machine does not do what the approved plan says."),
        QT_TRANSLATE_NOOP(
            "texts", "Look at the machine; carry it out by hand or stop the plan on the Plan page."
        ),
    ),
    AlarmKind.LINE_DOWN: Guidance(
        QT_TRANSLATE_NOOP("texts", "line down"),
        QT_TRANSLATE_NOOP("texts", "The adapter is unplugged, renamed or taken by another program ({code})."),
        QT_TRANSLATE_NOOP("texts", "Nothing on this line is read; its curves have a gap until it is back."),
        QT_TRANSLATE_NOOP(
            "texts", "Check the adapter and its cable; the station resumes by itself when it is back."
        ),
    ),
    AlarmKind.PLC_SILENT: Guidance(
        QT_TRANSLATE_NOOP("texts", "PLC silent"),
        QT_TRANSLATE_NOOP("texts", "The PLC is switched off, or its cable is loose."),
        QT_TRANSLATE_NOOP("texts", "No command of a plan is written; machines stay as they are."),
        QT_TRANSLATE_NOOP("texts", "Check the PLC's supply and cable; until then the crew starts by hand."),
    ),
    AlarmKind.COMMAND_HELD: Guidance(
        QT_TRANSLATE_NOOP("texts", "command held back"),
        QT_TRANSLATE_NOOP("texts", "The machine is not ready for it: {reason}."),
        QT_TRANSLATE_NOOP("texts", "The batch begins late, and may end later than it is due."),
        QT_TRANSLATE_NOOP("texts", "Clear the cause at the machine; the command then follows by itself."),
    ),
    AlarmKind.START_NOT_SEEN: Guidance(
        QT_TRANSLATE_NOOP("texts", "start not seen by the meter"),
        QT_TRANSLATE_NOOP("texts", "The motor did not start, or the meter measures something else."),
        QT_TRANSLATE_NOOP("texts", "The batch stands still although the plan counts on it."),
        QT_TRANSLATE_NOOP("texts", "Look whether the machine turns; if it does, check its meter."),
    ),
    AlarmKind.METER_SILENT: Guidance(
        QT_TRANSLATE_NOOP("texts", "meter silent"),
        QT_TRANSLATE_NOOP("texts", "The meter is switched off, or has another address or baud rate."),
        QT_TRANSLATE_NOOP("texts", "Its machine is not measured, and no plan may start it."),
        QT_TRANSLATE_NOOP("texts", "Check the meter's supply, its address and its wires."),
    ),
    AlarmKind.IDLE_IN_PEAK: Guidance(
        QT_TRANSLATE_NOOP("texts", "running idle in peak tariff"),
        QT_TRANSLATE_NOOP("texts", "The batch is done and the machine was not switched off."),
        QT_TRANSLATE_NOOP("texts", "It draws {power_kw} kW at the dearest price and makes nothing."),
        QT_TRANSLATE_NOOP("texts", "Discharge it or switch it off."),
    ),
    AlarmKind.BATCH_OVERDUE: Guidance(
        QT_TRANSLATE_NOOP("texts", "batch takes too long"),
        QT_TRANSLATE_NOOP("texts", "The material grinds slower than usual, or the machine was held up."),
        QT_TRANSLATE_NOOP("texts", "The next batch starts late, and the plan may break its limits."),
        QT_TRANSLATE_NOOP("texts", "Take a sample; if it needs longer, search a new plan for what follows."),
    ),
    AlarmKind.METER_SUM_MISMATCH: Guidance(
        QT_TRANSLATE_NOOP("texts", "meters disagree"),
        QT_TRANSLATE_NOOP("texts", "A meter is wired, scaled or assigned wrongly."),
        QT_TRANSLATE_NOOP("texts", "Energy and savings of this shop-floor cannot be trusted."),
        QT_TRANSLATE_NOOP("texts", "Compare each meter's display with the Trends page."),
    ),
    AlarmKind.METER_MISREAD: Guidance(
        QT_TRANSLATE_NOOP("texts", "meter read wrongly"),
        QT_TRANSLATE_NOOP("texts", "Most likely {reason}; counted to computed energy is {factor}."),
        QT_TRANSLATE_NOOP("texts", "Energy, costs and savings of what it measures cannot be trusted."),
        QT_TRANSLATE_NOOP(
            "texts", "Compare the meter's display, then mend its ratios in the plant file, or its profile."
        ),
    ),
    AlarmKind.OTHER_MODEL: Guidance(
        QT_TRANSLATE_NOOP("texts", "not its profile's meter"),
        QT_TRANSLATE_NOOP("texts", "Most likely {reason}."),
        QT_TRANSLATE_NOOP(
            "texts", "Its values may be plausible and wrong; while it names another model they count nothing."
        ),
        QT_TRANSLATE_NOOP(
            "texts",
            "Compare its display and give it the right profile; if this one is right, allow what it says "
            "as ident in a copy of the profile.",
        ),
    ),
    AlarmKind.COUNTER_CHANGED: Guidance(
        QT_TRANSLATE_NOOP("texts", "counter began anew"),
        QT_TRANSLATE_NOOP("texts", "The counter does not go on from its last value: {reason}."),
        QT_TRANSLATE_NOOP("texts", "What was used in between is not counted; all else is."),
        QT_TRANSLATE_NOOP("texts", "Note both values and, if the meter was replaced, check its ratios."),
    ),
    AlarmKind.PLAN_DEPARTED: Guidance(
        QT_TRANSLATE_NOOP("texts", "reality has left the plan's band"),
        QT_TRANSLATE_NOOP(
            "texts", "A batch takes longer, was started by hand or late, or something else draws: {machines}."
        ),
        QT_TRANSLATE_NOOP("texts", "What the plan promised is no longer to be had from it."),
        QT_TRANSLATE_NOOP(
            "texts",
            "Plan again from now on the Plan page; a supervisor stops the old plan and signs the new.",
        ),
    ),
    AlarmKind.LINE_OVERLOADED: Guidance(
        QT_TRANSLATE_NOOP("texts", "line overloaded"),
        QT_TRANSLATE_NOOP("texts", "Too many meters, too slow a baud rate, or meters that do not answer."),
        QT_TRANSLATE_NOOP("texts", "Readings come later than their period and states change late."),
        QT_TRANSLATE_NOOP("texts", "Raise the baud rate or the period, or move meters to another line."),
    ),
}


ON_THE_LINE = (
    AlarmKind.LINE_DOWN,
    AlarmKind.LINE_OVERLOADED,
    AlarmKind.PLC_SILENT,
    AlarmKind.METER_SILENT,
    AlarmKind.METER_MISREAD,
    AlarmKind.OTHER_MODEL,
)
ON_THE_OVERVIEW = (AlarmKind.IDLE_IN_PEAK, AlarmKind.BATCH_OVERDUE, AlarmKind.IDLING, AlarmKind.OVERRUN)


def name(kind: str) -> str:
    """What a kind of alarm is called."""
    found = GUIDANCE.get(kind)
    return texts.translated(found.name) if found is not None else kind.replace("_", " ")


def sentence(context: DeskContext, alarm: Alarm | AlarmEvent) -> str:
    """What is wrong and where, in one line."""
    return alarm_sentence(alarm.kind, context.label(alarm.subject), alarm.detail)


def called(context: DeskContext, key: str) -> str:
    """An alarm by its key, without the numbers of the moment."""
    kind, subject = key.split(":")[:2]
    return f"{context.label(subject)}: {name(kind)}"


def guidance(alarm: Alarm, rules: Sequence[AlarmRule] = ()) -> Guidance | None:
    """Cause, consequence and action in the person's language, or as the plant file's rule says them.

    None for a kind without words.
    """
    found = GUIDANCE.get(alarm.kind)
    if found is None:
        return None
    rule = next((rule for rule in rules if rule.id == alarm.detail.get("rule")), None)
    detail = {
        name: plan_texts.code(str(value)) if name in ("reason", "code") else value
        for name, value in alarm.detail.items()
    }
    words = (found.name, found.cause, found.consequence, found.action)
    name, *answers = (texts.filled(texts.translated(text), detail) for text in words)
    own = ("", "", "") if rule is None else (rule.cause, rule.consequence, rule.action)
    return Guidance(name, *(mine or answer for mine, answer in zip(own, answers, strict=True)))


def place(context: DeskContext, alarm: Alarm) -> tuple[str, str] | None:
    """Where to look into an alarm: a page and the thing on it; None where there is no better place."""
    plan_id = alarm.detail.get("plan_id")
    if plan_id is not None:
        return "plan", str(plan_id)
    if alarm.kind in ON_THE_LINE:
        return "diagnosis", alarm.subject
    if alarm.kind == AlarmKind.DISK_FULL:
        return "diagnosis", "station"
    point = str(alarm.detail.get("point", "")) or _power_point(context, alarm.subject)
    if alarm.kind in ON_THE_OVERVIEW and any(one.id == alarm.subject for one in context.plant.machines):
        return "overview", alarm.subject
    return ("trends", point) if point else None


def _power_point(context: DeskContext, subject: str) -> str:
    """The power of a meter, or of what a meter measures."""
    found = (meter.id for meter in context.plant.meters if subject in (meter.id, meter.measures))
    meter_id = next(found, None)
    return "" if meter_id is None else f"{meter_id}.power_kw"


def design(context: DeskContext, by: str) -> str:
    """What keeps an alarm quiet by design: another alarm, or the state of its machine."""
    if ":" in by:
        return called(context, by)
    return texts.machine_state(MachineState(by)) if by in list(MachineState) else by


def suppression(context: DeskContext, alarm: Alarm, until: str) -> str:
    """Why an alarm is quiet, until when and by whom; "" when it is not."""
    if alarm.shelved_until_ms is not None:
        text = QCoreApplication.translate("texts", "Shelved until {until} by {actor}: {comment}")
    elif alarm.state == "out_of_service":
        text = QCoreApplication.translate("texts", "Out of service by {actor}: {comment}")
    elif alarm.state == "suppressed":
        text = QCoreApplication.translate("texts", "Quiet by design: {comment}")
        return text.format(comment=design(context, alarm.comment))
    else:
        return ""
    return text.format(until=until, actor=alarm.actor, comment=alarm.comment)
