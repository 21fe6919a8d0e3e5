"""What a demonstration did, counted from its database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from hmi.data_folder import database_path
from hmi.demo.world import DemoWorld
from hmi.station.verification import Verification
from hmi.store.audit import verify_chain
from hmi.store.database import Store, open_store
from hmi.store.plans import commands, plans
from hmi.store.readings import count, count_bad, series
from hmi.store.records import Command, CommandState, PlanRow, PlanState
from solver.plan import Plan

GAP_POLLS = 3.5
BEST_GAP = 0.01
LEAST_KEPT = 0.9  # of what a plan promised
WRITTEN = (CommandState.VERIFIED, CommandState.FAILED)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which a meter gave nothing."""

    meter: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How the day ended: the pictures, what was not seen in time, whether it was cut short on purpose.

    `signed` says whether a supervisor had signed a plan by then.
    """

    pictures: list[Path]
    missing: str = ""
    early: bool = False
    signed: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `report.json` holds; money is in `currency`."""

    seconds: float
    speed: float
    baud: int
    poll_s: float
    readings_stored: int
    readings_bad: int
    gaps: list[Gap]
    plan_state: str
    currency: str
    cost_before: float
    cost_after: float
    bound: float
    gap_to_bound: float
    saving_promised: float
    commands_written: int
    commands_read_back: int
    commands_skipped: int
    starts_commanded: int
    kwh_verified: float
    cost_verified: float
    baseline_verified: float
    saving_verified: float
    saving_low: float
    saving_high: float
    coverage: float
    audit_chain_holds: bool
    pictures: list[str]
    problems: list[str]


def make_report(world: DemoWorld, seconds: float, ending: Ending, complaint: str) -> Report:
    """Counts what was stored; `problems` is empty when the day went as it should.

    `complaint`: the last words of a companion that ended by itself.
    """
    store = open_store(database_path(world.data_dir), create=False)
    try:
        return _count(store, world, seconds, ending, complaint)
    finally:
        store.close()


def _count(store: Store, world: DemoWorld, seconds: float, ending: Ending, complaint: str) -> Report:
    row = next((plan for plan in plans(store) if plan.state is not PlanState.STALE), None)
    plan = msgspec.json.decode(row.plan_json, type=Plan) if row is not None else None
    given = commands(store, row.id) if row is not None else []
    verified = _verification(row)
    return Report(
        seconds=round(seconds, 1),
        speed=world.pace.speed,
        baud=world.pace.baud,
        poll_s=world.pace.poll_s,
        readings_stored=count(store),
        readings_bad=count_bad(store),
        gaps=find_gaps(store, world),
        plan_state=row.state.value if row is not None else "none",
        currency=world.plant.currency,
        cost_before=plan.cost_before if plan else 0.0,
        cost_after=plan.cost if plan else 0.0,
        bound=plan.bound if plan else 0.0,
        gap_to_bound=plan.gap if plan else 0.0,
        saving_promised=plan.cost_before - plan.cost if plan else 0.0,
        commands_written=sum(command.state in WRITTEN for command in given),
        commands_read_back=sum(command.state is CommandState.VERIFIED for command in given),
        commands_skipped=sum(command.state is CommandState.SKIPPED for command in given),
        starts_commanded=sum(command.action == "start" for command in given),
        kwh_verified=verified.energy_kwh if verified else 0.0,
        cost_verified=verified.cost_paid if verified else 0.0,
        baseline_verified=verified.cost_baseline if verified else 0.0,
        saving_verified=verified.saving if verified else 0.0,
        saving_low=verified.low if verified else 0.0,
        saving_high=verified.high if verified else 0.0,
        coverage=verified.coverage if verified else 0.0,
        audit_chain_holds=verify_chain(store) is None,
        pictures=[f"{path.parent.name}/{path.name}" for path in ending.pictures],
        problems=_problems(ending, complaint, plan, given, verified),
    )


def _verification(row: PlanRow | None) -> Verification | None:
    if row is None or row.verification_json is None:
        return None
    return msgspec.json.decode(row.verification_json, type=Verification)


def _problems(
    ending: Ending,
    complaint: str,
    plan: Plan | None,
    given: list[Command],
    verified: Verification | None,
) -> list[str]:
    found = [complaint] if complaint else []
    if ending.missing:
        found.append(f"This was not seen in time: {ending.missing}.")
    if plan is None and not ending.early:
        found.append("No plan was carried out.")
    elif plan is not None and plan.gap >= BEST_GAP:
        found.append(
            f"The plan is {plan.gap:.2%} above its bound, and less than {BEST_GAP:.0%} was asked for."
        )
    failed = [command for command in given if command.state is CommandState.FAILED]
    if failed:
        found.append(f"{len(failed)} commands failed.")
    if verified is None and not ending.early:
        found.append("No saving was verified.")
    if plan is not None and verified is not None:
        promised = plan.cost_before - plan.cost
        if verified.saving < LEAST_KEPT * promised:
            found.append(f"The meters verified {verified.saving:.2f} of {promised:.2f} that were promised.")
    return found


def find_gaps(store: Store, world: DemoWorld) -> list[Gap]:
    """The stretches longer than a few polls between two good powers of a meter."""
    gaps: list[Gap] = []
    longest_ms = GAP_POLLS * world.pace.poll_s * 1000
    for meter in world.plant.meters:
        found = series(store, f"{meter.id}.power_kw", 0, 1 << 62)
        t_ms = found.t_ms[np.isfinite(found.value)]
        for index in np.flatnonzero(np.diff(t_ms) > longest_ms):
            gaps.append(Gap(meter.id, int(t_ms[index]), int(t_ms[index + 1])))
    return gaps
