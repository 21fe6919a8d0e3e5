"""The checker's slow twin: one minute after the other, in plain Python, each rule as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import inf
from zoneinfo import ZoneInfo

from solver.check import Limit
from solver.limits import CrewShift
from solver.problem import BatchSpec, Machine, PlanProblem
from solver.tariff import PriceGrid

Span = tuple[int, int]
Starts = Mapping[str, Mapping[str, int]]
Pauses = Mapping[str, Mapping[str, Sequence[Span]]]


class SlowCheck:
    """What a plan costs and which kinds of limit it breaks."""

    def __init__(self, problem: PlanProblem, price: PriceGrid, starts: Starts, pauses: Pauses) -> None:
        self.problem, self.price, self.starts, self.pauses = problem, price, starts, pauses
        self.broken: set[Limit] = set()
        self.minutes = range(problem.horizon_min)
        self.kg = [self.carbon_at(t) for t in self.minutes]
        per_kg = problem.limits.carbon.price_per_kg if problem.limits.carbon else 0.0
        self.ranked = [float(price.price_per_kwh[t]) + per_kg * self.kg[t] for t in self.minutes]
        self.load = [0.0 for _ in self.minutes]
        self.running = {(m.id, b.id): self.running_minutes(m, b) for m in problem.machines for b in m.batches}
        for machine in problem.machines:
            self.walk(machine)
        self.night_hours = self.walk_crew()
        self.walk_load()
        self.walk_buffers()
        self.walk_starts()
        self.walk_distance()

    # What it costs

    def carbon_at(self, minute: int) -> float:
        carbon = self.problem.limits.carbon
        return carbon.kg_per_kwh[minute // carbon.interval_min] if carbon else 0.0

    @property
    def carbon_kg(self) -> float:
        return sum(self.load[t] / 60 * self.kg[t] for t in self.minutes)

    @property
    def cost_without_demand(self) -> float:
        limits = self.problem.limits
        energy = sum(self.load[t] / 60 * float(self.price.price_per_kwh[t]) for t in self.minutes)
        carbon = limits.carbon.price_per_kg * self.carbon_kg if limits.carbon else 0.0
        night = limits.crew.night.price_per_hour if limits.crew and limits.crew.night else 0.0
        return energy + carbon + night * self.night_hours + self.distance_cost

    @property
    def demand_cost(self) -> float:
        limits = self.problem.limits
        demand = limits.demand_price_per_kw * max([limits.peak_so_far_kw, *self.means(limits.interval_min)])
        for charge in self.price.demand:
            so_far = limits.peaks_so_far_kw.get(charge.name, limits.peak_so_far_kw)
            means = self.means(charge.window_min)
            counted = [mean for window, mean in enumerate(means) if charge.counts[window]]
            demand += charge.price_per_kw * max([charge.floor_kw, so_far, *counted])
        return demand

    def means(self, window: int) -> list[float]:
        parts = [self.load[t : t + window] for t in self.minutes[::window]]
        return [sum(part) / len(part) for part in parts]

    # Each machine

    def running_minutes(self, machine: Machine, batch: BatchSpec) -> list[int]:
        start = self.starts[machine.id][batch.id]
        paused = {t for a, b in self.pauses.get(machine.id, {}).get(batch.id, ()) for t in range(a, b)}
        minutes: list[int] = []
        t = start
        while len(minutes) < batch.duration_min:
            if t not in paused:
                minutes.append(t)
            t += 1
        if any(not start < t < minutes[-1] for t in paused):
            self.broken.add(Limit.PAUSE_AT_THE_EDGE)
        return minutes

    def end(self, machine: Machine, batch: BatchSpec) -> int:
        return self.running[machine.id, batch.id][-1] + 1

    def walk(self, machine: Machine) -> None:
        draws: dict[int, float] = {}
        order = list(machine.batches)
        if not machine.order_fixed:
            order.sort(key=lambda batch: self.starts[machine.id][batch.id])
        free_from = -inf
        for batch in order:
            start, end = self.starts[machine.id][batch.id], self.end(machine, batch)
            for done, t in enumerate(self.running[machine.id, batch.id]):
                power = batch.profile_kw[done] if batch.profile_kw else batch.power_kw or 0.0
                if t in draws and t in self.minutes:
                    self.broken.add(Limit.OVERLAP)
                if any(a <= t < b for a, b in machine.maintenance):
                    self.broken.add(Limit.MAINTENANCE)
                draws[t] = draws.get(t, 0.0) + power
            self.walk_window(machine, batch, start, end)
            if start < free_from + batch.gap_before_min:
                self.broken.add(Limit.GAP)
            free_from = end
        self.walk_fixed(machine)
        standing = self.standing(machine, draws)
        for t in self.minutes:
            self.load[t] += draws[t] if t in draws else standing[t]

    def walk_window(self, machine: Machine, batch: BatchSpec, start: int, end: int) -> None:
        spans = self.pauses.get(machine.id, {}).get(batch.id, ())
        if start < batch.earliest_min:
            self.broken.add(Limit.EARLIEST)
        if batch.due_min is not None and end > batch.due_min:
            self.broken.add(Limit.DUE)
        elif end > self.problem.horizon_min:
            self.broken.add(Limit.HORIZON)
        if any(b - a < batch.pauses.least_min for a, b in spans):
            self.broken.add(Limit.PAUSE_TOO_SHORT)
        if len(spans) > (0 if machine.fixed else batch.pauses.most):
            self.broken.add(Limit.TOO_MANY_PAUSES)

    def walk_fixed(self, machine: Machine) -> None:
        free_from = machine.sleep[0].up_min if machine.sleep else 0
        for index, batch in enumerate(machine.batches):
            place = max(batch.earliest_min, free_from + (batch.gap_before_min if index else 0))
            while any(
                a <= t < b for a, b in machine.maintenance for t in range(place, place + batch.duration_min)
            ):
                place += 1
            place = place if batch.now_min is None else batch.now_min
            if machine.fixed and self.starts[machine.id][batch.id] != place:
                self.broken.add(Limit.FIXED)
            free_from = place + batch.duration_min

    def standing(self, machine: Machine, draws: Mapping[int, float]) -> list[float]:
        if machine.sleep:
            load = self.asleep_and_awake(machine, draws)
            if load is not None:
                return load
            self.broken.add(Limit.SLEEP)
            return [inf for _ in self.minutes]
        options = [kw for kw in (machine.off_kw, machine.idle_kw) if kw is not None] or [0.0]
        load = [min(options) if self.ranked[t] >= 0 else max(options) for t in self.minutes]
        if machine.under_way is not None:
            load[: machine.under_way.ends_min] = [machine.under_way.power_kw] * machine.under_way.ends_min
        return load

    def asleep_and_awake(self, machine: Machine, draws: Mapping[int, float]) -> list[float] | None:
        """The cheapest way through the states awake, off, and so many minutes on the way down or up."""
        idle = machine.idle_kw if machine.idle_kw is not None else machine.off_kw or 0.0
        best: dict[tuple[str, int, int], tuple[float, list[float]]] = {("off", 0, 0): (0.0, [])}
        for t in self.minutes:
            best = self.without_time(machine, best)
            ahead: dict[tuple[str, int, int], tuple[float, list[float]]] = {}
            for (kind, which, left), (cost, load) in best.items():
                sleep = machine.sleep[which]
                if kind == "awake":
                    power, then = (0.0 if t in draws else idle), (kind, which, left)
                elif t in draws:
                    continue
                elif kind == "off":
                    power, then = sleep.off_kw, (kind, which, left)
                else:
                    power, then = (sleep.down_kw if kind == "down" else sleep.up_kw), (kind, which, left - 1)
                found = (cost + power * self.ranked[t], [*load, power])
                if then not in ahead or found[0] < ahead[then][0] - 1e-9:
                    ahead[then] = found
            best = ahead
        last = self.without_time(machine, best).get(("off", 0, 0))
        return last[1] if last else None

    @staticmethod
    def without_time(
        machine: Machine, best: dict[tuple[str, int, int], tuple[float, list[float]]]
    ) -> dict[tuple[str, int, int], tuple[float, list[float]]]:
        """What can be reached in no time: a way begins or has ended."""
        best = dict(best)
        changed = True
        while changed:
            changed = False
            for (kind, which, left), found in list(best.items()):
                if kind == "awake":
                    nexts = [("down", j, sleep.down_min) for j, sleep in enumerate(machine.sleep)]
                elif kind == "off":
                    nexts = [("up", which, machine.sleep[which].up_min)]
                elif left == 0:
                    nexts = [("off", which, 0) if kind == "down" else ("awake", 0, 0)]
                else:
                    nexts = []
                for then in nexts:
                    if then not in best or found[0] < best[then][0] - 1e-9:
                        best[then], changed = found, True
        return best

    # All machines together

    def local(self, minute: int) -> datetime:
        t_s = self.price.start_ms / 1000 + 60 * minute
        return datetime.fromtimestamp(t_s, ZoneInfo(self.problem.timezone))

    def walk_crew(self) -> float:
        crew = self.problem.limits.crew
        if crew is None:
            return 0.0
        night_minutes = 0
        for t in self.minutes:
            people = 0
            for machine in self.problem.machines:
                for batch in machine.batches:
                    start, end = self.starts[machine.id][batch.id], self.end(machine, batch)
                    people += crew.charge_people * (start - crew.charge_min <= t < start)
                    people += crew.discharge_people * (end <= t < end + crew.discharge_min)
            now = self.local(t)
            weekend = now.weekday() >= 5 and crew.weekend_shifts
            if people > people_at(crew.weekend_shifts if weekend else crew.shifts, now):
                self.broken.add(Limit.CREW)
            if crew.night:
                begins, ends, clock = crew.night.begins, crew.night.ends, now.strftime("%H:%M")
                within = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
                night_minutes += people * within
        return night_minutes / 60

    def walk_load(self) -> None:
        limits = self.problem.limits
        most = [limits.supply_kw] if limits.supply_kw is not None else []
        most += [limits.supply_kva * limits.power_factor] if limits.supply_kva is not None else []
        if most and max(self.load) > min(most) * (1 + 1e-6):
            self.broken.add(Limit.SUPPLY)
        energy = limits.interval_energy_kwh
        for t in self.minutes[:: limits.interval_min]:
            used = sum(self.load[t : t + limits.interval_min]) / 60
            if energy is not None and used > energy * (1 + 1e-6):
                self.broken.add(Limit.INTERVAL_ENERGY)

    def walk_buffers(self) -> None:
        for buffer in self.problem.limits.buffers:
            for t in range(self.problem.horizon_min + 1):
                level = buffer.start_level - buffer.drain_per_hour * t / 60
                for machine in self.problem.machines:
                    for batch in machine.batches:
                        if machine.id in buffer.filled_by and self.end(machine, batch) <= t:
                            level += batch.makes
                        if machine.id in buffer.emptied_by and self.starts[machine.id][batch.id] <= t:
                            level -= batch.takes
                if level < -1e-7:
                    self.broken.add(Limit.BUFFER_EMPTY)
                if buffer.capacity is not None and level > buffer.capacity + 1e-7:
                    self.broken.add(Limit.BUFFER_FULL)

    def walk_starts(self) -> None:
        rule = self.problem.limits.starts
        begun = [
            t
            for minutes in self.running.values()
            for t in minutes
            if t - 1 not in minutes and t in self.minutes
        ]
        for t in self.minutes:
            if rule and sum(t <= start < t + rule.within_min for start in begun) > rule.most:
                self.broken.add(Limit.STARTS)

    def walk_distance(self) -> None:
        rule, moved, far = self.problem.limits.distance, 0, 0
        for machine in self.problem.machines:
            for batch in machine.batches:
                if batch.now_min is not None:
                    by = abs(self.starts[machine.id][batch.id] - batch.now_min)
                    far += by
                    moved += by > 0 or bool(self.pauses.get(machine.id, {}).get(batch.id))
                    if rule and rule.most_min is not None and by > rule.most_min:
                        self.broken.add(Limit.MOVED_TOO_FAR)
        if rule and rule.most_batches is not None and moved > rule.most_batches:
            self.broken.add(Limit.TOO_MANY_MOVED)
        self.distance_cost = rule.price_per_hour * far / 60 if rule else 0.0


def people_at(shifts: Sequence[CrewShift], now: datetime) -> int:
    """The people of the last shift that has begun."""
    return [shift.people for shift in shifts if shift.at <= now.strftime("%H:%M")][-1]
