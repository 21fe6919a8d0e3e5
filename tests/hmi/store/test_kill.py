"""A program killed at any moment of migrating, writing, sealing, summing and copying loses nothing."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from devices.clock import Clock
from hmi.store import care
from hmi.store.database import Store, open_store
from hmi.store.readings import count, energy_between, series
from hmi.store.totals import month_totals
from tests.hmi.store.kill_writer import POINTS, STEP_MS, STEPS_A_BATCH, T0, ZONE, one_band

ROOT = Path(__file__).parents[3]
WRITER = Path(__file__).with_name("kill_writer.py")
SCHEMA_1 = Path(__file__).parent / "data" / "schema_1.db.gz"
OLD_READINGS = 242
KILLS_A_FILE = 12
LONGEST_LIFE_S = 0.6
FOREVER = 1 << 52


@pytest.mark.parametrize("seed", range(2))
def test_a_kill_at_a_random_moment_loses_nothing(tmp_path: Path, seed: int) -> None:
    _kill_again_and_again(tmp_path, random.Random(seed), kills=3)


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
    assert care.loose_references(store) == {}
    assert care.damaged_blocks(store)[1] == []
    steps = []
    for point in POINTS:
        found = series(store, point, T0, FOREVER, longest_gap_ms=FOREVER)
        assert (found.t_ms == T0 + found.value * STEP_MS).all()
        steps.append([int(value) for value in found.value])
    assert steps[0] == steps[1] == steps[2]  # of one batch all or none
    end = steps[0][-1] + 1 if steps[0] else 0
    end = -(-end // STEPS_A_BATCH) * STEPS_A_BATCH
    assert said_step <= end <= said_step + STEPS_A_BATCH
    assert steps[0] == [step for step in range(end) if step % 10 or step < end - 2 * STEPS_A_BATCH]
    assert count(store) == OLD_READINGS + len(POINTS) * len(steps[0])
    _check_totals(store)
    return end


def _check_totals(store: Store) -> None:
    for total in month_totals(store, POINTS[1:], 0, FOREVER, ZONE, one_band):
        assert total.total.energy_kwh >= 0
    kwh = sum(
        total.total.energy_kwh for total in month_totals(store, POINTS[1:2], 0, FOREVER, ZONE, one_band)
    )
    days = _days(store)
    assert kwh == pytest.approx(sum(energy_between(store, POINTS[1], *day).kwh for day in days))


def _days(store: Store) -> list[tuple[int, int]]:
    found = series(store, POINTS[1], T0, FOREVER, longest_gap_ms=FOREVER)
    if not len(found.t_ms):
        return []
    return [(start, start + 86_400_000) for start in range(T0, int(found.t_ms[-1]) + 1, 86_400_000)]
