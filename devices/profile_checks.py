"""What a profile's keys must be to one another; a contradiction is a key and a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from devices.profile_schema import IdentSpec, MeterProfile, Protocol, QuantitySpec, RegisterSpec, ValueType
from devices.registers import WORD, bounds

ADDRESSES = 0x10000
INTEGERS = ("u", "s")
ITEM = re.compile("[0-9A-F]{8}")
REGISTER = re.compile(r"[!-'*-~]+(\([!-'*-~]*\))?")  # 1.8.0 or 1.8.0(1)

Complaint = tuple[str, str]


def complaints(profile: MeterProfile) -> Iterator[Complaint]:
    """Every key that cannot be, and what is wrong with it in a sentence; none when the profile holds."""
    if not profile.quantities:
        yield "quantities", "there are none; a meter needs at least one."
    if profile.timing.turnaround_ms > profile.timing.turnaround_max_ms:
        most = profile.timing.turnaround_max_ms
        yield "timing.turnaround_ms", f"more than turnaround_max_ms, {most:g}; no reply would be awaited."
    yield from _about_protocol(profile)
    for index, (low, high) in enumerate(profile.forbidden):
        if low > high:
            yield f"forbidden[{index}]", f"{low} is above {high}; write the lower address first."
    yield from _repeated_names(profile)
    for key, spec in _all_quantities(profile):
        for name, sentence in _about_quantity(spec, profile):
            yield f"{key}.{name}", sentence
    yield from _overlaps(profile)
    yield from _misplaced_registers(profile)
    yield from _idle_alternatives(profile)
    for key, register in _about_the_device(profile):
        for name, sentence in _about_register(register, profile):
            yield f"{key}.{name}", sentence


def _about_protocol(profile: MeterProfile) -> Iterator[Complaint]:
    """Items belong to meters without registers, and what is read from registers to those with."""
    modbus = profile.protocol is Protocol.MODBUS
    for key, spec in _all_quantities(profile):
        if modbus and (spec.item or spec.part or spec.step):
            yield f"{key}.item", "a Modbus meter has registers; leave out item, part and step."
        elif not modbus and not spec.item:
            yield f"{key}.item", "this key is missing; write what the meter is asked for."
        elif profile.protocol is Protocol.DLT645 and not ITEM.fullmatch(spec.item):
            yield f"{key}.item", f"{spec.item!r} is not allowed; expected 8 hexadecimal digits."
        elif (
            profile.protocol is Protocol.IEC62056
            and profile.mode == "registers"
            and not REGISTER.fullmatch(spec.item)
        ):
            yield (
                f"{key}.item",
                f"{spec.item!r} is not allowed; expected a register, 1.8.0 or 1.8.0(1).",
            )
    if profile.protocol is not Protocol.IEC62056 and profile.mode == "registers":
        yield "mode", f"{profile.protocol.value} has no modes; leave it out."
    if profile.password and profile.mode != "registers":
        yield "password", "only registers of IEC 62056-21 are opened by one; leave it out."
    if modbus:
        return
    for key in ("ident", "serial_number", "ct", "pt", "alternatives"):
        if getattr(profile, key):
            yield (
                key,
                f"it is read from registers, which {profile.protocol.value} does not have; leave it out.",
            )


def _all_quantities(profile: MeterProfile) -> Iterator[tuple[str, QuantitySpec]]:
    for key in ("quantities", "optional", "alternatives"):
        for index, spec in enumerate(getattr(profile, key)):
            yield f"{key}[{index}]", spec


def _about_the_device(profile: MeterProfile) -> Iterator[tuple[str, RegisterSpec]]:
    yield from ((f"ident[{index}]", spec) for index, spec in enumerate(profile.ident))
    for key in ("serial_number", "ct", "pt"):
        spec: RegisterSpec | None = getattr(profile, key)
        if spec is not None:
            yield key, spec


def _about_quantity(spec: QuantitySpec, profile: MeterProfile) -> Iterator[Complaint]:
    if spec.type is ValueType.STRING:
        yield "type", "a text is no quantity; it may be an ident or a serial_number."
        return
    if spec.unit not in spec.name.units:
        allowed = ", ".join(repr(unit) for unit in spec.name.units)
        yield "unit", f"{spec.unit!r} does not fit {spec.name.value}; allowed are {allowed}."
        return
    yield from _about_range(spec)
    yield from _about_place(spec.start, spec.end, spec.type.value, profile)
    for sentinel in spec.sentinels:
        if sentinel >= WORD**spec.type.registers:
            yield "sentinels", f"{sentinel:#x} does not fit {spec.type.value}; it could never be read."
    for ratio in spec.ratios:
        if ratio not in spec.name.possible_ratios or spec.ratios.count(ratio) > 1:
            yield "ratios", f"{ratio!r} does not apply to {spec.name.value}, or is there twice."
    yield from _about_meaning(spec)


def _about_range(spec: QuantitySpec) -> Iterator[Complaint]:
    if spec.scale == 0:
        yield "scale", "0 would lose the value; use the unit's factor, e.g. 0.001."
        return
    if not spec.low < spec.high:
        yield "min", f"{spec.low:g} is not below max, which is {spec.high:g}."
        return
    least, most = sorted(bound * spec.factor for bound in bounds(spec.type))
    if spec.exponent_address is None and (most < spec.low or least > spec.high):
        yield (
            "min",
            f"no {spec.type.value} times {spec.scale:g} {spec.unit} lies between {spec.low:g} and "
            f"{spec.high:g}; scale or range is wrong.",
        )
    if spec.rolls_over_at is not None and spec.rolls_over_at > spec.high:
        yield (
            "rolls_over_at",
            f"{spec.rolls_over_at:g} lies beyond max, {spec.high:g}; the counter could not get there.",
        )


def _about_place(start: int, end: int, kind: str, profile: MeterProfile) -> Iterator[Complaint]:
    if end - start > profile.max_block or end > ADDRESSES:
        yield (
            "address",
            f"{kind} at {start} does not fit; a request may take {profile.max_block} registers and "
            "addresses end at 65535.",
        )
    for low, high in profile.forbidden:
        if start <= high and end > low:
            yield "address", f"{start} lies in what is forbidden, {low} to {high}."


def _about_meaning(spec: QuantitySpec) -> Iterator[Complaint]:
    if spec.bits is not None:
        low, high = spec.bits
        if spec.type.kind not in INTEGERS:
            yield "bits", f"{spec.type.value} has no bits of its own; use u16, u32 or u64."
        elif not low <= high < 16 * spec.type.registers:
            most = 16 * spec.type.registers - 1
            yield (
                "bits",
                f"{low} to {high} is not allowed; expected the lowest, the highest, up to {most}.",
            )
    exponent = spec.exponent_address
    if exponent is not None and spec.address <= exponent < spec.address + spec.type.registers:
        yield "exponent_address", f"{exponent} is one of the value's own registers."
    name = spec.name.value
    if spec.meaning == "four_quadrant" and name != "power_factor":
        yield "meaning", f"'four_quadrant' is for power_factor only, not for {name}."
    if spec.positive == "export" and not spec.name.is_directed:
        yield "positive", f"{name} has no direction; leave this key out."
    if spec.rolls_over_at is not None and not spec.name.is_counter:
        yield "rolls_over_at", f"{name} is no counter; leave this key out."
    if spec.max_step is not None and spec.name.is_counter:
        yield "max_step", f"{name} is a counter, which is bounded by power already; leave this key out."


def _about_register(spec: RegisterSpec, profile: MeterProfile) -> Iterator[Complaint]:
    if (spec.type is ValueType.STRING) != bool(spec.registers):
        yield "registers", "a text needs its length in registers, and a number has its own."
        return
    yield from _about_place(spec.address, spec.address + spec.count, spec.type.value, profile)
    if spec.scale == 0:
        yield "scale", "0 would lose the value."
    if not isinstance(spec, IdentSpec):
        return
    for index, expected in enumerate(spec.expected):
        key = f"expected[{index}]"
        if isinstance(expected, str) != (spec.type is ValueType.STRING):
            yield key, f"{expected!r} can never be what {spec.type.value} holds."
        elif isinstance(expected, str):
            if not expected or len(expected) > 2 * spec.registers:
                yield key, f"{expected!r} is not allowed; expected 1 to {2 * spec.registers} characters."
        elif not bounds(spec.type)[0] <= expected <= bounds(spec.type)[1]:
            low, high = bounds(spec.type)
            yield key, f"{expected} is not allowed; {spec.type.value} holds {low:.0f} to {high:.0f}."


def _repeated_names(profile: MeterProfile) -> Iterator[Complaint]:
    seen = set()
    for key, spec in _all_quantities(profile):
        if key.startswith("alternatives"):
            continue
        if spec.name in seen:
            yield (
                f"{key}.name",
                f"{spec.name.value!r} is there twice; names must differ, other ways to read it are "
                "[[alternatives]].",
            )
        seen.add(spec.name)


def _overlaps(profile: MeterProfile) -> Iterator[Complaint]:
    """Two quantities in the same registers: at least one of them is in the wrong place."""
    taken: list[QuantitySpec] = []
    for key, spec in _all_quantities(profile):
        if key.startswith("alternatives"):
            continue
        for other in taken:
            if _same_registers(spec, other) and not _other_bits(spec, other):
                yield (
                    f"{key}.address",
                    f"{spec.name.value} overlaps {other.name.value} at {other.address}; if both are "
                    "ways to read one register, put one of them under [[alternatives]].",
                )
        taken.append(spec)


def _misplaced_registers(profile: MeterProfile) -> Iterator[Complaint]:
    """A ratio, a serial number or a power of ten that lies in a quantity's registers.

    An ident register may: some meters answer another thing where they are asked for that one alone.
    """
    polled = [spec for key, spec in _all_quantities(profile) if not key.startswith("alternatives")]
    for key, register in _about_the_device(profile):
        if not isinstance(register, IdentSpec):
            yield from _in_a_quantity(f"{key}.address", register.fc, register.address, register.count, polled)
    for key, spec in _all_quantities(profile):
        if spec.exponent_address is not None:
            yield from _in_a_quantity(f"{key}.exponent_address", spec.fc, spec.exponent_address, 1, polled)


def _in_a_quantity(
    key: str, fc: int, address: int, count: int, polled: list[QuantitySpec]
) -> Iterator[Complaint]:
    for spec in polled:
        end = spec.address + spec.type.registers
        if fc == spec.fc and address < end and spec.address < address + count:
            yield (
                key,
                f"{address} lies in {spec.name.value}, which is at {spec.address}; one of them is wrong.",
            )
            return


def _same_registers(one: QuantitySpec, other: QuantitySpec) -> bool:
    ends = one.address + one.type.registers, other.address + other.type.registers
    return one.fc == other.fc and one.address < ends[1] and other.address < ends[0]


def _other_bits(one: QuantitySpec, other: QuantitySpec) -> bool:
    """Whether they are different bits of one number."""
    if one.bits is None or other.bits is None or (one.address, one.type) != (other.address, other.type):
        return False
    return one.bits[1] < other.bits[0] or other.bits[1] < one.bits[0]


def _idle_alternatives(profile: MeterProfile) -> Iterator[Complaint]:
    read = (*profile.quantities, *profile.optional)
    for index, spec in enumerate(profile.alternatives):
        if not any(spec.name is other.name or _same_registers(spec, other) for other in read):
            yield (
                f"alternatives[{index}].name",
                f"{spec.name.value!r} is an alternative to nothing; put it under [[optional]].",
            )
