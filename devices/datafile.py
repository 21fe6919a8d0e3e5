"""Data files with a schema: a mistake is a sentence that names the file, the key and what is allowed."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from devices.schema_words import complaint

T = TypeVar("T")


class DataFileError(Exception):
    """A data file that cannot be used; its text is one sentence for the person who can mend it."""


class NoSuchFileError(DataFileError):
    """A data file that is not there."""


class OtherFileError(DataFileError):
    """A data file of another kind than was meant: not it is wrong, but what names it."""


def read_toml(path: Path, kind: type[T]) -> T:
    """Reads a TOML file into a msgspec struct; raises DataFileError with one sentence."""
    return convert(toml_data(path), kind, str(path))


def toml_data(path: Path) -> dict[str, Any]:
    """The plain data of a TOML file; raises DataFileError with one sentence."""
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(f"{path}: {error}; mend the line or take it out.") from error
    _refuse_infinite(data, "", path)
    return data


def read_json(path: Path, kind: type[T]) -> T:
    """Reads a JSON file into a msgspec struct; raises DataFileError with one sentence."""
    text = read_text(path)
    try:
        data = msgspec.json.decode(text.encode())
    except msgspec.DecodeError as error:
        raise DataFileError(f"{path}: this is not JSON ({error}).") from error
    return convert(data, kind, str(path))


def beside(name_or_path: str, folder: Path | None) -> str:
    """A name as it is; the relative path of a .toml file from `folder`, not from where we were started."""
    path = Path(name_or_path)
    if folder is None or path.suffix != ".toml" or path.is_absolute():
        return name_or_path
    return str(folder / path)


def read_text(path: Path) -> str:
    """The text of a file; raises DataFileError when it is missing or cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NoSuchFileError(f"{path}: there is no such file.") from error
    except UnicodeDecodeError as error:
        raise DataFileError(f"{path}: this file cannot be read as text; save it in UTF-8.") from error
    except OSError as error:
        raise DataFileError(f"{path}: this file cannot be read ({error.strerror}).") from error


def convert(data: object, kind: type[T], where: str) -> T:
    """Turns plain data into a struct; the error names the place in `where` and what is allowed."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        key, sentence = complaint(error, kind, data)
        raise DataFileError(f"{where}: {key}: {sentence}.") from error


def _refuse_infinite(data: object, key: str, path: Path) -> None:
    """TOML knows `inf` and `nan`; no file of ours has a use for them, and a schema lets them through."""
    if isinstance(data, float) and not math.isfinite(data):
        raise DataFileError(f"{path}: {key}: {data} is not allowed; expected a finite number.")
    if isinstance(data, dict):
        for name, item in data.items():
            _refuse_infinite(item, f"{key}.{name}" if key else name, path)
    elif isinstance(data, list):
        for index, item in enumerate(data):
            _refuse_infinite(item, f"{key}[{index}]", path)
