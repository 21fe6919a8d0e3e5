"""When something is wrong: each rule says holds, is over, or (in the deadband) neither."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from hmi.plant import Plant
from hmi.plant_alarms import AlarmRule, KindTerms
from hmi.station.codes import AlarmKind
from hmi.station.facts import Facts
from hmi.store.records import Alarm, MachineState, MachineStatus
from solver.durations import HOUR_MS, MINUTE_MS
from solver.tariff import BandNow

SUPPLY_CLEARS_AT = 0.95  # share of the supply
SUM_TOLERANCE = 0.05  # of the mills' sum; the main meter also carries the other load, so only less is wrong
SUM_CLEARS_AT = 0.03
SUM_LEAST_KW = 5.0
LOAD_RAISES_AT = 0.95
LOAD_CLEARS_AT = 0.85
DISK_CLEARS_AT = 1.2  # of the room that there must be


@dataclass(frozen=True, slots=True)
class Terms:
    """Priority (1 critical … 4 low), how long a condition must hold, or be gone, to count (plant time).

    A latched alarm stands until somebody resets it. With a `count` above 1, a condition must come so often
    within `count_within_ms` before it is an alarm.
    """

    priority: int
    on_delay_ms: int = 0
    off_delay_ms: int = 0
    latched: bool = False
    count: int = 1
    count_within_ms: int = 10 * MINUTE_MS


RULE_KINDS = (
    AlarmKind.LIMIT,
    AlarmKind.RATE,
    AlarmKind.STALE_VALUE,
    AlarmKind.FROZEN_VALUE,
    AlarmKind.DEVIATION,
    AlarmKind.IDLING,
    AlarmKind.OVERRUN,
    AlarmKind.LEAK,
    AlarmKind.DEMAND,
)
OF_LINES = (AlarmKind.LINE_DOWN, AlarmKind.LINE_OVERLOADED)
OF_METERS = (
    AlarmKind.METER_SILENT,
    AlarmKind.METER_MISREAD,
    AlarmKind.OTHER_MODEL,
    AlarmKind.COUNTER_CHANGED,
)
KINDS: Mapping[AlarmKind, Terms] = {
    AlarmKind.SUPPLY_EXCEEDED: Terms(1, 2 * MINUTE_MS, 5 * MINUTE_MS),
    AlarmKind.COMMAND_FAILED: Terms(1),
    AlarmKind.LINE_DOWN: Terms(2),
    AlarmKind.PLC_SILENT: Terms(2),
    AlarmKind.COMMAND_HELD: Terms(2),
    AlarmKind.START_NOT_SEEN: Terms(2, MINUTE_MS),
    AlarmKind.METER_SILENT: Terms(3),
    AlarmKind.IDLE_IN_PEAK: Terms(3),
    AlarmKind.BATCH_OVERDUE: Terms(3, 5 * MINUTE_MS, 5 * MINUTE_MS),
    AlarmKind.PLAN_DEPARTED: Terms(3),
    AlarmKind.METER_MISREAD: Terms(3),
    AlarmKind.OTHER_MODEL: Terms(3),
    AlarmKind.COUNTER_CHANGED: Terms(4),
    AlarmKind.METER_SUM_MISMATCH: Terms(4, 15 * MINUTE_MS, 15 * MINUTE_MS),
    AlarmKind.LINE_OVERLOADED: Terms(4, 10 * MINUTE_MS, 10 * MINUTE_MS),
    AlarmKind.DISK_FULL: Terms(2),
    AlarmKind.CLOCK_LEAPT: Terms(2),
    **{kind: Terms(3) for kind in RULE_KINDS},  # their rules say otherwise
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a rule says of a subject: True holds, False is over, None is in between and changes nothing.

    `rule` is the id of a rule of the plant file, whose `terms` then count instead of the kind's.
    `suppressed_by` says why it is quiet by design: another alarm's key, or a machine's state.
    """

    kind: AlarmKind
    subject: str
    holds: bool | None
    detail: dict[str, object] = field(default_factory=dict)
    rule: str = ""
    terms: Terms | None = None
    suppressed_by: str = ""

    @property
    def key(self) -> str:
        """The key of its alarm."""
        return f"{self.kind}:{self.subject}:{self.rule}" if self.rule else f"{self.kind}:{self.subject}"


@cache
def quiet(kind: AlarmKind, subject: str) -> Condition:
    """A condition that does not hold; made once, for a thousand machines say so twice a second."""
    return Condition(kind, subject, False)


def terms_of_kinds(changed: Mapping[str, KindTerms]) -> dict[AlarmKind, Terms]:
    """The terms of the built-in kinds, as a plant file changes them."""
    return {kind: _changed(terms, changed.get(kind)) for kind, terms in KINDS.items()}


def terms_of_rule(rule: AlarmRule) -> Terms:
    """The terms of a rule of the plant file."""
    return Terms(
        rule.priority,
        round(1000 * rule.on_delay_s),
        round(1000 * rule.off_delay_s),
        rule.latched,
        rule.count,
        round(MINUTE_MS * rule.count_within_min),
    )


def _changed(terms: Terms, changed: KindTerms | None) -> Terms:
    if changed is None:
        return terms
    on_ms, off_ms = (
        known if given is None else round(1000 * given)
        for known, given in (
            (terms.on_delay_ms, changed.on_delay_s),
            (terms.off_delay_ms, changed.off_delay_s),
        )
    )
    return replace(
        terms,
        priority=changed.priority or terms.priority,
        on_delay_ms=on_ms,
        off_delay_ms=off_ms,
        latched=terms.latched if changed.latched is None else changed.latched,
    )


def line_conditions(facts: Facts) -> Iterator[Condition]:
    """Lines that are down or have more to read than they can."""
    for line_id, line in facts.lines.items():
        detail: dict[str, object] = {"sentence": line.sentence, "code": line.code}
        yield Condition(AlarmKind.LINE_DOWN, line_id, not line.connected, detail)
        if line.counters is not None:
            load, late_s = line.counters.figures.load, line.counters.figures.lateness_s
            holds = True if load >= LOAD_RAISES_AT else False if load < LOAD_CLEARS_AT else None
            yield Condition(
                AlarmKind.LINE_OVERLOADED,
                line_id,
                holds and line.connected,
                {"load": round(load, 3), "lateness_s": round(late_s, 3)},
            )


def silence_conditions(facts: Facts, now_ms: int) -> Iterator[Condition]:
    """Meters and the PLC that do not answer; a line that is down explains it for all that hang on it."""
    for meter in facts.plant.meters:
        yield _silence(
            AlarmKind.METER_SILENT, meter.id, facts.meter_silent_since_ms(meter.id, now_ms), facts, meter.line
        )
    plc = facts.plant.plc
    if plc is not None:
        yield _silence(AlarmKind.PLC_SILENT, plc.id, facts.plc_silent_since_ms(now_ms), facts, plc.line)


def disk_conditions(plant: Plant, free_mb: float) -> Iterator[Condition]:
    """A disk that has little room left for the database."""
    least_mb = plant.alarms.least_free_mb
    holds = True if free_mb < least_mb else False if free_mb > DISK_CLEARS_AT * least_mb else None
    detail: dict[str, object] = {"free_mb": round(free_mb), "least_mb": least_mb}
    yield Condition(AlarmKind.DISK_FULL, "disk", holds, detail)


def clock_conditions(leap_ms: int) -> Iterator[Condition]:
    """A machine whose clock leapt, so that the station goes on by its own time."""
    hours = round(leap_ms / HOUR_MS, 2)
    yield Condition(AlarmKind.CLOCK_LEAPT, "clock", leap_ms != 0, {"hours": hours})


def gone_conditions(alarms: Iterable[Alarm], plant: Plant, rules: Collection[str]) -> list[Condition]:
    """What still stood of machines, meters, lines and rules that the plant no longer has: it is over.

    `rules` are the keys of the alarms of the rules that there are.
    """
    lines, meters = {line.id for line in plant.lines}, {meter.id for meter in plant.meters}
    loads = {plant.shopfloor, "disk", "clock", *(machine.id for machine in plant.machines)}
    plcs = set() if plant.plc is None else {plant.plc.id}
    found = []
    for alarm in alarms:
        kind, rule = AlarmKind(alarm.kind), str(alarm.detail.get("rule", ""))
        there = lines if kind in OF_LINES else meters if kind in OF_METERS else loads
        there = plcs if kind is AlarmKind.PLC_SILENT else there
        if alarm.active and (alarm.key not in rules if rule else alarm.subject not in there):
            found.append(Condition(kind, alarm.subject, False, rule=rule))
    return found


def machine_conditions(
    plant: Plant,
    statuses: Mapping[str, MachineStatus],
    band: BandNow,
    peak_since_ms: int | None,
    facts: Facts,
    now_ms: int,
) -> Iterator[Condition]:
    """Machines that idle in the peak (since `peak_since_ms`), or whose batch takes too long."""
    for machine in plant.machines:
        status = statuses.get(machine.id)
        if status is None:
            continue
        minutes = 0.0
        if peak_since_ms is not None and status.state is MachineState.IDLING:
            minutes = (now_ms - max(status.since_ms, peak_since_ms)) / MINUTE_MS
        if minutes > plant.rules.peak_idle_min:
            power = facts.power_kw(machine.id)
            detail: dict[str, object] = {
                "minutes": round(minutes),
                "power_kw": round(power.value, 2) if power is not None else 0.0,
                "band": band.name,
            }
            yield Condition(AlarmKind.IDLE_IN_PEAK, machine.id, True, detail)
        else:
            yield quiet(AlarmKind.IDLE_IN_PEAK, machine.id)
        if status.overdue:
            yield Condition(AlarmKind.BATCH_OVERDUE, machine.id, True, {"end_ms": status.end_high_ms or 0})
        else:
            yield quiet(AlarmKind.BATCH_OVERDUE, machine.id)


def supply_conditions(facts: Facts, now_ms: int) -> Iterator[Condition]:
    """The supply exceeded, and a main meter that reads less than the meters behind it together."""
    plant = facts.plant
    main = facts.power_kw(plant.shopfloor)
    if main is None or not facts.meter_is_fresh(plant.shopfloor, now_ms):
        return
    if plant.supply_kw is not None:
        limit = plant.supply_kw
        holds = True if main.value > limit else False if main.value < SUPPLY_CLEARS_AT * limit else None
        detail: dict[str, object] = {"power_kw": round(main.value, 1), "supply_kw": limit}
        yield Condition(AlarmKind.SUPPLY_EXCEEDED, plant.shopfloor, holds, detail)
    sum_kw = _sum_of_mills(facts, now_ms)
    if sum_kw is not None:
        lacks_kw = sum_kw - main.value
        raises_at, clears_at = (max(share * sum_kw, SUM_LEAST_KW) for share in (SUM_TOLERANCE, SUM_CLEARS_AT))
        holds = True if lacks_kw > raises_at else False if lacks_kw <= clears_at else None
        detail = {"main_kw": round(main.value, 1), "sum_kw": round(sum_kw, 1)}
        yield Condition(AlarmKind.METER_SUM_MISMATCH, plant.shopfloor, holds, detail)


def _sum_of_mills(facts: Facts, now_ms: int) -> float | None:
    """None while a mill's meter is silent, for then nothing can be compared."""
    readings = [facts.power_kw(machine.id) for machine in facts.plant.machines if facts.meter_of(machine.id)]
    fresh = [facts.meter_is_fresh(machine.id, now_ms) for machine in facts.plant.machines]
    if not all(fresh):
        return None
    return sum(reading.value for reading in readings if reading is not None)


def _silence(kind: AlarmKind, subject: str, since_ms: int | None, facts: Facts, line: str) -> Condition:
    if since_ms is None:
        return quiet(kind, subject)
    is_down = line in facts.lines and not facts.lines[line].connected
    by = f"{AlarmKind.LINE_DOWN}:{line}" if is_down else ""
    return Condition(kind, subject, True, {"since_ms": since_ms}, suppressed_by=by)
