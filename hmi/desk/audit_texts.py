"""Entries of the audit put into words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hmi.desk import alarm_texts, plan_texts, refusal_texts, texts
from hmi.desk.context import DeskContext
from hmi.station.codes import Stale
from hmi.store.audit import ChainCheck
from hmi.store.records import AlarmState, AuditEntry, PlanState, RequestKind, Role

LONGEST = 28
KEY_LETTERS = 8  # of a public key, enough to tell keys apart by eye
RECORD = (
    "id",
    "time",
    "wall_time",
    "actor",
    "host",
    "action",
    "target",
    "before",
    "after",
    "result",
    "reason",
    "previous_hash",
    "hash",
)

_ACTIONS: dict[str, object] = {
    "sign_in": QT_TRANSLATE_NOOP("texts", "sign in"),
    "add_user": QT_TRANSLATE_NOOP("texts", "add a user"),
    RequestKind.PROPOSE_PLAN: QT_TRANSLATE_NOOP("texts", "propose a plan"),
    RequestKind.APPROVE_PLAN: QT_TRANSLATE_NOOP("texts", "approve a plan"),
    RequestKind.REJECT_PLAN: QT_TRANSLATE_NOOP("texts", "reject a plan"),
    RequestKind.WITHDRAW_PLAN: QT_TRANSLATE_NOOP("texts", "withdraw a plan"),
    RequestKind.STOP_PLAN: QT_TRANSLATE_NOOP("texts", "stop a plan"),
    RequestKind.ACKNOWLEDGE: QT_TRANSLATE_NOOP("texts", "acknowledge an alarm"),
    RequestKind.RESET: QT_TRANSLATE_NOOP("texts", "reset a latched alarm"),
    RequestKind.SHELVE: QT_TRANSLATE_NOOP("texts", "shelve an alarm"),
    RequestKind.UNSHELVE: QT_TRANSLATE_NOOP("texts", "take an alarm off the shelf"),
    RequestKind.OUT_OF_SERVICE: QT_TRANSLATE_NOOP("texts", "take an alarm out of service"),
    RequestKind.BACK_IN_SERVICE: QT_TRANSLATE_NOOP("texts", "put an alarm back in service"),
    RequestKind.ENTER_BATCH: QT_TRANSLATE_NOOP("texts", "enter a batch"),
    RequestKind.NOTE_BATCH: QT_TRANSLATE_NOOP("texts", "note a batch that ran"),
    RequestKind.TAKE_BACK_NOTE: QT_TRANSLATE_NOOP("texts", "take back what was written of a batch"),
    RequestKind.CLOSE_FINDING: QT_TRANSLATE_NOOP("texts", "close a finding"),
    RequestKind.PIN_MODEL: QT_TRANSLATE_NOOP("texts", "pin what was learned of a machine"),
    RequestKind.EDIT_PLANT: QT_TRANSLATE_NOOP("texts", "change the plant"),
    "note_plant": QT_TRANSLATE_NOOP("texts", "plant in force"),
    "thin_readings": QT_TRANSLATE_NOOP("texts", "thin old readings"),
    "command_take": QT_TRANSLATE_NOOP("texts", "command: take over"),
    "command_start": QT_TRANSLATE_NOOP("texts", "command: start"),
    "command_pause": QT_TRANSLATE_NOOP("texts", "command: pause"),
    "command_release": QT_TRANSLATE_NOOP("texts", "command: hand back"),
    "plan_active": QT_TRANSLATE_NOOP("texts", "plan begins"),
    "plan_finished": QT_TRANSLATE_NOOP("texts", "plan is over"),
    "plan_verified": QT_TRANSLATE_NOOP("texts", "plan is verified"),
    "plan_stopped": QT_TRANSLATE_NOOP("texts", "plan is stopped"),
    "plan_stale": QT_TRANSLATE_NOOP("texts", "plan is stale"),
}

_RESULTS = {
    "ok": QT_TRANSLATE_NOOP("texts", "done"),
    "refused": QT_TRANSLATE_NOOP("texts", "refused"),
    "verified": QT_TRANSLATE_NOOP("texts", "read back"),
    "failed": QT_TRANSLATE_NOOP("texts", "failed"),
    "held": QT_TRANSLATE_NOOP("texts", "held"),
    "skipped": QT_TRANSLATE_NOOP("texts", "not needed"),
}

_TARGETS = {
    "plan": QT_TRANSLATE_NOOP("texts", "plan {rest}"),
    "alarm": QT_TRANSLATE_NOOP("texts", "alarm {rest}"),
    "batch": QT_TRANSLATE_NOOP("texts", "batch {rest}"),
}

STATION = "station"
_KEY = re.compile(r"[0-9a-f]{32,}")
_SEQUENCE = re.compile(r"plan (\d+), sequence (\d+)")
_PLAN_STATES = {state.value: state for state in PlanState}
_ALARM_STATES = {state.value: state for state in AlarmState}
_ROLES = {role.value: role for role in Role}


def action(code: str) -> str:
    """What was done."""
    return texts.translated(_ACTIONS[code]) if code in _ACTIONS else code.replace("_", " ")


def result(code: str) -> str:
    """How it ended."""
    return texts.translated(_RESULTS[code]) if code in _RESULTS else code


def actor(name: str) -> str:
    """Who did it: a person, or the station itself."""
    if name == STATION:
        return QCoreApplication.translate("texts", "station")
    return name or QCoreApplication.translate("texts", "unknown")


def target(entry: AuditEntry, context: DeskContext) -> str:
    """What it was done to."""
    kind, _, rest = entry.target.partition(" ")
    if kind == "alarm":
        return alarm_texts.called(context, rest)
    if kind in _TARGETS:
        return texts.translated(_TARGETS[kind]).format(rest=rest)
    if entry.action.startswith("command_"):
        return " ".join([context.label(kind), rest]).strip()
    return entry.target


def change(entry: AuditEntry) -> str:
    """From what to what."""
    before, after = _short(_value(entry.before)), _short(_value(entry.after))
    if before and after:
        return f"{before} → {after}"
    return after or before


def reason(entry: AuditEntry) -> str:
    """Why: what a person wrote, or the code of a refusal in words."""
    if entry.result == "refused" and entry.reason:
        if entry.reason in set(Stale):  # the audit has not kept which machine it was
            return plan_texts.code(entry.reason)
        return refusal_texts.refusal(entry.reason, {})
    if entry.action.startswith("command_"):
        return plan_texts.code(entry.reason)
    return entry.reason


def whole(entry_record: Sequence[str]) -> str:
    """All that an entry holds, for who wants to know it exactly."""
    fields = dict(zip(RECORD, entry_record, strict=True))
    text = QCoreApplication.translate(
        "texts",
        "Entry {id}, {time} (wall clock {wall_time}): {action} {target}\n"
        "before: {before}\nafter: {after}\nsealed as {hash}, after {previous_hash}",
    )
    return texts.filled(text, {key: value or "–" for key, value in fields.items()})


def record(entry: AuditEntry, zone: ZoneInfo) -> tuple[str, ...]:
    """An entry as it is exported: whole, in codes, times with their offset; the columns are RECORD."""
    return (
        str(entry.id),
        texts.iso_time(entry.t_ms, zone),
        texts.iso_time(entry.wall_ms, zone),
        entry.actor,
        entry.host,
        entry.action,
        entry.target,
        entry.before,
        entry.after,
        entry.result,
        entry.reason,
        entry.previous_hash,
        entry.hash,
    )


def chain(check: ChainCheck) -> str:
    """What the check of the chain has found, in a sentence."""
    if check.broken_id is not None:
        text = QCoreApplication.translate(
            "texts",
            "The chain breaks at entry {id}: it is missing or was changed from outside. "
            "Keep a copy of the database and tell the administrator.",
        )
        return text.format(id=check.broken_id)
    if not check.at_end:
        text = QCoreApplication.translate("texts", "Checking the chain: {n} entries so far …")
        return text.format(n=check.checked)
    if check.checked == 0:
        return QCoreApplication.translate("texts", "The audit is empty, and nothing is missing from it.")
    if check.checked == 1:
        return QCoreApplication.translate("texts", "The only entry is in its chain.")
    text = QCoreApplication.translate("texts", "All {n} entries are in their chain.")
    return text.format(n=check.checked)


def _short(text: str) -> str:
    return f"{text[: LONGEST - 1]}…" if len(text) > LONGEST else text


def _value(text: str) -> str:
    if text in _PLAN_STATES:
        return texts.plan_state(_PLAN_STATES[text])
    if text in _ALARM_STATES:
        return texts.alarm_state(_ALARM_STATES[text])
    sequence = _SEQUENCE.fullmatch(text)
    if sequence is not None:
        words = QCoreApplication.translate("texts", "plan {plan}, sequence {sequence}")
        return words.format(plan=sequence[1], sequence=sequence[2])
    name, _, rest = text.partition(" ")
    if name not in _ROLES:
        return text
    role = texts.role(_ROLES[name])
    if _KEY.fullmatch(rest) is None:
        return f"{role} {rest}".rstrip()
    words = QCoreApplication.translate("texts", "{role}, key {key}…")
    return words.format(role=role, key=rest[:KEY_LETTERS])
