"""The rows that station and desk exchange, as frozen facts; times are UTC ms in plant time unless said."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from devices.line_events import LineFigures, MeterFigures


class MachineState(StrEnum):
    """What a machine is doing, as its meter shows it."""

    SHUTDOWN = "shutdown"
    STANDBY = "standby"
    IDLING = "idling"
    RUNNING = "running"
    NO_DATA = "no-data"


class PlanState(StrEnum):
    """A plan's life; drafts live in the desk and are not stored."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ACTIVE = "active"
    FINISHED = "finished"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    STALE = "stale"


class CommandAction(StrEnum):
    """What the station asks the PLC to do with a machine."""

    TAKE = "take"  # wait for the station instead of the crew's habit
    START = "start"  # start the charged batch, or go on after a pause
    PAUSE = "pause"
    RELEASE = "release"  # hand the machine back to the crew


class CommandState(StrEnum):
    """A command's way to the PLC; WRITING is stored before the first byte leaves."""

    PENDING = "pending"
    WRITING = "writing"
    VERIFIED = "verified"  # read back and found as written
    HELD = "held"  # interlock, local control, manual start or a bad reading forbids it for now
    FAILED = "failed"
    SKIPPED = "skipped"


class RequestKind(StrEnum):
    """What a desk may ask of the station."""

    PROPOSE_PLAN = "propose_plan"
    APPROVE_PLAN = "approve_plan"
    REJECT_PLAN = "reject_plan"
    WITHDRAW_PLAN = "withdraw_plan"
    STOP_PLAN = "stop_plan"
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    OUT_OF_SERVICE = "out_of_service"
    RESET = "reset"
    BACK_IN_SERVICE = "back_in_service"
    ENTER_BATCH = "enter_batch"
    NOTE_BATCH = "note_batch"
    TAKE_BACK_NOTE = "take_back_note"
    CLOSE_FINDING = "close_finding"
    PIN_MODEL = "pin_model"
    EDIT_PLANT = "edit_plant"


class AlarmState(StrEnum):
    """ISA-18.2 states of an alarm."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"  # back to normal, not acknowledged
    LATCHED = "latched"  # back to normal, but it stands until somebody resets it; not acknowledged
    LATCHED_ACKNOWLEDGED = "latched_acknowledged"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"  # by design: something else explains it, or it means nothing just now
    OUT_OF_SERVICE = "out_of_service"


class Role(StrEnum):
    """Who may do what; see hmi/roles.py."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that production asks for; `habit_start_ms` is when the crew would start it without a plan."""

    id: str
    machine: str
    earliest_ms: int
    due_ms: int
    habit_start_ms: int
    running_min: int
    power_kw: float
    gap_before_min: int
    most_pauses: int
    least_pause_min: int
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class MachineStatus:
    """The newest of a machine; written by the station, one row a machine."""

    machine: str
    t_ms: int
    state: MachineState
    since_ms: int
    plc_known: bool = False
    plc_running: bool = False
    plc_charged: bool = False
    plc_local: bool = False
    plc_interlock: bool = False
    plc_remote: bool = False
    cycle_start_ms: int | None = None  # the batch under way, None between batches
    cycle_running_min: float = 0.0
    cycle_paused: bool = False
    energy_kwh: float = 0.0  # used by the batch under way
    remaining_kwh: float | None = None  # median, with its 80 % band
    remaining_low_kwh: float | None = None
    remaining_high_kwh: float | None = None
    end_ms: int | None = None  # expected end, with its 80 % band
    end_low_ms: int | None = None
    end_high_ms: int | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A stretch in one state; the last one of a machine is still open (`end_ms` None)."""

    machine: str
    start_ms: int
    end_ms: int | None
    state: MachineState


@dataclass(frozen=True, slots=True)
class Cycle:
    """A batch as the meter saw it; None and {} are what an older station did not keep."""

    machine: str
    start_ms: int
    end_ms: int
    running_min: float
    paused_min: float
    energy_kwh: float
    complete: bool
    unseen_min: float = 0.0
    ended_by: str | None = None
    mean_kw: float | None = None  # while it ran
    peak_kw: float | None = None
    energy_by_band: dict[str, float] = field(default_factory=dict)  # kWh, in the tariff's order


@dataclass(frozen=True, slots=True)
class BatchNote:
    """What an operator wrote of a batch that ran; None is what was left empty."""

    id: str
    machine: str
    start_ms: int
    end_ms: int | None
    recipe: str | None
    tonnes: float | None
    water_pct: float | None
    entered_by: str
    entered_ms: int


@dataclass(frozen=True, slots=True)
class PlantVersion:
    """A plant and its tariff as JSON, in force from `from_ms` on; `digest` is the SHA-256 of both."""

    id: int
    from_ms: int
    wall_ms: int  # when the station noted it
    plant: str
    tariff: str
    digest: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected mean power per interval of the shop-floor or a machine, made at `made_ms`."""

    subject: str
    made_ms: int
    start_ms: int
    interval_ms: int
    power_kw: list[float]
    low_kw: list[float]
    high_kw: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStatus(LineFigures):
    """How a physical line does."""

    line: str
    t_ms: int
    connected: bool
    reason: str  # devices.transport.PortTrouble when not connected, else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterStatus(MeterFigures):
    """How a meter (or PLC) on a line does."""

    line: str
    t_ms: int
    stale: int = 0  # polls in which it answered, but with values that had stopped moving


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a plan; `sequence` is what the PLC sees, unique and rising."""

    id: int
    plan_id: int
    machine: str
    batch: str
    action: CommandAction
    due_ms: int
    sequence: int
    state: CommandState = CommandState.PENDING
    reason: str = ""  # a code of hmi/desk/texts.py, e.g. "local_control"
    written_ms: int | None = None
    read_back_ms: int | None = None
    frames: str = ""  # raw frames in hex, request > reply, one pair a line


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A proposed plan and what became of it."""

    id: int
    state: PlanState
    document: bytes  # canonical bytes of the PlanDocument (hmi/approval.py)
    problem_json: bytes
    plan_json: bytes
    tariff_hash: str
    data_hash: str
    start_ms: int
    end_ms: int
    proposed_by: str
    proposed_ms: int
    proposal_signature: bytes
    note: str = ""
    decided_by: str = ""
    decided_ms: int | None = None
    decision_reason: str = ""
    approval_signature: bytes | None = None
    activated_ms: int | None = None
    finished_ms: int | None = None
    state_reason: str = ""  # a code, e.g. "tariff_changed"; what a person said who stopped it
    verification_json: bytes | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Something a desk wants done; the station answers it once."""

    id: int
    t_ms: int
    actor: str
    host: str
    kind: RequestKind
    payload: dict[str, object]
    answered_ms: int | None = None
    accepted: bool | None = None
    answer: str = ""  # a code; "" when accepted
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm and its present state; `key` is `<kind>:<subject>`, `detail` fills the words of the desk."""

    key: str
    kind: str
    subject: str
    priority: int  # 1 critical .. 4 low
    state: AlarmState
    raised_ms: int
    changed_ms: int
    active: bool
    count: int = 1
    detail: dict[str, object] = field(default_factory=dict)
    shelved_until_ms: int | None = None
    actor: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One change of an alarm, for the journal."""

    id: int
    t_ms: int
    key: str
    kind: str
    subject: str
    priority: int
    before: AlarmState
    after: AlarmState
    actor: str
    comment: str
    detail: dict[str, object]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when, from what to what; chained by hashes."""

    id: int
    t_ms: int
    wall_ms: int
    actor: str
    host: str
    action: str
    target: str
    before: str
    after: str
    result: str
    reason: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in; the private key is encrypted under the password."""

    name: str
    role: Role
    password_hash: str  # Argon2id
    public_key: bytes  # Ed25519, 32 bytes
    sealed_private_key: bytes
    granted_by: str
    grant_signature: bytes  # by the administrator's key, over name, role and public key
    active: bool = True


@dataclass(frozen=True, slots=True)
class SignInFailures:
    """Failed sign-ins under a name since the last that succeeded; the name need not be anybody's."""

    name: str
    count: int = 0
    not_before_wall_ms: int = 0  # wall time


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The station's sign of life."""

    t_ms: int
    wall_ms: int  # wall time
    pid: int = 0


@dataclass(frozen=True, slots=True)
class ForecastScore:
    """How a past forecast of a subject met what its meter read: means over the intervals that were read.

    `covered` is the share of them within the band, `read` the share of the window's intervals that were read.
    """

    subject: str
    from_ms: int
    to_ms: int
    error_kw: float
    mean_kw: float
    covered: float
    read: float
