"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.datafile import DataFileError


@contextmanager
def new_file(target: Path, *, force: bool = False) -> Iterator[Path]:
    """A path to write to, which takes the target's place when the block ends well; else nothing stays.

    Raises DataFileError when the target is there already (unless `force`), or cannot be written.
    """
    target = target.resolve()
    _check(target, force)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.touch()
        yield part
        _check(target, force)
        part.replace(target)
    except OSError as error:
        raise DataFileError(
            f"{target} could not be written ({error.strerror or error}); choose another place."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _check(target: Path, force: bool) -> None:
    if not target.parent.is_dir():
        raise DataFileError(
            f"{target}: there is no folder {target.parent}; make it, or choose another place."
        )
    if target.exists() and not target.is_file():
        raise DataFileError(f"{target} is not a file; name a file.")
    if target.exists() and not force:
        raise DataFileError(f"{target} is there already; choose another name, or give --force to replace it.")
