"""What every meter protocol yields: values with a unit, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass


class FrameError(ValueError):
    """Bytes that are not a frame of the protocol; the text is one sentence that says why.

    It is `template` with `details` in its braces, so that who shows it can say it in another language.
    """

    def __init__(self, template: str, **details: object) -> None:
        super().__init__(template.format(**details))
        self.template = template
        self.details = details


@dataclass(frozen=True, slots=True)
class MeterValue:
    """A value from a frame; `value` is None when there is none, then `reason` says why.

    `name_zh` is the Chinese standard's own name of the field, empty where there is no Chinese standard.
    """

    name: str
    value: float | int | str | None
    unit: str = ""
    reason: str = ""
    name_zh: str = ""


def packed_decimal(data: bytes) -> int | None:
    """The number in BCD digits, lowest byte first; None when a nibble is not a digit."""
    text = data[::-1].hex()
    return int(text) if text.isascii() and text.isdecimal() else None


def checksum(data: bytes) -> int:
    """The sum of all bytes modulo 256."""
    return sum(data) & 0xFF
