"""The profiles that come with the program say what their documents say (spec/meters.md, section 2)."""

from __future__ import annotations

import pytest

from devices.decoding import decode, encode
from devices.line_events import MeterOnLine
from devices.profile import (
    Confidence,
    MeterProfile,
    Quantity,
    QuantitySpec,
    load_profile,
    profile_names,
    read_blocks,
)
from devices.reading import Reason

NAMES = profile_names()
# volts, amperes, power, energy: wire addresses of what is read by default
PLACES = {
    "eastron_sdm630": (4, 0x0000, 0x0006, 0x0034, 0x0048),
    "eastron_sdm120": (4, 0x0000, 0x0006, 0x000C, 0x0048),
    "eastron_sdm72": (4, None, None, 0x0034, 0x0048),
    "eastron_sdm72_v2": (4, 0x0000, 0x0006, 0x0034, 0x0048),
    "schneider_iem3155": (3, 3027, 2999, 3059, 3203),
    "schneider_iem3150": (3, 3027, 2999, 3059, 3203),
    "schneider_pm5000": (3, 3027, 2999, 3059, 3203),
    "abb_b23": (3, 0x5B00, 0x5B0C, 0x5B14, 0x5000),
    "carlo_gavazzi_em340": (4, 0x0000, 0x000C, 0x0028, 0x0034),
    "janitza_umg96rm": (3, 19000, 19012, 19026, 19068),
    "siemens_pac2200": (3, 1, 13, 65, 801),
    "siemens_pac1600": (3, 1, 7, 57, 6687),
    "chint_dtsu666": (3, 0x2006, 0x200C, 0x2012, 0x101E),
    "chint_dtsu666_ct": (3, 0x2006, 0x200C, 0x2012, 0x101E),
    "acrel_dtsd1352": (3, 0x0061, 0x0064, 0x016A, 0x000A),
    "acrel_adl400": (3, 0x0061, 0x0064, 0x016A, 0x000A),
    "acrel_adw300": (3, 20, 26, 36, 62),
    "socomec_countis_e23": (3, 0xC558, 0xC560, 0xC568, 0xC652),
    "socomec_countis_e34": (3, 0xC558, 0xC560, 0xC568, 0xC652),
    "acrel_amc72": (3, 243, 249, 259, None),
}
# registers as they lie on the wire, and what they are in the quantity's unit
SAID = [
    ("eastron_sdm630", Quantity.VOLTAGE, (0x4366, 0x3334), 230.2),  # the maker's own example
    ("eastron_sdm120", Quantity.POWER, (0x43C9, 0xAA46), 0.40333),  # a capture
    ("schneider_iem3155", Quantity.POWER, (0x4248, 0x0000), 50.0),  # kW
    ("schneider_iem3155", Quantity.ENERGY, (0, 0, 0x0012, 0xD687), 1234.567),  # Wh
    ("schneider_iem3155", Quantity.POWER_FACTOR, (0x3F99, 0x999A), 0.8),  # 1.2 leads
    ("abb_b23", Quantity.VOLTAGE, (0, 2301), 230.1),
    ("abb_b23", Quantity.POWER, (0xFFFF, 0xFF9C), -0.001),
    ("abb_b23", Quantity.ENERGY, (0, 0, 1, 0), 655.36),
    ("carlo_gavazzi_em340", Quantity.POWER, (0xE240, 0x0001), 12.3456),  # low word first
    ("carlo_gavazzi_em340", Quantity.FREQUENCY, (500,), 50.0),
    ("janitza_umg96rm", Quantity.ENERGY, (0x49F1, 0x2060), 1975.308),
    ("siemens_pac2200", Quantity.ENERGY, (0x4132, 0xD687, 0x0000, 0x0000), 1234.567),
    ("siemens_pac1600", Quantity.CURRENT, (0x0001, 0x86A0), 10.0),
    ("chint_dtsu666", Quantity.VOLTAGE, (0x4510, 0xA000), 231.4),
    ("acrel_dtsd1352", Quantity.POWER, (0x0000, 0x3039), 12.345),
    ("acrel_adw300", Quantity.POWER, (0x0000, 0x3039), 12.345),
    ("socomec_countis_e23", Quantity.FREQUENCY, (0, 50_000), 50.0),
    ("socomec_countis_e34", Quantity.FREQUENCY, (0, 5_000), 50.0),
    ("socomec_countis_e23", Quantity.POWER, (0, 1_200), 12.0),
    ("isma_sfar_1m_4di", Quantity.PULSES_1, (0x0001, 0x0002), 131_073),
    ("wirenboard_wb_mcm8", Quantity.PULSES_8, (0x0001, 0x0002), 65_538),
    ("advantech_adam_6050w", Quantity.PULSES_1, (0x0001, 0x0002), 131_073),
]


def all_of(profile: MeterProfile) -> tuple[QuantitySpec, ...]:
    return (*profile.quantities, *profile.optional, *profile.alternatives)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_profile_says_where_it_is_from_and_how_sure_it_is(name: str) -> None:
    profile = load_profile(name)
    assert profile.source and profile.confidence in Confidence and not profile.deprecated
    doubts = [spec for spec in all_of(profile) if spec.confidence is not None]
    assert all(spec.note for spec in doubts), "a doubt without a reason"


@pytest.mark.parametrize("name", NAMES)
def test_all_that_a_shipped_profile_offers_can_be_asked_for_at_once(name: str) -> None:
    profile = load_profile(name)
    everything = profile.with_quantities(tuple(s.name for s in (*profile.quantities, *profile.optional)))
    for block in read_blocks(everything):
        assert block.count <= profile.max_block
        assert all(block.address <= spec.start and spec.end <= block.address + block.count
                   for spec in block.quantities)  # fmt: skip


@pytest.mark.parametrize("name", sorted(PLACES))
def test_a_shipped_profile_has_the_addresses_of_the_table(name: str) -> None:
    profile = load_profile(name)
    fc, *addresses = PLACES[name]
    wanted = (Quantity.VOLTAGE, Quantity.CURRENT, Quantity.POWER, Quantity.ENERGY)
    found = {spec.name: spec.address for spec in profile.quantities}
    assert [found.get(quantity) for quantity in wanted] == addresses
    assert {spec.fc for spec in profile.quantities} == {fc}


@pytest.mark.parametrize(("name", "quantity", "registers", "value"), SAID)
def test_registers_mean_what_the_document_says(name, quantity, registers, value) -> None:
    spec = load_profile(name).quantity(quantity)
    assert decode(spec, registers) == (pytest.approx(value, rel=1e-6), Reason.NONE)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_profile_encodes_it_decodes(name: str) -> None:
    for spec in all_of(load_profile(name)):
        for share in (0.0, 0.3, 1.0):
            value = max(spec.low, 0.0) + share * min(spec.high - max(spec.low, 0.0), 400 * abs(spec.factor))
            step = abs(spec.factor) if spec.type.kind != "f" else abs(value) * 1e-6
            assert decode(spec, encode(spec, value)) == (pytest.approx(value, abs=step), Reason.NONE)


def test_every_row_of_the_table_of_meters_has_a_profile() -> None:
    assert set(NAMES) >= {*PLACES, "isma_sfar_1m_4di", "wirenboard_wb_mcm8", "advantech_adam_6050w"}
    assert load_profile("acrel_amc72").confidence is Confidence.LOW


@pytest.mark.parametrize(
    ("name", "quantity", "registers"),
    [
        ("abb_b23", Quantity.VOLTAGE, (0xFFFF, 0xFFFF)),
        ("abb_b23", Quantity.POWER, (0x7FFF, 0xFFFF)),
        ("abb_b23", Quantity.ENERGY, (0xFFFF,) * 4),
        ("carlo_gavazzi_em340", Quantity.VOLTAGE, (0xFFFF, 0x7FFF)),
        ("schneider_iem3155", Quantity.POWER, (0xFFC0, 0x0000)),
        ("schneider_iem3155", Quantity.ENERGY, (0x8000, 0, 0, 0)),
    ],
)
def test_what_a_meter_does_not_have_is_no_value(name, quantity, registers) -> None:
    value, reason = decode(load_profile(name).quantity(quantity), registers)
    assert reason is Reason.SENTINEL and value != value


def test_a_meter_that_knows_its_transformers_says_so() -> None:
    profile = load_profile("acrel_dtsd1352")
    assert profile.ct is not None and (profile.ct.address, profile.ct.fc) == (0x8E, 3)
    assert profile.pt is not None and profile.pt.address == 0x8D
    assert MeterOnLine("m", 1, profile, 60.0).ct_ratio is None
