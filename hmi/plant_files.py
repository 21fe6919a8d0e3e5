"""The plant file with all that it names: what is wrong with any of it is said before anything is started."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from devices.datafile import DataFileError, NoSuchFileError, OtherFileError
from devices.plc import load_plc_profile
from hmi.data_folder import plant_path, profiles_folder
from hmi.meter_profiles import polled_profile, profile_loader
from hmi.plant import Plant, load_plant
from hmi.tariffs import load_calendar


def load_whole_plant(data_dir: Path, chosen: Path | None = None) -> Plant:
    """The plant of a data folder, or of a chosen file; its profiles and its tariff can be used, too.

    Raises DataFileError with one sentence naming the file and the key.
    """
    path = plant_path(data_dir, chosen)
    if not path.exists():
        raise NoSuchFileError(
            f"{path}: there is no plant file; `valleyline` on a screen makes one, --plant names "
            "another, and `valleyline demo` shows one."
        )
    plant, load = load_plant(path), profile_loader(data_dir)
    for index, meter in enumerate(plant.meters):
        where = f"{path}: meters[{index}]"
        _load(f"{where}.profile", polled_profile, meter, load, where)
    if plant.plc is not None:
        own = profiles_folder(data_dir)
        _load(f"{path}: plc.profile", load_plc_profile, plant.plc.profile, own)
    _load(f"{path}: tariff", load_calendar, plant.tariff)
    _check_currency(plant, path)
    return plant


def _load(where: str, load: Callable[..., object], *arguments: object) -> None:
    """A file that is wrong names itself; for one that is not there, or not meant, the key that names it."""
    try:
        load(*arguments)
    except (NoSuchFileError, OtherFileError) as error:
        raise DataFileError(f"{where}: {error}") from error


def _check_currency(plant: Plant, path: Path) -> None:
    tariff = load_calendar(plant.tariff)
    if tariff.currency != plant.currency:
        raise DataFileError(
            f"{path}: currency: {plant.currency!r} is not the tariff's; {plant.tariff} counts in "
            f"{tariff.currency!r}."
        )
