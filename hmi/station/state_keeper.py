"""Keeps what the machines are doing: states, batches, remaining time, and the expected load."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection, Mapping, Sequence

from devices.clock import Clock
from devices.line_events import MeterRead, PlcRead
from devices.plc import PlcMachineStatus
from devices.profile import Quantity
from devices.reading import Quality, Reason
from hmi.plant import MeterSpec, Plant
from hmi.station.batch_records import BatchRecords
from hmi.station.facts import Facts
from hmi.station.machine_twin import MachineTwin, TwinChanges
from hmi.station.meter_record import meter_record
from hmi.store.batch_notes import batch_notes
from hmi.store.batches import batches
from hmi.store.database import Store
from hmi.store.records import BatchNote, Cycle, MachineState, MachineStatus, StateSpan
from hmi.store.state_models import state_model_in_force
from hmi.store.status import (
    cycles,
    machine_statuses,
    save_cycle,
    save_machine_statuses,
    save_state_spans,
    state_spans,
)
from solver.durations import DAY_MS, MINUTE_MS
from solver.tariff import Tariff
from solver.twin.reconcile import OPEN_MIN
from solver.twin.states_packed import unpacked

LEARN_MS = 90 * DAY_MS
STATUS_REAL_S = 0.5
NOTE_REACH_MS = OPEN_MIN * MINUTE_MS  # a note belongs to the batch that began so near to it
Pauses = Mapping[str, Sequence[tuple[int, int]]]
Basis = tuple[int, MachineState, PlcMachineStatus | None, tuple[tuple[int, int], ...]]


class StateKeeper:
    """One twin a machine; what they say is in the store."""

    def __init__(self, store: Store, plant: Plant, tariff: Tariff, facts: Facts, clock: Clock) -> None:
        self._store = store
        self._records = BatchRecords(store, plant, tariff)
        self._facts = facts
        self._clock = clock
        self._machine_of = {meter.id: meter.measures for meter in plant.meters}
        with_plc = [] if plant.plc is None else plant.plc.machines
        self.twins = {
            machine.id: MachineTwin(machine, meter.poll_s, has_plc=machine.id in with_plc)
            for machine in plant.machines
            if (meter := plant.meter_of(machine.id)) is not None
        }
        self.statuses: dict[str, MachineStatus] = {}
        self._told_s: dict[str, float] = {}
        self._swept_s = -math.inf  # when all machines were looked at, not only those that were read
        self._touched: set[str] = set()
        self._told: dict[str, Basis] = {}  # what the stored status of a machine says, and rests on
        self._telling: dict[str, Basis] = {}  # the same of statuses that are not yet on the disk
        self._spans: dict[tuple[str, int], StateSpan] = {}  # not yet stored, by machine and start
        self._cycles: list[Cycle] = []  # not yet stored
        self._noted: dict[str, int] = {}  # the start of the cycle whose note was looked up last
        self._presumed: dict[str, int] = {}  # the start of the cycle that was looked up last
        for machine, twin in self.twins.items():
            meter = plant.meter_of(machine)
            assert meter is not None
            learned = state_model_in_force(store, machine)
            twin.use_model(None if learned is None else unpacked(learned.model))
            self._replay(twin, meter, facts.started_ms)

    def take_meter(self, event: MeterRead) -> None:
        """A poll of a meter; that of the shop-floor's has no machine."""
        twin = self.twins.get(self._machine_of.get(event.meter, ""))
        if twin is None:
            return
        readings = {reading.point: reading for reading in event.readings}
        power = readings.get(f"{event.meter}.{Quantity.POWER}")
        energy = readings.get(f"{event.meter}.{Quantity.ENERGY}")
        if power is not None:
            power_kw = math.nan if power.reason is Reason.STALE else power.value
            register_kwh = math.nan
            if energy is not None and energy.quality is Quality.GOOD:
                register_kwh = energy.value
            plc = self._facts.fresh_plc(twin.machine.id, self._clock.now_ms())
            holds_batch = plc is not None and plc.charged
            self._touched.add(twin.machine.id)
            self._take(twin, twin.update(power.t_ms, power_kw, register_kwh, holds_batch=holds_batch))

    def take_plc(self, event: PlcRead) -> None:
        """What the PLC says of its machines."""
        for machine, status in event.machines.items():
            twin = self.twins.get(machine)
            if twin is None:
                continue
            self._touched.add(machine)
            if not (status.charged or status.running):
                self._take(twin, twin.note_discharged(event.t_ms))

    def noted(self, machine: str) -> None:
        """An operator wrote of a batch of this machine; it may be the one under way."""
        self._noted.pop(machine, None)

    def save(self) -> None:
        """Stores what the twins have said and what is not stored yet."""
        save_state_spans(self._store, self._spans.values())
        for cycle in self._cycles:  # after the spans, from which their records are made
            save_cycle(self._store, self._records.completed(cycle, self.twins[cycle.machine].energy))

    def note_saved(self) -> None:
        """What was stored is on the disk: a twin says everything only once."""
        self._spans.clear()
        self._cycles.clear()
        self._told |= self._telling
        self._telling.clear()

    def tell(self, pauses: Pauses) -> None:
        """Stores what is new of the machines, each at most twice a second while its state stays the same."""
        now_s = self._clock.monotonic_s()
        now_ms = self._clock.now_ms()
        news: list[MachineStatus] = []
        for machine in self._to_look_at(now_s):
            twin, known = self.twins[machine], self.statuses.get(machine)
            state = twin.state
            same_state = known is not None and known.state is state
            if same_state and now_s - self._told_s.get(machine, -math.inf) < STATUS_REAL_S:
                continue
            plc = self._facts.fresh_plc(machine, now_ms)
            planned = tuple(pauses.get(machine, ()))
            basis = (twin.t_ms, state, plc, planned)
            if self._told.get(machine) == basis:
                continue
            self._presume_start(twin)
            self._look_for_recipe(twin)
            status = twin.status(plc, twin.remaining(planned))
            self._told_s[machine] = now_s
            self.statuses[machine] = status
            self._telling[machine] = basis
            news.append(status)
        if news:
            save_machine_statuses(self._store, news)

    def _to_look_at(self, now_s: float) -> Collection[str]:
        """Machines that were read since the last time; twice a second all, for plans and silence go on."""
        touched, self._touched = self._touched, set()
        if now_s - self._swept_s < STATUS_REAL_S:
            return touched
        self._swept_s = now_s
        return self.twins

    def _replay(self, twin: MachineTwin, meter: MeterSpec, now_ms: int) -> None:
        """Rebuilds a twin from the last day's readings, so that a restart forgets nothing.

        Batches that ended came into the store together with the readings that showed it; none is added here.
        """
        machine = twin.machine.id
        seen = cycles(self._store, machine, now_ms - LEARN_MS, now_ms)
        notes = batch_notes(self._store, machine, now_ms - LEARN_MS, now_ms)
        twin.learn(seen, [recipe_of(cycle.start_ms, notes) for cycle in seen])
        times, power_kw, register_kwh = meter_record(self._store, meter, now_ms - DAY_MS, now_ms)
        times_ms = times.tolist()
        if not times_ms:
            return
        before = next(iter(state_spans(self._store, machine, times_ms[0], times_ms[0] + 1)), None)
        if before is not None and before.start_ms < times_ms[0]:
            twin.goes_on_from(before)
        begun_ms = self._begun_ms(machine, seen)
        spans: dict[int, StateSpan] = {}
        for t_ms, power, energy in zip(times_ms, power_kw.tolist(), register_kwh.tolist(), strict=True):
            if t_ms < begun_ms:
                twin.note_discharged(t_ms)
            changes = twin.update(t_ms, power, energy, holds_batch=True)
            spans.update((span.start_ms, span) for span in changes.spans)
        if before is not None and before.end_ms is None and before.start_ms not in spans:
            spans[before.start_ms] = StateSpan(machine, before.start_ms, times_ms[0], before.state)
        if seen:
            twin.goes_on_after(seen[-1])
        save_state_spans(self._store, spans.values())

    def _begun_ms(self, machine: str, seen: Sequence[Cycle]) -> int:
        """When the batch that was under way last began; far ahead when none was."""
        last = machine_statuses(self._store).get(machine)
        begun_ms = None if last is None else last.cycle_start_ms
        over = any(cycle.start_ms == begun_ms for cycle in seen)
        return sys.maxsize if begun_ms is None or over else begun_ms

    def _presume_start(self, twin: MachineTwin) -> None:
        """A batch that was under way before anything was read began when production wanted it to."""
        now = twin.under_way
        if now is None or now.start_seen or self._presumed.get(twin.machine.id) == now.start_ms:
            return
        self._presumed[twin.machine.id] = now.start_ms
        habits = [
            batch.habit_start_ms
            for batch in batches(self._store, now.start_ms, now.start_ms + 1)
            if batch.machine == twin.machine.id and batch.habit_start_ms <= now.start_ms
        ]
        if habits:
            twin.presume_start(max(habits))

    def _take(self, twin: MachineTwin, changes: TwinChanges) -> None:
        self._spans.update(((twin.machine.id, span.start_ms), span) for span in changes.spans)
        self._cycles.extend(changes.cycles)
        twin.learn(changes.cycles, [twin.recipe] * len(changes.cycles))
        if changes.cycles:
            twin.recipe = ""

    def _look_for_recipe(self, twin: MachineTwin) -> None:
        """What an operator has written of the batch under way by now."""
        now, machine = twin.under_way, twin.machine.id
        if now is None or self._noted.get(machine) == now.start_ms:
            return
        self._noted[machine] = now.start_ms
        since_ms = now.start_ms - NOTE_REACH_MS
        notes = batch_notes(self._store, machine, since_ms, self._clock.now_ms())
        twin.recipe = recipe_of(now.start_ms, notes)


def recipe_of(start_ms: int, notes: Sequence[BatchNote]) -> str:
    """The recipe of the note that begins nearest to a batch's start, "" where none is near."""
    near = [note for note in notes if note.recipe and abs(note.start_ms - start_ms) <= NOTE_REACH_MS]
    nearest = min(near, key=lambda note: abs(note.start_ms - start_ms), default=None)
    return "" if nearest is None else nearest.recipe or ""
