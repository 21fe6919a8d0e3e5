"""Single frames by hand: the specification's vectors, and what is wrong with the wrong ones."""

from __future__ import annotations

import pytest

from devices.frames import decode_frame, frame_bytes


@pytest.mark.parametrize(
    ("frame", "value"),
    [
        ("01 04 04 43 66 33 34 1B 38", 230.2),
        ("01 04 04 43 67 AF 55 E2 10", 231.685),
        ("01 04 04 40 88 FA 31 ED 1A", 4.2805),
        ("01 04 04 43 C9 AA 46 C1 6C", 403.33),
        ("01 03 04 00 00 00 00 FA 33", 0.0),
    ],
)
def test_a_reply_shows_its_registers_in_all_readings(frame: str, value: float) -> None:
    decoded = decode_frame(frame_bytes(frame))
    assert (decoded.protocol, decoded.valid, decoded.error, decoded.address) == ("modbus-rtu", True, None, 1)
    values = {item.quantity: item.value for item in decoded.values}
    assert values["f32 +0, high word first"] == pytest.approx(value, rel=2e-5)
    assert "f32 +0, low word first" in values and "register +1" in values


@pytest.mark.parametrize(
    ("frame", "address", "control", "di", "values"),
    [
        ("01 04 00 00 00 02 71 CB", 1, 4, 0, [2]),
        ("01 04 00 08 00 02 F0 09", 1, 4, 8, [2]),
        ("01 04 00 0C 00 02 B1 C8", 1, 4, 12, [2]),
        ("11 03 00 6B 00 03 76 87", 17, 3, 0x6B, [3]),
        ("01 03 4A 38 00 02 53 DE", 1, 3, 0x4A38, [2]),
        ("04 03 62 75 00 0C 4B F8", 4, 3, 0x6275, [12]),
        ("11 03 06 AE 41 56 52 43 40 49 AD", 17, 3, None, [0xAE41, 0x5652, 0x4340]),
        ("01 06 00 01 00 03 98 0B", 1, 6, 1, [3]),
        ("01 10 00 01 00 02 10 08", 1, 16, 1, [2]),
        ("01 05 00 AC FF 00 4C 1B", 1, 5, 0xAC, [0xFF00]),
        ("01 83 02 C0 F1", 1, 0x83, None, [2]),
        ("02 07 41 12", 2, 7, None, []),
        ("02 07 6D 13 DD", 2, 7, None, [0x6D]),
        ("01 01 00 0A 00 0D DD CD", 1, 1, 10, [13]),
        ("01 01 02 0A 11 7F 50", 1, 1, None, ["0101000010001000"]),
        ("01 0F 00 13 00 0A 02 CD 01 72 CB", 1, 15, 0x13, ["1011001110"]),
        ("01 0F 00 13 00 0A 24 09", 1, 15, 0x13, [10]),
        (":1103006B00037E", 17, 3, 0x6B, [3]),
        (":F7031389000A60\r\n", 0xF7, 3, 0x1389, [10]),
        ("3A 31 31 30 33 30 30 36 42 30 30 30 33 37 45 0D 0A", 17, 3, 0x6B, [3]),
    ],
)
def test_requests_writes_and_exceptions_are_told(frame, address, control, di, values) -> None:
    decoded = decode_frame(frame_bytes(frame))
    assert decoded.valid, decoded.error
    assert (decoded.address, decoded.control, decoded.di) == (address, control, di)
    assert [item.value for item in decoded.values] == values


def test_a_frame_of_modbus_tcp_is_told_by_its_length_for_it_has_no_checksum() -> None:
    asked = decode_frame(frame_bytes("00 01 00 00 00 06 11 03 00 6B 00 03"))
    assert (asked.protocol, asked.valid, asked.address, asked.di) == ("modbus-tcp", True, 0x11, 0x6B)
    told = decode_frame(frame_bytes("00 01 00 00 00 09 11 03 06 AE 41 56 52 43 40"))
    assert [item.value for item in told.values] == [0xAE41, 0x5652, 0x4340]
    damaged = decode_frame(frame_bytes("01 03 00 00 00 02 C4 07"))  # a request in RTU could look so
    assert damaged.protocol == "modbus-rtu" and "CRC" in (damaged.error or "")


@pytest.mark.parametrize("text", [r"/?!\r\n", "/?!\r\n", "/?!", "2F 3F 21 0D 0A"])
def test_the_end_of_a_line_may_be_typed_pasted_written_in_hex_or_left_out(text: str) -> None:
    assert decode_frame(frame_bytes(text)).error is None
    named = decode_frame(frame_bytes(r"/TPC5NEVAMT324.2307\r\n"))
    assert "NEVAMT324.2307" in [value.value for value in named.values]


def test_a_captured_reply_of_twelve_registers_shows_them_all() -> None:
    frame = "04 03 18 01 E8 08 EC 08 E8 0F 7D 00 29 00 29 00 10 00 2F 03 B6 FF 90 04 22 00 14 F0 98"
    decoded = decode_frame(frame_bytes(frame))
    assert (decoded.error, decoded.address, decoded.control) == (None, 4, 3)
    registers = [item.value for item in decoded.values if item.quantity.startswith("register")]
    assert registers == [488, 2284, 2280, 3965, 41, 41, 16, 47, 950, 0xFF90, 1058, 20]


def test_a_write_of_many_shows_what_it_writes() -> None:
    decoded = decode_frame(frame_bytes("01 10 00 01 00 02 04 00 0A 01 02 92 30"))
    assert decoded.di == 1
    assert [item.value for item in decoded.values[:2]] == [10, 258]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("01 03 00 00 00 14 C4 0B", "CRC is C4 0B, but that of the other bytes is 45 C5"),
        ("01 10 00 14 00 02 04 42 70 00 00 67 D5", "E6 F3"),
        (":1103006B00037F", "LRC is 7F, but that of the other bytes is 7E"),
        (":11zz", "hexadecimal"),
        ("01 04", "bytes"),
    ],
)
def test_a_frame_that_is_not_right_is_told_why_in_one_sentence(frame: str, words: str) -> None:
    decoded = decode_frame(frame_bytes(frame))
    assert not decoded.valid and decoded.error is not None
    assert words in decoded.error and "\n" not in decoded.error
    assert not decoded.values


def test_a_byte_count_that_lies_is_told(crc) -> None:
    decoded = decode_frame(crc(bytes.fromhex("01 04 04 43 66 33 34 00 00")))
    assert decoded.error == "The byte count says 4, but 6 bytes follow."


@pytest.mark.parametrize("text", ["", "  ", "01 0", "hello"])
def test_what_is_no_frame_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write bytes as in"):
        frame_bytes(text)
