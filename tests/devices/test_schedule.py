"""Whose turn it is on a line: absolute deadlines, one retry, and a dead device that costs little."""

from __future__ import annotations

import pytest

from devices.schedule import DEAD_SHARE, Turn, next_turn


def test_deadlines_do_not_drift_with_the_time_a_poll_takes() -> None:
    turn = Turn(0, 1, period_s=5.0, due_s=100.0)
    for now_s in (100.7, 105.9, 110.2):
        turn.answered(now_s)
    assert turn.due_s == 115.0


def test_missed_periods_are_not_made_up_for() -> None:
    turn = Turn(0, 1, period_s=5.0, due_s=100.0)
    turn.answered(133.0)
    assert turn.due_s == 130.0


def test_nobody_is_asked_before_its_time() -> None:
    turns = [Turn(0, 1, 5.0, 100.0), Turn(1, 2, 5.0, 101.0)]
    assert next_turn(turns, 99.0, 0) is None
    assert next_turn(turns, 102.0, 0) is turns[0]


def test_after_a_silence_another_unit_goes_first() -> None:
    turns = [Turn(0, 1, 5.0, 100.0), Turn(1, 2, 5.0, 101.0)]
    assert next_turn(turns, 102.0, avoid=1) is turns[1]
    assert next_turn(turns[:1], 102.0, avoid=1) is turns[0]


def test_an_overloaded_line_treats_all_alike() -> None:
    turns = [Turn(index, index + 1, 1.0, 0.0) for index in range(5)]
    asked = [0] * 5
    now_s = 0.0
    for _ in range(500):
        turn = next_turn(turns, now_s, 0)
        now_s += 0.7
        if turn:
            asked[turn.index] += 1
            turn.answered(now_s)
    assert max(asked) - min(asked) <= 2


def test_a_first_failure_is_retried_at_once() -> None:
    turn = Turn(0, 1, 5.0, 100.0)
    turn.failed(100.5, 0.5)
    assert turn.due_s == 100.5 and not turn.dead


@pytest.mark.parametrize("period_s", [0.2, 1.0, 5.0, 60.0])
def test_a_dead_device_costs_at_most_its_share(period_s: float) -> None:
    turn = Turn(0, 1, period_s, 0.0)
    now_s, cost_s = 0.0, 0.55
    for _ in range(30):
        now_s = max(now_s, turn.due_s) + cost_s
        turn.failed(now_s, cost_s)
    assert turn.dead
    assert cost_s / (turn.due_s - now_s) <= max(DEAD_SHARE, cost_s / 60.0) + 1e-9
    turn.answered(turn.due_s + cost_s)
    assert turn.failures == 0


def test_what_is_read_often_goes_before_what_is_read_rarely_and_a_plc_before_both() -> None:
    slow, fast = Turn(0, 1, 60.0, 100.0), Turn(1, 2, 5.0, 101.0)
    plc = Turn(2, 100, 60.0, 102.0, urgent=True)
    assert next_turn([slow, fast, plc], 103.0, 0) is plc
    assert next_turn([slow, fast], 103.0, 0) is fast
    fast.due_s = 160.0  # but nobody waits for ever
    assert next_turn([slow, fast], 160.0, 0) is slow


def test_meters_that_begin_together_are_asked_at_even_distances() -> None:
    turns = [Turn(index, index, 8.0, 100.0) for index in range(4)]
    for index, turn in enumerate(turns):
        turn.begin(100.0, (index + 1) / 4)
        turn.answered(100.1 + 0.1 * index)
    assert [turn.due_s for turn in turns] == [102.0, 104.0, 106.0, 108.0]
    for turn in turns:
        turn.answered(turn.due_s + 0.1)
    assert [turn.due_s for turn in turns] == [110.0, 112.0, 114.0, 116.0]
