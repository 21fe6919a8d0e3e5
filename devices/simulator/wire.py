"""The near end of a virtual line, whatever it is made of."""

from __future__ import annotations

from typing import Protocol

MOST_BYTES = 512


class Wire(Protocol):
    """Bytes to and from whoever has opened the far end; never blocks."""

    @property
    def address(self) -> str:
        """What a master opens: a device path, or rtu+tcp://host:port."""

    def fileno(self) -> int:
        """What to wait on for bytes."""

    def read(self) -> bytes:
        """What has come; empty when nothing has."""

    def write(self, data: bytes) -> None:
        """Sends, or loses what nobody takes."""

    def peer_baud(self) -> int | None:
        """The baud rate that the master has set, None where that cannot be known."""

    def close(self) -> None:
        """Takes the line away from the master."""


def open_wire(baud: int, tcp_port: int | None) -> Wire:
    """A pseudo-terminal if there are any and no `tcp_port` is wanted, else a socket; OSError if neither."""
    from devices.simulator.tcp_wire import TcpWire

    if tcp_port is not None:
        return TcpWire(tcp_port)
    try:
        from devices.simulator.pty_wire import PtyWire
    except ImportError:  # Windows
        return TcpWire(0)
    return PtyWire(baud)
