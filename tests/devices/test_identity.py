"""A meter's own ratios come before its values, and its number tells when it was replaced."""

from __future__ import annotations

import queue
import struct

import msgspec
import pytest

from devices.clock import Clock
from devices.identity import fits, ident_reads, serial_text
from devices.line_events import LineConfig, LineEvent, MeterOnLine, MeterRead, Misfit
from devices.poller import LinePoller
from devices.profile import DeviceTiming, MeterProfile, load_profile
from devices.reading import Quality, Reason

QUICK = DeviceTiming(turnaround_ms=5, turnaround_max_ms=150, device_switch_ms=5)
PATIENCE_S = 20.0
ACREL = {0x61: 2301, 0x64: 250, 0x77: 5000, 0x16B: 1500, 0x17F: 900, 0x0B: 4200, 0x8D: 1, 0x8E: 40}
SDM630 = {0x46: 0x4248, 0xFC02: 0x70}  # 50 Hz, and its model


class Registers:
    """A meter on the far end that has these registers, zeros elsewhere, and refuses some."""

    def __init__(self, crc, words: dict[int, int]) -> None:
        self._crc = crc
        self.words = dict(words)
        self.refused: set[int] = set()
        self.ignored: set[int] = set()
        self.silent = False

    def __call__(self, request: bytes) -> list[tuple[float, bytes]]:
        unit, fc, address, count = struct.unpack(">BBHH", request[:6])
        if self.silent or address in self.ignored:
            return []
        if address in self.refused:
            return [(0.0, self._crc(bytes((unit, fc | 0x80, 2))))]
        data = b"".join(self.words.get(address + at, 0).to_bytes(2, "big") for at in range(count))
        return [(0.0, self._crc(bytes((unit, fc, len(data))) + data))]


@pytest.fixture
def watch(peer):
    """Polls a meter of a profile and hands out its polls."""
    pollers = []

    def begin(profile: MeterProfile, **on_line):
        events: queue.Queue[LineEvent] = queue.Queue()
        meter = MeterOnLine("m", 7, msgspec.structs.replace(profile, timing=QUICK), 0.05, **on_line)
        poller = LinePoller(LineConfig("line_1", peer.port, baud=115_200), [meter], None, Clock(), events)
        poller.start()
        pollers.append(poller)

        def following(suits=lambda event: True) -> MeterRead:
            while True:
                event = events.get(timeout=PATIENCE_S)
                if isinstance(event, MeterRead) and suits(event):
                    return event

        return following

    yield begin
    for poller in pollers:
        poller.stop()


def asked(peer, address: int) -> int:
    """How often the meter was asked for what begins there."""
    return sum(struct.unpack(">H", request[2:4])[0] == address for request in peer.requests)


def values(read: MeterRead) -> dict[str, float]:
    return {reading.point.split(".")[1]: reading.value for reading in read.readings}


def test_ratios_that_the_meter_knows_apply_from_the_first_value_on(peer, crc, watch) -> None:
    peer.answer = Registers(crc, ACREL)
    found = values(watch(load_profile("acrel_dtsd1352"))())
    assert found["voltage_v"] == pytest.approx(230.1) and found["current_a"] == pytest.approx(100.0)
    assert found["power_kw"] == pytest.approx(60.0) and found["energy_kwh"] == pytest.approx(1680.0)


def test_ratios_in_the_plant_file_go_before_the_meters(peer, crc, watch) -> None:
    peer.answer = Registers(crc, ACREL)
    found = values(watch(load_profile("acrel_dtsd1352"), ct_ratio=20.0, pt_ratio=1.0)())
    assert found["power_kw"] == pytest.approx(30.0)
    assert all(struct.unpack(">H", request[2:4])[0] not in (0x8D, 0x8E) for request in peer.requests)


@pytest.mark.parametrize("spoil", ["refused", "zero"])
def test_without_its_ratio_a_meter_has_no_values(peer, crc, watch, spoil: str) -> None:
    meter = Registers(crc, ACREL | ({0x8E: 0} if spoil == "zero" else {}))
    meter.refused = {0x8E} if spoil == "refused" else set()
    peer.answer = meter
    following = watch(load_profile("acrel_dtsd1352"))
    reading = following().readings[0]
    reason = Reason.EXCEPTION if spoil == "refused" else Reason.OUT_OF_RANGE
    assert (reading.quality, reading.reason) == (Quality.BAD, reason)
    meter.refused, meter.words[0x8E] = set(), 40
    read = following(lambda read: read.readings[0].quality is Quality.GOOD)
    assert values(read)["power_kw"] == pytest.approx(60.0)


@pytest.mark.expects_log
def test_after_a_silence_the_meter_is_asked_again_who_it_is(peer, crc, watch) -> None:
    meter = Registers(crc, SDM630 | {0xFC00: 1, 0xFC01: 2})
    peer.answer = meter
    following = watch(load_profile("eastron_sdm630"))
    assert following().serial == "65538" and following().serial == "65538"
    meter.silent = True
    following(lambda read: read.readings[0].quality is Quality.BAD)
    meter.words[0xFC01] = 3
    meter.silent = False
    assert following(lambda read: read.readings[0].quality is Quality.GOOD).serial == "65539"


def test_a_meter_that_does_not_know_its_number_is_read_all_the_same(peer, crc, watch) -> None:
    meter = Registers(crc, SDM630)
    meter.refused = {0xFC00}
    peer.answer = meter
    read = watch(load_profile("eastron_sdm630"))()
    assert read.serial == "" and values(read)["frequency_hz"] == 50.0


def test_a_number_of_zeros_or_ones_is_none() -> None:
    register = load_profile("eastron_sdm630").serial_number
    assert register is not None
    assert serial_text(register, (0, 0)) == serial_text(register, (0xFFFF, 0xFFFF)) == ""
    assert serial_text(register, (0, 77)) == "77"


def test_a_model_is_known_by_its_ident_register() -> None:
    abb, schneider = load_profile("abb_b23"), load_profile("schneider_iem3155")
    assert ident_reads(abb) == ((3, 0x8960, 2),)
    assert fits(abb.ident[0], (0x4232, 0x3320)) and not fits(abb.ident[0], (0, 0))
    name = struct.unpack(">20H", b"iEM3155".ljust(40, b"\0"))
    assert fits(schneider.ident[0], name) and not fits(schneider.ident[0], (0,) * 20)


def test_meters_with_the_same_registers_but_other_scales_are_told_apart_by_name() -> None:
    """Countis E23 has its frequency in thousandths, E34 in hundredths, at the same address."""
    (e23,), (e34,) = load_profile("socomec_countis_e23").ident, load_profile("socomec_countis_e34").ident
    name = struct.unpack(">8H", b"COUNTIS E34".ljust(16))
    assert fits(e34, name) and not fits(e23, name)


def test_a_meter_that_says_another_model_is_read_but_not_believed(peer, crc, watch) -> None:
    peer.answer = Registers(crc, SDM630 | {0xFC02: 0x89})
    read = watch(load_profile("eastron_sdm630"))()
    assert read.misfit == Misfit("FC03 0xfc02", "0x70 / 0x79", "0x89")
    assert values(read)["frequency_hz"] == 50.0
    assert {(one.quality, one.reason) for one in read.readings} == {(Quality.UNCERTAIN, Reason.OTHER_MODEL)}


def test_the_name_of_another_model_is_told_beside_those_expected(peer, crc, watch) -> None:
    name = dict(enumerate(struct.unpack(">20H", b"PM5560".ljust(40, b"\0")), 49))
    peer.answer = Registers(crc, name)
    misfit = watch(load_profile("schneider_iem3155"))().misfit
    assert misfit == Misfit("FC03 0x0031", "'iEM3155' / 'iEM3255' / 'iEM3355'", "'PM5560'")


def test_a_meter_that_refuses_to_say_its_model_is_named_but_believed(peer, crc, watch) -> None:
    meter = Registers(crc, SDM630)
    meter.refused = {0xFC02}
    peer.answer = meter
    read = watch(load_profile("eastron_sdm630"))()
    assert read.misfit == Misfit("FC03 0xfc02", "0x70 / 0x79")
    assert {one.quality for one in read.readings} == {Quality.GOOD}


def test_a_meter_that_fits_is_asked_for_its_model_once(peer, crc, watch) -> None:
    peer.answer = Registers(crc, SDM630)
    following = watch(load_profile("eastron_sdm630"))
    assert all(following().misfit is None for _ in range(20))
    assert 1 <= asked(peer, 0xFC02) < 4 and 1 <= asked(peer, 0xFC00) < 4  # once more after each silence


@pytest.mark.expects_log
def test_a_meter_that_never_says_its_model_is_asked_ever_more_rarely(peer, crc, watch) -> None:
    meter = Registers(crc, SDM630)
    meter.ignored = {0xFC02}
    peer.answer = meter
    following = watch(load_profile("eastron_sdm630"))
    reads = [following() for _ in range(20)]
    assert reads[0].misfit is None and reads[-1].misfit == Misfit("FC03 0xfc02", "0x70 / 0x79")
    assert asked(peer, 0xFC02) < 10
    assert reads[-1].readings[0].quality is Quality.GOOD


def test_a_meter_that_said_nonsense_while_it_started_is_believed_once_it_says_its_model(
    peer, crc, watch
) -> None:
    meter = Registers(crc, SDM630 | {0xFC02: 0})
    peer.answer = meter
    following = watch(load_profile("eastron_sdm630"))
    assert following().misfit is not None
    meter.words[0xFC02] = 0x70
    read = following(lambda read: read.misfit is None)
    assert {one.quality for one in read.readings} == {Quality.GOOD}
