"""A request as a line sees it, whatever the protocol: what goes out, and what counts as its reply."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Protocol, runtime_checkable


class Fault(IntEnum):
    """Why there is no reply (yet), from weak to strong evidence."""

    SILENCE = 0
    OTHER_UNIT = 1
    NOISE = 2
    WRONG_REPLY = 3  # this station, whole and undamaged, but another function or length
    BAD_CHECKSUM = 4


@dataclass(frozen=True, slots=True)
class Scan:
    """What the bytes since a request amount to.

    `payload` is the accepted reply, without address and checksum; `refused` says that it is an error reply,
    which has one length for all requests and so proves nothing about late ones. Without a payload `begun`
    says that a reply seems to have begun, `missing` how many bytes it still lacks, `strays` the whole frames
    that answer something else, `fault` what is wrong so far.
    """

    payload: bytes | None = None
    refused: bool = False
    begun: bool = False
    missing: int = 0
    strays: tuple[bytes, ...] = ()
    fault: Fault = Fault.SILENCE

    def worse(self, fault: Fault) -> Scan:
        """The same with this fault, unless a stronger one is known."""
        return replace(self, fault=fault) if fault > self.fault else self


class LineRequest(Protocol):
    """One question to one device. Only Modbus has requests that write."""

    @property
    def station(self) -> Hashable:
        """Which device answers: a pause is due between different ones, and late replies are owed by one."""

    @property
    def reply_length(self) -> int:
        """Bytes of the answering frame; 0: not known."""

    @property
    def reply_key(self) -> Hashable:
        """What tells its reply from a late one to another request: replies of equal keys look alike.

        It names the station where the reply does.
        """

    def frame(self) -> bytes:
        """What goes over the line, bytes that wake the device included."""

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the reply in the bytes received since `sent` went out.

        In this order: exact echoes are dropped; address, control, length and checksum must fit; whole frames
        of others are passed over; anything else is noise through which the search goes on byte by byte.
        `final` says that no more bytes will come: an unfinished reply is given up and searched for another.
        """


@runtime_checkable
class NumberedRequest(Protocol):
    """What a request beside `LineRequest` can do when its reply repeats a number that the line gives."""

    def numbered(self, number: int) -> LineRequest:
        """The same request under this number, of which it takes what fits."""


@runtime_checkable
class SpeedChangingRequest(Protocol):
    """What a request beside `LineRequest` says when the line must change its speed for it (IEC 62056-21).

    The line is set to `baud` before the frame, and to `reply_baud` once the frame has left and before
    `change_ms` have passed; a baud of 0 is the line's own. With `seven_bits` the characters are 7E1.
    """

    baud: int
    reply_baud: int
    change_ms: float
    seven_bits: bool
