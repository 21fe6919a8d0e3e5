"""A scan of a line: what answers, where, and what its ident register says; nothing is ever written."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devices.clock import Clock
from devices.line_events import LineConfig
from devices.line_scan import FoundUnit, ScanPlan, ScanProtocol, scan_line
from devices.profile import Confidence, load_profile
from devices.simulator.byte_meters import ByteMeter, Cjt188Meter
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
    assert found.confidence is Confidence.HIGH
    assert {request[1] for request in peer.requests} <= {3, 4}  # reads only


def test_a_meter_that_answers_zeros_to_everything_is_not_named(peer, crc) -> None:
    def zeros(request: bytes) -> list[tuple[float, bytes]]:
        count = int.from_bytes(request[4:6], "big")
        return [(0.0, crc(bytes((request[0], request[1], 2 * count)) + bytes(2 * count)))]

    peer.answer = zeros
    found = scanned(peer.port, ScanProtocol.MODBUS)
    assert {(unit.profiles, unit.confidence) for unit in found} == {((), Confidence.LOW)}


@contextmanager
def port_of(meter: ByteMeter) -> Iterator[str]:
    """A meter of its own on a pseudo-terminal whose adapter hears what it says itself."""
    near, far = os.openpty()
    tty.setraw(far)
    stop = threading.Event()

    def serve() -> None:
        received = b""
        while not stop.is_set():
            if not select.select([near], [], [], 0.02)[0]:
                received = b""  # a question for somebody else has ended
                continue
            received += os.read(near, 1000)
            if reply := meter.answer(received):
                os.write(near, received + reply)
                received = b""

    thread = threading.Thread(target=serve, name="a meter")
    thread.start()
    try:
        yield os.ttyname(far)
    finally:
        stop.set()
        thread.join()
        os.close(near)
        os.close(far)


def test_a_dlt645_meter_tells_its_own_address() -> None:
    with port_of(Dlt645Meter(lambda: Flow(0, 12.5, 3.0, 4321.0, 10.0), "000000000161", 1)) as port:
        (found,) = scanned(port, ScanProtocol.DLT645, (2400,))
    assert (found.protocol, found.unit, found.baud) == (ScanProtocol.DLT645, "000000000161", 2400)
    assert (found.profiles, found.confidence) == (("dlt645_2007",), Confidence.MEDIUM)


@pytest.mark.parametrize(("kind", "profile"), [(0x10, "cjt188_water"), (0x30, "cjt188_gas")])
def test_a_cjt188_meter_tells_its_own_address_and_whether_it_is_of_water_or_gas(kind, profile) -> None:
    with port_of(Cjt188Meter(lambda: {"current volume": 12.34}, kind, "78330011223344")) as port:
        (found,) = scanned(port, ScanProtocol.CJT188, (2400,))
    assert (found.unit, found.profiles, found.confidence) == ("78330011223344", (profile,), Confidence.MEDIUM)
    assert "current volume 12.34 m³" in found.says


def test_a_sign_on_is_asked_once_for_it_has_its_own_speed(peer) -> None:
    assert scanned(peer.port, ScanProtocol.IEC62056, (9600, 19_200)) == []
