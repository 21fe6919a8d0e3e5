"""What a desk writes into a request: one struct for each kind, to plain data and back."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from hmi.plant_edits import ItemEdit, PlantEdit
from hmi.store.records import RequestKind

P = TypeVar("P", bound=msgspec.Struct)
# A plan's id or a time in ms: no more than a database and a calendar can hold.
Whole = Annotated[int, msgspec.Meta(ge=0, le=253_370_764_800_000)]  # 9999-01-01


class PayloadError(Exception):
    """A request whose payload cannot be read; the text says which key and why."""


class ProposePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan: its canonical bytes, what they were made from, the signature over note and time."""

    document: bytes
    problem_json: bytes
    plan_json: bytes
    signature: bytes
    note: str
    t_ms: Whole


class DecidePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An approval or a rejection: the signature is over document, actor, `reason` and `t_ms`."""

    plan_id: Whole
    reason: str
    signature: bytes
    t_ms: Whole


class EndPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan to be withdrawn or stopped."""

    plan_id: Whole
    reason: str = ""


class HandleAlarm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alarm to be acknowledged, reset, taken off the shelf or put back in service."""

    key: str
    comment: str = ""


class SuppressAlarm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alarm to be shelved until `until_ms`, or (without an end) taken out of service."""

    key: str
    reason: str
    until_ms: Whole | None = None


class EnterBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch that production asks for; what is left out comes from the machine in the plant file."""

    id: str
    machine: str
    earliest_ms: Whole
    due_ms: Whole
    habit_start_ms: Whole
    running_min: Whole | None = None
    power_kw: float | None = None


class NoteBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch that ran, as its operator knows it; a note of the same id is corrected."""

    id: str
    machine: str
    start_ms: Whole
    end_ms: Whole | None = None
    recipe: str | None = None
    tonnes: float | None = None
    water_pct: float | None = None


class TakeBackNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was written of a batch was not so: of another machine, or twice."""

    id: str
    reason: str


class CloseFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody has looked into a finding; with `maintained` the machine is as new from now on."""

    machine: str
    kind: str
    reason: str
    maintained: bool = False


class PinModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold a machine's states to a version of what was learned; None lets it go."""

    machine: str
    version: Whole | None = None
    reason: str = ""


class EditPlant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of the plant file to be changed, and lines, meters and machines that come or go; all or none."""

    edits: list[PlantEdit] = []
    reason: str = ""
    items: list[ItemEdit] = []


PAYLOADS: dict[RequestKind, type[msgspec.Struct]] = {
    RequestKind.PROPOSE_PLAN: ProposePlan,
    RequestKind.APPROVE_PLAN: DecidePlan,
    RequestKind.REJECT_PLAN: DecidePlan,
    RequestKind.WITHDRAW_PLAN: EndPlan,
    RequestKind.STOP_PLAN: EndPlan,
    RequestKind.ACKNOWLEDGE: HandleAlarm,
    RequestKind.SHELVE: SuppressAlarm,
    RequestKind.UNSHELVE: HandleAlarm,
    RequestKind.OUT_OF_SERVICE: SuppressAlarm,
    RequestKind.RESET: HandleAlarm,
    RequestKind.BACK_IN_SERVICE: HandleAlarm,
    RequestKind.ENTER_BATCH: EnterBatch,
    RequestKind.NOTE_BATCH: NoteBatch,
    RequestKind.TAKE_BACK_NOTE: TakeBackNote,
    RequestKind.CLOSE_FINDING: CloseFinding,
    RequestKind.PIN_MODEL: PinModel,
    RequestKind.EDIT_PLANT: EditPlant,
}


def payload_of(value: msgspec.Struct) -> dict[str, object]:
    """The struct as plain data for the store; bytes become base64 text."""
    plain: dict[str, object] = msgspec.to_builtins(value)
    return plain


def read_payload(payload: dict[str, object], kind: type[P]) -> P:
    """Plain data back into a struct; raises PayloadError."""
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        raise PayloadError(str(error)) from error
