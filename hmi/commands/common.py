"""What several subcommands share: the data folder, the plant file, JSON on standard output."""

from __future__ import annotations

import getpass
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from platformdirs import user_data_path

from devices.datafile import DataFileError

Function = TypeVar("Function", bound=Callable[..., Any])


def default_data_dir() -> Path:
    """The folder where this user's data lies unless `--data` names another."""
    return user_data_path("valleyline", appauthor=False)


class FiniteRange(click.FloatRange):
    """A number within bounds; click's own lets `nan` through, and `inf` where a bound is open."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails with one sentence."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


def data_option(function: Function) -> Function:
    """Adds `--data DIR`, the folder of the database, as a Path."""
    return click.option(
        "--data",
        "data_dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_data_dir,
        show_default="the user's data folder",
        help="Folder of the database, the plant file and the logs.",
    )(function)


def plant_option(function: Function) -> Function:
    """Adds `--plant FILE`; None means plant.toml in the data folder."""
    return click.option(
        "--plant",
        "plant_path",
        type=click.Path(dir_okay=False, path_type=Path),
        default=None,
        help="The plant file; plant.toml in the data folder if left out.",
    )(function)


def json_option(function: Function) -> Function:
    """Adds `--json`: one JSON object on standard output and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(function)


def make_folder(folder: Path) -> None:
    """Makes a folder that may be written into; raises DataFileError with one sentence."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFileError(
            f"{folder}: this folder cannot be made ({error.strerror}); choose another."
        ) from error
    if not os.access(folder, os.W_OK):
        raise DataFileError(f"{folder}: this folder cannot be written into; allow it, or choose another.")


def command_line_actor() -> str:
    """Who is at the command line, as the audit names them."""
    try:
        return f"command line ({getpass.getuser()})"
    except (ImportError, KeyError, OSError):
        return "command line (unknown)"


def print_json(value: object) -> None:
    """Writes one JSON object, indented, to standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
