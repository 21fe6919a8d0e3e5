"""What hangs on the plant's lines, with its profiles loaded: all is read before anything is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devices.line_events import LineConfig, MeterOnLine, PlcOnLine
from devices.plc import load_plc_profile
from hmi.meter_profiles import polled_profile
from hmi.plant import LineSpec, Plant


@dataclass(frozen=True, slots=True)
class LineField:
    """A line and what hangs on it."""

    config: LineConfig
    meters: list[MeterOnLine]
    plc: PlcOnLine | None


def load_field(plant: Plant, data_dir: Path) -> list[LineField]:
    """The plant's lines with meters and PLC; raises DataFileError when a profile cannot be used."""
    return [
        LineField(_config(line, data_dir), _meters(plant, line.id, data_dir), _plc(plant, line.id))
        for line in plant.lines
    ]


def meters_of(field: list[LineField]) -> list[MeterOnLine]:
    """The meters of all lines."""
    return [meter for line in field for meter in line.meters]


def port_address(port: str, data_dir: Path) -> str:
    """A port as the line opens it: a relative path lies inside the data folder."""
    if "://" in port or "/" not in port or Path(port).is_absolute():
        return port
    return str(data_dir.absolute() / port)


def _config(line: LineSpec, data_dir: Path) -> LineConfig:
    return LineConfig(line.id, port_address(line.port, data_dir), line.baud, line.parity, line.stop_bits)


def _meters(plant: Plant, line_id: str, data_dir: Path) -> list[MeterOnLine]:
    return [
        MeterOnLine(
            meter.id,
            meter.unit,
            polled_profile(meter, data_dir, f"meters: {meter.id}"),
            meter.poll_s,
            meter.ct_ratio,
            meter.pt_ratio,
        )
        for meter in plant.meters
        if meter.line == line_id
    ]


def _plc(plant: Plant, line_id: str) -> PlcOnLine | None:
    plc = plant.plc
    if plc is None or plc.line != line_id:
        return None
    return PlcOnLine(plc.id, plc.unit, load_plc_profile(plc.profile), tuple(plc.machines), plc.poll_s)
