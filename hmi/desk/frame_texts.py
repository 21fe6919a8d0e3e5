"""What a raw frame says, as rows of texts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from devices.frames_meters import DecodedFrame


def frame_rows(decoded: DecodedFrame) -> list[tuple[str, str]]:
    """Address, control code, register or identifier, and each value; first what is wrong with it."""
    rows = []
    if decoded.error:
        rows.append((QCoreApplication.translate("diagnosis", "Error"), decoded.error))
    if decoded.address is not None:
        rows.append((QCoreApplication.translate("diagnosis", "Address"), str(decoded.address)))
    if decoded.control is not None:
        rows.append((QCoreApplication.translate("diagnosis", "Control code"), f"{decoded.control:02X}"))
    if decoded.di is not None:
        first = decoded.di if isinstance(decoded.di, str) else f"{decoded.di} (0x{decoded.di:04X})"
        rows.append((QCoreApplication.translate("diagnosis", "Register or identifier"), first))
    for value in decoded.values:
        told = "–" if value.value is None else f"{value.value} {value.unit}".strip()
        rows.append((value.quantity, told))
    return rows
