"""What batches took by recipe, as operators wrote it of them: energy, money and kWh a tonne."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hmi.batch_notes import with_notes
from hmi.plant_past import PlantPast
from hmi.store.batch_notes import batch_notes
from hmi.store.database import Store
from hmi.store.local_days import local_day
from hmi.store.status import cycles
from solver.twin.batches import BatchRecord

NOTED_BEFORE_MS = 7 * 86_400_000  # a batch that ended in the time may have begun and been noted before it


@dataclass(frozen=True, slots=True)
class Product:
    """The complete batches of one recipe; `recipe` is "" where nobody wrote one.

    `tonnes` are those of `weighed` batches, which took `weighed_kwh`. `cost` is NaN without a price.
    """

    recipe: str
    batches: int
    energy_kwh: float
    cost: float
    by_band_kwh: dict[str, float]
    weighed: int
    weighed_kwh: float
    tonnes: float


def load_products(
    store: Store, machines: Iterable[str], from_ms: int, to_ms: int, past: PlantPast
) -> list[Product]:
    """By recipe, those that took most first, of the batches that ended in a time; "" is the last."""
    found: dict[str, list[BatchRecord]] = {}
    for machine in machines:
        ended = [
            one for one in cycles(store, machine, from_ms, to_ms) if one.complete and one.end_ms <= to_ms
        ]
        noted = with_notes(ended, batch_notes(store, machine, from_ms - NOTED_BEFORE_MS, to_ms))
        for batch in noted.batches:
            recipe = "" if batch.entry is None else batch.entry.recipe or ""
            found.setdefault(recipe, []).append(batch)
    products = [_product(recipe, batches, past) for recipe, batches in found.items()]
    return sorted(products, key=lambda one: (not one.recipe, -one.energy_kwh))


def _product(recipe: str, batches: Sequence[BatchRecord], past: PlantPast) -> Product:
    by_band: dict[str, float] = {}
    for batch in batches:
        for band, kwh in batch.energy_by_band_kwh:
            by_band[band] = by_band.get(band, 0.0) + kwh
    weighed = [batch for batch in batches if batch.entry is not None and batch.entry.tonnes]
    return Product(
        recipe=recipe,
        batches=len(batches),
        energy_kwh=sum(batch.energy_kwh for batch in batches),
        cost=sum(_cost(batch, past) for batch in batches),
        by_band_kwh=by_band,
        weighed=len(weighed),
        weighed_kwh=sum(batch.energy_kwh for batch in weighed),
        tonnes=sum(batch.entry.tonnes or 0.0 for batch in weighed if batch.entry is not None),
    )


def _cost(batch: BatchRecord, past: PlantPast) -> float:
    """At the prices of the day on which it began; NaN where its bands are not known or have none."""
    if not batch.energy_by_band_kwh:
        return math.nan
    prices = past.prices(local_day(batch.start_ms, past.at(batch.start_ms).plant.zone))
    return sum(kwh * prices.get(band, math.nan) for band, kwh in batch.energy_by_band_kwh if kwh)
