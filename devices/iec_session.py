"""Sessions of IEC 62056-21 mode C: sign on and agree on a speed, then the readout or register by register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from devices.line import Exchange
from devices.meter_poll import Ask, confirmed
from devices.protocols.iec62056 import (
    Acknowledge,
    Break,
    EnterPassword,
    Mode,
    SignOn,
    agreed_speed,
    register_read,
)
from devices.protocols.value import FrameError
from devices.reading import Reason
from devices.request import LineRequest


@dataclass(frozen=True, slots=True)
class Told:
    """One question of a session, what came of it, and whether to believe it."""

    request: LineRequest
    exchange: Exchange
    believable: bool

    @property
    def failed(self) -> bool:
        """Whether the session ends here."""
        return self.exchange.reason is not Reason.NONE


def readout(address: str, ask: Ask) -> Told:
    """The whole readout of a meter, or the question at which that failed."""
    told, _ = _opened(address, Mode.READOUT, ask)
    return told


def registers(
    address: str, password: str, items: Sequence[str], ask: Ask, tell: Callable[[LineRequest], None]
) -> list[Told]:
    """Each register of a meter, opened by its password for reading if there is one; or what failed before.

    No telegram says which meter sends it, so a reply is believed only if the whole session is.
    """
    opened, speed = _opened(address, Mode.PROGRAMMING, ask)
    if opened.failed:
        return [opened]
    told = [opened]
    if password:
        enter = EnterPassword(address, password, speed=speed)
        exchange = ask(enter)
        told = [Told(enter, exchange, opened.believable and exchange.believable)]
    if not told[0].failed:
        told = _read(address, items, speed, ask, believable=told[0].believable)
    tell(Break(address, speed=speed))
    return told


def _read(address: str, items: Sequence[str], speed: str, ask: Ask, *, believable: bool) -> list[Told]:
    told: list[Told] = []
    for item in items:
        request = register_read(address, item, speed)
        exchange, believed = confirmed(request, ask)
        told.append(Told(request, exchange, believable and believed))
        if not exchange.answered:
            break
    return told


def _opened(address: str, mode: Mode, ask: Ask) -> tuple[Told, str]:
    """What came of signing on and agreeing on the speed that the meter offers, and that speed."""
    sign_on = SignOn(address)
    first = ask(sign_on)
    if first.reason is not Reason.NONE:
        return Told(sign_on, first, True), ""
    try:
        speed = agreed_speed(first.payload)
    except FrameError:
        return Told(sign_on, replace(first, reason=Reason.BAD_REPLY), True), ""
    request = Acknowledge(address, speed, mode)
    second = ask(request)
    return Told(request, second, first.believable and second.believable), speed
