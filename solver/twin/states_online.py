"""The forward filter of a learned model, reading by reading, with the moment at which a change began.

Plain Python on four states: a reading takes microseconds, and the station need not compile anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from solver.durations import MINUTE_MS
from solver.states import StateSettings, gap_limit_ms
from solver.twin.states_model import BINS, StateModel, steps_of

NEVER = -1e9
LAG_MS = 5 * MINUTE_MS  # a change is dated back by no more than this


def settings_of(model: StateModel, poll_ms: int) -> StateSettings:
    """The rules of a machine whose states were learned: thresholds, and how long running lasts at least."""
    standby, idling, running = model.thresholds_kw()
    return StateSettings(
        standby_from_kw=standby,
        idling_from_kw=idling,
        running_from_kw=running,
        poll_ms=poll_ms,
        gap_ms=gap_limit_ms(poll_ms),
        least_running_ms=int(model.least_ms[3]),
        least_other_ms=int(model.least_ms[0]),
    )


@dataclass(slots=True)
class StateFilter:
    """The belief in each state of LEVELS after the readings so far.

    Readings that come faster than the model's step say the less each: neighbours are not independent.
    """

    model: StateModel
    poll_ms: int
    belief: list[float] = field(init=False)
    _rows: list[list[float]] = field(init=False)  # log-emissions by bin
    _moves: list[list[float]] = field(init=False)
    _gain: list[float] = field(init=False)  # of each state over the likeliest since `_since_ms`
    _since_ms: list[int] = field(init=False)
    _state: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        weight = min(1.0, self.poll_ms / self.model.step_ms)
        logs = np.where(self.model.present[None, :], np.log(self.model.emission.T), NEVER)
        self._rows = (weight * logs).tolist()
        self._moves = steps_of(self.model, self.poll_ms)[0].tolist()
        self.belief = (self.model.present / self.model.present.sum()).tolist()
        self._gain = [0.0] * 4
        self._since_ms = [0] * 4

    def update(self, t_ms: int, power_kw: float) -> tuple[int, int]:
        """Takes a reading; returns the likeliest state, an index in LEVELS, and since when it was likelier.

        Without belief in a state before, it is since this reading.
        """
        row = self._rows[self._bin(power_kw)]
        before, moves = self.belief, self._moves
        logs = [
            (
                math.log(chance)
                if (chance := sum(b * m[k] for b, m in zip(before, moves, strict=True))) > 0
                else NEVER
            )
            + row[k]
            for k in range(4)
        ]
        top = max(logs)
        values = [math.exp(value - top) for value in logs]
        total = sum(values)
        self.belief = [value / total for value in values]
        return self._dated(t_ms, row)

    def _dated(self, t_ms: int, row: list[float]) -> tuple[int, int]:
        likeliest = self.belief.index(max(self.belief))
        if self._state < 0:
            self._state = likeliest
        for k in range(4):
            gain = self._gain[k] + row[k] - row[self._state]
            if gain <= 0 or self._gain[k] <= 0:
                self._since_ms[k] = t_ms
            self._gain[k] = max(0.0, gain)
        since_ms = max(self._since_ms[likeliest], t_ms - LAG_MS)
        if likeliest != self._state:
            self._state = likeliest
            self._gain = [0.0] * 4
        return likeliest, since_ms

    def _bin(self, power_kw: float) -> int:
        scale = self.model.scale
        z = math.log1p(max(power_kw, 0.0) / scale.p0_kw) / math.log1p(scale.top_kw / scale.p0_kw)
        return min(int(z * BINS), BINS - 1)
