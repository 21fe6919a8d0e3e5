"""Serial ports by what is plugged in: an adapter with a serial number is the same one under another name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

USB = "usb:"
STABLE_NAMES = Path("/dev/serial/by-id")


@dataclass(frozen=True, slots=True)
class PortInfo:
    """A serial port of this machine; `stable_name` stays when the adapter is plugged in elsewhere.

    `usb_name` is how a line names the adapter itself: `usb:` and its serial number, with a dot and the number
    of the interface where one adapter has several ports; "" for what is no USB adapter or has no number.
    Adapters that share a number (cheap ones all have 0001) are told apart by the socket, as in `usb_place`:
    `usb:0001@1-2`.
    """

    port: str
    description: str = ""
    stable_name: str = ""
    usb_name: str = ""
    usb_place: str = ""


class AdapterError(Exception):
    """The adapter that a line hangs on is not plugged in; the text is one sentence that says what to do."""


def serial_ports() -> list[PortInfo]:
    """The serial ports of this machine, in order of their names."""
    links = {}
    if STABLE_NAMES.is_dir():
        links = {str(link.resolve()): str(link) for link in STABLE_NAMES.iterdir()}
    found = sorted(list_ports.comports())
    return [
        PortInfo(info.device, info.description or "", links.get(info.device, ""), *_usb_names(info, found))
        for info in found
    ]


def _usb_names(info: ListPortInfo, found: Sequence[ListPortInfo]) -> tuple[str, str]:
    """An adapter's name, and the one with its socket; the same where others have its serial number."""
    number, socket = info.serial_number, _socket(info)
    if not number:
        return "", ""
    alike = [other for other in found if other.serial_number == number]
    here = [other for other in alike if _socket(other) == socket]
    port = f".{_interface(info.location, here.index(info))}" if len(here) > 1 else ""
    name, place = f"{USB}{number}{port}", f"{USB}{number}@{socket}{port}"
    return (name if len(here) == len(alike) else place), place


def _socket(info: ListPortInfo) -> str:
    """`1-2` of `1-2:1.3`."""
    return (info.location or "").partition(":")[0]


def _interface(location: str | None, place: int) -> str:
    """`1-2:1.3` is interface 3; without a location the place in the order of names."""
    _, dot, number = (location or "").rpartition(".")
    return number if dot and ":" in (location or "") else str(place)


class Adapter:
    """What a line hangs on: once its port was open, the adapter that was behind that name, whatever its name.

    A name behind which another adapter is found is refused: its meters would be taken for this line's.
    """

    def __init__(self, port: str) -> None:
        self._port = port
        self._usb_name = port if port.startswith(USB) else ""

    def device(self, ports: Sequence[PortInfo]) -> str:
        """The device to open now; AdapterError when the adapter is not there."""
        if not self._usb_name:
            return self._port
        for info in ports:
            if self._usb_name in (info.usb_name, info.usb_place):
                return info.port
        twins = [info.usb_name for info in ports if info.usb_name.startswith(f"{self._usb_name}@")]
        if twins:
            raise AdapterError(
                f"{self._port}: several adapters have the number of {self._usb_name}; name the one by its "
                f"socket: {' or '.join(twins)}."
            )
        here = next((info.usb_name for info in ports if self._port in (info.port, info.stable_name)), "")
        if here:
            raise AdapterError(
                f"{self._port} is another adapter now ({here}); plug {self._usb_name} in again, "
                "or restart the station to use the new one."
            )
        raise AdapterError(
            f"{self._port}: the adapter {self._usb_name} is not plugged in; "
            "plug it in, or see `valleyline line list` for those there are."
        )

    def opened(self, device: str, ports: Sequence[PortInfo]) -> None:
        """Remembers what is behind the device that could be opened."""
        if not self._usb_name:
            real = str(Path(device).resolve())
            self._usb_name = next((info.usb_name for info in ports if info.port in (device, real)), "")
