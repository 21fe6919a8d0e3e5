"""The slow, obvious twin of trial_kernel.py: every trial re-prices the whole plant, minute by minute.

It draws the same random numbers in the same order, so that both must end with the same plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import inf

import numpy as np

from solver.couplings import Couplings
from solver.descent_kernel import Push
from solver.layout import Layout
from solver.plant_reference import Run, account_of, batches_of, breach_of, demand_cost_of
from solver.surcharge_reference import Penalties, surcharge_of, with_mean_powers
from solver.trial_kernel import LONGEST_ALIKE_MIN, MOST_ROUNDS, NOISY_MIN, STARTS_SHAKEN, TrialRule

WORD = 2**64


def uniforms(state: int) -> Iterator[float]:
    """SplitMix64 on whole numbers, each in [0, 1); the twin of random_kernel.next_uniform."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) % WORD
        mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % WORD
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % WORD
        yield ((mixed ^ (mixed >> 31)) >> 11) / 2**53


@dataclass(slots=True, eq=False)
class ReferenceTrials:
    """A plan on which trials are made; `places` has what each start of each batch costs alone."""

    layout: Layout
    couplings: Couplings
    places: list[dict[int, float]]
    starts: list[int]
    push: Push
    rule: TrialRule
    mean_price: float
    random: Iterator[float]
    order: list[int]  # of machines; a trial leaves those that it freed in front

    def run_of(self, b: int) -> Run:
        """The minutes in which batch b runs."""
        m, i = batches_of(self.layout)[b]
        return tuple(range(self.starts[b], self.starts[b] + int(self.layout.machines[m].duration[i])))

    def whole_cost(self) -> float:
        """What the plan costs above standing, what it breaks and what it moves."""
        runs = [self.run_of(b) for b in range(len(self.starts))]
        account = account_of(self.layout, self.couplings, runs)
        cost = demand_cost_of(self.couplings, account)
        cost += sum(own[start] for own, start in zip(self.places, self.starts, strict=True))
        cost += self.push.hard * breach_of(self.couplings, account)
        most = self.couplings.most_moved
        if most >= 0:
            cost += self.push.moved * account.moved + self.push.hard * max(0, account.moved - most)
        return cost

    def try_once(self) -> None:
        """Frees some batches, shakes them and lets them settle; goes back where that is dearer."""
        penalties = self.aim()
        length = self.rule.shortest_min + (self.rule.longest_min - self.rule.shortest_min) * next(self.random)
        reach = self.rule.to_min - self.rule.from_min + length / 2
        since = self.rule.from_min + next(self.random) * reach - length / 2
        freed = self.free(since, since + length)
        if not freed:
            return
        kept, before = self.starts[:], self.whole_cost()
        self.settle(freed, penalties)
        self.settle_apart(freed, penalties)
        after = self.whole_cost()
        patient = after - before <= self.rule.patience * next(self.random)
        if not patient or (after > before and after > self.rule.most_cost):
            self.starts = kept

    def aim(self) -> Penalties:
        """Each window's target, the lowest of the charges that look at it, and their prices."""
        account = account_of(self.layout, self.couplings, [self.run_of(b) for b in range(len(self.starts))])
        targets = []
        for part in self.couplings.demand:
            alone = replace(self.couplings, demand=(replace(part, price_per_kw=1.0),))
            peak = demand_cost_of(alone, account)
            if next(self.random) < self.rule.lower_chance:
                share = self.rule.lowest_share + (1.0 - self.rule.lowest_share) * next(self.random)
                peak = max(part.floor_kw, peak * share)
            targets.append(peak)
        target = [[inf] * len(caps) for caps in self.couplings.cap_kw]
        slope = [[0.0] * len(caps) for caps in self.couplings.cap_kw]
        softness = 10.0 ** (-self.rule.softest * next(self.random)) if targets else 0.0
        for part, aimed in zip(self.couplings.demand, targets, strict=True):
            for w in np.flatnonzero(part.counts):
                target[part.grid][w] = min(target[part.grid][w], aimed)
                slope[part.grid][w] += softness * part.price_per_kw
        return Penalties(
            np.concatenate(target), np.concatenate(slope), np.zeros(len(account.load)),
            self.push.hard, self.push.moved,
        )  # fmt: skip

    def free(self, since: float, to: float) -> list[list[int]]:
        """The batches of some machines, in the order drawn, whose middle lies in the stretch."""
        freed: list[list[int]] = []
        machines = len(self.order)
        for i in range(machines):
            if len(freed) == self.rule.most_machines:
                break
            drawn = i + int(next(self.random) * (machines - i))
            self._swap(i, drawn)
            inside = [b for b in self.batches(self.order[i]) if since <= self._middle(b) < to]
            if inside:
                self._swap(i, len(freed))
                freed.append(inside)
        return freed

    def batches(self, m: int) -> list[int]:
        """The places of machine m's batches."""
        return [b for b, (machine, _) in enumerate(batches_of(self.layout)) if machine == m]

    def _swap(self, i: int, j: int) -> None:
        self.order[i], self.order[j] = self.order[j], self.order[i]

    def _middle(self, b: int) -> float:
        return self.starts[b] + len(self.run_of(b)) / 2

    def settle(self, freed: list[list[int]], penalties: Penalties) -> None:
        """Some machines respond under noise, then all in turn until none wants to move."""
        shaken = 1 + int(next(self.random) * self.rule.most_shaken)
        for turn in range(shaken):
            batches = freed[turn % len(freed)]
            noisy, dear_start = self.shake(batches, penalties)
            self.respond(batches, noisy, dear_start)
        still = 0
        for turn in range(shaken, shaken + MOST_ROUNDS * len(freed)):
            still = 0 if self.respond(freed[turn % len(freed)], penalties, {}) else still + 1
            if still == len(freed):
                return

    def settle_apart(self, freed: list[list[int]], penalties: Penalties) -> None:
        """Batches that were freed together respond one by one where a crew or a start rule is shared."""
        if self.couplings.crew is None and self.couplings.most_starts == 0:
            return
        forwards = next(self.random) < 0.5
        for batches in freed:
            if len(batches) > 1:
                for b in batches if forwards else reversed(batches):
                    self.respond([b], penalties, {})

    def shake(self, batches: list[int], penalties: Penalties) -> tuple[Penalties, dict[int, float]]:
        """Noise on windows of the first grid, or prices of starts by minute, in reach of these batches."""
        places = batches_of(self.layout)
        machine, i = self.layout.machines[places[batches[0]][0]], places[batches[0]][1]
        low, high = int(machine.first_start[i]), int(machine.last_end[places[batches[-1]][1]])
        power = float(machine.power_kw[i].mean() - machine.rest_kw.min())
        dearest = self.rule.noise * abs(power) * NOISY_MIN * self.mean_price * next(self.random)
        if not self.couplings.grid_min or next(self.random) < STARTS_SHAKEN:
            return penalties, self._dear_starts(low, high, dearest)
        step, windows = self.couplings.grid_min[0], len(self.couplings.cap_kw[0])
        first, last = low // step, min(windows, -(-high // step))
        since = first + int(next(self.random) * (last - first))
        to = min(last, since + int((last - first) * (0.1 + 0.5 * next(self.random))))
        noise = penalties.noise.copy()
        noise[since:to] = [dearest * next(self.random) for _ in range(since, to)]
        return replace(penalties, noise=noise), {}

    def _dear_starts(self, low: int, high: int, dearest: float) -> dict[int, float]:
        share = next(self.random)
        longest = 1 + int(share * share * LONGEST_ALIKE_MIN)
        prices: dict[int, float] = {}
        while low <= high:
            until = min(high + 1, low + 1 + int(next(self.random) * longest))
            prices |= dict.fromkeys(range(low, until), dearest * next(self.random))
            low = until
        return prices

    def respond(self, batches: list[int], penalties: Penalties, dear_start: dict[int, float]) -> bool:
        """Moves the batches of one machine to the cheapest combination of their places; whether any moved."""
        prices = [self._place_prices(b, batches, penalties, dear_start) for b in batches]
        least, best = inf, None
        for chosen in product(*prices):
            cost = sum(own[start] for own, start in zip(prices, chosen, strict=True))
            if cost < least and self._in_order(batches, chosen):
                least, best = cost, chosen
        if best is None:
            return False
        before = self.starts[:]
        for b, start in zip(batches, best, strict=True):
            self.starts[b] = start
        return self.starts != before

    def _in_order(self, batches: list[int], chosen: tuple[int, ...]) -> bool:
        """Whether batches that start so keep their gaps on their machine."""
        places = batches_of(self.layout)
        start = {**dict(enumerate(self.starts)), **dict(zip(batches, chosen, strict=True))}
        for b in [*batches, batches[-1] + 1]:
            if b < len(places) and places[b][1] > 0:
                machine, i = self.layout.machines[places[b][0]], places[b][1]
                if start[b] < start[b - 1] + machine.duration[i - 1] + machine.gap[i]:
                    return False
        return True

    def _place_prices(
        self, b: int, moving: list[int], penalties: Penalties, dear_start: dict[int, float]
    ) -> dict[int, float]:
        """What each place of batch b costs while those that move with it are away, at its mean power."""
        layout, without_goods = self._with_mean_powers_of(moving), replace(self.couplings, buffers=())
        others = [None if other in moving else self.run_of(other) for other in range(len(self.starts))]
        duration, found = len(self.run_of(b)), {}
        for start, own in self.places[b].items():
            run = tuple(range(start, start + duration))
            found[start] = own + dear_start.get(start, 0.0)
            found[start] += surcharge_of(layout, without_goods, others, b, run, penalties)
            found[start] += self.push.hard * self._goods_breach(others, b, run, moving)
        return found

    def _with_mean_powers_of(self, moving: list[int]) -> Layout:
        m = batches_of(self.layout)[moving[0]][0]
        machines = list(self.layout.machines)
        machines[m] = with_mean_powers(self.layout).machines[m]
        return replace(self.layout, machines=tuple(machines))

    def _goods_breach(self, others: list[Run | None], b: int, run: Run, moving: list[int]) -> float:
        """By how much more the buffers of b's machine are broken with its goods, each goods by itself.

        What the batches that move before it bring or take counts as if it were there all along.
        """
        places, level = batches_of(self.layout), account_of(self.layout, self.couplings, others).level
        machine = self.layout.machines[places[b][0]]
        before, minute, total = [places[a][1] for a in moving if a < b], np.arange(level.shape[1]), 0.0
        for buffer, row in zip(self.couplings.buffers, level, strict=True):
            capacity = inf if buffer.capacity is None else buffer.capacity
            size = max(1.0, buffer.start_level) if buffer.capacity is None else max(1e-9, capacity)
            sides = (
                (buffer.filled_by, machine.makes, run[-1] + 1),
                (buffer.emptied_by, -machine.takes, run[0]),
            )
            for names, amounts, since in sides:
                if machine.id in names:
                    present = row + sum(amounts[i] for i in before)
                    raised = present + amounts[places[b][1]] * (minute >= since)
                    for sign, after in ((-1, present), (1, raised)):
                        over = np.maximum(0.0, -after) + np.maximum(0.0, after - capacity)
                        total += sign * float(over.sum()) / size
        return total


def run_trials_reference(trials: int, plan: ReferenceTrials) -> float:
    """Makes so many trials from a plan; returns what the kept plan costs."""
    for _ in range(trials):
        plan.try_once()
    return plan.whole_cost()
