"""What the station finds in finished batches, and how it judges its own forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.reading import Quality, Reading
from hmi.forecast_score import score
from hmi.plant import Plant
from hmi.plant_files import load_plant
from hmi.station.facts import Facts
from hmi.station.finding_keeper import FindingKeeper
from hmi.store.database import Store
from hmi.store.findings import findings
from hmi.store.readings import insert_readings
from hmi.store.records import Cycle, Forecast
from hmi.store.status import save_cycle, save_forecast
from solver.twin.findings import FindingKind

HOUR_MS = 3_600_000
START_MS = 1_457_913_600_000
