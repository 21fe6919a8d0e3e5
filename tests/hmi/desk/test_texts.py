from __future__ import annotations

import math
from enum import StrEnum

import pytest

from devices.plc_poll import REFUSALS
from devices.transport import PortTrouble
from hmi.commands import doctor
from hmi.desk import audit_texts, doctor_texts, plan_texts, refusal_texts
from hmi.desk.alarm_sentences import alarm_sentence
from hmi.desk.numbers import Counted, points
from hmi.station.alarm_rules import KINDS
from hmi.station.codes import AlarmKind, Hold, Refusal, Skip, Stale
from hmi.store.records import CommandAction, PlanState, RequestKind


@pytest.mark.parametrize("codes", [Refusal, Stale])
def test_every_answer_of_the_station_is_a_sentence(codes: type[StrEnum]) -> None:
    for code in codes:
        sentence = refusal_texts.refusal(code.value, {})
        assert f"({code.value})" not in sentence and sentence.endswith((".", "–")), code


@pytest.mark.parametrize("codes", [Hold, Skip, Stale, PortTrouble])
def test_every_reason_for_not_doing_something_has_words(codes: type[StrEnum]) -> None:
    for code in codes:
        assert plan_texts.code(code.value) != code.value.replace("_", " "), code


def test_every_refusal_of_the_plc_has_words() -> None:
    for code in REFUSALS.values():
        assert plan_texts.code(code) != code.replace("_", " "), code


def test_every_kind_of_alarm_has_a_rule_and_a_line_of_its_own() -> None:
    assert set(KINDS) == set(AlarmKind)
    for kind in AlarmKind:
        assert alarm_sentence(kind.value, "mill 26", {}) != f"mill 26: {kind.value.replace('_', ' ')}", kind


def test_every_act_that_the_audit_notes_has_words() -> None:
    commands = [f"command_{action}" for action in CommandAction]
    ended = (PlanState.ACTIVE, PlanState.FINISHED, PlanState.VERIFIED, PlanState.STOPPED, PlanState.STALE)
    plans = [f"plan_{state}" for state in ended]
    for code in (*(kind.value for kind in RequestKind), *commands, *plans, "sign_in", "add_user"):
        assert audit_texts.action(code) != code.replace("_", " ") or code == "sign_in", code


def test_a_word_that_is_missing_shows_as_a_dash_never_as_an_error() -> None:
    assert refusal_texts.refusal(Refusal.DUPLICATE_PLAN, {}) == "This very plan was proposed before, as –."


def test_two_shares_differ_by_percentage_points() -> None:
    assert points(0.031 - 0.012, 2) == "1.90 points"
    assert points(math.nan) == "–"


def test_a_count_of_one_is_singular_and_a_language_without_forms_just_counts() -> None:
    text = "{n:change waits|changes wait}; apply {n:=it|them}"
    assert text.format(n=Counted(1)) == "1 change waits; apply it"
    assert [text.format(n=Counted(n))[:9] for n in (0, 2, "11")] == ["0 changes", "2 changes", "11 change"]
    assert f"{Counted(1)} 项更改" == "1 项更改"


def test_all_that_the_doctor_says_is_said_in_the_persons_language_too() -> None:
    said = {value for name, value in vars(doctor).items() if name.isupper() and isinstance(value, str)}
    assert said == set(doctor_texts.TEXTS)
