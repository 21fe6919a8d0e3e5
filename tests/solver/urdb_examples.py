"""Rates in the shape of OpenEI's database, for the tests of tariffs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

WINTER, SUMMER = "000000001111111111111000", "222222223333444444333222"
WINTER_DEMAND, SUMMER_DEMAND = "000000001111111111111000", "000000002222333333222000"


def table(*rows: str) -> list[list[int]]:
    """A 12×24 schedule from four rows of digits for winter or summer months."""
    return [[int(digit) for digit in row] for row in rows]


def e20_secondary() -> dict[str, Any]:
    """E-20 (Secondary) of January to April 2014, as the database has it (539f6d0aec4f024411ecb11d)."""
    rates = (0.07339, 0.0932, 0.07232, 0.09893, 0.1393)
    return {
        "label": "539f6d0aec4f024411ecb11d",
        "utility": "Pacific Gas & Electric Co",
        "name": "E-20 (Secondary)",
        "startdate": 1388538000,
        "enddate": "2014-04-30T00:00:00.000Z",
        "energyratestructure": [
            [{"adj": 5e-05, "rate": rate, "sell": rate, "unit": "kWh"}] for rate in rates
        ],
        "energyweekdayschedule": table(*[WINTER] * 4, *[SUMMER] * 6, *[WINTER] * 2),
        "energyweekendschedule": table(*["0" * 24] * 4, *["2" * 24] * 6, *["0" * 24] * 2),
        "demandrateunit": "kW",
        "demandratestructure": [[{"rate": rate}] for rate in (11.98, 0.23, 3.56, 16.37)],
        "demandweekdayschedule": table(*[WINTER_DEMAND] * 4, *[SUMMER_DEMAND] * 6, *[WINTER_DEMAND] * 2),
        "demandweekendschedule": table(*["0" * 24] * 12),
        "fixedchargefirstmeter": 1000,
        "fixedchargeunits": "$/month",
    }


prices = st.floats(-0.5, 2).map(lambda value: round(value, 5))
demand_prices = st.floats(0, 30).map(lambda value: round(value, 2))


@st.composite
def some_tiers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The tiers of a period, the last without an end."""
    ends = sorted(draw(st.lists(st.integers(1, 5000), max_size=2, unique=True)))
    tiers = [{"rate": draw(prices), "adj": draw(prices), "unit": "kWh"} for _ in range(len(ends) + 1)]
    return [tier | ({"max": float(end)} if end else {}) for tier, end in zip(tiers, [*ends, 0], strict=True)]


@st.composite
def some_table(draw: st.DrawFn, periods: int) -> list[list[int]]:
    """A 12×24 schedule with a few changes in the day and a few kinds of months."""
    index = st.integers(0, periods - 1)
    kinds = []
    for _ in range(draw(st.integers(1, 3))):
        edges = sorted(draw(st.lists(st.integers(1, 23), max_size=4, unique=True)))
        row: list[int] = []
        for since, to in zip([0, *edges], [*edges, 24], strict=True):
            row += [draw(index)] * (to - since)
        kinds.append(row)
    return [list(kinds[draw(st.integers(0, len(kinds) - 1))]) for _ in range(12)]


@st.composite
def some_rates(draw: st.DrawFn) -> dict[str, Any]:
    """A whole rate: energy in tiers, demand by the hour and by the month, ratchets and a fixed charge."""
    periods, demand, flat = (draw(st.integers(1, 4)) for _ in range(3))
    return {
        "name": "any",
        "energyratestructure": [draw(some_tiers()) for _ in range(periods)],
        "energyweekdayschedule": draw(some_table(periods)),
        "energyweekendschedule": draw(some_table(periods)),
        "demandratestructure": [[{"rate": draw(demand_prices)}] for _ in range(demand)],
        "demandweekdayschedule": draw(some_table(demand)),
        "demandweekendschedule": draw(some_table(demand)),
        "flatdemandstructure": [[{"rate": draw(demand_prices)}] for _ in range(flat)],
        "flatdemandmonths": [draw(st.integers(0, flat - 1)) for _ in range(12)],
        "demandwindow": draw(st.sampled_from([15, 30, 60])),
        "demandratchetpercentage": draw(st.sampled_from([[0.0] * 12, [0.5] * 12, [0.0] * 5 + [0.35] * 7])),
        "fixedchargefirstmeter": draw(st.sampled_from([0, 12.5])),
        "fixedchargeunits": draw(st.sampled_from(["$/month", "$/day"])),
    }
