from __future__ import annotations

from dataclasses import replace

import pytest

from devices.clock import Clock
from hmi.grants import create_first_administrator
from hmi.keys import SealError, new_key_pair, open_private_key, public_bytes, seal_private_key
from hmi.passwords import delay_ms, hash_password, is_long_enough, sign_in
from hmi.store.audit import entries
from hmi.store.database import Store
from hmi.store.users import add_user, sign_in_failures, user

NAME, PASSWORD = "chen", "long enough"
START_MS = 1_700_000_000_000


@pytest.fixture
def store(people_store: Store) -> Store:
    create_first_administrator(people_store, NAME, PASSWORD, Clock())
    return people_store


def test_the_right_password_opens_the_key_that_signs_for_this_user(store: Store) -> None:
    result = sign_in(store, NAME, PASSWORD, START_MS)
    assert result.accepted
    assert result.user is not None
    assert result.key is not None
    assert public_bytes(result.key) == result.user.public_key


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(store: Store) -> None:
    wrong = sign_in(store, NAME, "not this one", START_MS)
    unknown = sign_in(store, "nobody", "not this one", START_MS)
    assert wrong == unknown
    assert not wrong.accepted


@pytest.mark.parametrize("name", [NAME, "nobody"])
def test_each_failure_doubles_the_wait_up_to_half_a_minute(store: Store, name: str) -> None:
    at_ms, waits = START_MS, []
    for _ in range(8):
        at_ms = sign_in(store, name, "not this one", at_ms).not_before_wall_ms
        waits.append(at_ms)
    steps = [after - before for before, after in zip([START_MS, *waits], waits, strict=False)]
    assert steps == [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]


def test_the_right_password_too_early_is_refused_without_a_look_and_costs_nothing(store: Store) -> None:
    refused = sign_in(store, NAME, "not this one", START_MS)
    again = sign_in(store, NAME, PASSWORD, START_MS + 499)
    assert again == refused
    assert sign_in_failures(store, NAME).count == 1
    assert sign_in(store, NAME, PASSWORD, START_MS + 500).accepted


def test_a_success_forgets_the_failures(store: Store) -> None:
    sign_in(store, NAME, "not this one", START_MS)
    assert sign_in(store, NAME, PASSWORD, START_MS + 500).accepted
    assert sign_in(store, NAME, "not this one", START_MS + 600).not_before_wall_ms == START_MS + 1100


def test_failures_are_forgotten_after_a_day(store: Store) -> None:
    sign_in(store, "nobody", "not this one", START_MS)
    sign_in(store, NAME, PASSWORD, START_MS + 2 * 86_400_000)
    assert sign_in_failures(store, "nobody").count == 0


def test_a_wall_clock_that_was_set_back_locks_nobody_out(store: Store) -> None:
    sign_in(store, NAME, "not this one", START_MS)
    assert sign_in(store, NAME, PASSWORD, START_MS - 3_600_000).accepted


def test_who_is_not_active_any_more_is_unknown(store: Store) -> None:
    found = user(store, NAME)
    assert found is not None
    add_user(store, replace(found, name="li", active=False))
    assert sign_in(store, "li", PASSWORD, START_MS) == sign_in(store, "nobody", PASSWORD, START_MS)


def test_the_audit_knows_who_signed_in_and_keeps_unknown_names_to_itself(store: Store) -> None:
    sign_in(store, NAME, "not this one", START_MS, t_ms=5, host="desk-1")
    sign_in(store, PASSWORD, NAME, START_MS)
    sign_in(store, NAME, PASSWORD, START_MS + 500)
    assert [(entry.actor, entry.result) for entry in entries(store)[:3]] == [
        (NAME, "ok"),
        ("", "refused"),
        (NAME, "refused"),
    ]
    assert (entries(store)[2].t_ms, entries(store)[2].host) == (5, "desk-1")


def test_a_hash_is_argon2id_and_never_the_same_twice() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=65536,t=2,p=1$")
    assert first != second


def test_a_password_is_the_same_from_every_input_method(people_store: Store) -> None:
    create_first_administrator(people_store, NAME, "Ｐassword é", Clock())
    assert sign_in(people_store, NAME, "Password e\u0301", START_MS).accepted


def test_the_least_length_is_eight() -> None:
    assert not is_long_enough("1234567")
    assert is_long_enough("12345678")


def test_without_a_failure_nobody_waits() -> None:
    assert delay_ms(0) == 0
    assert delay_ms(1_000_000) == 30_000


def test_a_sealed_key_opens_under_its_password_only() -> None:
    key, public_key = new_key_pair()
    sealed = seal_private_key(key, PASSWORD)
    assert key.private_bytes_raw() not in sealed
    assert public_bytes(open_private_key(sealed, PASSWORD)) == public_key
    with pytest.raises(SealError, match="does not open"):
        open_private_key(sealed, PASSWORD + "!")


def test_a_sealed_key_that_was_changed_does_not_open() -> None:
    sealed = seal_private_key(new_key_pair()[0], PASSWORD)
    with pytest.raises(SealError, match="does not open"):
        open_private_key(sealed[:-1] + bytes([sealed[-1] ^ 1]), PASSWORD)
    for broken in (b"", b"VLK1", b"NEW9" + sealed[4:]):
        with pytest.raises(SealError, match="unknown format"):
            open_private_key(broken, PASSWORD)
