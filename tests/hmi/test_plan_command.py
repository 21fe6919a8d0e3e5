from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from devices.datafile import DataFileError
from hmi.commands.plan import plan_command

PROBLEM: dict[str, Any] = {
    "start": "2016-03-14T00:00",
    "timezone": "Asia/Shanghai",
    "horizon_min": 1440,
    "tariff": "guangdong-large-industry-2016",
    "machines": [
        {
            "id": "mill_25",
            "off_kw": 0.0,
            "idle_kw": 3.0,
            "batches": [
                {
                    "id": "b1",
                    "duration_min": 770,
                    "power_kw": 48.0,
                    "due_min": 1440,
                    "gap_before_min": 60,
                    "pauses": {"most": 2, "least_min": 60},
                    "now_min": 120,
                }
            ],
            "order_fixed": True,
        }
    ],
}


def run(tmp_path: Path, problem: dict[str, Any], *options: str) -> Result:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    return CliRunner(catch_exceptions=False).invoke(plan_command, [str(path), *options])


def test_json_is_one_object_with_the_plan_its_bound_and_its_moves(tmp_path: Path) -> None:
    result = run(tmp_path, PROBLEM, "--json", "--seed", "3", "--seconds", "20")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["feasible"] is True
    assert answer["violations"] == []
    assert answer["cost"] < answer["cost_before"]
    assert answer["gap"] < 1e-6
    assert answer["seed"] == 3
    assert set(answer["starts_min"]) == set(answer["pauses_min"]) == {"mill_25"}
    assert answer["makespan_min"] <= 1440
    assert answer["peak_kw"] == 48.0
    assert [move["batch"] for move in answer["moves"]] == ["b1"]


def test_a_person_reads_what_is_saved_and_why_each_batch_moves(tmp_path: Path) -> None:
    result = run(tmp_path, PROBLEM, "--method", "exact")
    assert result.exit_code == 0
    assert "proven bound" in result.stdout
    assert "1 of 1 batches move" in result.stdout
    assert "from peak to valley" in result.stdout
    assert "Searching: 1 machines" in result.stderr


def test_a_problem_that_cannot_be_met_ends_with_1_and_the_limit_that_forbids_it(tmp_path: Path) -> None:
    batch = {**PROBLEM["machines"][0]["batches"][0], "due_min": 700}
    impossible = {**PROBLEM, "machines": [{**PROBLEM["machines"][0], "batches": [batch]}]}
    result = run(tmp_path, impossible, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["feasible"] is False
    assert "must end by minute 700 (due_min)" in answer["violations"][0]
    assert answer["proven"] is True
    assert (answer["because"]["limit"], answer["because"]["batch"]) == ("due_min", "b1")
    assert "problem.json: No plan: " in result.stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"machines": [{"id": "m"}]},
            r"machines\[0\] \(machine 'm'\): object missing required field `batches`",
        ),
        ({"tariff": "jupiter"}, "tariff 'jupiter': there is none of this name"),
        ({"start": "2022-03-14T00:00"}, "problem.json: .*ends on 2021-09-30, the plan on 2022-03-14"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence_naming_file_and_key(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DataFileError, match=sentence):
        run(tmp_path, {**PROBLEM, **change})


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="there is no such file"):
        CliRunner(catch_exceptions=False).invoke(plan_command, [str(tmp_path / "nothing.json")])


def test_a_plan_stands_beside_another_one_of_the_same_problem(tmp_path: Path) -> None:
    printed = json.loads(run(tmp_path, PROBLEM, "--json", "--method", "exact").stdout)
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**printed, "starts_min": {"mill_25": {"b1": 500}}, "pauses_min": {}}))
    result = run(tmp_path, PROBLEM, "--method", "exact", "--compare", str(other))
    assert f"compared with {other}:" in result.stdout
    assert "batches that lie elsewhere there: 1" in result.stdout
    answer = json.loads(run(tmp_path, PROBLEM, "--json", "--method", "exact", "--compare", str(other)).stdout)
    comparison = answer["comparison"]
    assert comparison["a"]["cost"] == pytest.approx(answer["cost"])
    assert comparison["b"]["cost"] > comparison["a"]["cost"]
    assert [one["to_min"] for one in comparison["batches"]] == [500]


def test_a_file_that_is_no_plan_cannot_be_compared_with(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"feasible": false}')
    with pytest.raises(DataFileError, match=r"other\.json: .*starts_min"):
        run(tmp_path, PROBLEM, "--compare", str(other))
    other.write_text('{"starts_min": {"mill_9": {"b1": 0}}}')
    with pytest.raises(DataFileError, match=r"other\.json: starts_min\.mill_25: the other plan has no start"):
        run(tmp_path, PROBLEM, "--method", "exact", "--compare", str(other))
