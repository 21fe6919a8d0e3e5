"""When something is wrong: each rule says holds, is over, or (in the deadband) neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hmi.plant import Plant
from hmi.station.codes import AlarmKind
from hmi.station.facts import Facts
from hmi.store.records import MachineState, MachineStatus
from solver.tariff import BandNow

MINUTE_MS = 60_000
SUPPLY_CLEARS_AT = 0.95  # share of the supply
SUM_TOLERANCE = 0.05  # of the mills' sum; the main meter also carries the other load, so only less is wrong
SUM_CLEARS_AT = 0.03
SUM_LEAST_KW = 5.0
LOAD_RAISES_AT = 0.95
LOAD_CLEARS_AT = 0.85


@dataclass(frozen=True, slots=True)
class RulesOfKind:
    """Priority (1 critical … 4 low), and how long a condition must hold, or be gone, to count; plant time."""

    priority: int
    on_delay_ms: int = 0
    off_delay_ms: int = 0


KINDS: Mapping[AlarmKind, RulesOfKind] = {
    AlarmKind.SUPPLY_EXCEEDED: RulesOfKind(1, 2 * MINUTE_MS, 5 * MINUTE_MS),
    AlarmKind.COMMAND_FAILED: RulesOfKind(1),
    AlarmKind.LINE_DOWN: RulesOfKind(2),
    AlarmKind.PLC_SILENT: RulesOfKind(2),
    AlarmKind.COMMAND_HELD: RulesOfKind(2),
    AlarmKind.START_NOT_SEEN: RulesOfKind(2, MINUTE_MS),
    AlarmKind.METER_SILENT: RulesOfKind(3),
    AlarmKind.IDLE_IN_PEAK: RulesOfKind(3),
    AlarmKind.BATCH_OVERDUE: RulesOfKind(3, 5 * MINUTE_MS, 5 * MINUTE_MS),
    AlarmKind.METER_MISREAD: RulesOfKind(3),
    AlarmKind.COUNTER_CHANGED: RulesOfKind(4),
    AlarmKind.METER_SUM_MISMATCH: RulesOfKind(4, 15 * MINUTE_MS, 15 * MINUTE_MS),
    AlarmKind.LINE_OVERLOADED: RulesOfKind(4, 10 * MINUTE_MS, 10 * MINUTE_MS),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a rule says of a subject: True holds, False is over, None is in between and changes nothing."""

    kind: AlarmKind
    subject: str
    holds: bool | None
    detail: dict[str, object] = field(default_factory=dict)


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
    """Meters and the PLC that do not answer although their line is there."""
    for meter in facts.plant.meters:
        since_ms = facts.meter_silent_since_ms(meter.id, now_ms)
        down = _is_down(facts, meter.line)
        yield Condition(
            AlarmKind.METER_SILENT, meter.id, since_ms is not None and not down, {"since_ms": since_ms or 0}
        )
    plc = facts.plant.plc
    if plc is not None:
        since_ms = facts.plc_silent_since_ms(now_ms)
        silent = since_ms is not None and not _is_down(facts, plc.line)
        yield Condition(AlarmKind.PLC_SILENT, plc.id, silent, {"since_ms": since_ms or 0})


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
        power = facts.power_kw(machine.id)
        yield Condition(
            AlarmKind.IDLE_IN_PEAK,
            machine.id,
            minutes > plant.rules.peak_idle_min,
            {
                "minutes": round(minutes),
                "power_kw": round(power.value, 2) if power is not None else 0.0,
                "band": band.name,
            },
        )
        yield Condition(
            AlarmKind.BATCH_OVERDUE, machine.id, status.overdue, {"end_ms": status.end_high_ms or 0}
        )


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
    readings = [
        facts.power_kw(machine.id) for machine in facts.plant.machines if facts.plant.meter_of(machine.id)
    ]
    fresh = [facts.meter_is_fresh(machine.id, now_ms) for machine in facts.plant.machines]
    if not all(fresh):
        return None
    return sum(reading.value for reading in readings if reading is not None)


def _is_down(facts: Facts, line: str) -> bool:
    return line in facts.lines and not facts.lines[line].connected
