"""Judges what the meters say over time, and says when a meter is read wrongly or its counter began anew."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence

from devices.line_events import MeterOnLine, MeterRead, Misfit
from devices.meter_watch import CounterEvent, MeterWatch
from devices.reading import Quality, Reading, Reason
from devices.reconciliation import Finding, Verdict
from hmi.plant import Plant
from hmi.station.alarm_rules import Condition, quiet
from hmi.station.codes import AlarmKind
from hmi.store.database import Store
from hmi.store.status import save_setting, setting
from solver.durations import HOUR_MS

LOG = logging.getLogger(__name__)
SERIALS_SETTING = "meter_serials"
EVENT_HOLDS_MS = HOUR_MS  # plant time; the alarm then goes, and waits for an acknowledgement
COMPLAINTS = (Verdict.WRONG_FACTOR, Verdict.WRONG_SIGN, Verdict.WRONG_ORDER, Verdict.UNEXPLAINED)


class MeterKeeper:
    """One watch a meter; begins from what the store has of before."""

    def __init__(
        self, store: Store, plant: Plant, meters: Sequence[MeterOnLine], last: Iterable[Reading]
    ) -> None:
        self._store = store
        self._plant = plant
        found = setting(store, SERIALS_SETTING)
        self._serials: dict[str, str] = dict(found) if isinstance(found, dict) else {}
        self._unsaved = False
        self._stale: dict[str, int] = {}
        self._events: dict[str, CounterEvent] = {}
        self._models = {meter.id: f"{meter.profile.maker} {meter.profile.model}" for meter in meters}
        self._misfits: dict[str, Misfit | None] = {}  # of those that have answered
        self._watches = {meter.id: MeterWatch(meter, _rated_kw(plant, meter.id)) for meter in meters}
        known = list(last)
        for meter_id, watch in self._watches.items():
            own = [reading for reading in known if reading.point.partition(".")[0] == meter_id]
            watch.begin(own, self._serials.get(meter_id, ""))

    def judged(self, read: MeterRead) -> MeterRead:
        """The poll with every reading that does not fit marked as uncertain, with its reason."""
        watch = self._watches.get(read.meter)
        if watch is None:
            return read
        if read.serial and read.serial != self._serials.get(read.meter):
            self._serials[read.meter] = read.serial
            self._unsaved = True
        if any(reading.quality is not Quality.BAD for reading in read.readings):
            self._note_misfit(read)
        watched = watch.take(read)
        if any(reading.reason is Reason.STALE for reading in watched.read.readings):
            self._stale[read.meter] = self._stale.get(read.meter, 0) + 1
        for event in watched.events:
            self._events[read.meter] = event
        return watched.read

    def _note_misfit(self, read: MeterRead) -> None:
        misfit = read.misfit
        if misfit is not None and misfit != self._misfits.get(read.meter):
            LOG.warning(
                "%s: its profile is for %s, which says %s in %s; it %s.",
                read.meter,
                self._models[read.meter],
                misfit.expected,
                misfit.register,
                f"says {misfit.says}, and all it says is uncertain" if misfit.says else "says nothing there",
            )
        self._misfits[read.meter] = misfit

    def stale(self, meter: str) -> int:
        """How many polls of a meter gave values that had stopped moving."""
        return self._stale.get(meter, 0)

    def save(self) -> None:
        """Stores the meters' serial numbers where one is new."""
        if self._unsaved:
            save_setting(self._store, SERIALS_SETTING, self._serials, durable=False)
            self._unsaved = False

    def conditions(self, now_ms: int) -> Iterator[Condition]:
        """Meters that are read wrongly or are of another model, and counters that began anew of late."""
        for meter_id, watch in self._watches.items():
            yield self._misread(meter_id, watch.finding)
            yield self._other_model(meter_id)
            yield _changed(meter_id, self._events.get(meter_id), now_ms)

    def _misread(self, meter_id: str, finding: Finding | None) -> Condition:
        kind = AlarmKind.METER_MISREAD
        if finding is None or finding.verdict not in COMPLAINTS:
            return Condition(kind, meter_id, None) if finding is None else quiet(kind, meter_id)
        if self._may_export(meter_id, finding):
            return quiet(kind, meter_id)
        detail: dict[str, object] = {
            "reason": _reason(finding),
            "factor": _factor(finding),
            "energy_kwh": round(finding.counted_kwh, 2),
            "integral_kwh": round(finding.integral_kwh, 2),
        }
        return Condition(kind, meter_id, True, detail)

    def _other_model(self, meter_id: str) -> Condition:
        kind = AlarmKind.OTHER_MODEL
        if meter_id not in self._misfits:
            return Condition(kind, meter_id, None)
        misfit = self._misfits[meter_id]
        if misfit is None:
            return quiet(kind, meter_id)
        detail: dict[str, object] = {
            "reason": "other_model" if misfit.says else "model_not_told",
            "profile": self._models[meter_id],
            "register": misfit.register,
            "says": misfit.says or "–",
            "expected": misfit.expected,
        }
        return Condition(kind, meter_id, True, detail)

    def _may_export(self, meter_id: str, finding: Finding) -> bool:
        """A plant may feed in while its import counter stands; a machine may not."""
        is_main = any(
            meter.id == meter_id and meter.measures == self._plant.shopfloor for meter in self._plant.meters
        )
        return is_main and finding.verdict is Verdict.WRONG_SIGN and finding.factor > 0


def _changed(meter_id: str, event: CounterEvent | None, now_ms: int) -> Condition:
    kind = AlarmKind.COUNTER_CHANGED
    if event is None or abs(now_ms - event.t_ms) > EVENT_HOLDS_MS:
        return quiet(kind, meter_id)
    detail: dict[str, object] = {
        "reason": f"counter_{event.change}",
        "quantity": event.point.partition(".")[2],
        "before": round(event.before, 2),
        "after": round(event.after, 2),
    }
    return Condition(kind, meter_id, True, detail)


def _factor(finding: Finding) -> str:
    """Counted to computed energy as 40, 1/40 or -1; a dash where no factor is the mistake."""
    if finding.verdict not in (Verdict.WRONG_FACTOR, Verdict.WRONG_SIGN):
        return "–"
    size = abs(finding.factor)
    words = f"1/{1 / size:.4g}" if 0 < size < 1 else f"{size:.4g}"
    return f"-{words}" if finding.factor < 0 else words


def _reason(finding: Finding) -> str:
    if finding.verdict is Verdict.WRONG_ORDER and finding.order is not None:
        return f"wrong_order_{finding.order.quantity.value.partition('_')[0]}"
    return finding.verdict.value


def _rated_kw(plant: Plant, meter_id: str) -> float | None:
    """The most that what a meter measures draws for long; None where the plant file does not say."""
    measured = next((meter.measures for meter in plant.meters if meter.id == meter_id), "")
    if measured == plant.shopfloor:
        return plant.supply_kw
    machine = next((machine for machine in plant.machines if machine.id == measured), None)
    return None if machine is None else machine.rated_kw
