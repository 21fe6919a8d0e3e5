"""A tree as the kernel has it for serial ports in /sys and /dev, under a folder, for pyserial to read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import pytest
from serial.tools import list_ports_linux


class SysTree:
    """Ports that come and go; all that pyserial looks up under / it finds under `root`."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = root
        for folder in ("dev", "sys/class/tty", "sys/bus/usb-serial", "sys/bus/usb", "sys/bus/pnp"):
            (root / folder).mkdir(parents=True)
        (root / "sys/bus/platform").mkdir()
        path = SimpleNamespace(
            exists=self._exists,
            islink=self._islink,
            realpath=self._realpath,
            join=os.path.join,
            basename=os.path.basename,
            dirname=os.path.dirname,
        )
        monkeypatch.setattr(list_ports_linux, "os", SimpleNamespace(path=path))
        monkeypatch.setattr(list_ports_linux, "glob", SimpleNamespace(glob=self._glob))
        monkeypatch.setattr(list_ports_linux, "open", self._open, raising=False)

    def plug(
        self,
        name: str,
        socket: str,
        number: str | None,
        *,
        interface: int = 0,
        interfaces: int = 1,
        driver: str = "usb-serial",
    ) -> None:
        """An adapter in a socket such as 1-2; by `usb-serial` the port lies below its interface."""
        device = self._root / "sys/devices/pci0000:00/usb1" / socket
        own = device / f"{socket}:1.{interface}"
        at = own / name if driver == "usb-serial" else own
        at.mkdir(parents=True)
        about = {
            "bNumInterfaces": f" {interfaces}",
            "idVendor": "0403",
            "idProduct": "6001",
            "serial": number,
        }
        for key, value in about.items():
            if value is not None:
                (device / key).write_text(f"{value}\n")
        self._list(name, at, driver)

    def built_in(self, name: str, bus: str) -> None:
        """A port of the board."""
        at = self._root / "sys/devices" / bus / name
        at.mkdir(parents=True)
        self._list(name, at, bus)

    def unplug(self, name: str) -> None:
        """The adapter goes, with its folders."""
        device = (self._root / "sys/class/tty" / name / "device").resolve()
        shutil.rmtree(next(above for above in device.parents if ":" not in above.name and "-" in above.name))
        shutil.rmtree(self._root / "sys/class/tty" / name)
        (self._root / "dev" / name).unlink()

    def _list(self, name: str, at: Path, bus: str) -> None:
        (at / "subsystem").symlink_to(self._root / "sys/bus" / bus)
        (self._root / "sys/class/tty" / name).mkdir()
        (self._root / "sys/class/tty" / name / "device").symlink_to(at)
        (self._root / "dev" / name).touch()

    def _inside(self, path: str) -> Path:
        return Path(path) if path.startswith(str(self._root)) else self._root / path.lstrip("/")

    def _exists(self, path: str) -> bool:
        return self._inside(path).exists()

    def _islink(self, path: str) -> bool:
        return self._inside(path).is_symlink()

    def _realpath(self, path: str) -> str:
        return self._seen(self._inside(path).resolve())

    def _glob(self, pattern: str) -> list[str]:
        return [self._seen(found) for found in self._root.glob(pattern.lstrip("/"))]

    def _open(self, path: str) -> IO[str]:
        return self._inside(path).open()

    def _seen(self, path: Path) -> str:
        return str(path).removeprefix(str(self._root))
