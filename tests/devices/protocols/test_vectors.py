"""The specification's frames of every meter protocol, and those that must be refused."""

from __future__ import annotations

import pytest

from devices.frames import decode_frame, frame_bytes

HEAD = "68 61 01 00 00 00 00 68 "
DLT645 = [  # frame, address, identifier, values
    (HEAD + "11 04 33 33 34 33 14 16", "000000000161", "00010000", []),
    (HEAD + "91 08 33 33 34 33 59 33 33 33 8A 16", "000000000161", "00010000", [(0.26, "kWh")]),
    (HEAD + "11 04 33 34 34 35 17 16", "000000000161", "02010100", []),
    (HEAD + "91 06 33 34 34 35 34 43 10 16", "000000000161", "02010100", [(100.1, "V")]),
    (HEAD + "11 04 33 34 35 35 18 16", "000000000161", "02020100", []),
    (HEAD + "91 07 33 34 35 35 CC 7C 33 16 16", "000000000161", "02020100", [(4.999, "A")]),
    (HEAD + "11 04 33 33 36 35 18 16", "000000000161", "02030000", []),
    (HEAD + "91 07 33 33 36 35 45 58 33 6B 16", "000000000161", "02030000", [(0.2512, "kW")]),
    (HEAD + "91 07 33 33 37 35 64 76 33 A9 16", "000000000161", "02040000", [(0.4331, "kvar")]),
    (HEAD + "91 07 33 33 38 35 39 83 33 8C 16", "000000000161", "02050000", [(0.5006, "kVA")]),
    (HEAD + "11 04 33 33 39 35 1B 16", "000000000161", "02060000", []),
    (HEAD + "91 06 33 33 39 35 34 38 09 16", "000000000161", "02060000", [(0.501, "")]),
    (
        "68 59 50 82 12 34 00 68 91 06 33 33 39 35 33 C3 A2 16",
        "003412825059",
        "02060000",
        [(-1.0, "")],
    ),
    ("68 00 51 44 18 11 17 68 91 06 35 33 B3 35 36 83 45 16", "171118445100", "02800002", [(50.03, "Hz")]),
    ("68 AA AA AA AA AA AA 68 13 00 DF 16", "AAAAAAAAAAAA", None, []),
    (
        "68 94 41 03 26 12 18 68 93 06 C7 74 36 59 45 4B EB 16",
        "181226034194",
        None,
        [("181226034194", "")],
    ),
    (
        "68 94 41 03 26 12 18 68 91 0A 33 32 34 35 36 56 33 33 33 33 B9 16",
        "181226034194",
        "0201FF00",
        [(230.3, "V"), (0.0, "V"), (0.0, "V")],
    ),
    (
        "68 94 41 03 26 12 18 68 91 0D 33 32 35 35 BB 34 33 33 33 33 33 33 33 B9 16",
        "181226034194",
        "0202FF00",
        [(0.188, "A"), (0.0, "A"), (0.0, "A")],
    ),
    ("68 00 36 19 00 00 00 68 11 04 33 32 34 33 00 16", "000000193600", "0001FF00", []),
    (
        "68 00 36 19 00 00 00 68 91 18 33 32 34 33 63 69 33 33 89 35 33 33 4C 33 33 33 6B 33 33 33 4A 66 "
        "33 33 E9 16",
        "000000193600",
        "0001FF00",
        [(36.30, "kWh"), (2.56, "kWh"), (0.19, "kWh"), (0.38, "kWh"), (33.17, "kWh")],
    ),
    ("68 12 00 00 00 10 20 68 11 04 33 32 34 35 F5 16", "201000000012", "0201FF00", []),
    (
        "68 12 00 00 00 10 20 68 91 0A 33 32 34 35 89 55 32 32 32 32 21 16",
        "201000000012",
        "0201FF00",
        [(225.6, "V"), (None, "V"), (None, "V")],
    ),
    ("68 45 92 66 23 00 10 68 11 04 33 34 34 35 25 16", "100023669245", "02010100", []),
    ("68 45 92 66 23 00 10 68 91 06 33 34 34 35 66 55 62 16", "100023669245", "02010100", [(223.3, "V")]),
    (
        "68 60 07 92 04 00 91 68 91 08 33 33 33 33 97 35 A8 33 6A 16",
        "910004920760",
        "00000000",
        [(7502.64, "kWh")],
    ),
    (
        "68 24 02 00 00 00 00 68 91 18 33 32 34 33 C7 47 35 33 37 86 33 33 A7 86 33 33 36 87 33 33 44 87 "
        "33 33 EB 16",
        "000000000224",
        "0001FF00",
        [(214.94, "kWh"), (53.04, "kWh"), (53.74, "kWh"), (54.03, "kWh"), (54.11, "kWh")],
    ),
    ("68 12 90 78 56 34 12 68 D1 01 35 8D 16", "123456789012", None, [(2, "")]),
    ("68 60 07 92 04 00 91 68 D1 01 37 67 16", "910004920760", None, [(4, "")]),
]
OTHERS = [  # frame, protocol, values
    ("FE FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16", "cjt188", []),
    ("/?!\r\n", "iec62056-21", [("", "")]),
    ("/?00000201!\r\n", "iec62056-21", [("00000201", "")]),
    ("/TPC5NEVAMT324.2307\r\n", "iec62056-21", [("TPC", ""), (9600, "Bd"), ("NEVAMT324.2307", "")]),
    ("06 30 35 31 0D 0A", "iec62056-21", [(9600, "Bd"), ("programming", "")]),
    ("06 30 35 30 0D 0A", "iec62056-21", [(9600, "Bd"), ("readout", "")]),
    ("01 P0 02 (00000000) 03 60", "iec62056-21", [("(00000000)", "")]),
    ("01 P1 02 (00000000) 03 61", "iec62056-21", [("(00000000)", "")]),
    ("06", "iec62056-21", [(6, "")]),
    ("01 R1 02 100700FF() 03 65", "iec62056-21", [("100700FF()", "")]),
    ("02 100700FF(00005.3) 03 2C", "iec62056-21", [(5.3, "")]),
    ("01 R1 02 2107FFFF() 03 67", "iec62056-21", [("2107FFFF()", "")]),
    ("02 2107FFFF(00.717) 03 19", "iec62056-21", [(0.717, "")]),
    ("01 R1 02 0F0880FF() 03 15", "iec62056-21", [("0F0880FF()", "")]),
    (
        "02 0F0880FF(000046.24,000031.14,000015.10,000000.00,000000.00) 03 5C",
        "iec62056-21",
        [(46.24, ""), (31.14, ""), (15.1, ""), (0.0, ""), (0.0, "")],
    ),
    ("01 B0 03 71", "iec62056-21", [("", "")]),
    ("02 3:171.0(0) 03 12", "iec62056-21", [(0.0, "")]),
    ("02 3:14(314*kWh)4:15(415*kWh)\r\n!\r\n 03 22", "iec62056-21", [(314.0, "kWh"), (415.0, "kWh")]),
    ("01 R1 02 1.8.0(1) 03 6B", "iec62056-21", [("1.8.0(1)", "")]),
    ("10 40 00 40 16", "m-bus", []),
    ("E5", "m-bus", [(0xE5, "")]),
    ("10 5B 01 5C 16", "m-bus", []),
]
WRONG = [
    (
        "68 02 00 00 00 10 20 68 91 18 33 32 34 33 67 5C 33 33 99 3A 33 33 48 39 33 33 B3 37 33 33 A4 43 "
        "33 33 5B 16",
        "dlt645",
        "The checksum is 5B, but that of the other bytes is 5D.",
    ),
    (
        HEAD + "91 08 33 33 34 33 59 33 33 8A 16",
        "dlt645",
        "The length says 8 bytes of data, but there are 7.",
    ),
    (HEAD + "91 07 33 33 34 33 59 33 33 56 16", "dlt645", "do not fit the identifier 00010000"),
    ("68 61 01 00 00 00 00 68 01 02 43 C3 3B 16", "dlt645", "1997"),
    ("02 100700FF(00005.3) 03 2D", "iec62056-21", "The block check is 2D, but that of the bytes is 2C."),
    ("01 R1 02 100700FF() 03 66", "iec62056-21", "The block check is 66"),
    ("10 5B 01 5D 16", "m-bus", "The checksum is 5D, but that of the other bytes is 5C."),
    ("68 03 03 68 08 01 72 7B", "m-bus", "should have 9 bytes"),
    ("FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 81 16", "cjt188", "The checksum is 81"),
]


@pytest.mark.parametrize(("frame", "address", "di", "values"), DLT645)
def test_a_dlt645_frame_says_what_the_specification_states(frame, address, di, values) -> None:
    decoded = decode_frame(frame_bytes(frame))
    assert (decoded.protocol, decoded.error) == ("dlt645", None)
    assert (decoded.address, decoded.di) == (address, di)
    assert [(value.value, value.unit) for value in decoded.values] == values
    assert [value.quality for value in decoded.values] == [
        "bad" if value is None else "good" for value, _ in values
    ]


@pytest.mark.parametrize(("frame", "protocol", "values"), OTHERS)
def test_a_frame_of_another_meter_protocol_is_told_apart_and_decoded(frame, protocol, values) -> None:
    decoded = decode_frame(frame_bytes(frame))
    assert (decoded.protocol, decoded.error) == (protocol, None)
    assert [(value.value, value.unit) for value in decoded.values] == values


@pytest.mark.parametrize(("frame", "protocol", "words"), WRONG)
def test_a_damaged_frame_is_refused_with_the_reason(frame, protocol, words) -> None:
    decoded = decode_frame(frame_bytes(frame))
    assert (decoded.protocol, decoded.valid, decoded.values) == (protocol, False, ())
    assert decoded.error is not None and words in decoded.error and "\n" not in decoded.error


@pytest.mark.parametrize(("frame", "address", "di", "values"), DLT645)
def test_a_frame_with_any_one_byte_changed_is_refused(frame, address, di, values) -> None:
    raw = frame_bytes(frame)
    for at in range(len(raw)):
        damaged = raw[:at] + bytes((raw[at] ^ 0x04,)) + raw[at + 1 :]
        assert not decode_frame(damaged).valid, damaged.hex(" ")
