"""What was believed under faults: each a thousand times and 100 000 transactions mixed, over every protocol.

Real lines and decoders, with meters that never show a value twice, in memory and simulated time; about half
an hour. A wrong value that was told as UNCERTAIN was a late reply that nothing tells apart.
"""

from __future__ import annotations

from tests.devices.campaign import KINDS, LINES, Campaign, Tally

TIMES, MIXED = 1_000, 100_000
FAULTY = 0.3


def run() -> dict[str, dict[str, str]]:
    """By line: each fault, all mixed, and all mixed where few transactions suffer one."""
    return {name: over(name) for name in LINES}


def over(name: str) -> dict[str, str]:
    found = {kind.value: words(Campaign(name, 3).each(kind, TIMES)) for kind in KINDS}
    found[f"mixed, {FAULTY:.0%} faulty"] = words(Campaign(name, 4).mixed(MIXED, FAULTY))
    found["mixed, 1% faulty"] = words(Campaign(name, 5).mixed(MIXED // 10, 0.01))
    return found


def words(tally: Tally) -> str:
    return (
        f"{len(tally.wrong)} wrong believed in {tally.transactions} transactions with {tally.faults} faults; "
        f"{tally.right} good, {tally.failed} bad, {tally.uncertain} uncertain ({tally.uncertain_wrong} "
        f"of them wrong); back in step within {tally.longest_back}"
    )
