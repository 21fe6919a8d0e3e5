"""A batch's power beside the template of the machine's earlier batches."""

from __future__ import annotations

import numpy as np
import pytest

from devices.reading import Reading
from hmi.station.shape_keeper import ShapeKeeper
from hmi.store.findings import shapes
from hmi.store.readings import insert_readings
from hmi.store.records import Cycle, MachineState, StateSpan
from hmi.store.status import save_state_spans
from solver.durations import MINUTE_MS
from solver.twin.findings import FindingKind
from tests.hmi.station.watch.conftest import Bench

BATCH_MIN = 240


def batch(bench: Bench, number: int, powers_kw: np.ndarray, unread: int = 0) -> Cycle:
    """A batch that the store holds; its last `unread` minutes were not read."""
    store = bench.world.store
    start_ms = bench.clock.now_ms() - (20 - number) * 2 * BATCH_MIN * MINUTE_MS
    readings = [
        Reading("mill_1.power_kw", start_ms + minute * MINUTE_MS + 1000, float(kw))
        for minute, kw in enumerate(powers_kw[: BATCH_MIN - unread])
    ]
    insert_readings(store, readings)
    end_ms = start_ms + BATCH_MIN * MINUTE_MS
    save_state_spans(store, [StateSpan("mill_1", start_ms, end_ms, MachineState.RUNNING)])
    return Cycle(
        "mill_1", start_ms, end_ms, float(BATCH_MIN), 0.0, float(powers_kw.sum() / 60), complete=True
    )


@pytest.fixture
def keeper(bench: Bench) -> ShapeKeeper:
    return ShapeKeeper(bench.world.store, bench.world.plant)


def test_a_batch_that_sags_in_its_second_half_has_another_shape(bench: Bench, keeper: ShapeKeeper) -> None:
    rng = np.random.default_rng(3)
    for number in range(10):
        usual = 48.0 * (1 + 0.02 * rng.standard_normal(BATCH_MIN))
        assert keeper.take(batch(bench, number, usual)) is None
    sagging = np.where(np.arange(BATCH_MIN) < BATCH_MIN // 2, 48.0, 38.0)
    found = keeper.take(batch(bench, 11, sagging))
    assert found is not None and found.kind is FindingKind.SHAPE
    assert 80 < found.amount < 160
    assert found.usual == pytest.approx(48.0, rel=0.02)


def test_the_first_batches_teach_and_what_was_not_read_whole_does_not(
    bench: Bench, keeper: ShapeKeeper
) -> None:
    flat = np.full(BATCH_MIN, 48.0)
    assert keeper.take(batch(bench, 1, flat, unread=60)) is None
    assert shapes(bench.world.store, "mill_1") == []
    assert keeper.take(batch(bench, 2, flat)) is None
    assert len(shapes(bench.world.store, "mill_1")) == 1
