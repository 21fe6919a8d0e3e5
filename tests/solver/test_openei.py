from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.durations import HOUR_MS
from solver.errors import ProblemError, TariffError
from solver.openei import from_urdb, to_urdb
from solver.problem import decode_problem
from solver.tariff import (
    DemandCharge,
    FixedCharge,
    PriceGrid,
    Ratchet,
    Tariff,
    price_grid,
)
from tests.solver.urdb_examples import e20_secondary, some_rates

ANGELES = ZoneInfo("America/Los_Angeles")
FLAT = {
    "name": "flat",
    "energyratestructure": [[{"rate": 0.1}]],
    "energyweekdayschedule": [[0] * 24 for _ in range(12)],
    "energyweekendschedule": [[0] * 24 for _ in range(12)],
}


def ms(at: datetime) -> int:
    return round(at.replace(tzinfo=ANGELES).timestamp() * 1000)


def grid_of(tariff: Tariff, start: datetime, days: int) -> PriceGrid:
    end = ms(start + timedelta(days=days))
    return price_grid(tariff, ms(start), (end - ms(start)) // 60_000, ANGELES)


def urdb_price(rate: dict[str, Any], t_ms: int, used_kwh: float) -> float:
    """rate + adj of the tier, straight from the tables."""
    at = datetime.fromtimestamp(t_ms / 1000, ANGELES)
    schedule = rate["energyweekendschedule" if at.weekday() >= 5 else "energyweekdayschedule"]
    tiers = rate["energyratestructure"][schedule[at.month - 1][at.hour]]
    tier = next(tier for tier in tiers if "max" not in tier or used_kwh < tier["max"])
    return float(tier["rate"]) + float(tier.get("adj", 0.0))


def demand_cost(charges: tuple[DemandCharge, ...], load: np.ndarray[Any, Any]) -> float:
    """What a load in windows of 15 min costs, each charge over windows of its own length."""
    total = 0.0
    for charge in charges:
        means = (
            load[: len(charge.counts) * (charge.window_min // 15)]
            .reshape(len(charge.counts), -1)
            .mean(axis=1)
        )
        total += charge.price_per_kw * max(charge.floor_kw, means[charge.counts].max())
    return total


@settings(max_examples=40, deadline=None)
@given(some_rates(), st.datetimes(datetime(2012, 1, 1), datetime(2030, 1, 1)), st.integers(0, 6000))
def test_an_imported_rate_has_the_database_s_price_in_every_hour(
    rate: dict[str, Any], at: datetime, used_kwh: int
) -> None:
    tariff = msgspec.structs.replace(from_urdb(rate).tariff, used_kwh=float(used_kwh))
    start = at.replace(minute=0, second=0, microsecond=0)
    grid = grid_of(tariff, start, 9)
    wanted = [
        urdb_price(rate, grid.start_ms + hour * HOUR_MS, used_kwh) for hour in range(grid.minutes // 60)
    ]
    assert grid.price_per_kwh[30::60].tolist() == wanted


@settings(max_examples=30, deadline=None)
@given(some_rates(), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_a_rate_comes_back_from_export_with_its_prices_and_charges(
    rate: dict[str, Any], month: int, seed: int
) -> None:
    first = from_urdb(rate)
    exported = to_urdb(first.tariff)
    again = from_urdb(exported.data)
    assert (exported.lost, again.lost) == ([], [])
    start = datetime(2016, month, 20)
    one, two = grid_of(first.tariff, start, 20), grid_of(again.tariff, start, 20)
    assert one.price_per_kwh.tolist() == two.price_per_kwh.tolist()
    load = np.random.default_rng(seed).uniform(0, 100, -(-one.minutes // 60) * 4)
    assert demand_cost(one.demand, load) == pytest.approx(demand_cost(two.demand, load))
    assert first.tariff.fixed == again.tariff.fixed
    ratchets = [{tuple(each.months): each.percent for each in rate.ratchets} for rate in first.tariff.demand]
    assert (
        ratchets[:1]
        == [{tuple(each.months): each.percent for each in rate.ratchets} for rate in again.tariff.demand][:1]
    )


def test_the_import_of_e20_has_its_numbers() -> None:
    found = from_urdb(e20_secondary())
    tariff = found.tariff
    assert (tariff.name, tariff.currency) == ("E-20 (Secondary)", "USD")
    assert (tariff.valid_from, tariff.valid_to) == ("2014-01-01", "2014-04-30")
    assert tariff.source.startswith("URDB 539f6d0aec4f024411ecb11d")
    assert tariff.fixed == [FixedCharge("first meter", 1000.0)]
    assert [rate.price_per_kw for rate in tariff.demand] == [11.98, 0.23, 3.56, 16.37]
    assert found.lost == ["sell: what is paid for energy fed back is not planned with."]
    grid = grid_of(tariff, datetime(2014, 1, 6), 1)
    assert grid.price_per_kwh[[0, 479, 480, 1259, 1260]] == pytest.approx(
        [0.07344, 0.07344, 0.09325, 0.09325, 0.07344]
    )


def test_a_problem_may_carry_a_rate_of_the_database() -> None:
    problem = {
        "start": "2014-01-06T00:00",
        "timezone": "America/Los_Angeles",
        "horizon_min": 60,
        "tariff": e20_secondary(),
        "machines": [{"id": "m", "batches": [{"id": "b", "duration_min": 5, "power_kw": 1.0}]}],
    }
    tariff = decode_problem(problem).tariff
    assert isinstance(tariff, Tariff)
    assert tariff.prices["period 4"] == 0.1393 + 5e-05
    with pytest.raises(ProblemError, match="energyweekdayschedule: 11 months"):
        rows = e20_secondary()["energyweekdayschedule"][:11]
        decode_problem({**problem, "tariff": {**e20_secondary(), "energyweekdayschedule": rows}})


def spoilt(rows: list[list[Any]], month: int, hour: int | None, value: Any) -> list[list[Any]]:
    """The rows with another index in one hour, or (without an hour) another row."""
    copy = [list(row) for row in rows]
    if hour is None:
        copy[month] = value
    else:
        copy[month][hour] = value
    return copy


TABLE: list[list[Any]] = [[0] * 24 for _ in range(12)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"energyweekdayschedule": None}, "energyweekdayschedule: this is no list"),
        ({"energyweekdayschedule": TABLE[:7]}, "energyweekdayschedule: 7 months; expected 12"),
        (
            {"energyweekdayschedule": spoilt(TABLE, 6, None, [0] * 14)},
            "energyweekdayschedule[6]: July has 14 hours and needs 24; from 14:00 on there is no price",
        ),
        (
            {"energyweekendschedule": spoilt(TABLE, 1, None, [0] * 25)},
            "energyweekendschedule[1]: February has 25 hours and needs 24; from 00:00 on there is a second",
        ),
        (
            {"energyweekdayschedule": spoilt(TABLE, 6, 14, 1)},
            "energyweekdayschedule[6][14]: in July from 14:00 on there is period 1, and energy",
        ),
        ({"energyweekdayschedule": spoilt(TABLE, 0, 3, -1)}, "in January from 03:00 on there is period -1"),
        ({"energyweekdayschedule": spoilt(TABLE, 0, 3, 0.0)}, "in January from 03:00 on there is period 0.0"),
        (
            {"energyweekdayschedule": spoilt(TABLE, 0, 3, True)},
            "in January from 03:00 on there is period True",
        ),
        ({"energyratestructure": [[]]}, "energyratestructure[0]: the period has no tier"),
        (
            {"energyratestructure": [[{"rate": "dear"}]]},
            "energyratestructure[0][0].rate: 'dear' is not allowed",
        ),
        ({"energyratestructure": [[{"rate": float("nan")}]]}, "energyratestructure[0][0].rate: nan"),
        ({"energyratestructure": [[{"rate": 1e300}]]}, "prices.period 0: 1e+300 is not allowed"),
        (
            {"energyratestructure": [[{"rate": 0.1}, {"rate": 0.2}]]},
            "energyratestructure[0][0].max: this key is missing",
        ),
        (
            {"energyratestructure": [[{"rate": 0.1, "max": 10, "unit": "kWh/kW"}, {"rate": 0.2}]]},
            "energyratestructure[0][0].unit: tiers by 'kWh/kW' cannot be planned",
        ),
        ({"startdate": "soon"}, "startdate: 'soon' is no date"),
        ({"startdate": 1e20}, "startdate: 1e+20 is no date"),
        ({"startdate": 1388534400, "enddate": 1356998400}, "valid_to: 2013-01-01 lies before valid_from"),
        (
            {"fixedchargefirstmeter": 5, "fixedchargeunits": "$/week"},
            "fixedchargeunits: '$/week' is not allowed",
        ),
        (
            {"demandratestructure": [[{"rate": 5}]], "demandweekdayschedule": TABLE},
            "demandweekendschedule: this is no list",
        ),
        (
            {"flatdemandstructure": [[{"rate": 5}]], "flatdemandmonths": [0] * 6 + [1] * 6},
            "flatdemandmonths[6]: for July there is period 1, and flatdemandstructure has 1",
        ),
        (
            {"flatdemandstructure": [[{"rate": 5}]], "flatdemandmonths": [0] * 12, "flatdemandunit": "kVA"},
            "flatdemandunit: demand in 'kVA' cannot be planned",
        ),
        (
            {"flatdemandstructure": [[{"rate": 5, "adj": -6}]], "flatdemandmonths": [0] * 12},
            "flat demand 0: a demand price below 0",
        ),
        (
            {"flatdemandstructure": [[{"rate": 5}]], "flatdemandmonths": [0] * 12, "demandwindow": 7.5},
            "demandwindow: 7.5 is not allowed",
        ),
        (
            {
                "flatdemandstructure": [[{"rate": 5}]],
                "flatdemandmonths": [0] * 12,
                "demandratchetpercentage": [150] * 12,
            },
            "demandratchetpercentage[0]: 150 is not allowed",
        ),
    ],
)
def test_a_rate_of_the_wrong_shape_is_refused_with_its_place(change: dict[str, Any], said: str) -> None:
    assert from_urdb(FLAT).tariff.prices == {"period 0": 0.1}
    with pytest.raises(TariffError) as found:
        from_urdb({**FLAT, **change})
    assert said in str(found.value)


def test_look_backs_and_ratchets_come_and_go() -> None:
    rate = {
        **FLAT,
        "flatdemandstructure": [[{"rate": 5.0}]],
        "flatdemandmonths": [0] * 12,
        "demandratchetpercentage": [0.0] * 6 + [35.0] * 6,
        "lookbackPercent": 0.8,
        "lookbackMonths": [False] * 5 + [True] * 4 + [False] * 3,
        "lookbackRange": 0,
    }
    (charge,) = from_urdb(rate).tariff.demand
    assert charge.ratchets == [
        Ratchet(35.0, months=[7, 8, 9, 10, 11, 12]),
        Ratchet(80.0, of_months=[6, 7, 8, 9]),
    ]
    exported = to_urdb(from_urdb(rate).tariff)
    assert exported.lost == []
    assert from_urdb(exported.data).tariff.demand[0].ratchets == charge.ratchets


def test_a_charge_per_day_comes_and_goes() -> None:
    rate = {
        **FLAT,
        "flatdemandstructure": [[{"rate": 1.02}]],
        "flatdemandmonths": [0] * 12,
        "flatdemandunit": "kW daily",
    }
    tariff = from_urdb(rate).tariff
    assert tariff.demand[0].per == "day"
    assert from_urdb(to_urdb(tariff).data).tariff.demand[0].per == "day"


def test_what_an_import_does_not_hold_is_said() -> None:
    rate = {
        **FLAT,
        "coincidentratestructure": [[{"rate": 3.0}]],
        "minmonthlycharge": 50,
        "energyratestructure": [[{"rate": 0.1, "sell": 0.05, "max": 400}]],
    }
    assert [sentence.split(":")[0] for sentence in from_urdb(rate).lost] == [
        "coincidentratestructure",
        "minmonthlycharge",
        "sell",
        "energyratestructure[0][0].max",
    ]
