"""Where there are no pseudo-terminals, the simulated lines are RTU over TCP on this machine."""

from __future__ import annotations

import socket

import msgspec

from devices.simulator.scenario import Scenario
from hmi.plant import Plant

HOST = "127.0.0.1"


def moved_to_tcp(plant: Plant, scenario: Scenario) -> tuple[Plant, Scenario]:
    """The plant and its scenario with every line on a free port of this machine."""
    ports = free_ports([line.id for line in plant.lines])
    change = msgspec.structs.replace
    lines = [change(line, port=f"rtu+tcp://{HOST}:{ports[line.id]}") for line in plant.lines]
    wires = [change(wire, tcp_port=ports[wire.id]) for wire in scenario.lines]
    return change(plant, lines=lines), change(scenario, lines=wires)


def free_ports(lines: list[str]) -> dict[str, int]:
    """A port for each line that nobody listens on at this moment."""
    sockets = {line: socket.create_server((HOST, 0)) for line in lines}
    ports = {line: int(listening.getsockname()[1]) for line, listening in sockets.items()}
    for listening in sockets.values():
        listening.close()
    return ports
