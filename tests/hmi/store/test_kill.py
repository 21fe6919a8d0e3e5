"""A program killed at any moment of migrating, writing, sealing, summing, thinning, copying loses nothing."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from devices.clock import Clock
from hmi.store import care
from hmi.store.database import Store, open_store
from hmi.store.energy import counter_energy
from hmi.store.local_days import local_days
from hmi.store.readings import newest
from hmi.store.totals import month_totals
from tests.hmi.store.kill_writer import POINTS, STEP_MS, STEPS_A_BATCH, T0, ZONE, one_band, reading
from tests.hmi.store.thinned_history import FOREVER, OLD_POINTS, check_history, check_old_file

ROOT = Path(__file__).parents[3]
WRITER = Path(__file__).with_name("kill_writer.py")
SCHEMA_1 = Path(__file__).parent / "data" / "schema_1.db.gz"
KILLS_A_FILE = 12
LONGEST_LIFE_S = 0.6


def test_a_kill_at_a_random_moment_loses_nothing(tmp_path: Path) -> None:
    _kill_again_and_again(tmp_path, random.Random(0), kills=3)


@pytest.mark.nightly
def test_a_thousand_kills_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(9)
    for number in range(-(-1000 // KILLS_A_FILE)):
        folder = tmp_path / str(number)
        folder.mkdir()
        _kill_again_and_again(folder, chance, kills=KILLS_A_FILE)


def _kill_again_and_again(folder: Path, chance: random.Random, kills: int) -> None:
    path, copy, step = folder / "valleyline.db", folder / "copy.db", 0
    path.write_bytes(gzip.decompress(SCHEMA_1.read_bytes()))
    for _ in range(kills):
        said = _lives_for(chance.random() * LONGEST_LIFE_S, chance.random() < 0.2, path, step, copy)
        steps = [
            step,
            *(int(line.split()[1]) for line in said if line.startswith("step") and line[-1] == "\n"),
        ]
        with closing(open_store(path, create=False)) as store:
            step = _check(store, steps[-1])
        copied = [int(line.split()[1]) for line in said if line.startswith("copied") and line[-1] == "\n"]
        if copied and steps[-1] < copied[-1] + 40 * STEPS_A_BATCH:  # the next has not begun
            with closing(open_store(copy, create=False)) as store:
                assert _check(store, copied[-1]) == copied[-1]


def _lives_for(seconds: float, while_opening: bool, path: Path, step: int, copy: Path) -> list[str]:
    """What the writer said until it was killed: while it opens the file, or so long after."""
    command = [sys.executable, str(WRITER), str(path), str(step), str(copy)]
    with subprocess.Popen(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        said = [] if while_opening else [writer.stdout.readline()]
        Clock().sleep_s(seconds)
        writer.kill()
        return [*said, *writer.stdout.readlines()]


def _check(store: Store, said_step: int) -> int:
    """Every batch that was said to be stored is there, whole and once; returns the step to go on from."""
    assert care.damage(store) == []
    assert (care.loose_references(store), care.unknown_points(store)) == ({}, [])
    assert care.damaged_blocks(store)[1] == []
    last = {name: found.value for name, found in newest(store).items() if name not in OLD_POINTS}
    assert set(last) in (set(), set(POINTS)) and len(set(last.values())) < 2  # of one batch all or none
    end = int(next(iter(last.values()))) + 1 if last else 0
    end = -(-end // STEPS_A_BATCH) * STEPS_A_BATCH
    assert said_step <= end <= said_step + STEPS_A_BATCH
    steps = [step for step in range(end) if step % 10 or step < end - 2 * STEPS_A_BATCH]
    for point in POINTS:
        check_history(store, point, [reading(point, step) for step in steps], ZONE)
    check_old_file(store)
    _check_totals(store, steps)
    return end


def _check_totals(store: Store, steps: list[int]) -> None:
    """Energy is what the readings came to as they were read, also of days that have been thinned."""
    counter = np.array(steps, np.float64)
    t_ms = T0 + np.array(steps, np.int64) * STEP_MS
    days = local_days(T0, int(t_ms[-1]) + 1, ZONE) if steps else []
    expected = sum(counter_energy(t_ms, counter, *day).kwh for day in days)
    found = month_totals(store, POINTS[1:2], 0, FOREVER, ZONE, one_band)
    assert sum(total.total.energy_kwh for total in found) == pytest.approx(expected)
