"""How the trials of a round are made: what is freed and shaken, and how much worse a plan may become."""

from __future__ import annotations

from math import inf

from solver.trial_kernel import TrialRule

PATIENCE = (0.1, 0.02, 0.002, 0.002)  # costs of a batch that a worse plan may cost, round by round
DOZEN = 12  # machines


def rule_of_round(
    turn: int, place: int, *, machines: int, horizon_min: int, few_batches: bool, cost_of_a_batch: float
) -> TrialRule:
    """The rule of an island in a round; the first island, which exploits the best plan, is stricter.

    That more machines than a dozen aim below the peak more seldom was chosen on 60 mills over a week:
    222 641 after 15 rounds instead of 222 770.
    """
    exploits, dozens = place == 0, machines > DOZEN and few_batches
    return TrialRule(
        shortest_min=min(1440.0, 0.25 * horizon_min),
        longest_min=min(5000.0, float(horizon_min)),  # a type of its own would be compiled again
        from_min=0.0,
        to_min=float(horizon_min),
        most_machines=min(machines, 4 if exploits and not dozens else 8),
        most_shaken=2,
        noise=20.0 if exploits else 30.0,
        lower_chance=0.1 if dozens else 0.3,
        lowest_share=0.9 if machines <= DOZEN else 0.97,
        softest=2.0,
        patience=0.0 if exploits else PATIENCE[turn % len(PATIENCE)] * cost_of_a_batch,
        most_cost=inf,
    )
