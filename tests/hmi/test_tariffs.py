from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.datafile import DataFileError
from hmi.tariffs import load_tariff, shipped_tariffs
from resources.locate import resource
from solver.tariff import price_grid

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(name: str, time: str) -> tuple[str, float]:
    start = round(datetime.fromisoformat(time).replace(tzinfo=SHANGHAI).timestamp() * 1000)
    grid = price_grid(load_tariff(name), start, 1, SHANGHAI)
    return grid.band_names[int(grid.band[0])], round(float(grid.price_per_kwh[0]), 4)


@pytest.mark.parametrize(
    ("time", "band", "price"),
    [
        ("07:59", "valley", 0.3998),
        ("08:00", "flat", 0.7362),
        ("09:00", "peak", 1.1736),
        ("12:00", "flat", 0.7362),
        ("19:00", "peak", 1.1736),
        ("22:00", "flat", 0.7362),
    ],
)
def test_the_tariff_of_2016_has_the_prices_of_table_2(time: str, band: str, price: float) -> None:
    assert at("guangdong-large-industry-2016", f"2016-03-14T{time}") == (band, pytest.approx(price, abs=6e-5))


@pytest.mark.parametrize(
    ("time", "band"),
    [
        ("2022-03-14T10:00", "peak"),
        ("2022-03-14T11:30", "peak"),
        ("2022-03-14T13:00", "flat"),
        ("2022-03-14T18:59", "peak"),
        ("2022-07-14T11:30", "sharp"),
        ("2022-07-14T14:30", "peak"),
        ("2022-07-14T16:59", "sharp"),
        ("2022-07-14T17:00", "peak"),
        ("2022-07-14T03:00", "valley"),
    ],
)
def test_the_tariff_of_2021_is_sharp_in_summer(time: str, band: str) -> None:
    assert at("guangdong-2021", time)[0] == band


def test_every_shipped_tariff_is_named_as_its_file_and_says_its_source() -> None:
    assert "guangdong-large-industry-2016" in shipped_tariffs()
    for name in shipped_tariffs():
        tariff = load_tariff(name)
        assert tariff.name == name
        assert tariff.source


def test_a_tariff_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    text = resource("tariffs/guangdong-2021.toml").read_text(encoding="utf-8")
    own = tmp_path / "mine.toml"
    own.write_text(text.replace("base_per_kwh = 0.6729", "base_per_kwh = 0.5"), encoding="utf-8")
    assert load_tariff(own).base_per_kwh == 0.5


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(DataFileError, match="there is none of this name; use .*guangdong-2021, "):
        load_tariff("jupiter")


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        (
            'band = "sharp"',
            'band = "blunt"',
            r"schedules\[0\].edges\[3\].band: 'blunt' has no ratio",
        ),
        ('at = "08:00"', 'at = "08:15"', r"mine.toml: schedules\[0\].edges\[1\].at: "),
        (
            'valid_from = "2021-10-01"',
            'valid_from = "2021-13-01"',
            "toml: valid_from: 2021-13-01 is no date",
        ),
        (
            "base_per_kwh = 0.6729",
            'base_per_kwh = "dear"',
            "mine.toml: base_per_kwh: 'dear' is not allowed; expected a number",
        ),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, was: str, becomes: str, sentence: str) -> None:
    text = resource("tariffs/guangdong-2021.toml").read_text(encoding="utf-8")
    own = tmp_path / "mine.toml"
    own.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(DataFileError, match=sentence):
        load_tariff(own)


def test_a_tariff_that_leaves_days_without_a_price_is_refused_at_once(tmp_path: Path) -> None:
    text = resource("tariffs/guangdong-large-industry-2016.toml").read_text()
    own = tmp_path / "own.toml"
    own.write_text(text.replace("[[schedules]]", '[[schedules]]\nday_types = ["weekday"]'))
    with pytest.raises(DataFileError, match=r"own\.toml: schedules: a weekend in January has no price from 00:00 on"):
        load_tariff(own)
