"""A station tidies its store while it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hmi.store.care import damaged_blocks
from hmi.store.readings import count, series

if TYPE_CHECKING:
    from conftest import Bench

FOREVER_MS = 1 << 50


def test_days_that_are_over_are_sealed_while_the_station_works(bench: Bench) -> None:
    began_ms = bench.clock.now_ms()
    stored = count(bench.world.store)
    for _ in range(24 * 4):
        bench.turn(60)
    store = bench.world.store
    number, wrong = damaged_blocks(store)
    assert (number > 0, wrong) == (True, [])
    t_ms = series(store, "mill_1.power_kw", began_ms + 1, FOREVER_MS, longest_gap_ms=FOREVER_MS).t_ms
    assert t_ms.tolist() == [began_ms + hour * 3_600_000 for hour in range(1, 97)]
    assert count(store) == stored + 96 * (len(bench.plc) + 1)


@pytest.mark.expects_log
def test_a_damaged_block_stops_the_sealing_and_not_the_station(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(24 * 4):
        bench.turn(60)
    bench.world.store.rows("UPDATE blocks SET checksum = checksum + 1")
    bench.world.store.rows("UPDATE touched_days SET day = day - 4")  # as if late readings had come for them
    late = "INSERT INTO readings SELECT point_id, first_ms + 1, 1.0, 0, 0 FROM blocks"
    bench.world.store.rows(late)
    before = count(bench.world.store)
    for _ in range(3):
        bench.turn(60)
    assert count(bench.world.store) == before + 3 * (len(bench.plc) + 1)
    (record,) = caplog.records
    assert "cannot be read (its checksum is another)" in record.getMessage()
    assert record.getMessage().endswith("Days are not sealed until the station starts again.")
