"""`valleyline history thin`: what the plant's rule says, and nothing without one."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.clock import Clock
from devices.reading import Reading, Reason
from hmi.data_folder import database_path, save_clock
from hmi.store.database import open_store
from hmi.store.readings import insert_readings
from hmi.store.sealing import seal_some
from hmi.store.totals import Span
from tests.hmi.history.history_commands import (
    POWER,
    T0,
    audited,
    run,
    stored,
)

PLANT = Path(__file__).parents[3] / "resources" / "plants" / "company_x" / "plant.toml"


@pytest.fixture
def old_data(data: Path) -> Path:
    """A second's readings of two hours, a day before those of `data`, sealed; the plant keeps 35 days."""
    readings = [Reading(POWER, T0 - 86_400_000 + n * 1000, n % 60 / 10) for n in range(7200)]
    with closing(open_store(database_path(data))) as store:
        insert_readings(store, readings)
        zone = ZoneInfo("Asia/Shanghai")
        while seal_some(store, zone, lambda day: [Span(*day, "")], T0 + 9 * 86_400_000, most=4):
            pass
        save_clock(store, Clock(origin_plant_ms=T0 + 35 * 86_400_000, origin_wall_ms=Clock().wall_ms()))
    text = PLANT.read_text(encoding="utf-8") + "\n[retention]\nraw_days = 35\n"
    (data / "plant.toml").write_text(text, encoding="utf-8")
    return data


def test_a_dry_run_says_what_thinning_would_do_and_does_nothing(
    old_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = stored(old_data)
    assert run("thin", "--dry-run", "--data", old_data) == 0
    assert capsys.readouterr().out == (
        "The plant's rule: after 35 days means over 1 min.\n"
        "7200 readings of 1 days of points would become 120.\n"
        "0 readings of 0 days would go; their totals stay.\n"
    )
    assert repr(stored(old_data)) == repr(before)
    assert not audited(old_data)


def test_thinning_follows_the_plants_rule_is_in_the_audit_and_leaves_the_store_whole(
    old_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", tmp_path / "before.csv", "--data", old_data) == 0
    assert run("thin", "--data", old_data, "--json") == 0
    told = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert (told["before"], told["after"], told["dry_run"]) == (7200, 120, False)
    kept = [reading for reading in stored(old_data) if reading.reason is Reason.MEAN]
    assert len(kept) == 120
    assert {round(reading.value, 9) for reading in kept} == {2.95}
    assert [entry.action for entry in audited(old_data)] == ["thin_readings"]
    assert run("check", "--data", old_data) == 0
    assert run("import", tmp_path / "before.csv", "--data", old_data) == 2
    assert "lies in a day that was thinned by the plant's rule" in capsys.readouterr().err
    assert run("thin", "--data", old_data) == 0
    assert len(audited(old_data)) == 1


def test_without_a_rule_nothing_is_thinned(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("thin", "--data", data, "--plant", PLANT) == 2
    assert "retention: there is none, so all readings are kept" in capsys.readouterr().err
