"""How Modbus is wrapped on a line."""

from __future__ import annotations

from enum import StrEnum


class Framing(StrEnum):
    """How a PDU is wrapped; a gateway that passes RTU frames on over TCP is RTU."""

    RTU = "rtu"
    ASCII = "ascii"
    TCP = "tcp"
