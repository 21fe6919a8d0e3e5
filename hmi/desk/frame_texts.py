"""What a raw frame says, as rows of texts."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QLocale

from devices.frames_meters import DecodedFrame, FrameValue
from devices.protocols.value import FrameError

DIVIDERS = re.compile(r"(, |: )")
NUMBERED = re.compile(r"(\S.*?)( \+?[0-9A-F]+)?")


def frame_rows(decoded: DecodedFrame) -> list[tuple[str, str]]:
    """Address, control code, register or identifier, and each value; first what is wrong with it."""
    rows = []
    if decoded.fault is not None:
        rows.append((QCoreApplication.translate("diagnosis", "Error"), frame_fault(decoded.fault)))
    if decoded.address is not None:
        rows.append((QCoreApplication.translate("diagnosis", "Address"), str(decoded.address)))
    if decoded.control is not None:
        rows.append((QCoreApplication.translate("diagnosis", "Control code"), f"{decoded.control:02X}"))
    if decoded.di is not None:
        first = decoded.di if isinstance(decoded.di, str) else f"{decoded.di} (0x{decoded.di:04X})"
        rows.append((QCoreApplication.translate("diagnosis", "Register or identifier"), first))
    for value in decoded.values:
        told = "–" if value.value is None else f"{value.value} {value.unit}".strip()
        rows.append((_name(value), told))
    return rows


def frame_fault(fault: FrameError) -> str:
    """What is wrong with a frame, in the person's language."""
    return _translated(fault.template).format(**fault.details)


def _name(value: FrameValue) -> str:
    """As the Chinese standard has it where there is one, else each of its terms with the number behind it."""
    if value.quantity_zh and QLocale().language() is QLocale.Language.Chinese:
        return value.quantity_zh
    parts = DIVIDERS.split(value.quantity)
    return "".join(part if DIVIDERS.fullmatch(part) else _term(part) for part in parts)


def _term(part: str) -> str:
    found = NUMBERED.fullmatch(part)
    if found is None:
        return part
    word, number = found.groups(default="")
    return _translated(word) + number


def _translated(text: str) -> str:
    """A source text of hmi/desk/frame_words.py in the person's language; what is none of them stays."""
    return QCoreApplication.translate("frames", str(text))
