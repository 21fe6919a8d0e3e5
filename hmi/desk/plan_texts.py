"""What plans, commands and moves say, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hmi.desk.context import DeskContext
from hmi.desk.limit_texts import limit_name
from hmi.desk.numbers import Counted, Local, number
from hmi.desk.plan_draft import BY_HAND, Draft
from hmi.desk.texts import band, day_and_time, filled, translated
from hmi.planning import NothingToPlanError
from hmi.store.records import CommandAction, CommandState
from solver.check import Breach, Limit
from solver.check_breach import plain
from solver.durations import MINUTE_MS
from solver.events import SearchFailed
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
    "unverified_approval": QT_TRANSLATE_NOOP("texts", "its approval cannot be verified"),
    # What the PLC's line tells of a command (devices/plc_poll.py).
    "unknown_machine": QT_TRANSLATE_NOOP("texts", "the PLC does not know this machine"),
    "not_allowed": QT_TRANSLATE_NOOP("texts", "the PLC's profile does not allow this register"),
    "bad_sequence": QT_TRANSLATE_NOOP("texts", "its sequence number is out of range"),
    "newer_sequence": QT_TRANSLATE_NOOP("texts", "the PLC has seen a newer command already"),
    "no_answer": QT_TRANSLATE_NOOP("texts", "the PLC did not answer, nothing was written"),
    "no_read_back": QT_TRANSLATE_NOOP("texts", "it was sent, but could not be read back"),
    "not_written": QT_TRANSLATE_NOOP("texts", "the PLC holds something else than was written"),
    "not_executed": QT_TRANSLATE_NOOP("texts", "the PLC holds it, but did not carry it out"),
    "not_carried_out": QT_TRANSLATE_NOOP("texts", "the PLC did not carry it out, several times over"),
    "refused": QT_TRANSLATE_NOOP("texts", "the PLC refused it"),
    "no_plc": QT_TRANSLATE_NOOP("texts", "there is no PLC on this line"),
    "wrong_factor": QT_TRANSLATE_NOOP("texts", "a CT or PT ratio or a scale is wrong"),
    "wrong_sign": QT_TRANSLATE_NOOP("texts", "power has the wrong sign, or clamps are turned round"),
    "wrong_order_power": QT_TRANSLATE_NOOP("texts", "words or bytes of power are read in the wrong order"),
    "wrong_order_energy": QT_TRANSLATE_NOOP("texts", "words or bytes of energy are read in the wrong order"),
    "other_model": QT_TRANSLATE_NOOP("texts", "another kind of meter hangs at this address"),
    "model_not_told": QT_TRANSLATE_NOOP("texts", "an old version of the model, or another kind of meter"),
    "unexplained": QT_TRANSLATE_NOOP("texts", "no single mistake explains it"),
    "counter_reset": QT_TRANSLATE_NOOP("texts", "it began again near zero"),
    "counter_moved": QT_TRANSLATE_NOOP("texts", "it was set, or another meter took its place"),
    "counter_jumped": QT_TRANSLATE_NOOP("texts", "it is further on than power allows"),
    "counter_replaced": QT_TRANSLATE_NOOP("texts", "the meter has another serial number"),
    "port_missing": QT_TRANSLATE_NOOP("texts", "the port is missing"),
    "port_busy": QT_TRANSLATE_NOOP("texts", "the port is taken by another program"),
    "port_lost": QT_TRANSLATE_NOOP("texts", "the port vanished while it was in use"),
    "port_unusable": QT_TRANSLATE_NOOP("texts", "the port cannot be used as it is set up"),
}

_MOVES = {
    "leaves_band": QT_TRANSLATE_NOOP(
        "texts", "{kwh} kWh leave the {from_band} band, most for the {to_band} band"
    ),
    "less_carbon": QT_TRANSLATE_NOOP("texts", "emits {kg} kg less"),
    "less_night": QT_TRANSLATE_NOOP("texts", "takes {hours:hour|hours} less of night work"),
    "keeps_limit": QT_TRANSLATE_NOOP("texts", "would break a limit where it was: {limit}"),
    "makes_room": QT_TRANSLATE_NOOP("texts", "makes room for another batch of its machine"),
    "lowers_peak": QT_TRANSLATE_NOOP(
        "texts", "lowers the highest mean load from {before_kw} to {after_kw} kW"
    ),
}


_LIMITS: dict[str, object] = {
    Limit.NO_START: QT_TRANSLATE_NOOP("texts", "has no start"),
    Limit.GAP: QT_TRANSLATE_NOOP(
        "texts", "begins at {at}, and may at {limit} after the batch before it and its gap"
    ),
    Limit.PAUSE_TOO_SHORT: QT_TRANSLATE_NOOP(
        "texts", "pauses for {found} min, and at least {allowed} are due"
    ),
    Limit.TOO_MANY_PAUSES: QT_TRANSLATE_NOOP(
        "texts", "pauses {found:time|times}, and {allowed:is|are} allowed"
    ),
    Limit.PAUSE_AT_THE_EDGE: QT_TRANSLATE_NOOP("texts", "pauses before its first or after its last minute"),
    Limit.OVERLAP: QT_TRANSLATE_NOOP("texts", "runs at {at}, when another batch does"),
    Limit.EARLIEST: QT_TRANSLATE_NOOP("texts", "begins at {at}, before its earliest, {limit}"),
    Limit.DUE: QT_TRANSLATE_NOOP("texts", "ends at {at}, after it is due at {limit}"),
    Limit.HORIZON: QT_TRANSLATE_NOOP("texts", "ends at {at}, after the plan's last minute, {limit}"),
    Limit.STRANGER: QT_TRANSLATE_NOOP("texts", "is not a batch of this machine"),
    Limit.MAINTENANCE: QT_TRANSLATE_NOOP("texts", "runs at {at}, in the maintenance until {limit}"),
    Limit.FIXED: QT_TRANSLATE_NOOP("texts", "begins at {at}, and stays at {limit}: its machine is fixed"),
    Limit.SLEEP: QT_TRANSLATE_NOOP(
        "texts", "leaves {found} min at {at} to switch its machine on or off, and that takes {allowed}"
    ),
    Limit.SUPPLY: QT_TRANSLATE_NOOP("texts", "{found} kW at {at}, and the supply carries {allowed} kW"),
    Limit.INTERVAL_ENERGY: QT_TRANSLATE_NOOP(
        "texts", "{found} kWh in the interval from {at} on, and {allowed} kWh are allowed"
    ),
    Limit.CREW: QT_TRANSLATE_NOOP(
        "texts",
        "{found:person is|people are} needed to charge and discharge at {at}, and {allowed:is|are} there",
    ),
    Limit.BUFFER_EMPTY: QT_TRANSLATE_NOOP("texts", "buffer {buffer} falls to {found} at {at}"),
    Limit.BUFFER_FULL: QT_TRANSLATE_NOOP(
        "texts", "buffer {buffer} rises to {found} at {at}, and holds {allowed}"
    ),
    Limit.STARTS: QT_TRANSLATE_NOOP(
        "texts", "{found:start|starts} within {within_min} min from {at} on, and {allowed:is|are} allowed"
    ),
    Limit.MOVED_TOO_FAR: QT_TRANSLATE_NOOP("texts", "moves by {found} min to {at}, and may by {allowed}"),
    Limit.TOO_MANY_MOVED: QT_TRANSLATE_NOOP(
        "texts", "{found:batch moves or pauses|batches move or pause}, and {allowed} may"
    ),
}


# What forbids every plan, by the key of the limit (solver/infeasible.py).
_PROVEN: dict[str, object] = {
    "limits.supply_kw": QT_TRANSLATE_NOOP(
        "texts", "Every plan draws at least {excess} {unit} more than the supply carries"
    ),
    "limits.interval_energy_kwh": QT_TRANSLATE_NOOP(
        "texts", "Every plan uses at least {excess} {unit} more than an interval allows"
    ),
    "limits.crew": QT_TRANSLATE_NOOP("texts", "Every plan lacks at least {excess:person|people} of the crew"),
    "limits.buffers": QT_TRANSLATE_NOOP(
        "texts", "Every plan runs a buffer empty, or over, by at least {excess}"
    ),
    "limits.starts": QT_TRANSLATE_NOOP(
        "texts", "Every plan has at least {excess:start|starts} too many close together"
    ),
    "limits.distance.most_batches": QT_TRANSLATE_NOOP(
        "texts",
        "At least {excess:batch|batches} more than allowed cannot stay {excess:=where it is|where they are}",
    ),
    "due_min": QT_TRANSLATE_NOOP(
        "texts", "The batches of a machine need {excess} min more than their windows leave"
    ),
}
_PROVEN["limits.supply_kva"] = _PROVEN["limits.supply_kw"]
_TOO_LATE = QT_TRANSLATE_NOOP("texts", "It begins {excess} min later than the plan in force lets it")
_PROVEN_OTHERWISE = QT_TRANSLATE_NOOP("texts", "No plan can keep {limit}")


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
    words: Mapping[str, object] = {key: _move_word(key, value) for key, value in move.params.items()}
    return filled(translated(source), words)


def _move_word(key: str, value: str | float) -> str | float:
    if isinstance(value, float):
        return value
    return band(value) if key.endswith("_band") else limit_name(value)


def bound_sentence(gap: float) -> str:
    """What the gap to the bound means."""
    if gap < 1e-6:
        return QCoreApplication.translate("texts", "No plan can cost less: this one meets the proven bound.")
    text = QCoreApplication.translate(
        "texts", "No plan can cost more than {gap:.2%} less than this one; that is proven."
    )
    return text.format(gap=Local(gap))


def draft_sentence(context: DeskContext, draft: Draft) -> str:
    """Why a plan in the making cannot be proposed; else how good it is, and where it is from."""
    if draft.breaches:
        why = breach(context, draft.breaches[0], draft.start_ms)
        more = len(draft.breaches) - 1
        text = (
            QCoreApplication.translate("texts", "This cannot be proposed: {why} And {n} more.")
            if more
            else QCoreApplication.translate("texts", "This cannot be proposed: {why}")
        )
        return text.format(why=why, n=more)
    plan = draft.plan
    if plan.method.endswith(BY_HAND):
        found = QCoreApplication.translate("texts", "Changed by hand; Search finds the best one again.")
        return f"{bound_sentence(plan.gap)} {found}"
    found = QCoreApplication.translate(
        "texts", "Found in {seconds:.1f} s with {iterations:iteration|iterations}, seed {seed}."
    )
    found = found.format(seconds=plan.seconds, iterations=Counted(plan.iterations), seed=plan.seed)
    return f"{bound_sentence(plan.gap)} {found}"


def breach(context: DeskContext, found: Breach, start_ms: int) -> str:
    """Which limit a plan that begins at `start_ms` breaks, with local times."""
    numbers = {key: plain(value, found.excess) for key, value in found.params.items()}
    times = _times(context, found.params, start_ms)
    what = filled(translated(_LIMITS[found.limit]), {**numbers, **times})
    if not found.machine:
        text = QCoreApplication.translate("texts", "All machines together: {what}.")
        return text.format(what=what)
    text = QCoreApplication.translate("texts", "{machine}, batch {batch}: {what}.")
    return text.format(machine=context.label(found.machine), batch=found.batch, what=what)


def _times(context: DeskContext, params: Mapping[str, float | str], start_ms: int) -> dict[str, str]:
    """The local times of a plan's minutes."""
    words = {"at_min": "at", "limit_min": "limit"}
    return {word: _local(context, start_ms, int(params[key])) for key, word in words.items() if key in params}


def nothing_to_plan(context: DeskContext, error: NothingToPlanError) -> str:
    """Why there is nothing that a search could move, and what to do."""
    if not error.waiting:
        return QCoreApplication.translate(
            "texts", "There is no batch that a plan could still move; enter one first (Batch …)."
        )
    text = QCoreApplication.translate(
        "texts",
        "No waiting batch can be done in time, counted from when its machine is free, within the "
        "{hours} h that a plan looks ahead: {batches}. Search again later, give it more time (Batch …), "
        "or have an engineer let plans look further ahead (Plant, Plan rules).",
    )
    hours = number(context.plant.rules.horizon_min / 60, 0)
    return text.format(hours=hours, batches=", ".join(error.waiting))


def search_failed(context: DeskContext, event: SearchFailed, start_ms: int) -> str:
    """Why a search has found no plan."""
    if event.code == "worker_ended":
        return QCoreApplication.translate("texts", "The solver's process ended; search again.")
    if event.code == "infeasible":
        return _proven(context, event.params, start_ms)
    if event.code == "failed" and event.params.get("breach") in set(Limit):
        text = QCoreApplication.translate(
            "texts", "No plan was found in this time that keeps every limit. The closest one: {what}"
        )
        return text.format(what=breach(context, _breach_in(event.params), start_ms))
    text = QCoreApplication.translate("texts", "The solver refuses the problem: {sentence}")
    return text.format(sentence=event.sentence)


def _breach_in(params: Mapping[str, str | float]) -> Breach:
    machine, batch = str(params.get("machine", "")), str(params.get("batch", ""))
    return Breach(Limit(str(params["breach"])), machine, batch, params)


def _proven(context: DeskContext, params: Mapping[str, str | float], start_ms: int) -> str:
    """Which limit forbids every plan, by how much, and where."""
    if "end_min" in params and "due_min" in params:
        text = QCoreApplication.translate(
            "texts",
            "{machine}, batch {batch}, ends at {end} at the earliest, and must by {due}; "
            "move that limit or a batch before it.",
        )
        return text.format(
            machine=context.label(str(params.get("machine", ""))),
            batch=params.get("batch", ""),
            end=_local(context, start_ms, int(params["end_min"])),
            due=_local(context, start_ms, int(params["due_min"])),
        )
    limit, unit = str(params.get("limit", "")), str(params.get("unit", ""))
    source = _TOO_LATE if unit == "min" and limit != "due_min" else _PROVEN.get(limit, _PROVEN_OTHERWISE)
    excess = plain(params["excess"]) if "excess" in params else "–"
    what = translated(source).format(excess=Counted(excess), unit=unit, limit=limit)
    where = _where(context, params, start_ms)
    if not where:
        return QCoreApplication.translate("texts", "{what}.").format(what=what)
    return QCoreApplication.translate("texts", "{what} ({where}).").format(what=what, where=where)


def _where(context: DeskContext, params: Mapping[str, str | float], start_ms: int) -> str:
    parts: list[str] = []
    if "buffer" in params:
        parts.append(QCoreApplication.translate("texts", "buffer {buffer}").format(buffer=params["buffer"]))
    if params.get("machine"):
        text = QCoreApplication.translate("texts", "{machine}, batch {batch}")
        label = context.label(str(params["machine"]))
        parts.append(text.format(machine=label, batch=params.get("batch", "–")))
    if "at_min" in params:
        parts.append(_local(context, start_ms, int(params["at_min"])))
    return QCoreApplication.translate("texts", ", ").join(parts)


def _local(context: DeskContext, start_ms: int, minute: int) -> str:
    return day_and_time(start_ms + minute * MINUTE_MS, context.plant.zone)
