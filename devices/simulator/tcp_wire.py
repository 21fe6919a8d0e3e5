"""RTU over TCP, as a serial gateway offers it: for machines without pseudo-terminals, and for gateways."""

from __future__ import annotations

import socket

from devices.simulator.wire import MOST_BYTES


class TcpWire:
    """RTU over TCP, as a serial gateway offers it: one master at a time, the next one waits."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port), backlog=1)
        self._listener.setblocking(False)
        self._peer: socket.socket | None = None

    @property
    def address(self) -> str:
        """rtu+tcp://host:port."""
        host, port = self._listener.getsockname()[:2]
        return f"rtu+tcp://{host}:{port}"

    def fileno(self) -> int:
        """The master's socket, or the one that waits for a master."""
        return (self._peer or self._listener).fileno()

    def read(self) -> bytes:
        """What has come; a new master is taken in, a lost one let go."""
        if self._peer is None:
            self._welcome()
            return b""
        try:
            data = self._peer.recv(MOST_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._let_go()
        return data

    def write(self, data: bytes) -> None:
        """Sends, or loses what nobody takes."""
        if self._peer is not None:
            try:
                self._peer.send(data)
            except BlockingIOError:
                return
            except OSError:
                self._let_go()

    def peer_baud(self) -> int | None:
        """A socket has none."""
        return None

    def close(self) -> None:
        """Hangs up and stops listening."""
        self._let_go()
        self._listener.close()

    def _welcome(self) -> None:
        try:
            self._peer, _address = self._listener.accept()
        except (BlockingIOError, ConnectionError):  # it left again before it was let in
            return
        self._peer.setblocking(False)
        self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _let_go(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None
