"""A clock that the test turns by hand, and the shipped scenario on its first day."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.clock import Clock
from devices.simulator.plant import SimulatedPlant
from devices.simulator.scenario import MINUTE_MS, Scenario, load_scenario

SCENARIO = Path(__file__).parents[3] / "resources" / "plants" / "company_x" / "scenario.toml"


class HandClock(Clock):
    """Plant time stands until the test sets it; real time passes as ever."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__()
        object.__setattr__(self, "hands", [scenario.minute_ms(0)])
        object.__setattr__(self, "scenario", scenario)

    def now_ms(self) -> int:
        return int(self.hands[0])  # type: ignore[attr-defined]

    def set_minute(self, minute: float) -> None:
        """Minutes after the midnight of day 0."""
        self.hands[0] = self.scenario.midnight_ms + round(minute * MINUTE_MS)  # type: ignore[attr-defined]


@pytest.fixture
def scenario() -> Scenario:
    return load_scenario(SCENARIO)


@pytest.fixture
def clock(scenario: Scenario) -> HandClock:
    return HandClock(scenario)


@pytest.fixture
def plant(scenario: Scenario, clock: HandClock) -> SimulatedPlant:
    return SimulatedPlant(scenario, clock)
