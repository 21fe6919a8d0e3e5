"""Tariffs from files: the shipped ones by name, a person's own by path."""

from __future__ import annotations

from pathlib import Path

from devices.datafile import DataFileError, NoSuchFileError, read_toml
from resources.locate import resource
from solver.errors import TariffError
from solver.tariff import DayType, Tariff, check_tariff


def shipped_tariffs() -> list[str]:
    """The names of the tariffs that come with the program."""
    return sorted(path.stem for path in resource("tariffs").glob("*.toml"))


def load_tariff(name_or_path: str | Path) -> Tariff:
    """A shipped tariff by its name, or one from a file; raises DataFileError with one sentence."""
    path = _path_of(name_or_path)
    tariff = read_toml(path, Tariff)
    try:
        check_tariff(tariff)
        _check_whole_year(tariff)
    except TariffError as error:
        raise DataFileError(f"{path}: {error}") from error
    return tariff


def _check_whole_year(tariff: Tariff) -> None:
    """A day without prices would be found on that day, by a station that has run for months."""
    kinds = [DayType.WEEKDAY, DayType.WEEKEND]
    kinds += [DayType.HOLIDAY] if tariff.holidays else []
    kinds += [DayType.HOT] if tariff.hot_days else []
    for month in range(1, 13):
        for kind in kinds:
            if not any(
                (not schedule.months or month in schedule.months)
                and (not schedule.day_types or kind in schedule.day_types)
                for schedule in tariff.schedules
            ):
                raise TariffError(f"schedules: there is none for a {kind} in month {month}; add one.")


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
