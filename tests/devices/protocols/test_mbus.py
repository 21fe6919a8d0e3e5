"""An M-Bus telegram of a real meter (an ABB B24, from pyMeterBus' test frames, abb_xxx)."""

from __future__ import annotations

from devices.frames import decode_frame, frame_bytes

ABB_B24 = (
    "6885856808007272593800420420020C0000000E840007590000000004FFA0006400000004FFA1150000000004FFA20005000000"
    "04FFA3150000000007FFA600000000000000000007FFA700000000000000000007FFA800000000000000000007FFA90000000000"
    "000000000DFD8E0007302E34322E31420DFFAA000B3030312D333131203432421FBD16"
)


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
