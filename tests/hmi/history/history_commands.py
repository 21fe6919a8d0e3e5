"""What the tests of `valleyline history` share: readings, a folder that has them, and the command."""

from __future__ import annotations

import json
import math
from contextlib import closing
from pathlib import Path

import pytest

from devices.reading import Quality, Reading, Reason
from hmi.cli import main
from hmi.data_folder import database_path
from hmi.store import audit
from hmi.store.database import open_store
from hmi.store.readings import walk
from hmi.store.records import AuditEntry

POWER, COUNTER = "mill_25.power_kw", "mill_25.energy_kwh"
T0 = 1_457_884_800_000  # 2016-03-13T16:00Z
READINGS = [
    Reading(POWER, T0, 47.1),
    Reading(POWER, T0 + 60_500, math.nan, Quality.BAD, Reason.TIMEOUT),
    Reading(POWER, T0 + 120_000, 0.1 + 0.2),
    Reading(COUNTER, T0, 12.0, Quality.UNCERTAIN, Reason.UNCONFIRMED),
]
EXPORTED = """\
point,time,t_ms,value,quality,reason
mill_25.energy_kwh,2016-03-13T16:00:00.000Z,1457884800000,12.0,uncertain,unconfirmed
mill_25.power_kw,2016-03-13T16:00:00.000Z,1457884800000,47.1,good,
mill_25.power_kw,2016-03-13T16:01:00.500Z,1457884860500,,bad,timeout
mill_25.power_kw,2016-03-13T16:02:00.000Z,1457884920000,0.30000000000000004,good,
"""
HEADER = EXPORTED.splitlines()[0]


def run(*arguments: str | Path) -> int:
    """The exit status of the whole program."""
    with pytest.raises(SystemExit) as caught:
        main(["history", *map(str, arguments)])
    return int(str(caught.value.code))


def stored(data: Path) -> list[Reading]:
    with closing(open_store(database_path(data), create=False)) as store:
        return [reading for point in (COUNTER, POWER) for reading in walk(store, point, 0, 1 << 53)]


def break_database(data: Path, *statements: str) -> None:
    """What somebody with the file and a database tool could do."""
    with closing(open_store(database_path(data))) as store:
        store.rows("PRAGMA foreign_keys = OFF")
        for sql in statements:
            store.rows(sql)


def file_with(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def findings_of(data: Path, capsys: pytest.CaptureFixture[str], status: int = 1) -> dict[str, str]:
    """What `check` says is not whole: sentence by subject."""
    assert run("check", "--data", data, "--json") == status
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is (status == 0)
    return {each["subject"]: each["sentence"] for each in said["findings"] if not each["whole"]}


def audited(data: Path) -> list[AuditEntry]:
    with closing(open_store(database_path(data), create=False)) as store:
        return audit.entries(store)
