"""What operators write of batches: checked, kept, audited, and used where batches are compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from hmi.batch_notes import noted_batches
from hmi.station.payloads import NoteBatch, TakeBackNote
from hmi.store.batch_notes import batch_notes, save_batch_note
from hmi.store.findings import findings
from hmi.store.records import BatchNote, Cycle, RequestKind
from hmi.store.status import machine_statuses, save_cycle
from solver.durations import MINUTE_MS
from solver.twin.findings import FindingKind
from tests.hmi.station.watch.conftest import Bench

BATCH_MS = 16 * 60 * MINUTE_MS
LONG_MS = 13 * 60 * MINUTE_MS


def start_ms(bench: Bench, back: int) -> int:
    return bench.clock.now_ms() // MINUTE_MS * MINUTE_MS - 60 * MINUTE_MS - back * BATCH_MS - LONG_MS


def note(bench: Bench, back: int, **more: Any) -> NoteBatch:
    begins_ms = start_ms(bench, back)
    return NoteBatch(f"b{back}", "mill_1", begins_ms, begins_ms + LONG_MS, **more)


def replace_note(noted: NoteBatch, **changes: Any) -> NoteBatch:
    return msgspec.structs.replace(noted, **changes)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"machine": "oven"}, "unknown_machine"),
        ({"tonnes": 0.0}, "bad_note"),
        ({"water_pct": 101.0}, "bad_note"),
        ({"id": " "}, "bad_note"),
        ({"end_ms": 1}, "bad_note"),
        ({"start_ms": 9_000_000_000_000, "end_ms": None}, "bad_note"),
    ],
)
def test_what_cannot_be_is_refused(bench: Bench, wrong: dict[str, Any], code: str) -> None:
    payload = {"id": "b1", "machine": "mill_1", "start_ms": start_ms(bench, 0), **wrong}
    assert bench.ask("chen", RequestKind.NOTE_BATCH, payload).answer == code


def test_who_may_not_enter_batches_may_not_note_them(bench: Bench) -> None:
    assert bench.ask("zhao", RequestKind.NOTE_BATCH, note(bench, 0)).answer == "not_allowed"
    assert batch_notes(bench.world.store, "mill_1", 0, bench.clock.now_ms()) == []


def test_two_runs_that_one_note_covers_are_one_batch_with_its_energy_by_tonne(bench: Bench) -> None:
    begins_ms, store = start_ms(bench, 0), bench.world.store
    half_ms = LONG_MS // 2
    for from_ms in (begins_ms, begins_ms + half_ms + 20 * MINUTE_MS):
        to_ms = from_ms + half_ms - 40 * MINUTE_MS
        save_cycle(store, Cycle("mill_1", from_ms, to_ms, 300.0, 0.0, 310.0, complete=True))
    answered = bench.ask("chen", RequestKind.NOTE_BATCH, note(bench, 0, recipe="fine", tonnes=40.0))
    assert answered.accepted
    (whole,) = noted_batches(store, "mill_1", 0, bench.clock.now_ms()).batches
    assert whole.energy_kwh == 620.0 and whole.specific_kwh_per_t == 15.5
    assert whole.entry is not None and whole.entry.recipe == "fine"


def test_a_name_is_not_used_for_two_batches_and_what_was_wrong_is_taken_back(bench: Bench) -> None:
    store, now_ms = bench.world.store, bench.clock.now_ms()
    wrong = note(bench, 0, tonnes=40.0)
    assert bench.ask("chen", RequestKind.NOTE_BATCH, wrong).accepted
    for other in (replace_note(wrong, machine="mill_2"), note(bench, 3)):
        refused = bench.ask("chen", RequestKind.NOTE_BATCH, replace_note(other, id=wrong.id))
        assert (refused.answer, refused.detail["machine"]) == ("note_taken", "mill_1")
    corrected = replace_note(wrong, start_ms=wrong.start_ms - MINUTE_MS, tonnes=42.0)
    assert bench.ask("chen", RequestKind.NOTE_BATCH, corrected).accepted
    assert [each.tonnes for each in batch_notes(store, "mill_1", 0, now_ms)] == [42.0]
    ask_back = RequestKind.TAKE_BACK_NOTE
    assert bench.ask("zhao", ask_back, TakeBackNote(wrong.id, "x")).answer == "not_allowed"
    assert bench.ask("chen", ask_back, TakeBackNote(wrong.id, " ")).answer == "reason_missing"
    assert bench.ask("chen", ask_back, TakeBackNote(wrong.id, "it was mill 2's")).accepted
    assert batch_notes(store, "mill_1", 0, now_ms) == []
    assert bench.ask("chen", ask_back, TakeBackNote(wrong.id, "again")).answer == "unknown_note"
    assert bench.ask("chen", RequestKind.NOTE_BATCH, replace_note(wrong, machine="mill_2")).accepted


def test_a_heavier_charge_is_no_drift_once_its_tonnes_are_known(bench: Bench) -> None:
    store = bench.world.store
    energies = [600.0 + 4 * (number % 7) for number in range(30)] + [
        720.0 + 4 * number for number in range(6)
    ]
    for back, energy in enumerate(reversed(energies)):
        begins_ms = start_ms(bench, back)
        save_cycle(store, Cycle("mill_1", begins_ms, begins_ms + LONG_MS, 780.0, 0.0, energy, complete=True))
    bench.start()
    bench.turn(0.2)
    (drift,) = findings(store)
    assert drift.kind is FindingKind.DRIFT_UP and not drift.per_tonne
    for back, energy in enumerate(reversed(energies)):
        tonnes = 48.0 if energy >= 720 else 40.0
        assert bench.ask("chen", RequestKind.NOTE_BATCH, note(bench, back, tonnes=tonnes)).accepted
    assert findings(store) == []


def test_what_a_batch_will_still_take_goes_by_the_recipe_that_was_written_down(bench: Bench) -> None:
    store = bench.world.store
    for back in range(20):
        begins_ms, recipe, energy = start_ms(bench, back), *(("fine", 720.0), ("coarse", 480.0))[back % 2]
        save_cycle(store, Cycle("mill_1", begins_ms, begins_ms + LONG_MS, 780.0, 0.0, energy, complete=True))
        save_batch_note(
            store, BatchNote(f"b{back}", "mill_1", begins_ms, None, recipe, None, None, "chen", begins_ms)
        )
    bench.start()
    bench.plc["mill_1"] = replace(bench.plc["mill_1"], running=True, charged=True)
    for _ in range(30):
        bench.turn(1)
    begun_ms = machine_statuses(store)["mill_1"].cycle_start_ms
    assert begun_ms is not None
    left_kwh = {}
    for recipe in ("fine", "coarse"):
        noted = NoteBatch("now", "mill_1", begun_ms, None, recipe=recipe)
        assert bench.ask("chen", RequestKind.NOTE_BATCH, noted).accepted
        for _ in range(2):
            bench.turn(1)
        left_kwh[recipe] = machine_statuses(store)["mill_1"].remaining_kwh or 0.0
    assert left_kwh["fine"] - left_kwh["coarse"] > 150.0  # the plant file expects far less of either
