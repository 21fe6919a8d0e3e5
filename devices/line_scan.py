"""What answers on a line, over speeds, parities, protocols and addresses: nothing is ever written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devices.clock import Clock
from devices.framing import Framing
from devices.identity import fits, ident_reads
from devices.line import Exchange, Line, LineStoppedError
from devices.line_events import LineConfig
from devices.modbus import read_request
from devices.profile import Confidence, DeviceTiming, MeterProfile, Protocol, load_profile, profile_names
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.protocols.value import FrameError, MeterValue
from devices.reading import Reason
from devices.request import LineRequest
from devices.trace import split
from devices.transport import open_transport

WATER, GAS = 0x10, 0x30
SLOWEST_REPLY_MS = 600.0  # what DL/T 645 and CJ/T 188 allow, and a little
SIGN_ON_MS = 1600.0  # IEC 62056-21 allows 1.5 s


class ScanProtocol(StrEnum):
    """What can be asked for; the last three have one question for whoever is there, not one an address."""

    MODBUS = "modbus"
    MODBUS_ASCII = "modbus-ascii"
    MBUS = "m-bus"
    DLT645 = "dlt645"
    CJT188 = "cjt188"
    IEC62056 = "iec62056-21"


OF_MODBUS, OF_MBUS = range(1, 248), range(mbus.MOST_ADDRESS + 1)
BY_ADDRESS = {
    ScanProtocol.MODBUS: OF_MODBUS,
    ScanProtocol.MODBUS_ASCII: OF_MODBUS,
    ScanProtocol.MBUS: OF_MBUS,
}


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A device that answered, and where; `profiles` are those whose ident register it answers as.

    Without registers they are those of what it speaks. `confidence` is how sure that is: high for one by its
    ident, medium for several or by protocol, low when it only answered. `exception_code` is 0 when it
    answered with registers or values; `says` is what it told, in words.
    """

    protocol: ScanProtocol
    unit: int | str
    baud: int
    parity: str
    stop_bits: int
    latency_ms: float
    registers: tuple[int, ...] = ()
    exception_code: int = 0
    profiles: tuple[str, ...] = ()
    says: str = ""
    confidence: Confidence = Confidence.LOW


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """Where and what is asked; `settings` are the same port at different speeds and parities.

    Of `units`, one after the other, those are asked that a protocol has.
    """

    settings: tuple[LineConfig, ...]
    protocols: tuple[ScanProtocol, ...]
    units: range
    wait_ms: float

    @property
    def steps(self) -> int:
        """How many questions there are, further ones to what answers not counted."""
        asked = sum(
            len(self.units_of(protocol)) if protocol in BY_ADDRESS else 1 for protocol in self.protocols
        )
        again = (len(self.settings) - 1) * (ScanProtocol.IEC62056 in self.protocols)
        return len(self.settings) * asked - again  # a sign-on has its own speed

    def units_of(self, protocol: ScanProtocol) -> range:
        """Those of the addresses that the protocol has."""
        has = BY_ADDRESS[protocol]
        return range(max(self.units.start, has.start), min(self.units.stop, has.stop))


def _never() -> bool:
    return False


def scan_line(
    plan: ScanPlan,
    clock: Clock,
    on_step: Callable[[str], None],
    own_profiles: Path | None = None,
    should_stop: Callable[[], bool] = _never,
) -> Iterator[FoundUnit]:
    """Asks everything in the plan and yields what answers anything undamaged.

    `on_step` is told each question before it is asked. That something answers does not tell what it is, for
    meters answer zeros for registers they do not have: only ident registers do. Raises PortError when the
    port cannot be used, as when another program has it. Ends early once `should_stop` says so.
    """
    profiles = {name: load_profile(name, own_profiles) for name in profile_names(own_profiles)}
    for place, config in enumerate(plan.settings):
        protocols = [one for one in plan.protocols if one is not ScanProtocol.IEC62056 or place == 0]
        for protocol in protocols:
            framing = Framing.ASCII if protocol is ScanProtocol.MODBUS_ASCII else Framing.RTU
            config = _with_framing(config, framing)
            line = Line(config, open_transport(config, should_stop), clock, should_stop)
            try:
                yield from _asked(line, config, protocol, plan, on_step, profiles)
            except LineStoppedError:
                return
            finally:
                line.close()


def _asked(
    line: Line,
    config: LineConfig,
    protocol: ScanProtocol,
    plan: ScanPlan,
    on_step: Callable[[str], None],
    profiles: dict[str, MeterProfile],
) -> Iterator[FoundUnit]:
    place = f"{config.baud} baud, parity {config.parity}, {protocol.value}"
    if protocol not in BY_ADDRESS:
        on_step(place)
        for request, wait_ms in _questions(protocol):
            found = _exchange(line, request, max(wait_ms, plan.wait_ms))
            if found.reason is Reason.NONE:
                names = tuple(_speaking(protocol, found.payload, profiles))
                yield _found(protocol, config, *_told(protocol, found), found, names)
        return
    for unit in plan.units_of(protocol):
        on_step(f"{place}, address {unit}")
        if protocol is ScanProtocol.MBUS:
            found = _exchange(line, mbus.read_request(unit), plan.wait_ms)
            if found.reason is Reason.NONE:
                yield _found(protocol, config, unit, _told(protocol, found)[1], found)
            continue
        found = _exchange(line, read_request(unit, 4, 0, 2), plan.wait_ms)
        if found.answered:
            names = tuple(_names(line, unit, plan.wait_ms, profiles))
            yield _found(protocol, config, unit, "", found, names)


def _exchange(line: Line, request: LineRequest, wait_ms: float) -> Exchange:
    """Asks once, and once more when the reply was damaged."""
    timing = DeviceTiming(turnaround_max_ms=wait_ms)
    exchange = line.exchange(request, timing)
    return line.exchange(request, timing) if exchange.reason is Reason.BAD_CHECKSUM else exchange


def _names(line: Line, unit: int, wait_ms: float, profiles: dict[str, MeterProfile]) -> Iterable[str]:
    """The profiles whose ident registers say that it is of their model; each place is read once."""
    read: dict[tuple[int, int, int], Exchange] = {}
    for name, profile in profiles.items():
        for ident, place in zip(profile.ident, ident_reads(profile), strict=True):
            if place not in read:
                read[place] = _exchange(line, read_request(unit, *place), wait_ms)
            if read[place].reason is not Reason.NONE or not fits(ident, read[place].registers):
                break
        else:
            if profile.ident:
                yield name


def _speaking(protocol: ScanProtocol, payload: bytes, profiles: dict[str, MeterProfile]) -> Iterable[str]:
    """The profiles that a reply alone tells: all DL/T 645 is one kind, CJ/T 188 names its own."""
    for name, profile in profiles.items():
        if protocol is ScanProtocol.DLT645 and profile.protocol is Protocol.DLT645:
            yield name
        water_or_gas = protocol is ScanProtocol.CJT188 and profile.protocol is Protocol.CJT188
        if water_or_gas and profile.meter_type == payload[0]:
            yield name


def _questions(protocol: ScanProtocol) -> Sequence[tuple[LineRequest, float]]:
    if protocol is ScanProtocol.DLT645:
        return [(dlt645.read_address(), SLOWEST_REPLY_MS)]
    if protocol is ScanProtocol.CJT188:
        return [(cjt188.read_measured(kind, cjt188.ANY), SLOWEST_REPLY_MS) for kind in (WATER, GAS)]
    return [(iec62056.SignOn(), SIGN_ON_MS)]


def _told(protocol: ScanProtocol, exchange: Exchange) -> tuple[int | str, str]:
    """The address that a reply names, and what else it says."""
    decode: dict[ScanProtocol, Callable[[bytes], tuple[MeterValue, ...]]] = {
        ScanProtocol.DLT645: dlt645.reply_values,
        ScanProtocol.CJT188: cjt188.reply_values,
        ScanProtocol.MBUS: mbus.reply_values,
        ScanProtocol.IEC62056: iec62056.telegram_values,
    }
    address = _sender(exchange.received) if protocol is ScanProtocol.CJT188 else ""
    try:
        values = decode[protocol](exchange.payload)
    except FrameError as error:
        return address, str(error)
    if protocol is ScanProtocol.DLT645:
        return str(values[0].value), ""
    return address, ", ".join(f"{value.name} {value.value} {value.unit}".strip() for value in values[:3])


def _sender(received: bytes) -> str:
    """The address in the last whole frame: ahead of a reply there may be an echo of the question."""
    addresses = [frame.address for _, frame in split(received) if frame is not None]
    return str(addresses[-1]) if addresses else ""


def _found(
    protocol: ScanProtocol,
    config: LineConfig,
    unit: int | str,
    says: str,
    exchange: Exchange,
    profiles: tuple[str, ...] = (),
) -> FoundUnit:
    return FoundUnit(
        protocol,
        unit,
        iec62056.START_BAUD if protocol is ScanProtocol.IEC62056 else config.baud,
        config.parity,
        config.stop_bits,
        exchange.latency_s * 1000,
        exchange.registers,
        exchange.exception_code,
        profiles,
        says,
        _confidence(protocol, profiles),
    )


def _confidence(protocol: ScanProtocol, profiles: Sequence[str]) -> Confidence:
    if not profiles:
        return Confidence.LOW
    by_ident = protocol in (ScanProtocol.MODBUS, ScanProtocol.MODBUS_ASCII)
    return Confidence.HIGH if by_ident and len(profiles) == 1 else Confidence.MEDIUM


def _with_framing(config: LineConfig, framing: Framing) -> LineConfig:
    return LineConfig(config.id, config.port, config.baud, config.parity, config.stop_bits, framing)
