"""Meter profiles: what a kind of meter says, and where, as a data file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from devices.datafile import DataFileError, NoSuchFileError, OtherFileError, convert, toml_data
from devices.meter_quantities import Quantity
from devices.profile_checks import complaints
from devices.profile_schema import (
    Address,
    Confidence,
    Defaults,
    DeviceTiming,
    IdentSpec,
    MeterProfile,
    Protocol,
    QuantitySpec,
    RegisterSpec,
    SerialDefaults,
    ValueType,
)
from devices.read_blocks import TYPICAL_HOLE, ReadBlock, read_blocks
from resources.locate import resource

__all__ = [
    "Address",
    "Confidence",
    "DeviceTiming",
    "IdentSpec",
    "MeterProfile",
    "Quantity",
    "Protocol",
    "QuantitySpec",
    "ReadBlock",
    "RegisterSpec",
    "SerialDefaults",
    "TYPICAL_HOLE",
    "ValueType",
    "load_profile",
    "profile_of",
    "profile_names",
    "profile_path",
    "read_blocks",
    "shipped_profiles",
]

QUANTITY_LISTS = ("quantities", "optional", "alternatives")
DEVICE_REGISTERS = ("serial_number", "ct", "pt")


class _DefaultsOnly(msgspec.Struct):
    """The part of a file that is looked at first, so that a mistake in it is named where it is."""

    defaults: Defaults = Defaults()


def load_profile(name_or_path: str | Path, own: Path | None = None) -> MeterProfile:
    """Reads a profile by its name, from the folder `own` first, or by its path.

    Raises DataFileError with one sentence that names file and key.
    """
    path = profile_path(name_or_path, own)
    return profile_of(toml_data(path), str(path))


def profile_of(data: dict[str, Any], where: str) -> MeterProfile:
    """A profile from a file's plain data; raises DataFileError with `where` and the key."""
    if "command" in data and "quantities" not in data:
        raise OtherFileError(
            f"{where} is the profile of a PLC, which has no quantities; `valleyline profile list` names "
            "those of meters."
        )
    convert({"defaults": data.get("defaults", {})}, _DefaultsOnly, where)
    profile = convert(_filled(data), MeterProfile, where)
    for key, sentence in complaints(profile):
        raise DataFileError(f"{where}: {key}: {sentence}")
    return profile


def profile_path(name_or_path: str | Path, own: Path | None = None) -> Path:
    """Where a profile's file is: the path itself, or the file of that name, a user's own before a shipped."""
    path = Path(name_or_path)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return path
    found = _files(own).get(str(name_or_path))
    if found is None:
        near = difflib.get_close_matches(str(name_or_path), _files(own), 1)
        meant = f"{near[0]!r} may be meant, " if near else ""
        raise NoSuchFileError(
            f"{name_or_path!r} is not a profile; {meant}`valleyline profile list` names those there are, "
            "or name a .toml file."
        )
    return found


def profile_names(own: Path | None = None) -> list[str]:
    """The names of all meter profiles there are, those of PLCs left out; some may have mistakes."""
    return [name for name, path in _files(own).items() if not _is_of_a_plc(path)]


def shipped_profiles() -> Path:
    """The folder of the profiles that come with the program."""
    return resource("profiles")


def _files(own: Path | None) -> dict[str, Path]:
    """All profiles by name, sorted; a user's own take the place of shipped ones."""
    folders = [shipped_profiles(), *([own] if own is not None else [])]
    found = {file.stem: file for folder in folders for file in sorted(folder.glob("*.toml"))}
    return dict(sorted(found.items()))


def _is_of_a_plc(path: Path) -> bool:
    try:
        return "command" in toml_data(path)
    except DataFileError:
        return False


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """The file's data with defaults written into each register, and the usual range where none is given."""
    defaults = data.get("defaults", {})
    about = {key: value for key, value in defaults.items() if key not in ("type", "sentinels")}
    filled = dict(data)
    for key in QUANTITY_LISTS:
        if isinstance(data.get(key), list):
            filled[key] = [_with_range(_merged(defaults, item)) for item in data[key]]
            if data.get("protocol", Protocol.MODBUS) != Protocol.MODBUS:
                first = 1000 * QUANTITY_LISTS.index(key)
                filled[key] = [
                    _without_registers(item, first + 4 * at) for at, item in enumerate(filled[key])
                ]
    if isinstance(data.get("ident"), list):
        filled["ident"] = [_merged(about, item) for item in data["ident"]]
    for key in DEVICE_REGISTERS:
        if key in data:
            filled[key] = _merged(about, data[key])
    return filled


def _without_registers(item: object, address: int) -> object:
    """Meters without registers say decimal digits: as many places in a row stand for them."""
    if not isinstance(item, dict):
        return item
    places = {"fc": 3, "address": address, "type": "bcd64", "scale": item.get("step", 0.001)}
    return {**places, **item}


def _merged(defaults: Mapping[str, object], item: object) -> object:
    return {**defaults, **item} if isinstance(item, dict) else item


def _with_range(item: object) -> object:
    if not isinstance(item, dict) or item.get("name") not in list(Quantity):
        return item
    low, high = Quantity(item["name"]).usual_range
    return {"min": low, "max": high, **item}


def schema() -> dict[str, Any]:
    """The JSON schema of a profile's file, for editors: defaults may stand for what a register leaves out."""
    found = msgspec.json.schema(MeterProfile)
    for name, left_out in _LEFT_OUT.items():
        struct = found["$defs"][name]
        struct["required"] = [key for key in struct["required"] if key not in left_out]
    return found


_LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "QuantitySpec": ("fc", "address", "type", "min", "max"),
    "RegisterSpec": ("fc",),
    "IdentSpec": ("fc",),
}
