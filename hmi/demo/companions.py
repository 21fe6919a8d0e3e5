"""The simulated plant and the station that run beside a demonstration's desk."""

from __future__ import annotations

from hmi.demo.world import DemoWorld
from hmi.interrupts import when_asked_to_end
from hmi.processes import Companion, start_companion, start_station


class Companions:
    """Started in order, ended in the reverse order."""

    def __init__(self, world: DemoWorld) -> None:
        self._world = world
        self._running: list[Companion] = []
        self.complaint = ""  # the last words of one that ended by itself

    def start(self) -> None:
        """Starts the simulated plant, then the station."""
        self._running.append(start_companion("simulator", self._simulator_arguments(), self._world.data_dir))
        self._running.append(start_station(self._world.data_dir))

    def end(self) -> None:
        """Ends the station, then the plant; remembers which had ended already."""
        with when_asked_to_end(_let_be):
            for companion in reversed(self._running):
                if not companion.runs() and not self.complaint:
                    self.complaint = f"The {companion.name} ended by itself: {companion.last_words()}"
                companion.end()
            self._running.clear()

    def _simulator_arguments(self) -> list[str]:
        clock, world = self._world.clock, self._world
        return [
            "simulate",
            f"--data={world.data_dir}",
            f"--scenario={world.scenario_path}",
            f"--origin-wall-ms={clock.origin_wall_ms}",
            f"--origin-plant-ms={clock.origin_plant_ms}",
            f"--speed={clock.speed}",
        ]


def _let_be(_: int) -> None:
    """Whoever presses Ctrl+C once more would leave the companions behind."""
