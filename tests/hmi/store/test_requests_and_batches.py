from __future__ import annotations

import pytest

from hmi.store.batches import batch, batches, save_batches
from hmi.store.database import Store
from hmi.store.records import Batch, RequestKind
from hmi.store.requests import AlreadyAnsweredError, answer, ask, open_requests, request


def _batch(batch_id: str, earliest_ms: int, due_ms: int, habit_start_ms: int) -> Batch:
    return Batch(batch_id, "mill_25", earliest_ms, due_ms, habit_start_ms, 770, 48.0, 60, 2, 60, "operator")


def test_a_request_waits_until_the_station_answers_it(store: Store, other: Store) -> None:
    first = ask(other, "operator", "desk-1", RequestKind.ACKNOWLEDGE, {"key": "a:b"}, 1000)
    second = ask(other, "operator", "desk-1", RequestKind.SHELVE, {"key": "a:b", "until_ms": 5}, 1001)
    assert [(waiting.id, waiting.kind, waiting.payload) for waiting in open_requests(store)] == [
        (first, RequestKind.ACKNOWLEDGE, {"key": "a:b"}),
        (second, RequestKind.SHELVE, {"key": "a:b", "until_ms": 5}),
    ]
    answer(store, first, False, "not_active", 1500, {"since": "yesterday"})
    assert [waiting.id for waiting in open_requests(store)] == [second]
    answered = request(other, first)
    assert answered is not None
    assert (answered.accepted, answered.answer, answered.answered_ms) == (False, "not_active", 1500)
    assert answered.detail == {"since": "yesterday"}


def test_a_request_is_answered_once(store: Store) -> None:
    request_id = ask(store, "operator", "desk-1", RequestKind.ACKNOWLEDGE, {}, 1000)
    answer(store, request_id, True, "", 1500)
    with pytest.raises(AlreadyAnsweredError, match="answered before"):
        answer(store, request_id, False, "changed_my_mind", 1600)
    kept = request(store, request_id)
    assert kept is not None
    assert kept.accepted is True
    assert kept.answered_ms == 1500


def test_an_answer_and_what_it_did_are_kept_together_or_not_at_all(store: Store) -> None:
    request_id = ask(store, "operator", "desk-1", RequestKind.ENTER_BATCH, {}, 1000)
    answer(store, request_id, True, "", 1500)
    with pytest.raises(AlreadyAnsweredError), store.transaction():
        save_batches(store, [_batch("b1", 0, 10, 0)])
        answer(store, request_id, True, "", 1600)
    assert batch(store, "b1") is None


def test_there_is_no_answer_to_what_nobody_asked(store: Store) -> None:
    assert request(store, 5) is None
    with pytest.raises(AlreadyAnsweredError, match="never asked"):
        answer(store, 5, True, "", 1)


def test_batches_are_found_by_the_time_they_may_take(store: Store, other: Store) -> None:
    late, early = _batch("b2", 100, 200, 150), _batch("b1", 0, 100, 50)
    save_batches(store, [late, early])
    assert batches(other, 0, 1000) == [early, late]
    assert batches(other, 100, 101) == [late]
    assert batches(other, 0, 100) == [early]


def test_a_batch_entered_again_replaces_itself(store: Store) -> None:
    save_batches(store, [_batch("b1", 0, 100, 50)])
    save_batches(store, [_batch("b1", 0, 100, 70)])
    found = batch(store, "b1")
    assert found is not None
    assert found.habit_start_ms == 70
