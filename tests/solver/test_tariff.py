from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from solver.errors import TariffError
from solver.tariff import (
    BandStart,
    DaySchedule,
    DayType,
    PriceSeries,
    Tariff,
    band_at,
    canonical_tariff_bytes,
    check_tariff,
    check_validity,
    price_grid,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT_AND_DAY = DaySchedule(
    [BandStart("00:00", "valley"), BandStart("08:30", "peak"), BandStart("22:00", "valley")]
)
TARIFF = Tariff("test", "CNY", "a test", 0.5, {"peak": 1.6, "valley": 0.4}, [NIGHT_AND_DAY], 0.1)


def ms(text: str, zone: ZoneInfo) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def names(tariff: Tariff, start: str, minutes: int, zone: ZoneInfo) -> list[str]:
    grid = price_grid(tariff, ms(start, zone), minutes, zone)
    return [grid.band_names[band] for band in grid.band]


def test_a_band_scales_the_base_and_leaves_the_adder() -> None:
    grid = price_grid(TARIFF, ms("2016-03-14T08:00", SHANGHAI), 60, SHANGHAI)
    assert grid.price_per_kwh[:30] == pytest.approx(0.5 * 0.4 + 0.1)
    assert grid.price_per_kwh[30:] == pytest.approx(0.5 * 1.6 + 0.1)


def test_bands_change_on_the_half_hour_of_the_local_clock() -> None:
    bands = names(TARIFF, "2016-03-14T00:00", 1440, SHANGHAI)
    assert bands.index("peak") == 8 * 60 + 30
    assert bands.count("peak") == 13 * 60 + 30


def test_a_day_of_23_hours_loses_its_hour_from_the_night() -> None:
    bands = names(TARIFF, "2024-03-31T00:00", 23 * 60, BERLIN)
    assert bands.index("peak") == 7 * 60 + 30
    assert bands.count("valley") == (7 * 60 + 30) + 2 * 60


def test_a_day_of_25_hours_gives_the_night_its_hour_twice() -> None:
    bands = names(TARIFF, "2024-10-27T00:00", 25 * 60, BERLIN)
    assert bands.index("peak") == 9 * 60 + 30
    assert bands.count("peak") == 13 * 60 + 30


def test_the_first_schedule_that_fits_month_and_day_holds() -> None:
    sunday = DaySchedule([BandStart("00:00", "valley")], day_types=[DayType.WEEKEND])
    july = DaySchedule([BandStart("00:00", "peak")], months=[7])
    tariff = msgspec.structs.replace(TARIFF, schedules=[sunday, july, NIGHT_AND_DAY])
    assert set(names(tariff, "2016-07-03T00:00", 1440, SHANGHAI)) == {"valley"}
    assert set(names(tariff, "2016-07-04T00:00", 1440, SHANGHAI)) == {"peak"}
    assert names(tariff, "2016-03-14T00:00", 1440, SHANGHAI)[9 * 60] == "peak"


def test_a_hot_day_goes_before_a_holiday_and_a_holiday_before_a_weekend() -> None:
    tariff = msgspec.structs.replace(
        TARIFF,
        schedules=[
            DaySchedule([BandStart("00:00", "sharp")], day_types=[DayType.HOT]),
            DaySchedule([BandStart("00:00", "deep")], day_types=[DayType.HOLIDAY]),
            NIGHT_AND_DAY,
        ],
        ratios={"peak": 1.6, "valley": 0.4, "sharp": 2.0, "deep": 0.1},
        holidays=["2016-10-01", "2016-10-02"],
        hot_days=["2016-10-02"],
    )
    assert names(tariff, "2016-10-01T12:00", 1, SHANGHAI) == ["deep"]
    assert names(tariff, "2016-10-02T12:00", 1, SHANGHAI) == ["sharp"]


def test_a_plan_beyond_the_months_of_a_tariff_names_the_day() -> None:
    july = msgspec.structs.replace(
        TARIFF,
        schedules=[DaySchedule(NIGHT_AND_DAY.edges, months=[7])],
        valid_from="2016-07-01",
        valid_to="2016-07-31",
    )
    assert price_grid(july, ms("2016-07-31T00:00", SHANGHAI), 1440, SHANGHAI).minutes == 1440
    with pytest.raises(TariffError, match="no schedule for 2016-08-01, a weekday"):
        price_grid(july, ms("2016-07-31T00:00", SHANGHAI), 1441, SHANGHAI)


def test_a_day_without_a_schedule_is_said() -> None:
    tariff = msgspec.structs.replace(TARIFF, schedules=[DaySchedule(NIGHT_AND_DAY.edges, months=[7])])
    with pytest.raises(TariffError, match="a weekday in January has no price from 00:00 on"):
        price_grid(tariff, ms("2016-03-14T00:00", SHANGHAI), 10, SHANGHAI)


@pytest.mark.parametrize(
    ("edges", "sentence"),
    [
        ([BandStart("01:00", "peak")], r"schedules\[0\].edges\[0\].at: a day begins at 00:00"),
        ([BandStart("00:00", "peak"), BandStart("00:00", "valley")], "the times must rise"),
        ([BandStart("00:00", "sharp")], "'sharp' has no ratio; there are peak, valley"),
    ],
)
def test_a_schedule_that_does_not_fit_names_its_key(edges: list[BandStart], sentence: str) -> None:
    with pytest.raises(TariffError, match=sentence):
        check_tariff(msgspec.structs.replace(TARIFF, schedules=[DaySchedule(edges)]))


def test_a_price_series_begins_at_the_start_and_may_be_negative() -> None:
    grid = price_grid(PriceSeries([0.3, -0.1], 15), 0, 30, SHANGHAI)
    assert grid.price_per_kwh.tolist() == [0.3] * 15 + [-0.1] * 15
    assert [grid.band_names[band] for band in grid.band[[0, 29]]] == ["0.3", "-0.1"]


def test_a_series_of_many_prices_is_one_band() -> None:
    grid = price_grid(PriceSeries([float(n) for n in range(24)], 60), 0, 1440, SHANGHAI)
    assert grid.band_names == ("series",)
    assert not grid.band.any()


def test_a_series_that_ends_too_early_says_how_far_it_reaches() -> None:
    with pytest.raises(TariffError, match="covers 60 minutes and the plan needs 61"):
        price_grid(PriceSeries([1.0], 60), 0, 61, SHANGHAI)


def test_the_band_now_says_when_it_ends() -> None:
    now = band_at(TARIFF, ms("2016-03-14T21:59", SHANGHAI) + 30_000, SHANGHAI)
    assert (now.name, now.until_ms) == ("peak", ms("2016-03-14T22:00", SHANGHAI))
    night = band_at(TARIFF, ms("2016-03-14T23:00", SHANGHAI), SHANGHAI)
    assert (night.name, night.until_ms) == ("valley", ms("2016-03-15T08:30", SHANGHAI))


def test_a_band_without_end_is_told_eight_days_ahead() -> None:
    flat = msgspec.structs.replace(TARIFF, schedules=[DaySchedule([BandStart("00:00", "peak")])])
    start = ms("2016-03-14T00:00", SHANGHAI)
    assert band_at(flat, start, SHANGHAI).until_ms == start + 8 * 86_400_000


def test_a_tariff_is_not_used_outside_its_days() -> None:
    tariff = msgspec.structs.replace(TARIFF, valid_from="2016-01-01", valid_to="2016-03-31")
    check_validity(tariff, ms("2016-03-31T00:00", SHANGHAI), 1440, SHANGHAI)
    with pytest.raises(TariffError, match="ends on 2016-03-31, the plan on 2016-04-01"):
        check_validity(tariff, ms("2016-03-31T00:00", SHANGHAI), 1441, SHANGHAI)
    with pytest.raises(TariffError, match="begins on 2016-01-01"):
        check_validity(tariff, ms("2015-12-31T23:59", SHANGHAI), 10, SHANGHAI)


def test_the_same_tariff_has_the_same_bytes_whatever_the_order_of_its_ratios() -> None:
    turned = msgspec.structs.replace(TARIFF, ratios=dict(reversed(TARIFF.ratios.items())))
    assert canonical_tariff_bytes(turned) == canonical_tariff_bytes(TARIFF)
    dearer = msgspec.structs.replace(TARIFF, base_per_kwh=0.51)
    assert canonical_tariff_bytes(dearer) != canonical_tariff_bytes(TARIFF)


def test_a_grid_begun_in_the_middle_of_an_hour_is_the_rest_of_the_whole_one() -> None:
    whole = price_grid(TARIFF, ms("2024-10-27T00:00", BERLIN), 1500, BERLIN)
    rest = price_grid(TARIFF, ms("2024-10-27T00:00", BERLIN) + 137 * 60_000, 1363, BERLIN)
    assert np.array_equal(whole.price_per_kwh[137:], rest.price_per_kwh)
