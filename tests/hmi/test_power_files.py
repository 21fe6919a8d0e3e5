"""`valleyline states` reads the files that loggers and spreadsheets write, and says the same of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from hmi.commands.power_csv import read_power_csv, read_power_file
from hmi.commands.states import states_command

START = datetime(2016, 2, 25)
MINUTES, BATCH_MIN = 2400, 300


def mill() -> Iterator[tuple[datetime, float]]:
    """Five batches of five hours at 48 kW, three hours apart, minute by minute."""
    for minute in range(MINUTES):
        yield START + timedelta(minutes=minute), 48.0 + 0.1 * (minute % 7) if minute % 480 >= 180 else 0.3


def lines(header: str, row: Callable[[datetime, float], str], before: str = "") -> str:
    return before + header + "\n" + "\n".join(row(at, kw) for at, kw in mill()) + "\n"


def counted() -> str:
    """A register that moves by whole kWh and is reset once."""
    total, rows = 5000.0, ["Zeitstempel;Zählerstand (kWh)"]
    for i, (at, kw) in enumerate(mill()):
        rows.append(f"{at:%d.%m.%Y %H:%M};{int(total)}")
        total = 0.0 if i == 1000 else total + kw / 60
    return "\n".join(rows)


def comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


FILES: dict[str, str | bytes] = {
    "decimal commas and semicolons": lines(
        "Datum;Uhrzeit;Wirkleistung [kW]", lambda at, kw: f"{at:%d.%m.%Y};{at:%H:%M:%S};{comma(kw)}"
    ),
    "a mark, a preamble and a row of units": "\ufeff"
    + lines(
        "Timestamp,Mill,\n,[kW],", lambda at, kw: f"{at:%Y-%m-%d %H:%M:%S},{kw},", "Logger 7\nSite,North\n\n"
    ),
    "sep and quotes": lines(
        '"Time","Active Power (W)"', lambda at, kw: f'"{at:%d/%m/%Y %H:%M}","{1000 * kw:,.0f}"', "sep=,\n"
    ),
    "UTF-16": lines("时间\t有功功率kW", lambda at, kw: f"{at:%Y/%m/%d %H:%M}\t{kw}").encode("utf-16"),
    "a western code page": lines(
        "Zeit;Leistung für Mühle kW", lambda at, kw: f"{at:%d.%m.%y %H:%M};{comma(kw)}"
    ).encode("cp1252"),
    "seconds since 1970": lines(
        "ts,p_mw", lambda at, kw: f"{at.replace(tzinfo=UTC).timestamp():.1f},{kw / 1000}"
    ),
    "nanoseconds since 1970": lines(
        "time|watts", lambda at, kw: f"{int(at.replace(tzinfo=UTC).timestamp())}000000000|{kw * 1000}"
    ),
    "days of a spreadsheet": lines(
        "date,kW", lambda at, kw: f"{(at - datetime(1899, 12, 30)) / timedelta(days=1):.6f},{kw}"
    ),
    "month first": lines("Date/Time,Power", lambda at, kw: f"{at:%m/%d/%Y %I:%M:%S %p},{kw}"),
    "a zone's name": lines(
        "utc_time,power_avg,power_max", lambda at, kw: f"{at:%Y-%m-%d %H:%M:%S} UTC,{kw},{9 * kw}"
    ),
    "an offset": lines(
        "ts,status,power_avg,cycle_time",
        lambda at, kw: f"{at.replace(tzinfo=timezone(timedelta(hours=1)))},{int(kw > 9)},{kw},300",
    ),
    "three phases": lines(
        "time,P_L1 [W],P_L2 [W],P_L3 [W]", lambda at, kw: f"{at},{400 * kw},{300 * kw},{300 * kw}"
    ),
    "a total beside reactive power": lines(
        "time,kvar,active_power_total_kw,power_factor", lambda at, kw: f"{at},{kw},{kw},0.9"
    ),
    "a column of another name": lines("time,mill_25", lambda at, kw: f"{at},{kw}"),
    "amperes": lines("time,Current (A)", lambda at, kw: f"{at},{kw}"),
    "a register": counted(),
    "energy of each interval": lines("time,Usage_kWh,Load_Type", lambda at, kw: f"{at},{kw / 60:.4f},Light"),
}


def said(*arguments: str) -> Result:
    return CliRunner().invoke(states_command, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_any_writing_has_the_same_batches(tmp_path: Path, kind: str) -> None:
    path, content = tmp_path / "mill.csv", FILES[kind]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    cycles = json.loads(said(str(path), "--json").stdout)["cycles"]
    assert len(cycles) == 5
    assert [cycle["running_min"] for cycle in cycles] == pytest.approx([BATCH_MIN] * 5, rel=0.03)
    assert [cycle["energy_kwh"] for cycle in cycles] == pytest.approx([241.5] * 5, rel=0.03)
    start = datetime.fromisoformat(cycles[0]["start"]).replace(tzinfo=None)
    assert abs(start - START - timedelta(minutes=180)) <= timedelta(minutes=61 if kind == "an offset" else 2)


def test_machines_that_a_column_names_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    rows = [f"{at},press,{kw}\n{at},saw,{kw / 10}\n" for at, kw in mill()]
    path.write_text("ts,asset,power_avg\n" + "".join(rows), "utf-8")
    found = json.loads(said(str(path), "--json").stdout)["machines"]
    assert {name: len(document["cycles"]) for name, document in found.items()} == {"press": 5, "saw": 5}
    one = json.loads(said(str(path), "--machine", "saw", "--json").stdout)
    assert one == found["saw"]


def test_machines_side_by_side_have_a_column_each(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(
        lines("time;Press kW;Saw kW", lambda at, kw: f"{at};{comma(kw)};{comma(kw / 9)}"), "utf-8"
    )
    assert list(read_power_file(path)) == ["press_kw", "saw_kw"]


def test_equal_times_of_machines_without_a_known_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("time,wo,kW\n" + "".join(f"{at},x7,{kw}\n{at},x9,{kw}\n" for at, kw in mill()), "utf-8")
    assert list(read_power_file(path)) == ["x7", "x9"]


def test_a_column_of_states_that_come_and_go_is_no_machine(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    path.write_text(lines("time,kW,name", lambda at, kw: f"{at},{kw},{'on' if kw > 9 else 'off'}"), "utf-8")
    assert list(read_power_file(path)) == [""]


def test_of_two_energies_the_register_is_read(tmp_path: Path) -> None:
    path, rows = tmp_path / "mill.csv", enumerate(mill())
    text = "\n".join(f"{at},{kw / 60:.4f},{5000 + 0.8 * i:.1f}" for i, (at, kw) in rows)
    path.write_text(f"time,used_kwh,meter_kwh\n{text}\n", "utf-8")
    assert read_power_csv(path).power_kw[:-1] == pytest.approx(np.full(MINUTES - 1, 48.0), rel=1e-6)


def test_times_from_the_beginning_come_back_as_the_file_has_them(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    path.write_text("time [min];kW\n" + "".join(f"{5 * i};{i % 2}\n" for i in range(40)), "utf-8")
    assert said(str(path), "--rows").stdout.splitlines()[2].startswith("5,1,")


def test_each_reading_says_whether_the_machine_runs(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    path.write_text(lines("time,power_kw", lambda at, kw: f"{at},{kw}"), "utf-8")
    rows = said(str(path), "--rows").stdout.splitlines()
    assert rows[0] == "time,power_kw,state,running"
    running = np.array([row.split(",")[3] == "1" for row in rows[1:]])
    assert running.sum() == 5 * BATCH_MIN
    assert rows[1] == "2016-02-25T00:00:00,0.3,standby,0"


def test_days_that_may_be_months_are_read_in_the_order_in_which_they_rise(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    days = [datetime(2016, 3, day, hour) for day in range(1, 12) for hour in range(24)]
    path.write_text("time,kW\n" + "\n".join(f"{at:%m/%d/%Y %H:%M},1" for at in days), "utf-8")
    read = read_power_csv(path)
    assert read.text(int(read.times_ms[-1])) == "2016-03-11T23:00:00"
