"""The field on paced lines: how near the limit, beside its peers, and what dead, pulled and many cost.

The peers run in .venv-peers (see bench_solver). The limit is T(N) of the specification: more than 100 % of it
means that the silence between frames was cut short, not that a client is quick.
"""

from __future__ import annotations

import msgspec

from devices.budget import character_s, silent_gap_s, transaction_s
from devices.simulator.scenario import Scenario, load_scenario
from resources.locate import resource
from tests.bench import line_pairs, peer_environment
from tests.bench.line_field import dead_row, replug_row, station_row
from tests.bench.line_pairs import PeerError, ask, simulated
from tests.bench.solver_ours import Row, row

SECONDS = 6.0
UNIT, LINE = 23, "line_1"
BAUD = 9600
LENGTHS = (40, 2)
WANTED = {40: 0.98, 2: 0.95}
PEERS = ("minimalmodbus", "pymodbus", "pymodbus, asynchronous", "modbus-tk", "libmodbus")


def run() -> dict[str, object]:
    """The rows with what must be, what was measured and whether it holds; then the figures side by side."""
    ours = {count: share("ours", BAUD, count) for count in LENGTHS}
    rows: dict[str, Row] = {
        f"{count} registers at {BAUD}": row(
            f"at least {WANTED[count]:.0%} of the limit, no gap violation",
            words(*ours[count]),
            ours[count][0] >= WANTED[count] and ours[count][1] == 0,
        )
        for count in LENGTHS
    }
    rows["one dead meter of 20"] = dead_row()
    rows["plugged in again"] = replug_row()
    rows["32 lines × 30 meters"] = station_row()
    faster = {
        f"{baud} baud, {count} registers": words(*share("ours", baud, count))
        for baud in (19_200, 115_200)
        for count in LENGTHS
    }
    return {"rows": rows, "faster lines": faster, "peers at 9600": peers(), "pairings": pairings()}


def share(peer: str, baud: int, count: int) -> tuple[float, int, int]:
    """A master's share of the limit on a strict line, counting what it read; gap violations; failed reads."""
    with simulated(baud, strict()) as server:
        task = {"unit": UNIT, "address": 0, "count": count, "seconds": SECONDS}
        told = ask(peer, server.addresses[LINE], task, baud)
        violations = server.counters(LINE).gap_violations
    return limit_s(baud, count) * told["reads"] / told["seconds"], violations, told["failures"]


def peers() -> dict[str, dict[str, str]] | str:
    """The same with each peer as the master; or why none of them can run."""
    try:
        peer_environment.make_ready()
    except PeerError as error:
        return str(error)
    found: dict[str, dict[str, str]] = {}
    for peer in PEERS:
        found[peer] = {}
        for count in LENGTHS:
            try:
                found[peer][f"{count} registers"] = words(*share(peer, BAUD, count))
            except PeerError as error:
                found[peer][f"{count} registers"] = str(error)
    return found


def pairings() -> dict[str, str] | str:
    try:
        return line_pairs.pairings()
    except PeerError as error:
        return str(error)


def strict() -> Scenario:
    """The example plant with meters that ignore a request which begins too soon."""
    scenario = load_scenario(resource("plants/company_x/scenario.toml"))
    lines = [msgspec.structs.replace(line, drop_short_gaps=True) for line in scenario.lines]
    return msgspec.structs.replace(scenario, lines=lines)


def limit_s(baud: int, count: int) -> float:
    return transaction_s(count, character_s(baud), silent_gap_s(baud))


def words(share: float, violations: int, failures: int) -> str:
    return f"{share:.1%} of the limit, {violations} gap violations, {failures} failed"
