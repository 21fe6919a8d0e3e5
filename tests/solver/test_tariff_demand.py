from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from solver.tariff import (
    BandStart,
    DaySchedule,
    DayType,
    DemandCharge,
    DemandRate,
    PriceSeries,
    Ratchet,
    Tariff,
    Tier,
    price_grid,
)

BERLIN = ZoneInfo("Europe/Berlin")
EDGES = [BandStart("00:00", "low"), BandStart("08:00", "high"), BandStart("20:00", "low")]
TARIFF = Tariff("t", "EUR", "s", schedules=[DaySchedule(EDGES)], prices={"low": 0.1, "high": 0.3})


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)


def charges(*rates: DemandRate, start: str, days: float = 1, **changes: object) -> dict[str, DemandCharge]:
    tariff = msgspec.structs.replace(TARIFF, demand=list(rates), **changes)
    found = price_grid(tariff, ms(start), round(days * 1440), BERLIN).demand
    return {charge.name: charge for charge in found}


def test_a_charge_counts_every_window_where_nothing_else_is_said() -> None:
    charge = charges(DemandRate("peak", 12.5), start="2016-07-04T00:00")["peak"]
    assert (charge.price_per_kw, charge.window_min, charge.floor_kw) == (12.5, 15, 0.0)
    assert charge.counts.tolist() == [True] * 96


def test_a_window_counts_if_its_first_minute_lies_in_the_charge_s_band() -> None:
    charge = charges(
        DemandRate("peak", 12.5, bands=["high"], window_min=30), start="2016-07-04T07:45", days=0.5
    )["peak"]
    assert charge.counts.tolist() == [False] + [True] * 23
    assert len(charge.counts) == 24


def test_a_last_shorter_window_is_there_too() -> None:
    charge = charges(DemandRate("peak", 1.0), start="2016-07-04T00:00", days=100 / 1440)["peak"]
    assert len(charge.counts) == 7


def test_each_month_that_a_plan_touches_has_its_own_charge() -> None:
    found = charges(DemandRate("peak", 12.5, bands=["high"]), start="2016-06-30T00:00", days=2)
    assert list(found) == ["peak 2016-06", "peak 2016-07"]
    first, second = (np.flatnonzero(charge.counts) for charge in found.values())
    assert (first[0], first[-1], len(first)) == (32, 79, 48)
    assert (second[0], second[-1], len(second)) == (96 + 32, 96 + 79, 48)


def test_the_month_begins_at_local_midnight() -> None:
    found = charges(DemandRate("peak", 1.0, window_min=60), start="2016-06-30T22:00", days=0.25)
    assert found["peak 2016-06"].counts.tolist() == [True, True, False, False, False, False]


def test_a_charge_has_its_months_and_is_left_out_elsewhere() -> None:
    summer = DemandRate("summer", 3.0, months=[6, 7])
    assert charges(summer, start="2016-05-31T00:00", days=1) == {}
    only = charges(summer, start="2016-05-31T00:00", days=2)
    assert list(only) == ["summer"]
    assert only["summer"].counts.tolist() == [False] * 96 + [True] * 96


def test_a_charge_that_costs_nothing_or_never_counts_is_left_out() -> None:
    night = charges(
        DemandRate("free", 0.0), DemandRate("high", 1.0, bands=["high"]), start="2016-07-04T00:00", days=0.25
    )
    assert night == {}


def test_demand_may_have_hours_of_its_own() -> None:
    schedules = [
        DaySchedule([BandStart("00:00", "off")], day_types=[DayType.WEEKEND]),
        DaySchedule([BandStart("00:00", "off"), BandStart("16:30", "on"), BandStart("21:00", "off")]),
    ]
    found = charges(
        DemandRate("evening", 9.0, bands=["on"]), start="2016-07-03T00:00", days=2, demand_schedules=schedules
    )
    assert np.flatnonzero(found["evening"].counts).tolist() == list(range(96 + 66, 96 + 84))


def test_a_charge_of_the_year_is_one_for_all_its_months() -> None:
    rate = DemandRate("capacity", 119.08, per="year", past_peaks_kw={"2015-11": 300.0, "2016-02": 250.0})
    one = charges(rate, start="2016-06-30T00:00", days=2)
    assert one["capacity"].floor_kw == 250.0
    assert one["capacity"].counts.all()
    two = charges(rate, start="2015-12-31T00:00", days=2)
    assert {name: charge.floor_kw for name, charge in two.items()} == {
        "capacity 2015": 300.0,
        "capacity 2016": 250.0,
    }


def test_a_charge_of_the_day_is_one_for_each_day() -> None:
    found = charges(DemandRate("daily", 1.02, per="day"), start="2016-07-04T12:00", days=1)
    assert list(found) == ["daily 2016-07-04", "daily 2016-07-05"]
    assert found["daily 2016-07-04"].counts.tolist() == [True] * 48 + [False] * 48


def test_what_the_month_has_seen_already_is_the_floor() -> None:
    rate = DemandRate("peak", 1.0, past_peaks_kw={"2016-06": 210.0, "2016-05": 999.0})
    found = charges(rate, start="2016-06-30T00:00", days=2)
    assert {name: charge.floor_kw for name, charge in found.items()} == {
        "peak 2016-06": 210.0,
        "peak 2016-07": 0.0,
    }


@pytest.mark.parametrize(
    ("ratchet", "floor_kw"),
    [
        (Ratchet(80.0), 0.8 * 500.0),
        (Ratchet(80.0, lookback_months=3), 0.8 * 200.0),
        (Ratchet(100.0, lookback_months=6), 300.0),
        (Ratchet(50.0, of_months=[8, 9]), 0.5 * 500.0),
        (Ratchet(50.0, months=[6, 8]), 0.0),
    ],
)
def test_a_ratchet_charges_a_share_of_an_earlier_peak(ratchet: Ratchet, floor_kw: float) -> None:
    past = {"2015-06": 999.0, "2015-09": 500.0, "2016-01": 300.0, "2016-05": 200.0}
    rate = DemandRate("peak", 1.0, ratchets=[ratchet], past_peaks_kw=past)
    assert charges(rate, start="2016-07-04T00:00")["peak"].floor_kw == pytest.approx(floor_kw)


def test_the_highest_of_several_floors_counts() -> None:
    ratchets = [Ratchet(50.0), Ratchet(90.0, lookback_months=1)]
    rate = DemandRate(
        "peak", 1.0, ratchets=ratchets, past_peaks_kw={"2016-01": 300.0, "2016-06": 200.0, "2016-07": 10.0}
    )
    assert charges(rate, start="2016-07-04T00:00")["peak"].floor_kw == pytest.approx(180.0)


def test_tiers_of_demand_are_priced_at_the_tier_of_what_is_reached() -> None:
    tiers = [Tier(5.0, up_to=100.0), Tier(8.0)]
    low = DemandRate("peak", tiers)
    high = DemandRate("peak", tiers, past_peaks_kw={"2016-07": 150.0})
    assert charges(low, start="2016-07-04T00:00")["peak"].price_per_kw == 5.0
    assert charges(high, start="2016-07-04T00:00")["peak"].price_per_kw == 8.0


def test_a_price_series_has_its_charges_too() -> None:
    series = PriceSeries([0.1] * 96, 15, demand=[DemandRate("capacity", 119.08, per="year")])
    (charge,) = price_grid(series, ms("2025-10-24T00:00"), 1440, BERLIN).demand
    assert (charge.name, charge.price_per_kw, charge.counts.sum()) == ("capacity", 119.08, 96)
