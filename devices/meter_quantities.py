"""The quantities that are stored, the units in which meters say them, and what is possible at all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Quantity(StrEnum):
    """The quantities that Valleyline stores, named with their unit; l1 is meant where no phase is."""

    POWER = "power_kw"
    ENERGY = "energy_kwh"
    VOLTAGE = "voltage_v"
    CURRENT = "current_a"
    POWER_FACTOR = "power_factor"
    FREQUENCY = "frequency_hz"
    VOLTAGE_L2 = "voltage_l2_v"
    VOLTAGE_L3 = "voltage_l3_v"
    CURRENT_L2 = "current_l2_a"
    CURRENT_L3 = "current_l3_a"
    POWER_L1 = "power_l1_kw"
    POWER_L2 = "power_l2_kw"
    POWER_L3 = "power_l3_kw"
    REACTIVE_POWER = "reactive_power_kvar"
    APPARENT_POWER = "apparent_power_kva"
    ENERGY_EXPORT = "energy_export_kwh"
    ENERGY_SHARP = "energy_sharp_kwh"
    ENERGY_PEAK = "energy_peak_kwh"
    ENERGY_FLAT = "energy_flat_kwh"
    ENERGY_VALLEY = "energy_valley_kwh"
    REACTIVE_ENERGY = "reactive_energy_kvarh"
    REACTIVE_ENERGY_EXPORT = "reactive_energy_export_kvarh"
    VOLUME = "volume_m3"
    FLOW = "flow_m3_h"
    HEAT = "heat_kwh"
    PULSES_1 = "pulses_1"
    PULSES_2 = "pulses_2"
    PULSES_3 = "pulses_3"
    PULSES_4 = "pulses_4"
    PULSES_5 = "pulses_5"
    PULSES_6 = "pulses_6"
    PULSES_7 = "pulses_7"
    PULSES_8 = "pulses_8"

    @property
    def units(self) -> Mapping[str, float]:
        """The units a meter may say it in, and the factor from each to the quantity's own."""
        return _UNITS[_ending(self)]

    @property
    def is_counter(self) -> bool:
        """Whether it only ever grows, but for a roll-over, a reset or another meter."""
        return _ending(self) in _COUNTERS

    @property
    def is_directed(self) -> bool:
        """Whether its sign tells import from export."""
        return _ending(self) in ("kw", "kvar")

    @property
    def usual_range(self) -> tuple[float, float]:
        """What a meter can sensibly say, before CT and PT ratios: the bounds where a profile gives none."""
        return _RANGES[_ending(self)]

    @property
    def possible_ratios(self) -> frozenset[str]:
        """The transformer ratios that can apply to it."""
        return _RATIOS.get(_ending(self), frozenset())


_POWERS_OF_TEN = {"": 1e-3, "k": 1.0, "M": 1e3}


def _with_prefixes(unit: str) -> dict[str, float]:
    return {f"{prefix}{unit}": factor for prefix, factor in _POWERS_OF_TEN.items()}


_UNITS: Mapping[str, Mapping[str, float]] = {
    "kw": _with_prefixes("W"),
    "kvar": _with_prefixes("var"),
    "kva": _with_prefixes("VA"),
    "kwh": {**_with_prefixes("Wh"), "kJ": 1 / 3600, "MJ": 1 / 3.6, "GJ": 1000 / 3.6},
    "kvarh": _with_prefixes("varh"),
    "v": {"V": 1.0, "mV": 1e-3, "kV": 1e3},
    "a": {"A": 1.0, "mA": 1e-3, "kA": 1e3},
    "factor": {"": 1.0, "%": 0.01},
    "hz": {"Hz": 1.0, "mHz": 1e-3},
    "m3": {"m3": 1.0, "m³": 1.0, "l": 1e-3},
    "m3_h": {"m3/h": 1.0, "m³/h": 1.0, "l/h": 1e-3, "l/min": 0.06},
    "pulses": {"": 1.0, "pulses": 1.0},
}
_COUNTERS = frozenset(("kwh", "kvarh", "m3", "pulses"))
_RANGES: Mapping[str, tuple[float, float]] = {
    "kw": (-100_000.0, 100_000.0),
    "kvar": (-100_000.0, 100_000.0),
    "kva": (0.0, 100_000.0),
    "kwh": (0.0, 1e9),
    "kvarh": (0.0, 1e9),
    "v": (0.0, 1_000.0),
    "a": (-10_000.0, 10_000.0),
    "factor": (-1.0, 1.0),
    "hz": (40.0, 70.0),
    "m3": (0.0, 1e9),
    "m3_h": (-100_000.0, 100_000.0),
    "pulses": (0.0, 1e20),
}
_BOTH = frozenset(("ct", "pt"))
_RATIOS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("kw", "kvar", "kva", "kwh", "kvarh"), _BOTH),
    "v": frozenset(("pt",)),
    "a": frozenset(("ct",)),
}


def _ending(quantity: Quantity) -> str:
    """The part of a name that is its unit."""
    if quantity.value.startswith("pulses"):
        return "pulses"
    ending = quantity.value.rpartition("_")[2]
    return "m3_h" if ending == "h" else ending
