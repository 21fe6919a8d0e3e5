"""A simulated DL/T 645-2007 meter: it answers as real ones do, and is silent to what is not for it."""

from __future__ import annotations

from collections.abc import Callable

from devices.protocols.dlt645 import IS_ERROR, IS_REPLY, Dlt645Frame, ReadCode, parse_frame, raw_frame
from devices.protocols.dlt645_items import DataItem, data_items
from devices.protocols.value import FrameError
from devices.simulator.load import Flow
from devices.simulator.meter import phase_volts

NO_SUCH_DATA = 0x02
LARGEST_BLOCK = 256  # more than any block has: the meter's items decide
TARIFFS = 4


class Dlt645Meter:
    """A meter with this address (12 digits) that shows what flows through it now."""

    def __init__(self, flow: Callable[[], Flow], address: str, grid: int) -> None:
        self._flow = flow
        self._address = address
        self._grid = grid

    def answer(self, request: bytes) -> bytes:
        """The reply to a request; empty when that is damaged, for another, or not to be answered."""
        try:
            asked = parse_frame(request)
        except FrameError:
            return b""
        if not _is_for(asked.address, self._address) or asked.control & IS_REPLY:
            return b""
        if asked.control == ReadCode.ADDRESS:
            return self._reply(asked.control, bytes.fromhex(self._address)[::-1])
        identifier = asked.identifier
        data = b""
        if asked.control == ReadCode.READ and identifier is not None:
            data = self._data(identifier)
        if not data or identifier is None:
            return self._reply(asked.control | IS_ERROR, bytes((NO_SUCH_DATA,)))
        return self._reply(asked.control, identifier.to_bytes(4, "little") + data)

    def _reply(self, control: int, data: bytes) -> bytes:
        return b"\xfe" * 4 + raw_frame(Dlt645Frame(self._address, control | IS_REPLY, data))

    def _data(self, identifier: int) -> bytes:
        items = data_items(identifier, LARGEST_BLOCK)
        if identifier >> 24 == 0:
            items = items[: TARIFFS + 1]
        values = self._values(identifier)
        if not items or len(values) < len(items):
            return b""
        return b"".join(_digits(item, value) for item, value in zip(items, values, strict=False))

    def _values(self, identifier: int) -> list[float]:
        """The values of an identifier, or of the block that it lies in; empty when the meter has none."""
        flow = self._flow()
        kind, group, part, last = identifier.to_bytes(4, "big")
        if identifier == 0x02800002:
            return [50.0]
        if (kind, last) == (0x00, 0) and group in (0x00, 0x01):
            block = [flow.energy_kwh, 0.0, 0.0, flow.energy_kwh, 0.0]  # all of it in one tariff
            return block if part == 0xFF else block[part : part + 1]
        if (kind, last) == (0x02, 0):
            return _of_block(self._phased(group, flow), part, has_total=group > 0x02)
        return []

    def _phased(self, group: int, flow: Flow) -> list[float]:
        volts = phase_volts(self._grid, flow.t_ms, flow.power_kw)
        apparent = (flow.power_kw**2 + flow.reactive_kvar**2) ** 0.5
        factor = flow.power_kw / apparent if apparent else 1.0
        totals = {0x03: flow.power_kw, 0x04: flow.reactive_kvar, 0x05: apparent}
        if group == 0x01:
            return volts
        if group == 0x02:
            return [apparent * 1000 / 3 / volt for volt in volts]
        if group == 0x06:
            return [factor] * 4
        return [totals[group], *[totals[group] / 3] * 3] if group in totals else []


def _of_block(block: list[float], part: int, *, has_total: bool) -> list[float]:
    if part == 0xFF:
        return block
    at = part if has_total else part - 1
    return block[at : at + 1] if at >= 0 else []


def _digits(item: DataItem, value: float) -> bytes:
    digits = f"{round(abs(value) * 10**item.decimals):0{2 * item.size}d}"[-2 * item.size :]
    data = bytearray(bytes.fromhex(digits)[::-1])
    if value < 0 and item.signed:
        data[-1] |= 0x80
    return bytes(data)


def _is_for(asked: str, own: str) -> bool:
    return all(wanted in ("A", digit) for wanted, digit in zip(asked, own, strict=True))
