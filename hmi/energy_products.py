"""What batches took by recipe, as operators wrote it of them: energy, money, carbon and kWh a tonne."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hmi.energy_units import recipe_of, tonnes_of
from hmi.energy_uses import carbon_then
from hmi.plant import Plant
from hmi.plant_past import PlantPast
from hmi.store.local_days import local_day
from solver.twin.batches import BatchRecord


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
    carbon_kg: float = math.nan  # by the factor of the day on which each began


def products_of(plant: Plant, ended: Iterable[Sequence[BatchRecord]], past: PlantPast) -> list[Product]:
    """By recipe, those that took most first, of each machine's batches; "" is the last."""
    found: dict[str, list[BatchRecord]] = {}
    for batches in ended:
        for batch in batches:
            found.setdefault(recipe_of(batch), []).append(batch)
    products = [_product(plant, recipe, batches, past) for recipe, batches in found.items()]
    return sorted(products, key=lambda one: (not one.recipe, -one.energy_kwh))


def _product(plant: Plant, recipe: str, batches: Sequence[BatchRecord], past: PlantPast) -> Product:
    by_band: dict[str, float] = {}
    for batch in batches:
        for band, kwh in batch.energy_by_band_kwh:
            by_band[band] = by_band.get(band, 0.0) + kwh
    weighed = [batch for batch in batches if tonnes_of(batch) > 0]
    return Product(
        recipe=recipe,
        batches=len(batches),
        energy_kwh=sum(batch.energy_kwh for batch in batches),
        cost=sum(_cost(batch, past) for batch in batches),
        by_band_kwh=by_band,
        weighed=len(weighed),
        weighed_kwh=sum(batch.energy_kwh for batch in weighed),
        tonnes=sum(map(tonnes_of, weighed)),
        carbon_kg=sum(batch.energy_kwh * carbon_then(plant, batch.start_ms) for batch in batches),
    )


def _cost(batch: BatchRecord, past: PlantPast) -> float:
    """At the prices of the day on which it began; NaN where its bands are not known or have none."""
    if not batch.energy_by_band_kwh:
        return math.nan
    prices = past.prices(local_day(batch.start_ms, past.at(batch.start_ms).plant.zone))
    return sum(kwh * prices.get(band, math.nan) for band, kwh in batch.energy_by_band_kwh if kwh)
