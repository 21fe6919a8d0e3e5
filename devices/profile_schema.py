"""What a meter profile's file may say: its keys, their types and their bounds."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from devices.meter_quantities import Quantity

Address = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=10_000)]
Sentinel = Annotated[int, msgspec.Meta(ge=0)]
Order = Literal["big", "little"]
Password = Annotated[str, msgspec.Meta(pattern="^[ -'*-~]{0,32}$")]  # printable, without parentheses
FunctionCode = Literal[3, 4]
Bit = Annotated[int, msgspec.Meta(ge=0, le=63)]


class ValueType(StrEnum):
    """How a value lies in registers of 16 bits.

    `bcd` has four decimal digits a register; `m10k` a number from -9999 to 9999 in each (Schneider's
    "modulo 10 000"); `string` characters, two a register.
    """

    U16 = "u16"
    S16 = "s16"
    U32 = "u32"
    S32 = "s32"
    F32 = "f32"
    U64 = "u64"
    S64 = "s64"
    F64 = "f64"
    BCD16 = "bcd16"
    BCD32 = "bcd32"
    BCD64 = "bcd64"
    M10K32 = "m10k32"
    M10K48 = "m10k48"
    M10K64 = "m10k64"
    STRING = "string"

    @property
    def registers(self) -> int:
        """How many registers the value takes; 0 for a text, which says it itself."""
        return 0 if self is ValueType.STRING else int(self.value[-2:]) // 16

    @property
    def kind(self) -> str:
        """The type without its width: u, s, f, bcd, m10k or string."""
        return self.value if self is ValueType.STRING else self.value[:-2]


class Protocol(StrEnum):
    """What a meter speaks."""

    MODBUS = "modbus"
    DLT645 = "dlt645"
    CJT188 = "cjt188"
    IEC62056 = "iec62056"
    MBUS = "mbus"


class Confidence(StrEnum):
    """How sure a profile is: two sources that agree, one, or a source that leaves something open."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


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
    """One quantity: wire address (from 0); raw value × scale = value in `unit`, the meter's own.

    `min`, `max`, `rolls_over_at` (where a counter starts again) and `max_step` (between two polls) are in the
    quantity's unit, before CT and PT ratios. `sentinels` are raw values (unsigned) that mean "not available".
    `bits` are the lowest and the highest bit that belong to the value; `exponent_address` is a register (s16)
    with the power of ten by which the value is multiplied.

    Where the protocol is not Modbus, `item` says what is asked for instead of address and type, `part` which
    of its values is meant (from 0), and `step` the least step of the number in the meter's unit.
    """

    name: Quantity
    fc: FunctionCode
    address: Address
    type: ValueType
    unit: str
    low: float = msgspec.field(name="min")
    high: float = msgspec.field(name="max")
    scale: float = 1.0
    word_order: Order = "big"
    byte_order: Order = "big"
    sentinels: tuple[Sentinel, ...] = ()
    ratios: tuple[Literal["ct", "pt"], ...] = ()
    bits: tuple[Bit, Bit] | None = None
    exponent_address: Address | None = None
    meaning: Literal["plain", "four_quadrant"] = "plain"
    positive: Literal["import", "export"] = "import"
    rolls_over_at: Annotated[float, msgspec.Meta(gt=0)] | None = None
    max_step: Annotated[float, msgspec.Meta(gt=0)] | None = None
    confidence: Confidence | None = None  # where it differs from the profile's
    note: str = ""
    item: str = ""
    part: Annotated[int, msgspec.Meta(ge=0, le=63)] = 0
    step: Annotated[float, msgspec.Meta(gt=0)] | None = None

    @property
    def start(self) -> int:
        """The first address to be read for the value."""
        exponent = self.exponent_address
        return self.address if exponent is None else min(self.address, exponent)

    @property
    def end(self) -> int:
        """The first address after all that is read for the value."""
        end = self.address + self.type.registers
        return end if self.exponent_address is None else max(end, self.exponent_address + 1)

    @property
    def factor(self) -> float:
        """Raw value × factor = value in the quantity's unit."""
        return self.scale * self.name.units[self.unit]

    @property
    def counts_to(self) -> float | None:
        """Where the counter starts again, in the quantity's unit before ratios; None if unknown."""
        if self.rolls_over_at is not None or not self.name.is_counter or self.bits is not None or self.item:
            return self.rolls_over_at
        base = {"u": 1 << 16, "bcd": 10_000, "m10k": 10_000}.get(self.type.kind)
        return None if base is None else float(base**self.type.registers) * self.factor


class RegisterSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number or a text about the device itself; `registers` is the length of a text."""

    fc: FunctionCode
    address: Address
    type: ValueType
    registers: Annotated[int, msgspec.Meta(ge=0, le=125)] = 0
    word_order: Order = "big"
    byte_order: Order = "big"
    scale: float = 1.0
    note: str = ""

    @property
    def count(self) -> int:
        """How many registers it takes."""
        return self.type.registers or self.registers


class IdentSpec(RegisterSpec, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A register that tells this model from others: one of the expected numbers, or beginnings of a text."""

    expected: Annotated[tuple[int | str, ...], msgspec.Meta(min_length=1)]


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What holds for every register that does not say otherwise."""

    fc: FunctionCode | None = None
    type: ValueType | None = None
    word_order: Order | None = None
    byte_order: Order | None = None
    sentinels: tuple[Sentinel, ...] | None = None


class MeterProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of meter. Profiles know no writing at all.

    `quantities` are read with every poll, `optional` ones where the plant file asks for them; `alternatives`
    are other places or other ways to read a quantity, never polled, for the preview. `ct` and `pt` are where
    the meter tells its transformer ratios.
    """

    maker: str
    model: str
    source: str
    quantities: tuple[QuantitySpec, ...]
    protocol: Protocol = Protocol.MODBUS
    meter_type: Annotated[int, msgspec.Meta(ge=0x10, le=0x49)] = 0x10  # of CJ/T 188: 16 water, 48 gas
    mode: Literal["readout", "registers"] = "readout"  # of IEC 62056-21
    password: Password = ""  # of IEC 62056-21: opens registers for reading
    optional: tuple[QuantitySpec, ...] = ()
    alternatives: tuple[QuantitySpec, ...] = ()
    defaults: Defaults = Defaults()
    serial: SerialDefaults = SerialDefaults()
    timing: DeviceTiming = DeviceTiming()
    max_block: Annotated[int, msgspec.Meta(ge=1, le=125)] = 125
    forbidden: tuple[tuple[Address, Address], ...] = ()  # address ranges, ends included, never read across
    ident: tuple[IdentSpec, ...] = ()
    serial_number: RegisterSpec | None = None
    ct: RegisterSpec | None = None
    pt: RegisterSpec | None = None
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    confidence: Confidence = Confidence.LOW
    deprecated: str = ""  # why, and what to use instead
    note: str = ""

    def quantity(self, name: Quantity) -> QuantitySpec:
        """The polled quantity of this name; KeyError when the meter has none."""
        for quantity in self.quantities:
            if quantity.name is name:
                return quantity
        raise KeyError(name)

    def with_quantities(self, names: tuple[Quantity, ...]) -> MeterProfile:
        """The profile that polls just these of its quantities; KeyError for one that it does not have."""
        known = {spec.name: spec for spec in (*self.optional, *self.quantities)}
        chosen = tuple(known[name] for name in names)
        left = tuple(spec for spec in (*self.quantities, *self.optional) if spec.name not in names)
        return msgspec.structs.replace(self, quantities=chosen, optional=left)
