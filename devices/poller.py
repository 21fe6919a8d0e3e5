"""One thread per physical line: it owns the port, polls meters, writes to the PLC and tells what happened."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Hashable, Sequence
from typing import TextIO

from devices.budget import character_s, most_hole
from devices.clock import Clock
from devices.decoding import bad_readings
from devices.identity import MeterIdentity, poll_known_meter
from devices.line import Exchange, Line, LineStoppedError
from devices.line_events import (
    LineChanged,
    LineConfig,
    LineCounters,
    LineEvent,
    MeterOnLine,
    MeterRead,
    PlcOnLine,
    PlcRead,
    WriteCommand,
    WriteDone,
    WriteOutcome,
)
from devices.line_statistics import LineStatistics
from devices.plc_poll import PlcPoller, PlcWriter
from devices.profile import DeviceTiming, ReadBlock, read_blocks
from devices.protocol_poll import station_of
from devices.reading import Reason
from devices.request import LineRequest
from devices.schedule import Turn, next_turn
from devices.trace import RecordingTransport
from devices.transport import PortError, open_transport
from devices.usb_ports import Adapter

__all__ = [
    "LineChanged",
    "LineConfig",
    "LineCounters",
    "LineEvent",
    "LinePoller",
    "MeterOnLine",
    "MeterRead",
    "PlcOnLine",
    "PlcRead",
    "WriteCommand",
    "WriteDone",
    "WriteOutcome",
]

LOG = logging.getLogger(__name__)
COUNTERS_EVERY_S = 1.0
METERS_EVERY = 5  # so many times the line's figures are told until its meters' and its frames are
TOLD_FRAMES = 40
FIRST_REOPEN_S = 0.2
LAST_REOPEN_S = 2.0
STOP_JOIN_S = 5.0


class LinePoller(threading.Thread):
    """The owner of one physical line. Start it, submit commands, stop it; all that happens is on `events`.

    All bytes that pass go to the file `record` as well, which stays its owner's; see devices/trace.py.
    """

    def __init__(
        self,
        line: LineConfig,
        meters: Sequence[MeterOnLine],
        plc: PlcOnLine | None,
        clock: Clock,
        events: queue.Queue[LineEvent],
        record: TextIO | None = None,
    ) -> None:
        super().__init__(name=f"line {line.id}")
        self._config = line
        self._meters = tuple(meters)
        self._plc = plc if plc is not None and plc.machines else None
        self._clock = clock
        self._events = events
        self._record, self._record_began_s = record, clock.monotonic_s()
        self._commands: queue.Queue[WriteCommand | None] = queue.Queue()
        self._stopping = threading.Event()
        self._adapter = Adapter(line.port)
        self._line: Line | None = None
        self._trouble: PortError | None = None
        self._reopen_pause_s = FIRST_REOPEN_S
        self._reopen_at_s = 0.0
        self._late_frames = 0  # of connections that are closed
        self._avoid: Hashable = None
        self._statistics = LineStatistics(clock.monotonic_s())
        self._counters_at_s = clock.monotonic_s() + COUNTERS_EVERY_S
        self._counters_told = 0
        self._character_s = character_s(line.baud, line.parity, line.stop_bits)
        self._known: dict[int, MeterIdentity | None] = {}
        self._blocks = [self._blocks_of(meter) for meter in self._meters]
        self._plc_poller = PlcPoller(self._plc, self._character_s) if self._plc else None
        self._turns = self._first_turns()

    def submit(self, command: WriteCommand) -> None:
        """Hands over a command for the PLC; it goes before all reading, and is answered by one WriteDone."""
        self._commands.put(command)

    def stop(self) -> None:
        """Ends the thread and waits for it; what waits for the line is given up at once."""
        self._stopping.set()
        self._commands.put(None)
        if self.is_alive() and threading.current_thread() is not self:
            self.join(STOP_JOIN_S)

    def run(self) -> None:
        """Polls until stopped."""
        try:
            while not self._stopping.is_set():
                self._step()
        except LineStoppedError:
            LOG.debug("%s: stopped while waiting", self._config.id)
        finally:
            self._close()

    def _step(self) -> None:
        now_s = self._clock.monotonic_s()
        if now_s >= self._counters_at_s:
            self._tell_counters(now_s)
        if self._line is None and now_s >= self._reopen_at_s:
            self._open()
        turn = next_turn(self._turns, now_s, self._avoid) if self._line else None
        command = self._next_command(0.0 if turn else self._idle_s(now_s))
        if command is not None:
            self._write(command)
        elif turn is not None and self._line is not None:
            self._poll(self._line, turn)
        if self._trouble is not None and self._line is not None:
            self._lose(self._trouble)

    def _next_command(self, wait_s: float) -> WriteCommand | None:
        try:
            if wait_s <= 0:
                return self._commands.get_nowait()
            return self._commands.get(timeout=wait_s)
        except queue.Empty:
            return None

    def _idle_s(self, now_s: float) -> float:
        if self._line is None:
            next_s = self._reopen_at_s
        else:
            next_s = min((turn.due_s for turn in self._turns), default=self._counters_at_s)
        return max(min(next_s, self._counters_at_s) - now_s, 0.001)

    # The port

    def _open(self) -> None:
        try:
            transport = open_transport(self._config, self._stopping.is_set, self._adapter)
        except PortError as error:
            self._later(error)
            return
        if self._record is not None:
            transport = RecordingTransport(
                transport, self._record, self._config.port, self._clock, self._record_began_s
            )
        self._line = Line(self._config, transport, self._clock, self._stopping.is_set)
        self._trouble = None
        self._known.clear()
        LOG.info("%s: connected on %s", self._config.id, self._config.port)
        self._events.put(LineChanged(self._config.id, True, ""))
        self._begin_turns()

    def _lose(self, error: PortError) -> None:
        self._close()
        self._trouble = None
        self._later(error)

    def _later(self, error: PortError) -> None:
        if self._stopping.is_set():
            return
        if self._trouble is None or self._trouble.trouble is not error.trouble:
            self._tell_trouble(error)
        self._trouble = error
        self._reopen_at_s = self._clock.monotonic_s() + self._reopen_pause_s
        self._reopen_pause_s = min(2 * self._reopen_pause_s, LAST_REOPEN_S)

    def _tell_trouble(self, error: PortError) -> None:
        LOG.warning("%s: %s", self._config.id, error)
        self._events.put(LineChanged(self._config.id, False, str(error), error.trouble.value))
        if self._trouble is not None:
            return
        t_ms = self._clock.now_ms()
        for meter in self._meters:
            readings = bad_readings(meter, t_ms, Reason.PORT_MISSING)
            self._events.put(MeterRead(meter.id, t_ms, readings))
        if self._plc is not None:
            self._events.put(PlcRead(self._plc.id, t_ms, {}))

    def _close(self) -> None:
        if self._line is not None:
            self._late_frames += self._line.late_frames
            self._line.close()
            self._line = None

    # Reading

    def _begin_turns(self) -> None:
        now_s = self._clock.monotonic_s()
        for index, turn in enumerate(self._turns):
            turn.begin(now_s, (index + 1) / len(self._turns))

    def _first_turns(self) -> list[Turn]:
        now_s = self._clock.monotonic_s()
        devices: list[MeterOnLine | PlcOnLine] = [*self._meters, *([self._plc] if self._plc else [])]
        return [
            Turn(
                index,
                _station(device),
                self._clock.real_s(device.poll_s * 1000),
                now_s,
                urgent=isinstance(device, PlcOnLine),
            )
            for index, device in enumerate(devices)
        ]

    def _blocks_of(self, meter: MeterOnLine) -> tuple[ReadBlock, ...]:
        hole = most_hole(self._character_s, meter.profile.timing.turnaround_ms / 1000)
        return read_blocks(meter.profile, most_hole=hole)

    def _poll(self, line: Line, turn: Turn) -> None:
        began_s = self._clock.monotonic_s()
        turn.late_s = max(began_s - turn.due_s, 0.0)
        if turn.index < len(self._meters):
            answered = self._poll_meter(line, turn)
        else:
            answered = self._poll_plc(line, turn)
        now_s = self._clock.monotonic_s()
        self._avoid = None if answered else turn.station
        if answered:
            turn.answered(now_s)
        else:
            turn.failed(now_s, now_s - began_s)

    def _poll_meter(self, line: Line, turn: Turn) -> bool:
        meter = self._meters[turn.index]
        ask = _Asker(self, meter.id, meter.profile.timing)
        t0_ms = self._clock.now_ms()
        known = None if turn.failures else self._known.get(turn.index)  # a silence may be another meter
        poll, known = poll_known_meter(line, meter, self._blocks[turn.index], ask, known)
        if poll.hole_refused:
            LOG.info("%s: %s does not read across its gaps; it is asked without", self._config.id, meter.id)
            self._blocks[turn.index] = read_blocks(meter.profile, most_hole=0)
            poll, known = poll_known_meter(line, meter, self._blocks[turn.index], ask, known)
        self._known[turn.index] = known
        self._log_health(meter.id, turn, poll.answered, poll.reason)
        if self._trouble is None and (poll.answered or turn.failures):
            t_ms = (t0_ms + self._clock.now_ms()) // 2
            serial = known.serial if known else ""
            self._events.put(MeterRead(meter.id, t_ms, poll.readings, serial, poll.misfit))
        return poll.answered

    def _poll_plc(self, line: Line, turn: Turn) -> bool:
        assert self._plc is not None and self._plc_poller is not None
        poll = self._plc_poller.poll(line, _Asker(self, self._plc.id, self._plc.profile.timing))
        self._log_health(self._plc.id, turn, poll.answered, poll.reason)
        if self._trouble is None and (poll.answered or turn.failures):
            self._events.put(PlcRead(self._plc.id, poll.t_ms, poll.machines))
        return poll.answered

    def _log_health(self, device: str, turn: Turn, answered: bool, reason: Reason) -> None:
        if answered and turn.dead:
            LOG.info("%s: %s answers again", self._config.id, device)
        elif not answered and turn.failures == 1 and self._trouble is None:
            LOG.warning("%s: %s does not answer (%s)", self._config.id, device, reason.value)

    # Writing

    def _write(self, command: WriteCommand) -> None:
        if self._plc is None or self._line is None:
            outcome = WriteOutcome.REFUSED if self._plc is None else WriteOutcome.FAILED
            detail = "no_plc" if self._plc is None else "port_missing"
            t_ms = self._clock.now_ms()
            self._events.put(WriteDone(command.command_id, outcome, t_ms, None, "", detail))
            return
        ask = _Asker(self, self._plc.id, self._plc.profile.timing)
        done = PlcWriter(self._plc, self._clock, ask, self._pause).write(command)
        if self._plc_poller is not None and done.outcome is WriteOutcome.VERIFIED:
            self._plc_poller.last_actions[command.machine] = int(command.action)
        self._events.put(done)
        self._turns[-1].due_s = self._clock.monotonic_s()  # show soon what the command did

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise LineStoppedError

    # What the parts ask through

    def ask(self, device: str, request: LineRequest, timing: DeviceTiming) -> Exchange:
        """One exchange, booked for the device; once the port has gone all others fail with PORT_MISSING."""
        if self._line is not None and self._trouble is None:
            try:
                exchange = self._line.exchange(request, timing)
            except PortError as error:
                self._trouble = error
            else:
                self._statistics.note(device, exchange, self._clock.monotonic_s())
                if exchange.answered:
                    self._reopen_pause_s = FIRST_REOPEN_S
                return exchange
        sent = request.frame()
        return Exchange(self._clock.now_ms(), Reason.PORT_MISSING, (), 0, True, 0.0, 0.0, sent, b"")

    def _waits_s(self, now_s: float) -> dict[str, float]:
        """How long each device that has stopped answering is left alone yet."""
        devices: list[MeterOnLine | PlcOnLine] = [*self._meters, *([self._plc] if self._plc else [])]
        return {devices[turn.index].id: max(0.0, turn.due_s - now_s) for turn in self._turns if turn.dead}

    def _tell_counters(self, now_s: float) -> None:
        late_frames = self._late_frames + (self._line.late_frames if self._line else 0)
        lateness_s = max((turn.late_s for turn in self._turns), default=0.0)
        self._counters_told += 1
        in_full = self._counters_told % METERS_EVERY == 1
        frames = list(self._line.trace)[-TOLD_FRAMES:] if in_full and self._line else ()
        counters = LineCounters(
            line=self._config.id,
            t_ms=self._clock.now_ms(),
            connected=self._line is not None,
            reason=str(self._trouble or ""),
            figures=self._statistics.line(now_s, late_frames=late_frames, lateness_s=lateness_s),
            meters=self._statistics.meters(self._waits_s(now_s)) if in_full else (),
            frames=tuple(frames),
        )
        self._events.put(counters)
        self._counters_at_s = now_s + COUNTERS_EVERY_S


def _station(device: MeterOnLine | PlcOnLine) -> Hashable:
    return station_of(device) if isinstance(device, MeterOnLine) else ("Modbus", device.unit)


class _Asker:
    """The poller's `ask` with a device's name and timing."""

    def __init__(self, poller: LinePoller, device: str, timing: DeviceTiming) -> None:
        self._poller = poller
        self._device = device
        self._timing = timing

    def __call__(self, request: LineRequest) -> Exchange:
        return self._poller.ask(self._device, request, self._timing)
