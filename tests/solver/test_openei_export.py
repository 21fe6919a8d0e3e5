"""What an export to OpenEI's shape holds, and what it says that it loses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.openei import from_urdb, to_urdb
from solver.tariff import (
    BandStart,
    DaySchedule,
    DayType,
    DemandRate,
    FixedCharge,
    PriceGrid,
    Ratchet,
    Season,
    Surcharge,
    Tariff,
    price_grid,
)

ANGELES = ZoneInfo("America/Los_Angeles")


def grid_of(tariff: Tariff, start: datetime, days: int) -> PriceGrid:
    first, last = (
        round(at.replace(tzinfo=ANGELES).timestamp() * 1000) for at in (start, start + timedelta(days=days))
    )
    return price_grid(tariff, first, (last - first) // 60_000, ANGELES)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["peak", "flat", "valley"]), min_size=48, max_size=48), st.integers(1, 12))
def test_an_export_that_loses_half_hours_says_so_and_keeps_the_hour_s_beginning(
    halves: list[str], month: int
) -> None:
    at = [f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48)]
    edges = [BandStart(time, band) for time, band in zip(at, halves, strict=True)]
    tariff = Tariff(
        "t", "USD", "s", 0.5, {"peak": 1.6, "flat": 1.0, "valley": 0.4}, [DaySchedule(edges)], 0.06
    )
    exported = to_urdb(tariff)
    changing = [hour for hour in range(24) if halves[2 * hour] != halves[2 * hour + 1]]
    said = [sentence for sentence in exported.lost if sentence.startswith("half-hours")]
    assert len(said) == bool(changing)
    if changing:
        assert f"prices change at {changing[0]:02d}:30, first on a weekday in January" in said[0]
    start = datetime(2016, month, 1)
    one, two = grid_of(tariff, start, 1), grid_of(from_urdb(exported.data).tariff, start, 1)
    assert one.price_per_kwh[::60].tolist() == two.price_per_kwh[::60].tolist()


WEEKLY = Tariff(
    "t", "USD", "s", schedules=[DaySchedule([BandStart("00:00", "period 0")])], prices={"period 0": 0.1}
)
HOURS = [BandStart("00:00", "off"), BandStart("08:30", "on")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"currency": "CNY"}, "currency: the numbers are in CNY"),
        ({"base_per_kwh": 0.5, "ratios": {"period 1": 1.0}}, "ratios: URDB holds the prices"),
        ({"prices": {"period 0": 0.1, "peak": 0.2}}, "bands: the names period 0, peak are lost"),
        ({"adder_per_kwh": 0.06}, "adders: adder_per_kwh and surcharges become each period's adj"),
        ({"surcharges": [Surcharge("levy", 0.01)]}, "adders: "),
        ({"holidays": ["2016-10-01", "2016-01-01"]}, "holidays: 2 dates, first 2016-01-01"),
        ({"hot_days": ["2016-08-01"]}, "hot_days: 1 dates, first 2016-08-01"),
        (
            {
                "schedules": [
                    DaySchedule(WEEKLY.schedules[0].edges, day_types=[DayType.HOT]),
                    *WEEKLY.schedules,
                ]
            },
            "schedules: those for days called hot are lost",
        ),
        ({"used_kwh": 5.0}, "used_kwh: URDB has no place"),
        (
            {
                "schedules": [DaySchedule(WEEKLY.schedules[0].edges, [7])],
                "valid_from": "2016-07-01",
                "valid_to": "2016-07-31",
            },
            "schedules: January, February, March, April, May, June, August",
        ),
        (
            {"demand": [DemandRate("capacity", 9.0, per="year")]},
            "demand 'capacity': URDB has no charge per year",
        ),
        (
            {"demand": [DemandRate("a", 9.0), DemandRate("b", 9.0, window_min=30)]},
            "demand 'b': its window of 30 min becomes that of 'a', 15 min",
        ),
        (
            {"demand": [DemandRate("a", 9.0), DemandRate("b", 9.0)]},
            "demand: charges that count always become one sum",
        ),
        (
            {"demand": [DemandRate("a", 9.0), DemandRate("b", 9.0, per="day")]},
            "demand 'b': it is charged per day",
        ),
        ({"demand": [DemandRate("a", 9.0, past_peaks_kw={"2016-01": 5.0})]}, "no place for past_peaks_kw"),
        (
            {"demand": [DemandRate("a", 9.0, ratchets=[Ratchet(50.0)]), DemandRate("b", 9.0, months=[7])]},
            "demand: the ratchets of 'a' stand for all",
        ),
        (
            {
                "demand": [
                    DemandRate(
                        "a",
                        9.0,
                        ratchets=[Ratchet(50.0, lookback_months=3), Ratchet(60.0, lookback_months=2)],
                    )
                ]
            },
            "demand: a ratchet of 60 % has no place",
        ),
        (
            {"demand": [DemandRate("a", 9.0, bands=["on"])], "demand_schedules": [DaySchedule(HOURS)]},
            "demand: bands change on the half-hour",
        ),
        (
            {
                "demand": [DemandRate("a", 9.0, bands=["on"]), DemandRate("b", 9.0, bands=["on", "off"])],
                "demand_schedules": [DaySchedule(HOURS)],
            },
            "demand 'b': it is left out in the hours of 'a'",
        ),
        (
            {"fixed": [FixedCharge("a", 5.0), FixedCharge("b", 6.0, "day")]},
            "fixed: b are lost, for URDB has one unit for all",
        ),
    ],
)
def test_what_an_export_loses_is_said(changes: dict[str, Any], said: str) -> None:
    assert to_urdb(WEEKLY).lost == []
    exported = to_urdb(msgspec.structs.replace(WEEKLY, **changes))
    assert any(sentence.startswith(said) or said in sentence for sentence in exported.lost), exported.lost
    from_urdb(exported.data)


def test_an_adder_keeps_the_price_though_its_kind_is_lost() -> None:
    tariff = msgspec.structs.replace(WEEKLY, adder_per_kwh=0.0633, surcharges=[Surcharge("s", 0.01, [7])])
    data = to_urdb(tariff).data
    assert data["energyratestructure"] == [
        [{"rate": 0.1, "unit": "kWh", "adj": 0.0633}],
        [{"rate": 0.1, "unit": "kWh", "adj": 0.0633 + 0.01}],
    ]
    assert {row[0] for month, row in enumerate(data["energyweekdayschedule"], 1) if month == 7} == {1}


def test_seasons_become_periods() -> None:
    tariff = msgspec.structs.replace(WEEKLY, seasons=[Season([6, 7], prices={"period 0": 0.3})])
    data = to_urdb(tariff).data
    assert [row[12] for row in data["energyweekendschedule"]] == [0] * 5 + [1, 1] + [0] * 5


def test_a_charge_that_counts_always_is_flat_and_one_with_bands_goes_by_the_hour() -> None:
    rates = [DemandRate("maximum", 39.08), DemandRate("on", 2.0, months=[7], bands=["on"])]
    hours = [BandStart("00:00", "off"), BandStart("16:00", "on"), BandStart("21:00", "off")]
    data = to_urdb(msgspec.structs.replace(WEEKLY, demand=rates, demand_schedules=[DaySchedule(hours)])).data
    assert data["flatdemandstructure"][data["flatdemandmonths"][0]] == [{"rate": 39.08}]
    assert data["demandratestructure"] == [[{"rate": 0.0}], [{"rate": 2.0}]]
    assert data["demandweekdayschedule"][6] == [0] * 16 + [1] * 5 + [0] * 3
    assert data["demandweekdayschedule"][5] == [0] * 24
