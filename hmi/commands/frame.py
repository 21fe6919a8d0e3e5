"""`valleyline frame`: what one raw frame says, or what is wrong with it."""

from __future__ import annotations

import click

from devices.frames import DecodedFrame, decode_frame, frame_bytes
from hmi.commands.common import json_option, print_json


@click.command()
@click.argument("frame")
@json_option
@click.pass_context
def frame_command(context: click.Context, frame: str, as_json: bool) -> None:
    """Decode one raw FRAME, given in hex or as Modbus ASCII text, or say what is wrong with it."""
    try:
        decoded = decode_frame(frame_bytes(frame))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json(decoded)
    else:
        click.echo(_in_words(decoded))
    context.exit(0 if decoded.valid else 1)


def _in_words(decoded: DecodedFrame) -> str:
    lines = [f"{decoded.protocol}: {'valid' if decoded.valid else decoded.error}"]
    if decoded.address is not None:
        lines.append(f"  address {decoded.address}, function {decoded.control}")
    if decoded.di is not None:
        lines.append(f"  first register {decoded.di} (0x{decoded.di:04X})")
    for value in decoded.values:
        shown = "no value" if value.value is None else f"{value.value:g}"
        lines.append(f"  {value.quantity}: {shown} {value.unit}".rstrip())
    return "\n".join(lines)
