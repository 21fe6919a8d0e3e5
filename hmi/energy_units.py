"""What batches of each machine and recipe took, in a time and in the baseline that the plant file names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hmi.batch_notes import with_notes
from hmi.plant import Plant
from hmi.store.batch_notes import batch_notes
from hmi.store.database import Store
from hmi.store.local_days import Day, day_of
from hmi.store.status import cycles
from solver.durations import DAY_MS
from solver.twin.batches import BatchQuality, BatchRecord
from solver.unit_consumption import UnitChange, unit_change

NOTED_BEFORE_MS = 7 * DAY_MS  # a batch that ended in the time may have begun and been noted before it


@dataclass(frozen=True, slots=True)
class UnitUse:
    """A machine's batches of one recipe ("" where nobody wrote one), by the batch and by the tonne."""

    machine: str
    recipe: str
    batches: int
    baseline_batches: int
    a_batch: UnitChange
    a_tonne: UnitChange
    tonnes: float


def ended_batches(store: Store, machine: str, from_ms: int, to_ms: int) -> Sequence[BatchRecord]:
    """The complete batches of a machine that ended in a time, with what was written of them."""
    ended = [one for one in cycles(store, machine, from_ms, to_ms) if one.complete and one.end_ms <= to_ms]
    return with_notes(ended, batch_notes(store, machine, from_ms - NOTED_BEFORE_MS, to_ms)).batches


def recipe_of(batch: BatchRecord) -> str:
    """The recipe that was written of a batch; "" where none was."""
    return "" if batch.entry is None else batch.entry.recipe or ""


def tonnes_of(batch: BatchRecord) -> float:
    """What was weighed; 0 where nothing was."""
    return 0.0 if batch.entry is None else batch.entry.tonnes or 0.0


def baseline_days(plant: Plant) -> Day | None:
    """From the beginning of the baseline's first day to the end of its last; None where there is none."""
    kept = plant.baseline
    if kept is None:
        return None
    first, last = (day_of(date.fromisoformat(day), plant.zone) for day in (kept.first_day, kept.last_day))
    return Day(first.from_ms, last.to_ms)


def load_units(store: Store, plant: Plant, ended: Mapping[str, Sequence[BatchRecord]]) -> tuple[UnitUse, ...]:
    """Of machines, by id, that ended a batch in a time, its batches beside the baseline's of the same recipe.

    A batch of which too much was not seen says nothing of what one takes, and is left out on both sides.
    """
    baseline = baseline_days(plant)
    found: list[UnitUse] = []
    for machine, batches in ended.items():
        now = _by_recipe(batches)
        before = {} if baseline is None else _by_recipe(ended_batches(store, machine, *baseline))
        found += [_unit_use(machine, recipe, now[recipe], before.get(recipe, [])) for recipe in sorted(now)]
    return tuple(found)


def _by_recipe(batches: Iterable[BatchRecord]) -> dict[str, list[BatchRecord]]:
    found: dict[str, list[BatchRecord]] = {}
    for batch in batches:
        if batch.quality is not BatchQuality.BAD:
            found.setdefault(recipe_of(batch), []).append(batch)
    return found


def _unit_use(
    machine: str, recipe: str, now: Sequence[BatchRecord], before: Sequence[BatchRecord]
) -> UnitUse:
    weighed, weighed_before = _weighed(now), _weighed(before)
    return UnitUse(
        machine,
        recipe,
        len(now),
        len(before),
        unit_change([(batch.energy_kwh, 1.0) for batch in now], [(one.energy_kwh, 1.0) for one in before]),
        unit_change(weighed, weighed_before),
        sum(tonnes for _, tonnes in weighed) if weighed else math.nan,
    )


def _weighed(batches: Iterable[BatchRecord]) -> list[tuple[float, float]]:
    return [(batch.energy_kwh, tonnes_of(batch)) for batch in batches if tonnes_of(batch) > 0]
