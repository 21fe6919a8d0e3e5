"""Why the station did not do what was asked, and why a plan is stale: codes put into words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hmi.desk.texts import filled, translated
from hmi.station.codes import Refusal, Stale

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
    Refusal.NOTE_TAKEN: QT_TRANSLATE_NOOP(
        "texts",
        "“{note}” is the name of another batch, of {machine}; "
        "choose another name, or take that note back first.",
    ),
    Refusal.UNKNOWN_NOTE: QT_TRANSLATE_NOOP(
        "texts", "Nothing is written of a batch “{note}”; perhaps it was taken back already."
    ),
    Refusal.BAD_NOTE: QT_TRANSLATE_NOOP(
        "texts",
        "The batch does not fit: it has a name and begins before now and before its end; "
        "tonnes are above 0, water is between 0 and 100 %.",
    ),
    Refusal.UNKNOWN_FINDING: QT_TRANSLATE_NOOP("texts", "There is no such finding any more."),
    Refusal.UNKNOWN_MODEL: QT_TRANSLATE_NOOP(
        "texts", "There is no version {version} of what was learned of this machine."
    ),
    Refusal.BAD_BATCH: QT_TRANSLATE_NOOP(
        "texts",
        "The batch's times do not fit: it must start after its earliest time and end by its due time.",
    ),
    Refusal.BATCH_IN_PLAN: QT_TRANSLATE_NOOP(
        "texts",
        "Batch {batch} is there already and part of plan {plan_id}, which is in force; "
        "choose another name, or have that plan stopped first.",
    ),
    Refusal.BATCH_RUNS: QT_TRANSLATE_NOOP(
        "texts", "Batch {batch} is there already and under way at {machine}; choose another name."
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


def refusal(code: str, detail: Mapping[str, object]) -> str:
    """Why the station did not do what was asked."""
    source = _REFUSALS.get(code)
    if source is not None:
        return filled(translated(source), detail)
    return QCoreApplication.translate("texts", "The station refused this ({code}).").format(code=code)
