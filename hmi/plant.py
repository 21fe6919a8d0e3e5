"""The plant as its file describes it: lines, meters, PLC, machines, tariff and the limits of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from devices.datafile import DataFileError, read_toml

Name = Annotated[
    str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$", description="lower case letters, digits and _")
]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class LineSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A physical line; `port` is a device, `tcp://…`, `rtu+tcp://…` or a path in the data folder."""

    id: Name
    port: str
    baud: Annotated[int, msgspec.Meta(ge=300, le=1_000_000)] = 9600
    parity: Annotated[str, msgspec.Meta(pattern="^[NEO]$")] = "N"
    stop_bits: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1


class MeterSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meter on a line. `measures`: a machine's id, or the shop-floor's id for a main meter."""

    id: Name
    line: Name
    unit: Annotated[int, msgspec.Meta(ge=1, le=247)]
    profile: str
    measures: Name
    poll_s: Positive = 60.0
    ct_ratio: Positive = 1.0
    pt_ratio: Positive = 1.0


class PlcSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The PLC that starts and stops machines; `machines` in the order of its register blocks."""

    id: Name
    line: Name
    unit: Annotated[int, msgspec.Meta(ge=1, le=247)]
    profile: str
    machines: list[Name]
    poll_s: Positive = 60.0


class MachineSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A machine: what it draws in each state, and how its batches may be moved."""

    id: Name
    label: str
    rated_kw: Positive
    running_kw: Positive
    standby_kw: Annotated[float, msgspec.Meta(ge=0)]
    batch_running_min: Positive
    gap_before_min: Annotated[int, msgspec.Meta(ge=0)] = 60
    most_pauses: Annotated[int, msgspec.Meta(ge=0, le=6)] = 2
    least_pause_min: Annotated[int, msgspec.Meta(ge=1)] = 60


class PlanRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How plans are made: from when on at the earliest, and how far ahead."""

    lead_min: Annotated[int, msgspec.Meta(ge=5)] = 60
    horizon_min: Annotated[int, msgspec.Meta(ge=60, le=20160)] = 1440
    peak_idle_min: Annotated[int, msgspec.Meta(ge=1)] = 30


class Plant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plant file."""

    name: str
    shopfloor: Name
    shopfloor_label: str
    timezone: str
    currency: str
    tariff: str
    lines: list[LineSpec]
    meters: list[MeterSpec]
    machines: list[MachineSpec]
    plc: PlcSpec | None = None
    supply_kw: Positive | None = None
    rules: PlanRules = PlanRules()

    @property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return ZoneInfo(self.timezone)

    def machine(self, machine_id: str) -> MachineSpec:
        """The machine of this id; KeyError when there is none."""
        return next(machine for machine in self.machines if machine.id == machine_id)

    def meter_of(self, measured: str) -> MeterSpec | None:
        """The meter that measures a machine or the shop-floor, if any."""
        return next((meter for meter in self.meters if meter.measures == measured), None)


def load_plant(path: Path) -> Plant:
    """Reads and checks a plant file; raises DataFileError with one sentence naming file and key."""
    plant = read_toml(path, Plant)
    _check_zone(plant, path)
    _check_unique(plant, path)
    _check_references(plant, path)
    return plant


def _check_zone(plant: Plant, path: Path) -> None:
    try:
        ZoneInfo(plant.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DataFileError(
            f"{path}: timezone: {plant.timezone!r} is not a time zone; use a name such as 'Asia/Shanghai'."
        ) from error


def _check_unique(plant: Plant, path: Path) -> None:
    for key, ids in (
        ("lines", [line.id for line in plant.lines]),
        ("meters", [meter.id for meter in plant.meters]),
        ("machines", [machine.id for machine in plant.machines]),
    ):
        for index, item in enumerate(ids):
            if item in ids[:index]:
                raise DataFileError(f"{path}: {key}[{index}].id: {item!r} is there twice; ids must differ.")
    places = [(meter.line, meter.unit) for meter in plant.meters]
    if plant.plc is not None:
        places.append((plant.plc.line, plant.plc.unit))
    for index, place in enumerate(places):
        if place in places[:index]:
            raise DataFileError(
                f"{path}: meters[{index}].unit: address {place[1]} on line {place[0]!r} is there twice; "
                "each device on a line needs its own."
            )


def _check_references(plant: Plant, path: Path) -> None:
    lines = [line.id for line in plant.lines]
    machines = [machine.id for machine in plant.machines]
    for index, meter in enumerate(plant.meters):
        if meter.line not in lines:
            raise DataFileError(
                f"{path}: meters[{index}].line: {meter.line!r} is not a line; there are {lines}."
            )
        if meter.measures not in [*machines, plant.shopfloor]:
            raise DataFileError(
                f"{path}: meters[{index}].measures: {meter.measures!r} is no machine and not the shop-floor; "
                f"there are {[*machines, plant.shopfloor]}."
            )
    if plant.plc is not None:
        _check_plc(plant.plc, lines, machines, path)


def _check_plc(plc: PlcSpec, lines: list[str], machines: list[str], path: Path) -> None:
    if plc.line not in lines:
        raise DataFileError(f"{path}: plc.line: {plc.line!r} is not a line; there are {lines}.")
    for machine in plc.machines:
        if machine not in machines:
            raise DataFileError(f"{path}: plc.machines: {machine!r} is not a machine; there are {machines}.")
