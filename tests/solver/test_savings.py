"""What a plan has saved, as the meters show it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.energy import MinuteEnergy
from solver.savings import (
    BatchOutcome,
    BatchReading,
    MinutePrices,
    batch_saving,
    running_minutes,
    verified_savings,
)

MINUTE = 60_000
PEAK, VALLEY = 1.2, 0.4
PRICES = MinutePrices(0, np.where(np.arange(4 * 1440) % 1440 < 480, VALLEY, PEAK))


def batch(
    ran_min: np.ndarray, habit_min: int, *, planned_min: float = 600.0, covered: np.ndarray | None = None
) -> BatchReading:
    """A batch in a window of two days that ran at 48 kW in these minutes."""
    kwh = np.full(2880, 0.33 / 60)
    kwh[ran_min] = 0.8
    seen = np.ones(2880, dtype=bool) if covered is None else covered
    energy = MinuteEnergy(0, kwh, seen)
    return BatchReading(
        "mill_25", "b1", energy, running_minutes(energy, 24.0), habit_min * MINUTE, planned_min
    )


def test_a_batch_moved_from_the_peak_to_the_valley_saves_the_difference() -> None:
    saving = batch_saving(batch(np.arange(1440, 1440 + 400), 600, planned_min=400.0), PRICES)
    assert saving.outcome is BatchOutcome.RAN
    assert saving.energy_kwh == pytest.approx(320.0)
    assert saving.cost_paid == pytest.approx(320.0 * VALLEY)
    assert saving.cost_baseline == pytest.approx(320.0 * PEAK)
    assert saving.saving == pytest.approx(320.0 * (PEAK - VALLEY))
    assert saving.coverage == 1.0


def test_a_batch_that_ran_as_the_crew_would_have_saves_nothing() -> None:
    assert batch_saving(batch(np.arange(300, 900), 300), PRICES).saving == pytest.approx(0.0)


def test_pauses_are_not_priced_and_the_baseline_has_none() -> None:
    ran = np.concatenate([np.arange(0, 300), np.arange(1440, 1740)])
    saving = batch_saving(batch(ran, 0), PRICES)
    assert saving.cost_paid == pytest.approx(480.0 * VALLEY)
    assert saving.cost_baseline == pytest.approx(0.8 * (480 * VALLEY + 120 * PEAK))


def test_a_habit_with_pauses_is_priced_around_them() -> None:
    plain = batch(np.arange(1440, 1440 + 400), 400, planned_min=400.0)
    paused = BatchReading(
        plain.machine,
        plain.batch,
        plain.energy,
        plain.running,
        plain.habit_start_ms,
        plain.planned_running_min,
        ((480 * MINUTE, 1440 * MINUTE),),
    )
    assert batch_saving(paused, PRICES).cost_baseline == pytest.approx(320.0 * VALLEY)


def test_a_batch_that_did_not_run_saves_nothing() -> None:
    saving = batch_saving(batch(np.zeros(0, dtype=int), 600), PRICES)
    assert saving.outcome is BatchOutcome.NOT_RUN
    assert (saving.saving, saving.energy_kwh, saving.low, saving.high) == (0.0, 0.0, 0.0, 0.0)


def test_a_batch_that_ran_partly_is_compared_over_what_ran() -> None:
    saving = batch_saving(batch(np.arange(1440, 1440 + 200), 600, planned_min=400.0), PRICES)
    assert saving.outcome is BatchOutcome.PARTLY
    assert saving.share_run == pytest.approx(0.5)
    assert saving.saving == pytest.approx(160.0 * (PEAK - VALLEY))


def test_minutes_that_nobody_read_lower_the_coverage_and_widen_the_band() -> None:
    covered = np.ones(2880, dtype=bool)
    covered[1500:1600] = False
    seen = batch_saving(batch(np.arange(1440, 1840), 600, planned_min=400.0), PRICES)
    holed = batch_saving(batch(np.arange(1440, 1840), 600, planned_min=400.0, covered=covered), PRICES)
    assert holed.coverage == pytest.approx(0.75)
    assert holed.saving == pytest.approx(seen.saving)
    assert holed.high - holed.low > 10 * (seen.high - seen.low)


def test_a_hole_without_energy_counts_as_unseen_and_not_as_a_pause() -> None:
    covered = np.ones(2880, dtype=bool)
    covered[1500:1600] = False
    ran = np.concatenate([np.arange(1440, 1500), np.arange(1600, 1840)])
    saving = batch_saving(batch(ran, 600, planned_min=400.0, covered=covered), PRICES)
    assert saving.coverage == pytest.approx(0.75)
    assert saving.high > saving.saving * 1.2


def test_prices_that_do_not_reach_far_enough_are_refused() -> None:
    with pytest.raises(ValueError, match="do not reach"):
        batch_saving(batch(np.arange(0, 400), 4 * 1440 - 10), PRICES)


def test_totals_add_up_and_the_band_comes_from_whole_batches() -> None:
    readings = [batch(np.arange(1440, 1440 + 60 * hours), 600) for hours in (1, 2, 4, 6)]
    report = verified_savings(readings, PRICES)
    assert report.saving == pytest.approx(sum(item.saving for item in report.batches))
    assert report.energy_kwh == pytest.approx(0.8 * 60 * 13)
    assert report.low < report.saving < report.high
    assert report.high - report.low > 0.3 * report.saving
    assert report == verified_savings(readings, PRICES)


def test_nothing_to_verify_is_zero() -> None:
    report = verified_savings([], PRICES)
    assert (report.saving, report.low, report.high, report.coverage, report.rate) == (0.0, 0.0, 0.0, 1.0, 0.0)


@settings(max_examples=80, deadline=None)
@given(
    starts=st.lists(st.integers(0, 2200), min_size=1, max_size=6),
    habit=st.integers(0, 2000),
    price_seed=st.integers(0, 99),
)
def test_bands_hold_the_saving_and_costs_are_energy_times_price(
    starts: list[int], habit: int, price_seed: int
) -> None:
    prices = MinutePrices(0, np.random.default_rng(price_seed).uniform(-0.1, 2.0, 4 * 1440))
    readings = [batch(np.arange(start, start + 500), habit) for start in starts]
    report = verified_savings(readings, prices)
    for item in report.batches:
        assert item.low <= item.saving <= item.high
        assert item.saving == pytest.approx(item.cost_baseline - item.cost_paid)
        assert item.energy_kwh == pytest.approx(400.0)
        assert -0.1 * 400 <= item.cost_paid <= 2.0 * 400
    assert report.low <= report.saving + 1e-9
    assert report.high >= report.saving - 1e-9


@settings(max_examples=40, deadline=None)
@given(price=st.floats(0, 3), start=st.integers(0, 2000), habit=st.integers(0, 3000))
def test_one_price_all_day_saves_nothing(price: float, start: int, habit: int) -> None:
    flat = MinutePrices(0, np.full(4 * 1440, price))
    assert batch_saving(batch(np.arange(start, start + 500), habit), flat).saving == pytest.approx(
        0.0, abs=1e-9
    )
