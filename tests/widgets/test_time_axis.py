from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from widgets.time_axis import step_for, tick_text, ticks_between

BERLIN, FOSHAN = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
HOUR = 3600


def utc(*when: int) -> float:
    return datetime(*when, tzinfo=UTC).timestamp()  # type: ignore[misc]


def test_labels_keep_their_distance() -> None:
    assert step_for(24 * HOUR, 900) == 7200
    assert step_for(24 * HOUR, 200) == 43200


def test_ticks_stand_on_whole_local_hours() -> None:
    found = ticks_between(utc(2016, 3, 14, 1, 7), utc(2016, 3, 14, 9), 3 * HOUR, FOSHAN)
    assert [tick_text(t, 3 * HOUR, FOSHAN) for t in found] == ["12:00", "15:00"]


def test_midnight_says_which_day_it_is() -> None:
    assert tick_text(utc(2016, 3, 13, 16), HOUR, FOSHAN) == "03-14"


def test_the_day_with_23_hours_has_no_hour_that_never_was() -> None:
    found = ticks_between(utc(2024, 3, 31, 0), utc(2024, 3, 31, 4), HOUR, BERLIN)
    assert [tick_text(t, HOUR, BERLIN) for t in found] == ["01:00", "03:00", "04:00", "05:00", "06:00"]


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    found = ticks_between(utc(2024, 10, 27, 0), utc(2024, 10, 27, 2), HOUR, BERLIN)
    assert [tick_text(t, HOUR, BERLIN) for t in found] == ["02:00", "02:00 +01", "03:00"]


def test_days_begin_at_local_midnight_on_both_sides_of_a_clock_change() -> None:
    found = ticks_between(utc(2024, 3, 29), utc(2024, 4, 2), 24 * HOUR, BERLIN)
    assert [tick_text(t, 24 * HOUR, BERLIN) for t in found] == ["03-30", "03-31", "04-01", "04-02"]


def test_years_are_labelled_by_their_months() -> None:
    found = ticks_between(utc(2015, 1, 2), utc(2015, 4, 2), 2592000, BERLIN)
    assert [tick_text(t, 2592000, BERLIN) for t in found] == ["2015-02", "2015-03", "2015-04"]


def test_many_years_are_labelled_by_their_quarters() -> None:
    found = ticks_between(utc(2015, 1, 2), utc(2015, 11, 2), 7776000, BERLIN)
    assert [tick_text(t, 7776000, BERLIN) for t in found] == ["2015-04", "2015-07", "2015-10"]
