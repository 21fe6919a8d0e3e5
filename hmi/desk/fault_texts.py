"""What does not work, put into words: refusals, the database, lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP

from hmi.desk import refusal_texts, texts
from hmi.store.database import StoreFault
from hmi.store.records import PlanState

_PARTS = {
    "tariff": QT_TRANSLATE_NOOP("texts", "tariff"),
    "problem": QT_TRANSLATE_NOOP("texts", "batches and machines"),
    "plant": QT_TRANSLATE_NOOP("texts", "plant"),
    "zone": QT_TRANSLATE_NOOP("texts", "time zone"),
    "limits": QT_TRANSLATE_NOOP("texts", "limits"),
    "starts": QT_TRANSLATE_NOOP("texts", "starts"),
    "pauses": QT_TRANSLATE_NOOP("texts", "pauses"),
    "baseline": QT_TRANSLATE_NOOP("texts", "baseline"),
    "times": QT_TRANSLATE_NOOP("texts", "start and end"),
    "plc": QT_TRANSLATE_NOOP("texts", "PLC"),
    "cost": QT_TRANSLATE_NOOP("texts", "cost"),
    "cost_before": QT_TRANSLATE_NOOP("texts", "cost of the baseline"),
}

_STORE_FAULTS: dict[str, object] = {
    StoreFault.NEWER: QT_TRANSLATE_NOOP(
        "texts", "{path} was written by a newer Valleyline; start that version."
    ),
    StoreFault.READ_ONLY: QT_TRANSLATE_NOOP(
        "texts", "{path} cannot be written; allow writing to the file and its folder."
    ),
    StoreFault.FULL: QT_TRANSLATE_NOOP(
        "texts", "The disk that holds {path} is full; what was stored is safe: free some space."
    ),
    StoreFault.NOT_A_DATABASE: QT_TRANSLATE_NOOP(
        "texts", "{path} is not a Valleyline database; move it away, or choose another folder."
    ),
    StoreFault.DAMAGED: QT_TRANSLATE_NOOP("texts", "{path} is damaged; put a backup in its place."),
    StoreFault.LOCKED: QT_TRANSLATE_NOOP(
        "texts", "{path} is locked by another program; close that program and try again."
    ),
    StoreFault.CANNOT_OPEN: QT_TRANSLATE_NOOP(
        "texts", "{path} cannot be opened; check that it is a file in a folder that may be written."
    ),
    StoreFault.DISK_ERROR: QT_TRANSLATE_NOOP(
        "texts", "The disk that holds {path} answers with errors; check the disk and the space left on it."
    ),
    StoreFault.MISSING: QT_TRANSLATE_NOOP(
        "texts", "{path} does not exist; start a station there, or choose another folder."
    ),
    StoreFault.CUT_SHORT: QT_TRANSLATE_NOOP("texts", "What was being read was cut short; read it again."),
    StoreFault.REPLAY: QT_TRANSLATE_NOOP("texts", "This is a replay: nothing can be done in a recording."),
}

# The codes of devices/transport.py, which the desk does not import: it brings pyserial and pymodbus along.
_PORT_TROUBLES: dict[str, object] = {
    "port_missing": QT_TRANSLATE_NOOP(
        "texts", "{line}: nothing is connected at {port}; connect it or correct the name."
    ),
    "port_busy": QT_TRANSLATE_NOOP("texts", "{line}: {port} is in use by another program; end that program."),
    "port_lost": QT_TRANSLATE_NOOP(
        "texts", "{line}: {port} has gone; connect it again and reading goes on by itself."
    ),
    "port_unusable": QT_TRANSLATE_NOOP(
        "texts", "{line}: {port} cannot be used; check its name, its settings and who may open it."
    ),
}


def refusal(code: str, detail: Mapping[str, object]) -> str:
    """Why the station did not do what was asked; codes in the detail are put into words too."""
    return refusal_texts.refusal(code, {key: _worded(key, value) for key, value in detail.items()})


def store_fault(fault: StoreFault, path: Path) -> str:
    """Why the database cannot be used, and what to do."""
    return texts.translated(_STORE_FAULTS[fault]).format(path=path)


def line_trouble(code: str, line: str, port: str) -> str:
    """Why a line is not connected; "" for no code."""
    return (
        texts.translated(_PORT_TROUBLES[code]).format(line=line, port=port) if code in _PORT_TROUBLES else ""
    )


def _worded(key: str, value: object) -> object:
    if key == "state" and isinstance(value, str) and value in tuple(PlanState):
        return texts.plan_state(PlanState(value))
    return texts.translated(_PARTS[str(value)]) if key == "part" and value in _PARTS else value
