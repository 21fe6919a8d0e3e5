"""The first plant file of a data folder: from a template and what somebody says about their plant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from devices.datafile import DataFileError, read_toml
from hmi.data_folder import plant_path
from hmi.new_file import new_file
from hmi.plant_fields import Table
from hmi.plant_files import load_whole_plant
from resources.locate import resource


class PlantTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many machines of one kind; their numbers are starting values."""

    shopfloor: str
    shopfloor_label: str
    machine: Table
    count: int

    def machines(self) -> list[Table]:
        """The machines with ids and numbered names."""
        label = self.machine["label"]
        return [
            {"id": f"machine_{number}", **self.machine, "label": f"{label} {number}"}
            for number in range(1, self.count + 1)
        ]


def shipped_templates() -> list[str]:
    """The names of the templates, the smallest last."""
    return ["ball_mills", "furnaces", "one_machine"]


def load_template(name: str) -> PlantTemplate:
    """A shipped template."""
    return read_toml(resource(f"plants/templates/{name}.toml"), PlantTemplate)


def write_first_plant(data_dir: Path, data: dict[str, Any]) -> None:
    """Writes a data folder's plant file if a station can run on it; raises DataFileError with key and why."""
    target = plant_path(data_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    part_name = ""
    try:
        with new_file(target) as part:
            part_name = str(part)
            part.write_text(tomli_w.dumps(data), encoding="utf-8")
            load_whole_plant(data_dir, part)
    except DataFileError as error:
        raise DataFileError(
            str(error).replace(part_name, str(target)) if part_name else str(error)
        ) from error
