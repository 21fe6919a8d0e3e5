"""An island of the coupled search: a plan that is being improved beside others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.plant_kernel import PlantState


@dataclass(slots=True, eq=False)
class Island:
    """A plan that is being improved; its cost includes what it breaks."""

    state: PlantState
    cost: float = np.inf


def cost_of_island(island: Island) -> float:
    """What an island's plan costs, what it breaks included."""
    return island.cost
