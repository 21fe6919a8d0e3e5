"""The shapes of the machines' batches, as a template for the next; kept in the store."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hmi.plant import Plant
from hmi.station.meter_record import meter_record
from hmi.store.database import Store
from hmi.store.findings import save_shapes, shapes
from hmi.store.records import Cycle, MachineState
from hmi.store.status import state_spans
from solver.durations import MINUTE_MS
from solver.layout import Floats
from solver.twin.findings import Finding, FindingKind
from solver.twin.waste import odd_minutes, shape_of

MOST_SHAPES = 30
LEAST_SEEN = 0.98  # of a batch's running minutes


class ShapeKeeper:
    """One template a machine, of its last batches."""

    def __init__(self, store: Store, plant: Plant) -> None:
        self._store = store
        self._plant = plant

    def take(self, cycle: Cycle, *, again: bool = False) -> Finding | None:
        """Looks at a finished batch and remembers its shape; what is odd of it. Raises StoreError.

        `again`: the last batch that was taken is this one, longer than it seemed.
        """
        minutes_kw = self._running_kw(cycle)
        if minutes_kw is None:
            return None
        shape, known = shape_of(minutes_kw), shapes(self._store, cycle.machine)
        if again:
            known = known[:-1]
        if not np.isfinite(shape).all():
            return None
        past = [np.array(each) for each in known]
        odd_min = odd_minutes(past, shape, len(minutes_kw))
        save_shapes(self._store, cycle.machine, [*known, shape.tolist()][-MOST_SHAPES:])
        if odd_min <= 0:
            return None
        usual_kw = float(np.mean(np.median(past, axis=0)))
        return Finding(
            cycle.machine,
            FindingKind.SHAPE,
            cycle.end_ms,
            cycle.start_ms,
            amount=odd_min,
            usual=usual_kw,
            batches_ms=(cycle.start_ms,),
            values=tuple(shape.tolist()),
        )

    def _running_kw(self, cycle: Cycle) -> Floats | None:
        """The mean power of each running minute, in their order; None where too little of it was read."""
        meter = self._plant.meter_of(cycle.machine)
        if meter is None or not cycle.complete:
            return None
        count = (cycle.end_ms - cycle.start_ms) // MINUTE_MS
        times_ms, power_kw, _ = meter_record(self._store, meter, cycle.start_ms, cycle.end_ms)
        good = np.isfinite(power_kw) & (times_ms >= cycle.start_ms)
        place = (times_ms[good] - cycle.start_ms) // MINUTE_MS
        inside = place < count
        seen = np.bincount(place[inside], minlength=count)
        total = np.bincount(place[inside], weights=power_kw[good][inside], minlength=count)
        every_min = max(1, round(meter.poll_s / 60.0))  # a meter that is read more seldom leaves minutes out
        mean: Floats = np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
        for _ in range(every_min - 1):
            mean[1:] = np.where(np.isnan(mean[1:]), mean[:-1], mean[1:])
        running = self._running(cycle, count)
        ran: Floats = mean[running]
        if not len(ran) or np.mean(np.isfinite(ran)) < LEAST_SEEN:
            return None
        return ran

    def _running(self, cycle: Cycle, count: int) -> npt.NDArray[np.bool_]:
        """Which minutes of a batch the machine ran, bool[count]."""
        running = np.zeros(count, dtype=bool)
        for span in state_spans(self._store, cycle.machine, cycle.start_ms, cycle.end_ms):
            if span.state is MachineState.RUNNING:
                from_min = max(0, -(-(span.start_ms - cycle.start_ms) // MINUTE_MS))
                to_ms = cycle.end_ms if span.end_ms is None else span.end_ms
                running[from_min : max(from_min, (to_ms - cycle.start_ms) // MINUTE_MS)] = True
        return running
