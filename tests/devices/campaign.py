"""The fault campaign: simulated meters that never show a value twice, so that no wrong one goes unnoticed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from devices import iec_session
from devices.framing import Framing
from devices.line import Exchange, Line
from devices.line_events import LineConfig
from devices.meter_poll import Ask, confirmed, resynchronise
from devices.modbus import read_request
from devices.profile import DeviceTiming
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.reading import Reason
from devices.request import LineRequest
from devices.simulator.byte_meters import Cjt188Meter, Iec62056Meter, MBusMeter, ModbusMeter
from devices.simulator.dlt645_meter import Dlt645Meter
from devices.simulator.faults import Fault, FaultKind
from devices.simulator.load import Flow
from devices.simulator.memory_line import MemoryClock, MemoryLine
from devices.simulator.spoiled import SpeakingMeter, Speech
from devices.transport import PortError

TIMING = DeviceTiming(turnaround_max_ms=300)
# Of zeros in an undamaged reply nothing on the line can tell that they are wrong.
KINDS = tuple(kind for kind in FaultKind if kind is not FaultKind.ZEROS)
STEPS_BACK = 3  # transactions after a fault until which the value must be right again
LATE_S = (0.05, 9.0)
REGISTERS = ("1.8.0", "2.8.0")
Tell = Callable[[LineRequest], None]
# 0306 looks like the beginning of a reply; two of them differ by nothing but the place that they read
MODBUS_READS = ((4, 0x0306, 2), (3, 0x0306, 2), (3, 0x0400, 2), (3, 0x0300, 12))
SHORT_READS = tuple((3, 0x0300, count) for count in (4, 6, 8, 10))  # as of any block of six values
UNIQUE = 999_983  # values repeat only after so many


class Shown:
    """What a meter shows: another number each time it is asked."""

    def __init__(self, start: int) -> None:
        self._next = start
        self.last = -1

    def take(self) -> int:
        self.last, self._next = self._next, (self._next + 1) % UNIQUE
        return self.last

    def flow(self) -> Flow:
        number = self.take()
        return Flow(0, number / 1e4, 0.0, number / 100, 0.0)

    def read_input(self, address: int, count: int) -> list[int]:
        number = self.take()
        return [number >> 16, number & 0xFFFF, *[address] * (count - 2)]

    read_holding = read_input

    def write(self, _address: int, _words: Sequence[int]) -> None:
        raise AssertionError("nothing writes here")


@dataclass(frozen=True)
class Talk:
    """A kind of transaction with a meter: asks, and says what came of it and which number it read."""

    meter: str
    shown: Shown
    asks: Callable[[Ask, Tell], tuple[Exchange, bool]]
    number: Callable[[Exchange], int]
    short: tuple[LineRequest, ...]  # what may be asked first to get back in step


def _talk(
    meter: str, shown: Shown, request: LineRequest, number: Callable[[Exchange], int], *short: LineRequest
) -> Talk:
    return Talk(meter, shown, lambda ask, _tell: confirmed(request, ask), number, (request, *short))


def _registers(exchange: Exchange) -> int:
    return exchange.registers[0] << 16 | exchange.registers[1]


def modbus_meters(framing: Framing, speech: Speech) -> tuple[dict[str, SpeakingMeter], list[Talk]]:
    meters, talks = {}, []
    for unit in (1, 20):  # what pretends to be another is neither of them
        name, shown = f"modbus {unit}", Shown(unit * 30_000)
        meters[name] = SpeakingMeter(speech, ModbusMeter(shown, unit, framing))
        reads = [read_request(unit, *place) for place in MODBUS_READS]
        short = [read_request(unit, *place) for place in SHORT_READS]
        talks += [_talk(name, shown, read, _registers, *reads, *short) for read in reads]
    return meters, talks


def dlt645_meters() -> tuple[dict[str, SpeakingMeter], list[Talk]]:
    meters, talks = {}, []
    for address in ("000000000161", "000000000171"):
        shown = Shown(int(address) * 2_000 % UNIQUE)
        meters[address] = SpeakingMeter(Speech.DLT645, Dlt645Meter(shown.flow, address, 1))
        items = ((0x00010000, 4, 100), (0x02030000, 3, 1e4))
        reads = [dlt645.read_data(address, identifier, size) for identifier, size, _ in items]
        reads.append(dlt645.read_data(address, 0x02010100, 2))
        for read, (_, _, scale) in zip(reads, items, strict=False):
            talks.append(_talk(address, shown, read, _first(dlt645, scale), *reads))
    return meters, talks


def _first(protocol: object, scale: float) -> Callable[[Exchange], int]:
    return lambda exchange: round(protocol.reply_values(exchange.payload)[0].value * scale)


def cjt188_meters() -> tuple[dict[str, SpeakingMeter], list[Talk]]:
    meters, talks = {}, []
    for kind in (0x10, 0x30):
        shown, address = Shown(kind * 7_000), f"{kind:014d}"
        meter = Cjt188Meter(lambda shown=shown: {"current volume": shown.take() / 100}, kind, address)
        meters[address] = SpeakingMeter(Speech.CJT188, meter)
        talks.append(_talk(address, shown, cjt188.read_measured(kind, address), _first(cjt188, 100)))
    return meters, talks


def mbus_meters() -> tuple[dict[str, SpeakingMeter], list[Talk]]:
    meters, talks = {}, []
    for address in (21, 31):
        shown = Shown(address * 11_000)
        meter = MBusMeter(lambda shown=shown: {"energy": shown.take() / 100}, address)
        name = f"m-bus {address}"
        meters[name] = SpeakingMeter(Speech.MBUS, meter)
        read, reset = mbus.read_request(address), mbus.reset_request(address)
        talks.append(_talk(name, shown, read, _mbus_number, reset))
    return meters, talks


def _mbus_number(exchange: Exchange) -> int:
    energy = next(value for value in mbus.reply_values(exchange.payload) if value.name == "energy")
    return round(energy.value / 10)


def iec_meters() -> tuple[dict[str, SpeakingMeter], list[Talk]]:
    meters, talks = {}, []
    for address in ("1234", "5678"):
        shown = Shown(int(address) * 100)
        meter = Iec62056Meter(lambda shown=shown: {"1.8.0": shown.take() / 100}, address, {"1.8.0": "kWh"})
        meters[address] = SpeakingMeter(Speech.IEC62056, meter)
        asks = lambda ask, _tell, address=address: _last([iec_session.readout(address, ask)])  # noqa: E731
        talks.append(Talk(address, shown, asks, _iec_number, ()))
    return meters, talks


def iec_register_meters() -> tuple[dict[str, SpeakingMeter], list[Talk]]:
    """Two registers behind a password; one meter leaves their names out of its answers."""
    meters, talks = {}, []
    for address, named in (("2345", True), ("6789", False)):
        shown = Shown(int(address) * 100)
        values = lambda shown=shown: dict.fromkeys(REGISTERS, shown.take() / 100)  # noqa: E731
        meter = Iec62056Meter(values, address, {}, password="1", named=named)
        meters[address] = SpeakingMeter(Speech.IEC62056, meter)
        asks = lambda ask, tell, address=address: _last(  # noqa: E731
            iec_session.registers(address, "1", REGISTERS, ask, tell)
        )
        talks.append(Talk(address, shown, asks, _register_number, ()))
    return meters, talks


def _last(told: Sequence[iec_session.Told]) -> tuple[Exchange, bool]:
    return told[-1].exchange, told[-1].believable


def _register_number(exchange: Exchange) -> int:
    (value,) = iec62056.data_values(exchange.payload.decode("ascii"))
    return round(value.value * 100)


def _iec_number(exchange: Exchange) -> int:
    values = {item.name: item.value for item in iec62056.data_values(exchange.payload.decode("ascii"))}
    return round(values.get("1.8.0", -1) * 100)


LINES: dict[str, Callable[[], tuple[dict[str, SpeakingMeter], list[Talk]]]] = {
    "Modbus RTU": lambda: modbus_meters(Framing.RTU, Speech.MODBUS_RTU),
    "Modbus ASCII": lambda: modbus_meters(Framing.ASCII, Speech.MODBUS_ASCII),
    "Modbus TCP": lambda: modbus_meters(Framing.TCP, Speech.MODBUS_TCP),
    "DL/T 645": dlt645_meters,
    "CJ/T 188": cjt188_meters,
    "M-Bus": mbus_meters,
    "IEC 62056-21": iec_meters,
    "IEC 62056-21 registers": iec_register_meters,
    "all on one line": lambda: _joined(
        modbus_meters(Framing.RTU, Speech.MODBUS_RTU),
        dlt645_meters(),
        cjt188_meters(),
        mbus_meters(),
        iec_meters(),
    ),
}
FRAMINGS = {"Modbus ASCII": Framing.ASCII, "Modbus TCP": Framing.TCP}


def _joined(
    *parts: tuple[dict[str, SpeakingMeter], list[Talk]],
) -> tuple[dict[str, SpeakingMeter], list[Talk]]:
    meters: dict[str, SpeakingMeter] = {}
    for more, _ in parts:
        meters |= more
    return meters, [talk for _, talks in parts for talk in talks]


@dataclass
class Tally:
    """What a campaign saw; `wrong` are values that were believed and not what the meter had said."""

    transactions: int = 0
    faults: int = 0
    right: int = 0
    failed: int = 0
    uncertain: int = 0
    uncertain_wrong: int = 0
    wrong: list[str] = field(default_factory=list)
    longest_back: int = 0  # the most transactions until a right value, once the fault is over


class Campaign:
    """One line of simulated meters in memory, and chance."""

    def __init__(self, name: str, seed: int) -> None:
        meters, self._talks = LINES[name]()
        self._clock = MemoryClock()
        framing = FRAMINGS.get(name, Framing.RTU)
        self._wire = MemoryLine(meters, self._clock, framing)
        self._name = name
        self._line = self._open()
        self._chance = random.Random(seed)
        self._since_fault: int | None = None
        self._kind: FaultKind | None = None
        self._fault_next = False
        self.tally = Tally()

    def mixed(self, transactions: int, share: float = 0.3) -> Tally:
        """Faults of all kinds by chance."""
        for _ in range(transactions):
            kind = self._chance.choice(KINDS) if self._chance.random() < share else None
            self.transact(kind)
        return self.tally

    def each(self, kind: FaultKind, times: int) -> Tally:
        """The same fault so many times, each with three transactions behind it, with any meters."""
        for _ in range(times):
            self.transact(kind)
            for _ in range(STEPS_BACK):
                self.transact(None)
        return self.tally

    def transact(self, kind: FaultKind | None) -> None:
        """One transaction; its first exchange, or in a session perhaps its second, suffers the fault."""
        tally, which = self.tally, self._chance.randrange(len(self._talks))
        talk = self._talks[which]
        self._kind, self._fault_next = kind, True
        late, collisions = self._wire.is_late(talk.meter), self._wire.collisions
        exchange, believable = self._asked(talk)
        lasts = late or self._wire.collisions > collisions
        tally.transactions += 1
        tally.faults += kind is not None
        good = exchange.reason is Reason.NONE
        number = talk.number(exchange) if good else None
        if good and believable and number != talk.shown.last:
            tally.wrong.append(f"{exchange.frames}: {number} for {talk.shown.last} ({kind})")
        tally.right += good and believable
        tally.failed += not good
        tally.uncertain += good and not believable
        tally.uncertain_wrong += good and not believable and number != talk.shown.last
        self._note_back(kind, good and number == talk.shown.last, lasts)

    def _asked(self, talk: Talk) -> tuple[Exchange, bool]:
        try:
            probe = resynchronise(self._line, talk.short, self._ask)
            if probe is not None and not probe.answered:
                return probe, True
            return talk.asks(self._ask, self._tell)
        except PortError:  # Modbus TCP that is none: the connection is made anew
            self._line = self._open()
            return Exchange(0, Reason.PORT_MISSING, (), 0, True, 0.0, 0.0, b"", b""), True

    def _open(self) -> Line:
        self._wire.hang_up()
        return Line(LineConfig(self._name, self._name), self._wire, self._clock, lambda: False)

    def _note_back(self, kind: FaultKind | None, right: bool, lasts: bool) -> None:
        """A fault lasts while its meter still owes an answer, or another speaks into the reply."""
        if kind is not None:
            self._since_fault = 0
        elif self._since_fault is not None and not lasts:
            self._since_fault += 1
            self.tally.longest_back = max(self.tally.longest_back, self._since_fault)
            if right:
                self._since_fault = None

    def _ask(self, request: LineRequest) -> Exchange:
        hit = self._kind if self._fault_next else None
        if _goes_on(request) and self._chance.random() < 0.5:
            hit = None  # a later exchange of the session shall have it
        else:
            self._fault_next = False
        delay_s = 0.025
        if hit is FaultKind.LATE:
            delay_s = TIMING.turnaround_max_ms / 1000 + self._chance.uniform(*LATE_S)
        self._wire.fault = Fault(hit, delay_s) if hit else None
        return self._line.exchange(request, TIMING)

    def _tell(self, request: LineRequest) -> None:
        self._line.tell(request, TIMING)


def _goes_on(request: LineRequest) -> bool:
    """Whether more questions of the same session follow for sure."""
    if isinstance(request, iec62056.Acknowledge):
        return request.mode is iec62056.Mode.PROGRAMMING
    first = isinstance(request, iec62056.RegisterRead) and request.register == REGISTERS[0]
    return first or isinstance(request, iec62056.SignOn | iec62056.EnterPassword)
