"""What a line remembers: how long a device is waited for, and what it still owes."""

from __future__ import annotations

from devices.line_memory import LATEST_S, LEARNED_FROM, LEAST_WAIT_S, Debts, Patience
from devices.modbus import read_request
from devices.protocols.iec62056 import register_read

VOLTS = read_request(1, 4, 0, 2)
AMPS = read_request(1, 4, 6, 2)
BLOCK = read_request(1, 4, 0, 12)
OF_ANOTHER = read_request(2, 4, 0, 2)


def test_a_device_that_is_not_known_is_given_what_its_profile_says() -> None:
    patience = Patience()
    for _ in range(LEARNED_FROM - 1):
        patience.learn(1, 0.01)
    assert patience.wait_s(1, 0.5) == 0.5


def test_a_known_device_is_given_four_times_its_usual_latency_within_bounds() -> None:
    patience = Patience()
    for station, latency_s in ((1, 0.1), (2, 0.001), (3, 0.4)):
        for _ in range(LEARNED_FROM):
            patience.learn(station, latency_s)
    assert patience.wait_s(1, 1.0) == 0.4
    assert patience.wait_s(2, 1.0) == LEAST_WAIT_S
    assert patience.wait_s(3, 1.0) == 1.0


def test_a_silence_gives_a_device_all_its_time_again() -> None:
    patience = Patience()
    for _ in range(LEARNED_FROM):
        patience.learn(1, 0.01)
    patience.forget(1)
    assert patience.wait_s(1, 0.5) == 0.5


def test_replies_of_one_length_look_alike_until_one_of_another_has_come() -> None:
    debts = Debts()
    debts.add(VOLTS, 0.0)
    assert debts.alike(AMPS, 1.0) == [VOLTS]
    assert debts.alike(BLOCK, 1.0) == [] and debts.alike(OF_ANOTHER, 1.0) == []
    assert debts.answered(BLOCK, 1, 1.0)
    assert debts.alike(AMPS, 1.0) == []


def test_a_reply_settles_its_request_only_behind_all_that_look_like_it() -> None:
    debts = Debts()
    debts.add(VOLTS, 0.0)
    assert not debts.answered(AMPS, 1, 1.0)
    assert debts.alike(VOLTS, 1.0) == [AMPS]  # one of the two has come, and the older comes first
    assert debts.answered(VOLTS, 2, 1.0)
    assert not debts.any(1.0)


def test_what_is_owed_for_long_is_not_reckoned_with() -> None:
    debts = Debts()
    debts.add(VOLTS, 0.0)
    assert debts.any(LATEST_S - 0.1) and not debts.any(LATEST_S + 0.1)


def test_a_meter_that_is_polled_every_five_seconds_is_not_doubted_for_ever_after_one_silence() -> None:
    debts = Debts()
    debts.add(VOLTS, 0.0)
    assert [debts.answered(VOLTS, 1, at_s) for at_s in (5.0, 10.0, 15.0)] == [False, True, True]


def test_where_no_reply_says_who_sends_it_the_order_of_two_meters_proves_nothing() -> None:
    debts, late, asked = Debts(), register_read("6789", "2.8.0", "5"), register_read("2345", "2.8.0", "5")
    debts.add(late, 0.0)
    assert not debts.answered(asked, 2, 1.0)  # both have come, in whatever order
    assert not debts.any(1.0)
    assert debts.answered(asked, 1, 1.1)


def test_what_another_meter_owes_stays_in_mind_until_as_many_replies_have_come() -> None:
    debts, late, asked = Debts(), register_read("6789", "2.8.0", "5"), register_read("2345", "2.8.0", "5")
    debts.add(late, 0.0)
    for t_s in (1.0, 1.3, 1.6):
        assert not debts.answered(asked, 1, t_s)
    assert not debts.answered(asked, 2, 1.9)
    assert debts.answered(asked, 1, 2.2)
