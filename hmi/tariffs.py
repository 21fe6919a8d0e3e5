"""Tariffs from files: the shipped ones by name, a person's own by path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from devices.datafile import DataFileError, NoSuchFileError, convert, read_json, read_toml
from resources.locate import resource
from solver.errors import TariffError
from solver.openei import UrdbExport, UrdbImport, from_urdb, is_urdb, to_urdb
from solver.tariff import PriceSeries, Tariff, check_tariff


def shipped_tariffs() -> list[str]:
    """The names of the tariffs that come with the program."""
    return sorted(path.stem for path in resource("tariffs").glob("*.toml"))


def load_tariff(name_or_path: str | Path) -> Tariff | PriceSeries:
    """A shipped tariff by its name, or one from a file; raises DataFileError with one sentence.

    A file with `price_per_kwh` is a series of prices.
    """
    path = _path_of(name_or_path)
    data: dict[str, Any] = read_toml(path, dict)
    kind: type[Tariff] | type[PriceSeries] = PriceSeries if "price_per_kwh" in data else Tariff
    tariff = convert(data, kind, str(path))
    try:
        check_tariff(tariff)
    except TariffError as error:
        raise DataFileError(f"{path}: {error}") from error
    return tariff


def load_calendar(name_or_path: str | Path) -> Tariff:
    """A tariff with a calendar, as a plant needs it, for it has a price on every day."""
    tariff = load_tariff(name_or_path)
    if isinstance(tariff, PriceSeries):
        raise DataFileError(
            f"{_path_of(name_or_path)}: price_per_kwh: a series of prices ends; a plant needs a tariff with "
            "schedules. Use the series in a problem file."
        )
    return tariff


def load_urdb(path: Path) -> UrdbImport:
    """A rate in the shape of OpenEI's database, from its JSON; raises DataFileError with one sentence."""
    data: dict[str, Any] = read_json(path, dict)
    items = data.get("items")
    if not is_urdb(data) and isinstance(items, list) and len(items) == 1 and is_urdb(items[0]):
        data = items[0]
    if not is_urdb(data):
        raise DataFileError(f"{path}: energyratestructure: this key is missing; give one rate of OpenEI's.")
    try:
        return from_urdb(data)
    except TariffError as error:
        raise DataFileError(f"{path}: {error}") from error


def export_urdb(name_or_path: str | Path) -> UrdbExport:
    """A tariff in the shape of OpenEI's database; raises DataFileError where it cannot have one."""
    tariff = load_tariff(name_or_path)
    if isinstance(tariff, PriceSeries):
        raise DataFileError(
            f"{_path_of(name_or_path)}: price_per_kwh: OpenEI's database has no series of prices."
        )
    return to_urdb(tariff)


def tariff_toml(tariff: Tariff | PriceSeries) -> str:
    """A tariff as the text of its file."""
    return tomli_w.dumps(msgspec.to_builtins(tariff))


def _path_of(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix == ".toml":
        return path
    shipped = resource(f"tariffs/{name_or_path}.toml")
    if str(name_or_path) not in shipped_tariffs():
        raise NoSuchFileError(
            f"tariff {str(name_or_path)!r}: there is none of this name; "
            f"use {', '.join(shipped_tariffs())} or a file ending in .toml."
        )
    return shipped
