"""What one machine is doing, followed reading by reading: state, batch under way, what it will still take."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from devices.plc import PlcMachineStatus
from hmi.plant import MachineSpec
from hmi.store.records import Cycle, MachineState, MachineStatus, StateSpan
from solver import cycles as solver_cycles
from solver import states as solver_states
from solver.cycles import CycleSettings
from solver.durations import HOUR_MS
from solver.energy import EnergyTotal
from solver.remaining import EnergyBelief, PowerMemory, Remaining, nominal_belief
from solver.twin.batches import BatchQuality, covered_share, quality_of
from solver.twin.outlook import BatchOutlook
from solver.twin.states_model import StateModel
from solver.twin.states_online import StateFilter, settings_of

log = logging.getLogger(__name__)

MOST_CYCLES_LEARNED = 60
PLC_CYCLES = CycleSettings(longest_pause_ms=24 * HOUR_MS)  # a plan may pause long; the PLC tells the end
MOST_PRESUMED = 0.97  # of a batch's energy
STORED_STATES = {state: MachineState(state.value) for state in solver_states.MachineState}


@dataclass(frozen=True, slots=True)
class TwinChanges:
    """What a reading changed, to be stored."""

    spans: list[StateSpan] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)


class MachineTwin:
    """The trackers of one machine; `learn` before the first reading, from the batches seen earlier."""

    def __init__(self, machine: MachineSpec, poll_s: float, *, has_plc: bool) -> None:
        self.machine = machine
        settings = solver_states.nominal_settings(machine.running_kw, machine.standby_kw, poll_s)
        self._nominal = settings
        self._states = solver_states.StateTracker(settings)
        self._energy = EnergyTotal(most_kw=machine.rated_kw, gap_ms=settings.gap_ms)
        self._cycles = solver_cycles.CycleTracker(self._energy, PLC_CYCLES if has_plc else CycleSettings())
        self._power = PowerMemory(machine.running_kw)
        self._outlook = BatchOutlook(nominal_belief(machine.running_kw, machine.batch_running_min))
        self._before: StateSpan | None = None
        self._first_ms: int | None = None
        self._presumed_ms: int | None = None
        self._learned_ms: int | None = None  # the start of the batch that taught last
        self._t_ms = 0
        self.recipe = ""  # of the batch under way, where an operator wrote it down

    @property
    def belief(self) -> EnergyBelief:
        """What is believed of the energy of the batch under way, by its recipe, or of the next."""
        return self._outlook.belief(self.recipe)

    @property
    def t_ms(self) -> int:
        """The time of the newest reading; 0 before the first."""
        return self._t_ms

    @property
    def state(self) -> MachineState:
        """What the machine is doing."""
        return STORED_STATES[self._states.state]

    @property
    def under_way(self) -> solver_cycles.CycleNow | None:
        """The batch under way; None between batches."""
        return self._cycles.now

    @property
    def energy(self) -> EnergyTotal:
        """What the machine used since its first reading, remembered for a day at least."""
        return self._energy

    @property
    def running_kw(self) -> float:
        """What the machine draws while it runs, by its last half hour of running."""
        return self._power.median_kw

    def use_model(self, model: StateModel | None) -> None:
        """Tells states by a learned model from now on; None: by what the plant file says that it draws."""
        poll_ms = self._nominal.poll_ms
        if model is None:
            self._states.follow(self._nominal, None)
        else:
            self._states.follow(settings_of(model, poll_ms), StateFilter(model, poll_ms))

    def learn(self, cycles: Sequence[Cycle], recipes: Sequence[str]) -> None:
        """Takes batches that are over, each with its recipe, "" where none was written down.

        One that begins when the last one did is the same batch, seen to be another than it seemed; one of
        which too much was not seen teaches nothing.
        """
        for cycle, recipe in list(zip(cycles, recipes, strict=True))[-MOST_CYCLES_LEARNED:]:
            covered = covered_share(cycle.start_ms, cycle.end_ms, cycle.unseen_min)
            believed = cycle.complete and quality_of(covered) is not BatchQuality.BAD
            if cycle.start_ms == self._learned_ms:
                log.info(
                    "%s: its last batch is seen to be another: %.1f kWh", cycle.machine, cycle.energy_kwh
                )
                self._outlook.revised(cycle.energy_kwh, cycle.running_min, complete=believed)
            else:
                self._outlook.ended(recipe, cycle.energy_kwh, cycle.running_min, complete=believed)
            self._learned_ms = cycle.start_ms

    def goes_on_from(self, stored: StateSpan) -> None:
        """The stored span in which the first reading lies: a first state like its own is its continuation."""
        self._before = stored

    def goes_on_after(self, cycle: Cycle) -> None:
        """The last batch before the first reading that is not replayed: what runs next may be its rest."""
        self._cycles.note_ended(as_solved(cycle))

    def update(
        self, t_ms: int, power_kw: float, register_kwh: float, *, holds_batch: bool = False
    ) -> TwinChanges:
        """Takes a reading, NaN for what could not be read; `holds_batch`: the PLC says that one is in it."""
        self._t_ms = max(t_ms, self._t_ms)
        self._first_ms = t_ms if self._first_ms is None else self._first_ms
        if math.isfinite(power_kw) or math.isfinite(register_kwh):
            self._energy.add(t_ms, power_kw, register_kwh)
        spans = self._states.update(t_ms, power_kw)
        state, since_ms = self._states.state, self._states.since_ms
        if state is solver_states.MachineState.RUNNING:
            self._power.add(t_ms, power_kw)
        expected_kwh = math.nan if holds_batch else self.belief.median_kwh
        ended: list[solver_cycles.Cycle] = []
        for span in spans:  # a silence without any poll, as when no station ran, is known only by its end
            if span.state is solver_states.MachineState.NO_DATA and span.end_ms is not None:
                ended += self._cycles.update(span.end_ms, span.state, span.start_ms, expected_kwh)
        ended += self._cycles.update(t_ms, state, since_ms, expected_kwh)
        return TwinChanges([self._span(span) for span in spans], self._ended(ended))

    def note_discharged(self, t_ms: int) -> TwinChanges:
        """No batch is in the machine: what stands is over."""
        return TwinChanges([], self._ended(self._cycles.note_discharged(t_ms, self.belief.median_kwh)))

    def presume_start(self, start_ms: int) -> None:
        """A batch whose start was not seen is taken to have begun then, and to have run since."""
        self._presumed_ms = start_ms

    def remaining(self, pauses: Sequence[tuple[int, int]]) -> Remaining | None:
        """What the batch under way will still take, with the planned pauses; None between batches."""
        now = self._cycles.now
        if now is None:
            return None
        used_kwh = now.energy_kwh + self._unseen_kwh(now)
        return self._outlook.remaining(
            self.recipe, used_kwh, now.running_min, self._t_ms, power_kw=self.running_kw, pauses=pauses
        )

    def status(self, plc: PlcMachineStatus | None, left: Remaining | None) -> MachineStatus:
        """The machine as it is now; `left` comes from `remaining`."""
        now = self._cycles.now
        energy, end = (None, None) if left is None else (left.energy_kwh, left.end_ms)
        return MachineStatus(
            machine=self.machine.id,
            t_ms=self._t_ms,
            state=self.state,
            since_ms=self._start_of(self._states.since_ms, self.state),
            plc_known=plc is not None,
            plc_running=plc is not None and plc.running,
            plc_charged=plc is not None and plc.charged,
            plc_local=plc is not None and plc.local,
            plc_interlock=plc is not None and plc.interlock,
            plc_remote=plc is not None and plc.remote,
            cycle_start_ms=None if now is None else now.start_ms,
            cycle_running_min=0.0 if now is None else now.running_min,
            cycle_paused=now is not None and now.paused,
            energy_kwh=0.0 if now is None else now.energy_kwh,
            remaining_kwh=None if energy is None else energy.median,
            remaining_low_kwh=None if energy is None else energy.low,
            remaining_high_kwh=None if energy is None else energy.high,
            end_ms=None if end is None else round(end.median),
            end_low_ms=None if end is None else round(end.low),
            end_high_ms=None if end is None else round(end.high),
            overdue=left is not None and left.overdue,
        )

    def _unseen_kwh(self, now: solver_cycles.CycleNow) -> float:
        """What a batch probably used before it was seen; never so much that it should be over."""
        if now.start_seen or self._presumed_ms is None:
            return 0.0
        hours = max(0.0, (now.start_ms - self._presumed_ms) / HOUR_MS)
        most_kwh = MOST_PRESUMED * self.belief.median_kwh - now.energy_kwh
        return max(0.0, min(hours * self.running_kw, most_kwh))

    def _ended(self, ended: Sequence[solver_cycles.Cycle]) -> list[Cycle]:
        return [
            Cycle(
                self.machine.id,
                cycle.start_ms,
                cycle.end_ms,
                cycle.running_min,
                cycle.paused_min,
                cycle.energy_kwh,
                cycle.complete,
                cycle.unseen_min,
                cycle.ended_by.value,
            )
            for cycle in ended
        ]

    def _span(self, span: solver_states.StateSpan) -> StateSpan:
        state = STORED_STATES[span.state]
        return StateSpan(self.machine.id, self._start_of(span.start_ms, state), span.end_ms, state)

    def _start_of(self, start_ms: int, state: MachineState) -> int:
        before = self._before
        goes_on = before is not None and start_ms == self._first_ms and before.state is state
        return before.start_ms if before is not None and goes_on else start_ms


def as_solved(cycle: Cycle) -> solver_cycles.Cycle:
    """A stored batch as the solver knows it."""
    return solver_cycles.Cycle(
        cycle.start_ms,
        cycle.end_ms,
        cycle.running_min,
        cycle.paused_min,
        cycle.unseen_min,
        cycle.energy_kwh,
        cycle.complete,
        solver_cycles.CycleEnd(cycle.ended_by or solver_cycles.CycleEnd.ENERGY),
    )
