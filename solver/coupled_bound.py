"""The bound of a coupled search: it climbs with the prices of what is shared, then branches on the peak."""

from __future__ import annotations

import numpy as np

from solver.dual import DualBound
from solver.layout import Floats, Ints, Layout
from solver.peak_intervals import PeakIntervals
from solver.plant_tables import PlaceSet, PlantTables
from solver.search_run import ChunkPool, SearchRun

LEAST_CLIMBS, MOST_CLIMBS = 4, 10  # a round
CLIMBS_BEFORE_BRANCHING = 150
PROVEN_EVERY = 12  # climbs, for a proof takes long where batches pause
PLACES_PER_ROUND = 4_000_000  # that the bound looks at
CLIMBS_BEFORE_PLANS, PLANS_UNTIL, FEW_CLIMBS = 100, 30, 1  # then rounds go to plans first, up to this round,
MOST_WAITING = 1_000_000  # places, where a round is short


class CoupledBound:
    """Raises a run's bound; costs are above standing."""

    def __init__(
        self,
        layout: Layout,
        tables: PlantTables,
        places: PlaceSet,
        rough: PlaceSet,
        run: SearchRun,
        pool: ChunkPool,
    ) -> None:
        """Begins at no prices; `tables` are those of the machines alone, without what others take.

        It climbs on `rough`, some of the places or all of them, until it is asked to prove something.
        """
        self._layout, self._tables, self._places = layout, tables, places
        self._run, self._pool = run, pool
        self._dual = DualBound(tables, places, pool, rough=rough)
        self._intervals: PeakIntervals | None = None
        self._climbed = 0
        self._steps = min(MOST_CLIMBS, max(LEAST_CLIMBS, PLACES_PER_ROUND // max(1, len(places.start))))

    @property
    def steps(self) -> int:
        """Climbs in the next round: few while a round of trials lowers the plan by more than they raise this.

        That is from about the first fifth of a second to the end of the first: A_6x20 and 60 × 7 gain 2 and
        15 by 100 climbs then, 60 and 150 by as long a search for plans. What was left out is climbed later.
        """
        rounds, usual = self._run.iterations, self._steps
        if len(self._places.start) > MOST_WAITING or self._climbed < CLIMBS_BEFORE_PLANS:
            return usual
        if rounds < PLANS_UNTIL:
            return FEW_CLIMBS
        owed = CLIMBS_BEFORE_PLANS + usual * rounds - self._climbed
        return 2 * usual if owed > 0 else usual

    @property
    def moved_price(self) -> float:
        """What leaving the plan in force costs at its prices."""
        return self._dual.moved_price

    @property
    def peaks_kw(self) -> Floats:
        """The peaks of its averaged answer, of each demand charge."""
        return self._dual.peaks_kw

    @property
    def best_starts(self) -> Ints:
        """Where batches are in its best answer."""
        return self._dual.best_starts

    @property
    def promising(self) -> DualBound | None:
        """The part of the peak that it thinks most of; None before it branches."""
        return self._intervals.promising if self._intervals is not None else None

    def dearer(self, starts: Ints) -> Floats:
        """What each batch of a plan costs more than where the bound would have it, float64[B]."""
        part = self.promising
        return (self._dual if part is None else part).dearer(starts)

    def touch(self) -> None:
        """Runs each kernel once, so that all are compiled."""
        self._dual.climb(1.0)
        self._dual.prove()
        self._branched().climb(2.0)

    def climb(self, steps: int) -> bool:
        """Raises the bound; false where the run must end."""
        for _ in range(steps):
            if self._run.must_end():
                self.refine()
                return False
            known = self._run.best_cost if np.isfinite(self._run.best_cost) else self._guess()
            self._climbed += 1
            may_branch = self._climbed > CLIMBS_BEFORE_BRANCHING and not self._dual.needs_proof
            if may_branch and self._branched().parts:
                if not self._branched().climb(known):
                    return True
                self._run.raise_bound(self._branched().bound)
            elif not self._dual.settled:
                self._dual.climb(known)
                self._run.raise_bound(self._dual.bound)
                if self._climbed % PROVEN_EVERY == 0 and not self._dual.rough:
                    self.prove()
        return True

    def refine(self) -> None:
        """Proves what a rough climb has reached and goes on at all places."""
        self._dual.refine()
        self._run.raise_bound(self._dual.bound)

    def prove(self) -> None:
        """Proves what needs a proof of its own, unless the run must end."""
        if self._dual.needs_proof and not self._run.must_end():
            self._dual.prove()
            self._run.raise_bound(self._dual.bound)

    def _branched(self) -> PeakIntervals:
        if self._intervals is None:
            self._intervals = PeakIntervals(self._layout, self._tables, self._places, self._pool, self._dual)
        return self._intervals

    def _guess(self) -> float:
        """A cost to aim at while no plan is known."""
        bound = self._dual.top
        return bound + 0.02 * abs(bound) if np.isfinite(bound) else 0.0
