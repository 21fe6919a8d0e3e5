from __future__ import annotations

from pathlib import Path

import pytest

from devices.clock import Clock
from devices.datafile import DataFileError
from hmi.data_folder import database_path
from hmi.demo.companions import Companions
from hmi.demo.folder import MARK, make_empty
from hmi.demo.play import paced
from hmi.demo.world import pace_for, prepare, start_clock
from hmi.plant import load_plant
from hmi.store.database import open_store
from hmi.store.readings import newest_good
from resources.locate import resource

PATIENCE_S = 30.0
CLOCK = Clock()


def test_without_pseudo_terminals_the_meters_are_read_over_tcp(tmp_path: Path) -> None:
    world = start_clock(prepare(tmp_path / "plant", 60.0, 10.0, over_tcp=True))
    companions = Companions(world.data_dir, world.clock)
    companions.start()
    try:
        read = meters_read(world.data_dir, len(world.plant.meters))
    finally:
        companions.end()
    assert companions.complaint == ""
    assert read == {meter.id for meter in world.plant.meters}


def meters_read(data_dir: Path, wanted: int) -> set[str]:
    """The meters with a good value, as soon as all have one or patience is over."""
    store = open_store(database_path(data_dir))
    until_s = CLOCK.monotonic_s() + PATIENCE_S
    try:
        while True:
            read = {point.partition(".")[0] for point in newest_good(store)}
            if len(read) >= wanted or CLOCK.monotonic_s() > until_s:
                return read
            CLOCK.sleep_s(0.1)
    finally:
        store.close()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(DataFileError, match="choose another with --data"):
        make_empty(tmp_path)
    assert (tmp_path / "letters.txt").exists()


def test_the_folder_of_an_earlier_demonstration_is_made_anew(tmp_path: Path) -> None:
    make_empty(tmp_path / "demo")
    (tmp_path / "demo" / "old.db").write_text("old")
    make_empty(tmp_path / "demo")
    assert [path.name for path in (tmp_path / "demo").iterdir()] == [MARK]


def test_a_faster_plant_needs_faster_lines_and_at_last_slower_polls() -> None:
    plant = load_plant(resource("plants/company_x/plant.toml"))
    paces = [pace_for(plant, speed, 10.0) for speed in (1.0, 60.0, 450.0, 3600.0)]
    bauds = [pace.baud for pace in paces]
    polls = [pace.poll_s for pace in paces]
    assert bauds == sorted(bauds)
    assert bauds[0] == 9600
    assert polls == sorted(polls)
    assert polls[0] == 60.0


def test_the_plant_runs_no_faster_than_people_can_sign_before_a_plan_begins() -> None:
    plant = load_plant(resource("plants/company_x/plant.toml"))
    for people_s in (2.0, 10.0, 25.0, 200.0):
        speed = paced(600.0, people_s)
        lead_min = pace_for(plant, speed, people_s).lead_min
        assert lead_min * 60 / speed >= 0.99 * people_s  # rounded to minutes
    assert paced(600.0, 10.0) == 600.0
