"""Data files with a schema: a mistake is a sentence that names the file, the key and what is allowed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


class DataFileError(Exception):
    """A data file that cannot be used; its text is one sentence for the person who can mend it."""


def read_toml(path: Path, kind: type[T]) -> T:
    """Reads a TOML file into a msgspec struct; raises DataFileError with one sentence."""
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(f"{path}: {error}; mend the line or take it out.") from error
    return convert(data, kind, str(path))


def read_json(path: Path, kind: type[T]) -> T:
    """Reads a JSON file into a msgspec struct; raises DataFileError with one sentence."""
    text = read_text(path)
    try:
        data = msgspec.json.decode(text.encode())
    except msgspec.DecodeError as error:
        raise DataFileError(f"{path}: this is not JSON ({error}).") from error
    return convert(data, kind, str(path))


def read_text(path: Path) -> str:
    """The text of a file; raises DataFileError when it is missing or cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataFileError(f"{path}: there is no such file.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}: this file cannot be read ({error}).") from error


def convert(data: object, kind: type[T], where: str) -> T:
    """Turns plain data into a struct; the error names the place in `where` and what is allowed."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message, _, key = str(error).partition(" - at `$")
        place = key.rstrip("`").lstrip(".") or "top level"
        raise DataFileError(f"{where}: {place}: {message[:1].lower()}{message[1:]}.") from error
