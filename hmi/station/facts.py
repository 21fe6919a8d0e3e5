"""What the station knows at this moment, in memory, and how far it may still be relied on."""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.clock import Clock
from devices.line_events import LineChanged, LineCounters, MeterRead, PlcRead
from devices.plc import PlcMachineStatus
from devices.profile import Quantity
from devices.reading import Quality, Reading, Reason
from hmi.plant import MeterSpec, Plant

SILENT_POLLS = 4.0  # so many polls without a good reading are silence
SILENT_REAL_S = 4.0  # and no less than this in real time, however fast the plant's clock runs


@dataclass(slots=True)
class LineFacts:
    """A line as its poller last told of it."""

    connected: bool
    sentence: str = ""
    code: str = ""
    back_ms: int = 0  # since when it is there again
    counters: LineCounters | None = None


@dataclass(slots=True)
class Facts:
    """The newest of everything; grows with each event, never asks anybody."""

    plant: Plant
    clock: Clock
    started_ms: int
    good: dict[str, Reading] = field(default_factory=dict)  # per point, the last with a value
    plc: dict[str, PlcMachineStatus] = field(default_factory=dict)
    plc_ms: dict[str, int] = field(default_factory=dict)  # when the PLC last told of a machine
    lines: dict[str, LineFacts] = field(default_factory=dict)
    # Looked up for every machine again and again: with a thousand meters a search would cost a core.
    _meters: dict[str, MeterSpec] = field(init=False)
    _measuring: dict[str, MeterSpec] = field(init=False)
    _said: dict[str, Reading] = field(init=False)  # per meter, the newest with a value

    def __post_init__(self) -> None:
        self._meters = {meter.id: meter for meter in self.plant.meters}
        self._measuring = {meter.measures: meter for meter in self.plant.meters}
        self._said = {}
        for reading in self.good.values():
            self._note_said(reading)

    def _note_said(self, reading: Reading) -> None:
        meter = reading.point.partition(".")[0]
        known = self._said.get(meter)
        if known is None or reading.t_ms >= known.t_ms:
            self._said[meter] = reading

    def note_meter(self, event: MeterRead) -> None:
        """A meter was polled, with or without success."""
        for reading in event.readings:
            if reading.quality is not Quality.BAD and reading.reason is not Reason.STALE:
                self.good[reading.point] = reading
                self._note_said(reading)

    def note_plc(self, event: PlcRead) -> None:
        """The PLC was polled; it tells of the machines that could be read, of none when it was silent."""
        self.plc.update(event.machines)
        self.plc_ms.update(dict.fromkeys(event.machines, event.t_ms))

    def note_line(self, event: LineChanged) -> None:
        """A port came or went."""
        counters = self.lines[event.line].counters if event.line in self.lines else None
        before = self.lines.get(event.line)
        was_there = before is not None and before.connected
        back_ms = before.back_ms if before is not None and was_there else self.clock.now_ms()
        self.lines[event.line] = LineFacts(event.connected, event.sentence, event.code, back_ms, counters)

    def note_counters(self, event: LineCounters) -> None:
        """How a line does."""
        line = self.lines.setdefault(event.line, LineFacts(event.connected, event.reason))
        line.counters = event

    def meter_of(self, measured: str) -> MeterSpec | None:
        """The meter that measures a machine or the shop-floor, if any."""
        return self._measuring.get(measured)

    def power_kw(self, measured: str) -> Reading | None:
        """The last good power of a machine or of the shop-floor."""
        meter = self._measuring.get(measured)
        return None if meter is None else self.good.get(f"{meter.id}.{Quantity.POWER}")

    def silence_limit_ms(self, poll_s: float) -> int:
        """How old the newest good value may be before its source counts as silent."""
        return round(1000 * max(SILENT_POLLS * poll_s, SILENT_REAL_S * self.clock.speed))

    def meter_silent_since_ms(self, meter_id: str, now_ms: int) -> int | None:
        """Since when a meter is silent; None while it speaks."""
        meter = self._meters[meter_id]
        reading = self.good.get(f"{meter_id}.{Quantity.POWER}")
        if reading is None:  # a counter of pulses, gas or water says no power
            reading = self._said.get(meter_id)
        last_ms = max(self.started_ms, reading.t_ms if reading is not None else 0, self._back_ms(meter.line))
        return last_ms if now_ms - last_ms > self.silence_limit_ms(meter.poll_s) else None

    def meter_is_fresh(self, machine: str, now_ms: int) -> bool:
        """Whether a machine's power was read well lately."""
        meter, reading = self._measuring.get(machine), self.power_kw(machine)
        if meter is None or reading is None:
            return False
        return abs(now_ms - reading.t_ms) <= self.silence_limit_ms(meter.poll_s)

    def fresh_plc(self, machine: str, now_ms: int) -> PlcMachineStatus | None:
        """What the PLC lately told of a machine; None when it has been silent for too long."""
        plc, read_ms = self.plant.plc, self.plc_ms.get(machine)
        if plc is None or read_ms is None:
            return None
        if abs(now_ms - read_ms) > self.silence_limit_ms(plc.poll_s):  # ahead of now: a clock was set back
            return None
        return self.plc[machine]

    def plc_silent_since_ms(self, now_ms: int) -> int | None:
        """Since when the PLC is silent; None while it speaks, or where there is none."""
        plc = self.plant.plc
        if plc is None:
            return None
        last_ms = max([self.started_ms, *self.plc_ms.values(), self._back_ms(plc.line)])
        return last_ms if now_ms - last_ms > self.silence_limit_ms(plc.poll_s) else None

    def _back_ms(self, line_id: str) -> int:
        """Since when a line is there again: what hangs on it gets its time to answer from then on."""
        line = self.lines.get(line_id)
        return line.back_ms if line is not None and line.connected else 0

    def highest_sequence(self) -> int:
        """The highest sequence that the PLC has seen, so that a new database does not repeat one."""
        return max((status.last_sequence for status in self.plc.values()), default=0)
