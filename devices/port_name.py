"""How a port is written: a device of this machine, `usb:` and an adapter's serial number, or a host's port.

A host's port is `tcp://host:port` (Modbus TCP) or `rtu+tcp://host:port` (a serial gateway).
"""

from __future__ import annotations

from urllib.parse import urlsplit

TCP = "tcp://"
RTU_OVER_TCP = "rtu+tcp://"
HOW = "write it as tcp://host:port or rtu+tcp://host:port, e.g. tcp://10.0.0.5:502"


class PortNameError(ValueError):
    """A text that is no port's name; says what is wrong with it and how to write it, without a full stop."""


def is_on_network(port: str) -> bool:
    """Whether a port is a host's, and not a device of this machine; raises PortNameError."""
    if port.startswith((TCP, RTU_OVER_TCP)):
        host_and_port(port)
        return True
    if "://" in port:
        raise PortNameError(f"{port}: {HOW}")
    if not port.strip():
        raise PortNameError(
            "the name is empty; write a device such as /dev/ttyUSB0 or COM3, or a host's port"
        )
    return False


def host_and_port(port: str) -> tuple[str, int]:
    """Host and number of `tcp://host:port`; raises PortNameError."""
    try:
        parts = urlsplit(port)
        host, number = parts.hostname, parts.port
    except ValueError:
        host, number = None, None
    if not host or not number:
        raise PortNameError(f"{port}: {HOW}")
    return host, number
