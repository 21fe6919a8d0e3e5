"""One station per data folder: a lock that the operating system lets go when its holder dies."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from devices.clock import Clock

LOCK_NAME = "station.lock"
PATIENCE_S = 0.5  # somebody who only looks whether a station runs holds the lock for an instant
PAUSE_S = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # far behind the pid, which others must be able to read
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class LockError(Exception):
    """The data folder cannot be taken; the text is one sentence for the person who can mend it."""


class StationLock:
    """Holds a data folder for one station, from `take` until `release` or the end of the process.

    With another `name` it holds the folder for one of something else, which `whose` names.
    """

    def __init__(
        self, data_dir: Path, clock: Clock, *, name: str = LOCK_NAME, whose: str = "a station"
    ) -> None:
        self._path = data_dir / name
        self._whose = whose
        self._clock = clock
        self._descriptor: int | None = None

    def take(self) -> None:
        """Takes the folder; raises LockError naming the process that has it."""
        descriptor = _open(self._path)
        until_s = self._clock.monotonic_s() + PATIENCE_S
        while not _try_lock(descriptor):
            if self._clock.monotonic_s() >= until_s:
                os.close(descriptor)
                raise LockError(self._taken_sentence())
            self._clock.sleep_s(PAUSE_S)
        with suppress(OSError):  # on a full disk the lock holds all the same, only nobody learns whose it is
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def check(self) -> None:
        """Raises LockError when the folder was removed: what is stored from then on is in no file."""
        if self._descriptor is None:
            return
        try:
            there = os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            there = False
        except OSError:  # a disk that does not answer now may answer again
            there = True
        if not there:
            raise LockError(
                f"{self._path.parent}: this data folder was removed or replaced while {self._whose} "
                "ran on it; start again."
            )

    def release(self) -> None:
        """Gives the folder back; the file stays, because removing it could let two stations in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _taken_sentence(self) -> str:
        pid = _pid(self._path)
        who = f"process {pid}" if pid else "another process"
        return (
            f"{self._path.parent}: {self._whose} already runs on this data folder ({who}); "
            "end it first or choose another folder with --data."
        )


def running_station(data_dir: Path) -> int | None:
    """The process id of the station that has this data folder (0: id unknown); None when none runs."""
    path = data_dir / LOCK_NAME
    if not path.exists():
        return None
    descriptor = _open(path)
    try:
        return None if _try_lock(descriptor) else _pid(path)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise LockError(
            f"{path}: the data folder cannot be written ({error.strerror}); choose another with --data."
        ) from error


def _pid(path: Path) -> int:
    text = path.read_text(encoding="ascii", errors="replace").strip()
    return int(text) if text.isdigit() else 0
