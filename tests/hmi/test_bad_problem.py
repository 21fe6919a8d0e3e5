"""A mistake in a problem file names the file, the machine, the batch and the key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hmi.refusals import refusal

if TYPE_CHECKING:
    pass


def problem_text(batch: str = "", **rest: str) -> str:
    """A problem file's text with a batch's keys, and the problem's, written as they are."""
    keys = {
        "start": '"2016-03-14T00:00"',
        "timezone": '"Asia/Shanghai"',
        "horizon_min": "120",
        "tariff": '{"price_per_kwh": [0.5], "interval_min": 120}',
        "machines": '[{"id": "mill_25", "batches": [{"id": "b1", "duration_min": 30' + batch + "}]}]",
        **rest,
    }
    return "{" + ", ".join(f'"{key}": {value}' for key, value in keys.items()) + "}"


BATCH = "(machine 'mill_25', batch 'b1')"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            problem_text(', "power_kw": NaN'),
            f"machines[0].batches[0].power_kw {BATCH}: nan is not a finite number",
        ),
        (
            problem_text(', "power_kw": 1e300'),
            f"machines[0].batches[0].power_kw {BATCH}: 1e+300 is too large",
        ),
        (
            problem_text(', "power_kw": 1e999'),
            f"machines[0].batches[0].power_kw {BATCH}: inf is not a finite number",
        ),
        (problem_text(', "power_kw": -1'), f"{BATCH}: -1 is not allowed; expected `float` >= 0.0"),
        (
            problem_text(', "power": 1'),
            f"machines[0].batches[0] {BATCH}: object contains unknown field `power`",
        ),
        (
            problem_text(', "power_kw": 1, "earliest_min": 50, "due_min": 40'),
            f"due_min {BATCH}: 40 is not after earliest_min, 50",
        ),
        (
            problem_text(', "power_kw": 1', horizon_min="0"),
            "horizon_min: 0 is not allowed; expected `int` >= 1",
        ),
        (problem_text(', "power_kw": 1', horizon_min="5256000"), "expected `int` <= 600000"),
        (problem_text(', "power_kw": 1', machines="[]"), "machines: expected `array` of length >= 1"),
        (
            problem_text(', "power_kw": 1', limits='{"colour": 1}'),
            "limits: object contains unknown field `colour`",
        ),
        (problem_text(', "power_kw": 1', tariff='{"price_per_kwh": [NaN]}'), "price_per_kwh[0]: nan is not"),
        ("[1, 2]", "The problem must be one JSON object"),
        ("{", "The problem is not JSON"),
    ],
)
def test_a_mistake_in_a_problem_names_the_file_the_machine_the_batch_and_the_key(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "problem.json"
    file.write_text(text)
    sentence = refusal(capsys, "plan", file, "--json")
    assert sentence.startswith(f"{file}: ")
    assert said in sentence
