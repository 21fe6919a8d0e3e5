"""A scan of a line: what answers, where, and what its ident register says; nothing is ever written."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Iterator

import pytest

from devices.clock import Clock
from devices.line_events import LineConfig
from devices.line_scan import FoundUnit, ScanPlan, ScanProtocol, scan_line
from devices.profile import load_profile
from devices.simulator.dlt645_meter import Dlt645Meter
from devices.simulator.load import Flow

ABB = load_profile("abb_b23")
NOT_THERE = 2


def scanned(port: str, protocol: ScanProtocol, bauds: tuple[int, ...] = (115_200,)) -> list[FoundUnit]:
    settings = tuple(LineConfig("line", port, baud) for baud in bauds)
    plan, steps = ScanPlan(settings, (protocol,), range(24, 27), 60.0), []
    found = list(scan_line(plan, Clock(), steps.append))
    assert len(steps) == plan.steps
    return found


def test_a_unit_that_answers_is_asked_for_its_ident_and_named(peer, crc) -> None:
    ident = ABB.ident[0]

    def answer(request: bytes) -> list[tuple[float, bytes]]:
        if request[0] != 25:
            return []
        if request[1] == ident.fc and int.from_bytes(request[2:4], "big") == ident.address:
            words = int(ident.expected[0]).to_bytes(2 * ident.count, "big")
            return [(0.0, crc(bytes((25, ident.fc, 2 * ident.count)) + words))]
        return [(0.0, crc(bytes((25, request[1] | 0x80, NOT_THERE))))]

    peer.answer = answer
    (found,) = scanned(peer.port, ScanProtocol.MODBUS)
    assert (found.unit, found.exception_code, found.profiles) == (25, NOT_THERE, ("abb_b23",))
    assert {request[1] for request in peer.requests} <= {3, 4}  # reads only


def test_a_meter_that_answers_zeros_to_everything_is_not_named(peer, crc) -> None:
    def zeros(request: bytes) -> list[tuple[float, bytes]]:
        count = int.from_bytes(request[4:6], "big")
        return [(0.0, crc(bytes((request[0], request[1], 2 * count)) + bytes(2 * count)))]

    peer.answer = zeros
    assert {found.profiles for found in scanned(peer.port, ScanProtocol.MODBUS)} == {()}


@pytest.fixture
def dlt645_port() -> Iterator[str]:
    """A DL/T 645 meter of its own on a pseudo-terminal."""
    meter = Dlt645Meter(lambda: Flow(0, 12.5, 3.0, 4321.0, 10.0), "000000000161", 1)
    near, far = os.openpty()
    tty.setraw(far)
    stop = threading.Event()

    def serve() -> None:
        received = b""
        while not stop.is_set():
            if select.select([near], [], [], 0.02)[0]:
                received += os.read(near, 1000)
                if reply := meter.answer(received):
                    os.write(near, reply)
                    received = b""

    thread = threading.Thread(target=serve, name="DL/T 645 meter")
    thread.start()
    yield os.ttyname(far)
    stop.set()
    thread.join()
    os.close(near)
    os.close(far)


def test_a_dlt645_meter_tells_its_own_address(dlt645_port: str) -> None:
    (found,) = scanned(dlt645_port, ScanProtocol.DLT645, (2400,))
    assert (found.protocol, found.unit, found.baud) == (ScanProtocol.DLT645, "000000000161", 2400)


def test_a_sign_on_is_asked_once_for_it_has_its_own_speed(peer) -> None:
    assert scanned(peer.port, ScanProtocol.IEC62056, (9600, 19_200)) == []
