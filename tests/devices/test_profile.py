"""Meter and PLC profiles as data files, and what is wrong with one in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.datafile import DataFileError
from devices.plc import PlcAction, command_registers, decode_status, load_plc_profile
from devices.profile import Quantity, load_profile, profile_path, read_blocks

SDM630 = profile_path("eastron_sdm630").read_text()
PLC = profile_path("mill_plc").read_text()


def test_the_shipped_sdm630_has_the_addresses_of_its_document() -> None:
    profile = load_profile("eastron_sdm630")
    places = {quantity.name: quantity.address for quantity in profile.quantities}
    assert places == {
        Quantity.VOLTAGE: 0x0000,
        Quantity.CURRENT: 0x0006,
        Quantity.POWER: 0x0034,
        Quantity.POWER_FACTOR: 0x003E,
        Quantity.FREQUENCY: 0x0046,
        Quantity.ENERGY: 0x0048,
    }
    assert {quantity.fc for quantity in profile.quantities} == {4}


def test_power_and_energy_are_read_by_one_request() -> None:
    blocks = read_blocks(load_profile("eastron_sdm630"))
    assert [(block.address, block.count) for block in blocks] == [(0x00, 8), (0x34, 22)]


def test_blocks_are_not_merged_over_long_holes_or_past_the_longest_request() -> None:
    profile = load_profile("eastron_sdm630")
    assert len(read_blocks(profile, most_hole=0)) == 5  # only frequency and energy touch
    assert len(read_blocks(profile, most_hole=125)) == 2  # 74 registers would be more than 60


def test_a_read_never_crosses_forbidden_registers(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(SDM630.replace("max_block = 60", "max_block = 60\nforbidden = [[0x40, 0x41]]"))
    blocks = read_blocks(load_profile(file))
    assert [(block.address, block.count) for block in blocks] == [(0x00, 8), (0x34, 12), (0x46, 4)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('type = "f32"', 'type = "f16"', "quantities[0].type"),
        ("fc = 4", "fc = 6", "quantities[0].fc"),
        ("address = 0x0000", "address = 70000", "quantities[0].address"),
        ('name = "current_a"', 'name = "voltage_v"', "twice"),
        ('name = "current_a"', 'name = "amps"', "amps"),
        ("max_block = 60", "max_block = 200", "max_block"),
        ("max_block = 60", "max_blok = 60", "max_blok"),
        ("min = 0\nmax = 1000\n", "min = 0\nmax = 0\n", "not below max"),
        ('unit = "W"', 'unit = "W"\nscale = 0', "scale"),
        ("max_block = 60", "max_block = 1", "does not fit"),
        ("[serial]", "[serial", "line"),
    ],
)
def test_a_mistake_in_a_profile_is_a_sentence_with_file_and_key(tmp_path, old, new, words) -> None:
    file = tmp_path / "m.toml"
    assert old in SDM630
    file.write_text(SDM630.replace(old, new, 1))
    with pytest.raises(DataFileError) as error:
        load_profile(file)
    assert str(file) in str(error.value) and words in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_profile_is_answered_with_the_nearest_and_where_all_are_named() -> None:
    with pytest.raises(DataFileError, match=r"'eastron_sdm63' is not a profile; 'eastron_sdm630' may be"):
        load_profile("eastron_sdm63")
    with pytest.raises(DataFileError, match=r"'xyz' is not a profile; `valleyline profile list` names"):
        load_profile("xyz")


def test_a_plc_profile_for_a_meter_is_refused() -> None:
    with pytest.raises(DataFileError, match="mill_plc"):
        load_profile("mill_plc")


def test_only_the_command_of_a_machine_may_be_written() -> None:
    profile = load_plc_profile("mill_plc")
    assert profile.may_write(16, 0, 3, machines=6) and profile.may_write(16, 80, 3, machines=6)
    for fc, address, count in ((6, 0, 3), (16, 1, 3), (16, 0, 2), (16, 0, 4), (16, 96, 3), (16, 3, 3)):
        assert not profile.may_write(fc, address, count, machines=6)


def test_a_plc_profile_whose_areas_leave_the_block_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "plc.toml"
    file.write_text(PLC.replace("offset = 0\ncount = 5", "offset = 12\ncount = 5"))
    with pytest.raises(DataFileError, match=r"status.offset.*at most 11"):
        load_plc_profile(file)


def test_a_sequence_is_split_over_two_registers() -> None:
    assert command_registers(0x0001_0002, PlcAction.PAUSE) == (1, 2, 3)
    for sequence in (0, -1, 2**32):
        with pytest.raises(ValueError, match="sequence"):
            command_registers(sequence, PlcAction.START)


def test_the_status_registers_say_what_the_machine_does() -> None:
    status = decode_status((0b10011, 9, 1, 2, 4), last_action=2)
    assert (status.running, status.charged, status.local, status.interlock, status.remote) == (
        True,
        True,
        False,
        False,
        True,
    )
    assert (status.last_sequence, status.starts_count, status.last_result) == (0x1_0002, 9, 4)
