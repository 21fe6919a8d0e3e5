"""A line follows its adapter: other names for the same one, and another one under its name."""

from __future__ import annotations

import pytest

from devices.usb_ports import Adapter, AdapterError, PortInfo, serial_ports

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
