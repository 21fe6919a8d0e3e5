from __future__ import annotations

import msgspec
import tomli_w

from hmi.plant import load_plant
from hmi.plant_edits import PlantEdit
from hmi.station.codes import Refusal
from hmi.station.payloads import EditPlant
from hmi.store.records import RequestKind
from tests.hmi.station.conftest import Small

EDIT = EditPlant([PlantEdit("rules", "", "peak_idle_min", 30, 45)], "fewer calls at night")


def test_an_engineer_changes_the_plant_and_the_station_ends_to_begin_anew_with_it(small: Small) -> None:
    file = small.data_dir / "plant.toml"
    plain = {key: value for key, value in msgspec.to_builtins(small.plant).items() if value is not None}
    plain["rules"]["peak_idle_min"] = 30
    file.write_text(tomli_w.dumps(plain))
    small.start_station()
    refused = small.ask("chen", RequestKind.EDIT_PLANT, EDIT)
    assert (refused.accepted, refused.answer) == (False, Refusal.NOT_ALLOWED)
    assert load_plant(file).rules.peak_idle_min == 30
    done = small.ask("zhao", RequestKind.EDIT_PLANT, EDIT)
    assert done.accepted
    assert load_plant(file).rules.peak_idle_min == 45
    thread = small._thread
    assert thread is not None
    small.wait("the station's end", lambda: not thread.is_alive())
