"""The slave's side of Modbus RTU: where a request ends, and what a device answers to it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Protocol

from pymodbus.framer import FramerRTU

ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3

READ_HOLDING = 3
READ_INPUT = 4
WRITE_MANY = 16
WITH_BYTE_COUNT = (15, 16)
SHORT_REQUESTS = (1, 2, 3, 4, 5, 6)
MOST_READ = 125
MOST_WRITTEN = 123
SHORTEST = 4


class RegisterError(Exception):
    """A request that the device refuses; `code` is the Modbus exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Modbus exception {code}")
        self.code = code


class RegisterDevice(Protocol):
    """What a device does behind its address; each method raises RegisterError to refuse."""

    def read_holding(self, address: int, count: int) -> Sequence[int]:
        """FC03."""

    def read_input(self, address: int, count: int) -> Sequence[int]:
        """FC04."""

    def write(self, address: int, words: Sequence[int]) -> None:
        """FC16."""


def with_crc(body: bytes) -> bytes:
    """The frame of a body (unit, function, data)."""
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def crc_holds(frame: bytes) -> bool:
    """Whether a frame's last two bytes are its checksum."""
    return len(frame) >= SHORTEST and with_crc(frame[:-2]) == frame


def request_length(start: bytes) -> int | None:
    """How long the request is that begins so; None when only silence can tell, or more bytes are needed."""
    if len(start) < 2:
        return None
    if start[1] in SHORT_REQUESTS:
        return 8
    if start[1] in WITH_BYTE_COUNT and len(start) >= 7:
        return 9 + start[6]
    return None


def asked_registers(request: bytes) -> range | None:
    """The registers that a request reads or writes; None where it is about no registers."""
    if len(request) < 8 or request[1] not in (READ_HOLDING, READ_INPUT, WRITE_MANY):
        return None
    first, count = struct.unpack(">HH", request[2:6])
    return range(first, first + count)


def answer(request: bytes, device: RegisterDevice) -> bytes:
    """The reply frame of a device to a request frame whose checksum holds."""
    unit, function = request[0], request[1]
    try:
        return with_crc(bytes((unit, function)) + _carry_out(function, request[2:-2], device))
    except RegisterError as fault:
        return with_crc(bytes((unit, function | 0x80, fault.code)))


def _carry_out(function: int, data: bytes, device: RegisterDevice) -> bytes:
    if function in (READ_HOLDING, READ_INPUT) and len(data) == 4:
        address, count = struct.unpack(">HH", data)
        if not 1 <= count <= MOST_READ:
            raise RegisterError(ILLEGAL_VALUE)
        read = device.read_holding if function == READ_HOLDING else device.read_input
        return bytes((2 * count,)) + struct.pack(f">{count}H", *read(address, count))
    if function == WRITE_MANY and len(data) >= 5:
        address, count, size = struct.unpack(">HHB", data[:5])
        if not 1 <= count <= MOST_WRITTEN or size != 2 * count or len(data) != 5 + size:
            raise RegisterError(ILLEGAL_VALUE)
        device.write(address, struct.unpack(f">{count}H", data[5:]))
        return data[:4]
    raise RegisterError(ILLEGAL_FUNCTION)
