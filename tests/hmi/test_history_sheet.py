"""Readings as an Excel workbook, from the command line and back."""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.datafile import DataFileError
from devices.reading import Quality, Reading, Reason
from hmi.cli import main
from hmi.data_folder import database_path
from hmi.history_files import find_faults, read_readings, write_readings
from hmi.history_sheet import write_workbook
from hmi.store.database import open_store
from hmi.store.readings import insert_readings, walk

POWER = "mill_25.power_kw"
T0 = 1_457_884_800_000
NOW_MS = 1 << 44
READINGS = [
    Reading(POWER, T0, 47.1),
    Reading(POWER, T0 + 60_500, math.nan, Quality.BAD, Reason.TIMEOUT),
    Reading(POWER, T0 + 120_000, 0.1 + 0.2, Quality.UNCERTAIN, Reason.UNCONFIRMED),
    Reading(POWER, T0 + 180_000, 12.0, Quality.GOOD, Reason.MEAN),
]


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["history", *map(str, arguments)])
    return int(str(caught.value.code))


def stored(data: Path) -> list[Reading]:
    with closing(open_store(database_path(data))) as store:
        return list(walk(store, POWER, 0, 1 << 53))


def test_a_workbook_goes_out_and_comes_back_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "readings.xlsx"
    with closing(open_store(database_path(data))) as store:
        insert_readings(store, READINGS)
    open_store(database_path(other)).close()
    assert run("export", file, "--data", data) == 0
    assert capsys.readouterr().out == f"{file} has 4 readings of 1 points.\n"
    sheet = openpyxl.load_workbook(file)["Readings"]
    assert [cell.value for cell in sheet[2]] == [POWER, "2016-03-13T16:00:00.000Z", T0, 47.1, "good", None]
    assert sheet["D3"].value is None
    assert run("import", file, "--data", other) == 0
    assert repr(stored(other)) == repr(READINGS)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_every_value_survives_a_workbook_bit_for_bit(tmp_path: Path, values: list[float]) -> None:
    readings = [Reading(POWER, T0 + n, value) for n, value in enumerate(values)]
    write_readings(tmp_path / "a.xlsx", readings, workbook=True)
    assert find_faults(tmp_path / "a.xlsx", NOW_MS) == (len(values), None)
    assert repr(list(read_readings(tmp_path / "a.xlsx", NOW_MS))) == repr(readings)


def test_what_no_sheet_can_hold_goes_into_several(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    assert write_workbook(file, READINGS, most_rows=3) == 4
    assert openpyxl.load_workbook(file).sheetnames == ["Readings", "Readings 2"]
    assert repr(list(read_readings(file, NOW_MS))) == repr(READINGS)
    assert write_workbook(file, READINGS, most_rows=2) == 4
    assert openpyxl.load_workbook(file).sheetnames == ["Readings", "Readings 2"]
    assert write_workbook(file, []) == 0
    assert list(read_readings(file, NOW_MS)) == []


def test_a_workbook_that_a_person_made_is_read_and_its_bad_rows_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = tmp_path / "data", tmp_path / "mine.xlsx"
    open_store(database_path(data)).close()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "March"
    for row in (("Point", "t_ms", "Value"), (POWER, float(T0), 12), (), (POWER, T0 + 1, 12.5, None)):
        sheet.append(row)
    book.save(file)
    assert run("import", file, "--data", data) == 0
    assert [(reading.t_ms, reading.value) for reading in stored(data)] == [(T0, 12.0), (T0 + 1, 12.5)]
    sheet.append((POWER, T0 + 2, "much"))
    sheet.append((POWER, T0 + 3, 1, "more than the header"))
    book.save(file)
    capsys.readouterr()
    assert run("import", file, "--data", data) == 2
    assert (
        "rows March!5, March!6 are bad; the first: value: 'much' is not a number" in capsys.readouterr().err
    )


@pytest.mark.parametrize("content", [b"", b"point,time,value\n", b"PK\x03\x04 and nothing more"])
def test_a_file_that_is_no_workbook_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(DataFileError, match="this is no Excel workbook that can be read"):
        find_faults(file, NOW_MS)
    with pytest.raises(DataFileError, match="there is no such file"):
        find_faults(tmp_path / "none.xlsx", NOW_MS)
