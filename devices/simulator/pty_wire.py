"""A pseudo-terminal's master side: the far end is a device that a program opens like any other port."""

from __future__ import annotations

import os
import pty
import termios
import tty

from devices.simulator.wire import MOST_BYTES

BAUDS = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
SPEEDS = {getattr(termios, f"B{baud}"): baud for baud in BAUDS}


class PtyWire:
    """The far end stays open here too, so that the line outlives a master that leaves."""

    def __init__(self, baud: int) -> None:
        self._near, self._far = pty.openpty()
        tty.setraw(self._far)
        self._set_speed(baud)
        os.set_blocking(self._near, False)

    @property
    def address(self) -> str:
        """The device's path."""
        return os.ttyname(self._far)

    def fileno(self) -> int:
        """The near end."""
        return self._near

    def read(self) -> bytes:
        """What the master has sent."""
        try:
            return os.read(self._near, MOST_BYTES)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> None:
        """Sends; a master that never reads loses the rest."""
        try:
            os.write(self._near, data)
        except BlockingIOError:
            return

    def peer_baud(self) -> int | None:
        """What the far end is set to; None for a rate without a name."""
        return SPEEDS.get(termios.tcgetattr(self._far)[5])

    def close(self) -> None:
        """The device vanishes; a master that has it open gets errors."""
        os.close(self._near)
        os.close(self._far)

    def _set_speed(self, baud: int) -> None:
        speeds = {named: speed for speed, named in SPEEDS.items()}
        if baud in speeds:
            attributes = termios.tcgetattr(self._far)
            attributes[4] = attributes[5] = speeds[baud]
            termios.tcsetattr(self._far, termios.TCSANOW, attributes)
