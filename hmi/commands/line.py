"""`valleyline line`: ports, what answers on a line, one reading, and frames as they pass."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from devices import survey
from devices.clock import Clock
from devices.line_events import LineConfig, MeterOnLine
from devices.meter_poll import MeterPoll
from devices.profile import MeterProfile, load_profile
from devices.profile_schema import Protocol
from devices.protocol_poll import address_fault
from devices.reading import Quality, Reading
from devices.transport import PortError
from devices.usb_ports import serial_ports
from hmi.commands.common import FiniteRange, data_option, json_option, print_json
from hmi.data_folder import profiles_folder

Function = TypeVar("Function", bound=Callable[..., Any])
REFUSED = 2


@click.group()
def line_command() -> None:
    """Ports, meters on a line, one reading, raw frames. A running station keeps its ports to itself."""


def serial_options(function: Function) -> Function:
    """Adds `--baud`, `--parity` and `--stop-bits`; None means the profile's or 9600 8N1."""
    function = click.option("--stop-bits", type=click.IntRange(1, 2), default=None)(function)
    function = click.option("--parity", type=click.Choice(["N", "E", "O"]), default=None)(function)
    return click.option("--baud", type=click.IntRange(300, 1_000_000), default=None)(function)


@line_command.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """List the serial ports of this machine."""
    found = serial_ports()
    if as_json:
        print_json({"ports": found})
    elif not found:
        click.echo("This machine has no serial port; plug an adapter in, or use tcp://host:port.")
    else:
        for port in found:
            names = f"{port.usb_name}  {port.stable_name}".strip()
            click.echo(f"{port.port}  {port.description}  {names}".rstrip())


@line_command.command("read")
@click.argument("port")
@click.option("--profile", "profile_name", required=True, help="A profile's name, or a .toml file.")
@click.option("--unit", required=True, help="The meter's address, as its protocol writes it.")
@serial_options
@data_option
@json_option
@click.pass_context
def read_command(
    context: click.Context,
    port: str,
    profile_name: str,
    unit: str,
    baud: int | None,
    parity: str | None,
    stop_bits: int | None,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Read the meter at UNIT on PORT once."""
    profile = load_profile(profile_name, profiles_folder(data_dir))
    serial = profile.serial
    config = LineConfig(
        port, port, baud or serial.baud, parity or serial.parity, stop_bits or serial.stop_bits
    )
    meter = _addressed(unit, profile)
    try:
        poll = survey.read_once(config, meter, Clock())
    except PortError as error:
        raise refused(error) from error
    if as_json:
        print_json(_as_json(port, profile_name, unit, profile, poll))
    else:
        _print_poll(profile, unit, poll)
    good = all(reading.quality is Quality.GOOD for reading in poll.readings)
    context.exit(0 if good else 1)


@line_command.command("scan")
@click.argument("port")
@click.option("--from", "first", type=click.IntRange(1, 247), default=1, show_default=True)
@click.option("--to", "last", type=click.IntRange(1, 247), default=247, show_default=True)
@click.option("--wait-ms", type=FiniteRange(20, 5000), default=200.0, show_default=True)
@serial_options
@json_option
@click.pass_context
def scan_command(
    context: click.Context,
    port: str,
    first: int,
    last: int,
    wait_ms: float,
    baud: int | None,
    parity: str | None,
    stop_bits: int | None,
    as_json: bool,
) -> None:
    """Ask every address on PORT once, reading only, and say which answer."""
    if first > last:
        raise click.UsageError(f"--from {first} is above --to {last}.")
    config = LineConfig(port, port, baud or 9600, parity or "N", stop_bits or 1)
    found, asked = _scanned(config, range(first, last + 1), wait_ms)
    last = min(last, first + asked - 1)  # Ctrl+C may have ended it before
    if as_json:
        print_json({"port": port, "from": first, "to": last, "found": found})
    elif not found:
        click.echo(
            f"Nothing answered at {config.baud} baud, parity {config.parity}, addresses {first} to {last}."
        )
    else:
        for unit in found:
            click.echo(_found_in_words(unit))
        click.echo("What kind of device it is cannot be told from that; try `line read` with a profile.")
    context.exit(0 if found else 1)


@line_command.command("trace")
@click.argument("port")
@serial_options
def trace_command(port: str, baud: int | None, parity: str | None, stop_bits: int | None) -> None:
    """Print the raw frames that pass on PORT until Ctrl+C, without sending anything."""
    config = LineConfig(port, port, baud or 9600, parity or "N", stop_bits or 1)
    try:
        frames = survey.passing_frames(config, Clock())
        click.echo(f"Listening on {port} at {config.baud} baud; Ctrl+C ends it.", err=True)
        for t_ms, data, whole in frames:
            time = dt.datetime.fromtimestamp(t_ms / 1000, tz=dt.UTC).strftime("%H:%M:%S.%f")[:-3]
            click.echo(f"{time}  {data.hex(' ').upper()}{'' if whole else '  (no whole Modbus frame)'}")
    except PortError as error:
        raise refused(error) from error
    except KeyboardInterrupt:
        return


def refused(error: PortError) -> click.ClickException:
    """A port that cannot be used, as one sentence on standard error with status 2."""
    return click.ClickException(str(error))


def _scanned(config: LineConfig, units: range, wait_ms: float) -> tuple[list[survey.FoundUnit], int]:
    """What answered, and how many addresses were asked."""
    found: list[survey.FoundUnit] = []
    with click.progressbar(
        length=len(units), label="Asking", file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty()
    ) as bar:
        progress = _Progress(bar)
        try:
            for unit in survey.scan_units(config, units, wait_ms, Clock(), progress):
                found.append(unit)
        except PortError as error:
            raise refused(error) from error
        except KeyboardInterrupt:
            progress.asked = max(progress.asked - 1, 0)  # the last one had no time to answer
            click.echo("Stopped; this is what answered so far.", err=True)
    return found, progress.asked


class _Progress:
    """Moves the bar by one for each address."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self.asked = 0

    def __call__(self, unit: int) -> None:
        self.asked += 1
        self._bar.update(1)


def _found_in_words(unit: survey.FoundUnit) -> str:
    if unit.exception_code:
        said = f"refused input registers 0 and 1 with exception {unit.exception_code}"
    else:
        said = "gave input registers 0 and 1 as " + " ".join(f"{word:04X}" for word in unit.registers)
    return f"Address {unit.unit} {said}, after {unit.latency_ms:.0f} ms."


def _as_json(port: str, name: str, unit: str, profile: MeterProfile, poll: MeterPoll) -> dict[str, object]:
    return {
        "port": port,
        "profile": name,
        "meter": f"{profile.maker} {profile.model}",
        "unit": int(unit) if profile.protocol is Protocol.MODBUS else unit,
        "readings": [_reading_as_json(reading) for reading in poll.readings],
    }


def _reading_as_json(reading: Reading) -> dict[str, object]:
    return {
        "quantity": reading.point.partition(".")[2],
        "value": None if math.isnan(reading.value) else reading.value,
        "t_ms": reading.t_ms,
        "quality": reading.quality.name.lower(),
        "reason": reading.reason.value,
    }


def _addressed(unit: str, profile: MeterProfile) -> MeterOnLine:
    """A meter of this address, a number or a text as its protocol has it; else BadParameter."""
    numbered = profile.protocol in (Protocol.MODBUS, Protocol.MBUS)
    numbered = numbered and unit.isascii() and unit.isdecimal() and len(unit) < 4
    number, address = (int(unit), "") if numbered else (0, unit)
    meter = MeterOnLine("meter", number, profile, poll_s=60.0, address=address)
    fault = address_fault(meter)
    if fault:
        raise click.BadParameter(f"{unit!r}: {fault}.", param_hint="--unit")
    return meter


def _print_poll(profile: MeterProfile, unit: str, poll: MeterPoll) -> None:
    click.echo(f"{profile.maker} {profile.model} at address {unit}")
    for reading in poll.readings:
        quantity = reading.point.partition(".")[2]
        shown = f"no value ({reading.reason.value})" if math.isnan(reading.value) else f"{reading.value:.3f}"
        click.echo(f"  {quantity:14} {shown}")
    if not poll.answered:
        click.echo("It did not answer; check address, baud rate, parity and wiring.", err=True)
