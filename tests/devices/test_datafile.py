"""What is said of a mistake in a data file: the key, and what is allowed there."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest

from devices.datafile import DataFileError, NoSuchFileError, beside, read_json, read_toml


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Wheel(msgspec.Struct, forbid_unknown_fields=True):
    inches: Annotated[int, msgspec.Meta(ge=10, le=30)]
    colour: Colour = Colour.RED
    spokes: Literal[28, 36] | None = None


class Bicycle(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(pattern="^[a-z]+$", description="a text of lower case letters")]
    wheels: Annotated[list[Wheel], msgspec.Meta(min_length=1)]
    weight_kg: Annotated[float, msgspec.Meta(gt=0)] = 12.0
    bought: dt.date | None = None
    prices: dict[str, float] = {}
    gears: dict[str, Wheel] = {}
    folds: bool = False


GOOD = 'name = "blue"\nwheels = [{ inches = 28 }, { inches = 26 }]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'wheels = [{ inches = "28" }]',
            "wheels[0].inches: '28' is not allowed; expected a whole number from 10",
        ),
        ("wheels = [{ inches = 28 }, { inches = 99 }]", "wheels[1].inches: 99 is not allowed"),
        ("wheels = []", "wheels: expected a list of at least 1"),
        ("wheels = 2", "wheels: 2 is not allowed; expected a list of at least 1"),
        (
            'wheels = [{ inches = 28, colour = "blue" }]',
            "wheels[0].colour: 'blue' is not allowed; expected 'red' or",
        ),
        ("wheels = [{ inches = 28, spokes = 30 }]", "wheels[0].spokes: 30 is not allowed; expected 28 or 36"),
        (
            "wheels = [{ inch = 28 }]",
            "wheels[0].inch: there is no such key; 'inches' may be meant, allowed are",
        ),
        ("wheels = [{}]", "wheels[0].inches: this key is missing"),
    ],
)
def test_a_wrong_key_or_value_in_a_list_is_found_by_its_number(tmp_path: Path, text: str, said: str) -> None:
    assert f": {said}" in complaint_of(tmp_path, f'name = "blue"\n{text}')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weight_kg = 0", "weight_kg: 0 is not allowed; expected a number, above 0"),
        ("weight_kg = nan", "weight_kg: nan is not allowed; expected a finite number"),
        ("bought = 3", "bought: 3 is not allowed; expected a date such as 2016-03-14"),
        ('folds = "yes"', "folds: 'yes' is not allowed; expected true or false"),
        (
            'prices = { new = 900.0, used = "cheap" }',
            "prices.used: 'cheap' is not allowed; expected a number",
        ),
        ("prices = { new = inf }", "prices.new: inf is not allowed; expected a finite number"),
        ("gears = { low = { inches = 28 }, high = { inches = 1 } }", "gears.high.inches: 1 is not allowed; "),
        ('colour = "red"', "colour: there is no such key; allowed are name, wheels, "),
        ("weight_kg = \n", "(at line 3, column "),
    ],
)
def test_what_is_allowed_is_said(tmp_path: Path, text: str, said: str) -> None:
    assert said in complaint_of(tmp_path, f"{GOOD}{text}")


def test_a_pattern_is_said_in_words(tmp_path: Path) -> None:
    sentence = complaint_of(tmp_path, GOOD.replace("blue", "Blue 2"))
    assert "name: 'Blue 2' is not allowed; expected a text of lower case letters." in sentence


def complaint_of(folder: Path, text: str) -> str:
    path = folder / "bicycle.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        read_toml(path, Bicycle)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_a_file_that_is_not_there_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFileError, match=r"none\.toml: there is no such file"):
        read_toml(tmp_path / "none.toml", Bicycle)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'name = "\xe9"'])
def test_a_file_in_another_encoding_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "latin.toml").write_bytes(content)
    with pytest.raises(DataFileError, match="cannot be read as text; save it in UTF-8"):
        read_toml(tmp_path / "latin.toml", Bicycle)


def test_a_json_file_is_held_to_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "bicycle.json").write_text('{"name": "blue", "wheels": [{"inches": 5}]}')
    with pytest.raises(DataFileError, match=r"wheels\[0\].inches: 5 is not allowed"):
        read_json(tmp_path / "bicycle.json", Bicycle)
    (tmp_path / "bicycle.json").write_text('{"name": ')
    with pytest.raises(DataFileError, match="this is not JSON"):
        read_json(tmp_path / "bicycle.json", Bicycle)


def test_a_relative_file_lies_beside_the_one_that_names_it() -> None:
    folder = Path("/etc/plant")
    assert beside("mine.toml", folder) == "/etc/plant/mine.toml"
    assert beside("/srv/mine.toml", folder) == "/srv/mine.toml"
    assert beside("eastron_sdm630", folder) == "eastron_sdm630"
