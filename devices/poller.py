"""One thread per physical line: it owns the port, polls meters, writes to the PLC and tells what happened."""

from __future__ import annotations

from devices.line_events import (
    LineChanged,
    LineConfig,
    LineCounters,
    LineEvent,
    MeterOnLine,
    MeterRead,
    PlcOnLine,
    PlcRead,
    WriteCommand,
    WriteDone,
    WriteOutcome,
)

__all__ = [
    "LineChanged",
    "LineConfig",
    "LineCounters",
    "LineEvent",
    "MeterOnLine",
    "MeterRead",
    "PlcOnLine",
    "PlcRead",
    "WriteCommand",
    "WriteDone",
    "WriteOutcome",
]
