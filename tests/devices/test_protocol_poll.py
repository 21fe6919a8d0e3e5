"""Meters of every protocol on one simulated line, polled by the line's own thread through a real terminal."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import msgspec
import pytest

from devices.budget import line_budget, meter_s
from devices.clock import Clock
from devices.line_events import LineConfig, LineEvent, MeterOnLine, MeterRead
from devices.poller import LinePoller
from devices.profile import load_profile
from devices.protocol_poll import address_fault, station_of
from devices.reading import Quality, Reading, Reason
from devices.simulator.byte_meters import Cjt188Meter, Iec62056Meter, MBusMeter
from devices.simulator.dlt645_meter import Dlt645Meter
from devices.simulator.faults import Fault, FaultKind
from devices.simulator.load import Flow
from devices.simulator.meter import Sdm630
from devices.simulator.paced_line import PacedLine
from devices.simulator.scenario import LineScenario
from devices.simulator.spoiled import SpeakingMeter, Speech
from devices.simulator.wire import open_wire

CLOCK = Clock()
FLOW = Flow(0, 12.5, 3.0, 4321.25, 10.0)
BAUD = 9600
METERS = {
    "sdm": MeterOnLine("sdm", 7, load_profile("eastron_sdm630"), 0.3),
    "grid": MeterOnLine("grid", 0, load_profile("dlt645_2007"), 0.3, address="000000000161", ct_ratio=40.0),
    "gas": MeterOnLine("gas", 0, load_profile("cjt188_gas"), 0.3, address="33001122334478"),
    "heat": MeterOnLine("heat", 5, load_profile("mbus_heat"), 0.3),
    "old": MeterOnLine("old", 0, load_profile("iec62056_readout"), 0.3, address="1234"),
    "neva": MeterOnLine("neva", 0, load_profile("neva_mt324"), 0.3, address="00000201"),
}

REGISTERS = {"0F0880FF": 46.24, "100700FF": 1500.0}


def others() -> list[SpeakingMeter]:
    return [
        SpeakingMeter(Speech.DLT645, Dlt645Meter(lambda: FLOW, "000000000161", 1)),
        SpeakingMeter(Speech.CJT188, Cjt188Meter(lambda: {"current volume": 778.5}, 0x30, "33001122334478")),
        SpeakingMeter(Speech.MBUS, MBusMeter(lambda: {"energy": 1280.0, "volume": 0.12}, 5)),
        SpeakingMeter(
            Speech.IEC62056, Iec62056Meter(lambda: {"1.8.0": 5.3}, "1234", {"1.8.0": "kWh"}, speed="5")
        ),
        SpeakingMeter(
            Speech.IEC62056,
            Iec62056Meter(lambda: REGISTERS, "00000201", {}, speed="5", password="00000000"),
        ),
    ]


@pytest.fixture
def paced() -> Iterator[PacedLine]:
    spec = LineScenario("line_1", BAUD)
    line = PacedLine(spec, {7: Sdm630(lambda: FLOW, 16_000_001, 1)}, open_wire(BAUD, None), CLOCK, others())
    line.start()
    yield line
    line.stop()


Poll = Callable[[str, Quality], dict[str, Reading]]


@pytest.fixture
def polling(paced: PacedLine) -> Iterator[Callable[[Sequence[str]], Poll]]:
    """Starts polling some meters; what it gives waits until all readings of one are of a quality."""
    events: queue.Queue[LineEvent] = queue.Queue()
    pollers: list[LinePoller] = []

    def start(meters: Sequence[str]) -> Poll:
        config = LineConfig("line_1", paced.address, BAUD)
        pollers.append(LinePoller(config, [METERS[meter] for meter in meters], None, CLOCK, events))
        pollers[0].start()
        return read

    def read(meter: str, quality: Quality) -> dict[str, Reading]:
        for _ in range(400):
            event = events.get(timeout=20)
            readings = event.readings if isinstance(event, MeterRead) and event.meter == meter else ()
            if {reading.quality for reading in readings} == {quality}:
                return {reading.point.partition(".")[2]: reading for reading in readings}
        raise AssertionError(f"{meter} never had readings that are {quality.name}")

    yield start
    for poller in pollers:
        poller.stop()


def test_meters_of_all_protocols_take_turns_on_one_line(polling) -> None:
    poll = polling(list(METERS))
    found = {meter: poll(meter, Quality.GOOD) for meter in METERS}
    values = {f"{meter}.{name}": reading.value for meter in found for name, reading in found[meter].items()}
    assert values["sdm.power_kw"] == pytest.approx(12.5)
    assert values["grid.power_kw"] == pytest.approx(500.0)  # 12.5 kW behind transformers of 40
    assert values["grid.energy_kwh"] == pytest.approx(40 * 4321.25)
    assert 200 < values["grid.voltage_l3_v"] < 260
    assert values["gas.volume_m3"] == pytest.approx(778.5)
    assert values["heat.heat_kwh"] == pytest.approx(1280.0)
    assert values["heat.volume_m3"] == pytest.approx(0.12)
    assert values["old.energy_kwh"] == pytest.approx(5.3)
    assert values["neva.energy_kwh"] == pytest.approx(46.24)  # by its registers, behind a password
    assert values["neva.power_kw"] == pytest.approx(1.5)


@pytest.mark.expects_log
def test_registers_that_a_wrong_password_leaves_closed_are_bad(polling, paced, monkeypatch) -> None:
    wrong = msgspec.structs.replace(METERS["neva"].profile, password="12345678")
    monkeypatch.setitem(METERS, "neva", replace(METERS["neva"], profile=wrong))
    bad = polling(["neva"])("neva", Quality.BAD)
    assert {reading.reason for reading in bad.values()} == {Reason.EXCEPTION}


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        (FaultKind.BAD_CRC, {Reason.BAD_CHECKSUM}),
        (FaultKind.BUSY, {Reason.EXCEPTION}),
        (FaultKind.SILENT, {Reason.TIMEOUT}),
        (FaultKind.OTHER_UNIT, {Reason.TIMEOUT}),
        (FaultKind.WRONG_FUNCTION, {Reason.BAD_REPLY}),
    ],
)
def test_a_fault_of_a_meter_without_registers_is_named_and_goes_away(polling, paced, kind, reasons) -> None:
    paced.set_fault(-2, Fault(kind))
    poll = polling(["gas", "sdm"])
    bad = poll("gas", Quality.BAD)
    assert {reading.reason for reading in bad.values()} == reasons
    paced.set_fault(-2, None)
    assert poll("gas", Quality.GOOD)["volume_m3"].value == pytest.approx(778.5)


@pytest.mark.parametrize(
    ("meter", "changed", "fault"),
    [
        ("sdm", {"unit": 0}, "from 1 to 247"),
        ("sdm", {"address": "1"}, "from 1 to 247"),
        ("grid", {"address": "12"}, "'12' is not a DL/T 645 address; it has 12 digits"),
        ("gas", {"address": "x" * 14}, "is not a CJ/T 188 address; it has 14 digits"),
        ("heat", {"unit": 251}, "a whole number from 0 to 250"),
        ("heat", {"address": "5"}, "a whole number from 0 to 250"),
        ("old", {"address": "é"}, "IEC 62056-21 address"),
        ("old", {"address": "1!"}, "IEC 62056-21 address"),
    ],
)
def test_an_address_that_cannot_be_is_said_beforehand(meter, changed, fault) -> None:
    assert address_fault(METERS[meter]) == ""
    assert fault in address_fault(replace(METERS[meter], **changed))


def test_meters_of_different_protocols_may_have_the_same_number() -> None:
    assert station_of(replace(METERS["sdm"], unit=5)) != station_of(METERS["heat"])


def test_the_budget_of_a_slow_line_says_what_it_needs_and_what_it_has() -> None:
    slow = LineConfig("line_1", "/dev/none", 2400, "E")
    meters = [replace(METERS["grid"], id=f"m{at}", poll_s=5.0) for at in range(4)]
    # four blocks of 207 characters with wake-up bytes, and four turnarounds of 100 ms (spec 3: 1.35 s)
    assert meter_s(slow, meters[0]) == pytest.approx(1.35, rel=0.1)
    budget = line_budget(slow, [*meters, METERS["old"]])
    assert not budget.fits
    registers = msgspec.structs.replace(METERS["neva"].profile, password="")
    assert 2.4 < meter_s(slow, replace(METERS["neva"], profile=registers)) < meter_s(slow, METERS["neva"]) < 4
    assert "line_1 needs" in budget.sentence and "its period is 0.3 s" in budget.sentence
