"""Our DL/T 645 requests against the server of the library dlt645 over a pseudo-terminal.

Needs `pip install dlt645` (3.2.0 was tried). Its quirks: addresses are given in wire order, foreign ones are
answered with D1 where a real meter is silent, a wildcard with AA, and there are no blocks.
"""

from __future__ import annotations

import os
import pty
import select
import sys
import threading
import tty
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from dlt645 import MeterServerService

from devices.clock import Clock
from devices.protocols import dlt645

OWN, PATIENCE_S = "000000000161", 1.5
ITEMS = {
    0x00010000: (4, 0.26),
    0x02010100: (2, 100.1),
    0x02020100: (3, 4.999),
    0x02030000: (3, 0.2512),
    0x02800002: (2, 50.03),
}


def ask(wire: int, request: dlt645.Dlt645Request, clock: Clock) -> bytes:
    sent, received = request.frame(), b""
    os.write(wire, sent)
    end_s = clock.monotonic_s() + PATIENCE_S
    while clock.monotonic_s() < end_s:
        if select.select([wire], [], [], 0.1)[0]:
            received += os.read(wire, 1000)
            payload = request.scan(received, sent, final=False).payload
            if payload is not None:
                return payload
    raise SystemExit(f"no reply to {sent.hex(' ')}, only {received.hex(' ')}")


def main() -> None:
    clock = Clock()
    wire, port = pty.openpty()
    tty.setraw(port)
    server = MeterServerService.new_rtu_server(os.ttyname(port), 8, 1, 2400, "N", 0.5)
    server.set_address(bytes.fromhex(OWN)[::-1])
    for identifier, (_, value) in ITEMS.items():
        (server.set_02 if identifier >> 24 else server.set_00)(identifier, value)
    threading.Thread(target=server.start, daemon=True).start()
    clock.sleep_s(0.5)
    for address in (OWN, dlt645.WILDCARD):
        for identifier, (size, value) in ITEMS.items():
            payload = ask(wire, dlt645.read_data(address, identifier, size), clock)
            read = [one.value for one in dlt645.reply_values(payload)]
            print(f"{address} {identifier:08X}: {read}")
            if read != [value]:
                raise SystemExit(f"{identifier:08X} should be {value}")
    print("address:", dlt645.reply_values(ask(wire, dlt645.read_address(), clock))[0].value)
    sys.stdout.flush()
    os._exit(0)  # its server thread does not end


if __name__ == "__main__":
    main()
