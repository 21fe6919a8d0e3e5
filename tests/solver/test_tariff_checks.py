from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from solver.errors import ProblemError, TariffError
from solver.problem import decode_problem
from solver.tariff import (
    BandStart,
    DaySchedule,
    DayType,
    DemandRate,
    PriceSeries,
    Ratchet,
    Season,
    Surcharge,
    Tariff,
    Tier,
    check_tariff,
)

DAY = [BandStart("00:00", "low"), BandStart("14:00", "high")]
EVENING = [BandStart("00:00", "low"), BandStart("18:30", "high")]
TARIFF = Tariff("t", "CNY", "s", 0.5, {"low": 0.5, "high": 1.5}, [DaySchedule(DAY)])


def with_schedules(*schedules: DaySchedule, **changes: Any) -> Tariff:
    return msgspec.structs.replace(TARIFF, schedules=list(schedules), **changes)


def refusal(tariff: Tariff | PriceSeries) -> str:
    with pytest.raises(TariffError) as found:
        check_tariff(tariff)
    return str(found.value)


def changed(**changes: Any) -> str:
    return refusal(msgspec.structs.replace(TARIFF, **changes))


WEEKDAYS, WEEKENDS = [DayType.WEEKDAY], [DayType.WEEKEND]


@pytest.mark.parametrize(
    ("tariff", "said"),
    [
        (with_schedules(), "schedules: there is none; write at least one"),
        (
            with_schedules(DaySchedule(DAY, day_types=WEEKDAYS)),
            "schedules: a weekend in January has no price from 00:00 on",
        ),
        (
            with_schedules(DaySchedule(DAY, months=[1, 2, 3])),
            "schedules: a weekday in April has no price from 00:00 on",
        ),
        (
            with_schedules(
                DaySchedule(DAY, day_types=WEEKDAYS),
                DaySchedule(DAY, day_types=WEEKENDS),
                holidays=["2016-05-01"],
            ),
            "schedules: 2016-05-01, a holiday, has no price from 00:00 on",
        ),
        (
            with_schedules(
                DaySchedule(DAY, day_types=[*WEEKDAYS, *WEEKENDS]), hot_days=["2016-08-02", "2016-08-01"]
            ),
            "schedules: 2016-08-01, a hot day, has no price from 00:00 on",
        ),
        (
            with_schedules(DaySchedule([BandStart("06:30", "low")])),
            "schedules[0].edges[0].at: a day begins at 00:00, not at 06:30; before that there is no price",
        ),
        (
            with_schedules(
                DaySchedule(DAY), seasons=[Season([7], prices={"other": 1.0})], ratios={"low": 0.5}
            ),
            "'high' has no ratio and no price; there are low, other",
        ),
        (
            with_schedules(
                DaySchedule([BandStart("00:00", "low"), BandStart("11:30", "deep")]),
                seasons=[Season([7], prices={"deep": 0.1})],
            ),
            "schedules[0]: a weekday in January has no price from 11:30 on, for in January 'deep' has",
        ),
    ],
)
def test_a_hole_is_refused_with_its_first_hour(tariff: Tariff, said: str) -> None:
    assert said in refusal(tariff)


@pytest.mark.parametrize(
    ("tariff", "said"),
    [
        (
            with_schedules(DaySchedule([BandStart("00:00", "low"), BandStart("00:00", "high")])),
            "schedules[0].edges[1].at: there are two bands from 00:00 on, 'low' and 'high'",
        ),
        (
            with_schedules(
                DaySchedule(
                    [BandStart("00:00", "low"), BandStart("09:00", "high"), BandStart("08:00", "low")]
                )
            ),
            "schedules[0].edges: the times must rise, and these do not: 00:00, 09:00, 08:00",
        ),
        (
            with_schedules(DaySchedule(DAY, list(range(1, 8))), DaySchedule(EVENING, list(range(7, 13)))),
            "schedules[1]: a weekday in July has two bands from 14:00 on, 'high' from schedules[0] and",
        ),
        (
            with_schedules(
                DaySchedule(DAY, [6, 7], WEEKENDS),
                DaySchedule(EVENING, [7, 8], WEEKENDS),
                DaySchedule(DAY, day_types=WEEKDAYS),
                DaySchedule(EVENING, [1, 2, 3, 4, 5, 9, 10, 11, 12], WEEKENDS),
            ),
            "schedules[1]: a weekend in July has two bands from 14:00 on",
        ),
        (
            with_schedules(
                DaySchedule(DAY, months=[7]), DaySchedule(EVENING, day_types=WEEKENDS), DaySchedule(DAY)
            ),
            "schedules[1]: a weekend in July has two bands from 14:00 on",
        ),
        (
            with_schedules(DaySchedule(DAY), DaySchedule(DAY)),
            "schedules[1]: a weekday in January from 00:00 on and every other day that it fits has its bands "
            "already, from schedules[0]",
        ),
        (
            with_schedules(DaySchedule(DAY), DaySchedule(EVENING, months=[12])),
            "schedules[1]: a weekday in December has two bands from 14:00 on",
        ),
        (
            with_schedules(DaySchedule(DAY), seasons=[Season([6, 7]), Season([7, 8])]),
            "seasons[1].months: July is in seasons[0], too",
        ),
    ],
)
def test_an_overlap_is_refused_with_its_first_hour(tariff: Tariff, said: str) -> None:
    assert said in refusal(tariff)


def test_an_exception_may_come_before_the_rule() -> None:
    check_tariff(
        with_schedules(
            DaySchedule(
                EVENING, day_types=[DayType.HOT]
            ),  # on every month's hot days, before July's schedule
            DaySchedule(DAY, [7], WEEKENDS),
            DaySchedule(EVENING, [7, 8]),
            DaySchedule(DAY),
        )
    )


def test_schedules_that_say_the_same_may_share_days() -> None:
    check_tariff(with_schedules(DaySchedule(DAY, list(range(1, 8))), DaySchedule(DAY, list(range(7, 13)))))


def test_a_tariff_needs_prices_only_while_it_is_in_force() -> None:
    july = with_schedules(DaySchedule(DAY, months=[7]), valid_from="2016-07-01", valid_to="2016-07-31")
    check_tariff(july)
    longer = msgspec.structs.replace(july, valid_to="2016-08-01")
    assert "a weekday in August has no price from 00:00 on" in refusal(longer)
    check_tariff(msgspec.structs.replace(july, holidays=["2016-05-01"]))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_a_number_that_is_none_names_its_key(value: float) -> None:
    shown = f"{value} is not allowed; expected a finite number"
    tiers = [Tier(0.1, 10.0), Tier(value)]
    assert changed(base_per_kwh=value).startswith(f"base_per_kwh: {shown}")
    assert changed(ratios={"low": value, "high": 1.0}).startswith(f"ratios.low: {shown}")
    assert changed(prices={"deep": tiers}).startswith(f"prices.deep[1].price: {shown}")
    assert changed(surcharges=[Surcharge("s", value)]).startswith(f"surcharges[0].per_kwh: {shown}")
    assert changed(demand=[DemandRate("d", value)]).startswith(f"demand[0].price_per_kw: {shown}")
    assert refusal(PriceSeries([0.1, value])).startswith(f"price_per_kwh[1]: {shown}")
    assert refusal(PriceSeries([0.1], adder_per_kwh=value)).startswith(f"adder_per_kwh: {shown}")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base_per_kwh": None}, "base_per_kwh: this key is missing; the ratios scale it"),
        ({"ratios": {}}, "ratios: there are no bands"),
        ({"prices": {"low": 1.0}}, "prices.low: this band has a ratio, too"),
        ({"ratios": {f"band {n}": 1.0 for n in range(101)}}, "101 bands are too many"),
        ({"valid_from": "2016-02-30"}, "valid_from: 2016-02-30 is no date"),
        ({"holidays": ["2016-02-29", "2015-02-29"]}, "holidays[1]: 2015-02-29 is no date"),
        ({"hot_days": ["2016-13-01"]}, "hot_days[0]: 2016-13-01 is no date"),
        (
            {"valid_from": "2016-05-01", "valid_to": "2016-04-30"},
            "valid_to: 2016-04-30 lies before valid_from",
        ),
        ({"prices": {"deep": []}}, "prices.deep: there is no tier"),
        ({"prices": {"deep": [Tier(1.0, 5.0)]}}, "prices.deep[0].up_to: the last tier has no end"),
        ({"prices": {"deep": [Tier(1.0), Tier(2.0)]}}, "prices.deep: the ends of the tiers must rise"),
        (
            {"prices": {"deep": [Tier(1.0, 5.0), Tier(2.0, 5.0), Tier(3.0)]}},
            "the ends of the tiers must rise",
        ),
        (
            {"surcharges": [Surcharge("s", 0.1, bands=["no"])]},
            "surcharges[0].bands: 'no' is no band; there are low",
        ),
        ({"demand": [DemandRate("d", 1.0, bands=["no"])]}, "demand[0].bands: 'no' is no band"),
        ({"demand": [DemandRate("d", 1.0), DemandRate("d", 2.0)]}, "demand[1].name: 'd' is there twice"),
        ({"demand": [DemandRate("d", [Tier(-1.0)])]}, "demand[0].price_per_kw[0].price: -1.0 is below 0"),
        (
            {"demand": [DemandRate("d", 1.0, per="year", ratchets=[Ratchet(50.0)])]},
            "demand[0].ratchets: only a charge per month looks back",
        ),
        (
            {"demand": [DemandRate("d", 1.0, per="day", past_peaks_kw={"2016-01": 5.0})]},
            "demand[0].past_peaks_kw: a charge per day has no earlier peak",
        ),
        (
            {"demand_schedules": [DaySchedule([BandStart("00:00", "on")], day_types=WEEKDAYS)]},
            "demand_schedules: a weekend in January has no band from 00:00 on",
        ),
    ],
)
def test_what_does_not_fit_names_its_key(changes: dict[str, Any], said: str) -> None:
    assert said in changed(**changes)


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (PriceSeries([0.1], start="tomorrow"), "start: 'tomorrow' is no time"),
        (PriceSeries([0.1], timezone="Berlin"), "timezone: 'Berlin' is not a time zone"),
        (
            PriceSeries([0.1], demand=[DemandRate("d", 1.0, bands=["peak"])]),
            "'peak' is no band; there are none",
        ),
    ],
)
def test_a_series_that_cannot_be_used_names_its_key(series: PriceSeries, said: str) -> None:
    assert said in refusal(series)


def problem_with(tariff: dict[str, Any]) -> dict[str, Any]:
    return {
        "start": "2016-03-14T00:00",
        "timezone": "UTC",
        "horizon_min": 60,
        "tariff": tariff,
        "machines": [{"id": "m", "batches": [{"id": "b", "duration_min": 5, "power_kw": 1.0}]}],
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ratios": {"low": -0.5, "high": 1.0}}, "tariff.ratios"),
        ({"ratios": {"low": math.nan, "high": 1.0}}, "tariff.ratios"),
        ({"base_per_kwh": 1e400}, "base_per_kwh: inf is not allowed"),
        ({"demand": [{"name": "d", "price_per_kw": -1.0}]}, "tariff.demand[0].price_per_kw"),
        ({"demand": [{"name": "d", "price_per_kw": 1.0, "window_min": 0}]}, "tariff.demand[0].window_min"),
        ({"schedules": [{"edges": [{"at": "08:15", "band": "low"}]}]}, "tariff.schedules[0].edges[0].at"),
        ({"schedules": [{"edges": [], "months": [1]}]}, "tariff.schedules[0].edges"),
        (
            {"schedules": [{"edges": [{"at": "00:00", "band": "low"}], "months": [13]}]},
            "tariff.schedules[0].months",
        ),
        ({"wattage": 3}, "wattage"),
    ],
)
def test_a_problem_with_a_tariff_that_cannot_be_used_is_refused(change: dict[str, Any], said: str) -> None:
    tariff = msgspec.to_builtins(TARIFF)
    decode_problem(problem_with(tariff))
    with pytest.raises(ProblemError) as found:
        decode_problem(problem_with({**tariff, **change}))
    assert said in str(found.value)
