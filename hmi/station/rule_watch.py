"""Evaluates the alarm rules of the plant file on what the station reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from devices.line_events import MeterRead
from devices.profile import Quantity
from devices.reading import Quality, Reading
from hmi.demand import into_interval_ms
from hmi.plant import Plant
from hmi.plant_alarms import (
    AlarmRule,
    DemandRule,
    DeviationRule,
    FrozenRule,
    IdlingRule,
    LeakRule,
    LimitRule,
    OverrunRule,
    PointRule,
    RateRule,
    StaleRule,
)
from hmi.station.alarm_rules import Condition, Terms, terms_of_rule
from hmi.station.codes import AlarmKind
from hmi.station.facts import Facts
from hmi.station.point_trail import PointTrail
from hmi.store.database import Store
from hmi.store.records import Forecast, MachineState, MachineStatus
from hmi.store.status import forecast_at
from solver.durations import MINUTE_MS

CLEARS_AT = 0.8  # of what raises a rate or a deviation
OFF = (MachineState.SHUTDOWN, MachineState.STANDBY)

Finding = tuple[AlarmKind, str, bool | None, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a rule may look at beside readings: machines, the tariff's band, and the time."""

    statuses: Mapping[str, MachineStatus]
    band: str
    now_ms: int


class RuleWatch:
    """The rules of one plant; `note` takes every poll, `conditions` says what holds."""

    def __init__(self, store: Store, plant: Plant, facts: Facts) -> None:
        self._store = store
        self._plant = plant
        self._facts = facts
        self._rules: list[tuple[AlarmRule, Terms]] = [
            (rule, terms_of_rule(rule)) for rule in plant.alarms.rules
        ]
        self._trails: dict[str, PointTrail] = {}
        for rule in plant.alarms.rules:
            self._keep(rule)

    def note(self, read: MeterRead) -> None:
        """Remembers what rules look back on."""
        for reading in read.readings:
            trail = self._trails.get(reading.point)
            if trail is not None and reading.quality is not Quality.BAD:
                trail.add(reading)

    def conditions(self, moment: Moment) -> Iterator[Condition]:
        """What each rule says now."""
        for rule, terms in self._rules:
            kind, subject, holds, detail = self._look(rule, moment)
            state = self._state(rule, moment)
            by = state.value if state is not None and state.value in rule.suppressed_while else ""
            yield Condition(kind, subject, holds, detail, rule.id, terms, by)

    def _look(self, rule: AlarmRule, moment: Moment) -> Finding:
        match rule:
            case LimitRule():
                return self._limit(rule, moment)
            case RateRule():
                return self._rate(rule, moment)
            case StaleRule():
                return self._stale(rule, moment)
            case FrozenRule():
                return self._frozen(rule, moment)
            case DeviationRule():
                return self._deviation(rule, moment)
            case IdlingRule():
                return self._idling(rule, moment)
            case OverrunRule():
                return self._overrun(rule, moment)
            case LeakRule():
                return self._leak(rule, moment)
            case DemandRule():
                return self._demand(rule, moment)

    def _limit(self, rule: LimitRule, moment: Moment) -> Finding:
        kind, subject = AlarmKind.LIMIT, self._measured(rule.point)
        reading = self._fresh(rule.point, moment.now_ms)
        if reading is None:
            return kind, subject, None, {}
        value = reading.value
        is_above = rule.above is not None and value > rule.above
        is_below = rule.below is not None and value < rule.below
        holds: bool | None = is_above or is_below
        if not holds and not _is_inside(value, rule.above, rule.below, rule.deadband):
            holds = None
        detail: dict[str, object] = {
            "point": rule.point,
            "value": round(value, 3),
            "limit": rule.above if is_above else rule.below,
            "side": "above" if is_above else "below",
        }
        return kind, subject, holds, detail

    def _rate(self, rule: RateRule, moment: Moment) -> Finding:
        kind, subject = AlarmKind.RATE, self._measured(rule.point)
        moved = self._trails[rule.point].change(round(rule.over_min * MINUTE_MS))
        if moved is None or self._fresh(rule.point, moment.now_ms) is None:
            return kind, subject, None, {}
        change, took_ms = moved
        per_min = abs(change) / (took_ms / MINUTE_MS)
        detail: dict[str, object] = {
            "point": rule.point,
            "per_min": round(per_min, 3),
            "limit": rule.most_per_min,
        }
        return kind, subject, _held(per_min, rule.most_per_min, CLEARS_AT), detail

    def _stale(self, rule: StaleRule, moment: Moment) -> Finding:
        reading = self._facts.good.get(rule.point)
        last_ms = max(self._facts.started_ms, 0 if reading is None else reading.t_ms)
        minutes = (moment.now_ms - last_ms) / MINUTE_MS
        detail: dict[str, object] = {"point": rule.point, "minutes": round(minutes, 1)}
        return AlarmKind.STALE_VALUE, self._measured(rule.point), minutes > rule.after_min, detail

    def _frozen(self, rule: FrozenRule, moment: Moment) -> Finding:
        kind, subject, trail = AlarmKind.FROZEN_VALUE, self._measured(rule.point), self._trails[rule.point]
        if not trail.times_ms or moment.now_ms - trail.times_ms[-1] > trail.gap_ms:
            return kind, subject, None, {}  # not read is not frozen
        minutes = (trail.times_ms[-1] - trail.changed_ms) / MINUTE_MS
        detail: dict[str, object] = {
            "point": rule.point,
            "value": round(trail.values[-1], 3),
            "minutes": round(minutes, 1),
        }
        return kind, subject, minutes >= rule.after_min, detail

    def _deviation(self, rule: DeviationRule, moment: Moment) -> Finding:
        kind, trail = AlarmKind.DEVIATION, self._power(rule.machine)
        from_ms = moment.now_ms - round(rule.over_min * MINUTE_MS)
        said = forecast_at(self._store, rule.machine, from_ms - round(rule.ahead_min * MINUTE_MS))
        expected_kw = None if said is None else _expected(said, from_ms, moment.now_ms)
        power_kw = None if trail is None else trail.mean(from_ms, moment.now_ms)
        if expected_kw is None or power_kw is None:
            return kind, rule.machine, None, {}
        limit_kw = max(rule.most_share * expected_kw, rule.least_kw)
        detail: dict[str, object] = {
            "power_kw": round(power_kw, 1),
            "expected_kw": round(expected_kw, 1),
            "minutes": round(rule.over_min),
        }
        return kind, rule.machine, _held(abs(power_kw - expected_kw), limit_kw, CLEARS_AT), detail

    def _idling(self, rule: IdlingRule, moment: Moment) -> Finding:
        status = moment.statuses.get(rule.machine)
        idles = status is not None and status.state is MachineState.IDLING
        in_band = not rule.bands or moment.band in rule.bands
        minutes = (moment.now_ms - status.since_ms) / MINUTE_MS if status is not None and idles else 0.0
        power = self._facts.power_kw(rule.machine)
        detail: dict[str, object] = {
            "minutes": round(minutes),
            "power_kw": 0.0 if power is None else round(power.value, 2),
            "band": moment.band,
        }
        holds = None if status is None else idles and in_band and minutes > rule.after_min
        return AlarmKind.IDLING, rule.machine, holds, detail

    def _overrun(self, rule: OverrunRule, moment: Moment) -> Finding:
        status = moment.statuses.get(rule.machine)
        if status is None or status.state is MachineState.NO_DATA:
            return AlarmKind.OVERRUN, rule.machine, None, {}
        runs = status.state is MachineState.RUNNING
        minutes = (moment.now_ms - status.since_ms) / MINUTE_MS if runs else 0.0
        detail: dict[str, object] = {"minutes": round(minutes), "limit": rule.most_min}
        return AlarmKind.OVERRUN, rule.machine, minutes > rule.most_min, detail

    def _leak(self, rule: LeakRule, moment: Moment) -> Finding:
        kind, subject = AlarmKind.LEAK, self._plant.shopfloor
        states = [status.state for status in moment.statuses.values()]
        main = self._facts.power_kw(subject)
        if not states or MachineState.NO_DATA in states or main is None:
            return kind, subject, None, {}
        if not self._facts.meter_is_fresh(subject, moment.now_ms):
            return kind, subject, None, {}
        all_off = all(state in OFF for state in states)
        clears_kw = rule.above_kw - rule.deadband
        holds = all_off and (
            True if main.value > rule.above_kw else False if main.value <= clears_kw else None
        )
        return kind, subject, holds, {"power_kw": round(main.value, 1), "limit": rule.above_kw}

    def _demand(self, rule: DemandRule, moment: Moment) -> Finding:
        kind, subject = AlarmKind.DEMAND, self._plant.shopfloor
        trail, main = self._power(subject), self._facts.power_kw(subject)
        length_ms = rule.interval_min * MINUTE_MS
        elapsed_ms = into_interval_ms(self._plant.zone, moment.now_ms, length_ms)
        from_ms = moment.now_ms - elapsed_ms
        if trail is None or main is None or not self._facts.meter_is_fresh(subject, moment.now_ms):
            return kind, subject, None, {}
        if elapsed_ms < rule.after_min * MINUTE_MS:
            return kind, subject, None, {}
        so_far_kw = trail.mean(from_ms, moment.now_ms)
        if so_far_kw is None:
            return kind, subject, None, {}
        share = elapsed_ms / length_ms
        expected_kw = share * so_far_kw + (1 - share) * main.value
        detail: dict[str, object] = {
            "expected_kw": round(expected_kw, 1),
            "limit": rule.limit_kw,
            "minutes": round((length_ms - elapsed_ms) / MINUTE_MS),
        }
        return kind, subject, expected_kw > rule.limit_kw, detail

    def _keep(self, rule: AlarmRule) -> None:
        """Makes the trail that a rule looks back on, long enough for all rules of its point."""
        match rule:
            case RateRule():
                self._make_trail(rule.point, rule.over_min)
            case FrozenRule():
                self._make_trail(rule.point, 0.0)
            case DeviationRule():
                self._make_trail(self._power_point(rule.machine), rule.over_min)
            case DemandRule():
                self._make_trail(self._power_point(self._plant.shopfloor), rule.interval_min)

    def _make_trail(self, point: str, keep_min: float) -> None:
        meter = next((meter for meter in self._plant.meters if meter.id == point.partition(".")[0]), None)
        if meter is None:
            return
        known = self._trails.get(point)
        keep_ms = max(round(keep_min * MINUTE_MS), 0 if known is None else known.keep_ms)
        self._trails[point] = PointTrail(keep_ms, self._facts.silence_limit_ms(meter.poll_s))

    def _power(self, measured: str) -> PointTrail | None:
        return self._trails.get(self._power_point(measured))

    def _power_point(self, measured: str) -> str:
        meter = self._plant.meter_of(measured)
        return "" if meter is None else f"{meter.id}.{Quantity.POWER}"

    def _fresh(self, point: str, now_ms: int) -> Reading | None:
        """The last good reading of a point, if it is not too old."""
        reading = self._facts.good.get(point)
        meter = next(meter for meter in self._plant.meters if meter.id == point.partition(".")[0])
        limit_ms = self._facts.silence_limit_ms(meter.poll_s)
        return reading if reading is not None and abs(now_ms - reading.t_ms) <= limit_ms else None

    def _measured(self, point: str) -> str:
        """What a point's meter measures: a machine, the shop-floor, or nothing but itself."""
        meter_id = point.partition(".")[0]
        return next(meter.measures or meter.id for meter in self._plant.meters if meter.id == meter_id)

    def _state(self, rule: AlarmRule, moment: Moment) -> MachineState | None:
        """The state of the machine that a rule watches."""
        if isinstance(rule, PointRule):
            machine = self._measured(rule.point)
        elif isinstance(rule, DeviationRule | IdlingRule | OverrunRule):
            machine = rule.machine
        else:
            return None
        status = moment.statuses.get(machine)
        return None if status is None else status.state


def _held(value: float, limit: float, clears_at: float) -> bool | None:
    """True above the limit, False below a share of it, None in between."""
    return True if value > limit else False if value <= clears_at * limit else None


def _is_inside(value: float, above: float | None, below: float | None, deadband: float) -> bool:
    return (above is None or value <= above - deadband) and (below is None or value >= below + deadband)


def _expected(said: Forecast, from_ms: int, to_ms: int) -> float | None:
    """The mean that a forecast says for a stretch; None where it does not reach."""
    total = covered_ms = 0.0
    for index, power_kw in enumerate(said.power_kw):
        start_ms = said.start_ms + index * said.interval_ms
        overlap_ms = min(to_ms, start_ms + said.interval_ms) - max(from_ms, start_ms)
        if overlap_ms > 0:
            total += power_kw * overlap_ms
            covered_ms += overlap_ms
    return total / covered_ms if covered_ms >= 0.9 * (to_ms - from_ms) else None
