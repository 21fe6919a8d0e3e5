"""A peer on the far end of a real pseudo-terminal that answers as the test scripts it."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pymodbus.framer import FramerRTU
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from devices.clock import Clock
from devices.line import Line
from devices.line_events import LineConfig
from devices.profile import DeviceTiming
from devices.transport import open_transport

CLOCK = Clock()
Answer = Callable[[bytes], list[tuple[float, bytes]]]


def with_crc(body: bytes) -> bytes:
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


class Peer:
    """Answers each request with bytes after delays (seconds after the request, or after the bytes before)."""

    def __init__(self, link: Path) -> None:
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        self.port = str(link)
        link.symlink_to(os.ttyname(self._far))
        self._link = link
        self._wake_read, self._wake_write = os.pipe()
        self.answer: Answer = silent
        self.closed = False
        self.requests: list[bytes] = []
        self.came_s: list[float] = []
        self._pending: list[tuple[float, bytes]] = []
        self._thread = threading.Thread(target=self._run, name="peer")
        self._thread.start()

    def send(self, data: bytes) -> None:
        """Bytes that nobody asked for."""
        os.write(self._near, data)

    def close(self) -> None:
        """The adapter is pulled out."""
        self.closed = True
        os.write(self._wake_write, b"x")
        self._thread.join()
        self._link.unlink()
        for descriptor in (self._near, self._far, self._wake_read, self._wake_write):
            os.close(descriptor)

    def _run(self) -> None:
        buffer = b""
        while True:
            wait_s = max(self._pending[0][0] - CLOCK.monotonic_s(), 0) if self._pending else None
            ready, _, _ = select.select([self._near, self._wake_read], [], [], wait_s)
            if self._wake_read in ready:
                return
            if self._near in ready:
                try:
                    buffer += os.read(self._near, 4096)
                except OSError:
                    continue
                buffer = self._serve(buffer)
            while self._pending and self._pending[0][0] <= CLOCK.monotonic_s():
                os.write(self._near, self._pending.pop(0)[1])

    def _serve(self, buffer: bytes) -> bytes:
        while len(buffer) >= 8:
            length = 9 + buffer[6] if buffer[1] == 16 else 8
            if len(buffer) < length:
                break
            request, buffer = buffer[:length], buffer[length:]
            self.requests.append(request)
            self.came_s.append(CLOCK.monotonic_s())
            at_s = CLOCK.monotonic_s()
            for delay_s, data in self.answer(request):
                at_s += delay_s
                self._pending.append((at_s, data))
            self._pending.sort(key=_when)
        return buffer


def _when(item: tuple[float, bytes]) -> float:
    return item[0]


def silent(request: bytes) -> list[tuple[float, bytes]]:
    return []


@pytest.fixture
def make_peer(tmp_path: Path) -> Iterator[Callable[[], Peer]]:
    """Plugs a peer in at tmp_path/line; again after it was closed."""
    peers: list[Peer] = []

    def make() -> Peer:
        peers.append(Peer(tmp_path / "line"))
        return peers[-1]

    yield make
    for peer in peers:
        if not peer.closed:
            peer.close()


@pytest.fixture
def peer(make_peer: Callable[[], Peer]) -> Peer:
    return make_peer()


@pytest.fixture
def timing() -> DeviceTiming:
    """A quick meter: its first byte comes within 0.3 s or is late."""
    return DeviceTiming(turnaround_max_ms=300)


@pytest.fixture
def line(peer: Peer) -> Iterator[Line]:
    """Our end of the peer's line, at 9600 8N1."""
    config = LineConfig("line_1", peer.port)
    opened = Line(config, open_transport(config, never), Clock(), never)
    yield opened
    opened.close()


def never() -> bool:
    return False


@pytest.fixture
def crc() -> Callable[[bytes], bytes]:
    """Makes a frame of unit, function and data."""
    return with_crc


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the operating system list an adapter at a device, for a pseudo-terminal has no USB number."""
    found: dict[str, ListPortInfo] = {}
    monkeypatch.setattr(list_ports, "comports", lambda: list(found.values()))

    def plug(device: str, serial_number: str | None, location: str | None = None) -> None:
        if location is None:
            found.clear()  # it is the only one
        found[device] = ListPortInfo(device)
        found[device].serial_number, found[device].location = serial_number, location

    return plug
