"""What stands in a Modbus frame between its address and its checksum."""

from __future__ import annotations

import math
from dataclasses import dataclass

from devices.frames_meters import FrameValue
from devices.modbus import raw_value
from devices.profile_schema import ValueType
from devices.protocols.value import FrameError

READS_OF_BITS = (1, 2)
READS_OF_REGISTERS = (3, 4)
WRITES_OF_ONE = (5, 6)
READ_STATUS = 7
WRITE_BITS = 15
WRITES_OF_MANY = (WRITE_BITS, 16)
MOST_BITS = 2000
MOST_REGISTERS = 125
EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledge",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target did not respond",
}


@dataclass(frozen=True, slots=True)
class ModbusBody:
    """What is between the address and the checksum: what is wrong, register address and values."""

    fault: FrameError | None
    di: int | None = None
    values: tuple[FrameValue, ...] = ()


def modbus_body(control: int, data: bytes) -> ModbusBody:
    """What a function code and its data say."""
    if control & 0x80:
        return _exception(data)
    if control in READS_OF_BITS:
        return _read_bits(data)
    if control in READS_OF_REGISTERS:
        return _read_registers(data)
    if control in WRITES_OF_ONE:
        return _written_one(data)
    if control == READ_STATUS:
        return _status(data)
    if control in WRITES_OF_MANY:
        return _written_many(data, bits=control == WRITE_BITS)
    return ModbusBody(
        FrameError(
            "Function {function} is not one that is decoded here (1 to 7, 15 and 16 are).", function=control
        )
    )


def _exception(data: bytes) -> ModbusBody:
    if len(data) != 1:
        return ModbusBody(FrameError("An exception has one byte of code, this has {size}.", size=len(data)))
    name = EXCEPTIONS.get(data[0], "unknown code")
    return ModbusBody(None, values=(FrameValue(f"exception: {name}", data[0]),))


def _read_bits(data: bytes) -> ModbusBody:
    """A read of coils or inputs; of four bytes, which a reply of 17 to 24 of them has too, a request."""
    if len(data) == 4 and 1 <= int.from_bytes(data[2:], "big") <= MOST_BITS:
        return _request(data, "bits", MOST_BITS)
    fault = _size_fault(data)
    return ModbusBody(fault) if fault else ModbusBody(None, values=(_bits(data[1:]),))


def _read_registers(data: bytes) -> ModbusBody:
    if len(data) == 4:
        return _request(data, "registers", MOST_REGISTERS)
    fault = _size_fault(data)
    if fault:
        return ModbusBody(fault)
    if data[0] % 2:
        return ModbusBody(FrameError("The byte count {told} is odd; registers have two bytes.", told=data[0]))
    return ModbusBody(None, values=_registers(data[1:]))


def _size_fault(data: bytes) -> FrameError | None:
    told, follow = data[0] if data else 0, max(len(data) - 1, 0)
    if data and told == follow:
        return None
    return FrameError("The byte count says {told}, but {size} bytes follow.", told=told, size=follow)


def _request(data: bytes, what: str, most: int) -> ModbusBody:
    address, count = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:], "big")
    if not 1 <= count <= most:
        fault = FrameError("It asks for {count} values; 1 to {most} are allowed.", count=count, most=most)
        return ModbusBody(fault, address)
    return ModbusBody(None, address, (FrameValue(f"{what} asked for", count),))


def _status(data: bytes) -> ModbusBody:
    if len(data) > 1:
        return ModbusBody(FrameError("A status has one byte, this has {size}.", size=len(data)))
    return ModbusBody(None, values=tuple(FrameValue("exception status", byte) for byte in data))


def _written_one(data: bytes) -> ModbusBody:
    if len(data) != 4:
        return ModbusBody(FrameError("Address and value are 4 bytes, here are {size}.", size=len(data)))
    value = FrameValue("value written", int.from_bytes(data[2:], "big"))
    return ModbusBody(None, int.from_bytes(data[:2], "big"), (value,))


def _written_many(data: bytes, *, bits: bool) -> ModbusBody:
    if len(data) < 4:
        return ModbusBody(FrameError("Address and count are 4 bytes, here are {size}.", size=len(data)))
    what = "bits" if bits else "registers"
    address, count = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if len(data) == 4:
        return ModbusBody(None, address, (FrameValue(f"{what} written", count),))
    size = (count + 7) // 8 if bits else 2 * count
    if data[4] != len(data) - 5 or data[4] != size:
        fault = FrameError(
            "The byte count says {told}, but {size} bytes follow for {count} values.",
            told=data[4],
            size=len(data) - 5,
            count=count,
        )
        return ModbusBody(fault, address)
    return ModbusBody(None, address, (_bits(data[5:], count),) if bits else _registers(data[5:]))


def _bits(data: bytes, count: int | None = None) -> FrameValue:
    """Coils or inputs as digits, the first one first; a reply does not tell how many of them were meant."""
    digits = "".join(f"{byte:08b}"[::-1] for byte in data)
    return FrameValue("bits, the first one first", digits[:count])


def _registers(data: bytes) -> tuple[FrameValue, ...]:
    """The registers, and each pair as a float in both word orders: only a profile knows which is meant."""
    words = tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    values = [FrameValue(f"register +{index}", word) for index, word in enumerate(words)]
    if len(words) % 2 == 0:
        for index in range(0, len(words), 2):
            pair = words[index : index + 2]
            values.append(_float(f"f32 +{index}, high word first", raw_value(pair, ValueType.F32, "big")))
            values.append(_float(f"f32 +{index}, low word first", raw_value(pair, ValueType.F32, "little")))
    return tuple(values)


def _float(quantity: str, value: float) -> FrameValue:
    if not math.isfinite(value):
        return FrameValue(quantity, None, quality="bad")
    return FrameValue(quantity, float(f"{value:.7g}"))
