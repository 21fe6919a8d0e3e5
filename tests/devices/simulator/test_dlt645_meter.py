"""The simulated DL/T 645 meter against our own requests."""

from __future__ import annotations

import pytest

from devices.protocols import dlt645
from devices.simulator.dlt645_meter import Dlt645Meter
from devices.simulator.load import Flow

OWN = "000000000161"


@pytest.fixture
def meter() -> Dlt645Meter:
    flow = Flow(t_ms=0, power_kw=12.3456, reactive_kvar=-5.0, energy_kwh=7502.64, reactive_kvarh=0.0)
    return Dlt645Meter(lambda: flow, OWN, 1)


def read(meter: Dlt645Meter, request: dlt645.Dlt645Request) -> list[object]:
    sent = request.frame()
    scan = request.scan(meter.answer(sent), sent, final=False)
    assert scan.payload is not None
    return [value.value for value in dlt645.reply_values(scan.payload)]


def test_energy_and_power_are_read_from_the_simulated_meter(meter: Dlt645Meter) -> None:
    assert read(meter, dlt645.read_data(OWN, 0x00010000, 4)) == [7502.64]
    assert read(meter, dlt645.read_data(OWN, 0x0001FF00)) == [7502.64, 0.0, 0.0, 7502.64, 0.0]
    assert read(meter, dlt645.read_data(OWN, 0x02030000, 3)) == [12.3456]
    assert read(meter, dlt645.read_data(OWN, 0x02040000, 3)) == [-5.0]
    assert read(meter, dlt645.read_data(OWN, 0x02800002, 2)) == [50.0]
    assert len(read(meter, dlt645.read_data(OWN, 0x0201FF00, 6))) == 3


def test_a_wildcard_is_answered_with_its_own_address_and_a_foreign_one_with_silence(
    meter: Dlt645Meter,
) -> None:
    assert read(meter, dlt645.read_address()) == [OWN]
    assert read(meter, dlt645.read_data("AAAAAAAAAAAA", 0x00010000, 4)) == [7502.64]
    assert meter.answer(dlt645.read_data("000000000162", 0x00010000).frame()) == b""


def test_what_it_does_not_have_is_refused_and_what_is_damaged_left_alone(meter: Dlt645Meter) -> None:
    request = dlt645.read_data(OWN, 0x02990000)
    sent = request.frame()
    assert request.scan(meter.answer(sent), sent, final=False).refused
    assert meter.answer(sent[:-2] + bytes((sent[-2] ^ 1, 0x16))) == b""
