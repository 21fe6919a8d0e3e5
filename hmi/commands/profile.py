"""`valleyline profile`: kinds of meters, whether a profile holds, and what registers mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from devices.datafile import DataFileError, NoSuchFileError, OtherFileError
from devices.plc import load_plc_profile
from devices.profile import (
    MeterProfile,
    QuantitySpec,
    load_profile,
    profile_names,
    profile_path,
    read_blocks,
    schema,
)
from hmi.commands.common import data_option, json_option, print_json
from hmi.commands.profile_preview import preview_command
from hmi.data_folder import profiles_folder


@click.group("profile")
def profile_command() -> None:
    """Meter profiles: the shipped ones and your own, and what a meter's registers mean."""


profile_command.add_command(preview_command)


@profile_command.command("list")
@data_option
@json_option
def list_command(data_dir: Path, as_json: bool) -> None:
    """All profiles; those in the data folder's `profiles` take the place of shipped ones of the same name."""
    own = profiles_folder(data_dir)
    profiles: dict[str, MeterProfile] = {}
    for name in profile_names(own):
        try:
            profiles[name] = load_profile(name, own)
        except DataFileError as error:
            click.echo(str(error), err=True)
    facts = [
        {
            "name": name,
            "maker": profile.maker,
            "model": profile.model,
            "confidence": profile.confidence.value,
            "version": profile.version,
            "own": profile_path(name, own).parent == own,
            "deprecated": profile.deprecated,
            "source": profile.source,
        }
        for name, profile in profiles.items()
    ]
    if as_json:
        print_json({"profiles": facts})
        return
    for item in facts:
        remarks = [str(item["confidence"]), *(["your own"] if item["own"] else [])]
        remarks += [f"deprecated: {item['deprecated']}"] if item["deprecated"] else []
        click.echo(f"{item['name']:24} {item['maker']} {item['model']} ({', '.join(remarks)})")


@profile_command.command("show")
@click.argument("name", metavar="NAME|FILE.toml")
@data_option
@json_option
def show_command(name: str, data_dir: Path, as_json: bool) -> None:
    """What a profile says: source, doubts, and where each quantity lies."""
    profile = load_profile(name, profiles_folder(data_dir))
    if as_json:
        print_json({"name": name, "profile": msgspec.to_builtins(profile)})
        return
    click.echo(f"{profile.maker} {profile.model}: confidence {profile.confidence}, version {profile.version}")
    click.echo(f"  source: {profile.source}")
    for words in (profile.note, profile.deprecated and f"deprecated: {profile.deprecated}"):
        if words:
            click.echo(f"  {words}")
    for title, specs in (
        ("read by default", profile.quantities),
        ("read where the plant file's `quantities` asks", profile.optional),
        ("other places of the same, never polled", profile.alternatives),
    ):
        if specs:
            click.echo(f"{title}:")
        for spec in specs:
            click.echo(f"  {quantity_words(spec)}")
    for words in _device_words(profile):
        click.echo(words)
    blocks = ", ".join(f"{block.count} from {block.address:#06x}" for block in read_blocks(profile))
    click.echo(f"requests by default, in registers: {blocks}")


@profile_command.command("check")
@click.argument("paths", metavar="FILE.toml...", nargs=-1, required=True)
@click.pass_context
def check_command(context: click.Context, paths: tuple[str, ...]) -> None:
    """Whether profiles can be used; names the file and the key where not."""
    refused = False
    for path in paths:
        try:
            what = _checked(path)
        except NoSuchFileError:
            raise
        except DataFileError as error:
            click.echo(str(error), err=True)
            refused = True
        else:
            click.echo(f"{path}: {what}: it can be used.")
    context.exit(1 if refused else 0)


def _checked(path: str) -> str:
    """What a profile, of a meter or of a PLC, is in words; DataFileError where it cannot be used."""
    try:
        return _kept(load_profile(path))
    except OtherFileError:
        plc = load_plc_profile(path)
        return f"{plc.maker} {plc.model}, a PLC"


@profile_command.command("schema")
def schema_command() -> None:
    """The JSON schema of a profile, for editors that check TOML files by one."""
    print_json(schema())


def _device_words(profile: MeterProfile) -> Iterator[str]:
    """Lines about the device: its port, what it asks of the line, and what it tells of itself."""
    serial, timing = profile.serial, profile.timing
    yield f"port: {serial.baud} baud, 8{serial.parity}{serial.stop_bits}"
    yield (
        f"line: at most {profile.max_block} registers a request, answers within "
        f"{timing.turnaround_max_ms:g} ms, {timing.min_gap_ms:g} ms between requests, "
        f"{timing.device_switch_ms:g} ms before another device"
    )
    for ident in profile.ident:
        expected = ", ".join(repr(item) if isinstance(item, str) else f"{item:#x}" for item in ident.expected)
        yield f"ident: FC{ident.fc:02d} {ident.address:#06x} {ident.type} is {expected}"
    for name, register in (
        ("serial number", profile.serial_number),
        ("CT ratio", profile.ct),
        ("PT ratio", profile.pt),
    ):
        if register is not None:
            yield f"{name}: FC{register.fc:02d} {register.address:#06x} {register.type}"


def quantity_words(spec: QuantitySpec) -> str:
    """One line about where a quantity lies and what is doubtful about it."""
    order = "" if spec.word_order == "big" else ", low word first"
    order += "" if spec.byte_order == "big" else ", low byte first"
    scale = "" if spec.scale == 1 else f" x {spec.scale:g}"
    ratios = "".join(f" x {ratio.upper()}" for ratio in spec.ratios)
    doubt = f"  ({spec.confidence})" if spec.confidence else ""
    note = f"  {spec.note}" if spec.note else ""
    place = f"FC{spec.fc:02d} {spec.address:#06x} {spec.type}{order}"
    return f"{spec.name.value:28} {place}, {spec.unit or '1'}{scale}{ratios}{doubt}{note}"


def _kept(profile: MeterProfile) -> str:
    blocks = read_blocks(profile)
    polled = f"{len(profile.quantities)} quantities in {len(blocks)} request{'s' if len(blocks) > 1 else ''}"
    return f"{profile.maker} {profile.model}, {polled}"
