from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.couplings import couplings_of, minute_of_day, window_lengths
from solver.limits import Buffer, Crew, CrewShift, Distance, Limits, NightWork, StartRule
from solver.problem import BatchSpec, Machine
from solver.tariff import DemandCharge
from tests.solver.plan_examples import prices_of, problem_of

MILL = Machine("m", [BatchSpec("a", 10, power_kw=20.0)])


def couplings(limits: Limits, **changes: object):  # type: ignore[no-untyped-def]
    problem = msgspec.structs.replace(problem_of(MILL, horizon_min=50, limits=limits), **changes)
    return couplings_of(problem, prices_of(problem))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 50))
def test_windows_fill_the_horizon_and_only_the_last_may_be_shorter(window: int, horizon: int) -> None:
    lengths = window_lengths(window, horizon)
    assert lengths.sum() == horizon
    assert (lengths[:-1] == window).all()
    assert 0 < lengths[-1] <= window


def test_what_does_not_couple_the_machines_is_nothing_at_all() -> None:
    assert couplings(Limits()).none_at_all
    for limits in (
        Limits(supply_kw=3.0),
        Limits(interval_energy_kwh=2.0),
        Limits(crew=Crew([CrewShift("00:00", 1)])),
        Limits(starts=StartRule(1)),
        Limits(buffers=[Buffer("b")]),
        Limits(distance=Distance(most_batches=0)),
        Limits(distance=Distance(most_min=3)),
        Limits(distance=Distance(price_per_hour=1.0)),
    ):
        found = couplings(limits)
        assert not found.none_at_all
        assert not found.only_one_demand_charge
    assert couplings(Limits(demand_price_per_kw=1.0)).only_one_demand_charge


def test_the_lower_of_two_limits_on_the_same_windows_holds() -> None:
    found = couplings(
        Limits(interval_min=20, interval_energy_kwh=2.0, supply_kw=7.0, demand_price_per_kw=1.0)
    )
    assert found.grid_min == (20, 1)
    assert found.cap_kw[0] == pytest.approx([6.0, 6.0, 12.0])  # 2 kWh in 20, 20 and 10 minutes
    assert found.cap_kw[1] == pytest.approx([7.0] * 50)
    both = couplings(Limits(interval_min=1, interval_energy_kwh=0.1, supply_kva=7.0, power_factor=0.5))
    assert both.cap_kw[0] == pytest.approx([3.5] * 50)


def test_charges_begin_at_what_was_reached_before() -> None:
    problem = problem_of(MILL, horizon_min=50)
    charges = [DemandCharge(name, 2.0, 15, np.array([True, False, True, False]), 3.0) for name in "ab"]
    limits = Limits(peak_so_far_kw=1.0, peaks_so_far_kw={"b": 5.0}, demand_price_per_kw=1.0, interval_min=15)
    problem = msgspec.structs.replace(problem, limits=limits)
    found = couplings_of(problem, replace(prices_of(problem), demand=tuple(charges)))
    assert [part.floor_kw for part in found.demand] == [1.0, 3.0, 5.0]
    assert [part.grid for part in found.demand] == [0, 0, 0]
    assert found.demand[1].counts.tolist() == [True, False, True, False]


def test_a_crew_has_its_weekends_its_nights_and_the_local_hour_that_is_missing() -> None:
    crew = Crew(
        [CrewShift("00:00", 1), CrewShift("03:10", 4)],
        [CrewShift("00:00", 2)],
        night=NightWork("23:50", "00:10", 60.0),
    )
    friday = couplings(Limits(crew=crew), start="2016-03-18T23:40", timezone="Europe/Berlin").crew
    assert friday.people.tolist() == [4] * 20 + [2] * 30
    assert friday.night_price_per_hour.tolist() == [0.0] * 10 + [60.0] * 20 + [0.0] * 20
    monday = couplings(Limits(crew=crew), start="2016-03-14T02:50", timezone="Europe/Berlin").crew
    assert monday.people.tolist() == [1] * 20 + [4] * 30
    workday = msgspec.structs.replace(crew, weekend_shifts=[])
    clocks = couplings(Limits(crew=workday), start="2016-03-27T01:50", timezone="Europe/Berlin").crew
    assert clocks.people.tolist() == [1] * 20 + [4] * 30  # after 01:59 comes 03:00


def test_a_time_of_day_is_its_minute() -> None:
    assert [minute_of_day(time) for time in ("00:00", "00:07", "22:30")] == [0, 7, 1350]
