"""What a line's poller is handed, and what it tells: frozen facts on one queue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devices.framing import Framing
from devices.plc import PlcAction, PlcMachineStatus, PlcProfile
from devices.profile import MeterProfile
from devices.reading import Reading


@dataclass(frozen=True, slots=True)
class LineConfig:
    """A physical line; `port` is a device path, `tcp://host:port` or `rtu+tcp://host:port`.

    `framing` is how Modbus is wrapped there, RTU or ASCII; behind `tcp://` it is always Modbus TCP.
    """

    id: str
    port: str
    baud: int = 9600
    parity: str = "N"
    stop_bits: int = 1
    framing: Framing = Framing.RTU


@dataclass(frozen=True, slots=True)
class MeterOnLine:
    """A meter on a line; `poll_s` is plant time; a ratio that is None is the meter's own, or 1.

    `unit` is the address in Modbus and M-Bus; where it is digits or a text it is `address`.
    """

    id: str
    unit: int
    profile: MeterProfile
    poll_s: float
    ct_ratio: float | None = None
    pt_ratio: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class PlcOnLine:
    """A PLC on a line; `machines` in the order of its register blocks, `poll_s` in plant time."""

    id: str
    unit: int
    profile: PlcProfile
    machines: tuple[str, ...]
    poll_s: float


@dataclass(frozen=True, slots=True)
class WriteCommand:
    """Something the PLC shall do once; the sequence is unique and rising per PLC."""

    command_id: int
    machine: str
    sequence: int
    action: PlcAction


class WriteOutcome(StrEnum):
    """What became of a command."""

    VERIFIED = "verified"  # read back as written, and the PLC says it is done
    REFUSED = "refused"  # the PLC or the allow-list said no; `detail` is the code
    FAILED = "failed"  # read back, and it is not what was written, or it was not executed
    UNKNOWN = "unknown"  # neither an answer nor a read-back: it may have happened


@dataclass(frozen=True, slots=True)
class Misfit:
    """An ident register that does not say what the profile expects; `says` is "" if it says nothing."""

    register: str
    expected: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class MeterRead:
    """A poll of a meter, good or not; `t_ms` is its middle in plant time, `serial` the meter's own number."""

    meter: str
    t_ms: int
    readings: tuple[Reading, ...]
    serial: str = ""
    misfit: Misfit | None = None


@dataclass(frozen=True, slots=True)
class PlcRead:
    """What the PLC says of its machines; `t_ms` is the poll's middle in plant time."""

    plc: str
    t_ms: int
    machines: dict[str, PlcMachineStatus]


@dataclass(frozen=True, slots=True)
class LineChanged:
    """A port came or went; `code`: port_missing, port_busy, port_lost, port_unusable, "" when connected."""

    line: str
    connected: bool
    sentence: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFigures:
    """How often a device, or all on a line, answered, and how soon; counted since the line's thread began."""

    ok: int = 0
    timeouts: int = 0
    bad_checksums: int = 0  # whatever else was wrong with a reply counts here too
    exceptions: int = 0
    latency_p50_ms: float = 0.0
    latency_p95_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures(AnswerFigures):
    """How a line does."""

    late_frames: int = 0
    load: float = 0.0  # share of the last minute in which the line was busy, real time
    lateness_s: float = 0.0  # how late the last cycle was against its period, real seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFigures(AnswerFigures):
    """How a meter does; `exception_codes` are those of its refusals, each with how often it came.

    `waits_s`: it has stopped answering, is asked ever more rarely, and next in so many seconds; else 0.
    """

    meter: str
    exception_codes: tuple[tuple[int, int], ...] = ()
    last_ok_ms: int | None = None  # plant time
    waits_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TracedFrame:
    """Raw bytes as they passed; `sent` is False for received ones, `t_ms` is plant time."""

    t_ms: int
    sent: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class LineCounters:
    """How a line does, about once a real second; `meters` and `frames` are empty but every few seconds."""

    line: str
    t_ms: int
    connected: bool
    reason: str
    figures: LineFigures = LineFigures()
    meters: tuple[MeterFigures, ...] = ()
    frames: tuple[TracedFrame, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteDone:
    """What became of a command; `frames` are hex lines `request > reply`, `detail` is a code or ""."""

    command_id: int
    outcome: WriteOutcome
    t_ms: int
    read_back_ms: int | None
    frames: str
    detail: str = ""


LineEvent = MeterRead | PlcRead | LineChanged | LineCounters | WriteDone
