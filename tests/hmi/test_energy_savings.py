"""What verified plans saved, as the station stored it, over a time and all together."""

from __future__ import annotations

import pytest

from hmi.energy_savings import VerifiedPlan, saved_by
from hmi.station.verification import Verification


def verified(plan: int, saving: float, half_band: float) -> VerifiedPlan:
    found = Verification(
        made_ms=0,
        currency="CNY",
        promised_saving=saving + 1,
        energy_kwh=100.0,
        cost_paid=50.0,
        cost_baseline=50.0 + saving,
        saving=saving,
        rate=saving / (50.0 + saving),
        low=saving - half_band,
        high=saving + half_band,
        coverage=1.0,
        batches=[],
    )
    return VerifiedPlan(plan, 0, plan, found)


def test_plans_together_save_their_sum_with_a_band_narrower_than_theirs_added() -> None:
    saved = saved_by([verified(1, 30.0, 3.0), verified(2, 40.0, 4.0)])
    assert (saved.saving, saved.paid, saved.baseline, saved.promised) == (70.0, 100.0, 170.0, 72.0)
    assert (saved.low, saved.high) == (pytest.approx(65.0), pytest.approx(75.0))


def test_one_plan_keeps_its_own_band() -> None:
    saved = saved_by([verified(1, -5.0, 2.0)])
    assert (saved.low, saved.saving, saved.high) == (-7.0, -5.0, -3.0)
