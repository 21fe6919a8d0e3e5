"""A line follows its adapter: other names for the same one, and another one under its name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from devices import usb_ports
from devices.usb_ports import Adapter, AdapterError, PortInfo, serial_ports
from tests.devices.sys_tree import SysTree

ONE, OTHER = PortInfo("/dev/ttyUSB0", usb_name="usb:A1"), PortInfo("/dev/ttyUSB1", usb_name="usb:B2")


def test_an_adapter_with_several_ports_gives_each_its_own_name(plug_in) -> None:
    plug_in("/dev/ttyUSB0", "A1", "1-2:1.0")
    plug_in("/dev/ttyUSB1", "A1", "1-2:1.1")
    plug_in("/dev/ttyUSB2", "C3", "1-3:1.0")
    plug_in("/dev/ttyS0", None, "")
    names = {info.port: info.usb_name for info in serial_ports()}
    assert names == {
        "/dev/ttyUSB0": "usb:A1.0",
        "/dev/ttyUSB1": "usb:A1.1",
        "/dev/ttyUSB2": "usb:C3",
        "/dev/ttyS0": "",
    }


def test_a_port_that_was_open_is_found_again_under_another_name() -> None:
    adapter = Adapter("/dev/ttyUSB0")
    assert adapter.device([ONE, OTHER]) == "/dev/ttyUSB0"
    adapter.opened("/dev/ttyUSB0", [ONE, OTHER])
    assert adapter.device([PortInfo("/dev/ttyUSB7", usb_name="usb:A1")]) == "/dev/ttyUSB7"


def test_another_adapter_under_the_old_name_is_not_taken_for_this_line() -> None:
    adapter = Adapter("/dev/ttyUSB0")
    adapter.opened("/dev/ttyUSB0", [ONE])
    with pytest.raises(AdapterError, match="is another adapter now \\(usb:B2\\); plug usb:A1 in again"):
        adapter.device([PortInfo("/dev/ttyUSB0", usb_name="usb:B2")])
    with pytest.raises(AdapterError, match="the adapter usb:A1 is not plugged in"):
        adapter.device([])


def test_a_line_named_by_serial_number_needs_that_adapter() -> None:
    assert Adapter("usb:B2").device([ONE, OTHER]) == "/dev/ttyUSB1"
    with pytest.raises(AdapterError, match="usb:C3: the adapter usb:C3 is not plugged in"):
        Adapter("usb:C3").device([ONE, OTHER])


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SysTree:
    """Folders as a kernel has them, read by pyserial's own code."""
    if not sys.platform.startswith("linux"):
        pytest.skip("/sys is Linux's.")
    made = SysTree(tmp_path, monkeypatch)
    monkeypatch.setattr(usb_ports, "STABLE_NAMES", tmp_path / "by-id")
    return made


def names() -> dict[str, str]:
    return {info.port: info.usb_name for info in serial_ports()}


def test_what_the_kernel_tells_of_adapters_becomes_their_names(tree: SysTree) -> None:
    tree.plug("ttyUSB0", "1-2", "A50285BI")
    for interface in range(2):
        tree.plug(f"ttyUSB{1 + interface}", "1-3", "FT4XYZ", interface=interface, interfaces=2)
    tree.plug("ttyUSB3", "1-4", None)
    tree.plug("ttyACM0", "1-5.1", "85735313", driver="usb")
    tree.built_in("ttyS0", "pnp")
    tree.built_in("ttyS1", "platform")  # which pyserial hides: there is no such port
    assert names() == {
        "/dev/ttyUSB0": "usb:A50285BI",
        "/dev/ttyUSB1": "usb:FT4XYZ.0",
        "/dev/ttyUSB2": "usb:FT4XYZ.1",
        "/dev/ttyUSB3": "",
        "/dev/ttyACM0": "usb:85735313",
        "/dev/ttyS0": "",
    }


def test_a_line_follows_its_adapter_through_the_kernel_s_folders(tree: SysTree) -> None:
    tree.plug("ttyUSB0", "1-2", "A1")
    tree.plug("ttyUSB1", "1-3", "B2")
    line = Adapter("/dev/ttyUSB0")
    line.opened("/dev/ttyUSB0", serial_ports())
    tree.unplug("ttyUSB0")
    with pytest.raises(AdapterError, match="the adapter usb:A1 is not plugged in"):
        line.device(serial_ports())
    tree.plug("ttyUSB2", "1-7", "A1")
    assert line.device(serial_ports()) == "/dev/ttyUSB2"
    tree.unplug("ttyUSB2")
    tree.unplug("ttyUSB1")
    tree.plug("ttyUSB0", "1-3", "B2")
    with pytest.raises(AdapterError, match="is another adapter now \\(usb:B2\\)"):
        line.device(serial_ports())


def test_adapters_that_share_a_serial_number_are_told_apart_by_their_socket(tree: SysTree) -> None:
    tree.plug("ttyUSB0", "1-2", "0001")
    tree.plug("ttyUSB1", "1-3", "0001")
    assert names() == {"/dev/ttyUSB0": "usb:0001@1-2", "/dev/ttyUSB1": "usb:0001@1-3"}
    line = Adapter("/dev/ttyUSB0")
    line.opened("/dev/ttyUSB0", serial_ports())
    for name in ("ttyUSB0", "ttyUSB1"):
        tree.unplug(name)
    tree.plug("ttyUSB0", "1-3", "0001")  # the other one comes first, under this line's name
    with pytest.raises(AdapterError, match="is another adapter now"):
        line.device(serial_ports())
    tree.plug("ttyUSB1", "1-2", "0001")
    assert line.device(serial_ports()) == "/dev/ttyUSB1"
    with pytest.raises(AdapterError, match="usb:0001@1-3 or usb:0001@1-2"):
        Adapter("usb:0001").device(serial_ports())
