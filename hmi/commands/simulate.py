"""`valleyline simulate`: the simulated plant as a process of its own, on real lines."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.simulator.scenario import load_scenario
from devices.simulator.server import serve_until
from hmi.commands.common import FiniteRange, data_option, make_folder
from hmi.interrupts import when_asked_to_end


@click.command()
@data_option
@click.option("--scenario", "scenario_path", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--origin-wall-ms", type=int, default=0)
@click.option("--origin-plant-ms", type=int, default=0)
@click.option("--speed", type=FiniteRange(0.01, 36_000), default=1.0)
def simulate_command(
    data_dir: Path, scenario_path: Path, origin_wall_ms: int, origin_plant_ms: int, speed: float
) -> None:
    """Run the simulated plant until it is told to end; its lines appear in the data folder under ports/."""
    stop = threading.Event()
    clock = Clock(origin_wall_ms, origin_plant_ms, speed)
    scenario = load_scenario(scenario_path)
    make_folder(data_dir / "ports")
    try:
        with when_asked_to_end(lambda _: stop.set()):
            counted = serve_until(stop, scenario, clock, data_dir / "ports")
    except DataFileError as error:
        raise DataFileError(f"{scenario_path}: {error}") from error
    except OSError as error:
        raise DataFileError(
            f"{scenario_path}: lines: a line's port cannot be had ({error.strerror}); "
            "end the program that has it, or choose another."
        ) from error
    for line_id, counters in counted.items():
        click.echo(
            f"{line_id}: {counters.requests} requests, {counters.replies} replies, {counters.gap_violations} "
            f"that came too soon, {counters.collisions} collisions, {counters.damaged} damaged, "
            f"{counters.unanswered} unanswered",
            err=True,
        )
