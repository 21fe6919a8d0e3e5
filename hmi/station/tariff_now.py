"""The tariff's band at this moment, looked up once a band."""

from __future__ import annotations

from hmi.plant import Plant
from solver.tariff import BandNow, Tariff, band_at


class TariffNow:
    """The tariff as it was at the station's start."""

    def __init__(self, plant: Plant, tariff: Tariff) -> None:
        self._tariff = tariff
        self._zone = plant.zone
        self._band: BandNow | None = None
        self._from_ms = 0

    def band(self, now_ms: int) -> BandNow:
        """The band in force."""
        if self._band is None or not self._from_ms <= now_ms < self._band.until_ms:
            self._band = band_at(self._tariff, now_ms, self._zone)
            self._from_ms = now_ms
        return self._band

    def peak_since_ms(self, now_ms: int) -> int | None:
        """Since when it is peak (at the earliest since the station's start); None outside a peak."""
        return self._from_ms if self.band(now_ms).is_peak else None
