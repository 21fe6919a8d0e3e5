"""Our line discipline on paced lines: how near the physical limit it reads, and whether it keeps silent."""

from __future__ import annotations

import tempfile
from pathlib import Path

from devices.budget import character_s, silent_gap_s, transaction_s
from devices.clock import Clock
from devices.line import Line
from devices.line_events import LineConfig
from devices.modbus import read_request
from devices.profile import DeviceTiming
from devices.simulator.scenario import Scenario, load_scenario, with_baud
from devices.simulator.server import SimulatorServer
from devices.transport import open_transport
from resources.locate import resource

SECONDS = 4.0
UNIT = 23


def run() -> dict[str, object]:
    """Efficiency and violations per baud rate and length; the limit is T(N) of the specification."""
    scenario = load_scenario(resource("plants/company_x/scenario.toml"))
    return {f"{baud} baud": _at_baud(scenario, baud) for baud in (9600, 19_200, 115_200)}


def _at_baud(scenario: Scenario, baud: int) -> dict[str, object]:
    clock = Clock(Clock().wall_ms(), scenario.minute_ms(720))
    with tempfile.TemporaryDirectory() as folder:
        server = SimulatorServer(with_baud(scenario, baud, turnaround_ms=0.0), clock, Path(folder))
        server.start()
        config = LineConfig("line_1", server.addresses["line_1"], baud)
        line = Line(config, open_transport(config, _never), clock, _never)
        figures = {f"{count} registers": _measured(line, clock, count, baud) for count in (2, 40)}
        line.close()
        violations = server.counters("line_1").gap_violations
        server.stop()
    return {**figures, "gap violations": violations}


def _measured(line: Line, clock: Clock, count: int, baud: int) -> str:
    request, timing = read_request(UNIT, 4, 0, count), DeviceTiming()
    reads = failures = 0
    began_s = clock.monotonic_s()
    while (passed_s := clock.monotonic_s() - began_s) < SECONDS:
        failures += not line.exchange(request, timing).answered
        reads += 1
    limit_s = transaction_s(count, character_s(baud), silent_gap_s(baud))
    return f"{reads / passed_s:.2f}/s, {limit_s * reads / passed_s:.1%} of the limit, {failures} failed"


def _never() -> bool:
    return False
