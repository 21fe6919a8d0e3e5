"""Our pollers against servers that are not ours: pymodbus' own, over Modbus TCP and as a serial gateway."""

from __future__ import annotations

import asyncio
import queue
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from devices.clock import Clock
from devices.poller import LineConfig, LinePoller, MeterOnLine, MeterRead
from devices.profile import load_profile

VALUES = {0x00: 229.5, 0x06: 81.25, 0x34: 47_500.0, 0x3E: 0.875, 0x46: 49.98, 0x48: 98_765.4}
PATIENCE_S = 20.0


class PymodbusServer:
    """pymodbus' server with one SDM630 at address 25, on a thread with its own event loop."""

    def __init__(self, framer: FramerType) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._framer = framer
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pymodbus server")
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        server = ModbusTcpServer(self._device(), framer=self._framer, address=("127.0.0.1", self.port))
        await server.serve_forever(background=True)
        self._ready.set()
        await self._ending.wait()
        await server.shutdown()

    def _device(self) -> SimDevice:
        words = [0] * 100
        for address, value in VALUES.items():
            words[address : address + 2] = struct.unpack(">HH", struct.pack(">f", value))
        return SimDevice(id=25, simdata=[SimData(0, values=words, datatype=DataType.REGISTERS)])


@pytest.fixture(params=[("tcp", FramerType.SOCKET), ("rtu+tcp", FramerType.RTU)], ids=["tcp", "rtu+tcp"])
def port(request: pytest.FixtureRequest) -> Iterator[str]:
    scheme, framer = request.param
    server = PymodbusServer(framer)
    yield f"{scheme}://127.0.0.1:{server.port}"
    server.stop()


def test_a_meter_behind_pymodbus_own_server_is_read(port: str) -> None:
    events: queue.Queue = queue.Queue()
    meter = MeterOnLine("mill_25", 25, load_profile("eastron_sdm630"), poll_s=60)
    poller = LinePoller(LineConfig("line_1", port, baud=115_200), [meter], None, Clock(), events)
    poller.start()
    event = events.get(timeout=PATIENCE_S)
    while not isinstance(event, MeterRead):
        event = events.get(timeout=PATIENCE_S)
    poller.stop()
    values = {reading.point.split(".")[1]: reading.value for reading in event.readings}
    assert values == pytest.approx(
        {
            "voltage_v": 229.5,
            "current_a": 81.25,
            "power_kw": 47.5,
            "power_factor": 0.875,
            "frequency_hz": 49.98,
            "energy_kwh": 98_765.4,
        },
        rel=1e-6,
    )
