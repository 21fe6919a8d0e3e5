from __future__ import annotations

import copy
import json
import math
from contextlib import suppress
from functools import reduce
from operator import getitem
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import ProblemError
from solver.problem import PlanProblem, check_problem, decode_problem
from solver.problem_check import check_prices
from solver.problem_size import MOST_MACHINE_MINUTES
from solver.tariff import DemandCharge, PriceGrid
from tests.solver.plan_examples import prices_of


def whole() -> dict[str, Any]:
    """A problem with everything in it, and nothing wrong with it."""
    return {
        "start": "2016-03-14T00:00",
        "timezone": "Asia/Shanghai",
        "horizon_min": 120,
        "tariff": {"price_per_kwh": [0.5, 1.0], "interval_min": 60},
        "objective": "cost",
        "machines": [
            {
                "id": "mill_25",
                "off_kw": 0.0,
                "idle_kw": 3.0,
                "order_fixed": False,
                "maintenance": [[100, 110]],
                "batches": [
                    {
                        "id": "b1",
                        "duration_min": 30,
                        "power_kw": 48.0,
                        "earliest_min": 2,
                        "due_min": 60,
                        "gap_before_min": 5,
                        "pauses": {"most": 1, "least_min": 5},
                        "now_min": 5,
                        "makes": 2.0,
                    },
                    {"id": "b2", "duration_min": 3, "profile_kw": [1.0, 2.0, 3.0]},
                ],
            },
            {
                "id": "mill_26",
                "fixed": True,
                "sleep": [{"down_min": 1, "down_kw": 1.0, "up_min": 2, "up_kw": 3.0, "off_kw": 0.1}],
                "batches": [{"id": "b1", "duration_min": 30, "power_kw": 10.0, "now_min": 40, "takes": 1.0}],
            },
        ],
        "limits": {
            "interval_energy_kwh": 40.0,
            "interval_min": 15,
            "demand_price_per_kw": 32.0,
            "peak_so_far_kw": 21.0,
            "peaks_so_far_kw": {},
            "supply_kw": 400.0,
            "supply_kva": 500.0,
            "power_factor": 0.9,
            "crew": {
                "shifts": [{"at": "00:00", "people": 2}, {"at": "06:00", "people": 1}],
                "weekend_shifts": [{"at": "00:00", "people": 1}],
                "charge_min": 5,
                "discharge_min": 5,
                "night": {"begins": "22:00", "ends": "06:00", "price_per_hour": 12.0},
            },
            "buffers": [
                {
                    "id": "slurry",
                    "filled_by": ["mill_25"],
                    "emptied_by": ["mill_26"],
                    "start_level": 5.0,
                    "capacity": 9.0,
                    "drain_per_hour": 0.5,
                }
            ],
            "starts": {"most": 1, "within_min": 3},
            "distance": {"most_min": 60, "most_batches": 5, "price_per_hour": 1.0},
            "carbon": {"kg_per_kwh": [0.5, 0.6], "interval_min": 60, "price_per_kg": 0.1},
        },
    }


def changed(path: str, value: Any) -> dict[str, Any]:
    """The whole problem with one place changed, as in machines.0.batches.0.due_min."""
    data = whole()
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    item: Any = data
    for step in way:
        item = item[step]
    item[last] = value
    return data


def refusal(data: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        decode_problem(data)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


def test_a_problem_with_everything_in_it_is_accepted() -> None:
    assert decode_problem(json.dumps(whole()).encode()) == decode_problem(whole())


M1, B1, C1 = "machines.0", "machines.0.batches.0", "machines.1.batches.0"
FIRST_BATCH = "(machine 'mill_25', batch 'b1')"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
@pytest.mark.parametrize(
    ("path", "place"),
    [
        (f"{B1}.power_kw", f"machines[0].batches[0].power_kw {FIRST_BATCH}"),
        (f"{B1}.makes", f"machines[0].batches[0].makes {FIRST_BATCH}"),
        (
            "machines.0.batches.1.profile_kw.2",
            "machines[0].batches[1].profile_kw[2] (machine 'mill_25', batch 'b2')",
        ),
        (f"{M1}.idle_kw", "machines[0].idle_kw (machine 'mill_25')"),
        ("machines.1.sleep.0.up_kw", "machines[1].sleep[0].up_kw (machine 'mill_26')"),
        ("limits.buffers.0.capacity", "limits.buffers[0].capacity (buffer 'slurry')"),
        ("limits.carbon.kg_per_kwh.1", "limits.carbon.kg_per_kwh[1]"),
        ("limits.supply_kw", "limits.supply_kw"),
        ("limits.peaks_so_far_kw", "limits.peaks_so_far_kw.july"),
        ("tariff.price_per_kwh.1", "tariff.price_per_kwh[1]"),
    ],
)
def test_a_number_that_is_none_or_too_large_is_named_with_its_machine_and_batch(
    path: str, place: str, value: float
) -> None:
    data = changed(path, {"july": value} if path.endswith("peaks_so_far_kw") else value)
    for form in (data, json.dumps(data).encode()):
        sentence = refusal(form)
        assert sentence.startswith(f"{place}: "), sentence
        assert ("too large" if value == 1e300 else "finite") in sentence or "not allowed" in sentence


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (f"{B1}.duration_min", -30, f"duration_min {FIRST_BATCH}: -30 is not allowed; expected `int` >= 1"),
        (f"{B1}.duration_min", 10**30, f"duration_min {FIRST_BATCH}: 1e+30 is too large; at most 1000000000"),
        (f"{B1}.due_min", 2, f"due_min {FIRST_BATCH}: 2 is not after earliest_min, 2"),
        (
            f"{B1}.colour",
            "red",
            f"machines[0].batches[0] {FIRST_BATCH}: object contains unknown field `colour`",
        ),
        (f"{B1}.power_kw", "48", f'power_kw {FIRST_BATCH}: "48" is not allowed; expected `float | null`'),
        (
            f"{B1}.id",
            "b2",
            "machines[0].batches[1].id of machines[0] (machine 'mill_25'): 'b2' is there twice",
        ),
        (f"{B1}.id", "", "machines[0].batches[0].id of machines[0] (machine 'mill_25'): the id is empty"),
        ("machines.1.id", "mill_25", "machines[1].id: 'mill_25' is there twice"),
        ("machines", [], "machines: expected `array` of length >= 1"),
        ("horizon_min", 0, "horizon_min: 0 is not allowed; expected `int` >= 1"),
        ("horizon_min", 5_256_000, "horizon_min: 5256000 is not allowed; expected `int` <= 600000"),
        (f"{M1}.maintenance", [[9, 9]], "maintenance[0] (machine 'mill_25'): it ends at minute 9, not after"),
        (f"{C1}.now_min", 1, "sleep"),
        ("limits.crew.shifts.0.at", "06:00", "limits.crew.shifts[0].at: a day begins at 00:00, not at 06:00"),
        ("limits.crew.shifts.1.at", "00:00", "limits.crew.shifts[1].at: 00:00 does not come after 00:00"),
        (
            "limits.crew.shifts.1.at",
            "6 h",
            'shifts[1].at: "6 h" is not allowed; expected a time of day, such',
        ),
        ("limits.crew.weekend_shifts.0.at", "01:00", "limits.crew.weekend_shifts[0].at: a day begins at"),
        ("limits.crew.night.ends", "22:00", "limits.crew.night.ends: the night ends when it begins"),
        (
            "limits.buffers.0.filled_by",
            ["mill_99"],
            "filled_by[0] (buffer 'slurry'): there is no machine 'mill_99'",
        ),
        (
            "limits.buffers.0.filled_by",
            ["mill_25"] * 2,
            "filled_by[1] (buffer 'slurry'): machine 'mill_25' does so",
        ),
        ("limits.buffers.0.filled_by", [], f"makes {FIRST_BATCH}: no buffer names this machine in filled_by"),
        ("limits.buffers", [], f"makes {FIRST_BATCH}: no buffer names this machine"),
        (
            "limits.carbon.kg_per_kwh",
            [0.5],
            "limits.carbon.kg_per_kwh: the series covers 60 minutes and the plan",
        ),
        ("limits.starts.most", 0, "limits.starts.most: 0 is not allowed; expected `int` >= 1"),
        ("start", "0001-01-01T00:00", ""),
    ],
)
def test_what_contradicts_itself_is_refused_in_a_sentence_that_names_it(
    path: str, value: Any, said: str
) -> None:
    if said in ("", "sleep"):  # accepted here: the tariff's calendar and the proof of infeasibility refuse it
        decode_problem(changed(path, value))
        return
    assert said in refusal(changed(path, value))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"now_min": 35},
            "this batch begins at minute 40, before 'b0' has ended and its gap is over at minute 45",
        ),
        (
            {"now_min": 31, "maintenance": [[40, 41]]},
            "runs from minute 31 to 41, into the maintenance from 40 to 41",
        ),
        ({"now_min": 8, "earliest_min": 9}, "runs from minute 8 to 18, before earliest_min, 9"),
        ({"now_min": 8, "due_min": 17}, "runs from minute 8 to 18, after it is due at 17"),
        ({"now_min": 111}, "the current plan ends at minute 121, after the horizon's 120"),
    ],
)
def test_a_fixed_machine_s_batches_must_be_allowed_where_they_are(change: dict[str, Any], said: str) -> None:
    data = whole()
    machine = data["machines"][1]
    machine["maintenance"] = change.pop("maintenance", [])
    machine["batches"].insert(0, {"id": "b0", "duration_min": 10, "power_kw": 1.0, **change})
    sentence = refusal(data)
    assert said in sentence
    assert "(machine 'mill_26', batch 'b" in sentence


def test_a_free_order_of_fixed_batches_is_that_of_their_places() -> None:
    data = whole()
    machine = data["machines"][1]
    machine["batches"].append({"id": "b0", "duration_min": 10, "power_kw": 1.0, "now_min": 5})
    assert "'b1' has ended" in refusal(data)
    machine["order_fixed"] = False
    decode_problem(data)


@pytest.mark.parametrize("text", [b"{", b"\xff", b"[1", b"[" * 100_000, b'{"a": NaN', b"1e999"])
def test_text_that_is_no_problem_is_said(text: bytes) -> None:
    assert refusal(text).startswith(("The problem is not JSON", "The problem must be one JSON object"))


def test_a_horizon_of_too_many_machines_says_how_long_it_may_be() -> None:
    data = whole()
    data["horizon_min"] = 600_000
    data["machines"] += [{"id": f"m{number}", "batches": []} for number in range(98)]
    data["tariff"]["interval_min"] = data["limits"]["carbon"]["interval_min"] = 600_000
    assert f"at most {MOST_MACHINE_MINUTES // 100} minutes of so many machines" in refusal(data)


def test_powers_whose_energy_cannot_be_added_up_are_refused() -> None:
    data = whole()
    data["horizon_min"], data["tariff"]["interval_min"] = 600_000, 300_000
    data["limits"]["carbon"]["interval_min"] = 300_000
    data["machines"][0]["batches"][0]["power_kw"] = 9e11
    assert "kWh, more than 1e+15" in refusal(data)


def long_problem(**batch: Any) -> dict[str, Any]:
    """A machine with one batch in a year."""
    data = whole()
    del data["limits"]
    data["horizon_min"], data["tariff"]["interval_min"] = 525_600, 262_800
    data["machines"] = [{"id": "mill_25", "batches": [{"id": "b1", "duration_min": 600, **batch}]}]
    return data


def test_a_batch_of_which_too_much_could_be_chosen_says_what_to_narrow() -> None:
    decode_problem(long_problem(power_kw=48.0))
    profile = [1.0, 2.0] * 300
    assert "(machine 'mill_25'): its batches with profile_kw" in refusal(long_problem(profile_kw=profile))
    decode_problem(long_problem(profile_kw=profile, due_min=10_000))
    often = refusal(long_problem(power_kw=48.0, pauses={"most": 12, "least_min": 5}))
    assert "pauses.most (machine 'mill_25', batch 'b1')" in often and "may pause 1 times at most" in often
    decode_problem(long_problem(power_kw=48.0, pauses={"most": 1, "least_min": 5}))


def test_a_hundred_thousand_batches_are_taken_or_said_to_be_too_many() -> None:
    data = whole()
    del data["limits"]
    batches = [{"id": f"b{n}", "duration_min": 1, "power_kw": 1.0} for n in range(100_000)]
    data["machines"] = [{"id": "mill_25", "batches": batches}]
    data["horizon_min"] = data["tariff"]["interval_min"] = 101_000
    assert len(decode_problem(data).machines[0].batches) == 100_000
    data["horizon_min"] = data["tariff"]["interval_min"] = 150_000
    assert "100000 batches have 5000100000 starts to choose from, more than the 200000000" in refusal(data)


@pytest.mark.parametrize(
    "path",
    ["interval_min", "starts.within_min", "crew.charge_min", "crew.discharge_min", "carbon.interval_min"],
)
def test_a_stretch_longer_than_any_plan_is_refused(path: str) -> None:
    assert f"limits.{path}: 600001 is too long; at most 600000" in refusal(changed(f"limits.{path}", 600_001))


def priced(data: dict[str, Any], *charges: str) -> tuple[PlanProblem, PriceGrid]:
    problem = decode_problem(data)
    demand = tuple(DemandCharge(name, 1.0, 60, np.array([True, True])) for name in charges)
    grid = prices_of(problem)
    return problem, PriceGrid(grid.start_ms, grid.price_per_kwh, grid.band, grid.band_names, demand)


def test_a_peak_so_far_of_an_unknown_charge_is_refused() -> None:
    data = changed("limits.peaks_so_far_kw", {"july": 5.0})
    check_prices(*priced(data, "july", "august"))
    with pytest.raises(ProblemError, match=r"'july' is not the name of .* there are 'june', 'august'"):
        check_prices(*priced(data, "june", "august"))
    with pytest.raises(ProblemError, match="there are none"):
        check_prices(*priced(data))


def test_a_peak_so_far_of_a_charge_in_several_months_names_the_month() -> None:
    data = changed("limits.peaks_so_far_kw", {"peak": 5.0})
    rate = {"name": "peak", "price_per_kw": 1.0}
    data["tariff"]["demand"] = [rate]
    check_prices(*priced(data))  # no window of it counts here, so that it costs nothing
    with pytest.raises(ProblemError, match="there are 'peak 2016-03', 'peak 2016-04'"):
        check_prices(*priced(data, "peak 2016-03", "peak 2016-04"))


def test_prices_that_are_too_short_or_too_dear_are_refused() -> None:
    problem, grid = priced(whole())
    short = PriceGrid(grid.start_ms, grid.price_per_kwh[:60], grid.band[:60], grid.band_names)
    with pytest.raises(ProblemError, match="prices cover 60 minutes and horizon_min is 120"):
        check_prices(problem, short)
    dear = PriceGrid(grid.start_ms, grid.price_per_kwh * 1e15, grid.band, grid.band_names)
    with pytest.raises(ProblemError, match="which cannot be added up exactly"):
        check_prices(problem, dear)


def test_a_problem_made_in_python_is_checked_as_a_file_is() -> None:
    problem = decode_problem(whole())
    machine = msgspec.structs.replace(problem.machines[0], idle_kw=math.nan)
    with pytest.raises(
        ProblemError, match=r"machines\[0\].idle_kw \(machine 'mill_25'\): nan is not a finite"
    ):
        check_problem(msgspec.structs.replace(problem, machines=[machine, problem.machines[1]]))


ODD = [
    None,
    True,
    -1,
    0,
    1,
    10**30,
    -(10**30),
    0.5,
    math.nan,
    math.inf,
    1e300,
    1e-300,
    "",
    "x",
    [],
    {},
    [1],
    [[]],
]


def places(item: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in plain data."""
    parts = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    return [way, *(place for key, part in parts for place in places(part, (*way, key)))]


PLACES = [way for way in places(whole()) if way]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(ODD)), min_size=1, max_size=2))
def test_whatever_stands_in_a_problem_it_is_accepted_or_refused_in_a_sentence(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    data = whole()
    for way, value in changes:
        with suppress(TypeError, KeyError, IndexError):  # where the change before took the place away
            reduce(getitem, way[:-1], data)[way[-1]] = copy.deepcopy(value)
    try:
        decode_problem(data)
    except ProblemError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
