"""From what answered on a line to lines and meters of a plant file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.framing import Framing
from devices.line_events import LineConfig, MeterOnLine
from devices.line_scan import FoundUnit, ScanPlan, ScanProtocol
from devices.profile import Protocol, load_profile, profile_names
from devices.protocol_poll import address_fault
from devices.reading import Reading
from devices.survey import read_once
from hmi.data_folder import profiles_folder
from hmi.plant_fields import Table
from hmi.station.field import NO_UNIT, port_address

SPOKEN = {
    ScanProtocol.MODBUS: Protocol.MODBUS,
    ScanProtocol.MODBUS_ASCII: Protocol.MODBUS,
    ScanProtocol.MBUS: Protocol.MBUS,
    ScanProtocol.DLT645: Protocol.DLT645,
    ScanProtocol.CJT188: Protocol.CJT188,
    ScanProtocol.IEC62056: Protocol.IEC62056,
}
NUMBERED = (Protocol.MODBUS, Protocol.MBUS)
ONE_QUESTION = (ScanProtocol.DLT645, ScanProtocol.CJT188, ScanProtocol.IEC62056)
WAIT_MS = 200.0


@dataclass(frozen=True, slots=True)
class FoundMeter:
    """A meter that somebody wants in the plant: where it answers, as which profile, and what it measures.

    `port` is as a plant file has it.
    """

    port: str
    unit: FoundUnit
    address: str
    profile: str
    measures: str = ""


class NotOneLineError(Exception):
    """Meters of one port that answer at different speeds; a line has one."""

    def __init__(self, port: str) -> None:
        super().__init__(port)
        self.port = port


def scan_plan(port: str, settings: Sequence[tuple[int, str]], units: range) -> ScanPlan:
    """What is asked on a port at speeds and parities: Modbus at each address, others for whoever is there."""
    pairs = settings[:1] if "://" in port else settings  # the speed behind a gateway is the gateway's own
    configs = tuple(LineConfig(port, port, baud, parity, 1) for baud, parity in pairs)
    protocols = (ScanProtocol.MODBUS,) if port.startswith("tcp://") else (*ONE_QUESTION, ScanProtocol.MODBUS)
    return ScanPlan(configs, protocols, units, WAIT_MS)


def fitting_profiles(own_profiles: Path) -> dict[Protocol, list[str]]:
    """The meter profiles that there are, by what their meters speak; one that cannot be read is left out."""
    found: dict[Protocol, list[str]] = {}
    for name in profile_names(own_profiles):
        try:
            profile = load_profile(name, own_profiles)
        except DataFileError:
            continue  # said by `valleyline profile check`
        found.setdefault(profile.protocol, []).append(name)
    return found


def read_found(meter: FoundMeter, data_dir: Path, clock: Clock) -> tuple[Reading, ...]:
    """One reading of each of its quantities; raises DataFileError, and PortError if the port is of no use."""
    profile = load_profile(meter.profile, profiles_folder(data_dir))
    unit, address = _number_and_text(meter)
    device = MeterOnLine("found", unit, profile, poll_s=60.0, address=address)
    fault = address_fault(device)
    if fault:
        raise DataFileError(f"{meter.port}: {fault}.")
    found = meter.unit
    port = port_address(meter.port, data_dir)
    framing = Framing.ASCII if found.protocol is ScanProtocol.MODBUS_ASCII else Framing.RTU
    config = LineConfig("found", port, found.baud, found.parity, found.stop_bits, framing)
    return tuple(read_once(config, device, clock).readings)


def lines_and_meters(
    found: Sequence[FoundMeter],
    lines: Sequence[Table],
    meters: Sequence[str],
) -> tuple[list[Table], list[Table]]:
    """The tables of new lines and of new meters; a port that is a line's already stays that line's.

    `lines` are the tables and `meters` the ids that there are. Raises NotOneLineError.
    """
    of_port = {str(line["port"]): str(line["id"]) for line in lines}
    new_lines: list[Table] = []
    new_meters: list[Table] = []
    for port in dict.fromkeys(meter.port for meter in found):
        if port not in of_port:
            here = [meter.unit for meter in found if meter.port == port]
            ids = [*of_port.values()]
            new_lines.append(_line(_free("line", ids), port, here))
            of_port[port] = str(new_lines[-1]["id"])
    for meter in found:
        taken = [*meters, *(str(one["id"]) for one in new_meters)]
        new_meters.append(_meter(meter, of_port[meter.port], taken))
    return new_lines, new_meters


def _line(line_id: str, port: str, units: Sequence[FoundUnit]) -> Table:
    serial = {
        (unit.baud, unit.parity, unit.stop_bits)
        for unit in units
        if unit.protocol is not ScanProtocol.IEC62056  # it changes the speed by itself
    }
    if len(serial) > 1:
        raise NotOneLineError(port)
    first = units[0]
    baud, parity, stop_bits = next(iter(serial), (first.baud, first.parity, first.stop_bits))
    table: Table = {"id": line_id, "port": port, "baud": baud, "parity": parity, "stop_bits": stop_bits}
    if any(unit.protocol is ScanProtocol.MODBUS_ASCII for unit in units):
        table["framing"] = "ascii"
    return table


def _meter(meter: FoundMeter, line_id: str, taken: Sequence[str]) -> Table:
    unit, address = _number_and_text(meter)
    wished = meter.measures if meter.measures and meter.measures not in taken else ""
    table: Table = {"id": wished or _free("meter", taken), "line": line_id, "profile": meter.profile}
    if unit != NO_UNIT:
        table["unit"] = unit
    if address:
        table["address"] = address
    if meter.measures:
        table["measures"] = meter.measures
    return table


def _number_and_text(meter: FoundMeter) -> tuple[int, str]:
    numbered = SPOKEN[meter.unit.protocol] in NUMBERED and meter.address.isdecimal()
    return (int(meter.address), "") if numbered else (NO_UNIT, meter.address)


def _free(stem: str, taken: Sequence[str]) -> str:
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
