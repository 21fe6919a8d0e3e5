"""The station learns its machines' states at night, keeps the versions, and an engineer can pin one."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from devices.reading import Reading
from hmi.station.payloads import PinModel
from hmi.store.readings import insert_readings
from hmi.store.records import MachineState, RequestKind
from hmi.store.state_models import (
    save_state_model,
    state_model_in_force,
    state_model_to_beat,
    state_models,
)
from solver.durations import MINUTE_MS
from tests.hmi.station.watch.conftest import Bench

DAY_MIN = 1440
PATIENCE_TURNS = 3000


@pytest.fixture
def learning(bench: Bench) -> Bench:
    """A station whose store holds seven days of mill_1, every two minutes."""
    rng = np.random.default_rng(1)
    now_ms = bench.clock.now_ms()
    for_days = np.arange(7 * DAY_MIN // 2)
    running = (for_days % 720 > 200) & (for_days % 720 < 520)
    power = np.where(running, 52.0, 0.3) * (1 + 0.03 * rng.standard_normal(len(for_days)))
    times = now_ms - 2 * MINUTE_MS * (len(for_days) - for_days)
    insert_readings(
        bench.world.store,
        [Reading("mill_1.power_kw", int(t), float(kw)) for t, kw in zip(times, power, strict=True)],
    )
    bench.start()
    return bench


def learn(bench: Bench, versions: int) -> None:
    """Turns until mill_1 has so many versions."""
    for _ in range(PATIENCE_TURNS):
        bench.turn(0.2)
        time.sleep(0.005)  # noqa: TID251 the fit runs beside the turns
        if len(state_models(bench.world.store, "mill_1")) >= versions:
            return
    raise AssertionError("nothing was learned")


def test_a_night_s_fit_is_stored_with_its_window_and_score_and_used(learning: Bench) -> None:
    learn(learning, 1)
    (version,) = state_models(learning.world.store, "mill_1")
    assert (version.version, version.used, version.pinned, version.score_in_force) == (1, True, False, None)
    assert version.to_ms - version.from_ms == pytest.approx(5 * DAY_MIN * MINUTE_MS, abs=4 * MINUTE_MS)
    assert state_models(learning.world.store, "mill_2") == []
    twin = learning.watch._states.twins["mill_1"]
    assert twin._states.learned is not None
    assert twin.state is MachineState.STANDBY or twin.state is MachineState.RUNNING


def test_the_model_in_force_comes_back_with_the_station(learning: Bench) -> None:
    learn(learning, 1)
    learning.start()
    assert learning.watch._states.twins["mill_1"]._states.learned is not None
    assert learning.watch._states.twins["mill_2"]._states.learned is None


def test_one_fit_a_night(learning: Bench) -> None:
    learn(learning, 1)
    for _ in range(60):
        learning.turn(1)
    assert len(state_models(learning.world.store, "mill_1")) == 1


def test_an_engineer_pins_a_version_and_others_may_not(learning: Bench) -> None:
    learn(learning, 1)
    pin = PinModel(machine="mill_1", version=1, reason="as it was before the repair")
    assert learning.ask("chen", RequestKind.PIN_MODEL, pin).answer == "not_allowed"
    assert learning.ask("zhao", RequestKind.PIN_MODEL, pin).accepted
    in_force = state_model_in_force(learning.world.store, "mill_1")
    assert in_force is not None and in_force.pinned
    unknown = PinModel(machine="mill_1", version=9)
    assert learning.ask("zhao", RequestKind.PIN_MODEL, unknown).answer == "unknown_model"
    assert learning.ask("zhao", RequestKind.PIN_MODEL, PinModel(machine="oven")).answer == "unknown_machine"
    assert learning.ask("zhao", RequestKind.PIN_MODEL, PinModel(machine="mill_1")).accepted
    in_force = state_model_in_force(learning.world.store, "mill_1")
    assert in_force is not None and not in_force.pinned


def test_a_new_fit_is_held_against_the_best_that_was_learned_not_against_a_pinned_one(
    learning: Bench,
) -> None:
    learn(learning, 1)
    store = learning.world.store
    (first,) = state_models(store, "mill_1")
    save_state_model(store, replace(first, version=2, used=True))
    save_state_model(store, replace(first, version=3, used=False))
    assert learning.ask("zhao", RequestKind.PIN_MODEL, PinModel(machine="mill_1", version=3)).accepted
    in_force, to_beat = (of(store, "mill_1") for of in (state_model_in_force, state_model_to_beat))
    assert in_force is not None and in_force.version == 3
    assert to_beat is not None and to_beat.version == 2
