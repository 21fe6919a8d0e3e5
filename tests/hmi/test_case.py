"""The paper's case: every published figure is met, and the levels save what an independent count says."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner, Result

from devices.datafile import DataFileError
from hmi.case import Case, load_case
from hmi.case_batches import case_findings
from hmi.case_checks import all_checks, table_1_ours, table_2_ours
from hmi.case_levels import batch_problem, record_cost, standby_cost
from hmi.commands.case import case_command, print_findings
from solver.check import check_plan
from solver.durations import DAY_MIN
from solver.problem import PauseRule
from solver.reconstruction import cycle_min

RECORD_RULE = PauseRule(most=3, least_min=15)


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("company-x")


@pytest.fixture(scope="module")
def said() -> dict[str, object]:
    answer = run("company-x", "--json")
    assert answer.exit_code == 0
    document: dict[str, object] = json.loads(answer.stdout)
    return document


def run(*arguments: str) -> Result:
    return CliRunner().invoke(case_command, list(arguments))


def test_every_published_figure_is_met(case: Case) -> None:
    missed = [check for check in all_checks(case) if not check.met]
    assert missed == []


def test_the_days_add_up_to_fig_8(case: Case) -> None:
    for mill, published in case.daily_kwh.items():
        minutes = case.curves[mill].power_kw.reshape(21, DAY_MIN)
        assert np.abs(minutes.sum(axis=1) / 60 - published).max() < 0.01
    assert sum(kwh.sum() for kwh in case.daily_kwh.values()) == pytest.approx(61530.74)


def test_the_shipped_days_are_those_of_the_specification(case: Case, shared: Path) -> None:
    with (shared / "data" / "company_x_daily_kwh.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["date"] for row in rows] == case.dates
    for mill, published in case.daily_kwh.items():
        assert [float(row[mill]) for row in rows] == published.tolist()


def test_batches_are_as_many_as_table_1_says(case: Case) -> None:
    counted = {
        mill.mill: sum(batch.start_min < 20 * DAY_MIN for batch in mill.batches)
        for mill in case.reconstruction.mills
    }
    assert counted == {
        "mill_23": 15,
        "mill_24": 14,
        "mill_28": 16,
        "mill_29": 18,
        "mill_25": 16,
        "mill_26": 17,
    }


def test_running_mills_draw_what_they_draw_per_minute(case: Case) -> None:
    for row, ours in zip(case.published.table_1, table_1_ours(case), strict=True):
        assert f"{ours.minutely_kwh:.1f}" == f"{row.minutely_kwh:.1f}"
        curve = case.curves[row.mill]
        running = curve.power_kw[curve.batch >= 0] / 60
        usual = np.percentile(running, [5, 95])
        assert ours.minutely_kwh * 0.97 < usual[0] and usual[1] < ours.minutely_kwh * 1.03


def test_cycles_last_sixteen_to_eighteen_hours_and_leave_time_to_discharge_and_charge(case: Case) -> None:
    for mill in case.reconstruction.mills:
        for batch in mill.batches:
            assert batch.cut or 960 <= cycle_min(batch, case.reconstruction) <= 1080
        for earlier, later in zip(mill.batches[:-1], mill.batches[1:], strict=True):
            assert later.start_min - earlier.end_min >= case.reconstruction.gap_min


def test_only_the_last_batch_may_be_cut_by_the_records_end(case: Case) -> None:
    for mill in case.reconstruction.mills:
        assert not any(batch.cut for batch in mill.batches[:-1])
        assert mill.batches[-1].end_min <= case.minutes


def test_table_2_comes_out_to_its_printed_shares_and_a_tenth_of_a_per_cent_of_its_costs(case: Case) -> None:
    for row, ours in zip(case.published.table_2.rows, table_2_ours(case), strict=True):
        for band, share in ours.shares.items():
            assert f"{share:.3f}" == f"{row.share(band):.3f}"
        assert ours.cost == pytest.approx(row.cost, rel=1e-3)
        assert ours.mean_price == pytest.approx(row.mean_price, rel=1e-3)


def counted_for_too_long(case: Case) -> Case:
    published = msgspec.structs.replace(case.published, counted_until="2016-03-22T00:00")
    return dataclasses.replace(case, published=published)


def test_a_figure_that_is_missed_is_found(case: Case) -> None:
    missed = {(check.figure, check.mill) for check in all_checks(counted_for_too_long(case)) if not check.met}
    assert missed == {("Table 1, batches", mill) for mill in ("mill_24", "mill_26", "mill_28", "mill_29")}


def test_the_record_as_a_plan_costs_what_its_curves_cost(case: Case) -> None:
    problem, price = batch_problem(case, RECORD_RULE), case.price()
    starts = {m.mill: {b.id: b.start_min for b in m.batches} for m in case.reconstruction.mills}
    pauses = {m.mill: {b.id: b.pauses_min for b in m.batches} for m in case.reconstruction.mills}
    verdict = check_plan(problem, price, starts, pauses)
    assert verdict.violations == []
    assert verdict.cost + standby_cost(case, price) == pytest.approx(record_cost(case, price))


def test_more_freedom_saves_more_and_every_bound_holds(said: dict[str, object]) -> None:
    levels = {level["level"]: level for level in said["levels"]}  # type: ignore[attr-defined]
    names = ["factory", "shop-floor", "machine", "batch", "batch with pauses"]
    costs = [levels[name]["cost"] for name in names]
    assert costs == sorted(costs, reverse=True)
    for level in levels.values():
        assert level["bound"] <= level["cost"] + 1e-6
        assert level["gap"] < 0.01
        assert level["saving"] == pytest.approx(level["cost_before"] - level["cost"])


def test_no_batch_leaves_its_twelve_hours_its_order_or_its_gap(case: Case, said: dict[str, object]) -> None:
    levels = {level["level"]: level for level in said["levels"]}  # type: ignore[attr-defined]
    for name, most in (("batch", 0), ("batch with pauses", 2)):
        for mill in case.reconstruction.mills:
            end_before = -60
            for batch in mill.batches:
                start = levels[name]["starts_min"][mill.mill][batch.id]
                pauses = levels[name]["pauses_min"].get(mill.mill, {}).get(batch.id, [])
                end = start + batch.running_min + sum(to - since for since, to in pauses)
                assert start >= max(end_before + 60, batch.start_min - 720)
                assert end <= min(case.minutes, batch.end_min + 720)
                assert len(pauses) <= most and all(to - since >= 60 for since, to in pauses)
                assert not batch.cut or start == batch.start_min
                end_before = end


def test_json_says_that_it_is_a_reconstruction_and_holds_the_papers_own_saving(
    said: dict[str, object],
) -> None:
    assert said["reconstruction"] is True and said["all_met"] is True
    assert said["published"]["saving_rate"] == 0.1933  # type: ignore[index]
    assert any("105.574" in note for note in said["notes"])  # type: ignore[attr-defined]


@pytest.mark.nightly  # counts all levels once more
def test_the_printed_tables_set_ours_beside_the_papers_and_say_what_is_not_met(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmi.commands.case.load_case", {"company-x": counted_for_too_long(case)}.get)
    answer = run("company-x")
    assert answer.exit_code == 1
    for text in ("reconstruction", "Table 1", "Table 2", "Fig. 8", "19.33%", "1497.272 - 1391.698 = 105.574"):
        assert text in answer.stdout
    assert "Only one shop-floor is published" in answer.stdout
    assert "179 of 183 published figures are met" in answer.stdout
    assert "not met: Table 1, batches mill_24" in answer.stdout


def test_an_unknown_case_is_named_with_those_there_are() -> None:
    with pytest.raises(DataFileError, match=r"case 'company-y': there is none of this name; use company-x"):
        load_case("company-y")


def test_mills_26_and_28_come_out_as_what_they_are(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    found = {each.machine: (each.kind.value, round(each.amount, 2)) for each in case_findings(case)}
    assert found == {"mill_26": ("above_peers", 0.5), "mill_28": ("below_peers", -0.42)}
    print_findings(case)
    assert "mill 28 takes 42% less a batch than its peers" in capsys.readouterr().out
