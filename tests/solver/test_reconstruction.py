"""Minute curves from published sums: what they add up to, and that they are the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from solver.durations import DAY_MIN
from solver.reconstruction import (
    Reconstruction,
    RecordedBatch,
    RecordedMill,
    band_shares,
    batch_energy_kwh,
    cycle_min,
    daily_energy_kwh,
    mill_curve,
    running_kwh_per_min,
)

ACROSS_MIDNIGHT = RecordedBatch("b1", [(1000, 1300), (1400, 1800)])
CUT = RecordedBatch("b2", [(4200, 4320)], cut=True)
MILL = RecordedMill("mill_1", 0.8, 0.3, [ACROSS_MIDNIGHT, CUT])
DAILY_KWH = np.array([280.0, 300.0, 101.5])


def test_each_day_adds_up_to_its_published_energy() -> None:
    curve = mill_curve(MILL, DAILY_KWH)
    assert daily_energy_kwh(curve.power_kw) == pytest.approx(DAILY_KWH, abs=1e-9)


def test_a_day_off_draws_its_energy_evenly() -> None:
    quiet = RecordedMill("mill_1", 0.8, 0.3, [ACROSS_MIDNIGHT])
    off = mill_curve(quiet, np.array([280.0, 300.0, 7.2])).power_kw[2 * DAY_MIN :]
    assert np.ptp(off) == 0.0 and off[0] == pytest.approx(0.3)


def test_a_mill_draws_standby_in_its_pauses() -> None:
    curve = mill_curve(MILL, DAILY_KWH)
    assert curve.power_kw[1300:1400] == pytest.approx(0.3)
    assert (curve.batch[1300:1400] == -1).all()


def test_the_first_minute_of_running_draws_more() -> None:
    power_kw = mill_curve(MILL, DAILY_KWH).power_kw
    assert power_kw[1000] > 1.1 * np.median(power_kw[1010:1300])
    assert power_kw[1400] > 1.1 * np.median(power_kw[1450:1800])


def test_the_curve_is_the_same_every_time_and_differs_between_mills() -> None:
    other = RecordedMill("mill_2", 0.8, 0.3, MILL.batches)
    once, again = mill_curve(MILL, DAILY_KWH).power_kw, mill_curve(MILL, DAILY_KWH).power_kw
    assert (once == again).all()
    assert not (once == mill_curve(other, DAILY_KWH).power_kw).all()


def test_batches_and_standby_share_out_all_energy() -> None:
    curve = mill_curve(MILL, DAILY_KWH)
    standby_kwh = curve.standby_kw.sum() / 60
    assert batch_energy_kwh(curve).sum() + standby_kwh == pytest.approx(DAILY_KWH.sum())


def test_kwh_a_minute_counts_running_minutes_only() -> None:
    curve = mill_curve(MILL, DAILY_KWH)
    running_min = sum(batch.running_min for batch in MILL.batches)
    standing_kwh = 0.3 / 60 * (3 * DAY_MIN - running_min)
    assert running_kwh_per_min(curve) == pytest.approx((DAILY_KWH.sum() - standing_kwh) / running_min)


def test_a_day_with_running_and_too_little_energy_is_refused() -> None:
    with pytest.raises(ValueError, match="mill_1: a day with running has less energy than standby"):
        mill_curve(MILL, np.array([280.0, 300.0, 5.0]))


def test_a_cycle_is_running_pauses_charging_and_discharging() -> None:
    record = Reconstruction("", "2016-03-01T00:00", 3, 40, 20, [MILL])
    assert ACROSS_MIDNIGHT.running_min == 700
    assert ACROSS_MIDNIGHT.pauses_min == [(1300, 1400)]
    assert cycle_min(ACROSS_MIDNIGHT, record) == 860


def test_shares_of_the_bands_add_up_to_one() -> None:
    power_kw = np.array([1.0, 2.0, 3.0, 2.0])
    shares = band_shares(power_kw, np.array([0, 1, 0, 1], dtype=np.int8), ("peak", "valley"))
    assert shares == {"peak": 0.5, "valley": 0.5}
