"""`valleyline frame`: what one raw frame says, or what is wrong with it."""

from __future__ import annotations

import click

from devices.frames import decode_frame, frame_bytes
from devices.frames_meters import DecodedFrame
from hmi.commands.common import json_option, print_json


@click.command()
@click.argument("frame")
@json_option
@click.pass_context
def frame_command(context: click.Context, frame: str, as_json: bool) -> None:
    """Decode one raw FRAME, in hex or as text (Modbus ASCII, IEC 62056-21), or say what is wrong with it."""
    try:
        decoded = decode_frame(frame_bytes(frame))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json(_as_json(decoded))
    else:
        click.echo(_in_words(decoded))
    context.exit(0 if decoded.valid else 1)


def _as_json(decoded: DecodedFrame) -> dict[str, object]:
    return {
        "protocol": decoded.protocol,
        "valid": decoded.valid,
        "error": decoded.error,
        "address": decoded.address,
        "control": decoded.control,
        "di": decoded.di,
        "values": [
            {"quantity": one.quantity, "value": one.value, "unit": one.unit, "quality": one.quality}
            for one in decoded.values
        ],
    }


def _in_words(decoded: DecodedFrame) -> str:
    lines = [f"{decoded.protocol}: {'valid' if decoded.valid else decoded.error}"]
    if decoded.address is not None:
        control = "" if decoded.control is None else f", control {decoded.control:02X}"
        lines.append(f"  address {decoded.address}{control}")
    if isinstance(decoded.di, str):
        lines.append(f"  data identifier {decoded.di}")
    elif decoded.di is not None:
        lines.append(f"  first register {decoded.di} (0x{decoded.di:04X})")
    for value in decoded.values:
        shown = "no value" if value.value is None else f"{value.value} {value.unit}"
        lines.append(f"  {value.quantity}: {shown}".rstrip())
    return "\n".join(lines)
