"""The demonstration's data folder: it is emptied at each beginning, so nobody else's may be taken for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.clock import Clock
from devices.datafile import DataFileError
from hmi.station.lock import StationLock

MARK = "demo.mark"
LOCK = "demo.lock"
MARKED = "This folder was made by `valleyline demo` and is emptied by the next one.\n"


@contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Holds a folder for one demonstration; raises LockError when another has it, DataFileError."""
    refuse_foreign(data_dir)
    lock = StationLock(data_dir, Clock(), name=LOCK, whose="a demonstration")
    lock.take()
    try:
        with sentences_for(data_dir):
            (data_dir / MARK).write_text(MARKED)
        yield
    finally:
        lock.release()


def refuse_foreign(data_dir: Path) -> None:
    """Raises DataFileError for a folder that is not empty and that no demonstration made."""
    with sentences_for(data_dir):
        foreign = data_dir.exists() and not (data_dir / MARK).exists() and _contents(data_dir)
    if foreign:
        raise DataFileError(
            f"{data_dir}: this folder is not empty and no demonstration; choose another with --data."
        )


def make_empty(data_dir: Path) -> None:
    """Empties a folder that an earlier demonstration made; refuses to touch any other that is not empty.

    A station or a plant that a killed demonstration has left there sees its folder vanish, and ends.
    """
    refuse_foreign(data_dir)
    with sentences_for(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / MARK).write_text(MARKED)
        for path in _contents(data_dir):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)  # a station that ends takes its own files away


@contextmanager
def sentences_for(data_dir: Path) -> Iterator[None]:
    """Turns what the system says of a folder into a DataFileError."""
    try:
        yield
    except OSError as error:
        raise DataFileError(
            f"{data_dir}: this folder cannot be read, emptied and written ({error.strerror}); "
            "choose another with --data."
        ) from error


def _contents(data_dir: Path) -> list[Path]:
    """All but what a demonstration keeps from its beginning to its end."""
    return [path for path in data_dir.iterdir() if path.name not in (MARK, LOCK)]
