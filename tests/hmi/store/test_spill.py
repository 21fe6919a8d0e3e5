"""Readings that wait in a file while the database cannot be written."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from devices.reading import Quality, Reading, Reason
from hmi.store.database import Store, StoreError
from hmi.store.readings import count, walk
from hmi.store.spill import SpillFile

POWER = "mill_25.power_kw"
FOREVER = 1 << 52
GIVEN = [
    Reading(POWER, 1000, 0.1 + 0.2),
    Reading(POWER, 2000, math.nan, Quality.BAD, Reason.TIMEOUT),
    Reading(POWER, 3000, 47.5, Quality.UNCERTAIN, Reason.UNCONFIRMED),
]


@pytest.fixture
def spill(tmp_path: Path) -> SpillFile:
    return SpillFile(tmp_path / "valleyline.db-waiting")


def test_what_waited_comes_back_in_order_and_the_file_is_gone(store: Store, spill: SpillFile) -> None:
    spill.append(GIVEN[:2])
    spill.append(GIVEN[2:])
    assert spill.take_into(store) == 3
    assert [repr(reading) for reading in walk(store, POWER, 0, FOREVER)] == [repr(each) for each in GIVEN]
    assert not spill.exists()


def test_a_file_that_was_stored_but_not_removed_is_stored_once(store: Store, spill: SpillFile) -> None:
    spill.append(GIVEN)
    before = spill.path.read_bytes()
    spill.take_into(store)
    spill.path.write_bytes(before)
    assert spill.take_into(store) == 0
    assert count(store) == 3


@pytest.mark.parametrize("torn", [1, 5, 30])
def test_an_end_that_a_kill_tore_off_costs_only_itself(store: Store, spill: SpillFile, torn: int) -> None:
    spill.append(GIVEN)
    spill.path.write_bytes(spill.path.read_bytes()[:-torn])
    spill.append([Reading(POWER, 4000, 1.0)])
    spill.take_into(store)
    assert [r.t_ms for r in walk(store, POWER, 0, FOREVER)] == [
        1000,
        2000,
        *([3000] if torn == 1 else []),
        4000,
    ]


def test_while_the_database_is_locked_the_file_stays(store: Store, other: Store, spill: SpillFile) -> None:
    spill.append(GIVEN)
    store.rows("PRAGMA busy_timeout = 20")
    with other.transaction(), pytest.raises(StoreError, match="locked"):
        spill.take_into(store)
    assert spill.take_into(store) == 3
