"""Meter profiles: what a kind of meter says, and where, as a data file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from devices.datafile import DataFileError, NoSuchFileError, read_toml
from resources.locate import resource

Address = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=10_000)]

TYPICAL_HOLE = 29  # registers: what a merged read may carry along at 9600 baud and 40 ms turnaround


class ValueType(StrEnum):
    """How a value lies in registers of 16 bits."""

    U16 = "u16"
    S16 = "s16"
    U32 = "u32"
    S32 = "s32"
    F32 = "f32"
    U64 = "u64"
    S64 = "s64"
    F64 = "f64"

    @property
    def registers(self) -> int:
        """How many registers the value takes."""
        return int(self.value[1:]) // 16


class Quantity(StrEnum):
    """The quantities that Valleyline stores; the unit is in the name."""

    POWER = "power_kw"
    ENERGY = "energy_kwh"
    VOLTAGE = "voltage_v"
    CURRENT = "current_a"
    POWER_FACTOR = "power_factor"
    FREQUENCY = "frequency_hz"


class SerialDefaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the maker ships the device's port."""

    baud: Annotated[int, msgspec.Meta(ge=300, le=1_000_000)] = 9600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1


class DeviceTiming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device asks of the line, in real milliseconds.

    `turnaround_max_ms` is how long the first byte of a reply is awaited; `turnaround_ms` is typical and only
    used to foretell how long a cycle takes.
    """

    turnaround_ms: Milliseconds = 40.0
    turnaround_max_ms: Milliseconds = 500.0
    min_gap_ms: Milliseconds = 0.0
    device_switch_ms: Milliseconds = 0.0


class QuantitySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One quantity: wire address (from 0), raw value × scale = value in the quantity's unit.

    `unit` is the meter's own; `min` and `max` bound the scaled value before CT and PT ratios; `sentinels` are
    raw values (unsigned) that mean "not available"; `rolls_over_at` is where a counter starts again.
    """

    name: Quantity
    fc: Literal[3, 4]
    address: Address
    type: ValueType
    unit: str
    low: float = msgspec.field(name="min")
    high: float = msgspec.field(name="max")
    scale: float = 1.0
    word_order: Literal["big", "little"] = "big"
    sentinels: tuple[Annotated[int, msgspec.Meta(ge=0)], ...] = ()
    ratios: tuple[Literal["ct", "pt"], ...] = ()
    rolls_over_at: float | None = None

    @property
    def end(self) -> int:
        """The first address after the value."""
        return self.address + self.type.registers


class MeterProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of meter. Profiles know no writing at all."""

    maker: str
    model: str
    source: str
    quantities: tuple[QuantitySpec, ...]
    serial: SerialDefaults = SerialDefaults()
    timing: DeviceTiming = DeviceTiming()
    max_block: Annotated[int, msgspec.Meta(ge=1, le=125)] = 125
    forbidden: tuple[tuple[Address, Address], ...] = ()  # address ranges, ends included, never read across

    def quantity(self, name: Quantity) -> QuantitySpec:
        """The quantity of this name; KeyError when the meter has none."""
        for quantity in self.quantities:
            if quantity.name is name:
                return quantity
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """Registers fetched by one request, and the quantities in them."""

    fc: int
    address: int
    count: int
    quantities: tuple[QuantitySpec, ...]


def load_profile(name_or_path: str | Path) -> MeterProfile:
    """Reads a shipped profile by its name or any by its path; raises DataFileError with one sentence."""
    path = profile_path(name_or_path)
    profile = read_toml(path, MeterProfile)
    _check(profile, path)
    return profile


def profile_path(name_or_path: str | Path) -> Path:
    """Where a profile's file is: the path itself, or the shipped file of that name."""
    path = Path(name_or_path)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return path
    folder = shipped_profiles()
    found = folder / f"{name_or_path}.toml"
    if not found.exists():
        names = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        raise NoSuchFileError(f"{name_or_path!r} is not a profile; there are {names}, or name a .toml file.")
    return found


def shipped_profiles() -> Path:
    """The folder of the profiles that come with the program."""
    return resource("profiles")


def read_blocks(profile: MeterProfile, *, most_hole: int = TYPICAL_HOLE) -> tuple[ReadBlock, ...]:
    """The requests that fetch all quantities; neighbours share one over at most `most_hole` registers."""
    blocks: list[ReadBlock] = []
    for quantity in sorted(profile.quantities, key=_place):
        if blocks and _fits(profile, blocks[-1], quantity, most_hole):
            blocks[-1] = _extended(blocks[-1], quantity)
        else:
            blocks.append(ReadBlock(quantity.fc, quantity.address, quantity.type.registers, (quantity,)))
    return tuple(blocks)


def _place(quantity: QuantitySpec) -> tuple[int, int]:
    return quantity.fc, quantity.address


def _extended(block: ReadBlock, quantity: QuantitySpec) -> ReadBlock:
    end = max(block.address + block.count, quantity.end)
    return ReadBlock(block.fc, block.address, end - block.address, (*block.quantities, quantity))


def _fits(profile: MeterProfile, block: ReadBlock, quantity: QuantitySpec, most_hole: int) -> bool:
    block_end = block.address + block.count
    if quantity.fc != block.fc or quantity.address - block_end > most_hole:
        return False
    if max(block_end, quantity.end) - block.address > profile.max_block:
        return False
    return not any(low < quantity.address and high >= block_end for low, high in profile.forbidden)


def _check(profile: MeterProfile, path: Path) -> None:
    if not profile.quantities:
        raise DataFileError(f"{path}: quantities: there are none; a meter needs at least one.")
    seen: set[Quantity] = set()
    for index, quantity in enumerate(profile.quantities):
        where = f"{path}: quantities[{index}]"
        if quantity.name in seen:
            raise DataFileError(f"{where}.name: {quantity.name.value!r} is there twice; names must differ.")
        seen.add(quantity.name)
        if not quantity.low < quantity.high:
            raise DataFileError(f"{where}.min: {quantity.low} is not below max, which is {quantity.high}.")
        if quantity.scale == 0:
            raise DataFileError(f"{where}.scale: 0 would lose the value; use the unit's factor, e.g. 0.001.")
        if quantity.type.registers > profile.max_block or quantity.end > 0x10000:
            raise DataFileError(
                f"{where}.address: {quantity.type.value} at {quantity.address} does not fit; "
                f"a request may take {profile.max_block} registers and addresses end at 65535."
            )
