"""A station on real lines whose profiles are wrong: it names each mistake, and none where there is none."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest

from devices.clock import Clock
from devices.profile import profile_path
from devices.simulator.scenario import load_scenario, with_baud
from devices.simulator.server import SimulatorServer
from hmi.data_folder import database_path
from hmi.plant import MeterSpec, Plant, load_plant
from hmi.station.station import Station
from hmi.store.alarms import alarms
from hmi.store.database import open_store
from resources.locate import resource

SPEED = 200.0
BAUD = 115_200
PATIENCE_S = 120
CAREFUL = "min_gap_ms = 5\ndevice_switch_ms = 60"
# profile, the quantity it gets wrong, what is wrong with it
MISTAKES = {
    "mill_23": ("energy_kwh", 'type = "f32"', 'type = "f32"\nword_order = "little"', "wrong_order_energy"),
    "mill_24": ("power_kw", 'type = "f32"', 'type = "f32"\nword_order = "little"', "wrong_order_power"),
    "mill_25": ("power_kw", 'type = "f32"', 'type = "f32"\npositive = "export"', "wrong_sign"),
    "mill_26": ("energy_kwh", 'ratios = ["ct", "pt"]', "", "wrong_factor"),
}


def write_profiles(folder: Path) -> None:
    folder.mkdir()
    right = profile_path("eastron_sdm630").read_text().replace(CAREFUL, "device_switch_ms = 5")
    (folder / "eastron_sdm630.toml").write_text(right)
    for meter, (quantity, old, new, _) in MISTAKES.items():
        before, name, after = right.partition(f'name = "{quantity}"')
        (folder / f"{meter}.toml").write_text(before + name + after.replace(old, new, 1))


def misread(plant: Plant, ports: dict[str, str]) -> Plant:
    change = msgspec.structs.replace

    def meter(spec: MeterSpec) -> MeterSpec:
        ratio = 40.0 if spec.id == "mill_26" else None
        return change(spec, profile=spec.id if spec.id in MISTAKES else spec.profile, ct_ratio=ratio)

    lines = [change(line, port=ports[line.id], baud=BAUD) for line in plant.lines]
    return change(plant, lines=lines, meters=[meter(spec) for spec in plant.meters])


def found(folder: Path) -> dict[str, tuple[str, str]]:
    store = open_store(database_path(folder))
    try:
        complaints = [alarm for alarm in alarms(store) if alarm.kind == "meter_misread"]
        return {item.subject: (str(item.detail["reason"]), str(item.detail["factor"])) for item in complaints}
    finally:
        store.close()


@pytest.mark.nightly
@pytest.mark.expects_log
def test_each_misread_meter_is_named_with_its_mistake_and_no_other(tmp_path: Path) -> None:
    write_profiles(tmp_path / "profiles")
    scenario = with_baud(load_scenario(resource("plants/company_x/scenario.toml")), BAUD, turnaround_ms=2.0)
    clock = Clock(Clock().wall_ms(), scenario.minute_ms(560), SPEED)
    server = SimulatorServer(scenario, clock, tmp_path / "ports")
    server.start()
    plant = misread(load_plant(resource("plants/company_x/plant.toml")), server.addresses)
    station, stop = Station(tmp_path, plant, clock), threading.Event()
    running = threading.Thread(target=station.run, args=(stop,), name="station")
    running.start()
    try:
        for _ in range(PATIENCE_S):
            stop.wait(1.0)
            if len(found(tmp_path)) == len(MISTAKES):
                break
        stop.wait(10.0)  # half an hour more: nobody else is accused
    finally:
        stop.set()
        running.join()
        server.stop()
    named = {meter: reason for meter, (reason, _) in found(tmp_path).items()}
    assert named == {meter: reason for meter, (*_, reason) in MISTAKES.items()}
    assert found(tmp_path)["mill_26"][1] == "1/40" and found(tmp_path)["mill_25"][1] == "-1"
