"""`valleyline line`: ports, what answers on a line, one reading, and frames as they pass."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from devices import survey
from devices.clock import Clock
from devices.datafile import DataFileError
from devices.frames import decode_frame
from devices.line_events import LineConfig, MeterOnLine, Misfit
from devices.line_scan import FoundUnit, ScanPlan, ScanProtocol, scan_line
from devices.meter_poll import MeterPoll
from devices.profile import MeterProfile, load_profile
from devices.profile_schema import Protocol
from devices.protocol_poll import address_fault
from devices.reading import Quality, Reading
from devices.trace import CAME, REPLAY, SENT, PassingFrame
from devices.transport import PortError, PortTrouble
from devices.usb_ports import serial_ports
from hmi.commands.common import FiniteRange, data_option, json_option, plant_option, print_json
from hmi.data_folder import plant_path as chosen_plant
from hmi.data_folder import profiles_folder
from hmi.plant import load_plant
from hmi.plant_files import load_whole_plant
from hmi.station.field import line_budgets, load_field
from hmi.station.lock import running_station

Function = TypeVar("Function", bound=Callable[..., Any])
REFUSED = 2
BAUDS = (9600, 19_200, 4800, 2400, 38_400, 115_200)
PARITIES = ("N", "E")
PROTOCOLS = ("dlt645", "cjt188", "iec62056-21", "modbus")
SHOWN_VALUES = 6


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


@line_command.command("check")
@plant_option
@data_option
@json_option
@click.pass_context
def check_command(context: click.Context, plant_path: Path | None, data_dir: Path, as_json: bool) -> None:
    """Say what reading each line of the plant will take against its period; status 1 if one cannot keep it.

    Nothing is sent: the times come from the profiles, the baud rates and the meters' addresses and periods.
    """
    plant = load_whole_plant(data_dir, plant_path)
    budgets = line_budgets(load_field(plant, data_dir, chosen_plant(data_dir, plant_path)))
    if as_json:
        print_json({"lines": [{**asdict(budget), "fits": budget.fits} for budget in budgets]})
    else:
        for budget in budgets:
            click.echo(budget.sentence)
    context.exit(0 if all(budget.fits for budget in budgets) else 1)


@line_command.command("read")
@click.argument("port")
@click.option("--profile", "profile_name", required=True, help="A profile's name, or a .toml file.")
@click.option("--unit", required=True, help="The meter's address, as its protocol writes it.")
@click.option("--record", type=click.File("w", encoding="utf-8"), help="A file for all bytes with times.")
@serial_options
@data_option
@json_option
@click.pass_context
def read_command(
    context: click.Context,
    port: str,
    profile_name: str,
    unit: str,
    record: TextIO | None,
    baud: int | None,
    parity: str | None,
    stop_bits: int | None,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Read the meter at UNIT on PORT once; from `replay:FILE` as PORT what was recorded."""
    profile = load_profile(profile_name, profiles_folder(data_dir))
    serial = profile.serial
    config = LineConfig(
        port, port, baud or serial.baud, parity or serial.parity, stop_bits or serial.stop_bits
    )
    meter = _addressed(unit, profile)
    try:
        poll = survey.read_once(config, meter, Clock(), record)
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
@click.option("--from", "first", type=click.IntRange(0, 250), default=0, show_default=True)
@click.option("--to", "last", type=click.IntRange(0, 250), default=250, show_default=True)
@click.option("--wait-ms", type=FiniteRange(20, 5000), default=200.0, show_default=True)
@click.option("--baud", "bauds", type=click.IntRange(300, 1_000_000), multiple=True, default=BAUDS)
@click.option("--parity", "parities", type=click.Choice(["N", "E", "O"]), multiple=True, default=PARITIES)
@click.option("--stop-bits", type=click.IntRange(1, 2), default=1, show_default=True)
@click.option(
    "--protocol",
    "protocols",
    type=click.Choice([protocol.value for protocol in ScanProtocol]),
    multiple=True,
    default=PROTOCOLS,
    show_default=True,
)
@click.option("--beside-station", is_flag=True, help="Ask on a network port that the station is reading.")
@data_option
@json_option
@click.pass_context
def scan_command(
    context: click.Context,
    port: str,
    first: int,
    last: int,
    wait_ms: float,
    bauds: tuple[int, ...],
    parities: tuple[str, ...],
    stop_bits: int,
    protocols: tuple[str, ...],
    beside_station: bool,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Ask what hangs on PORT, reading only, at every speed, parity and address; Ctrl+C ends it.

    --baud, --parity and --protocol may be given several times. What answers is asked for its ident registers.
    Of the addresses from --from to --to Modbus has 1 to 247 and M-Bus 0 to 250.
    """
    if first > last:
        raise click.UsageError(f"--from {first} is above --to {last}.")
    pairs = [(baud, parity) for baud in bauds for parity in parities]
    if "://" in port:
        pairs = pairs[:1]  # the speed behind a gateway is the gateway's own
    settings = tuple(LineConfig(port, port, baud, parity, stop_bits) for baud, parity in pairs)
    units = range(first, last + 1)
    plan = ScanPlan(settings, tuple(ScanProtocol(name) for name in protocols), units, wait_ms)
    if not beside_station and _is_read_by_station(port, data_dir):
        raise click.ClickException(
            f"{port} is a line that the station on {data_dir} is reading; end the station first, or scan "
            "with --beside-station and let its polls be late."
        )
    if not plan.steps:
        raise click.UsageError(
            f"--from {first}: Modbus has the addresses 1 to 247 only; ask for --protocol m-bus."
        )
    found, asked = _scanned(plan, profiles_folder(data_dir))
    if as_json:
        print_json({"port": port, "asked": asked, "of": plan.steps, "found": found})
    elif not found:
        click.echo(f"Nothing answered; {asked} of {plan.steps} questions were asked.")
    else:
        for unit in found:
            click.echo(_found_in_words(unit))
        if any(not unit.profiles for unit in found):
            click.echo("Without an ident register what kind it is cannot be told; try `line read`.")
    context.exit(0 if found else 1)


@line_command.command("trace")
@click.argument("port")
@click.option("--record", type=click.File("w", encoding="utf-8"), help="A file for all bytes with times.")
@serial_options
def trace_command(
    port: str, record: TextIO | None, baud: int | None, parity: str | None, stop_bits: int | None
) -> None:
    """Print what passes on PORT, decoded and with times, until Ctrl+C, without sending anything.

    `replay:FILE` as PORT prints what was recorded there.
    """
    config = LineConfig(port, port, baud or 9600, parity or "N", stop_bits or 1)
    try:
        frames = survey.passing_frames(config, Clock(), record)
        if not port.startswith(REPLAY):
            click.echo(f"Listening on {port} at {config.baud} baud; Ctrl+C ends it.", err=True)
        before_ms: float | None = None
        for frame in frames:
            since_ms = 0.0 if before_ms is None else frame.t_ms - before_ms
            before_ms = frame.t_ms
            click.echo(f"{_time(frame.t_ms)} {since_ms:+8.1f} ms  {_frame_in_words(frame)}")
    except PortError as error:
        if error.trouble is PortTrouble.BUSY:
            raise click.ClickException(
                f"{port} is in use by another program; end that, or, if it is the station, start that with "
                "--record FOLDER and trace replay:FILE from there."
            ) from error
        raise refused(error) from error
    except KeyboardInterrupt:
        return


def _time(t_ms: float) -> str:
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=t_ms)
    return moment.strftime("%H:%M:%S.%f")[:-3]


def _frame_in_words(frame: PassingFrame) -> str:
    way = "" if frame.sent is None else f"{SENT} " if frame.sent else f"{CAME} "
    raw, decoded = way + frame.data.hex(" ").upper(), frame.decoded
    if decoded is None:
        return f"{raw}  (no whole frame: {decode_frame(frame.data).error})"
    said = [
        f"{value.quantity} {value.value} {value.unit}".rstrip() for value in decoded.values[:SHOWN_VALUES]
    ]
    more = len(decoded.values) - len(said)
    said += [f"and {more} more"] if more > 0 else []
    address = "" if decoded.address is None else f" {decoded.address}"
    return f"{raw}  ({decoded.protocol}{address}{': ' if said else ''}{', '.join(said)})"


def refused(error: PortError) -> click.ClickException:
    """A port that cannot be used, as one sentence on standard error with status 2."""
    return click.ClickException(str(error))


def _is_read_by_station(port: str, data_dir: Path) -> bool:
    """Whether the station of the data folder has this network port; a serial one it has for itself anyway."""
    if "://" not in port or running_station(data_dir) is None:
        return False
    try:
        plant = load_plant(chosen_plant(data_dir))
    except DataFileError:
        return False
    return port in (line.port for line in plant.lines)


def _scanned(plan: ScanPlan, own_profiles: Path) -> tuple[list[FoundUnit], int]:
    """What answered, and how many questions were asked."""
    found: list[FoundUnit] = []
    with click.progressbar(
        length=plan.steps,
        label="Asking",
        file=sys.stderr,
        item_show_func=_shown_step,
        show_pos=True,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        progress = _Progress(bar)
        try:
            for unit in scan_line(plan, Clock(), progress, own_profiles):
                found.append(unit)
        except PortError as error:
            raise refused(error) from error
        except KeyboardInterrupt:
            progress.asked = max(progress.asked - 1, 0)  # the last one had no time to answer
            click.echo("Stopped; this is what answered so far.", err=True)
    return found, progress.asked


def _shown_step(step: str | None) -> str:
    return step or ""


class _Progress:
    """Moves the bar by one for each question."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self.asked = 0

    def __call__(self, step: str) -> None:
        self.asked += 1
        self._bar.update(1, step)


def _found_in_words(unit: FoundUnit) -> str:
    where = f"{unit.protocol} at {unit.baud} baud, parity {unit.parity}, confidence {unit.confidence}"
    if unit.profiles:
        said = f"is a meter of profile {' or '.join(unit.profiles)}"
        said += f" and says {unit.says}" if unit.says else ""
    elif unit.exception_code:
        said = f"refused input registers 0 and 1 with exception {unit.exception_code}"
    elif unit.registers:
        said = "gave input registers 0 and 1 as " + " ".join(f"{word:04X}" for word in unit.registers)
    else:
        said = f"answered {unit.says}".rstrip()
    who = "Somebody" if unit.unit == "" else f"Address {unit.unit}"
    return f"{who} {said}, after {unit.latency_ms:.0f} ms ({where})."


def _as_json(port: str, name: str, unit: str, profile: MeterProfile, poll: MeterPoll) -> dict[str, object]:
    return {
        "port": port,
        "profile": name,
        "meter": f"{profile.maker} {profile.model}",
        "unit": int(unit) if profile.protocol is Protocol.MODBUS else unit,
        "readings": [_reading_as_json(reading) for reading in poll.readings],
        "misfit": None if poll.misfit is None else asdict(poll.misfit),
    }


def _reading_as_json(reading: Reading) -> dict[str, object]:
    return {
        "quantity": reading.point.partition(".")[2],
        "value": None if math.isnan(reading.value) else reading.value,
        "t_ms": reading.t_ms,
        "quality": reading.quality.name.lower(),
        "reason": reading.reason.value,
    }


def _misfit_sentence(misfit: Misfit) -> str:
    if not misfit.says:
        return (
            f"It says nothing in {misfit.register}, where its profile expects {misfit.expected}; it may be "
            "an old one of its model or another meter: compare its display."
        )
    return (
        f"It says {misfit.says} in {misfit.register}, where its profile expects {misfit.expected}: this is "
        "another model, and what is read so may be wrong."
    )


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
        doubt = f" ({reading.reason.value})" if reading.reason else ""
        click.echo(
            f"  {quantity:14} {'no value' if math.isnan(reading.value) else f'{reading.value:.3f}'}{doubt}"
        )
    if poll.misfit is not None:
        click.echo(_misfit_sentence(poll.misfit), err=True)
    if not poll.answered:
        click.echo("It did not answer; check address, baud rate, parity and wiring.", err=True)
