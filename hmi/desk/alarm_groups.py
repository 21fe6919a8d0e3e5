"""Which alarms follow from which: what hangs on what failed, and in a flood everything after its first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hmi.plant import Plant
from hmi.station.codes import AlarmKind
from hmi.store.records import Alarm

CRITICAL = 1  # never hidden behind another
BEFORE_MS = 120_000  # a cause is often noticed a little later than what follows from it
CAUSES = (AlarmKind.LINE_DOWN, AlarmKind.LINE_OVERLOADED, AlarmKind.METER_SILENT, AlarmKind.PLC_SILENT)


def first_causes(alarms: Sequence[Alarm], plant: Plant, flood_from_ms: int | None) -> dict[str, str]:
    """For each alarm that follows from another the key of its first cause.

    A line, a meter or the PLC explains what hangs on it; the rest of a flood (from `flood_from_ms` on)
    follows from the flood's first alarm. Critical alarms stand for themselves.
    """
    upstream = _upstream(plant)
    failed = [alarm for alarm in alarms if alarm.kind in CAUSES and alarm.active]
    causes = {alarm.subject: alarm for alarm in sorted(failed, key=_earliest, reverse=True)}
    parents = {alarm.key: _cause(alarm, upstream, causes) for alarm in alarms if alarm.priority > CRITICAL}
    in_flood = [alarm for alarm in alarms if flood_from_ms is not None and alarm.raised_ms >= flood_from_ms]
    if in_flood:
        first = _root(parents, min(in_flood, key=_earliest).key)
        for alarm in in_flood:
            if alarm.priority > CRITICAL and parents.get(alarm.key) is None and alarm.key != first:
                parents[alarm.key] = first
    return {key: _root(parents, parent) for key, parent in parents.items() if parent is not None}


def _earliest(alarm: Alarm) -> tuple[int, int, str]:
    return (alarm.raised_ms, alarm.priority, alarm.key)


def _root(parents: Mapping[str, str | None], key: str) -> str:
    """The end of the chain of causes."""
    while (above := parents.get(key)) is not None:
        key = above
    return key


def _cause(alarm: Alarm, upstream: Mapping[str, Sequence[str]], causes: Mapping[str, Alarm]) -> str | None:
    for subject in _above(alarm.subject, upstream):
        cause = causes.get(subject)
        if cause is not None and cause.key != alarm.key and alarm.raised_ms >= cause.raised_ms - BEFORE_MS:
            return cause.key
    return None


def _above(subject: str, upstream: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What a thing hangs on, the farthest first."""
    for above in upstream.get(subject, ()):
        if above != subject:
            yield from _above(above, upstream)
        yield above


def _upstream(plant: Plant) -> dict[str, list[str]]:
    """Meter → line, PLC → line, machine or shop-floor → its meter."""
    found: dict[str, list[str]] = {meter.id: [meter.line] for meter in plant.meters}
    if plant.plc is not None:
        found[plant.plc.id] = [plant.plc.line]
    for meter in plant.meters:
        if meter.measures == meter.id:
            found[meter.id] = [meter.line, meter.id]
        else:
            found.setdefault(meter.measures, []).append(meter.id)
    return found
