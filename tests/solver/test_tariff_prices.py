from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import TariffError
from solver.tariff import (
    BandStart,
    DaySchedule,
    DayType,
    PriceSeries,
    Season,
    Surcharge,
    Tariff,
    Tier,
    band_at,
    canonical_tariff_bytes,
    local_minutes,
    price_grid,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ANGELES, LORD_HOWE = ZoneInfo("America/Los_Angeles"), ZoneInfo("Australia/Lord_Howe")
DAY_AND_NIGHT = DaySchedule(
    [BandStart("00:00", "valley"), BandStart("02:30", "peak"), BandStart("22:00", "valley")]
)
TARIFF = Tariff("test", "EUR", "a test", schedules=[DAY_AND_NIGHT], prices={"valley": 0.1, "peak": 0.3})


def ms(text: str, zone: ZoneInfo) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def price_at(tariff: Tariff | PriceSeries, text: str, zone: ZoneInfo = SHANGHAI) -> float:
    return float(price_grid(tariff, ms(text, zone), 1, zone).price_per_kwh[0])


def slow_price(tariff: Tariff, t_ms: int, zone: ZoneInfo) -> float:
    """The price of one minute, by the words of the schema and without a table."""
    at = datetime.fromtimestamp(t_ms / 1000, zone)
    text = at.date().isoformat()
    kind = DayType.WEEKEND if at.weekday() >= 5 else DayType.WEEKDAY
    kind = DayType.HOT if text in tariff.hot_days else DayType.HOLIDAY if text in tariff.holidays else kind
    schedule = next(
        each
        for each in tariff.schedules
        if at.month in (each.months or range(1, 13)) and kind in (each.day_types or list(DayType))
    )
    band = [edge.band for edge in schedule.edges if edge.at <= f"{at.hour:02d}:{at.minute:02d}"][-1]
    season = next((each for each in tariff.seasons if at.month in each.months), Season([at.month]))
    base = season.base_per_kwh if season.base_per_kwh is not None else tariff.base_per_kwh
    price = season.prices.get(band)
    if price is None and band in season.ratios:
        price = (base or 0.0) * season.ratios[band]
    if price is None:
        price = tariff.prices.get(band)
    if price is None:
        price = (base or 0.0) * tariff.ratios[band]
    if isinstance(price, list):
        price = next(tier.price for tier in price if tier.up_to is None or tariff.used_kwh < tier.up_to)
    return (
        price
        + tariff.adder_per_kwh
        + sum(
            each.per_kwh
            for each in tariff.surcharges
            if at.month in (each.months or range(1, 13))
            and kind in (each.day_types or list(DayType))
            and band in (each.bands or [band])
        )
    )


BANDS = ["peak", "flat", "valley"]
HALF_HOURS = [f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48)]


@st.composite
def some_edges(draw: st.DrawFn) -> list[BandStart]:
    times = sorted({"00:00", *draw(st.lists(st.sampled_from(HALF_HOURS), max_size=4))})
    return [BandStart(at, draw(st.sampled_from(BANDS))) for at in times]


@st.composite
def some_tariffs(draw: st.DrawFn) -> Tariff:
    prices = st.floats(-1, 2).map(lambda value: round(value, 3))
    months = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
    holidays = draw(st.lists(st.sampled_from(["2024-03-29", "2024-03-31", "2024-04-01"]), unique=True))
    return Tariff(
        "any",
        "EUR",
        "Hypothesis",
        base_per_kwh=draw(prices),
        ratios={"peak": 1.6, "flat": 1.0},
        prices={"valley": draw(st.one_of(prices, st.just([Tier(0.4, 100.0), Tier(0.5)])))},
        schedules=[
            DaySchedule(draw(some_edges()), day_types=[DayType.HOLIDAY, DayType.HOT]),
            DaySchedule(draw(some_edges()), day_types=[DayType.WEEKEND]),
            DaySchedule(draw(some_edges()), months=[3]),
            DaySchedule(draw(some_edges())),
        ],
        adder_per_kwh=draw(prices),
        holidays=holidays,
        hot_days=["2024-03-30"],
        seasons=[Season(months, base_per_kwh=draw(prices), prices={"flat": draw(prices)})],
        surcharges=[Surcharge("levy", draw(prices), [3], ["peak"]), Surcharge("tax", draw(prices))],
        used_kwh=draw(st.sampled_from([0.0, 99.9, 100.0])),
    )


@settings(max_examples=60, deadline=None)
@given(some_tariffs(), st.integers(0, 6 * 1440), st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE]))
def test_each_minute_has_the_price_that_the_schema_s_words_give_it(
    tariff: Tariff, first: int, zone: ZoneInfo
) -> None:
    start = ms("2024-03-28T00:00", zone) + first * 60_000
    grid = price_grid(tariff, start, 600, zone)
    slow = [slow_price(tariff, start + minute * 60_000, zone) for minute in range(0, 600, 7)]
    assert grid.price_per_kwh[::7].tolist() == pytest.approx(slow)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.datetimes(datetime(1995, 1, 1), datetime(2040, 1, 1)),
    st.integers(1, 3000),
)
def test_local_minutes_are_those_of_the_calendar(name: str, at: datetime, minutes: int) -> None:
    zone = ZoneInfo(name)
    start = round(at.replace(tzinfo=UTC, second=0, microsecond=0).timestamp() * 1000)
    day, minute = local_minutes(start, minutes, zone)
    for index in range(0, minutes, 97):
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=start // 60_000 + index)).astimezone(
            zone
        )
        assert (day[index], minute[index]) == (
            (local.date() - datetime(1970, 1, 1).date()).days,
            local.hour * 60 + local.minute,
        )


@pytest.mark.parametrize(
    ("zone", "day", "hours", "peak_from_min"),
    [
        (BERLIN, "2024-03-31", 23, 120),  # 02:00 to 03:00 is left out, and half past two with it
        (BERLIN, "2024-10-27", 25, 150),
        (ANGELES, "2024-03-10", 23, 120),
        (ANGELES, "2024-11-03", 25, 210),  # 01:00 to 02:00 is there twice
        (LORD_HOWE, "2024-04-07", 24.5, 180),  # 01:30 to 02:00 is there twice
        (LORD_HOWE, "2024-10-06", 23.5, 120),
    ],
)
def test_a_day_of_clock_change_keeps_its_hours_and_its_half_hours(
    zone: ZoneInfo, day: str, hours: float, peak_from_min: int
) -> None:
    start = ms(f"{day}T00:00", zone)
    end = ms((datetime.fromisoformat(day) + timedelta(days=1)).isoformat(), zone)
    assert end - start == hours * 3_600_000
    grid = price_grid(TARIFF, start, round(hours * 60), zone)
    peak = np.flatnonzero(grid.price_per_kwh == 0.3)
    assert (peak[0], peak[-1] + 1) == (peak_from_min, hours * 60 - 120)


def test_the_hour_that_is_there_twice_has_its_prices_twice() -> None:
    grid = price_grid(TARIFF, ms("2024-10-27T02:00", BERLIN), 120, BERLIN)
    assert grid.price_per_kwh.tolist() == ([0.1] * 30 + [0.3] * 30) * 2


def test_a_season_puts_its_own_price_in_the_place_of_the_tariff_s() -> None:
    tariff = msgspec.structs.replace(
        TARIFF, base_per_kwh=0.5, ratios={"flat": 1.0}, seasons=[Season([7, 8], ratios={"peak": 1.8})]
    )
    assert price_at(tariff, "2016-07-04T12:00") == 0.5 * 1.8
    assert price_at(tariff, "2016-06-30T12:00") == 0.3


def test_surcharges_fit_by_month_band_and_day_type() -> None:
    summer_peak = Surcharge("summer", 0.05, months=[7], bands=["peak"], day_types=[DayType.WEEKDAY])
    tariff = msgspec.structs.replace(TARIFF, surcharges=[summer_peak, Surcharge("rebate", -0.15)])
    assert price_at(tariff, "2016-07-04T12:00") == pytest.approx(0.2)
    assert price_at(tariff, "2016-07-03T12:00") == pytest.approx(0.15)
    assert price_at(tariff, "2016-07-04T23:00") == pytest.approx(-0.05)


def test_a_block_rate_is_priced_at_the_tier_in_force_at_what_the_month_has_used() -> None:
    tiers: list[Tier] = [Tier(0.2, up_to=1000.0), Tier(0.25, up_to=5000.0), Tier(0.3)]
    tariff = msgspec.structs.replace(TARIFF, prices={"valley": 0.1, "peak": tiers})
    for used, price in ((0.0, 0.2), (999.0, 0.2), (1000.0, 0.25), (5000.0, 0.3), (1e6, 0.3)):
        assert price_at(msgspec.structs.replace(tariff, used_kwh=used), "2016-03-14T12:00") == price


def test_the_band_now_ends_where_its_price_does() -> None:
    tariff = msgspec.structs.replace(TARIFF, seasons=[Season([4], prices={"valley": 0.12})])
    now = band_at(tariff, ms("2016-03-31T23:00", SHANGHAI), SHANGHAI)
    assert (now.name, now.price_per_kwh, now.until_ms) == ("valley", 0.1, ms("2016-04-01T00:00", SHANGHAI))


def test_a_peak_is_what_is_called_so_or_the_dearest_band_of_the_month() -> None:
    assert band_at(TARIFF, ms("2016-03-14T12:00", SHANGHAI), SHANGHAI).is_peak
    assert not band_at(TARIFF, ms("2016-03-14T23:00", SHANGHAI), SHANGHAI).is_peak
    winter = DaySchedule([BandStart("00:00", "day"), BandStart("20:00", "night")], months=[1])
    tariff = msgspec.structs.replace(
        TARIFF, prices={**TARIFF.prices, "day": 0.2, "night": 0.1}, schedules=[winter, DAY_AND_NIGHT]
    )
    assert band_at(tariff, ms("2016-01-04T12:00", SHANGHAI), SHANGHAI).is_peak
    assert not band_at(tariff, ms("2016-01-04T21:00", SHANGHAI), SHANGHAI).is_peak
    flat = msgspec.structs.replace(
        TARIFF, prices={"peak": 0.3}, schedules=[DaySchedule([BandStart("00:00", "peak")])]
    )
    assert band_at(flat, ms("2016-01-04T12:00", SHANGHAI), SHANGHAI).is_peak


def test_a_tariff_of_before_seasons_is_read_as_it_was_written() -> None:
    old = (
        b'{"name":"old","currency":"CNY","source":"s","base_per_kwh":0.5,"ratios":{"a":1.0},"schedules":'
        b'[{"edges":[{"at":"00:00","band":"a"}],"months":[],"day_types":[]}],"adder_per_kwh":0.0,'
        b'"holidays":[],"hot_days":[],"valid_from":null,"valid_to":null,"note":""}'
    )
    tariff = msgspec.json.decode(old, type=Tariff)
    assert price_at(tariff, "2016-03-14T12:00") == 0.5
    again = msgspec.json.decode(canonical_tariff_bytes(tariff), type=Tariff)
    assert again == tariff


@pytest.mark.parametrize("interval_min", [15, 30, 60])
def test_a_series_of_its_own_start_is_used_from_the_plan_s_start_on(interval_min: int) -> None:
    prices = [round(0.15 - 0.01 * index, 2) for index in range(24 * 60 // interval_min)]
    series = PriceSeries(prices, interval_min, start="2025-10-24T00:00", timezone="Europe/Berlin")
    start = ms("2025-10-24T06:30", BERLIN)
    grid = price_grid(series, start, 600, SHANGHAI)
    assert grid.price_per_kwh.tolist() == np.repeat(prices, interval_min)[390:990].tolist()
    assert grid.price_per_kwh.min() < 0
    with pytest.raises(TariffError, match=r"has prices from 2025-10-24T00:00\+02:00 to 2025-10-25T00:00"):
        price_grid(series, start, 1440 - 389, BERLIN)
    with pytest.raises(TariffError, match=r"and the plan lies from 2025-10-23T23:59\+02:00"):
        price_grid(series, ms("2025-10-23T23:59", BERLIN), 60, BERLIN)


def test_a_series_over_the_clock_change_goes_by_hours_that_pass() -> None:
    series = PriceSeries([float(hour) for hour in range(25)], 60, start="2025-10-26T00:00")
    grid = price_grid(series, ms("2025-10-26T00:00", BERLIN), 25 * 60, BERLIN)
    assert grid.price_per_kwh[::60].tolist() == [float(hour) for hour in range(25)]


def test_a_series_has_its_adder_on_top_of_each_price() -> None:
    grid = price_grid(PriceSeries([-0.1, 0.2], 30, adder_per_kwh=0.05), 0, 60, BERLIN)
    assert grid.price_per_kwh[[0, 59]].tolist() == pytest.approx([-0.05, 0.25])


def test_a_plan_of_ten_years_has_a_price_in_each_minute() -> None:
    start, end = ms("2020-01-01T00:00", BERLIN), ms("2030-01-01T00:00", BERLIN)
    grid = price_grid(TARIFF, start, (end - start) // 60_000, BERLIN)
    hours = np.bincount(grid.band) / 60
    assert grid.minutes == 3653 * 1440
    assert hours.tolist() == [4.5 * 3653, 19.5 * 3653]  # what a lost hour takes an hour twice gives back


def test_a_plan_in_another_age_is_refused() -> None:
    for year in (1, 1800, 9999):
        start = round((datetime(year, 1, 1) - datetime(1970, 1, 1)).total_seconds() * 1000)
        with pytest.raises(TariffError, match="prices are known from 1901 to 2999"):
            price_grid(TARIFF, start, 1440, BERLIN)
