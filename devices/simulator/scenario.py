"""What the simulated plant consists of, as a data file: lines, devices, mills and the days' batches."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from devices.datafile import DataFileError, read_toml
from devices.simulator.faults import FaultKind
from devices.simulator.noise import uniform

Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Register = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
Share = Annotated[float, msgspec.Meta(ge=0, lt=1)]
Name = Annotated[
    str,
    msgspec.Meta(
        pattern="^[a-z][a-z0-9_]*$",
        description="a text in quotes of lower case letters, digits and _, beginning with a letter",
    ),
]

FIRST_YEAR, LAST_YEAR = 1971, 2199
MINUTE_MS = 60_000
DAY_MIN = 1440
HABIT_STEP_MIN = 5


class DeviceKind(StrEnum):
    """What hangs on a line."""

    METER = "meter"
    PLC = "plc"


class IncidentKind(StrEnum):
    """What may happen to a mill from outside."""

    LOCAL = "local"
    INTERLOCK = "interlock"


class LineScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A virtual RS-485 line; `char_bits` is 10 for 8N1 and 11 for 8E1 or 8N2.

    With a `tcp_port` the line is RTU over TCP there (0: any free port), without one a pseudo-terminal, or
    TCP on any free port where the machine has none. With `drop_short_gaps` the devices ignore a request that
    begins before t3.5 of silence, as strict ones do.
    """

    id: Name
    baud: Annotated[int, msgspec.Meta(ge=300, le=1_000_000)] = 9600
    char_bits: Annotated[int, msgspec.Meta(ge=10, le=12)] = 10
    turnaround_ms: NotNegative = 2.0
    tcp_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] | None = None
    drop_short_gaps: bool = False


class DeviceScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A meter (which `measures` a mill or the shop-floor) or the PLC (of `machines`, in register order).

    A meter is an Eastron SDM630 unless it has a `profile`; without registers it may need an `address`. With a
    `turnaround_ms` it takes any time between these two to answer, else as long as its line says.
    """

    line: str
    unit: Annotated[int, msgspec.Meta(ge=0, le=250)]
    kind: DeviceKind
    profile: str = ""
    address: str = ""
    measures: str = ""
    machines: list[str] = []
    turnaround_ms: tuple[NotNegative, NotNegative] | None = None


class FaultScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What befalls the replies of a line's device; of several that may, the first one listed does.

    `registers` are the first and the last of those that a reply must contain one of; `delay_s` is how late
    (late) or how long in the middle (paused).
    """

    line: str
    unit: Annotated[int, msgspec.Meta(ge=0, le=250)]
    kind: FaultKind
    chance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    registers: tuple[Register, Register] | None = None
    delay_s: NotNegative = 0.0


class DayPattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mill's batch of one day, in minutes after that day's local midnight; pauses are [from, to)."""

    charge: int
    earliest: int
    habit_start: int
    due: int
    running_min: Annotated[int, msgspec.Meta(ge=1)]
    habit_pauses: list[tuple[int, int]] = []


class ScenarioBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A batch, in minutes after the local midnight of day 0 (negative: the days before).

    `charge` is when the crew begins to charge the mill if it is empty, `habit_start` when the crew starts it
    without a plan, `habit_pauses` when the crew stops it without one.
    """

    id: str
    machine: str
    charge: int
    earliest: int
    due: int
    habit_start: int
    running_min: Annotated[int, msgspec.Meta(ge=1)]
    habit_pauses: list[tuple[int, int]] = []


class MillScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mill: `running_kw` is its mean in a batch without the start-up, whose extra fades with `startup_min`.

    `startup_share`, `drift_share` (from a batch's begin to its end) and `noise_share` are shares of it.
    """

    id: str
    running_kw: Positive
    standby_kw: NotNegative
    first_day: DayPattern
    other_days: DayPattern
    rated_kw: Positive = 160.0
    startup_share: NotNegative = 0.4
    startup_min: Positive = 2.5
    drift_share: Share = 0.06
    noise_share: Share = 0.012
    aux_kw: NotNegative = 5.5
    charging_min: Annotated[int, msgspec.Meta(ge=1)] = 30
    discharge_delay_min: Annotated[int, msgspec.Meta(ge=0)] = 5
    discharging_min: Annotated[int, msgspec.Meta(ge=1)] = 20
    register_kwh: NotNegative = 0.0


class BaseLoad(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Pumps, agitators and lights of the shop-floor: what the main meter sees beside the mills."""

    day_kw: Positive = 14.0
    night_kw: Positive = 9.0
    noise_share: Share = 0.04
    power_factor: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.86
    register_kwh: NotNegative = 0.0


class Incident(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A local key turned or an interlock tripped, from minute `begins` to `ends` after midnight of day 0."""

    machine: str
    kind: IncidentKind
    begins: int
    ends: int


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The simulated plant and its days; `batches` are those that the mills' day patterns do not generate."""

    timezone: str
    day_0: dt.date
    shopfloor: str
    lines: Annotated[list[LineScenario], msgspec.Meta(min_length=1)]
    devices: list[DeviceScenario]
    mills: list[MillScenario]
    days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 3
    seed: int = 1
    base_load: BaseLoad = BaseLoad()
    batches: list[ScenarioBatch] = []
    incidents: list[Incident] = []
    faults: list[FaultScenario] = []

    @property
    def midnight_ms(self) -> int:
        """The local midnight of day 0, UTC ms."""
        local = dt.datetime.combine(self.day_0, dt.time(), ZoneInfo(self.timezone))
        return round(local.timestamp() * 1000)

    def minute_ms(self, minute: int) -> int:
        """UTC ms of a minute counted from the midnight of day 0."""
        return self.midnight_ms + minute * MINUTE_MS


def load_scenario(path: Path) -> Scenario:
    """Reads and checks a scenario; raises DataFileError with one sentence naming file and key."""
    scenario = read_toml(path, Scenario)
    try:
        ZoneInfo(scenario.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DataFileError(
            f"{path}: timezone: {scenario.timezone!r} is not a time zone; use a name such as 'Asia/Shanghai'."
        ) from error
    _check_days(scenario, path)
    _check_devices(scenario, path)
    _check_faults(scenario, path)
    _check_batches(scenario, path)
    return scenario


def with_baud(scenario: Scenario, baud: int, turnaround_ms: float | None = None) -> Scenario:
    """The scenario with every line at another baud rate, and devices that answer after `turnaround_ms`."""
    lines = [
        msgspec.structs.replace(
            line, baud=baud, turnaround_ms=line.turnaround_ms if turnaround_ms is None else turnaround_ms
        )
        for line in scenario.lines
    ]
    return msgspec.structs.replace(scenario, lines=lines)


def on_day(scenario: Scenario, day_0: dt.date, days: int | None = None) -> Scenario:
    """The same days somewhere else in the calendar, as many as `days` where that is given."""
    return msgspec.structs.replace(scenario, day_0=day_0, days=scenario.days if days is None else days)


def scenario_batches(scenario: Scenario) -> list[ScenarioBatch]:
    """All batches in order of their earliest start: the listed ones and one a mill and day."""
    made = [_batch(scenario, mill, day) for mill in scenario.mills for day in range(scenario.days)]
    return sorted([*scenario.batches, *made], key=_by_earliest)


def _by_earliest(batch: ScenarioBatch) -> tuple[int, str]:
    return batch.earliest, batch.machine


def _batch(scenario: Scenario, mill: MillScenario, day: int) -> ScenarioBatch:
    pattern = mill.first_day if day == 0 else mill.other_days
    offset = day * DAY_MIN
    date = scenario.day_0 + dt.timedelta(days=day)
    return ScenarioBatch(
        id=f"{mill.id}_{date:%Y%m%d}",
        machine=mill.id,
        charge=pattern.charge + offset,
        earliest=pattern.earliest + offset,
        due=pattern.due + offset,
        habit_start=pattern.habit_start + offset + (_habit_jitter(scenario.seed, mill.id, day) if day else 0),
        running_min=pattern.running_min,
        habit_pauses=[(begins + offset, ends + offset) for begins, ends in pattern.habit_pauses],
    )


def _habit_jitter(seed: int, mill: str, day: int) -> int:
    """No crew starts at the same minute every day: -20 to +20 min in steps of 5."""
    return round((uniform(seed, f"habit {mill}", day) - 0.5) * 8) * HABIT_STEP_MIN


def _check_days(scenario: Scenario, path: Path) -> None:
    if not FIRST_YEAR <= scenario.day_0.year <= LAST_YEAR:
        raise DataFileError(
            f"{path}: day_0: {scenario.day_0} is not allowed; "
            f"expected a year from {FIRST_YEAR} to {LAST_YEAR}."
        )


def _check_devices(scenario: Scenario, path: Path) -> None:
    lines = [line.id for line in scenario.lines]
    mills = [mill.id for mill in scenario.mills]
    _check_unique(path, "lines", lines)
    _check_unique(path, "mills", mills)
    _check_unique(path, "devices", [f"{device.line} unit {device.unit}" for device in scenario.devices])
    for index, device in enumerate(scenario.devices):
        where = f"{path}: devices[{index}]"
        if device.line not in lines:
            raise DataFileError(f"{where}.line: {device.line!r} is not a line; there are {', '.join(lines)}.")
        if device.kind is DeviceKind.METER and device.measures not in [*mills, scenario.shopfloor]:
            raise DataFileError(
                f"{where}.measures: {device.measures!r} is neither a mill nor the shop-floor; "
                f"there are {', '.join([*mills, scenario.shopfloor])}."
            )
        if device.turnaround_ms is not None and device.turnaround_ms[0] > device.turnaround_ms[1]:
            raise DataFileError(f"{where}.turnaround_ms: write the shorter time first.")
        _check_unique(path, f"devices[{index}].machines", device.machines)
        unknown = [machine for machine in device.machines if machine not in mills]
        if unknown:
            raise DataFileError(
                f"{where}.machines: {unknown[0]!r} is not a mill; there are {', '.join(mills)}."
            )


def _check_faults(scenario: Scenario, path: Path) -> None:
    devices = {(device.line, device.unit) for device in scenario.devices}
    for index, fault in enumerate(scenario.faults):
        where = f"{path}: faults[{index}]"
        if (fault.line, fault.unit) not in devices:
            raise DataFileError(f"{where}.unit: there is no device {fault.unit} on line {fault.line!r}.")
        if fault.registers is not None and fault.registers[0] > fault.registers[1]:
            raise DataFileError(f"{where}.registers: write the first and then the last one.")


def _check_batches(scenario: Scenario, path: Path) -> None:
    mills = [mill.id for mill in scenario.mills]
    named = [("batches", item.machine) for item in scenario.batches]
    named += [("incidents", item.machine) for item in scenario.incidents]
    for key, machine in named:
        if machine not in mills:
            raise DataFileError(f"{path}: {key}: {machine!r} is not a mill; there are {', '.join(mills)}.")
    for batch in scenario_batches(scenario):
        if not batch.charge <= batch.earliest <= batch.habit_start < batch.due:
            raise DataFileError(
                f"{path}: batch {batch.id!r}: charge, earliest, habit_start, due must follow in this order."
            )


def _check_unique(path: Path, key: str, items: list[str]) -> None:
    for index, item in enumerate(items):
        if item in items[:index]:
            raise DataFileError(f"{path}: {key}[{index}]: {item!r} is there twice; each needs its own.")
