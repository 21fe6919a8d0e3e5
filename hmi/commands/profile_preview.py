"""`valleyline profile preview`: registers, typed in or read now, in every type and order side by side."""

from __future__ import annotations

import math
from pathlib import Path

import click

from devices.clock import Clock
from devices.line_events import LineConfig
from devices.meter_quantities import Quantity
from devices.preview import ORDER_NAMES, ORDERS, Look, Mark, best, looks, texts
from devices.profile import MeterProfile, QuantitySpec, load_profile
from devices.profile_schema import DeviceTiming, Protocol, SerialDefaults
from devices.reading import Reason
from devices.survey import Place, read_places
from devices.transport import PortError
from hmi.commands.common import data_option, json_option, print_json
from hmi.commands.line import refused, serial_options
from hmi.commands.profile_trial import show_trial
from hmi.data_folder import profiles_folder

MARKS = {Mark.SHOWN: "*", Mark.USUAL: "*", Mark.ODD: "", Mark.OUTSIDE: "!"}


@click.command("preview")
@click.argument("registers", metavar="[HEX]", required=False)
@click.option("--port", help="Read them from this port instead.")
@click.option("--unit", type=click.IntRange(1, 247), help="The meter's address on it.")
@click.option("--fc", type=click.Choice(["3", "4"]), default="3", show_default=True)
@click.option("--address", help="The first register, from 0 as on the wire: 52 or 0x34.")
@click.option("--count", type=click.IntRange(1, 16), default=4, show_default=True)
@click.option("--quantity", type=click.Choice([item.value for item in Quantity]), help="What it should be.")
@click.option("--shows", type=float, help="What the meter's display shows; its power of ten is found.")
@click.option("--profile", "profile_name", help="Take place, type and orders of --quantity from a profile.")
@serial_options
@data_option
@json_option
@click.pass_context
def preview_command(
    context: click.Context,
    registers: str | None,
    port: str | None,
    unit: int | None,
    fc: str,
    address: str | None,
    count: int,
    quantity: str | None,
    shows: float | None,
    profile_name: str | None,
    baud: int | None,
    parity: str | None,
    stop_bits: int | None,
    data_dir: Path,
    as_json: bool,
) -> None:
    """Read registers in every type and order, side by side, and mark what is plausible.

    HEX are registers such as "4366 3334". With --shows, the ways that give what the display shows are marked
    with their power of ten: that finds type, order, scale and an address that is off by one at once. With
    --port, --unit and --profile alone, everything that the profile knows is read, alternatives included.
    """
    profile = load_profile(profile_name, profiles_folder(data_dir)) if profile_name else None
    if profile is not None and profile.protocol is not Protocol.MODBUS:
        raise click.UsageError(
            f"{profile_name} has no registers to look at; `valleyline line read` reads such a meter."
        )
    wanted = None if quantity is None else Quantity(quantity)
    first = 0
    if registers is not None and port is None:
        words = typed_registers(registers)
    elif port is not None and registers is None:
        serial = profile.serial if profile else SerialDefaults()
        config = LineConfig(
            port, port, baud or serial.baud, parity or serial.parity, stop_bits or serial.stop_bits
        )
        if profile is not None and address is None and wanted is None:
            context.exit(show_trial(config, _checked(unit), profile, as_json))
        place = _place(profile, wanted, fc, address, count)
        words = _read(config, _checked(unit), place, profile.timing if profile else DeviceTiming())
        first = place[1]
    else:
        raise click.UsageError('Give registers such as "4366 3334", or --port with --unit and --address.')
    found = looks(words, wanted, shows)
    if as_json:
        print_json(_as_json(words, first, found))
    else:
        _print(words, first, found)


def typed_registers(typed: str) -> tuple[int, ...]:
    """Registers from hex digits, with or without blanks; raises click's error with one sentence."""
    digits = typed.replace(" ", "").replace(",", "").replace("0x", "").strip()
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        data = b""
    if not data or len(data) % 2 or len(data) > 2 * 125:
        raise click.UsageError(f'{typed!r} is not registers in hex; write them as "4366 3334".')
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def _checked(unit: int | None) -> int:
    if unit is None:
        raise click.UsageError("Give --unit, the meter's address on the line.")
    return unit


def _place(
    profile: MeterProfile | None, quantity: Quantity | None, fc: str, address: str | None, count: int
) -> Place:
    """Function code, first register and count: as asked, or where the profile has the quantity."""
    if address is not None:
        try:
            first = int(address, 0)
        except ValueError:
            first = -1
        if not 0 <= first <= 0x10000 - count:
            raise click.UsageError(f"{address!r} is no register; write 0 to {0x10000 - count}, or 0x34.")
        return int(fc), first, count
    if profile is None or quantity is None:
        raise click.UsageError("Give --address, or --profile together with --quantity.")
    spec = _spec(profile, quantity)
    return spec.fc, spec.start, spec.end - spec.start


def _spec(profile: MeterProfile, quantity: Quantity) -> QuantitySpec:
    known = (*profile.quantities, *profile.optional)
    for spec in known:
        if spec.name is quantity:
            return spec
    names = ", ".join(spec.name.value for spec in known)
    raise click.UsageError(f"{profile.model} has no {quantity.value} in its profile; it has {names}.")


def _read(config: LineConfig, unit: int, place: Place, timing: DeviceTiming) -> tuple[int, ...]:
    try:
        exchange = read_places(config, unit, [place], timing, Clock())[0]
    except PortError as error:
        raise refused(error) from error
    if exchange.reason is Reason.EXCEPTION:
        raise click.ClickException(f"Address {unit} refused this with exception {exchange.exception_code}.")
    if exchange.reason is not Reason.NONE:
        raise click.ClickException(f"Address {unit} did not answer ({exchange.reason.value}).")
    return exchange.registers


def _as_json(words: tuple[int, ...], first: int, found: list[Look]) -> dict[str, object]:
    return {
        "registers": [f"{word:04X}" for word in words],
        "looks": [
            {
                "address": first + look.at,
                "type": look.type.value,
                "word_order": look.word_order,
                "byte_order": look.byte_order,
                "value": look.value if math.isfinite(look.value) else None,
                "mark": look.mark.value if look.mark else "",
                "power_of_ten": look.power_of_ten,
            }
            for look in found
        ],
        "texts": [{"byte_order": order, "text": words_found} for order, words_found in texts(words)],
    }


def _print(words: tuple[int, ...], first: int, found: list[Look]) -> None:
    click.echo("registers  " + " ".join(f"{word:04X}" for word in words))
    click.echo(f"{'address':>8}  {'type':7}" + "".join(f"{name:>22}" for name in ORDER_NAMES))
    rows: dict[tuple[int, str], dict[tuple[str, str], Look]] = {}
    for look in found:
        rows.setdefault((look.at, look.type.value), {})[(look.word_order, look.byte_order)] = look
    for (at, kind), looked in rows.items():
        cells = "".join(f"{_cell(looked.get(order)):>22}" for order in ORDERS)
        click.echo(f"{first + at:8}  {kind:7}{cells}")
    for order, characters in texts(words):
        click.echo(f"as text, {order} byte first: {characters!r}")
    for look in best(found)[:8]:
        scale = f", scale 1e{look.power_of_ten}" if look.power_of_ten else ""
        click.echo(
            f"{look.mark}: address {first + look.at}, {look.type}, word_order {look.word_order}, "
            f"byte_order {look.byte_order}{scale}: {look.value:g}"
        )


def _cell(look: Look | None) -> str:
    if look is None:
        return ""
    if look.mark in (Mark.NONE, Mark.MISSING, Mark.ODD):
        return "-" if look.mark is Mark.NONE else f"({look.mark})"
    number = f"{look.value:.7g}" if look.type.kind == "f" else f"{look.value:.0f}"
    return f"{MARKS.get(look.mark, '') if look.mark else ''}{number}"
