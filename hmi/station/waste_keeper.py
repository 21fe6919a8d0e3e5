"""What is wasted while nobody looks: idling, over-running, and what leaks when nothing runs; by meters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from devices.clock import Clock
from devices.profile import Quantity
from hmi.plant import MeterSpec, Plant
from hmi.station.facts import Facts
from hmi.station.finding_keeper import FindingKeeper
from hmi.station.machine_twin import MachineTwin
from hmi.station.meter_record import meter_record
from hmi.store.database import Store
from hmi.store.readings import series
from hmi.store.records import MachineState
from hmi.store.status import state_spans
from solver.durations import DAY_MS, MINUTE_MS
from solver.energy import minute_energy
from solver.layout import Floats
from solver.tariff import PriceGrid, Tariff, price_grid
from solver.twin.findings import Finding, FindingKind
from solver.twin.waste import LEAK_MIN, Waste, leak_flow, over_run_kwh, waste_of

LOOK_MS = 15 * MINUTE_MS
LOOK_REAL_S = 1.0
AT_ONCE = 4  # machines a turn: what is looked up must not hold the readings up
LEAST_IDLE_MIN = 30  # in a day, before it is told
LEAST_IDLE_SHARE = 0.01  # of what the machine used in that day, at least of a batch: a day begins with little
LEAST_LEARNED = 5  # batches, before one is held to run too long
MOST_UNSEEN_MIN = 20.0  # of a batch that may run too long: in more it may have ended and another begun
LEAK_WINDOW_MS = 2 * DAY_MS


@dataclass(slots=True)
class _Machine:
    """What was seen of one machine: until when it was looked at, and its idling and use of the last day."""

    looked_ms: int
    idle: list[tuple[int, int, int, Waste]] = field(default_factory=list)  # until when, since, minutes, what
    used: list[tuple[int, float]] = field(default_factory=list)  # until when, kWh
    over: tuple[int, float, float] = (0, 0.0, 0.0)  # batch's start, kWh beyond, money


class WasteKeeper:
    """Looks at every machine once in a quarter of an hour, at a few of them a turn."""

    def __init__(
        self,
        store: Store,
        plant: Plant,
        tariff: Tariff,
        facts: Facts,
        twins: Mapping[str, MachineTwin],
        findings: FindingKeeper,
        clock: Clock,
    ) -> None:
        self._store = store
        self._plant = plant
        self._facts = facts
        self._twins = twins
        self._findings = findings
        self._clock = clock
        self._tariff = tariff
        now_ms = clock.now_ms()
        self._machines = {machine: _Machine(now_ms - now_ms % MINUTE_MS) for machine in twins}
        self._flows = [meter for meter in plant.meters if not meter.measures]
        self._leaks_ms = now_ms
        self._next_s = -math.inf

    def step(self) -> None:
        """Looks at what is due; raises StoreError."""
        now_s = self._clock.monotonic_s()
        if now_s < self._next_s:
            return
        now_ms = self._clock.now_ms()
        now_ms -= now_ms % MINUTE_MS
        due = [name for name, known in self._machines.items() if now_ms - known.looked_ms >= LOOK_MS]
        for machine in due[:AT_ONCE]:
            self._look(machine, now_ms)
        if len(due) <= AT_ONCE:
            self._next_s = now_s + LOOK_REAL_S
        if self._flows and now_ms - self._leaks_ms >= LOOK_MS:
            self._leaks_ms = now_ms
            self._findings.note(self._leaks(now_ms))

    def _look(self, machine: str, now_ms: int) -> None:
        known, meter = self._machines[machine], self._facts.meter_of(machine)
        if meter is None:
            return
        # So much before and after, so that the first and the last minute lie between readings.
        reach_ms = max(5 * MINUTE_MS, round(2500 * meter.poll_s))
        until_ms = now_ms - reach_ms // MINUTE_MS * MINUTE_MS
        from_ms, known.looked_ms = max(known.looked_ms, until_ms - DAY_MS), max(known.looked_ms, until_ms)
        minutes = (until_ms - from_ms) // MINUTE_MS
        if minutes <= 0 or not self._facts.meter_is_fresh(machine, now_ms):
            return  # while its meter is bad nothing is found
        times_ms, power_kw, register_kwh = meter_record(self._store, meter, from_ms - reach_ms, now_ms + 1)
        energy = minute_energy(
            times_ms, power_kw, register_kwh, start_ms=from_ms, minutes=minutes, gap_ms=reach_ms
        )
        kwh = np.where(energy.covered, energy.kwh, np.nan)
        prices = price_grid(self._tariff, from_ms, minutes, self._plant.zone)
        idle = self._minutes_in(machine, MachineState.IDLING, from_ms, minutes)
        names = [prices.band_names[band] for band in prices.band.tolist()]
        known.used.append((now_ms, float(np.nansum(kwh))))
        if idle.any():
            since_ms = from_ms + int(np.argmax(idle)) * MINUTE_MS
            waste = waste_of(kwh, idle, names, prices.price_per_kwh)
            known.idle.append((now_ms, since_ms, int(idle.sum()), waste))
        known.used = [each for each in known.used if each[0] > now_ms - DAY_MS]
        known.idle = [each for each in known.idle if each[0] > now_ms - DAY_MS]
        found = [self._idling(machine, known, now_ms), self._over_running(machine, known, prices, now_ms)]
        self._findings.note([each for each in found if each is not None])

    def _minutes_in(
        self, machine: str, state: MachineState, from_ms: int, minutes: int
    ) -> npt.NDArray[np.bool_]:
        inside = np.zeros(minutes, dtype=bool)
        for span in state_spans(self._store, machine, from_ms, from_ms + minutes * MINUTE_MS):
            if span.state is state:
                first = max(0, (span.start_ms - from_ms) // MINUTE_MS)
                last = minutes if span.end_ms is None else max(0, (span.end_ms - from_ms) // MINUTE_MS)
                inside[first:last] = True
        return inside

    def _idling(self, machine: str, known: _Machine, now_ms: int) -> Finding | None:
        minutes = sum(each[2] for each in known.idle)
        wastes = [each[3] for each in known.idle]
        kwh = sum(waste.kwh for waste in wastes)
        used = max(sum(each[1] for each in known.used), self._twins[machine].belief.median_kwh)
        if minutes < LEAST_IDLE_MIN or kwh < LEAST_IDLE_SHARE * used or kwh <= 0:
            return None
        if known.idle[-1][0] != now_ms:
            return None  # it stands as it was
        return Finding(
            machine,
            FindingKind.IDLING,
            now_ms,
            known.idle[0][1],
            amount=kwh,
            usual=0.0,
            values=(float(minutes),),
            money=sum(waste.money for waste in wastes),
            bands=_summed(wastes),
        )

    def _over_running(self, machine: str, known: _Machine, prices: PriceGrid, now_ms: int) -> Finding | None:
        """A batch that used more than 99 of 100 such batches; its money by the price while it did."""
        twin = self._twins[machine]
        now = twin.under_way
        if now is None or twin.belief.seen < LEAST_LEARNED:
            return None
        if not now.start_seen or now.unseen_min >= MOST_UNSEEN_MIN:
            return None  # it may be two batches
        start_ms, before_kwh, money = (
            known.over if known.over[0] == now.start_ms else (now.start_ms, 0.0, 0.0)
        )
        over_kwh = over_run_kwh(twin.belief, now.energy_kwh)
        money += max(0.0, over_kwh - before_kwh) * float(np.mean(prices.price_per_kwh))
        known.over = (start_ms, over_kwh, money)
        if over_kwh <= before_kwh:
            return None
        return Finding(
            machine,
            FindingKind.OVER_RUNNING,
            now_ms,
            start_ms,
            amount=over_kwh,
            usual=twin.belief.median_kwh,
            batches_ms=(start_ms,),
            values=(now.energy_kwh,),
            money=money,
        )

    def _leaks(self, now_ms: int) -> list[Finding]:
        """Of the meters of air, water and gas, while every machine stands and is seen to."""
        if not all(self._facts.meter_is_fresh(machine, now_ms) for machine in self._twins):
            return []
        from_ms, minutes = now_ms - LEAK_WINDOW_MS, LEAK_WINDOW_MS // MINUTE_MS
        running = np.zeros(minutes, dtype=bool)
        for machine in self._twins:
            running |= self._minutes_in(machine, MachineState.RUNNING, from_ms, minutes)
        found = [self._leak(meter, running, from_ms, now_ms) for meter in self._flows]
        return [each for each in found if each is not None]

    def _leak(
        self, meter: MeterSpec, running: npt.NDArray[np.bool_], from_ms: int, now_ms: int
    ) -> Finding | None:
        minutes = len(running)
        flow = self._flow(meter, from_ms, minutes)
        lost = leak_flow(flow, running)
        if lost is None:
            return None
        stands = minutes - 1 - int(np.flatnonzero(running)[-1])
        usual = float(np.median(flow[running & np.isfinite(flow)]))
        since_ms = now_ms - max(stands, LEAK_MIN) * MINUTE_MS
        return Finding(meter.id, FindingKind.LEAK, now_ms, since_ms, amount=lost, usual=usual)

    def _flow(self, meter: MeterSpec, from_ms: int, minutes: int) -> Floats:
        """The flow in each minute, m³/h or pulses an hour, NaN where it was not read."""
        edges_ms = from_ms + MINUTE_MS * np.arange(minutes + 1, dtype=np.int64)
        for quantity in (Quantity.FLOW, Quantity.VOLUME, Quantity.PULSES_1):
            read = series(self._store, f"{meter.id}.{quantity}", from_ms, int(edges_ms[-1]))
            good = np.isfinite(read.value)
            times_ms, values = read.t_ms[good], read.value[good]
            if len(times_ms) < 2:
                continue
            if quantity is Quantity.FLOW:
                flow: Floats = np.interp(edges_ms[:-1] + MINUTE_MS // 2, times_ms, values)
            else:
                flow = 60.0 * np.diff(np.interp(edges_ms, times_ms, values))
            after = np.searchsorted(times_ms, edges_ms[:-1], side="right")
            near = np.clip(after, 1, len(times_ms) - 1)
            apart = times_ms[near] - times_ms[near - 1]
            known = (after > 0) & (after < len(times_ms)) & (apart <= max(5 * MINUTE_MS, 3000 * meter.poll_s))
            return np.where(known, flow, np.nan)
        return np.full(minutes, np.nan)


def _summed(wastes: list[Waste]) -> tuple[tuple[str, float, float], ...]:
    """Waste by tariff band, kWh and money."""
    bands: dict[str, tuple[float, float]] = {}
    for waste in wastes:
        for name, kwh, money in waste.by_band:
            before = bands.get(name, (0.0, 0.0))
            bands[name] = before[0] + kwh, before[1] + money
    return tuple((name, kwh, money) for name, (kwh, money) in bands.items())
