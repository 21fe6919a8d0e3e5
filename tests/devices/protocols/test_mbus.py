"""Telegrams of real meters: pyMeterBus' and libmbus' test frames abb_xxx, abb_f95, electricity-meter-1."""

from __future__ import annotations

from devices.frames import decode_frame, frame_bytes

ABB_B24 = (
    "6885856808007272593800420420020C0000000E840007590000000004FFA0006400000004FFA1150000000004FFA20005000000"
    "04FFA3150000000007FFA600000000000000000007FFA700000000000000000007FFA800000000000000000007FFA90000000000"
    "000000000DFD8E0007302E34322E31420DFFAA000B3030312D333131203432421FBD16"
)
ABB_F95 = (
    "685E5E680800729085712624232804735000000C05000000000C12420700003C2ADDB4EBDD3B3ADDB4EB0A5A04020A5E0402"
    "0A620000046D22108D114C0500000000446D3B177E1444ED7E3B179E148C01050000000084016D3B177F1C0B265365080416"
)
ELECTRICITY_1 = (
    "689292680801723E020005434C1202130000008C1004521200008C1104521200008C2004334477018C21043344770102FDC9FF01"
    "ED0002FDDBFF01200002ACFF014F008240ACFF01EEFF02FDC9FF02E70002FDDBFF02230002ACFF0251008240ACFF02F1FF02FDC9"
    "FF03E40002FDDBFF03450002ACFF03A0008240ACFF03E0FF02FF68000002ACFF0040018240ACFF00BFFF01FF1304D916"
)


def test_a_heat_meters_telegram_tells_energy_volume_and_that_its_power_is_in_error() -> None:
    decoded = decode_frame(frame_bytes(ABB_F95))
    assert (decoded.protocol, decoded.error) == ("m-bus", None)
    values = {value.quantity: (value.value, value.unit) for value in decoded.values}
    assert values["identification"] == ("26718590", "")
    assert values["energy"] == (0, "Wh") and values["volume"] == (0.0742, "m³")
    assert values["power, in error state"] == (None, "W")


def test_an_electricity_meters_telegram_tells_tariffs_and_keeps_its_phases_apart() -> None:
    decoded = decode_frame(frame_bytes(ELECTRICITY_1))
    assert (decoded.protocol, decoded.error, decoded.address) == ("m-bus", None, 1)
    values = {value.quantity: (value.value, value.unit) for value in decoded.values}
    assert values["energy, tariff 1"] == (12_520, "Wh")
    assert [values[f"voltage (FF{phase:02d})"] for phase in (1, 2, 3)] == [(237, "V"), (231, "V"), (228, "V")]


def test_a_real_meters_telegram_tells_number_maker_energy_and_model() -> None:
    decoded = decode_frame(frame_bytes(ABB_B24))
    assert (decoded.protocol, decoded.error, decoded.address) == ("m-bus", None, 0)
    values = {value.quantity: (value.value, value.unit) for value in decoded.values}
    assert values["identification"] == ("00385972", "")
    assert values["maker"] == ("ABB", "")
    assert values["energy"] == (59_070, "Wh")
    assert "B24 113-100" in [value.value for value in decoded.values]


def test_a_telegram_that_breaks_off_in_a_record_is_refused() -> None:
    raw = frame_bytes(ABB_B24)
    body = raw[4:25]
    cut = bytes((0x68, len(body), len(body), 0x68)) + body + bytes((sum(body) & 0xFF, 0x16))
    decoded = decode_frame(cut)
    assert not decoded.valid and decoded.error is not None and "breaks off" in decoded.error
