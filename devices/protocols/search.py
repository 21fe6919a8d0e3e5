"""The search for a reply in received bytes, shared by the protocols whose frames say how long they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from devices.request import Fault, Scan

BEGUN = 3  # bytes from which on a reply is taken to have begun; fewer may be noise


@dataclass(frozen=True, slots=True)
class FrameShape:
    """How frames of a protocol are told: which bytes they `start` with; `least_length` of the frame that
    begins here (0: none does), which grows as more bytes come; whether a whole one is `intact`; which bytes
    may be `idle` between frames."""

    start: bytes
    least_length: Callable[[bytes], int]
    intact: Callable[[bytes], bool]
    idle: bytes = b""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a whole frame is to a request: its reply's payload, or why not."""

    payload: bytes | None = None
    refused: bool = False
    fault: Fault = Fault.OTHER_UNIT


def search_reply(
    received: bytes, sent: bytes, shape: FrameShape, judge: Callable[[bytes], Verdict], *, final: bool
) -> Scan:
    """Looks for the frame that `judge` accepts; see `LineRequest.scan` for the rules."""
    scan = Scan()
    at = 0
    marks = shape.start + shape.idle + sent[:1]
    while at < len(received):
        if received[at] not in marks:  # noise, quickly: a burst of it may be long
            scan = scan.worse(Fault.NOISE)
            at += 1
            continue
        rest = received[at:]
        if sent and rest.startswith(sent):
            at += len(sent)
            continue
        if not final and sent.startswith(rest):
            return replace(scan, begun=scan.begun or len(rest) >= BEGUN)
        if rest[0] in shape.idle:
            at += 1
            continue
        length = shape.least_length(rest)
        if length > len(rest) and not final:
            begun = scan.begun or len(rest) >= BEGUN
            return replace(scan, begun=begun, missing=length - len(rest) if begun else 0)
        if length == 0 or length > len(rest):
            if length and not scan.begun:
                scan = replace(scan, begun=True)
            scan = scan.worse(Fault.NOISE)
            at += 1
            continue
        frame = rest[:length]
        verdict = judge(frame)
        if not shape.intact(frame):
            mine = verdict.payload is not None or verdict.fault is Fault.WRONG_REPLY
            scan = replace(scan, begun=True).worse(Fault.BAD_CHECKSUM if mine else Fault.NOISE)
            at += 1
            continue
        if verdict.payload is not None:
            return replace(scan, payload=verdict.payload, refused=verdict.refused, begun=True)
        scan = replace(scan, strays=(*scan.strays, frame)).worse(verdict.fault)
        at += length
    return scan
