"""Durations, starts and stops by day, shift and tariff band."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from solver.states import LEVELS, MachineState, StateSpan
from solver.twin.batches import Bands
from solver.twin.state_sums import Period, band_periods, local_periods, state_sums

HOUR = 3_600_000
DAY = 24 * HOUR
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
OFF, STANDBY, IDLING, RUNNING = LEVELS


def spans(*stretches: tuple[MachineState, float]) -> list[StateSpan]:
    """Stretches of (state, hours) from time 0; the last one is open."""
    found, at = [], 0
    for state, hours in stretches:
        found.append(StateSpan(at, at + round(hours * HOUR), state))
        at += round(hours * HOUR)
    return [*found[:-1], StateSpan(found[-1].start_ms, None, found[-1].state)]


def test_a_run_over_midnight_is_divided_and_starts_once() -> None:
    seen = spans((STANDBY, 20), (RUNNING, 10), (STANDBY, 4))
    sums = state_sums(seen, [Period("a", 0, DAY), Period("b", DAY, 2 * DAY)], 34 * HOUR)
    assert [(s.period, s.state.value, s.duration_ms // HOUR, s.starts, s.stops) for s in sums] == [
        ("a", "standby", 20, 0, 1),
        ("a", "running", 4, 1, 0),
        ("b", "running", 6, 0, 1),
        ("b", "standby", 4, 1, 0),
    ]


def test_a_gap_is_neither_a_start_nor_a_stop() -> None:
    seen = spans((RUNNING, 3), (MachineState.NO_DATA, 1), (RUNNING, 2), (STANDBY, 1))
    sums = {s.state: s for s in state_sums(seen, [Period("a", 0, DAY)], 7 * HOUR)}
    assert (sums[RUNNING].duration_ms, sums[RUNNING].starts, sums[RUNNING].stops) == (5 * HOUR, 0, 1)
    assert sums[MachineState.NO_DATA].duration_ms == HOUR


def test_days_are_the_plant_s_and_clock_changes_make_them_23_and_25_hours() -> None:
    for month, hours in ((3, 23), (10, 25)):
        first = datetime(2026, month, 24, tzinfo=BERLIN)
        days = local_periods(
            round(first.timestamp() * 1000), round(first.timestamp() * 1000) + 7 * DAY, BERLIN
        )
        lengths = [(day.end_ms - day.start_ms) / HOUR for day in days]
        assert hours in lengths
        assert sum(lengths) == 7 * 24


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    from_ms = round(datetime(2016, 3, 13, 22, tzinfo=UTC).timestamp() * 1000)  # 06:00 in Shanghai
    shifts = local_periods(from_ms, from_ms + DAY, SHANGHAI, (time(6), time(14), time(22)))
    assert [shift.name for shift in shifts] == ["2016-03-14 06:00", "2016-03-14 14:00", "2016-03-14 22:00"]
    assert shifts[-1].end_ms == from_ms + DAY


def test_bands_come_in_stretches() -> None:
    bands = Bands(0, np.array([0, 0, 1, 1, 0], dtype=np.int8), ("valley", "peak"))
    assert [(p.name, (p.end_ms - p.start_ms) // 60_000) for p in band_periods(bands)] == [
        ("valley", 2),
        ("peak", 2),
        ("valley", 1),
    ]


stretches = st.lists(
    st.tuples(st.sampled_from([*LEVELS, MachineState.NO_DATA]), st.integers(1, 40)), min_size=1, max_size=20
)


@given(stretches=stretches)
def test_durations_add_up_to_the_whole_time_and_starts_to_stops(
    stretches: list[tuple[MachineState, int]],
) -> None:
    seen, end_ms = spans(*stretches), sum(hours for _, hours in stretches) * HOUR
    sums = state_sums(seen, local_periods(0, end_ms, SHANGHAI, (time(6), time(18))), end_ms)
    assert sum(s.duration_ms for s in sums) == end_ms
    assert sum(s.starts for s in sums) == sum(s.stops for s in sums)
