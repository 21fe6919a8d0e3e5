"""One mill's life from empty through charged and running to discharging, and the crew that tends it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from devices.simulator.load import Flow, Load
from devices.simulator.mill_power import aux_curve, batch_level, running_curve, standby_curve
from devices.simulator.scenario import MINUTE_MS, MillScenario, Scenario, ScenarioBatch


class MillState(StrEnum):
    """Where a mill is in its life."""

    EMPTY = "empty"
    CHARGING = "charging"
    CHARGED = "charged"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    DISCHARGING = "discharging"


@dataclass(frozen=True, slots=True)
class MillBatch:
    """A batch in UTC ms; `pauses_ms` are the crew's habit, `running_ms` is how long the motor must turn."""

    id: str
    charge_ms: int
    habit_ms: int
    running_ms: int
    pauses_ms: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class MillReport:
    """The truth about a mill at an instant; `done_min` is how long the batch in it has run."""

    machine: str
    t_ms: int
    state: MillState
    batch: str
    done_min: float
    power_kw: float
    energy_kwh: float
    starts_count: int
    remote: bool
    local: bool
    interlock: bool


Event = tuple[int, MillState]


class Mill:
    """Lives forward in plant time; whoever does something to it advances it to that instant first.

    The crew charges and discharges always; it starts and pauses by its habit unless the mill is under remote
    control. Under local control somebody stands at the mill: neither crew nor PLC starts or pauses it.
    """

    def __init__(self, spec: MillScenario, batches: Iterable[MillBatch], seed: int, start_ms: int) -> None:
        self.spec = spec
        self.state = MillState.EMPTY
        self.starts_count = 0
        self.remote = False
        self.local = False
        self.interlock = False
        self._seed = seed
        self._t_ms = start_ms
        self._since_ms = start_ms
        self._done_ms = 0
        self._waiting = deque(sorted(batches, key=_charge_ms))
        self._batch: MillBatch | None = None
        self._load = Load(standby_curve(spec, seed), start_ms, spec.register_kwh)
        self._event = self._next_event()

    def advance(self, t_ms: int) -> None:
        """Lets time pass: what was due by itself happens at its own instant."""
        while self._event is not None and self._event[0] <= t_ms:
            at_ms, state = self._event
            self._t_ms = at_ms
            self._enter(state)
        self._t_ms = max(self._t_ms, t_ms)
        self._load.advance(self._t_ms)

    def start(self) -> bool:
        """Starts the motor on a charged or paused batch; False when there is nothing to start."""
        if self.state is MillState.RUNNING:
            return True
        if not self.startable or self.interlock:
            return False
        self._enter(MillState.RUNNING)
        return True

    def pause(self) -> None:
        """Stops the motor if it turns; the batch stays in the mill."""
        if self.state is MillState.RUNNING:
            self._enter(MillState.PAUSED)

    def set_remote(self, on: bool) -> None:
        """The PLC's commands instead of the crew's habit, or back."""
        self.remote = on
        self._event = self._next_event()

    def set_local(self, on: bool) -> None:
        """The key at the mill: commands of the PLC are ignored."""
        self.local = on
        self._event = self._next_event()

    def set_interlock(self, on: bool) -> None:
        """A tripped interlock stops the motor and keeps it from starting."""
        self.interlock = on
        if on:
            self.pause()
        self._event = self._next_event()

    @property
    def startable(self) -> bool:
        """Whether a batch is in the mill that waits for the motor."""
        return self.state in (MillState.CHARGED, MillState.PAUSED)

    def flow(self) -> Flow:
        """Power and energy at the instant to which the mill was advanced."""
        return self._load.flow()

    def report(self) -> MillReport:
        """All that there is to know at that instant."""
        flow = self.flow()
        return MillReport(
            machine=self.spec.id,
            t_ms=self._t_ms,
            state=self.state,
            batch=self._batch.id if self._batch else "",
            done_min=self._run_ms() / MINUTE_MS,
            power_kw=flow.power_kw,
            energy_kwh=flow.energy_kwh,
            starts_count=self.starts_count,
            remote=self.remote,
            local=self.local,
            interlock=self.interlock,
        )

    def _run_ms(self) -> int:
        turning_ms = self._t_ms - self._since_ms if self.state is MillState.RUNNING else 0
        return self._done_ms + turning_ms

    def _enter(self, state: MillState) -> None:
        """Into the next state at this instant, with what that does to the batch and to the power."""
        self._done_ms = self._run_ms()
        self._since_ms = self._t_ms
        if state is MillState.CHARGING:
            self._batch = self._waiting.popleft()
            self._done_ms = 0
        elif state is MillState.RUNNING:
            self.starts_count += 1
        elif state is MillState.EMPTY:
            self._batch = None
            self._done_ms = 0
        self.state = state
        self._follow_curve()
        self._event = self._next_event()

    def _follow_curve(self) -> None:
        if self.state is MillState.RUNNING and self._batch is not None:
            level = batch_level(self._seed, self._batch.id)
            curve = running_curve(
                self.spec, level, self._seed, self._t_ms, self._done_ms, self._batch.running_ms
            )
        elif self.state in (MillState.CHARGING, MillState.DISCHARGING):
            curve = aux_curve(self.spec, self._seed)
        else:
            curve = standby_curve(self.spec, self._seed)
        self._load.follow(curve, self._t_ms)

    def _next_event(self) -> Event | None:
        """What happens next by itself, and when."""
        since_ms, spec = self._since_ms, self.spec
        match self.state:
            case MillState.EMPTY:
                if not self._waiting:
                    return None
                return max(self._t_ms, self._waiting[0].charge_ms), MillState.CHARGING
            case MillState.CHARGING:
                return since_ms + spec.charging_min * MINUTE_MS, MillState.CHARGED
            case MillState.CHARGED | MillState.PAUSED:
                return self._crew_start()
            case MillState.RUNNING:
                return self._stop()
            case MillState.DONE:
                return since_ms + spec.discharge_delay_min * MINUTE_MS, MillState.DISCHARGING
            case MillState.DISCHARGING:
                return since_ms + spec.discharging_min * MINUTE_MS, MillState.EMPTY

    def _crew_start(self) -> Event | None:
        if self._batch is None or self.remote or self.local or self.interlock:
            return None
        start_ms = max(self._t_ms, self._batch.habit_ms)
        for begins_ms, ends_ms in self._batch.pauses_ms:
            if begins_ms <= start_ms < ends_ms:
                start_ms = ends_ms
        return start_ms, MillState.RUNNING

    def _stop(self) -> Event | None:
        if self._batch is None:
            return None
        done_ms = self._since_ms + self._batch.running_ms - self._done_ms
        if not (self.remote or self.local):
            for begins_ms, ends_ms in self._batch.pauses_ms:
                if self._t_ms < ends_ms and begins_ms < done_ms:
                    return max(self._t_ms, begins_ms), MillState.PAUSED
        return done_ms, MillState.DONE


def mill_batches(scenario: Scenario, machine: str, batches: Iterable[ScenarioBatch]) -> list[MillBatch]:
    """The batches of one mill, in UTC ms."""
    return [
        MillBatch(
            id=batch.id,
            charge_ms=scenario.minute_ms(batch.charge),
            habit_ms=scenario.minute_ms(batch.habit_start),
            running_ms=batch.running_min * MINUTE_MS,
            pauses_ms=tuple(
                (scenario.minute_ms(begins), scenario.minute_ms(ends)) for begins, ends in batch.habit_pauses
            ),
        )
        for batch in batches
        if batch.machine == machine
    ]


def _charge_ms(batch: MillBatch) -> int:
    return batch.charge_ms
