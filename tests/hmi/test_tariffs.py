from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.datafile import DataFileError
from hmi.problem_files import load_problem, problem_prices
from hmi.tariffs import load_calendar, load_tariff, shipped_tariffs
from resources.locate import resource
from solver.errors import TariffError
from solver.openei import from_urdb
from solver.tariff import PriceGrid, PriceSeries, Tariff, price_grid
from tests.solver.urdb_examples import e20_secondary

SHANGHAI, ANGELES = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Los_Angeles")
BERLIN = ZoneInfo("Europe/Berlin")


def ms(time: str, zone: ZoneInfo) -> int:
    return round(datetime.fromisoformat(time).replace(tzinfo=zone).timestamp() * 1000)


def at(name: str, time: str, zone: ZoneInfo = SHANGHAI) -> tuple[str, float]:
    grid = price_grid(load_tariff(name), ms(time, zone), 1, zone)
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


@pytest.mark.parametrize(
    ("time", "band"),
    [
        ("2026-01-05T05:59", "valley"),
        ("2026-01-05T06:00", "flat"),
        ("2026-01-05T09:00", "peak"),
        ("2026-01-05T12:00", "flat"),
        ("2026-12-06T18:00", "sharp"),
        ("2026-12-06T20:00", "peak"),
        ("2026-12-06T21:00", "flat"),
        ("2026-02-02T15:59", "flat"),
        ("2026-02-02T16:00", "peak"),
        ("2026-02-02T13:00", "flat"),
        ("2026-02-17T13:00", "deep"),  # Spring Festival
        ("2026-02-17T14:00", "flat"),
        ("2026-02-17T16:00", "peak"),
        ("2026-07-06T00:30", "flat"),
        ("2026-07-06T01:00", "valley"),
        ("2026-07-06T05:00", "flat"),
        ("2026-07-06T11:30", "valley"),
        ("2026-07-06T12:00", "deep"),
        ("2026-07-06T14:00", "valley"),
        ("2026-07-06T14:30", "flat"),
        ("2026-07-06T17:00", "peak"),
        ("2026-07-06T20:29", "peak"),
        ("2026-07-06T20:30", "sharp"),
        ("2026-07-06T22:30", "peak"),
        ("2026-07-06T23:00", "flat"),
        ("2026-09-07T21:00", "peak"),
        ("2026-04-06T13:59", "deep"),
        ("2026-04-06T16:00", "peak"),
        ("2026-04-06T22:00", "flat"),
        ("2026-05-01T12:00", "deep"),
        ("2025-10-01T12:00", "deep"),
    ],
)
def test_jiangxi_has_the_hours_of_its_notice(time: str, band: str) -> None:
    base, adder = 0.6729, 0.0633
    ratio = {"sharp": 1.8, "peak": 1.6, "flat": 1.0, "valley": 0.4, "deep": 0.3}[band]
    assert at("jiangxi-2025", time) == (band, pytest.approx(base * ratio + adder, abs=6e-5))


def test_e20_is_in_each_hour_and_each_charge_what_the_database_has() -> None:
    shipped, imported = load_calendar("pge-e20-secondary-2014"), from_urdb(e20_secondary()).tariff
    assert (shipped.valid_from, shipped.valid_to) == (imported.valid_from, imported.valid_to)
    assert [charge.price for charge in shipped.fixed] == [charge.price for charge in imported.fixed]
    start, end = ms("2014-01-01T00:00", ANGELES), ms("2015-01-01T00:00", ANGELES)
    one, two = (price_grid(tariff, start, (end - start) // 60_000, ANGELES) for tariff in (shipped, imported))
    assert one.price_per_kwh.tolist() == two.price_per_kwh.tolist()
    charges = [{(c.price_per_kw, c.counts.tobytes()) for c in grid.demand} for grid in (one, two)]
    assert charges[0] == charges[1]
    assert len(charges[0]) == 30  # the off-peak price in 12 months, the winter's in 6, the summer's two in 6


@pytest.mark.parametrize(
    ("time", "band", "price"),
    [
        ("2026-06-01T13:59", "off-peak", 0.1148),
        ("2026-06-06T14:00", "part-peak", 0.1423),  # a Saturday as any day
        ("2026-06-06T16:00", "peak", 0.1770),
        ("2026-09-30T21:00", "part-peak", 0.1423),
        ("2026-09-30T23:00", "off-peak", 0.1148),
        ("2026-03-09T09:00", "super-off-peak", 0.0587),
        ("2026-05-31T13:59", "super-off-peak", 0.0587),
        ("2026-05-31T14:00", "off-peak", 0.1146),
        ("2026-10-01T14:00", "off-peak", 0.1146),
        ("2026-12-25T16:00", "peak", 0.1563),
        ("2026-12-25T21:00", "off-peak", 0.1146),
    ],
)
def test_b20_has_the_hours_and_prices_of_its_sheet(time: str, band: str, price: float) -> None:
    assert at("pge-b20-secondary-2026", time, ANGELES) == (band, price)


def test_b20_charges_demand_by_season() -> None:
    tariff = load_calendar("pge-b20-secondary-2026")
    for month, prices in (("07", {39.08, 41.35, 9.27}), ("04", {39.08, 2.32})):
        grid = price_grid(tariff, ms(f"2026-{month}-06T00:00", ANGELES), 1440, ANGELES)
        assert {charge.price_per_kw for charge in grid.demand} == prices
        hours = {charge.price_per_kw: charge.counts.sum() / 4 for charge in grid.demand}
        assert hours[39.08] == 24
        assert hours.get(41.35, hours.get(2.32)) == 5


def test_the_german_day_has_the_figures_published_for_it() -> None:
    series = load_tariff("de-day-ahead-2025-10-24")
    assert isinstance(series, PriceSeries)
    mwh = [1000 * price for price in series.price_per_kwh]
    assert (len(mwh), series.interval_min) == (96, 15)
    assert round(sum(mwh) / 96, 2) == 32.32
    assert round(sum(mwh[32:80]) / 48, 2) == 42.38
    assert (min(mwh), max(mwh)) == pytest.approx((-0.02, 88.96))
    grid = price_grid(series, ms("2025-10-24T00:00", BERLIN), 1440, BERLIN)
    assert grid.price_per_kwh[8 * 60 + 15] == pytest.approx(0.08896 + 0.0109)
    (charge,) = grid.demand
    assert (charge.name, charge.price_per_kw, charge.window_min) == ("capacity", 119.08, 15)


def problem_file(folder: Path, start: str, horizon_min: int) -> Path:
    path = folder / "problem.json"
    path.write_text(
        f'''{{"start": "{start}", "timezone": "Europe/Berlin", "horizon_min": {horizon_min},
        "tariff": "de-day-ahead-2025-10-24",
        "machines": [{{"id": "m", "batches": [{{"id": "b", "duration_min": 60, "power_kw": 10.0}}]}}]}}'''
    )
    return path


def prices_of(path: Path) -> PriceGrid:
    return problem_prices(load_problem(path))


def test_a_problem_of_that_day_names_the_german_day_as_its_tariff(tmp_path: Path) -> None:
    grid = prices_of(problem_file(tmp_path, "2025-10-24T06:00", 18 * 60))
    assert grid.price_per_kwh[-1] == pytest.approx(0.00389 + 0.0109)
    with pytest.raises(
        TariffError, match="the series 'de-day-ahead-2025-10-24' has prices from 2025-10-24T00:00"
    ):
        prices_of(problem_file(tmp_path, "2025-10-25T06:00", 60))
    with pytest.raises(TariffError, match="move its start or shorten horizon_min"):
        prices_of(problem_file(tmp_path, "2025-10-24T06:00", 18 * 60 + 1))


def test_a_series_is_no_tariff_for_a_plant() -> None:
    assert isinstance(load_calendar("guangdong-2021"), Tariff)
    with pytest.raises(
        DataFileError, match=r"24\.toml: price_per_kwh: a series of prices ends; a plant needs"
    ):
        load_calendar("de-day-ahead-2025-10-24")


def test_every_shipped_tariff_is_named_as_its_file_and_says_its_source() -> None:
    assert "guangdong-large-industry-2016" in shipped_tariffs()
    for name in shipped_tariffs():
        tariff = load_tariff(name)
        assert tariff.name == name
        assert tariff.source
        assert tariff.currency in ("CNY", "EUR", "USD")


def test_a_tariff_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    text = resource("tariffs/guangdong-2021.toml").read_text(encoding="utf-8")
    own = tmp_path / "mine.toml"
    own.write_text(text.replace("base_per_kwh = 0.6729", "base_per_kwh = 0.5"), encoding="utf-8")
    assert load_calendar(own).base_per_kwh == 0.5


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(DataFileError, match=r"there is none of this name; use .*guangdong-2021, "):
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
    with pytest.raises(
        DataFileError, match=r"own\.toml: schedules: a weekend in January has no price from 00:00 on"
    ):
        load_tariff(own)
