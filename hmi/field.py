"""From the plant file to what a line's poller is handed: ports, meters and PLC with their profiles loaded."""

from __future__ import annotations

from pathlib import Path

from devices.line_events import LineConfig, MeterOnLine, PlcOnLine
from devices.plc import load_plc_profile
from devices.profile import load_profile
from hmi.plant import LineSpec, Plant

FieldLine = tuple[LineConfig, list[MeterOnLine], PlcOnLine | None]


def field_line(plant: Plant, line_id: str, data_dir: Path | None = None) -> FieldLine:
    """A line with all that hangs on it; raises DataFileError for a profile that cannot be used.

    Relative ports with a slash lie in `data_dir`, where it is given.
    """
    line = next(line for line in plant.lines if line.id == line_id)
    meters = [
        MeterOnLine(
            meter.id, meter.unit, load_profile(meter.profile), meter.poll_s, meter.ct_ratio, meter.pt_ratio
        )
        for meter in plant.meters
        if meter.line == line_id
    ]
    plc = None
    if plant.plc is not None and plant.plc.line == line_id:
        profile = load_plc_profile(plant.plc.profile)
        plc = PlcOnLine(plant.plc.id, plant.plc.unit, profile, tuple(plant.plc.machines), plant.plc.poll_s)
    return LineConfig(line.id, port_of(line, data_dir), line.baud, line.parity, line.stop_bits), meters, plc


def port_of(line: LineSpec, data_dir: Path | None) -> str:
    """The port as the operating system knows it."""
    inside = "/" in line.port and "://" not in line.port and not Path(line.port).is_absolute()
    return str(data_dir / line.port) if inside and data_dir is not None else line.port
