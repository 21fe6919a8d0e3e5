"""A profile that contradicts itself is refused with the file and the key, before anything is polled."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.datafile import DataFileError
from devices.decoding import decode
from devices.profile import (
    Quantity,
    QuantitySpec,
    ValueType,
    load_profile,
    profile_names,
    profile_of,
    profile_path,
    read_blocks,
    schema,
)
from devices.reading import Reason

METER = """
maker = "Maker"
model = "Model"
source = "A document, page 7"
max_block = 20

quantities = [
    { name = "power_kw", address = 0x10, unit = "W" },
    { name = "energy_kwh", address = 0x20, unit = "Wh", type = "u32", rolls_over_at = 10000.0 },
]
optional = [{ name = "power_factor", address = 0x30, unit = "" }]
alternatives = [{ name = "energy_kwh", address = 0x40, unit = "kWh" }]
forbidden = [[0x50, 0x5F]]

[defaults]
fc = 3
type = "f32"

[timing]
turnaround_ms = 50

[[ident]]
address = 0x60
type = "u16"
expected = [7]

[serial_number]
address = 0x62
type = "string"
registers = 4
"""
POWER = 'name = "power_kw", address = 0x10, unit = "W"'
ENERGY = 'name = "energy_kwh", address = 0x20, unit = "Wh", type = "u32"'
KEYS = st.sampled_from(
    sorted({*QuantitySpec.__struct_encode_fields__, "ident", "defaults", "forbidden", "expected"})
)
FACTOR = 'name = "power_factor", address = 0x30, unit = ""'


def loaded(tmp_path: Path, old: str = "", new: str = ""):
    assert old in METER
    file = tmp_path / "meter.toml"
    file.write_text(METER.replace(old, new, 1))
    return load_profile(file)


def test_the_meter_of_these_tests_is_sound(tmp_path: Path) -> None:
    profile = loaded(tmp_path)
    power, energy = profile.quantities
    assert (power.fc, power.type, power.factor) == (3, ValueType.F32, 0.001)
    assert energy.type is ValueType.U32 and (power.low, power.high) == Quantity.POWER.usual_range
    assert profile.ident[0].fc == 3 and profile.serial_number is not None and profile.serial_number.count == 4


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        (POWER, POWER.replace('"W"', '"V"'), "quantities[0].unit", "'V' does not fit power_kw; allowed are"),
        (POWER, POWER.replace('"W"', '"Wh"'), "quantities[0].unit", "'Wh' does not fit"),
        (POWER, f"{POWER}, min = 5, max = 5", "quantities[0].min", "not below max"),
        (POWER, f'{POWER}, type = "u16", min = 100', "quantities[0].min", "no u16 times 1 W lies between"),
        (POWER, f"{POWER}, sentinels = [0x1FFFFFFFF]", "quantities[0].sentinels", "does not fit f32"),
        (POWER, f"{POWER}, sentinels = [-1]", "quantities[0].sentinels[0]", "-1 is not allowed"),
        (POWER, f'{POWER}, ratios = ["ct", "ct"]', "quantities[0].ratios", "twice"),
        (POWER, f"{POWER}, bits = [0, 3]", "quantities[0].bits", "f32 has no bits"),
        (POWER, f'{POWER}, type = "u16", bits = [3, 16]', "quantities[0].bits", "up to 15"),
        (POWER, f"{POWER}, exponent_address = 0x11", "quantities[0].exponent_address", "own registers"),
        (POWER, f"{POWER}, exponent_address = 0x80", "quantities[0].address", "does not fit"),
        (POWER, f"{POWER}, exponent_address = 0x21", "quantities[0].exponent_address", "lies in energy_kwh"),
        (POWER, f'{POWER}, meaning = "four_quadrant"', "quantities[0].meaning", "power_factor only"),
        (POWER, f"{POWER}, rolls_over_at = 1000.0", "quantities[0].rolls_over_at", "no counter"),
        (POWER, f'{POWER}, type = "string"', "quantities[0].type", "no quantity"),
        (POWER, f"{POWER}, phase = 1", "quantities[0].phase", "there is no such key"),
        (POWER, POWER.replace("0x10", "0xFFFF"), "quantities[0].address", "addresses end at 65535"),
        (POWER, POWER.replace("0x10", "0x10000"), "quantities[0].address", "from 0 to 65535"),
        (POWER, POWER.replace("0x10", "0x50"), "quantities[0].address", "forbidden, 80 to 95"),
        (POWER, POWER.replace("0x10", "0x21"), "quantities[1].address", "overlaps power_kw"),
        (ENERGY, ENERGY.replace("energy_kwh", "power_kw"), "quantities[1].name", "[[alternatives]]"),
        (ENERGY, f'{ENERGY}, positive = "export"', "quantities[1].positive", "no direction"),
        (ENERGY, f"{ENERGY}, max_step = 1.0", "quantities[1].max_step", "is a counter"),
        (ENERGY, f"{ENERGY}, max = 5000.0", "quantities[1].rolls_over_at", "beyond max"),
        (FACTOR, f'{FACTOR}, ratios = ["ct"]', "optional[0].ratios", "does not apply"),
        ('"energy_kwh", address = 0x40', '"volume_m3", address = 0x40', "alternatives[0].unit", "allowed"),
        ('"energy_kwh", address = 0x40, unit = "kWh"', '"voltage_v", address = 0x40, unit = "V"',
         "alternatives[0].name", "alternative to nothing"),
        ("max_block = 20", "max_block = 1", "quantities[0].address", "a request may take 1 registers"),
        ("[0x50, 0x5F]", "[0x5F, 0x50]", "forbidden[0]", "lower address first"),
        ("turnaround_ms = 50", "turnaround_ms = 600", "timing.turnaround_ms", "turnaround_max_ms, 500"),
        ('type = "f32"', 'type = "f31"', "defaults.type", "'f31' is not allowed"),
        ("fc = 3", "fc = 6", "defaults.fc", "3 or 4"),
        ("fc = 3", "scale = 3", "defaults.scale", "there is no such key"),
        ("expected = [7]", "expected = [70000]", "ident[0].expected[0]", "u16 holds 0 to 65535"),
        ("expected = [7]", 'expected = ["seven"]', "ident[0].expected[0]", "can never be what u16 holds"),
        ("expected = [7]", "expected = []", "ident[0].expected", "length >= 1"),
        ("expected = [7]", "", "ident[0].expected", "missing"),
        ("registers = 4", "", "serial_number.registers", "its length"),
        ("address = 0x62", "address = 0x1F", "serial_number.address", "lies in energy_kwh"),
        ("[[ident]]", '[ct]\naddress = 0x11\ntype = "u16"\n\n[[ident]]', "ct.address", "lies in power_kw"),
        ("max_block = 20", 'max_block = 20\nmode = "registers"', "mode", "modbus has no modes"),
        ("registers = 4", "registers = 21", "serial_number.address", "does not fit"),
        ("expected = [7]", "expected = [7]\nregisters = 2", "ident[0].registers", "has its own"),
    ],
)  # fmt: skip
def test_a_contradiction_is_a_sentence_with_file_and_key(tmp_path, old, new, key, words) -> None:
    with pytest.raises(DataFileError) as error:
        loaded(tmp_path, old, new)
    sentence = str(error.value)
    assert sentence.startswith(f"{tmp_path / 'meter.toml'}: {key}:"), sentence
    assert words in sentence and "\n" not in sentence


REGISTERS = """
maker = "Maker"
model = "Model"
source = "A document"
protocol = "iec62056"
mode = "registers"
password = "1"
quantities = [{ name = "energy_kwh", item = "1.8.0(1)", unit = "kWh" }]
"""


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('"1.8.0(1)"', '"1.8.0(1"', "quantities[0].item", "expected a register"),
        ('mode = "registers"', "", "password", "only registers of IEC 62056-21"),
        ('password = "1"', 'password = "(1)"', "password", "not allowed"),
        ('mode = "registers"', 'mode = "read"', "mode", "'read' is not allowed"),
        ('"iec62056"', '"cjt188"', "mode", "cjt188 has no modes"),
        ('"iec62056"', '"dlt645"', "quantities[0].item", "expected 8 hexadecimal digits"),
    ],
)
def test_registers_that_cannot_be_asked_for_are_a_sentence(tmp_path: Path, old, new, key, words) -> None:
    file = tmp_path / "meter.toml"
    file.write_text(REGISTERS)
    assert load_profile(file).quantities[0].item == "1.8.0(1)"
    file.write_text(REGISTERS.replace(old, new))
    with pytest.raises(DataFileError) as error:
        load_profile(file)
    assert f"{key}: " in str(error.value) and words in str(error.value)


def test_different_bits_of_one_register_do_not_overlap(tmp_path: Path) -> None:
    low = 'name = "pulses_1", address = 0x10, unit = "", type = "u16", bits = [0, 7]'
    high = 'name = "pulses_2", address = 0x10, unit = "", type = "u16", bits = [8, 15]'
    assert len(loaded(tmp_path, "{ " + POWER + " }", "{ " + low + " }, { " + high + " }").quantities) == 3
    with pytest.raises(DataFileError, match="overlaps"):
        loaded(tmp_path, "{ " + POWER + " }", "{ " + low + " }, { " + high.replace("8, 15", "7, 15") + " }")


def test_a_users_own_profile_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "profiles"
    own.mkdir()
    (own / "eastron_sdm630.toml").write_text(METER)
    (own / "mine.toml").write_text(METER)
    assert load_profile("eastron_sdm630", own).maker == "Maker"
    assert load_profile("eastron_sdm630").maker == "Eastron"
    assert load_profile("mine", own).maker == "Maker" and "mine" in profile_names(own)
    assert profile_path("abb_b23", own) == profile_path("abb_b23")
    with pytest.raises(DataFileError, match="'mine' is not a profile"):
        load_profile("mine")


def test_a_folder_that_is_not_there_leaves_the_shipped_profiles(tmp_path: Path) -> None:
    assert profile_names(tmp_path / "nothing") == profile_names()
    assert "mill_plc" not in profile_names()


def test_a_meter_polls_what_is_asked_of_it(tmp_path: Path) -> None:
    profile = loaded(tmp_path).with_quantities((Quantity.POWER_FACTOR, Quantity.POWER))
    assert [spec.name for spec in profile.quantities] == [Quantity.POWER_FACTOR, Quantity.POWER]
    assert [spec.name for spec in profile.optional] == [Quantity.ENERGY]
    with pytest.raises(KeyError):
        profile.with_quantities((Quantity.VOLUME,))


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "W", "f32", "string", "power_kw", "big", "export", "ct", "four_quadrant", "\0"]),
)  # fmt: skip
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


@settings(max_examples=80)
@given(st.data())
def test_whatever_stands_in_a_file_it_is_a_profile_or_a_sentence(data) -> None:
    plain = tomllib.loads(METER)
    for _ in range(data.draw(st.integers(1, 3))):
        place = plain
        while True:
            key = data.draw(st.sampled_from(sorted(place)) if place else KEYS)
            inner = place.get(key)
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                inner = inner[0]
            if not isinstance(inner, dict) or data.draw(st.booleans()):
                break
            place = inner
        place[data.draw(st.just(key) | KEYS)] = data.draw(ANYTHING)
    try:
        profile = profile_of(plain, "file.toml")
    except DataFileError as error:
        assert str(error).startswith("file.toml: ") and "\n" not in str(error)
        return
    for block in read_blocks(profile):
        for spec in block.quantities:
            value, reason = decode(spec, (0x8000, 0x1234) * block.count, first=block.address)
            assert math.isnan(value) == (reason is not Reason.NONE)


def test_the_schema_lets_defaults_stand_for_what_a_register_leaves_out() -> None:
    found = schema()["$defs"]
    assert sorted(found["QuantitySpec"]["required"]) == ["name", "unit"]
    assert "power_kw" in found["Quantity"]["enum"]
    assert sorted(found["MeterProfile"]["required"]) == ["maker", "model", "quantities", "source"]
