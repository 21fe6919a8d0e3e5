"""The PLC on a line: its status is polled, its commands are written once and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.budget import most_hole, status_blocks
from devices.clock import Clock
from devices.line import Exchange, Line
from devices.line_events import PlcOnLine, WriteCommand, WriteDone, WriteOutcome
from devices.meter_poll import Ask, confirmed, resynchronise
from devices.modbus import Request, read_request, write_request
from devices.plc import PlcMachineStatus, PlcResult, command_registers, decode_status
from devices.reading import Reason

READ_BACKS = 5
READ_BACK_PAUSE_S = 0.1
MOST_WRITES = 2  # the second only after a read-back has shown that the first did not arrive
REFUSALS: dict[int, str] = {
    PlcResult.REFUSED_LOCAL: "local_control",
    PlcResult.REFUSED_INTERLOCK: "interlock",
    PlcResult.REFUSED_NOT_CHARGED: "not_charged",
    PlcResult.REFUSED_NOT_REMOTE: "not_remote",
}


@dataclass(frozen=True, slots=True)
class PlcPoll:
    """What a poll yielded; `answered` is False when the PLC itself said nothing undamaged."""

    machines: dict[str, PlcMachineStatus]
    t_ms: int
    answered: bool
    reason: Reason


class PlcPoller:
    """Polls one PLC and remembers the action that was last read back of each machine."""

    def __init__(self, plc: PlcOnLine, character_s: float) -> None:
        self._plc = plc
        self._blocks = status_blocks(plc, most_hole(character_s, plc.profile.timing.turnaround_ms / 1000))
        self.last_actions: dict[str, int] = {}

    def poll(self, line: Line, ask: Ask) -> PlcPoll:
        """The status of all machines that could be read and believed; asks the line at least once."""
        machines: dict[str, PlcMachineStatus] = {}
        probe = resynchronise(line, self._short_reads(), ask)
        if probe is not None and not probe.answered:
            return PlcPoll({}, probe.t_ms, False, probe.reason)
        for address, count, indexes in self._blocks:
            exchange, believable = confirmed(read_request(self._plc.unit, 4, address, count), ask)
            if exchange.reason is Reason.NONE and believable:
                machines |= self._decoded(exchange.registers, address, indexes)
            if not exchange.answered:
                break
        return PlcPoll(machines, exchange.t_ms, exchange.answered, exchange.reason)

    def _decoded(
        self, registers: tuple[int, ...], address: int, indexes: tuple[int, ...]
    ) -> dict[str, PlcMachineStatus]:
        found = {}
        for index in indexes:
            machine = self._plc.machines[index]
            at = self._plc.profile.status_address(index) - address
            found[machine] = decode_status(registers[at : at + 5], self.last_actions.get(machine, 0))
        return found

    def _short_reads(self) -> list[Request]:
        status = self._plc.profile.status
        lengths = [count for _, count, _ in self._blocks] + [status.count, status.count - 1]
        return [read_request(self._plc.unit, 4, self._blocks[0][0], count) for count in lengths]


@dataclass(slots=True)
class _Attempt:
    """A command on its way: what has passed over the line so far."""

    command: WriteCommand
    index: int
    t_ms: int
    frames: list[str] = field(default_factory=list)
    read_back_ms: int | None = None

    def note(self, exchange: Exchange) -> Exchange:
        self.frames.append(exchange.frames)
        return exchange

    def done(self, outcome: WriteOutcome, detail: str = "") -> WriteDone:
        return WriteDone(
            self.command.command_id, outcome, self.t_ms, self.read_back_ms, "\n".join(self.frames), detail
        )


@dataclass(frozen=True, slots=True)
class _ReadBack:
    """The holding registers of a command and the machine's status, read after each other."""

    written: tuple[int, ...]
    status: PlcMachineStatus


class PlcWriter:
    """Carries out one command at a time on one PLC."""

    def __init__(self, plc: PlcOnLine, clock: Clock, ask: Ask, pause: Callable[[float], None]) -> None:
        self._plc = plc
        self._clock = clock
        self._ask = ask
        self._pause = pause

    def write(self, command: WriteCommand) -> WriteDone:
        """Writes a command once, reads back and compares; never repeats a write that may have arrived."""
        if command.machine not in self._plc.machines:
            return self._refused(command, "unknown_machine")
        index = self._plc.machines.index(command.machine)
        attempt = _Attempt(command, index, self._clock.now_ms())
        try:
            registers = command_registers(command.sequence, command.action)
        except ValueError:
            return attempt.done(WriteOutcome.REFUSED, "bad_sequence")
        address = self._plc.profile.command_address(index)
        if not self._plc.profile.may_write(16, address, len(registers), len(self._plc.machines)):
            return attempt.done(WriteOutcome.REFUSED, "not_allowed")
        before = self._read_back(attempt) or self._read_back(attempt)
        if before is None:
            return attempt.done(WriteOutcome.FAILED, "no_answer")  # nothing was written
        if before.status.last_sequence == command.sequence:
            return self._judged(attempt, before, registers)  # executed earlier, e.g. before a restart
        if before.status.last_sequence > command.sequence or _sequence(before.written) > command.sequence:
            return attempt.done(WriteOutcome.REFUSED, "newer_sequence")
        return self._write_and_read_back(attempt, write_request(self._plc.unit, address, registers))

    def _refused(self, command: WriteCommand, detail: str) -> WriteDone:
        return WriteDone(command.command_id, WriteOutcome.REFUSED, self._clock.now_ms(), None, "", detail)

    def _write_and_read_back(self, attempt: _Attempt, request: Request) -> WriteDone:
        for _ in range(MOST_WRITES):
            exchange = attempt.note(self._ask(request))
            attempt.t_ms = exchange.t_ms
            if exchange.reason is Reason.EXCEPTION:
                return attempt.done(WriteOutcome.REFUSED, f"exception_{exchange.exception_code}")
            found = self._read_back_executed(attempt, request)
            if found is None:
                return attempt.done(WriteOutcome.UNKNOWN, "no_read_back")
            arrived = found.written == request.registers
            if arrived or exchange.answered or found.status.last_sequence == attempt.command.sequence:
                return self._judged(attempt, found, request.registers)
        return attempt.done(WriteOutcome.FAILED, "not_written")

    def _read_back_executed(self, attempt: _Attempt, request: Request) -> _ReadBack | None:
        """Reads back until the PLC has executed the sequence; None if nothing could be read."""
        found: _ReadBack | None = None
        for tried in range(READ_BACKS):
            if tried:
                self._pause(READ_BACK_PAUSE_S)
            now = self._read_back(attempt)
            found = now or found
            if now and (
                now.status.last_sequence == attempt.command.sequence or now.written != request.registers
            ):
                return now
        return found

    def _read_back(self, attempt: _Attempt) -> _ReadBack | None:
        profile, unit = self._plc.profile, self._plc.unit
        holding = read_request(unit, 3, profile.command_address(attempt.index), profile.command.count)
        status = read_request(unit, 4, profile.status_address(attempt.index), profile.status.count)
        registers = []
        for request in (holding, status):
            exchange, believable = confirmed(request, self._ask)
            attempt.note(exchange)
            if exchange.reason is not Reason.NONE or not believable:
                return None
            attempt.read_back_ms = exchange.t_ms
            registers.append(exchange.registers)
        return _ReadBack(registers[0], decode_status(registers[1], registers[0][2]))

    def _judged(self, attempt: _Attempt, found: _ReadBack, registers: tuple[int, ...]) -> WriteDone:
        if found.written != registers:
            return attempt.done(WriteOutcome.FAILED, "read_back_differs")
        if found.status.last_sequence != attempt.command.sequence:
            return attempt.done(WriteOutcome.FAILED, "not_executed")
        if found.status.last_result != PlcResult.DONE:
            code = REFUSALS.get(found.status.last_result, "refused")
            return attempt.done(WriteOutcome.REFUSED, code)
        return attempt.done(WriteOutcome.VERIFIED)


def _sequence(registers: tuple[int, ...]) -> int:
    return registers[0] << 16 | registers[1]
