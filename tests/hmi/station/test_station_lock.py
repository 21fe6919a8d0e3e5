"""One station per data folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.clock import Clock
from hmi.station.lock import LockError, StationLock, running_station

HOLDER = """
import sys
from pathlib import Path
from devices.clock import Clock
from hmi.station.lock import StationLock
lock = StationLock(Path(sys.argv[1]), Clock())
lock.take()
print("taken", flush=True)
sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that has the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "taken\n"
    return process


def finish(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_second_station_is_told_whose_the_folder_is(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(LockError, match=f"process {process.pid}"):
            StationLock(tmp_path, Clock()).take()
        assert running_station(tmp_path) == process.pid
    finally:
        finish(process)


def test_the_lock_of_a_killed_station_is_taken_over(tmp_path: Path) -> None:
    process = holder(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    lock = StationLock(tmp_path, Clock())
    lock.take()
    assert running_station(tmp_path) == os.getpid()
    lock.release()
    assert running_station(tmp_path) is None


def test_a_folder_never_used_has_no_station(tmp_path: Path) -> None:
    assert running_station(tmp_path / "none") is None
