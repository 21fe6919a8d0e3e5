"""What a plant file's keys must be to one another."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from devices.port_name import PortNameError, is_on_network
from hmi.plant_alarm_checks import check_alarms
from hmi.plant_energy import check_energy
from hmi.plant_error import PlantError
from solver.errors import ProblemError
from solver.problem_check_limits import check_crew

if TYPE_CHECKING:
    from hmi.plant import Plant, PlcSpec

T = TypeVar("T", bound=Hashable)


def check_plant(plant: Plant) -> None:
    """Raises PlantError for the first key that does not fit the others."""
    _check_zone(plant)
    _check_ids(plant)
    _check_ports(plant)
    _check_addresses(plant)
    _check_machines(plant)
    _check_references(plant)
    if plant.plc is not None:
        _check_plc(plant, plant.plc)
    _check_crew(plant)
    check_alarms(plant)
    check_energy(plant.shifts, plant.teams, plant.carbon_kg_per_kwh, plant.baseline)
    _check_retention(plant)


def _check_retention(plant: Plant) -> None:
    raw_days, means_days = plant.retention.raw_days, plant.retention.means_days
    if raw_days is not None and means_days is not None and means_days <= raw_days:
        raise PlantError(
            f"retention.means_days: {means_days} is not more than raw_days = {raw_days}; "
            "means are kept longer than readings."
        )


def _check_zone(plant: Plant) -> None:
    try:
        ZoneInfo(plant.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PlantError(
            f"timezone: {plant.timezone!r} is not a time zone; use a name such as 'Asia/Shanghai'."
        ) from error


def _check_ids(plant: Plant) -> None:
    devices = [(f"meters[{index}].id", meter.id) for index, meter in enumerate(plant.meters)]
    devices += [] if plant.plc is None else [("plc.id", plant.plc.id)]
    loads = [(f"machines[{index}].id", machine.id) for index, machine in enumerate(plant.machines)]
    lines = [(f"lines[{index}].id", line.id) for index, line in enumerate(plant.lines)]
    for named in (lines, devices, [("shopfloor", plant.shopfloor), *loads]):
        for key, item in _repeated(named):
            raise PlantError(f"{key}: {item!r} is there twice; ids must differ.")


def _check_ports(plant: Plant) -> None:
    ports = [(f"lines[{index}].port", line.port) for index, line in enumerate(plant.lines)]
    for key, port in ports:
        try:
            is_on_network(port)
        except PortNameError as error:
            raise PlantError(f"{key}: {error}.") from error
    same = [(key, port if "://" in port else str(Path(port))) for key, port in ports]
    for key, port in _repeated(same):
        raise PlantError(f"{key}: {port!r} is another line's already; each line has a port of its own.")


def _check_addresses(plant: Plant) -> None:
    places = [
        (f"meters[{index}].unit", (meter.line, meter.unit))
        for index, meter in enumerate(plant.meters)
        if meter.unit is not None
    ]
    if plant.plc is not None:
        places.append(("plc.unit", (plant.plc.line, plant.plc.unit)))
    for key, (line, unit) in _repeated(places):
        raise PlantError(
            f"{key}: address {unit} on line {line!r} is there twice; each device on a line needs its own."
        )


def _check_machines(plant: Plant) -> None:
    for index, machine in enumerate(plant.machines):
        if not machine.standby_kw < machine.running_kw <= machine.rated_kw:
            raise PlantError(
                f"machines[{index}].running_kw: {machine.running_kw:g} is not allowed; expected more than "
                f"standby_kw, {machine.standby_kw:g}, and at most rated_kw, {machine.rated_kw:g}."
            )


def _check_references(plant: Plant) -> None:
    lines = [line.id for line in plant.lines]
    loads = [*(machine.id for machine in plant.machines), plant.shopfloor]
    for index, meter in enumerate(plant.meters):
        if meter.line not in lines:
            raise PlantError(f"meters[{index}].line: {meter.line!r} is not a line; there are {_list(lines)}.")
        if meter.measures and meter.measures not in loads:
            raise PlantError(
                f"meters[{index}].measures: {meter.measures!r} is no machine and not the shop-floor; "
                f"there are {_list(loads)}."
            )
    measured = [
        (f"meters[{index}].measures", meter.measures)
        for index, meter in enumerate(plant.meters)
        if meter.measures
    ]
    for key, load in _repeated(measured):
        raise PlantError(f"{key}: {load!r} has a meter already; each machine and the shop-floor has one.")


def _check_crew(plant: Plant) -> None:
    if plant.limits.crew is not None:
        try:
            check_crew(plant.limits.crew)
        except ProblemError as error:
            raise PlantError(str(error)) from error


def _check_plc(plant: Plant, plc: PlcSpec) -> None:
    lines = [line.id for line in plant.lines]
    machines = [machine.id for machine in plant.machines]
    if plc.line not in lines:
        raise PlantError(f"plc.line: {plc.line!r} is not a line; there are {_list(lines)}.")
    for machine in plc.machines:
        if machine not in machines:
            raise PlantError(f"plc.machines: {machine!r} is not a machine; there are {_list(machines)}.")
    for _, machine in _repeated([("", machine) for machine in plc.machines]):
        raise PlantError(
            f"plc.machines: {machine!r} is there twice; each machine has one block of registers."
        )


def _repeated(named: Sequence[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    seen: set[T] = set()
    for key, item in named:
        if item in seen:
            yield key, item
        seen.add(item)


def _list(names: list[str]) -> str:
    return ", ".join(names)
