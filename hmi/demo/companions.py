"""The simulated plant and the station that run beside a demonstration's desk."""

from __future__ import annotations

from pathlib import Path

from devices.clock import Clock
from hmi.demo.world import SCENARIO_NAME
from hmi.interrupts import when_asked_to_end
from hmi.processes import Companion, start_companion, start_station


class Companions:
    """Started in order, ended in the reverse order."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._data_dir, self._clock = data_dir, clock
        self._running: list[Companion] = []
        self.complaint = ""  # the last words of one that ended by itself

    def start(self) -> None:
        """Starts the simulated plant, then the station."""
        self._running.append(start_companion("simulator", self._simulator_arguments(), self._data_dir))
        self._running.append(start_station(self._data_dir))

    def end(self) -> None:
        """Ends the station, then the plant; remembers which had ended already."""
        with when_asked_to_end(_let_be):
            for companion in reversed(self._running):
                if not companion.runs() and not self.complaint:
                    self.complaint = f"The {companion.name} ended by itself: {companion.last_words()}"
                companion.end()
            self._running.clear()

    def _simulator_arguments(self) -> list[str]:
        clock = self._clock
        return [
            "simulate",
            f"--data={self._data_dir}",
            f"--scenario={self._data_dir / SCENARIO_NAME}",
            f"--origin-wall-ms={clock.origin_wall_ms}",
            f"--origin-plant-ms={clock.origin_plant_ms}",
            f"--speed={clock.speed}",
        ]


def _let_be(_: int) -> None:
    """Whoever presses Ctrl+C once more would leave the companions behind."""
