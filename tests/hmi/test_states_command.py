"""`valleyline states` and `valleyline forecast` on files."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from devices.datafile import DataFileError
from hmi.cli import main
from hmi.commands.forecast import forecast_command
from hmi.commands.power_csv import read_power_csv
from hmi.commands.states import states_command

STANDBY, AUX, RUNNING = 0.33, 9.0, 48.0
FIRST_PARTS = (300, 520, 770, 150, 400)  # minutes before the pause, of 770; 770 is a batch without one


def record(path: Path, *, days: int = 4, header: str = "time,power_kw", suffix: str = "") -> Path:
    """A mill with a batch a day, mostly paused for three hours, minute by minute."""
    at, lines = datetime(2016, 3, 1), [header]
    for day in range(days):
        first = FIRST_PARTS[day % len(FIRST_PARTS)]
        pause = [(STANDBY, 180), (RUNNING, 770 - first)] if first < 770 else []
        for power, minutes in [(STANDBY, 60), (RUNNING, first), *pause, (AUX, 25), (STANDBY, 45)]:
            lines += [f"{(at + timedelta(minutes=i)).isoformat()}{suffix},{power}" for i in range(minutes)]
            at += timedelta(minutes=minutes)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(command: object, *arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False)  # type: ignore[arg-type]


def test_states_are_one_json_object(tmp_path: Path) -> None:
    said = json.loads(run(states_command, str(record(tmp_path / "mill.csv")), "--json").stdout)
    assert set(said) == {"states", "cycles", "thresholds_kw"}
    assert said["states"][0] == {
        "start": "2016-03-01T00:00:00",
        "end": "2016-03-01T01:00:00",
        "state": "standby",
    }
    assert said["cycles"][0] == {
        "start": "2016-03-01T01:00:00",
        "end": "2016-03-01T16:50:00",
        "running_min": 770.0,
        "paused_min": 180.0,
        "energy_kwh": pytest.approx(616, abs=1.5),
        "complete": True,
    }
    assert len(said["cycles"]) == 4
    assert set(said["thresholds_kw"]) == {"standby", "idling", "running"}


def test_states_are_a_table_for_a_person(tmp_path: Path) -> None:
    shown = run(states_command, str(record(tmp_path / "mill.csv"))).stdout
    assert "running" in shown
    assert re.search(r"A batch takes about 61[5-7] kWh\.", shown)


def test_times_with_an_offset_come_back_as_utc(tmp_path: Path) -> None:
    said = json.loads(run(states_command, str(record(tmp_path / "m.csv", suffix="+08:00")), "--json").stdout)
    assert said["states"][0]["start"] == "2016-02-29T16:00:00+00:00"


def test_a_forecast_is_one_json_object_that_goes_on_where_the_file_ends(tmp_path: Path) -> None:
    path = record(tmp_path / "mill.csv", days=10)
    said = json.loads(
        run(forecast_command, str(path), "--horizon", "2h", "--interval", "15m", "--json").stdout
    )
    assert set(said) == {"times", "power_kw", "low_kw", "high_kw"}
    assert said["times"][0] == "2016-03-08T06:00:00"
    assert [len(values) for values in said.values()] == [8, 8, 8, 8]


def test_a_forecast_is_a_table_for_a_person(tmp_path: Path) -> None:
    shown = run(forecast_command, str(record(tmp_path / "mill.csv")), "--horizon", "5m").stdout
    assert len(shown.splitlines()) == 6


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file is empty"),
        ("time,amps\n", "no column 'power_kw'"),
        ("time,power_kw\n", "no row below the header"),
        ("time,power_kw\n14/03/2016 00:00,3\nlater,3\n", "line 3: time: 'later' is not a time"),
        ("time,power_kw\nyesterday,3\n", "line 2: time: 'yesterday' is not a time"),
        ("day,hour,kW\n" + "20,1,2\n" * 200 + "21,1,2\n", "'20' is not a time"),
        ("time,power_kw\n2016-03-01T00:00,much\n", "line 2: power_kw: 'much' is not a number"),
        ("time,power_kw\n2016-03-01T00:00,1\n2016-03-01T00:01Z,2\n", "some times have an offset"),
        ("2016-03-01T00:00,1\n2016-03-01T00:01,much\n", "line 2: power_kw: 'much' is not a number"),
    ],
)
def test_a_mistake_in_a_file_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        read_power_csv(path)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)


def test_empty_cells_are_gaps_and_a_register_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    path.write_text("\ufefftime,power_kw,energy_kwh\n01/01/2018 00:15,,7\n01/01/2018 00:30,2,nan\n", "utf-8")
    read = read_power_csv(path)
    assert [str(value) for value in read.power_kw] == ["nan", "2.0"]
    assert read.energy_kwh is not None
    assert read.energy_kwh[0] == 7.0


def test_rows_out_of_order_and_times_named_twice_are_sorted_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    times = ("02:10", "02:00", "02:20", "02:10", "02:30")  # a clock that was set back repeats an hour
    rows = [f"2016-10-30T{text},{kw}" for kw, text in enumerate(times)]
    path.write_text("\n".join(["time,power_kw", *rows]), "utf-8")
    read = read_power_csv(path)
    assert [read.text(int(t_ms))[11:16] for t_ms in read.times_ms] == ["02:00", "02:10", "02:20", "02:30"]
    assert read.power_kw.tolist() == [1.0, 3.0, 2.0, 4.0]
    said = run(states_command, str(path), "--json").stderr
    assert "2 rows are not later than the one before; they were sorted by time" in said


def test_midnight_stamped_on_the_day_that_it_ends_is_mended(tmp_path: Path) -> None:
    path, at = tmp_path / "steel.csv", datetime(2018, 1, 1)
    lines = ["time,power_kw"]
    for quarter in range(1, 3 * 96 + 1):
        stamp = at + timedelta(minutes=15 * quarter)
        stamp -= timedelta(days=quarter % 96 == 0)
        lines.append(f"{stamp:%d/%m/%Y %H:%M},5")
    path.write_text("\n".join(lines), "utf-8")
    read = read_power_csv(path)
    assert read.mended_midnights == 3
    assert set((read.times_ms[1:] - read.times_ms[:-1]).tolist()) == {900_000}


@pytest.mark.parametrize("horizon", ["2x", "0h", "", "99w"])
def test_a_horizon_that_is_no_length_of_time_ends_with_status_2(tmp_path: Path, horizon: str) -> None:
    path = record(tmp_path / "mill.csv")
    shown = CliRunner().invoke(forecast_command, [str(path), "--horizon", horizon])
    assert shown.exit_code == 2
    assert "write 90m, 36h, 1d or 1w" in shown.stderr


def test_a_file_of_gaps_has_no_forecast_but_states(tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("time,power_kw\n2016-03-01T00:00,\n2016-03-01T00:01,\n", "utf-8")
    with pytest.raises(DataFileError, match="no row has a power"):
        run(forecast_command, str(path))
    said = json.loads(run(states_command, str(path), "--json").stdout)
    assert [span["state"] for span in said["states"]] == ["no-data"]
    assert said["cycles"] == []


def test_a_missing_file_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["states", str(tmp_path / "none.csv")])
    assert caught.value.code == 2
    assert capsys.readouterr().err.strip().endswith("there is no such file.")


@pytest.mark.parametrize(
    ("text", "power_kw"),
    [
        ("timestamp,kW\n2016-03-01 00:00:00,1.5\n2016-03-01 00:01:00,2\n", [1.5, 2.0]),
        ("power,Time\n1.5,2016-03-01T00:00Z\n2,2016-03-01T00:01Z\n", [1.5, 2.0]),
        ("id,Timestamp,Power [W]\n7,1456790400,1500\n8,1456790460,2000\n", [1.5, 2.0]),
        ("ts,p\n1456790400000,1.5\n1456790460000,n/a\n", [1.5, float("nan")]),
        ("Wann;x\n", None),
        ("date_time;active power (kW)\n01.03.2016 00:00;1,5\n01.03.2016 00:01;2,0\n", [1.5, 2.0]),
        ("time\tpower_kw\n2016/03/01 00:00\t1.5\n2016/03/01 00:01\t2\n", [1.5, 2.0]),
        ("time,power_kw\n03/31/2016 11:59 PM,1.5\n04/01/2016 12:00 AM,2\n", [1.5, 2.0]),
        ("2016-03-01T00:00,1.5\n2016-03-01T00:01,2\n", [1.5, 2.0]),
        ("01.03.2016 00:00;1,5;on\n01.03.2016 00:01;2,0;on\n", [1.5, 2.0]),
        (
            "time,power_state,load_type,power_w\n2016-03-01T00:00,1,2,1500\n2016-03-01T00:01,0,2,2000\n",
            [1.5, 2.0],
        ),
        ("time,mill_25,label,temp_c\n2016-03-01T00:00,1.5,0,20\n2016-03-01T00:01,2,1,20\n", [1.5, 2.0]),
        ("time,P1,P2,Ptot\n2016-03-01T00:00,1,0.5,1.5\n2016-03-01T00:01,1,1,2\n", [1.5, 2.0]),
        ("time,mean_power,std_power\n2016-03-01T00:00,1.5,0.1\n2016-03-01T00:01,2,0.1\n", [1.5, 2.0]),
        ("time,power\n2016-03-01T00:00,1500 W\n2016-03-01T00:01,2000 W\n", [1.5, 2.0]),
        (
            "time,power\n2016-03-01T00:00,#N/A\n2016-03-01T00:01,-9999\n2016-03-01T00:02,2\n",
            [math.nan] * 2 + [2.0],
        ),
        ("minute;kW\n0;1,5\n1;2,0\n", [1.5, 2.0]),
        ("1456790400 1.5\n1456790460 2\n", [1.5, 2.0]),
        ("time,power\n0,-1.5\n60,-2\n", [1.5, 2.0]),
        ("Zeit;kW\n01.03.2016;1,5\n01.03.2016 00:01;2,0\nSumme;3,5\n", [1.5, 2.0]),
        ("time,power\n2016-03-01 00:00 EST,1.5\n2016-03-01 00:01 EST,2\n2016-03-0", [1.5, 2.0]),
    ],
)
def test_files_of_other_programs_are_read(tmp_path: Path, text: str, power_kw: list[float] | None) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    if power_kw is None:
        with pytest.raises(DataFileError, match="no column 'time'"):
            read_power_csv(path)
        return
    read = read_power_csv(path)
    assert read.power_kw.tolist() == pytest.approx(power_kw, nan_ok=True)
    assert set(np.diff(read.times_ms).tolist()) == {60_000}


def test_a_day_that_only_fits_month_first_decides_for_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "us.csv"
    rows = [f"{at:%m/%d/%Y %H:%M},1" for at in (datetime(2016, 3, 1), datetime(2016, 3, 31))]
    path.write_text("\n".join(["time,power_kw", *rows]), encoding="utf-8")
    assert read_power_csv(path).text(int(read_power_csv(path).times_ms[0])) == "2016-03-01T00:00:00"
