"""Every pairing of ours with another implementation over pseudo-terminals: both ways, reads and writes."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.clock import Clock
from devices.line import Line
from devices.line_events import LineConfig
from devices.modbus import read_request, write_request
from devices.plc import PlcAction
from devices.profile import DeviceTiming
from devices.protocols import dlt645
from devices.simulator.dlt645_meter import Dlt645Meter
from devices.simulator.load import Flow
from devices.simulator.scenario import Scenario, load_scenario, with_baud
from devices.simulator.server import SimulatorServer
from devices.transport import open_transport
from resources.locate import resource
from tests.bench import peer_environment
from tests.bench.peer_environment import CHECKOUT, PYTHON, PeerError

BAUD, SERVER_UNIT, METER_UNIT, PLC_UNIT, PLC_LINE = 115_200, 5, 23, 100, "line_2"
WORDS = [0, 77, int(PlcAction.TAKE)]  # sequence, high word first, and action
ADDRESS, ITEMS = "000000000161", {0x00010000: 0.26, 0x02010100: 100.1, 0x02020100: 4.999, 0x02030000: 0.2512}
PATIENCE_S = 120.0
CLIENTS = ("libmodbus", "mbpoll", "modbus-tk", "minimalmodbus", "pymodbus")
SERVERS = ("libmodbus", "modbus-tk", "pymodbus")
TIMING = DeviceTiming(turnaround_max_ms=1000)


def pairings() -> dict[str, str]:
    """What came of each pairing, in words; raises PeerError when no peer can run at all."""
    peer_environment.make_ready()
    found = {}
    for name in SERVERS:
        found[f"our line reads and writes a {name} server"] = told(our_line_at, name)
    for name in CLIENTS:
        found[f"{name} reads and writes our simulated PLC"] = told(at_our_plc, name)
        found[f"{name} reads our simulated meter"] = told(at_our_meter, name)
    found["our requests read a dlt645 server"] = told(our_requests_at_dlt645)
    found["dlt645 reads our simulated DL/T 645 meter"] = told(dlt645_at_our_meter)
    return found


def told(pairing: Callable[..., str], *arguments: str) -> str:
    """What a pairing says of itself, or why it was skipped or failed."""
    try:
        return pairing(*arguments)
    except PeerError as error:
        return str(error)


def our_line_at(server: str) -> str:
    """Our line discipline reads 40 registers of another's server, writes three and reads them back."""
    with ports() as (theirs, own), serving(server, theirs):
        line, clock = opened(own)
        try:
            read = line.exchange(read_request(SERVER_UNIT, 4, 10, 40), TIMING)
            written = line.exchange(write_request(SERVER_UNIT, 20, (7, 8, 9)), TIMING)
            clock.sleep_s(0.05)
            back = line.exchange(read_request(SERVER_UNIT, 3, 20, 3), TIMING)
        finally:
            line.close()
    expect(read.registers == tuple(range(1010, 1050)), f"it read {read.registers} ({read.reason})")
    expect(written.answered and back.registers == (7, 8, 9), f"it read {back.registers} back")
    return "reads and writes"


def at_our_plc(client: str) -> str:
    """Another's client takes a machine over from the PLC's crew: one write, seen in what it reads back."""
    with simulated() as server:
        task = {"unit": PLC_UNIT, "address": 0, "count": 5, "write_at": 0, "write": WORDS}
        answer = ask(client, server.addresses[PLC_LINE], task)
        after = ask(client, server.addresses[PLC_LINE], {**task, "write": []})
    expect(answer["read_back"] == WORDS, f"it read {answer['read_back']} back")
    expect(after["registers"][2:4] == WORDS[:2], f"the PLC did not carry it out: {after['registers']}")
    return "reads and writes"


def at_our_meter(client: str) -> str:
    """Another's client reads a simulated meter's 40 registers."""
    with simulated() as server:
        answer = ask(client, server.addresses["line_1"], {"unit": METER_UNIT, "address": 0, "count": 40})
    expect(answer["failures"] == 0 and len(answer["registers"]) == 40, f"it told {answer}")
    expect(answer["registers"][0] >> 8 == 0x43, "the first register is not that of some 230 V")
    return "reads"


def our_requests_at_dlt645() -> str:
    """Four identifiers by address and by wildcard, and the address."""
    with ports() as (theirs, own), serving("dlt645", theirs, baud=2400):
        transport = open_transport(LineConfig("line", own, 2400), never)
        try:
            for address in (ADDRESS, dlt645.WILDCARD):
                for identifier, value in ITEMS.items():
                    payload = asked(transport.write, transport.read, dlt645.read_data(address, identifier))
                    read = [one.value for one in dlt645.reply_values(payload)]
                    expect(read == [value], f"{identifier:08X} was read as {read}")
            payload = asked(transport.write, transport.read, dlt645.read_address())
            expect(dlt645.reply_values(payload)[0].value == ADDRESS, "another address was read")
        finally:
            transport.close()
    return "reads"


def dlt645_at_our_meter() -> str:
    """The library's client reads energy, voltage, current and power of our simulated meter."""
    flow = Flow(t_ms=0, power_kw=12.5, reactive_kvar=3.0, energy_kwh=4321.0, reactive_kvarh=10.0)
    meter = Dlt645Meter(lambda: flow, ADDRESS, 1)
    near, far = raw_pty()
    stop = threading.Event()
    thread = threading.Thread(target=answer_until, args=(stop, near, meter), name="DL/T 645 meter")
    thread.start()
    try:
        told = ask("dlt645", os.ttyname(far), {"identifiers": [0x00010000, 0x02030000], "unit": 0})
    finally:
        stop.set()
        thread.join()
        os.close(near)
        os.close(far)
    expect(told["values"] == {"00010000": 4321.0, "02030000": 12.5}, f"it read {told['values']}")
    return "reads"


def answer_until(stop: threading.Event, near: int, meter: Dlt645Meter) -> None:
    received = b""
    while not stop.is_set():
        if not select.select([near], [], [], 0.05)[0]:
            continue
        received += os.read(near, 1000)
        if reply := meter.answer(received):
            os.write(near, reply)
            received = b""


def asked(
    write: Callable[[bytes], None], read: Callable[[float], bytes], request: dlt645.Dlt645Request
) -> bytes:
    """The accepted payload of a reply; PeerError when there is none."""
    sent, received, clock = request.frame(), b"", Clock()
    write(sent)
    end_s = clock.monotonic_s() + 2.0
    while clock.monotonic_s() < end_s:
        received += read(0.1)
        payload = request.scan(received, sent, final=False).payload
        if payload is not None:
            return payload
    raise PeerError(f"failed: no reply to {sent.hex(' ')}, only {received.hex(' ')}")


def expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise PeerError(f"failed: {otherwise}")


def opened(port: str, baud: int = BAUD) -> tuple[Line, Clock]:
    """Our end of a line."""
    clock, config = Clock(), LineConfig("line", port, baud)
    return Line(config, open_transport(config, never), clock, never), clock


@contextmanager
def simulated(baud: int = BAUD, scenario: Scenario | None = None) -> Iterator[SimulatorServer]:
    """The example plant on paced lines, its devices answering at once."""
    plant = scenario or load_scenario(resource("plants/company_x/scenario.toml"))
    clock = Clock(Clock().wall_ms(), plant.minute_ms(720))
    with tempfile.TemporaryDirectory() as folder:
        server = SimulatorServer(with_baud(plant, baud, turnaround_ms=0.0), clock, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def ask(peer: str, port: str, task: dict[str, Any], baud: int = BAUD) -> dict[str, Any]:
    """What a peer says as a client; raises PeerError with what it said last where it fails."""
    whole = {"role": "client", "peer": peer, "port": port, "baud": baud, "seconds": 0.0, **task}
    python = sys.executable if peer == "ours" else PYTHON
    command = [python, "-W", "ignore", "-m", "tests.bench.line_peers", json.dumps(whole)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            timeout=PATIENCE_S + whole["seconds"],
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"failed: {peer} did not end within {error.timeout:.0f} s") from error
    if done.returncode or not done.stdout.strip():
        last = done.stderr.strip().splitlines() or ["nothing"]
        verb = "skipped" if "not installed" in last[-1] or "mbpoll" in last[-1] else "failed"
        raise PeerError(f"{verb}: {last[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@contextmanager
def serving(peer: str, port: str, baud: int = BAUD) -> Iterator[None]:
    """A peer as a server on a port, until the block ends."""
    task = json.dumps({"role": "server", "peer": peer, "port": port, "baud": baud})
    command = [PYTHON, "-W", "ignore", "-m", "tests.bench.line_peers", task]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        if "ready" not in process.stdout.readline():
            last = process.stderr.read().strip().splitlines() or ["nothing"]
            verb = "skipped" if "not installed" in last[-1] else "failed"
            raise PeerError(f"{verb}: {last[-1]}")
        Clock().sleep_s(0.5)  # it says so before it has opened its port
        yield
    finally:
        process.kill()
        process.communicate()


@contextmanager
def ports() -> Iterator[tuple[str, str]]:
    """Two devices that are the ends of one wire."""
    first, second = raw_pty(), raw_pty()
    stop = threading.Event()
    thread = threading.Thread(target=relay, args=(stop, first[0], second[0]), name="wire")
    thread.start()
    try:
        yield os.ttyname(first[1]), os.ttyname(second[1])
    finally:
        stop.set()
        thread.join()
        for descriptor in (*first, *second):
            os.close(descriptor)


def raw_pty() -> tuple[int, int]:
    near, far = os.openpty()
    tty.setraw(far)
    return near, far


def relay(stop: threading.Event, one: int, other: int) -> None:
    while not stop.is_set():
        for near in select.select([one, other], [], [], 0.05)[0]:
            os.write(other if near == one else one, os.read(near, 1000))


def never() -> bool:
    return False
