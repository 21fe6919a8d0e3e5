"""The physical limit of a line, held against the specification's table, and what a line's period allows."""

from __future__ import annotations

import pytest

from devices.budget import character_s, line_budget, most_hole, silent_gap_s, transaction_s
from devices.line_events import LineConfig, MeterOnLine, PlcOnLine
from devices.plc import load_plc_profile
from devices.profile import load_profile


@pytest.mark.parametrize(
    ("baud", "parity", "registers", "milliseconds"),
    [
        (2400, "E", 40, 458),
        (9600, "N", 2, 25.0),
        (9600, "N", 40, 104.2),
        (9600, "E", 60, 160.4),
        (19200, "E", 10, 22.9),
        (38400, "N", 125, 72.0),
        (115200, "N", 2, 5.0),
    ],
)
def test_a_read_takes_what_the_wire_allows(baud, parity, registers, milliseconds) -> None:
    char_s, gap_s = character_s(baud, parity), silent_gap_s(baud, parity)
    assert transaction_s(registers, char_s, gap_s) * 1000 == pytest.approx(milliseconds, rel=0.01)


def test_the_meter_dominates_small_reads() -> None:
    char_s, gap_s = character_s(9600), silent_gap_s(9600)
    assert transaction_s(2, char_s, gap_s, 0.040) * 1000 == pytest.approx(61.4, abs=0.1)
    assert transaction_s(40, char_s, gap_s, 0.040) * 1000 == pytest.approx(140.5, abs=0.1)


def test_a_slow_meter_makes_longer_holes_worth_reading() -> None:
    assert most_hole(character_s(9600), 0.0) == 10
    assert most_hole(character_s(9600), 0.040) == 29


def test_a_line_that_cannot_keep_its_period_is_told_before_the_start() -> None:
    line = LineConfig("line_1", "/dev/ttyUSB0", baud=9600)
    profile = load_profile("eastron_sdm630")
    meters = [MeterOnLine(f"m{unit}", unit, profile, poll_s=5.0) for unit in range(1, 31)]
    budget = line_budget(line, meters)
    assert not budget.fits
    assert budget.sentence.startswith("line_1 needs 7 s, its period is 5 s: ")
    assert line_budget(line, meters[:10]).fits


def test_a_faster_plant_time_leaves_less_real_time() -> None:
    line = LineConfig("line_1", "/dev/ttyUSB0", baud=9600)
    meter = MeterOnLine("m1", 1, load_profile("eastron_sdm630"), poll_s=60.0)
    plc = PlcOnLine("plc", 100, load_plc_profile("mill_plc"), ("mill_1", "mill_2"), poll_s=60.0)
    assert line_budget(line, [meter], plc).fits
    fast = line_budget(line, [meter], plc, speed=300.0)
    assert fast.period_s == pytest.approx(0.2) and not fast.fits
