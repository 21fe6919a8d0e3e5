import math
from dataclasses import replace

from PySide6.QtCore import QLocale

from devices.clock import Clock
from devices.reading import Quality, Reading, Reason
from hmi.desk.quality import shown, stale_after_ms
from hmi.desk.snapshot_model import World, standing_of
from hmi.plant import load_plant
from hmi.station.codes import AlarmKind
from hmi.store.records import Alarm, AlarmState
from resources.locate import resource
from widgets.quality_mark import Mark

POINT = "mill_25.power_kw"
NOW = 1_458_021_780_000
GOOD = Reading(POINT, NOW - 30_000, 48.2)
BAD = Reading(POINT, NOW - 10_000, math.nan, Quality.BAD, Reason.TIMEOUT)
STALE_MS = 182_000


def world(newest: Reading | None, good: Reading | None, t_ms: int = NOW) -> World:
    return World(
        t_ms,
        0,
        newest={} if newest is None else {POINT: newest},
        good={} if good is None else {POINT: good},
    )


def test_nothing_read_yet_is_shown_as_waiting_not_as_zero() -> None:
    value = shown(world(None, None), POINT, STALE_MS)
    assert (value.mark, value.text("kW")) == (Mark.WAITING, "– kW")


def test_a_fresh_good_value_has_no_mark() -> None:
    value = shown(world(GOOD, GOOD), POINT, STALE_MS)
    assert (value.mark, value.text("kW"), value.sentence) == (Mark.GOOD, "48.2 kW", "")


def test_a_value_that_its_rule_calls_frozen_is_not_called_good_even_while_the_alarm_is_shelved() -> None:
    detail: dict[str, object] = {"point": POINT, "value": 48.2, "minutes": 4.2, "rule": "stuck"}
    times_ms = (NOW - 60_000, NOW)  # raised, changed
    alarm = Alarm(
        "frozen", AlarmKind.FROZEN_VALUE, "mill_25", 2, AlarmState.SHELVED, *times_ms, True, 1, detail=detail
    )
    value = shown(replace(world(GOOD, GOOD), standing=standing_of([alarm])), POINT, STALE_MS)
    assert (value.mark, value.value, value.sentence) == (Mark.UNCERTAIN, 48.2, "frozen for 5 min")
    over = replace(alarm, active=False)
    assert shown(replace(world(GOOD, GOOD), standing=standing_of([over])), POINT, STALE_MS).mark is Mark.GOOD


def test_a_failed_poll_keeps_the_last_good_value_marked_bad_with_its_reason() -> None:
    value = shown(world(BAD, GOOD), POINT, STALE_MS)
    assert (value.mark, value.value) == (Mark.BAD, 48.2)
    assert value.sentence == "the meter does not answer"


def test_a_value_grows_stale_by_the_clock_alone_without_any_event() -> None:
    value = shown(world(GOOD, GOOD, NOW + 180_000), POINT, STALE_MS)
    assert value.mark is Mark.STALE
    assert value.sentence == "4 min old"


def test_an_old_value_that_is_a_mean_says_so() -> None:
    mean = Reading(POINT, NOW - 10 * STALE_MS, 48.2, Quality.GOOD, Reason.MEAN)
    value = shown(world(mean, mean), POINT, STALE_MS)
    assert value.mark is Mark.STALE
    assert "a mean over some minutes" in value.sentence


def test_failing_polls_do_not_keep_a_value_young() -> None:
    still_failing = Reading(POINT, NOW + 600_000, math.nan, Quality.BAD, Reason.TIMEOUT)
    value = shown(world(still_failing, GOOD, NOW + 600_000), POINT, STALE_MS)
    assert value.mark is Mark.STALE
    assert value.sentence == "10 min old: the meter does not answer"


def test_an_uncertain_value_says_why() -> None:
    doubt = Reading(POINT, NOW, 300.0, Quality.UNCERTAIN, Reason.UNCONFIRMED)
    assert shown(world(doubt, doubt), POINT, STALE_MS).mark is Mark.UNCERTAIN


def test_how_old_is_stale_depends_on_the_poll_and_on_how_fast_plant_time_runs() -> None:
    plant = load_plant(resource("plants/company_x/plant.toml"))
    assert stale_after_ms(plant, Clock(), POINT) == 182_000
    assert stale_after_ms(plant, Clock(speed=300.0), POINT) == 780_000


def test_thousands_are_set_apart() -> None:
    reading, before = Reading(POINT, NOW, 181_204.4), QLocale()
    QLocale.setDefault(QLocale("en_US"))
    try:
        assert shown(world(reading, reading), POINT, STALE_MS).text("kWh") == "181,204.4 kWh"
    finally:
        QLocale.setDefault(before)
