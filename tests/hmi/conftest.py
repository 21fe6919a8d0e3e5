from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from devices.clock import Clock
from devices.simulator.scenario import load_scenario
from devices.simulator.server import SimulatorServer
from hmi.data_folder import database_path
from hmi.demo.world import DemoWorld, prepare, start_clock
from hmi.station.lock import running_station
from hmi.store.alarms import alarms
from hmi.store.database import Store, open_store
from hmi.store.readings import newest_good
from tests.hmi.refusals import spoil

ROOT = Path(__file__).parents[2]
SPEED = 300.0
PATIENCE_S = 60.0


@pytest.fixture
def people_store(tmp_path: Path) -> Iterator[Store]:
    """A new database, nobody in it yet."""
    opened = open_store(tmp_path / "valleyline.db")
    yield opened
    opened.close()


def wait(what: str, seen: Callable[[], bool]) -> None:
    """Until something is so; a generous limit, for no test is about speed."""
    clock = Clock()
    until_s = clock.monotonic_s() + PATIENCE_S
    while not seen():
        assert clock.monotonic_s() < until_s, f"never seen: {what}"
        clock.sleep_s(0.05)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole data folder, to be copied and spoiled."""
    folder = tmp_path_factory.mktemp("bad_input") / "plant"
    prepare(folder, 300.0, 10.0)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A data folder without a database, its profiles beside its plant file."""
    copy = tmp_path / "plant"
    shutil.copytree(prepared, copy, ignore=shutil.ignore_patterns("valleyline.db*"))
    spoil(copy / "plant.toml", str(prepared / "profiles"), "profiles", -1)
    return copy


@dataclass
class Program:
    """This program, started as a person or a system service starts it."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    @property
    def complaints(self) -> str:
        """What it said on standard error."""
        return self.log.read_text(encoding="utf-8").replace(
            "This plugin does not support propagateSizeHints()\n", ""
        )

    def end(self, number: int) -> int:
        """Sends a signal and returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def answer(self) -> bytes:
        """What it says on standard output until it ends."""
        assert self.process.stdout is not None
        return self.process.stdout.read()


@dataclass
class Programs:
    """The programs of a test; none of them outlives it."""

    folder: Path
    _started: list[Program] = field(default_factory=list)

    def start(self, *arguments: str | Path) -> Program:
        log = self.folder / f"{len(self._started)}.stderr"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "hmi", *map(str, arguments)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            )
        self._started.append(Program(process, log))
        return self._started[-1]

    def wait(self, what: str, seen: Callable[[], bool]) -> None:
        wait(what, seen)

    def close(self) -> None:
        for program in self._started:
            if program.runs:
                program.process.kill()
            program.process.wait()
            assert program.process.stdout is not None
            program.process.stdout.close()


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    """Starts this program as processes; what is left of them at the end is killed."""
    folder = tmp_path / "programs"
    folder.mkdir()
    started = Programs(folder)
    yield started
    started.close()


@dataclass
class Works:
    """A plant on real lines, ready for a station."""

    world: DemoWorld
    server: SimulatorServer
    store: Store

    @property
    def folder(self) -> Path:
        return self.world.data_dir

    def wait_for_reading(self, *meters: str) -> None:
        """Until each of these meters has a good power that is newer than now."""
        now_ms = self.world.clock.now_ms()

        def all_fresh() -> bool:
            good = newest_good(self.store)
            points = [f"{meter}.power_kw" for meter in meters]
            return all(point in good and good[point].t_ms > now_ms for point in points)

        wait(f"new readings of {', '.join(meters)}", all_fresh)

    def wait(self, what: str, seen: Callable[[], bool]) -> None:
        wait(what, seen)

    def has_alarm(self, key: str) -> bool:
        return any(alarm.key == key and alarm.active for alarm in alarms(self.store))


@contextmanager
def working(folder: Path) -> Iterator[Works]:
    """A demonstration's plant in this folder, its lines served, its people and batches stored."""
    world = start_clock(prepare(folder, SPEED, 10.0))
    server = SimulatorServer(load_scenario(world.scenario_path), world.clock, folder / "ports")
    server.start()
    store = open_store(database_path(folder))
    try:
        yield Works(world, server, store)
    finally:
        store.close()
        server.stop()
        end_station(folder)


def end_station(folder: Path) -> None:
    """Ends the station of a folder if one runs there, and waits for it."""
    pid = running_station(folder) if folder.exists() else None
    if pid and pid != os.getpid():
        os.kill(pid, signal.SIGTERM)
        wait("the station's end", lambda: running_station(folder) is None)


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    """A plant on real lines, ready for a station."""
    with working(tmp_path / "plant") as made:
        yield made


@pytest.fixture
def works_on_a_small_disk(small_disk: Disk) -> Iterator[Works]:
    """The same with the data folder on a disk of 6 MiB."""
    with working(small_disk.folder / "plant") as made:
        yield made


@dataclass(frozen=True)
class Disk:
    """A disk of 6 MiB."""

    folder: Path

    def fill(self) -> Path:
        """Leaves no room; returns the file that takes it."""
        film = self.folder / "film"
        with film.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(bytes(1 << 16))
        return film

    def refuse_writing(self) -> None:
        assert _mounted("-o", "remount,ro", str(self.folder))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 6 MiB."""
    disk = Disk(tmp_path / "disk")
    disk.folder.mkdir()
    if shutil.which("mount") is None or os.name != "posix":
        pytest.skip("a small disk can be made only where there is a mount command")
    if not _mounted("-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk.folder)):
        pytest.skip("a small disk can be made only by root")
    yield disk
    subprocess.run(["umount", str(disk.folder)], check=True)


def _mounted(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0
