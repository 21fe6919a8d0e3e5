"""What was true then: the plant and the tariff that held at each time, as stations noted them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from devices.clock import Clock
from hmi.day_bands import band_spans, spans_in
from hmi.plant import Plant
from hmi.store import audit
from hmi.store.database import Store, StoreError, StoreFault
from hmi.store.local_days import Day
from hmi.store.plant_versions import (
    add_plant_version,
    digest_of,
    newest_plant_version,
    plant_version_ids,
    plant_versions,
)
from hmi.store.records import PlantVersion
from hmi.store.totals import Span
from solver.durations import MINUTE_MS
from solver.errors import TariffError
from solver.tariff import Tariff, price_grid

ALWAYS_MS = -(1 << 53)
_MOST_KEPT = 800


class Held(NamedTuple):
    """A plant with its tariff, and from when on it held."""

    from_ms: int
    plant: Plant
    tariff: Tariff


class PlantPast:
    """The plant at each time: the first noted speaks for what was before it, the present one where none was.

    Called with a local day it says the day's spans by band, as the store's totals want them.
    """

    def __init__(self, plant: Plant, tariff: Tariff) -> None:
        self._noted = 0
        self._held = [Held(ALWAYS_MS, plant, tariff)]
        self._spans: dict[Day, Sequence[Span]] = {}
        self._prices: dict[Day, dict[str, float]] = {}

    def refresh(self, store: Store) -> None:
        """Reads what was noted since; raises StoreError, also when it cannot be read."""
        noted = len(plant_version_ids(store))
        if noted != self._noted:
            self._noted, self._held = noted, held_steps(store)
            self._spans.clear()
            self._prices.clear()

    def read_ahead(self, days: Sequence[Day]) -> None:
        """Learns the spans and prices of days in order, a year in the time of a few single ones."""
        unknown = [day for day in days if day not in self._prices or day not in self._spans]
        if len(self._prices) + len(unknown) > _MOST_KEPT:
            self._spans.clear()
            self._prices.clear()
        for held, run in groupby(unknown, key=self._held_throughout):
            if held is not None:
                self._learn(held, list(run))

    def at(self, t_ms: int) -> Held:
        """What held at a time."""
        return next(held for held in reversed(self._held) if held.from_ms <= t_ms)

    def between(self, from_ms: int, to_ms: int) -> list[Held]:
        """What held in a stretch of time, in order."""
        ends = [*(held.from_ms for held in self._held[1:]), to_ms]
        pairs = zip(self._held, ends, strict=True)
        return [held for held, end in pairs if held.from_ms < to_ms and from_ms < end]

    def __call__(self, day: Day) -> Sequence[Span]:
        if day not in self._spans:
            if len(self._spans) >= _MOST_KEPT:
                self._spans.clear()
            self._spans[day] = [
                span
                for part, held in self._parts(day)
                for span in band_spans(held.tariff, held.plant.zone, *part)
            ]
        return self._spans[day]

    def prices(self, day: Day) -> dict[str, float]:
        """The mean price per kWh of each band in a day; nothing where the tariff has no schedule for it."""
        if day in self._prices:
            return self._prices[day]
        found: dict[str, list[NDArray[np.float64]]] = {}
        for part, held in self._parts(day):
            try:
                grid = price_grid(held.tariff, part.from_ms, _minutes(part), held.plant.zone)
            except TariffError:
                continue
            for band in np.unique(grid.band):
                found.setdefault(grid.band_names[int(band)], []).append(grid.price_per_kwh[grid.band == band])
        return {band: float(np.mean(np.concatenate(prices))) for band, prices in found.items()}

    def _held_throughout(self, day: Day) -> Held | None:
        held = self.between(*day)
        return held[0] if len(held) == 1 else None

    def _learn(self, held: Held, days: Sequence[Day]) -> None:
        """The days' spans and prices from one grid; without a price on one of them, each is on its own."""
        from_ms = days[0].from_ms
        try:
            grid = price_grid(held.tariff, from_ms, _minutes(Day(from_ms, days[-1].to_ms)), held.plant.zone)
        except TariffError:
            return
        for day in days:
            first, end = ((t_ms - from_ms) // MINUTE_MS for t_ms in day)
            price, band = grid.price_per_kwh[first:end], grid.band[first:end]
            self._spans[day] = spans_in(band, grid.band_names, day.from_ms)
            self._prices[day] = {
                grid.band_names[int(one)]: float(np.mean(price[band == one])) for one in np.unique(band)
            }

    def _parts(self, day: Day) -> list[tuple[Day, Held]]:
        """A day, cut where the plant became another."""
        held = self.between(*day)
        edges = [day.from_ms, *(each.from_ms for each in held[1:]), day.to_ms]
        return [(Day(a, b), each) for (a, b), each in zip(pairwise(edges), held, strict=True)]


def held_steps(store: Store) -> list[Held]:
    """What held when, in the order of time and without a gap; raises StoreError where it cannot be read."""
    steps: list[Held] = []
    for held in [_held(store, version) for version in plant_versions(store)]:
        # What was noted later wins, also where the clock had been ahead.
        steps = [*(step for step in steps if step.from_ms < held.from_ms), held]
    return [step._replace(from_ms=ALWAYS_MS) for step in steps[:1]] + steps[1:]


def note_plant(store: Store, plant: Plant, tariff: Tariff, clock: Clock) -> bool:
    """Notes what holds from now on, unless it held already; says whether it did. A change is in the audit."""
    with store.transaction():
        versions, now_ms = plant_versions(store), clock.now_ms()
        last = _held(store, versions[-1]) if versions else None
        if last is not None and (last.plant, last.tariff) == (plant, tariff):
            return False
        digest = add_plant_version(
            store,
            from_ms=now_ms // MINUTE_MS * MINUTE_MS,  # as bands begin
            wall_ms=clock.wall_ms(),
            plant=msgspec.json.encode(plant).decode(),
            tariff=msgspec.json.encode(tariff).decode(),
        )
        if versions:
            audit.append(
                store,
                t_ms=now_ms,
                wall_ms=clock.wall_ms(),
                actor="station",
                host="",
                action="note_plant",
                target="plant",
                before=_name(versions[-1].digest, versions[-1].id),
                after=_name(digest, versions[-1].id + 1),
            )
    return True


def is_in_force(store: Store, plant: Plant, tariff: Tariff) -> bool:
    """Whether the station that began last works with this; true where none has begun yet."""
    newest = newest_plant_version(store)
    if newest is None:
        return True
    held = _held(store, newest)
    return (held.plant, held.tariff) == (plant, tariff)


def version_fault(version: PlantVersion) -> str:
    """What is wrong with a version in a few words; "" when nothing is."""
    if version.digest != digest_of(version.plant, version.tariff):
        return "its digest is another"
    try:
        _decoded(version)
    except msgspec.MsgspecError as error:
        return f"it cannot be read: {error}"
    return ""


def _held(store: Store, version: PlantVersion) -> Held:
    try:
        return _decoded(version)
    except msgspec.MsgspecError as error:
        raise StoreError(
            StoreFault.DAMAGED,
            f"{store.path} is damaged: version {version.id} of the plant cannot be read ({error}); "
            "see `valleyline history check`, and put a backup in its place.",
        ) from error


def _decoded(version: PlantVersion) -> Held:
    plant = msgspec.json.decode(version.plant, type=Plant)
    return Held(version.from_ms, plant, msgspec.json.decode(version.tariff, type=Tariff))


def _minutes(part: Day) -> int:
    return (part.to_ms - part.from_ms) // MINUTE_MS


def _name(digest: str, version: int) -> str:
    return f"version {version}, SHA-256 {digest[:16]}"
