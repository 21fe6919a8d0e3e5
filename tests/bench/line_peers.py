"""Other libraries on a serial port, each in a process of its own in .venv-peers: as client or as server.

`python -m tests.bench.line_peers TASK`, the task in JSON. A client prints what it read; a server says
`ready`, holds 1000 + i in register i, answers unit 5 (DL/T 645: address 000000000161) and takes writes.
"""

from __future__ import annotations

import asyncio
import ctypes
import ctypes.util
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Read = Callable[[int, int], list[int]]  # holding or input registers from an address, so many
Write = Callable[[int, list[int]], None]
UNIT, SIZE = 5, 200
TIMEOUT_S = 1.0


# Clients: each yields how it reads input registers, and how it reads and writes holding registers.


@contextmanager
def our_client(port: str, baud: int, unit: int) -> Iterator[tuple[Read, Read, Write]]:
    """Our own line, in a process of its own as the others are."""
    from devices.modbus import Request, read_request, write_request
    from devices.profile import DeviceTiming
    from tests.bench.line_pairs import opened

    line, _ = opened(port, baud)

    def asked(request: Request) -> list[int]:
        exchange = line.exchange(request, DeviceTiming())
        failed(not exchange.answered, exchange.reason.value)
        return list(exchange.registers)

    yield (
        lambda at, n: asked(read_request(unit, 4, at, n)),
        lambda at, n: asked(read_request(unit, 3, at, n)),
        lambda at, words: void(asked(write_request(unit, at, tuple(words)))),
    )
    line.close()


@contextmanager
def pymodbus_client(port: str, baud: int, unit: int) -> Iterator[tuple[Read, Read, Write]]:
    from pymodbus import FramerType
    from pymodbus.client import ModbusSerialClient

    client = ModbusSerialClient(port, framer=FramerType.RTU, baudrate=baud, timeout=TIMEOUT_S, retries=0)
    assert client.connect()
    yield (
        lambda at, n: client.read_input_registers(at, count=n, device_id=unit).registers,
        lambda at, n: client.read_holding_registers(at, count=n, device_id=unit).registers,
        lambda at, words: failed(client.write_registers(at, words, device_id=unit).isError()),
    )
    client.close()


@contextmanager
def pymodbus_async_client(port: str, baud: int, unit: int) -> Iterator[tuple[Read, Read, Write]]:
    from pymodbus import FramerType
    from pymodbus.client import AsyncModbusSerialClient

    loop = asyncio.new_event_loop()

    async def connected() -> Any:
        client = AsyncModbusSerialClient(
            port, framer=FramerType.RTU, baudrate=baud, timeout=TIMEOUT_S, retries=0
        )
        assert await client.connect()
        return client

    client, do = loop.run_until_complete(connected()), loop.run_until_complete
    yield (
        lambda at, n: do(client.read_input_registers(at, count=n, device_id=unit)).registers,
        lambda at, n: do(client.read_holding_registers(at, count=n, device_id=unit)).registers,
        lambda at, words: failed(do(client.write_registers(at, words, device_id=unit)).isError()),
    )
    client.close()


@contextmanager
def minimalmodbus_client(port: str, baud: int, unit: int) -> Iterator[tuple[Read, Read, Write]]:
    import minimalmodbus

    client = minimalmodbus.Instrument(port, unit)
    client.serial.baudrate, client.serial.timeout = baud, TIMEOUT_S
    yield (
        lambda at, n: client.read_registers(at, n, functioncode=4),
        lambda at, n: client.read_registers(at, n, functioncode=3),
        client.write_registers,
    )
    client.serial.close()


@contextmanager
def modbus_tk_client(port: str, baud: int, unit: int) -> Iterator[tuple[Read, Read, Write]]:
    import serial
    from modbus_tk import defines, modbus_rtu

    client = modbus_rtu.RtuMaster(serial.Serial(port, baud))
    client.set_timeout(TIMEOUT_S)
    yield (
        lambda at, n: list(client.execute(unit, defines.READ_INPUT_REGISTERS, at, n)),
        lambda at, n: list(client.execute(unit, defines.READ_HOLDING_REGISTERS, at, n)),
        lambda at, words: client.execute(unit, defines.WRITE_MULTIPLE_REGISTERS, at, output_value=words),
    )
    client.close()


@contextmanager
def mbpoll_client(port: str, baud: int, unit: int) -> Iterator[tuple[Read, Read, Write]]:
    def run(kind: str, at: int, count: int, words: list[int]) -> list[int]:
        command = ["mbpoll", "-m", "rtu", "-a", str(unit), "-b", str(baud), "-P", "none", "-0", "-r", str(at)]
        command += ["-t", kind, "-o", str(TIMEOUT_S), *([] if words else ["-c", str(count), "-1"]), port]
        done = subprocess.run([*command, *map(str, words)], capture_output=True, text=True, check=False)
        failed(done.returncode != 0, done.stdout[-200:] + done.stderr[-200:])
        lines = [line for line in done.stdout.splitlines() if line.startswith("[")]
        return [int(line.split(":")[1].split()[0]) & 0xFFFF for line in lines]

    yield (
        lambda at, n: run("3", at, n, []),
        lambda at, n: run("4", at, n, []),
        lambda at, words: void(run("4", at, len(words), words)),
    )


@contextmanager
def libmodbus_client(port: str, baud: int, unit: int) -> Iterator[tuple[Read, Read, Write]]:
    library, context = libmodbus(port, baud, unit)
    failed(library.modbus_connect(context) != 0, "it does not connect")

    def reader(name: str) -> Read:
        def read(at: int, count: int) -> list[int]:
            words = (ctypes.c_uint16 * count)()
            failed(getattr(library, name)(context, at, count, words) != count)
            return list(words)

        return read

    def write(at: int, words: list[int]) -> None:
        held = (ctypes.c_uint16 * len(words))(*words)
        failed(library.modbus_write_registers(context, at, len(words), held) != len(words))

    yield reader("modbus_read_input_registers"), reader("modbus_read_registers"), write
    library.modbus_close(context)


CLIENTS = {
    "ours": our_client,
    "pymodbus": pymodbus_client,
    "pymodbus, asynchronous": pymodbus_async_client,
    "minimalmodbus": minimalmodbus_client,
    "modbus-tk": modbus_tk_client,
    "mbpoll": mbpoll_client,
    "libmodbus": libmodbus_client,
}


def failed(is_so: bool, why: str = "refused or not answered") -> None:
    if is_so:
        raise RuntimeError(why)


def void(_: object) -> None:
    """For what returns something that nobody asked for."""


def libmodbus(port: str, baud: int, unit: int) -> tuple[Any, Any]:
    name = ctypes.util.find_library("modbus")
    failed(name is None, "libmodbus is not installed")
    library = ctypes.CDLL(name)
    library.modbus_new_rtu.restype = ctypes.c_void_p
    library.modbus_mapping_new.restype = ctypes.c_void_p
    new = library.modbus_new_rtu(port.encode(), baud, ctypes.c_char(b"N"), 8, 1)
    context = ctypes.c_void_p(new)
    library.modbus_set_slave(context, unit)
    library.modbus_set_response_timeout(context, int(TIMEOUT_S), 0)
    return library, context


def read_for(task: dict[str, Any]) -> dict[str, Any]:
    """Reads the same input registers for some seconds, or once; then writes and reads back what it shall."""
    if task["peer"] == "dlt645":
        return read_dlt645(task)
    with CLIENTS[task["peer"]](task["port"], task["baud"], task["unit"]) as (read_input, read, write):
        reads = failures = 0
        words: list[int] = []
        began_s = time.monotonic()
        while True:
            try:
                words = list(read_input(task["address"], task["count"]))
                reads += len(words) == task["count"]
                failures += len(words) != task["count"]
            except Exception as error:  # noqa: BLE001 - each library has its own errors
                failures, words = failures + 1, []
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
            if time.monotonic() - began_s >= task["seconds"]:
                break
        seconds = time.monotonic() - began_s
        told: dict[str, Any] = {"reads": reads, "failures": failures, "seconds": seconds, "registers": words}
        if task.get("write"):
            write(task["write_at"], task["write"])
            told["read_back"] = list(read(task["write_at"], len(task["write"])))
        return told


def read_dlt645(task: dict[str, Any]) -> dict[str, Any]:
    from dlt645 import MeterClientService

    client = MeterClientService.new_rtu_client(task["port"], task["baud"], 8, 1, "N", TIMEOUT_S)
    client.set_address("610100000000")  # in the order of the wire
    read = {di: getattr(client, f"read_{di >> 24:02d}")(di) for di in task["identifiers"]}
    return {"values": {f"{di:08X}": None if item is None else item.value for di, item in read.items()}}


# Servers


def serve_pymodbus(port: str, baud: int) -> None:
    from pymodbus import FramerType
    from pymodbus.server import StartSerialServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    words = [1000 + at for at in range(SIZE)]
    device = SimDevice(id=UNIT, simdata=[SimData(0, values=words, datatype=DataType.REGISTERS)])
    ready()
    StartSerialServer(device, framer=FramerType.RTU, port=port, baudrate=baud)


def serve_modbus_tk(port: str, baud: int) -> None:
    import serial
    from modbus_tk import defines, modbus_rtu

    server = modbus_rtu.RtuServer(serial.Serial(port, baud))
    slave = server.add_slave(UNIT)
    for name, kind in (("input", defines.ANALOG_INPUTS), ("holding", defines.HOLDING_REGISTERS)):
        slave.add_block(name, kind, 0, SIZE)
        slave.set_values(name, 0, [1000 + at for at in range(SIZE)])
    server.start()
    ready()
    threading.Event().wait()


def serve_libmodbus(port: str, baud: int) -> None:
    library, context = libmodbus(port, baud, UNIT)
    mapping = ctypes.c_void_p(library.modbus_mapping_new(0, 0, SIZE, SIZE))
    # modbus_mapping_t: eight ints, then the four tables; the last two are holding and input registers.
    tables = ctypes.cast(
        ctypes.c_void_p(mapping.value + 8 * ctypes.sizeof(ctypes.c_int)), ctypes.POINTER(ctypes.c_void_p)
    )
    for place in (2, 3):
        registers = ctypes.cast(tables[place], ctypes.POINTER(ctypes.c_uint16))
        for at in range(SIZE):
            registers[at] = 1000 + at
    failed(library.modbus_connect(context) != 0, "it does not connect")
    ready()
    query = (ctypes.c_uint8 * 260)()
    while True:
        length = library.modbus_receive(context, query)
        if length > 0:
            library.modbus_reply(context, query, length, mapping)


def serve_dlt645(port: str, baud: int) -> None:
    from dlt645 import MeterServerService

    server = MeterServerService.new_rtu_server(port, 8, 1, baud, "N", 0.5)
    server.set_address(bytes.fromhex("610100000000"))
    server.set_00(0x00010000, 0.26)
    for identifier, value in ((0x02010100, 100.1), (0x02020100, 4.999), (0x02030000, 0.2512)):
        server.set_02(identifier, value)
    ready()
    server.start()
    threading.Event().wait()


SERVERS = {
    "pymodbus": serve_pymodbus,
    "modbus-tk": serve_modbus_tk,
    "libmodbus": serve_libmodbus,
    "dlt645": serve_dlt645,
}


def ready() -> None:
    print("ready", flush=True)


def main() -> None:
    logging.disable(logging.CRITICAL)
    task = json.loads(sys.argv[1])
    if task["role"] == "server":
        SERVERS[task["peer"]](task["port"], task["baud"])
    else:
        print(json.dumps(read_for(task)))


if __name__ == "__main__":
    main()
