from __future__ import annotations

from pathlib import Path

from devices.transport import PortTrouble
from hmi.desk.app import Desk
from hmi.desk.fault_texts import line_trouble, refusal, store_fault
from hmi.desk.look import Look
from hmi.desk.plan_texts import breach, search_failed
from hmi.station.codes import Refusal
from hmi.store.database import StoreFault
from solver.check import Breach, Limit
from solver.events import SearchFailed

START_MS = 1_457_971_200_000  # 2016-03-15 00:00 in Shanghai


def test_a_broken_limit_is_said_with_the_machine_s_name_and_local_times(desk: Desk) -> None:
    found = Breach(Limit.EARLIEST, "mill_23", "b7", {"at_min": 251, "limit_min": 540})
    assert breach(desk.context, found, START_MS) == (
        "Mill 23, batch b7: begins at 2016-03-15 04:11, before its earliest, 2016-03-15 09:00."
    )
    desk.show_look(Look(language="zh_CN"))
    assert breach(desk.context, found, START_MS) == (
        "Mill 23 批次 b7：开始于 2016-03-15 04:11，早于最早时间 2016-03-15 09:00。"
    )


def test_a_limit_of_all_machines_is_said_without_a_machine(desk: Desk) -> None:
    found = Breach(Limit.SUPPLY, "", "", {"at_min": 615, "found": 412.5, "allowed": 400.0})
    assert breach(desk.context, found, START_MS) == (
        "All machines together: 412.5 kW at 2016-03-15 10:15, and the supply carries 400 kW."
    )
    desk.show_look(Look(language="zh_CN"))
    assert breach(desk.context, found, START_MS) == (
        "全部设备合计：2016-03-15 10:15 为 412.5 kW，供电能力为 400 kW。"
    )


def test_every_limit_has_words_with_all_that_is_filled_in(desk: Desk) -> None:
    params: dict[str, float | str] = {"at_min": 10, "limit_min": 20, "found": 3, "allowed": 2}
    params |= {"buffer": "slurry", "within_min": 5}
    for limit in Limit:
        sentence = breach(desk.context, Breach(limit, "mill_23", "b7", params), START_MS)
        assert sentence.startswith("Mill 23, batch b7: "), limit
        assert "–" not in sentence and "{" not in sentence, limit


def test_a_search_that_cannot_succeed_names_the_batch_and_the_limit(desk: Desk) -> None:
    params: dict[str, str | float] = {
        "machine": "mill_24",
        "batch": "b8",
        "limit": "due_min",
        "before": "",
        "due_min": 600,
        "end_min": 700,
    }
    sentence = search_failed(desk.context, SearchFailed("infeasible", "", params), START_MS)
    assert "Mill 24, batch b8, ends at 2016-03-15 11:40" in sentence
    assert "must by 2016-03-15 10:00" in sentence


PROVEN: list[tuple[dict[str, str | float], str]] = [
    (
        {
            "limit": "limits.supply_kw",
            "excess": 11.0,
            "unit": "kW",
            "machine": "mill_24",
            "batch": "b8",
            "at_min": 615,
        },
        "Every plan draws at least 11 kW more than the supply carries (Mill 24, batch b8, 2016-03-15 10:15).",
    ),
    (
        {"limit": "limits.supply_kva", "excess": 11.5, "unit": "kVA"},
        "Every plan draws at least 11.5 kVA more than the supply carries.",
    ),
    (
        {"limit": "limits.interval_energy_kwh", "excess": 0.25, "unit": "kWh"},
        "Every plan uses at least 0.25 kWh more than an interval allows.",
    ),
    (
        {"limit": "limits.crew", "excess": 2, "unit": "people"},
        "Every plan lacks at least 2 people of the crew.",
    ),
    (
        {"limit": "limits.buffers", "excess": 2.0, "unit": "", "at_min": 60, "buffer": "slurry"},
        "Every plan runs a buffer empty, or over, by at least 2 (buffer slurry, 2016-03-15 01:00).",
    ),
    (
        {"limit": "limits.starts", "excess": 1.0, "unit": "starts"},
        "Every plan has at least 1 start too many close together.",
    ),
    (
        {"limit": "limits.distance.most_batches", "excess": 2, "unit": "batches"},
        "At least 2 batches more than allowed cannot stay where they are.",
    ),
    (
        {
            "limit": "limits.distance.most_min",
            "excess": 2,
            "unit": "min",
            "machine": "mill_24",
            "batch": "b8",
        },
        "It begins 2 min later than the plan in force lets it (Mill 24, batch b8).",
    ),
    (
        {"limit": "due_min", "excess": 2, "unit": "min", "machine": "mill_24", "batch": "b8"},
        "The batches of a machine need 2 min more than their windows leave (Mill 24, batch b8).",
    ),
    ({"limit": "moon_phase"}, "No plan can keep moon_phase."),
    ({}, "No plan can keep ."),
]


def test_what_forbids_every_plan_is_said_with_what_is_known_of_it(desk: Desk) -> None:
    events = [SearchFailed("infeasible", "", params) for params, _ in PROVEN]
    said = [search_failed(desk.context, event, START_MS) for event in events]
    assert said == [words for _, words in PROVEN]
    desk.show_look(Look(language="zh_CN"))
    assert not [event for event in events if "plan" in search_failed(desk.context, event, START_MS)]


def test_a_search_that_ran_out_of_time_says_what_its_closest_plan_breaks(desk: Desk) -> None:
    params: dict[str, str | float] = {
        "breach": "supply",
        "limit": "limits.supply_kw",
        "machine": "",
        "batch": "",
        "at_min": 615,
        "found": 412.0,
        "allowed": 400.0,
    }
    assert search_failed(desk.context, SearchFailed("failed", "No plan found.", params), START_MS) == (
        "No plan was found in this time that keeps every limit. The closest one: "
        "All machines together: 412 kW at 2016-03-15 10:15, and the supply carries 400 kW."
    )
    assert "No plan found." in search_failed(
        desk.context, SearchFailed("failed", "No plan found.", {}), START_MS
    )


def test_codes_in_a_refusal_are_put_into_words_too(desk: Desk) -> None:
    desk.show_look(Look(language="zh_CN"))
    assert refusal(Refusal.WRONG_PLAN_STATE, {"state": "withdrawn"}) == "方案现为已撤回，无法进行此操作。"
    assert "电价" in refusal(Refusal.DATA_MISMATCH, {"part": "tariff"})


def test_every_fault_of_the_database_has_words_and_names_the_file_where_the_file_is_at_fault() -> None:
    for fault in StoreFault:
        sentence = store_fault(fault, Path("plant.db"))
        assert sentence.endswith(".")
        assert ("plant.db" in sentence) is (fault not in (StoreFault.REPLAY, StoreFault.CUT_SHORT))


def test_every_trouble_of_a_line_has_words() -> None:
    for trouble in PortTrouble:
        sentence = line_trouble(trouble, "line_1", "/dev/ttyUSB0")
        assert sentence.startswith("line_1: ") and "/dev/ttyUSB0" in sentence
    assert line_trouble("", "line_1", "/dev/ttyUSB0") == ""
