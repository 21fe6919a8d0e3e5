from __future__ import annotations

from typing import Any

import pytest

from solver.errors import InfeasibleError, ProblemError
from solver.problem import (
    canonical_problem_bytes,
    decode_problem,
    problem_start_ms,
)
from solver.tariff import PriceSeries
from tests.solver.plan_examples import laid_out


def raw(**changes: Any) -> dict[str, Any]:
    batch = {"id": "b1", "duration_min": 30, "power_kw": 48.0, "earliest_min": 0, "due_min": 60, "now_min": 5}
    problem: dict[str, Any] = {
        "start": "2016-03-14T00:00",
        "timezone": "Asia/Shanghai",
        "horizon_min": 120,
        "tariff": {"price_per_kwh": [0.5, 1.0], "interval_min": 60},
        "machines": [{"id": "mill_25", "off_kw": 0.0, "batches": [batch]}],
    }
    return {**problem, **changes}


def with_batch(**changes: Any) -> dict[str, Any]:
    problem = raw()
    batch = {**problem["machines"][0]["batches"][0], **changes}
    return raw(machines=[{"id": "mill_25", "batches": [{k: v for k, v in batch.items() if v != "absent"}]}])


def test_a_problem_starts_in_its_own_zone() -> None:
    assert problem_start_ms(decode_problem(raw())) == 1457884800000


def test_a_start_that_the_clocks_leap_over_is_refused_and_the_hour_after_it_named() -> None:
    leapt = raw(start="2026-03-29T02:30", timezone="Europe/Berlin")
    with pytest.raises(ProblemError, match=r"start: there is no 2026-03-29T02:30 .* write 2026-03-29T03:30"):
        problem_start_ms(decode_problem(leapt))
    twice = raw(start="2026-10-25T02:30", timezone="Europe/Berlin")
    assert problem_start_ms(decode_problem(twice)) == 1792888200000  # the first of the two


def test_fields_left_out_have_no_effect() -> None:
    batch = (
        decode_problem(with_batch(due_min="absent", earliest_min="absent", now_min="absent"))
        .machines[0]
        .batches[0]
    )
    assert (batch.earliest_min, batch.due_min, batch.gap_before_min, batch.now_min) == (0, None, 0, None)
    assert batch.pauses.most == 0


def test_a_tariff_is_a_name_a_series_or_a_calendar() -> None:
    assert decode_problem(raw(tariff="guangdong-2021")).tariff == "guangdong-2021"
    assert isinstance(decode_problem(raw()).tariff, PriceSeries)
    with pytest.raises(ProblemError, match="tariff: object missing required field `name`"):
        decode_problem(raw(tariff={"base_per_kwh": 1.0}))


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (raw(limits={"crew": {}}), "limits.crew"),
        (raw(limits={"buffers": [{}]}), "limits.buffers"),
        (raw(colour="red"), "unknown field `colour`"),
        (raw(timezone="Mars/Base"), "timezone: 'Mars/Base' is not a time zone"),
        (raw(start="tomorrow"), "start: 'tomorrow' is no time"),
        (
            with_batch(duration_min=0),
            r"duration_min \(machine 'mill_25', batch 'b1'\): 0 is not allowed; expected `int` >= 1",
        ),
        (with_batch(power_kw="absent"), "a batch needs either power_kw or profile_kw"),
        (with_batch(profile_kw=[1.0]), "a batch needs either power_kw or profile_kw"),
        (with_batch(power_kw="absent", profile_kw=[1.0]), "1 values for 30 running minutes"),
        (with_batch(now_min=100), "the current plan ends at minute 130, after the horizon's 120"),
        ({"start": "2016-03-14T00:00"}, "tariff: a problem needs one"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_a_sentence_naming_its_key(problem: Any, sentence: str) -> None:
    with pytest.raises(ProblemError, match=sentence):
        decode_problem(problem)


def test_ids_that_are_there_twice_are_named() -> None:
    machine = raw()["machines"][0]
    with pytest.raises(ProblemError, match=r"machines\[1\].id: 'mill_25' is there twice"):
        decode_problem(raw(machines=[machine, machine]))


def test_text_that_is_no_json_is_said() -> None:
    with pytest.raises(ProblemError, match="not JSON"):
        decode_problem(b"{")


def test_a_window_too_short_names_the_batch_and_the_limit() -> None:
    with pytest.raises(
        InfeasibleError, match=r"'b1' of 'mill_25' must end by minute 20 \(due_min\)"
    ) as caught:
        laid_out(decode_problem(with_batch(due_min=20)))
    assert caught.value.params["limit"] == "due_min"


def test_a_batch_that_its_predecessor_pushes_out_says_so() -> None:
    machine = raw()["machines"][0]
    second = {**machine["batches"][0], "id": "b2", "gap_before_min": 10}
    problem = decode_problem(raw(machines=[{**machine, "batches": [machine["batches"][0], second]}]))
    with pytest.raises(InfeasibleError, match="after 'b1' and 10 min of gap it begins at minute 40"):
        laid_out(problem)


def test_a_batch_longer_than_the_horizon_blames_the_horizon() -> None:
    with pytest.raises(InfeasibleError, match=r"minute 120 \(horizon_min\)"):
        laid_out(decode_problem(with_batch(duration_min=121, due_min="absent", now_min="absent")))


def test_the_same_problem_has_the_same_bytes() -> None:
    first, second = decode_problem(raw()), decode_problem(dict(reversed(raw().items())))
    assert canonical_problem_bytes(first) == canonical_problem_bytes(second)
    assert decode_problem(canonical_problem_bytes(first)) == first
