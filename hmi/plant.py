"""The plant as its file describes it: lines, meters, PLC, machines, tariff and the limits of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from devices.datafile import DataFileError, beside, convert, toml_data
from devices.meter_quantities import Quantity
from hmi.plant_alarms import AlarmSettings
from hmi.plant_checks import check_plant
from hmi.plant_energy import Baseline, CarbonFrom, Roster
from hmi.plant_error import PlantError
from hmi.plant_limits import PlantLimits

Name = Annotated[
    str,
    msgspec.Meta(
        pattern="^[a-z][a-z0-9_]*$",
        description="a text in quotes of lower case letters, digits and _, beginning with a letter",
    ),
]
ShiftStart = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM")]
Positive = Annotated[float, msgspec.Meta(gt=0)]
CarbonRows = Annotated[tuple[CarbonFrom, ...], msgspec.Meta(min_length=1)]
PollPeriod = Annotated[float, msgspec.Meta(gt=0, le=86_400)]


class LineSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A physical line; `port` is a device, `tcp://…`, `rtu+tcp://…` or a path in the data folder.

    `framing` is how Modbus is wrapped on it; meters of other protocols may hang on the same line.
    """

    id: Name
    port: str
    framing: Literal["rtu", "ascii"] = "rtu"
    baud: Annotated[int, msgspec.Meta(ge=300, le=1_000_000)] = 9600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1


class MeterSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A meter on a line. `measures`: a machine's id, or the shop-floor's id for a main meter.

    A gas, water or pulse counter leaves `measures` out: it is read, kept and shown, but no load is known by
    it. Modbus (1 to 247) and M-Bus (0 to 250) meters have a `unit`, others an `address` of digits or text;
    IEC 62056-21 meters may have an empty one, with `unit` left out, when they are alone on their line.

    A ratio that is left out is taken from the meter where its profile says how, else 1. `quantities` are
    read instead of the profile's usual ones.
    """

    id: Name
    line: Name
    profile: str
    unit: Annotated[int, msgspec.Meta(ge=0, le=250)] | None = None
    address: Annotated[str, msgspec.Meta(max_length=32)] = ""
    measures: Name = ""
    poll_s: PollPeriod = 60.0
    ct_ratio: Positive | None = None
    pt_ratio: Positive | None = None
    quantities: Annotated[tuple[Quantity, ...], msgspec.Meta(min_length=1)] | None = None


class PlcSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The PLC that starts and stops machines; `machines` in the order of its register blocks."""

    id: Name
    line: Name
    unit: Annotated[int, msgspec.Meta(ge=1, le=247)]
    profile: str
    machines: list[Name]
    poll_s: PollPeriod = 60.0


class MachineSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A machine: what it draws in each state, and how its batches may be moved.

    Machines of the same `production_line` are one line where energy is summed up.
    """

    id: Name
    label: str
    rated_kw: Positive
    running_kw: Positive
    standby_kw: Annotated[float, msgspec.Meta(ge=0)]
    batch_running_min: Positive
    gap_before_min: Annotated[int, msgspec.Meta(ge=0)] = 60
    most_pauses: Annotated[int, msgspec.Meta(ge=0, le=6)] = 2
    least_pause_min: Annotated[int, msgspec.Meta(ge=1)] = 60
    production_line: str = ""


class PlanRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How plans are made: from when on at the earliest, and how far ahead."""

    lead_min: Annotated[int, msgspec.Meta(ge=5)] = 60
    horizon_min: Annotated[int, msgspec.Meta(ge=60, le=20160)] = 1440
    peak_idle_min: Annotated[int, msgspec.Meta(ge=1)] = 30


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long readings are kept; without these keys for ever. Totals of days and months always stay.

    Days that ended over `raw_days` ago keep means over `mean_min` minutes, those over `means_days` ago only
    their totals.
    """

    raw_days: Annotated[int, msgspec.Meta(ge=35)] | None = None
    mean_min: Literal[1, 5, 15] = 1
    means_days: Annotated[int, msgspec.Meta(ge=35)] | None = None


class Plant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plant file."""

    name: str
    shopfloor: Name
    shopfloor_label: str
    timezone: str
    currency: str
    tariff: str
    lines: Annotated[list[LineSpec], msgspec.Meta(min_length=1)]
    meters: Annotated[list[MeterSpec], msgspec.Meta(min_length=1)]
    machines: Annotated[list[MachineSpec], msgspec.Meta(min_length=1)]
    plc: PlcSpec | None = None
    supply_kw: Positive | None = None
    carbon_kg_per_kwh: Positive | CarbonRows | None = None  # of the grid's kWh, as its operator states it
    shifts: Annotated[tuple[ShiftStart, ...], msgspec.Meta(min_length=1)] = ("00:00", "08:00", "16:00")
    teams: Roster | None = None
    baseline: Baseline | None = None
    rules: PlanRules = PlanRules()
    limits: PlantLimits = PlantLimits()
    alarms: AlarmSettings = AlarmSettings()
    retention: Retention = Retention()

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
    return plant_of(toml_data(path), path)


def plant_of(data: dict[str, Any], path: Path) -> Plant:
    """The plant of a plant file's data, which need not stand in it yet; raises DataFileError likewise."""
    plant = convert(data, Plant, str(path))
    try:
        check_plant(plant)
    except PlantError as error:
        raise DataFileError(f"{path}: {error}") from error
    return _with_files_beside(plant, path.parent)


def _with_files_beside(plant: Plant, folder: Path) -> Plant:
    """The plant with the paths of its profiles and its tariff counted from the plant file's folder."""
    change, plc = msgspec.structs.replace, plant.plc
    return change(
        plant,
        tariff=beside(plant.tariff, folder),
        meters=[change(meter, profile=beside(meter.profile, folder)) for meter in plant.meters],
        plc=None if plc is None else change(plc, profile=beside(plc.profile, folder)),
    )
