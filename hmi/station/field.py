"""What hangs on the plant's lines, with its profiles loaded: all is read before anything is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devices.budget import LineBudget, line_budget
from devices.datafile import DataFileError
from devices.framing import Framing
from devices.line_events import LineConfig, MeterOnLine, PlcOnLine
from devices.plc import load_plc_profile
from devices.port_name import TCP
from devices.profile_schema import Protocol
from devices.protocol_poll import address_fault, both_answer, station_of
from hmi.data_folder import profiles_folder
from hmi.meter_profiles import LoadProfile, polled_profile, profile_loader
from hmi.plant import LineSpec, Plant

NO_UNIT = -1  # where the plant file gives none


@dataclass(frozen=True, slots=True)
class LineField:
    """A line and what hangs on it."""

    config: LineConfig
    meters: list[MeterOnLine]
    plc: PlcOnLine | None


def load_field(plant: Plant, data_dir: Path, plant_file: Path | None = None) -> list[LineField]:
    """The plant's lines with meters and PLC.

    Raises DataFileError, which names the plant file and the key, when a profile or an address cannot be used.
    """
    load = profile_loader(data_dir)
    field = [
        LineField(
            _config(line, data_dir),
            _meters(plant, line.id, load),
            _plc(plant, line.id, profiles_folder(data_dir)),
        )
        for line in plant.lines
    ]
    places = {meter.id: f"meters[{index}]" for index, meter in enumerate(plant.meters)}
    for line in field:
        fault = _address_fault(line, places)
        if fault:
            raise DataFileError(f"{plant_file}: {fault}" if plant_file else fault)
    return field


def line_budgets(field: list[LineField], speed: float = 1.0) -> list[LineBudget]:
    """What reading each line takes of its period, foretold from the profiles."""
    return [line_budget(line.config, line.meters, line.plc, speed=speed) for line in field]


def _address_fault(line: LineField, places: Mapping[str, str]) -> str:
    """Why a meter cannot be asked by its address, or not alone, in a sentence with its key; else empty."""
    for index, meter in enumerate(line.meters):
        key = f"{places[meter.id]}.{'address' if meter.address else 'unit'}"
        fault = address_fault(meter)
        if fault:
            return f"{key}: {fault}."
        if line.config.port.startswith(TCP) and meter.profile.protocol is not Protocol.MODBUS:
            return (
                f"{places[meter.id]}.line: {line.config.id!r} is Modbus TCP, which this meter does not "
                "speak; write its port as rtu+tcp:// if a gateway passes bytes on."
            )
        for other in line.meters[:index]:
            if both_answer(meter, other):
                return f"{key}: {_both(meter, other, line.config.id)}"
    return ""


def _both(meter: MeterOnLine, other: MeterOnLine, line: str) -> str:
    if station_of(meter) == station_of(other):
        return f"{other.id!r} on line {line!r} has the same; each needs its own."
    return (
        f"{other.id!r} on line {line!r} would answer too; an address that is left open, in whole or with AA, "
        "is for a meter alone on its line."
    )


def meters_of(field: list[LineField]) -> list[MeterOnLine]:
    """The meters of all lines."""
    return [meter for line in field for meter in line.meters]


def port_address(port: str, data_dir: Path) -> str:
    """A port as the line opens it: a relative path lies inside the data folder."""
    if "://" in port or "/" not in port or Path(port).is_absolute():
        return port
    return str(data_dir.absolute() / port)


def _config(line: LineSpec, data_dir: Path) -> LineConfig:
    return LineConfig(
        line.id,
        port_address(line.port, data_dir),
        line.baud,
        line.parity,
        line.stop_bits,
        Framing(line.framing),
    )


def _meters(plant: Plant, line_id: str, load: LoadProfile) -> list[MeterOnLine]:
    return [
        MeterOnLine(
            meter.id,
            NO_UNIT if meter.unit is None else meter.unit,
            polled_profile(meter, load, f"meters: {meter.id}"),
            meter.poll_s,
            meter.ct_ratio,
            meter.pt_ratio,
            meter.address,
        )
        for meter in plant.meters
        if meter.line == line_id
    ]


def _plc(plant: Plant, line_id: str, own: Path) -> PlcOnLine | None:
    plc = plant.plc
    if plc is None or plc.line != line_id:
        return None
    profile = load_plc_profile(plc.profile, own)
    return PlcOnLine(plc.id, plc.unit, profile, tuple(plc.machines), plc.poll_s)
