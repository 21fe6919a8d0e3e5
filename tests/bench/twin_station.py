"""What a station's turns cost with 200 machines at 5 s: states, batches, forecasts, alarms and the store."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from time import process_time

import numpy as np

from devices.clock import Clock
from devices.line_events import LineEvent, MeterRead
from devices.reading import Reading
from hmi.data_folder import database_path
from hmi.plant import LineSpec, MachineSpec, MeterSpec, Plant
from hmi.station.machine_twin import MachineTwin
from hmi.station.watch import Watch
from hmi.store.database import Store, open_store
from hmi.store.state_models import StateModelVersion, save_state_model
from solver.twin.grid import gridded
from solver.twin.states_learn import learned_model
from solver.twin.states_model import StateModel
from solver.twin.states_packed import packed
from tests.solver.twin.machine_families import machine

MACHINES, POLL_S = 200, 5
PARTS = 10  # in which the meters of one poll arrive
ROUNDS = 60  # polls: five minutes
WARM = 12
START_MS = 1_457_913_600_000  # 2016-03-14 00:00 UTC


class _HandClock(Clock):
    """Plant time stands until it is moved."""

    def move(self, t_ms: int) -> None:
        object.__setattr__(self, "origin_plant_ms", t_ms)

    def now_ms(self) -> int:
        return self.origin_plant_ms

    def monotonic_s(self) -> float:
        return self.origin_plant_ms / 1000


def station() -> dict[str, object]:
    """Processor time per second of plant time, with learned states and with those of the plant file."""
    return {
        "machines": MACHINES,
        "seconds between readings": POLL_S,
        "share of a core, learned": f"{100 * _share(learned=True):.1f} %",
        "share of a core, thresholds": f"{100 * _share(learned=False):.1f} %",
        "share of a core without the store, learned": f"{100 * _twins_alone():.2f} %",
    }


def _share(*, learned: bool) -> float:
    with tempfile.TemporaryDirectory() as folder:
        clock = _HandClock(origin_plant_ms=START_MS)
        with closing(open_store(database_path(Path(folder)))) as store:
            if learned:
                _learn(store)
            watch = Watch(store, _plant(), clock, [].append)
            spent_s = 0.0
            for number, events in enumerate(_polls()):
                clock.move(START_MS + number * 1000 * POLL_S // PARTS)
                since_s = process_time()
                watch.turn(events)
                if number >= WARM * PARTS:
                    spent_s += process_time() - since_s
            watch.close()
    return spent_s / ((ROUNDS - WARM) * POLL_S)


def _twins_alone() -> float:
    model = _model()
    twins = {spec.id: MachineTwin(spec, POLL_S, has_plc=False) for spec in _plant().machines}
    for twin in twins.values():
        twin.use_model(model)
    since_s = process_time()
    for events in _polls():
        for event in events:
            assert isinstance(event, MeterRead)
            power, energy = event.readings
            twins[event.meter].update(power.t_ms, power.value, energy.value)
    return (process_time() - since_s) / (ROUNDS * POLL_S)


def _learn(store: Store) -> None:
    """Every machine has learned the same."""
    model = packed(_model())
    with store.transaction():
        for i in range(MACHINES):
            times = START_MS - 9, START_MS - 8, START_MS - 7
            save_state_model(store, StateModelVersion(f"m{i}", 1, *times, 0.0, None, True, False, model))


def _model() -> StateModel:
    made = machine("mill with pauses", 100)
    scale = 48.0 / float(np.quantile(made.power_kw, 0.9))
    found = learned_model(gridded(made.times_ms, made.power_kw * scale))
    assert found is not None
    return found


def _polls() -> list[list[LineEvent]]:
    """Every turn's readings: machines run and stand in turns, each at its own time."""
    rng = np.random.default_rng(1)
    counted = rng.uniform(1e3, 1e5, MACHINES)
    turns: list[list[LineEvent]] = []
    for poll in range(ROUNDS):
        running = (poll + 7 * np.arange(MACHINES)) % 150 < 100
        power = np.where(running, 48.0, 0.33) * (1 + 0.05 * rng.standard_normal(MACHINES))
        counted = counted + power * POLL_S / 3600
        for part in range(PARTS):
            t_ms = START_MS + (poll * PARTS + part) * 1000 * POLL_S // PARTS
            turns.append(
                [
                    MeterRead(
                        f"m{i}",
                        t_ms,
                        (
                            Reading(f"m{i}.power_kw", t_ms, round(float(power[i]), 2)),
                            Reading(f"m{i}.energy_kwh", t_ms, round(float(counted[i]), 2)),
                        ),
                    )
                    for i in range(part, MACHINES, PARTS)
                ]
            )
    return turns


def _plant() -> Plant:
    names = [f"m{i}" for i in range(MACHINES)]
    return Plant(
        name="two hundred",
        shopfloor="shop",
        shopfloor_label="shop",
        timezone="Asia/Shanghai",
        currency="CNY",
        tariff="guangdong-large-industry-2016",
        lines=[LineSpec(id="line", port="/dev/null", baud=115200)],
        meters=[
            MeterSpec(
                id=name, line="line", unit=1 + i, profile="eastron_sdm630", measures=name, poll_s=POLL_S
            )
            for i, name in enumerate(names)
        ],
        machines=[
            MachineSpec(
                id=name, label=name, rated_kw=160.0, running_kw=48.0, standby_kw=0.33, batch_running_min=770.0
            )
            for name in names
        ],
    )
