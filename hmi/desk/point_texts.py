"""What points are called, in which units they are, and why a reading is not good."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from devices.reading import Quality, Reading, Reason
from hmi.desk.texts import translated

_REASONS = {
    Reason.PORT_MISSING: QT_TRANSLATE_NOOP("texts", "the port is missing"),
    Reason.TIMEOUT: QT_TRANSLATE_NOOP("texts", "the meter does not answer"),
    Reason.BAD_CHECKSUM: QT_TRANSLATE_NOOP("texts", "the meter's replies arrive damaged"),
    Reason.BAD_REPLY: QT_TRANSLATE_NOOP("texts", "the meter's reply is not what was asked for"),
    Reason.EXCEPTION: QT_TRANSLATE_NOOP("texts", "the meter refuses the request"),
    Reason.SENTINEL: QT_TRANSLATE_NOOP("texts", "the meter says that it has no value"),
    Reason.OUT_OF_RANGE: QT_TRANSLATE_NOOP("texts", "the value is out of range"),
    Reason.JUMP: QT_TRANSLATE_NOOP("texts", "a value too far from the last one, and not seen twice yet"),
    Reason.BEYOND_RATING: QT_TRANSLATE_NOOP("texts", "more than this machine can draw"),
    Reason.COUNTER_BACK: QT_TRANSLATE_NOOP("texts", "the counter went back, the next readings will tell why"),
    Reason.COUNTER_JUMP: QT_TRANSLATE_NOOP("texts", "the counter jumped, the next readings will tell why"),
    Reason.OTHER_MODEL: QT_TRANSLATE_NOOP("texts", "the meter says that it is not of its profile's model"),
    Reason.STALE: QT_TRANSLATE_NOOP("texts", "the meter answers, but its values no longer change"),
    Reason.MEAN: QT_TRANSLATE_NOOP("texts", "a mean over some minutes, for older readings are thinned"),
    Reason.UNCONFIRMED: QT_TRANSLATE_NOOP("texts", "it could be a late answer to an earlier question"),
}

_QUANTITIES = {
    "power_kw": QT_TRANSLATE_NOOP("texts", "power"),
    "energy_kwh": QT_TRANSLATE_NOOP("texts", "energy counter"),
    "voltage_v": QT_TRANSLATE_NOOP("texts", "voltage"),
    "current_a": QT_TRANSLATE_NOOP("texts", "current"),
    "power_factor": QT_TRANSLATE_NOOP("texts", "power factor"),
    "frequency_hz": QT_TRANSLATE_NOOP("texts", "frequency"),
    "voltage_l2_v": QT_TRANSLATE_NOOP("texts", "voltage L2"),
    "voltage_l3_v": QT_TRANSLATE_NOOP("texts", "voltage L3"),
    "current_l2_a": QT_TRANSLATE_NOOP("texts", "current L2"),
    "current_l3_a": QT_TRANSLATE_NOOP("texts", "current L3"),
    "power_l1_kw": QT_TRANSLATE_NOOP("texts", "power L1"),
    "power_l2_kw": QT_TRANSLATE_NOOP("texts", "power L2"),
    "power_l3_kw": QT_TRANSLATE_NOOP("texts", "power L3"),
    "reactive_power_kvar": QT_TRANSLATE_NOOP("texts", "reactive power"),
    "apparent_power_kva": QT_TRANSLATE_NOOP("texts", "apparent power"),
    "energy_export_kwh": QT_TRANSLATE_NOOP("texts", "export counter"),
    "energy_sharp_kwh": QT_TRANSLATE_NOOP("texts", "counter, sharp peak"),
    "energy_peak_kwh": QT_TRANSLATE_NOOP("texts", "counter, peak"),
    "energy_flat_kwh": QT_TRANSLATE_NOOP("texts", "counter, flat"),
    "energy_valley_kwh": QT_TRANSLATE_NOOP("texts", "counter, valley"),
    "reactive_energy_kvarh": QT_TRANSLATE_NOOP("texts", "reactive energy counter"),
    "reactive_energy_export_kvarh": QT_TRANSLATE_NOOP("texts", "reactive export counter"),
    "volume_m3": QT_TRANSLATE_NOOP("texts", "volume counter"),
    "flow_m3_h": QT_TRANSLATE_NOOP("texts", "flow"),
    "heat_kwh": QT_TRANSLATE_NOOP("texts", "heat counter"),
    "pulses_1": QT_TRANSLATE_NOOP("texts", "pulses, input 1"),
    "pulses_2": QT_TRANSLATE_NOOP("texts", "pulses, input 2"),
    "pulses_3": QT_TRANSLATE_NOOP("texts", "pulses, input 3"),
    "pulses_4": QT_TRANSLATE_NOOP("texts", "pulses, input 4"),
    "pulses_5": QT_TRANSLATE_NOOP("texts", "pulses, input 5"),
    "pulses_6": QT_TRANSLATE_NOOP("texts", "pulses, input 6"),
    "pulses_7": QT_TRANSLATE_NOOP("texts", "pulses, input 7"),
    "pulses_8": QT_TRANSLATE_NOOP("texts", "pulses, input 8"),
}

UNITS = {
    "power_kw": "kW",
    "energy_kwh": "kWh",
    "voltage_v": "V",
    "current_a": "A",
    "power_factor": "",
    "frequency_hz": "Hz",
    "voltage_l2_v": "V",
    "voltage_l3_v": "V",
    "current_l2_a": "A",
    "current_l3_a": "A",
    "power_l1_kw": "kW",
    "power_l2_kw": "kW",
    "power_l3_kw": "kW",
    "reactive_power_kvar": "kvar",
    "apparent_power_kva": "kVA",
    "energy_export_kwh": "kWh",
    "energy_sharp_kwh": "kWh",
    "energy_peak_kwh": "kWh",
    "energy_flat_kwh": "kWh",
    "energy_valley_kwh": "kWh",
    "reactive_energy_kvarh": "kvarh",
    "reactive_energy_export_kvarh": "kvarh",
    "volume_m3": "m³",
    "flow_m3_h": "m³/h",
    "heat_kwh": "kWh",
    "pulses_1": "",
    "pulses_2": "",
    "pulses_3": "",
    "pulses_4": "",
    "pulses_5": "",
    "pulses_6": "",
    "pulses_7": "",
    "pulses_8": "",
}


def quantity(name: str) -> str:
    """What a point measures."""
    return translated(_QUANTITIES[name]) if name in _QUANTITIES else name


def reading_problem(reading: Reading) -> str:
    """Why a reading is not GOOD, or not as it was read; "" when it is both."""
    if reading.quality is Quality.GOOD and reading.reason is not Reason.MEAN:
        return ""
    if reading.reason in _REASONS:
        return translated(_REASONS[reading.reason])
    return QCoreApplication.translate("texts", "no value")
