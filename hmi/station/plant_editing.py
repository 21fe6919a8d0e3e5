"""Changes of the plant file that an engineer asks for: done as a whole or refused with the sentence why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devices.datafile import DataFileError
from hmi.plant_edits import ItemEdit, OutsideChangeError, PlantEdit, apply_edits
from hmi.plant_fields import Row, Table, Value
from hmi.station.authority import RefusedError
from hmi.station.codes import Refusal
from hmi.station.outcome import Outcome
from hmi.station.payloads import EditPlant

ABSENT = "–"


@dataclass(frozen=True, slots=True)
class PlantFile:
    """The plant file that a station runs on, and its data folder with profiles of its own."""

    path: Path
    data_dir: Path


def edit_plant(file: PlantFile | None, payload: EditPlant) -> Outcome:
    """Changes the file; raises RefusedError."""
    if file is None:
        raise RefusedError(Refusal.PLANT_REFUSED, "plant", sentence="this station has no plant file.")
    if not payload.edits and not payload.items:
        raise RefusedError(Refusal.BAD_REQUEST, "plant", sentence="edits: there are none.")
    try:
        apply_edits(file.path, file.data_dir, payload.edits, payload.items)
    except OutsideChangeError as error:
        raise RefusedError(
            Refusal.PLANT_CHANGED, "plant", key=error.edit.key, now=_shown(error.now)
        ) from error
    except DataFileError as error:
        raise RefusedError(Refusal.PLANT_REFUSED, "plant", sentence=str(error)) from error
    edits: list[PlantEdit | ItemEdit] = [*payload.items, *payload.edits]
    before = "; ".join(_told(edit, edit.before) for edit in edits)
    after = "; ".join(_told(edit, edit.after) for edit in edits)
    return Outcome(file.path.name, before, after, payload.reason)


def _told(edit: PlantEdit | ItemEdit, value: Value | Table) -> str:
    return f"{edit.key} = {_shown(value)}"


def _shown(value: Value | Table | Row) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_shown(one)}" for key, one in value.items()) + "}"
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)
