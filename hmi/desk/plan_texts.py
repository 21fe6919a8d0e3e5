"""What plans, commands and moves say, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hmi.desk.texts import band, filled, translated
from hmi.store.records import CommandAction, CommandState
from solver.plan import Move

_COMMAND_STATES = {
    CommandState.PENDING: QT_TRANSLATE_NOOP("texts", "waits for its time"),
    CommandState.WRITING: QT_TRANSLATE_NOOP("texts", "being written"),
    CommandState.VERIFIED: QT_TRANSLATE_NOOP("texts", "written and read back"),
    CommandState.HELD: QT_TRANSLATE_NOOP("texts", "held"),
    CommandState.FAILED: QT_TRANSLATE_NOOP("texts", "failed"),
    CommandState.SKIPPED: QT_TRANSLATE_NOOP("texts", "not needed"),
}

_ACTIONS = {
    CommandAction.TAKE: QT_TRANSLATE_NOOP("texts", "take over"),
    CommandAction.START: QT_TRANSLATE_NOOP("texts", "start"),
    CommandAction.PAUSE: QT_TRANSLATE_NOOP("texts", "pause"),
    CommandAction.RELEASE: QT_TRANSLATE_NOOP("texts", "hand back"),
}

# Why a command is held or skipped, and why a plan is stale (hmi/station/codes.py).
_CODES = {
    "local_control": QT_TRANSLATE_NOOP("texts", "the machine is in local control"),
    "interlock": QT_TRANSLATE_NOOP("texts", "an interlock forbids it"),
    "not_charged": QT_TRANSLATE_NOOP("texts", "the machine is not charged yet"),
    "not_remote": QT_TRANSLATE_NOOP("texts", "the machine does not listen to the station"),
    "not_taken": QT_TRANSLATE_NOOP("texts", "the machine was not taken over yet"),
    "already_running": QT_TRANSLATE_NOOP("texts", "somebody started it by hand"),
    "manual_start": QT_TRANSLATE_NOOP("texts", "what somebody started by hand is left alone"),
    "previous_batch": QT_TRANSLATE_NOOP("texts", "the batch before it still runs"),
    "batch_under_way": QT_TRANSLATE_NOOP("texts", "a batch is under way"),
    "meter_silent": QT_TRANSLATE_NOOP("texts", "its meter does not answer"),
    "plc_silent": QT_TRANSLATE_NOOP("texts", "the PLC does not answer"),
    "superseded": QT_TRANSLATE_NOOP("texts", "a later command took its place"),
    "batch_done": QT_TRANSLATE_NOOP("texts", "the batch is done"),
    "not_needed": QT_TRANSLATE_NOOP("texts", "there was nothing to do"),
    "not_running": QT_TRANSLATE_NOOP("texts", "the machine did not run"),
    "plan_over": QT_TRANSLATE_NOOP("texts", "the plan is over"),
    "plan_stopped": QT_TRANSLATE_NOOP("texts", "the plan was stopped"),
    "never_taken": QT_TRANSLATE_NOOP("texts", "the machine was never taken over"),
    "refused_and_repeated": QT_TRANSLATE_NOOP("texts", "the PLC refused it; it is asked again"),
    "tariff_changed": QT_TRANSLATE_NOOP("texts", "the tariff has changed since it was made"),
    "tariff_unreadable": QT_TRANSLATE_NOOP("texts", "the tariff in force cannot be read"),
    "start_passed": QT_TRANSLATE_NOOP("texts", "its first start is past"),
    "batch_started": QT_TRANSLATE_NOOP("texts", "one of its batches has begun already"),
    "batch_changed": QT_TRANSLATE_NOOP("texts", "one of its batches was changed"),
}

_MOVES = {
    "leaves_band": QT_TRANSLATE_NOOP(
        "texts", "{kwh} kWh leave the {from_band} band, most for the {to_band} band"
    ),
    "makes_room": QT_TRANSLATE_NOOP("texts", "makes room for another batch of its machine"),
    "lowers_peak": QT_TRANSLATE_NOOP(
        "texts", "lowers the highest mean load from {before_kw} to {after_kw} kW"
    ),
}


def command_state(state: CommandState) -> str:
    """How far a command has come."""
    return translated(_COMMAND_STATES[state])


def command_action(action: CommandAction) -> str:
    """What a command asks of the machine."""
    return translated(_ACTIONS[action])


def code(name: str) -> str:
    """Why something is held, skipped or stale; "" for no code, the code itself where it has no words."""
    return translated(_CODES[name]) if name in _CODES else name.replace("_", " ")


def move_reason(move: Move) -> str:
    """Why a batch was moved, in a sentence."""
    source = _MOVES.get(move.reason)
    if source is None:
        return move.reason.replace("_", " ")
    words: Mapping[str, object] = {
        key: band(value) if key.endswith("_band") and isinstance(value, str) else value
        for key, value in move.params.items()
    }
    return filled(translated(source), words)


def bound_sentence(gap: float) -> str:
    """What the gap to the bound means."""
    if gap < 1e-6:
        return QCoreApplication.translate("texts", "No plan can cost less: this one meets the proven bound.")
    text = QCoreApplication.translate(
        "texts", "No plan can cost {gap:.2%} less than this one; that is proven."
    )
    return text.format(gap=gap)
