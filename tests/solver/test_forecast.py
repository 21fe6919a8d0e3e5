"""What the shop-floor is expected to draw."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.forecast import (
    LoadSegment,
    MachineOutlook,
    end_of_tomorrow_ms,
    expected_load,
    segments_under_way,
)
from solver.remaining import nominal_belief, remaining

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def mill(name: str, *segments: LoadSegment) -> MachineOutlook:
    return MachineOutlook(name, 0.33, segments)


def test_a_sure_schedule_is_drawn_as_it_stands() -> None:
    said = expected_load([mill("a", LoadSegment(2 * HOUR, 5 * HOUR, 48.0))], 0, DAY)
    assert len(said.times_ms) == 96
    assert said.power_kw[7:9].tolist() == pytest.approx([0.33, 48.0])
    assert float(np.sum(said.power_kw)) / 4 == pytest.approx(3 * 48.0 + 21 * 0.33)
    assert said.low_kw == pytest.approx(said.power_kw)
    assert said.high_kw == pytest.approx(said.power_kw)


def test_an_unsure_end_keeps_the_energy_and_opens_a_band_there() -> None:
    sure = mill("a", LoadSegment(2 * HOUR, 12 * HOUR, 48.0))
    unsure = mill("a", LoadSegment(2 * HOUR, 12 * HOUR, 48.0, end_sd_min=45.0))
    before, after = expected_load([sure], 0, DAY), expected_load([unsure], 0, DAY)
    assert float(np.sum(after.power_kw)) == pytest.approx(float(np.sum(before.power_kw)), rel=1e-3)
    width = after.high_kw - after.low_kw
    assert width[48] > 20
    assert width[20] < 0.1


def test_independent_machines_add_up_as_variances() -> None:
    one = mill("a", LoadSegment(0, DAY, 48.0, power_sd_kw=3.0))
    four = [mill(name, LoadSegment(0, DAY, 48.0, power_sd_kw=3.0)) for name in "abcd"]
    narrow, wide = expected_load([one], 0, HOUR), expected_load(four, 0, HOUR)
    assert wide.high_kw - wide.power_kw == pytest.approx(2 * (narrow.high_kw - narrow.power_kw))


def test_bands_hold_80_of_100_of_what_the_same_assumptions_play() -> None:
    rng = np.random.default_rng(2)
    ends = [6 * HOUR + 30 * MINUTE * i for i in range(12)]
    plans = [
        mill(str(i), LoadSegment(0, end, 48.0, power_sd_kw=2.0, end_sd_min=60.0))
        for i, end in enumerate(ends)
    ]
    said = expected_load(plans, 6 * HOUR, 12 * HOUR)
    middles = said.times_ms + said.interval_ms // 2
    inside = []
    for _ in range(1000):
        ended = np.array(ends) + 60 * MINUTE * rng.standard_normal(12)
        power = 48.0 + 2.0 * rng.standard_normal(12)
        drawn = np.where(middles[:, None] < ended, power, 0.33).sum(axis=1)
        inside.append((drawn >= said.low_kw) & (drawn <= said.high_kw))
    assert 0.75 <= np.mean(inside) <= 0.87


def test_a_batch_under_way_runs_until_the_twin_s_end_around_its_pauses() -> None:
    pauses = [(2 * HOUR, 5 * HOUR)]
    said = remaining(nominal_belief(48.0, 770.0), 300.0, 0, power_kw=48.0, pauses=pauses)
    first, last = segments_under_way(said, 0, power_kw=48.0, power_sd_kw=2.0, pauses=pauses)
    assert (first.from_ms, first.to_ms, first.end_sd_min) == (0, 2 * HOUR, 0.0)
    assert said.end_ms is not None
    assert (last.from_ms, last.to_ms) == (5 * HOUR, round(said.end_ms.median))
    assert last.end_sd_min > 20


def test_a_paused_batch_goes_on_at_the_end_of_its_pause() -> None:
    pauses = [(-HOUR, 3 * HOUR)]
    said = remaining(nominal_belief(48.0, 770.0), 300.0, 0, power_kw=48.0, pauses=pauses)
    (only,) = segments_under_way(said, 0, power_kw=48.0, power_sd_kw=2.0, pauses=pauses)
    assert only.from_ms == 3 * HOUR


def test_an_overdue_batch_is_given_a_quarter_of_an_hour() -> None:
    said = remaining(nominal_belief(48.0, 770.0), 1000.0, 0, power_kw=48.0)
    (only,) = segments_under_way(said, 0, power_kw=48.0, power_sd_kw=2.0)
    assert only.to_ms == 15 * MINUTE
    assert only.end_sd_min > 5


@pytest.mark.parametrize(
    ("now", "zone", "hours"),
    [
        ("2016-03-14T00:00", "Asia/Shanghai", 48),
        ("2016-03-14T23:59", "Asia/Shanghai", 24 + 1 / 60),
        ("2024-03-30T12:00", "Europe/Berlin", 35),
        ("2024-10-26T12:00", "Europe/Berlin", 37),
    ],
)
def test_tomorrow_ends_at_local_midnight_on_any_day(now: str, zone: str, hours: float) -> None:
    at_ms = round(datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)
    assert end_of_tomorrow_ms(at_ms, ZoneInfo(zone)) - at_ms == round(hours * HOUR)


segments = st.builds(
    LoadSegment,
    from_ms=st.integers(0, 20 * HOUR),
    to_ms=st.integers(0, 30 * HOUR),
    power_kw=st.floats(1, 100),
    power_sd_kw=st.floats(0, 10),
    start_sd_min=st.floats(0, 60),
    end_sd_min=st.floats(0, 120),
)


@settings(max_examples=60, deadline=None)
@given(plans=st.lists(st.lists(segments, max_size=3), max_size=4), interval=st.sampled_from([1, 15, 60]))
def test_bands_hold_the_expectation_and_never_go_below_zero(
    plans: list[list[LoadSegment]], interval: int
) -> None:
    machines = [MachineOutlook(str(i), 0.3, tuple(plan)) for i, plan in enumerate(plans)]
    said = expected_load(machines, 0, DAY, interval * MINUTE)
    assert np.all(said.low_kw >= 0)
    assert np.all(said.low_kw <= said.power_kw + 1e-9)
    assert np.all(said.power_kw <= said.high_kw + 1e-9)
