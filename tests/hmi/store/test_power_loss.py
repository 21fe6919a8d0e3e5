"""A power cut at any call that SQLite makes of the disk: what was promised is there, and whole."""

from __future__ import annotations

import gzip
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.reading import Reading
from hmi.store import audit, care
from hmi.store.database import KNOWN_SCHEMA, Store, open_store
from hmi.store.local_days import Day
from hmi.store.readings import insert_readings, newest
from hmi.store.retention import thin_some
from hmi.store.sealing import seal_some
from hmi.store.totals import Span, month_totals
from tests.hmi.store.recorded_disk import (
    Disk,
    Recorder,
    Step,
    all_arrived,
    none_arrived,
    recorded,
    some_arrived,
)
from tests.hmi.store.thinned_history import FOREVER, RULE, check_history, check_old_file

SCHEMA_1 = Path(__file__).parent / "data" / "schema_1.db.gz"
POINTS = ("new_1.power_kw", "new_1.energy_kwh")
ZONE = ZoneInfo("Asia/Shanghai")
T0 = 1_457_971_200_000
STEP_MS = 20 * 60_000
A_BATCH = 12
STEPS = 720
PAGES_IN_LOG = 20  # so that the log is moved into the file again and again
SAMPLES = 40


def one_band(day: Day) -> list[Span]:
    return [Span(*day, "flat")]


def _work(path: Path, recorder: Recorder) -> None:
    """Migrates an old file, writes, seals, sums, thins, promises now and then, and makes two copies."""
    with closing(open_store(path)) as store:
        recorder.say("migrated", KNOWN_SCHEMA)
        store.rows(f"PRAGMA wal_autocheckpoint = {PAGES_IN_LOG}")
        for first in range(0, STEPS, A_BATCH):
            steps = range(first, first + A_BATCH)
            insert_readings(store, [_reading(point, step) for step in steps for point in POINTS])
            while seal_some(store, ZONE, one_band, T0 + first * STEP_MS, most=1):
                pass
            thin_some(store, RULE, T0 + first * STEP_MS, most=1)
            if first % (4 * A_BATCH) == 0:
                _promise(store, first)
                recorder.say("audited", first)
            if first in (STEPS // 3 // A_BATCH * A_BATCH, STEPS - A_BATCH):
                copy = path.with_name(f"copy_{first}.db")
                care.copy_database(store, copy, lambda _pages, _total: None, pages_a_step=8)
                recorder.say("copied", first)
        ((thinned, gone),) = store.rows(
            "SELECT min(means_until_ms), min(totals_until_ms) FROM points WHERE name IN (?, ?)", POINTS
        )
        assert int(str(thinned)) > int(str(gone)) > 0  # both of it was part of this life


def _reading(point: str, step: int) -> Reading:
    return Reading(point, T0 + step * STEP_MS, float(step))


def _promise(store: Store, number: int) -> None:
    audit.append(store, t_ms=T0, wall_ms=T0, actor="ada", host="", action="test", target=str(number))


@dataclass
class Promised:
    """What was said to be on the disk by a moment."""

    migrated: bool = False
    audited: int = -1
    copies: tuple[int, ...] = ()

    def after(self, step: Step) -> Promised:
        """With one mark more."""
        if step.file == "migrated":
            return Promised(True, self.audited, self.copies)
        if step.file == "audited":
            return Promised(self.migrated, step.offset, self.copies)
        return Promised(self.migrated, self.audited, (*self.copies, step.offset))


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """All that one life of a store writes, call by call."""
    folder = tmp_path_factory.mktemp("recorded")
    path = folder / "valleyline.db"
    old = gzip.decompress(SCHEMA_1.read_bytes())
    path.write_bytes(old)
    with recorded(folder) as recorder:
        if recorder is None:
            pytest.skip(
                "the SQLite library of this Python cannot be reached, so its writes cannot be recorded"
            )
        recorder.steps += [Step("write", path.name, 0, old), Step("sync", path.name)]
        _work(path, recorder)
    shutil.rmtree(folder)
    assert {step.kind for step in recorder.steps} >= {"write", "sync", "delete", "said"}
    return recorder.steps


Choice = Callable[[Sequence[Step]], list[Step]]


def _cuts(steps: Sequence[Step], at: set[int]) -> Iterator[tuple[Disk, Promised]]:
    """The disk after so many calls, and what was promised by then."""
    disk, promised = Disk(), Promised()
    for number, step in enumerate(steps):
        if step.kind == "said":
            promised = promised.after(step)
        else:
            disk.take(step)
        if number in at:
            yield disk, promised


@dataclass(frozen=True)
class Found:
    """What a start after a cut finds: how many of the steps, and the last of the promises."""

    steps: int
    audited: int


class Examiner:
    """Starts from what a cut left; files that another cut left byte for byte so are not opened again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[bytes, Found] = {}

    def examine(self, disk: Disk, chosen: Choice, promised: Promised) -> int:
        """What is found is whole and holds what was promised; how many steps there are."""
        files = disk.after_a_cut(chosen)
        for copied in promised.copies:
            assert self._found(files, f"copy_{copied}.db").steps == copied + A_BATCH
        found = self._found(files, "valleyline.db")
        assert found.audited >= promised.audited
        # What came before a promise is on the disk with it.
        assert found.steps >= (promised.audited + A_BATCH) * (promised.audited >= 0)
        return found.steps

    def _found(self, files: dict[str, bytes], name: str) -> Found:
        mine = {each: content for each, content in sorted(files.items()) if each.startswith(name)}
        key = sha256(repr([(each, sha256(content).digest()) for each, content in mine.items()]).encode())
        if key.digest() not in self._known:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir()
            for each, content in mine.items():
                (self._folder / each).write_bytes(content)
            self._known[key.digest()] = _whole(self._folder / name)
        return self._known[key.digest()]


def _whole(path: Path) -> Found:
    with closing(open_store(path, create=False)) as store:
        assert audit.verify_chain(store) is None
        targets = [int(entry.target) for entry in audit.entries(store) if entry.action == "test"]
        return Found(_steps_of(store), max(targets, default=-1))


def _steps_of(store: Store) -> int:
    """How many of the steps of `_work` are there; they are whole batches from the first on, each once."""
    assert care.damage(store) == []
    assert (care.loose_references(store), care.unknown_points(store)) == ({}, [])
    assert care.damaged_blocks(store)[1] == []
    last = [found.value for name, found in newest(store).items() if name in POINTS]
    assert len(last) in (0, len(POINTS)) and len(set(last)) < 2
    check_old_file(store)
    steps = int(last[0]) + 1 if last else 0
    assert steps % A_BATCH == 0
    for point in POINTS:
        check_history(store, point, [_reading(point, step) for step in range(steps)], ZONE)
    months = month_totals(store, POINTS, T0 - 1 - (1 << 40), FOREVER, ZONE, one_band)
    assert sum(each.total.readings for each in months) == steps * len(POINTS)
    return steps


def test_a_power_cut_at_some_moment_takes_nothing_that_was_promised(
    steps: list[Step], tmp_path: Path
) -> None:
    chance, examiner = random.Random(4), Examiner(tmp_path / "cut")
    at = {*chance.sample(range(1, len(steps)), SAMPLES), len(steps) - 1}
    for disk, promised in _cuts(steps, at):
        examiner.examine(disk, some_arrived(chance), promised)
    assert examiner.examine(disk, none_arrived, promised) <= STEPS


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3))
def test_a_power_cut_after_every_call_takes_nothing_that_was_promised(
    steps: list[Step], tmp_path: Path, seed: int
) -> None:
    """Each prefix as it is, without all that was not synced, and with any of its sectors in any order."""
    chance, examiner = random.Random(seed), Examiner(tmp_path / "cut")
    choices = [[all_arrived, none_arrived], [some_arrived(chance)], [some_arrived(chance)]][seed]
    found: list[list[int]] = [[] for _ in choices]
    for disk, promised in _cuts(steps, set(range(1, len(steps)))):
        for place, choice in enumerate(choices):
            found[place].append(examiner.examine(disk, choice, promised))
    if seed == 0:
        assert found[0] == sorted(found[0])
        assert found[0][-1] == STEPS
        assert all(strict <= all_there for all_there, strict in zip(*found, strict=True))
