"""What carries the bytes of a line: a serial port, a Modbus TCP device or a serial gateway."""

from __future__ import annotations

import errno
import os
import select
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import serial

from devices.framing import Framing
from devices.line_events import LineConfig
from devices.port_name import TCP, PortNameError, host_and_port, is_on_network
from devices.usb_ports import Adapter, AdapterError, serial_ports

STEP_S = 0.05  # the longest single wait, so that a stop is heeded soon
CONNECT_S = 2.0
LARGEST_READ = 4096

if sys.platform == "win32":
    PORT_ERRORS: tuple[type[Exception], ...] = (OSError, ValueError)
else:
    import termios

    PORT_ERRORS = (OSError, ValueError, termios.error)  # pyserial's own errors are OSErrors


class PortTrouble(StrEnum):
    """What is the matter with a port."""

    MISSING = "port_missing"
    BUSY = "port_busy"
    LOST = "port_lost"
    UNUSABLE = "port_unusable"


class PortError(Exception):
    """A port that cannot be used now; the text is one sentence that names it and says what to do."""

    def __init__(self, trouble: PortTrouble, sentence: str) -> None:
        super().__init__(sentence)
        self.trouble = trouble


class Transport(Protocol):
    """Bytes out and in. Every call raises PortError once the port has gone."""

    framing: Framing

    def write(self, data: bytes) -> None:
        """Hands all bytes over."""

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting for the first byte at most so long; empty if nothing came."""

    def set_speed(self, baud: int, parity: str, stop_bits: int) -> None:
        """From now on so; what carries no speed of its own, such as a socket, ignores it."""

    def close(self) -> None:
        """Gives the port back; harmless when it was lost."""


class SerialTransport:
    """A serial port of this machine, locked for us alone."""

    def __init__(self, config: LineConfig) -> None:
        self.framing = config.framing
        self._port = config.port
        self._pseudo = pseudo = is_pseudo_terminal(config.port)
        try:
            self._serial = serial.Serial(
                config.port,
                baudrate=config.baud,
                parity="N" if pseudo else config.parity,  # a pty takes no parity, and says EINVAL for it
                stopbits=1 if pseudo else config.stop_bits,
                timeout=0,
                write_timeout=1.0,
                exclusive=True,
            )
        except PORT_ERRORS as error:
            raise _opening_error(config.port, error) from error

    def write(self, data: bytes) -> None:
        """Hands all bytes over."""
        try:
            self._serial.write(data)
        except PORT_ERRORS as error:
            raise lost(self._port) from error

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting for the first byte at most so long."""
        try:
            return self._arrived(max(timeout_s, 0.0))
        except BlockingIOError:
            return b""  # it was said to be ready, and is not
        except PORT_ERRORS as error:
            raise lost(self._port) from error

    def set_speed(self, baud: int, parity: str, stop_bits: int) -> None:
        """From now on so, after what was handed over has left."""
        try:
            self._serial.flush()
            self._serial.baudrate = baud
            if not self._pseudo:
                self._serial.parity, self._serial.stopbits = parity, stop_bits
        except PORT_ERRORS as error:
            raise lost(self._port) from error

    def _arrived(self, timeout_s: float) -> bytes:
        if sys.platform == "win32":
            self._serial.timeout = timeout_s
            return bytes(self._serial.read(self._serial.in_waiting or 1))
        # Not through pyserial: it waits again for what is here, and sets up the port for each new time-out.
        port = self._serial.fileno()
        if not select.select([port], [], [], timeout_s)[0]:
            return b""
        data = os.read(port, LARGEST_READ)
        if not data:
            raise lost(self._port)
        return data

    def close(self) -> None:
        """Gives the port back."""
        try:
            self._serial.close()
        except PORT_ERRORS:
            return  # it has gone already


class SocketTransport:
    """A Modbus TCP device, or a gateway that passes RTU frames on."""

    def __init__(self, port: str, framing: Framing, should_stop: Callable[[], bool]) -> None:
        self.framing = framing
        self._port = port
        self._socket = _connected(port, should_stop)

    def write(self, data: bytes) -> None:
        """Hands all bytes over."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise lost(self._port) from error

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting for the first byte at most so long."""
        try:
            ready, _, _ = select.select([self._socket], [], [], max(timeout_s, 0.0))
            if not ready:
                return b""
            data = self._socket.recv(LARGEST_READ)
        except OSError as error:
            raise lost(self._port) from error
        if not data:
            raise lost(self._port)
        return data

    def set_speed(self, baud: int, parity: str, stop_bits: int) -> None:
        """Nothing: the speed behind a gateway is the gateway's own."""

    def close(self) -> None:
        """Gives the connection back."""
        self._socket.close()


def open_transport(
    config: LineConfig, should_stop: Callable[[], bool], adapter: Adapter | None = None
) -> Transport:
    """Opens a line's port; raises PortError with one sentence when it is missing, busy or unusable.

    `adapter` remembers which one it was, and is looked for under every name when the port is opened again.
    """
    try:
        on_network = is_on_network(config.port)
    except PortNameError as error:
        raise PortError(PortTrouble.UNUSABLE, f"{error}.") from error
    if not on_network:
        return _open_serial(config, adapter or Adapter(config.port))
    framing = Framing.TCP if config.port.startswith(TCP) else config.framing
    return SocketTransport(config.port, framing, should_stop)


def _open_serial(config: LineConfig, adapter: Adapter) -> SerialTransport:
    ports = serial_ports()
    try:
        device = adapter.device(ports)
    except AdapterError as error:
        raise PortError(PortTrouble.MISSING, str(error)) from error
    transport = SerialTransport(replace(config, port=device))
    adapter.opened(device, ports)
    return transport


def is_pseudo_terminal(port: str) -> bool:
    """Whether a port is a Linux pseudo-terminal, maybe behind links."""
    return str(Path(port).resolve()).startswith("/dev/pts/")


def lost(port: str) -> PortError:
    """The error for a port that was open and has gone."""
    return PortError(PortTrouble.LOST, f"{port} has gone; connect it again and reading goes on by itself.")


def _opening_error(port: str, error: Exception) -> PortError:
    number = getattr(error, "errno", None)
    text = str(error)
    if number == errno.ENOENT or "FileNotFoundError" in text:
        return PortError(
            PortTrouble.MISSING, f"{port}: there is no such port; plug the adapter in or correct the name."
        )
    if number in (errno.EAGAIN, errno.EBUSY) or "PermissionError" in text:
        return PortError(
            PortTrouble.BUSY, f"{port} is in use by another program; end that program and reading goes on."
        )
    if number in (errno.EACCES, errno.EPERM):
        return PortError(
            PortTrouble.UNUSABLE,
            f"{port} may not be opened by this user; add the user to the port's group (often dialout).",
        )
    if number in (errno.EIO, errno.ENXIO, errno.ENODEV):
        return PortError(
            PortTrouble.MISSING, f"{port} has nothing behind it; connect the adapter or correct the name."
        )
    return PortError(
        PortTrouble.UNUSABLE, f"{port} cannot be used as a serial port; check its name and settings."
    )


def _connected(port: str, should_stop: Callable[[], bool]) -> socket.socket:
    host, number = host_and_port(port)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        connection = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:  # a name that no resolver would take is a UnicodeError
        raise PortError(
            PortTrouble.MISSING, f"{port}: there is no host {host!r}; correct the name or mend the network."
        ) from error
    try:
        _connect(connection, address, port, should_stop)
    except PortError:
        connection.close()
        raise
    return connection


def _connect(connection: socket.socket, address: object, port: str, should_stop: Callable[[], bool]) -> None:
    unreachable = PortError(
        PortTrouble.MISSING, f"{port} does not answer; switch the device on, or correct host and port."
    )
    connection.setblocking(False)
    status = connection.connect_ex(address)  # type: ignore[arg-type]  # what getaddrinfo gave
    if status not in (0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)):
        raise unreachable
    for _ in range(int(CONNECT_S / STEP_S)):
        _, writable, failed = select.select([], [connection], [connection], STEP_S)
        if writable or failed or should_stop():
            break
    else:
        raise unreachable
    if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or should_stop():
        raise unreachable
    connection.setblocking(True)
    connection.settimeout(1.0)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
