"""Which profile a plant's meter gets: a user's own first, and what the plant file asks of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from devices.datafile import DataFileError
from devices.profile import Quantity, profile_path
from hmi.plant_files import load_whole_plant
from hmi.station.field import load_field, meters_of
from resources.locate import resource

PLANT = resource("plants/company_x/plant.toml")
SDM630 = profile_path("eastron_sdm630").read_text()
MILL_PLC = profile_path("mill_plc").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(PLANT, tmp_path / "plant.toml")
    (tmp_path / "profiles").mkdir()
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "plant.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_profile_in_the_data_folder_takes_the_place_of_the_shipped(folder: Path) -> None:
    own = SDM630.replace('model = "SDM630"', 'model = "ours"')
    (folder / "profiles" / "eastron_sdm630.toml").write_text(own)
    meters = meters_of(load_field(load_whole_plant(folder), folder))
    assert {meter.profile.model for meter in meters} == {"ours"}


def test_a_plc_profile_in_the_data_folder_takes_the_place_of_the_shipped(folder: Path) -> None:
    own = folder / "profiles" / "mill_plc.toml"
    own.write_text(MILL_PLC.replace("block_registers = 16", "block_registers = 32"))
    plcs = [line.plc for line in load_field(load_whole_plant(folder), folder) if line.plc is not None]
    assert [plc.profile.command_address(1) for plc in plcs] == [32]
    own.write_text(MILL_PLC.replace("fc = 16", "fc = 6"))
    with pytest.raises(DataFileError) as error:
        load_whole_plant(folder)
    assert str(error.value).startswith(f"{own}: command.fc: 6 is not allowed; expected 16")


def test_a_mistake_in_it_names_its_file_and_key_before_anything_is_polled(folder: Path) -> None:
    own = folder / "profiles" / "eastron_sdm630.toml"
    own.write_text(SDM630.replace('unit = "Hz"', 'unit = "V"'))
    with pytest.raises(DataFileError) as error:
        load_whole_plant(folder)
    assert str(error.value).startswith(f"{own}: quantities[4].unit: 'V' does not fit frequency_hz")


def test_a_meter_is_read_for_what_the_plant_file_asks(folder: Path) -> None:
    edit(folder, 'profile = "eastron_sdm630"',
         'profile = "eastron_sdm630"\nquantities = ["power_kw", "reactive_power_kvar"]')  # fmt: skip
    meters = meters_of(load_field(load_whole_plant(folder), folder))
    asked = [[spec.name for spec in meter.profile.quantities] for meter in meters]
    assert [Quantity.POWER, Quantity.REACTIVE_POWER] in asked and len(max(asked, key=len)) == 6


def test_a_quantity_that_the_meter_does_not_have_is_named_with_those_it_has(folder: Path) -> None:
    edit(folder, 'profile = "eastron_sdm630"', 'profile = "eastron_sdm72"\nquantities = ["voltage_v"]')
    with pytest.raises(DataFileError) as error:
        load_whole_plant(folder)
    sentence = str(error.value)
    assert f"{folder / 'plant.toml'}: meters[" in sentence and "].quantities: 'voltage_v' is not" in sentence
    assert "it has power_kw, energy_kwh, energy_export_kwh" in sentence


@pytest.mark.expects_log
def test_a_deprecated_profile_is_used_and_said(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    own = SDM630.replace('model = "SDM630"', 'model = "SDM630"\ndeprecated = "take eastron_sdm72_v2"')
    (folder / "profiles" / "eastron_sdm630.toml").write_text(own)
    load_whole_plant(folder)
    assert "profile eastron_sdm630 is deprecated: take eastron_sdm72_v2" in caplog.text


def test_a_ratio_that_is_left_out_is_the_meters_own_to_tell(folder: Path) -> None:
    meters = meters_of(load_field(load_whole_plant(folder), folder))
    assert {(meter.ct_ratio, meter.pt_ratio) for meter in meters} == {(None, None)}


AS_GAS = """profile = "cjt188_gas"
address = "33001122334478"
"""
GAS = f"""
[[meters]]
id = "gas_1"
line = "line_1"
{AS_GAS}"""


def test_a_gas_meter_hangs_on_a_line_and_measures_no_load(folder: Path) -> None:
    edit(folder, "\n[[meters]]", GAS + "\n[[meters]]")
    plant = load_whole_plant(folder)
    meters = {meter.id: meter for meter in meters_of(load_field(plant, folder))}
    assert meters["gas_1"].address == "33001122334478"
    assert [spec.name for spec in meters["gas_1"].profile.quantities] == [Quantity.VOLUME]
    assert all(
        meter.id != "gas_1" for meter in (plant.meter_of(machine.id) for machine in plant.machines) if meter
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("33001122334478", "3300", "meters[0].address: '3300' is not a CJ/T 188 address; it has 14 digits."),
        ('address = "33001122334478"\n', "", "meters[0].unit: '' is not a CJ/T 188 address"),
        ("cjt188_gas", "eastron_sdm630", "meters[0].address: a Modbus meter's address is a whole number"),
        (AS_GAS, 'profile = "eastron_sdm630"\nunit = 248\n', "meters[0].unit: a Modbus meter's address is"),
        (AS_GAS, 'profile = "mbus_heat"\n', "meters[0].unit: an M-Bus meter's primary address is a whole"),
    ],
)
def test_an_address_that_cannot_be_is_said_before_polling(
    folder: Path, old: str, new: str, sentence: str
) -> None:
    edit(folder, "\n[[meters]]", GAS.replace(old, new) + "\n[[meters]]")
    with pytest.raises(DataFileError) as error:
        load_field(load_whole_plant(folder), folder, folder / "plant.toml")
    assert str(error.value).startswith(f"{folder / 'plant.toml'}: {sentence}")


@pytest.mark.parametrize("unit", [0, 248, 250])
def test_an_m_bus_meter_may_have_any_primary_address(folder: Path, unit: int) -> None:
    heat = GAS.replace(AS_GAS, f'profile = "mbus_heat"\nunit = {unit}\n')
    edit(folder, "\n[[meters]]", heat + "\n[[meters]]")
    meters = load_field(load_whole_plant(folder), folder)[0].meters
    assert next(meter.unit for meter in meters if meter.id == "gas_1") == unit


def test_two_meters_with_one_address_on_a_line_are_said_before_polling(folder: Path) -> None:
    edit(folder, "\n[[meters]]", GAS + GAS.replace("gas_1", "gas_2") + "\n[[meters]]")
    with pytest.raises(DataFileError) as error:
        load_field(load_whole_plant(folder), folder)
    assert "meters[1].address: 'gas_1' on line 'line_1' has the same" in str(error.value)


@pytest.mark.parametrize(
    ("key", "old", "new", "sentence"),
    [
        ("meters[0].profile", 'profile = "eastron_sdm630"', 'profile = "mill_plc"', "the profile of a PLC"),
        ("plc.profile", 'profile = "mill_plc"', 'profile = "eastron_sdm630"', "the profile of a meter"),
    ],
)
def test_a_profile_of_the_other_kind_is_a_mistake_of_the_key_that_names_it(
    folder: Path, key: str, old: str, new: str, sentence: str
) -> None:
    edit(folder, old, new)
    with pytest.raises(DataFileError) as error:
        load_whole_plant(folder)
    assert str(error.value).startswith(f"{folder / 'plant.toml'}: {key}: ") and sentence in str(error.value)


@pytest.mark.parametrize(
    ("profile", "address", "open_address"),
    [
        ("dlt645_2007", "000000000161", "AAAAAAAAAAAA"),
        ("dlt645_2007", "000000000161", "aaaaaaaaaa61"),
        ("cjt188_gas", "33001122334478", "AAAAAAAAAAAAAA"),
        ("iec62056_readout", "00000201", ""),
    ],
)
def test_an_address_left_open_is_refused_where_two_meters_would_answer_to_it(
    folder: Path, profile: str, address: str, open_address: str
) -> None:
    one = GAS.replace("cjt188_gas", profile).replace("33001122334478", open_address)
    edit(folder, "\n[[meters]]", one + "\n[[meters]]")
    load_field(load_whole_plant(folder), folder)  # alone among Modbus meters it may stay open
    edit(folder, one, one + one.replace("gas_1", "gas_2").replace(f'"{open_address}"', f'"{address}"'))
    with pytest.raises(DataFileError) as error:
        load_field(load_whole_plant(folder), folder)
    assert "meters[1].address: 'gas_1' on line 'line_1' would answer too" in str(error.value)


def test_open_pairs_that_differ_elsewhere_are_two_addresses(folder: Path) -> None:
    one = GAS.replace("cjt188_gas", "dlt645_2007").replace("33001122334478", "AAAAAAAAAA61")
    other = one.replace("gas_1", "gas_2").replace("AA61", "AA62")
    edit(folder, "\n[[meters]]", one + other + "\n[[meters]]")
    assert len(load_field(load_whole_plant(folder), folder)[0].meters) > 2
