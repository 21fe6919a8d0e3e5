"""What a batch's record says, and how operators' entries find their batches."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.cycles import Cycle, CycleEnd, detect_cycles
from solver.energy import EnergyTotal
from solver.states import detect_states, nominal_settings
from solver.twin.batches import Bands, BatchEntry, BatchQuality, BatchRecord, batch_record
from solver.twin.reconcile import merged, reconciled

MINUTE = 60_000
MILL = nominal_settings(running_kw=48.0, standby_kw=0.33)


def seen(*stretches: tuple[float, int], bands: Bands | None = None) -> list[BatchRecord]:
    """The records of stretches (kW, minutes) with a whole batch of 400 running minutes."""
    power = np.concatenate([np.full(minutes, kw) for kw, minutes in stretches])
    times = MINUTE * np.arange(len(power), dtype=np.int64)
    energy = EnergyTotal(keep_ms=None)
    for t_ms, kw in zip(times.tolist(), power.tolist(), strict=True):
        energy.add(t_ms, kw)
    spans = detect_states(times, power, MILL)
    cycles = detect_cycles(spans, energy, 400 * 48 / 60)
    bands = bands or Bands(0, (np.arange(len(power)) // 60 % 3).astype(np.int8), ("valley", "flat", "peak"))
    return [batch_record(cycle, spans, energy, times, power, bands) for cycle in cycles]


PAUSED = (0.33, 60), (48.0, 250), (0.33, 90), (60.0, 1), (48.0, 149), (0.33, 60)


def test_a_batch_with_a_pause_has_its_minutes_peak_and_mean() -> None:
    (batch,) = seen(*PAUSED)
    assert (batch.running_min, batch.paused_min, batch.complete) == (400, 90, True)
    assert batch.quality is BatchQuality.GOOD
    assert batch.peak_kw == 60.0
    assert batch.mean_kw == pytest.approx(48.0, rel=0.01)
    assert batch.energy_kwh == pytest.approx(400 * 48 / 60, rel=0.01)


def test_the_bands_add_up_to_the_energy_and_each_has_its_own() -> None:
    (batch,) = seen(*PAUSED)
    by_band = dict(batch.energy_by_band_kwh)
    assert sum(by_band.values()) == pytest.approx(batch.energy_kwh)
    power = np.concatenate([np.full(minutes, kw) for kw, minutes in PAUSED])
    minute = np.arange(len(power))
    peak = (minute // 60 % 3 == 2) & (minute >= 60) & (minute < 550)
    assert by_band["peak"] == pytest.approx(np.sum(power[peak]) / 60, rel=0.01)


def test_bands_that_do_not_cover_the_batch_are_refused() -> None:
    with pytest.raises(ValueError, match="cover the whole batch"):
        seen(*PAUSED, bands=Bands(0, np.zeros(100, dtype=np.int8), ("flat",)))


def test_a_batch_that_was_half_unseen_is_bad_and_has_no_specific_energy() -> None:
    (batch,) = seen((0.33, 60), (48.0, 150), (float("nan"), 250), (48.0, 250), (0.33, 60))
    assert batch.quality is BatchQuality.BAD
    entered = dataclasses.replace(batch, entry=BatchEntry("e", batch.start_ms, tonnes=40.0))
    assert entered.specific_kwh_per_t is None


def at(start_min: int, end_min: int, *, complete: bool = True) -> BatchRecord:
    length = float(end_min - start_min)
    return BatchRecord(
        start_ms=start_min * MINUTE,
        end_ms=end_min * MINUTE,
        running_min=length,
        paused_min=0.0,
        unseen_min=0.0,
        energy_kwh=0.8 * length,
        energy_by_band_kwh=(("flat", 0.8 * length),),
        peak_kw=50.0,
        mean_kw=48.0,
        covered=1.0,
        quality=BatchQuality.GOOD,
        complete=complete,
        ended_by=CycleEnd.ENERGY,
    )


def test_an_entry_finds_its_batch_and_gives_it_tonnes() -> None:
    entry = BatchEntry("e1", 95 * MINUTE, 505 * MINUTE, recipe="kaolin", tonnes=40.0)
    found = reconciled([at(100, 500), at(600, 900)], [entry])
    assert [batch.entry for batch in found.batches] == [entry, None]
    assert found.batches[0].specific_kwh_per_t == pytest.approx(320 / 40)
    assert (found.unseen, found.apart_ms) == ((), ())


def test_two_stretches_within_one_entry_are_one_batch() -> None:
    entry = BatchEntry("e1", 100 * MINUTE, 700 * MINUTE)
    (batch,) = reconciled([at(100, 300, complete=False), at(450, 700)], [entry]).batches
    assert (batch.start_ms, batch.end_ms, batch.running_min, batch.paused_min) == (
        100 * MINUTE,
        700 * MINUTE,
        450,
        150,
    )
    assert batch.complete
    assert dict(batch.energy_by_band_kwh)["flat"] == pytest.approx(batch.energy_kwh)


def test_an_entry_without_a_batch_is_said_and_so_are_times_that_differ() -> None:
    nothing = BatchEntry("e1", 2000 * MINUTE, 2400 * MINUTE)
    late = BatchEntry("e2", 150 * MINUTE, 500 * MINUTE)
    found = reconciled([at(100, 500)], [nothing, late])
    assert found.unseen == (nothing,)
    assert found.apart_ms == (100 * MINUTE,)


def test_an_entry_without_an_end_takes_the_batch_that_it_lies_in() -> None:
    found = reconciled([at(100, 500), at(600, 900)], [BatchEntry("e1", 620 * MINUTE, recipe="feldspar")])
    assert [batch.entry is not None for batch in found.batches] == [False, True]


def test_an_entry_without_an_end_may_come_before_its_batch_and_joins_nothing() -> None:
    early = BatchEntry("e1", 50 * MINUTE, tonnes=40.0)
    found = reconciled([at(20, 60), at(100, 500), at(620, 900)], [early, BatchEntry("e2", 490 * MINUTE)])
    assert [(batch.start_ms, batch.entry and batch.entry.id) for batch in found.batches] == [
        (20 * MINUTE, None),
        (100 * MINUTE, "e1"),
        (620 * MINUTE, None),
    ]
    assert [entry.id for entry in found.unseen] == ["e2"]


def test_of_two_entries_that_overlap_each_takes_the_batch_that_is_more_like_it() -> None:
    written_too_long = BatchEntry("e1", 100 * MINUTE, 800 * MINUTE)
    second = BatchEntry("e2", 600 * MINUTE, 900 * MINUTE)
    found = reconciled([at(100, 500), at(600, 900)], [written_too_long, second])
    assert [batch.entry for batch in found.batches] == [written_too_long, second]
    assert (found.unseen, found.apart_ms) == ((), (100 * MINUTE,))
    again = reconciled([at(100, 500)], [second, BatchEntry("a", 100 * MINUTE), BatchEntry("b", 100 * MINUTE)])
    assert [entry.id for entry in again.unseen] == ["b", "e2"]


stretches = st.lists(st.tuples(st.integers(1, 300), st.integers(20, 600)), min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@given(lengths=stretches, cuts=st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 2000)), max_size=6))
def test_reconciling_loses_no_energy_and_no_entry(
    lengths: list[tuple[int, int]], cuts: list[tuple[int, int]]
) -> None:
    batches, now = list[BatchRecord](), 0
    for gap, length in lengths:
        batches.append(at(now + gap, now + gap + length))
        now += gap + length
    entries = [
        BatchEntry(str(i), at_min * MINUTE, (at_min + n) * MINUTE) for i, (at_min, n) in enumerate(cuts)
    ]
    found = reconciled(batches, entries)
    assert sum(b.energy_kwh for b in found.batches) == pytest.approx(sum(b.energy_kwh for b in batches))
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(found.batches))
    given_entries = [batch.entry for batch in found.batches if batch.entry is not None]
    assert sorted([*given_entries, *found.unseen], key=lambda e: e.id) == sorted(entries, key=lambda e: e.id)


def test_merging_keeps_the_minutes_of_the_whole() -> None:
    whole = merged([at(0, 100), at(150, 250), at(260, 300)])
    assert whole.running_min + whole.paused_min == 300
    assert isinstance(whole.mean_kw, float)


def test_a_cycle_of_no_length_has_a_record() -> None:
    cycle = Cycle(0, 0, 0.0, 0.0, 0.0, 0.0, False, CycleEnd.RECORD_END)
    record = batch_record(cycle, [], EnergyTotal(), np.zeros(0, np.int64), np.zeros(0))
    assert (record.mean_kw, record.peak_kw, record.energy_by_band_kwh) == (0.0, 0.0, ())
