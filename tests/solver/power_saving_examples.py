"""Machines with power-saving states for the tests: small ones, and published ones with their optima."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from solver.problem import BatchSpec, Machine, SleepState
from solver.sleep_model import Prices
from tests.solver.plan_examples import small_machines

PUBLISHED = Path(__file__).parent / "data" / "power_saving_states.json"
SMALL_HORIZON_MIN = 22

powers = st.sampled_from([0.0, 0.5, 2.0, 6.0])
small_sleeps = st.lists(
    st.builds(SleepState, st.integers(0, 3), powers, st.integers(0, 4), powers, powers), max_size=3
)
small_price_lists = st.one_of(
    st.lists(st.sampled_from(prices), min_size=SMALL_HORIZON_MIN, max_size=SMALL_HORIZON_MIN)
    for prices in ([-0.3, 0.0, 0.1, 0.5, 0.5, 1.1], [-2.0, -1.0, -0.3, 0.2], [-3.0, 3.0])
)


@st.composite
def small_sleepers(draw: st.DrawFn, most_batches: int = 2, **fixed: Any) -> Machine:
    """A machine with up to three sleeps, and perhaps a minute or three of maintenance."""
    machine = draw(small_machines(SMALL_HORIZON_MIN, most_batches))
    since = draw(st.none() | st.integers(0, SMALL_HORIZON_MIN - 3))
    maintenance = [] if since is None else [(since, since + draw(st.integers(1, 3)))]
    sleeps = draw(small_sleeps)
    return msgspec.structs.replace(machine, sleep=sleeps, maintenance=maintenance, under_way=None, **fixed)


@st.composite
def small_charges(draw: st.DrawFn, batches: int) -> Prices:
    """Prices for every minute, and perhaps prices of running, starts, ends and resumptions."""
    standing = np.array(draw(small_price_lists))
    if draw(st.booleans()):
        return Prices(standing)
    random = np.random.default_rng(draw(st.integers(0, 9999)))
    return Prices(
        standing,
        running=random.choice([0.0, 0.3, 0.9], SMALL_HORIZON_MIN),
        start_cost=random.choice([0.0, 1.0, 2.0, np.inf], (batches, SMALL_HORIZON_MIN)),
        end_cost=random.choice([0.0, 1.0, 2.0, np.inf], (batches, SMALL_HORIZON_MIN + 1)),
        resume_cost=random.choice([0.0, 0.5], SMALL_HORIZON_MIN),
    )


@dataclass(frozen=True)
class Published:
    """An instance whose optimum over all orders was published; one interval is one minute."""

    name: str
    machine: Machine
    price_per_kw_min: NDArray[np.float64]
    optimum: float
    starts: dict[str, int]  # of the published plan, where they were written down

    @property
    def horizon(self) -> int:
        """Its minutes."""
        return len(self.price_per_kw_min)


def published_instances() -> Iterator[Published]:
    """All of them, as machines of ours.

    There the machine is off, at no cost, in the first and the last interval; here it begins and ends off, so
    these two are left out.
    """
    data = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    for group in data["instances"]:
        diagram = data["diagrams"][group["diagram"]]
        starts = group.get("starts", {})
        for number, intervals, optimum in zip(
            group["numbers"], group["intervals"], group["optima"], strict=True
        ):
            yield Published(
                f"{group['set']}/{number}",
                published_machine(diagram, group["jobs"]),
                np.array(group["costs"][1 : intervals - 1], dtype=np.float64),
                float(optimum),
                {f"{job}": start - 1 for job, start in enumerate(starts.get(f"{number}", []))},
            )


def published_machine(diagram: dict[str, Any], jobs: list[int]) -> Machine:
    """The machine of a published state diagram, with a batch for each job's processing time."""
    columns = ("on_off_time", "on_off", "off_on_time", "off_on", "off")
    return Machine(
        "machine",
        [BatchSpec(f"{job}", minutes, power_kw=diagram["on"]) for job, minutes in enumerate(jobs)],
        idle_kw=diagram["idle"],
        sleep=[SleepState(*state) for state in zip(*(diagram[key] for key in columns), strict=True)],
        order_fixed=False,
    )
