"""What is kept of a batch that is over: what it took in each tariff band, its peak, its mean while it ran."""

from __future__ import annotations

import dataclasses

from devices.profile import Quantity
from hmi.machine_spans import machine_spans
from hmi.plant import Plant
from hmi.station.machine_twin import as_solved
from hmi.store.database import Store
from hmi.store.readings import series
from hmi.store.records import Cycle
from hmi.store.thinning import Series
from solver.durations import MINUTE_MS
from solver.energy import EnergyTotal
from solver.errors import TariffError
from solver.tariff import Tariff, price_grid
from solver.twin.batches import NO_BANDS, Bands, batch_record


class BatchRecords:
    """Completes batches by the states and the readings that the store holds of them."""

    def __init__(self, store: Store, plant: Plant, tariff: Tariff) -> None:
        self._store, self._plant = store, plant
        self._tariff = tariff

    def completed(self, cycle: Cycle, energy: EnergyTotal) -> Cycle:
        """The batch with its record; `energy` is what its machine used."""
        power = self._power(cycle)
        record = batch_record(
            as_solved(cycle),
            machine_spans(self._store, cycle.machine, cycle.start_ms, cycle.end_ms),
            energy,
            power.t_ms,
            power.value,
            self._bands(cycle, energy),
        )
        return dataclasses.replace(
            cycle,
            mean_kw=record.mean_kw,
            peak_kw=record.peak_kw if len(power.t_ms) else None,
            energy_by_band=dict(record.energy_by_band_kwh),
        )

    def _power(self, cycle: Cycle) -> Series:
        meter = self._plant.meter_of(cycle.machine)
        assert meter is not None
        return series(self._store, f"{meter.id}.{Quantity.POWER}", cycle.start_ms, cycle.end_ms)

    def _bands(self, cycle: Cycle, energy: EnergyTotal) -> Bands:
        """None where the tariff has no schedule, and where the energy is not remembered back to the start."""
        if not energy.times_ms or energy.times_ms[0] > cycle.start_ms:
            return NO_BANDS
        since_ms = cycle.start_ms // MINUTE_MS * MINUTE_MS
        minutes = -(-(cycle.end_ms - since_ms) // MINUTE_MS)
        try:
            grid = price_grid(self._tariff, since_ms, minutes, self._plant.zone)
        except TariffError:
            return NO_BANDS
        return Bands(since_ms, grid.band, grid.band_names)
