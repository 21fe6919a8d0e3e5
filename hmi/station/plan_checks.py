"""Whether a plan is what it says, keeps its limits, and still fits the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from devices.datafile import DataFileError
from hmi.approval import (
    DocumentError,
    PlanDocument,
    data_hash,
    read_document,
    tariff_hash,
    verify_proposal,
)
from hmi.planning import (
    baseline_starts_min,
    first_start_ms,
    habit_min,
    moved_starts_min,
    plan_end_ms,
    plannable_machines,
)
from hmi.plant import Plant
from hmi.plant_limits import OWN, problem_limits
from hmi.station.authority import RefusedError, StaleError
from hmi.station.codes import Refusal, Stale
from hmi.station.facts import Facts
from hmi.station.payloads import ProposePlan
from hmi.store.batches import batch as stored_batch
from hmi.store.database import Store
from hmi.store.records import MachineStatus, User
from hmi.tariffs import load_calendar
from solver.check import Limit, check_plan
from solver.durations import MINUTE_MS
from solver.limits import Limits
from solver.plan import Plan
from solver.problem import (
    BatchSpec,
    PlanProblem,
    ProblemError,
    decode_problem,
    problem_start_ms,
    problem_zone,
)
from solver.tariff import Tariff, price_grid

COST_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed plan, read and found to be what it says."""

    document: PlanDocument
    problem: PlanProblem
    plan: Plan


def read_proposal(document: bytes, problem_json: bytes, plan_json: bytes) -> Proposal:
    """The three parts of a plan; raises RefusedError with a sentence when one cannot be read."""
    try:
        return Proposal(
            read_document(document),
            decode_problem(problem_json),
            msgspec.json.decode(plan_json, type=Plan),
        )
    except (DocumentError, ProblemError, msgspec.DecodeError) as error:
        raise RefusedError(Refusal.BAD_PLAN, sentence=str(error)) from error


def check_proposal(store: Store, plant: Plant, payload: ProposePlan, proposer: User) -> Proposal:
    """Checks everything about a proposal that can be checked; raises RefusedError."""
    proposal = read_proposal(payload.document, payload.problem_json, payload.plan_json)
    if proposal.document.proposer != proposer.name or not verify_proposal(
        proposer.public_key,
        payload.signature,
        payload.document,
        proposer.name,
        payload.note,
        payload.t_ms,
    ):
        raise RefusedError(Refusal.BAD_SIGNATURE)
    _check_hashes(plant, proposal)
    _check_agreement(plant, proposal)
    _check_batches(store, proposal.problem)
    _check_price_and_limits(plant, proposal)
    return proposal


def check_signed(proposal: Proposal) -> None:
    """Raises RefusedError when problem or plan are not those that the document was signed for."""
    document, plan = proposal.document, proposal.plan
    checks = {
        "problem": data_hash(proposal.problem) == document.data_hash,
        "starts": document.starts_min == moved_starts_min(plan),
        "pauses": _pauses(document.pauses_min) == _pauses(plan.pauses_min),
    }
    _refuse_first(checks)


def check_fresh(
    plan_id: int, proposal: Proposal, facts: Facts, statuses: Mapping[str, MachineStatus], now_ms: int
) -> None:
    """Raises StaleError when tariff, machines or time have left the plan behind."""
    if (reason := tariff_changed(facts.plant, proposal.document)) is not None:
        raise StaleError(reason, plan_id)
    if first_start_ms(proposal.problem, proposal.plan) <= now_ms:
        raise StaleError(Stale.START_PASSED, plan_id)
    if not proposal.document.automatic:
        return
    for machine in proposal.problem.machines:
        if not machine.batches:
            continue
        reason = _unfit(machine.id, proposal.document, facts, statuses, now_ms)
        if reason is not None:
            raise StaleError(reason, plan_id, machine=machine.id)


def tariff_changed(plant: Plant, document: PlanDocument) -> Stale | None:
    """Whether the tariff in force (its file as it is now) is another than the plan was made with."""
    try:
        in_force = load_calendar(plant.tariff)
    except DataFileError:
        return Stale.TARIFF_UNREADABLE
    return None if tariff_hash(in_force) == document.tariff_hash else Stale.TARIFF_CHANGED


def check_batches_unchanged(store: Store, plan_id: int, problem: PlanProblem) -> None:
    """Raises StaleError when production has changed a batch since the plan was proposed."""
    try:
        _check_batches(store, problem)
    except RefusedError as error:
        raise StaleError(Stale.BATCH_CHANGED, plan_id, **error.detail) from error


def _unfit(
    machine: str,
    document: PlanDocument,
    facts: Facts,
    statuses: Mapping[str, MachineStatus],
    now_ms: int,
) -> Stale | None:
    plc, status = facts.fresh_plc(machine, now_ms), statuses.get(machine)
    if plc is None:
        return Stale.PLC_SILENT
    if plc.local:
        return Stale.LOCAL_CONTROL
    if plc.interlock:
        return Stale.INTERLOCK
    if not facts.meter_is_fresh(machine, now_ms):
        return Stale.METER_SILENT
    begun_ms = None if status is None else status.cycle_start_ms
    return Stale.BATCH_STARTED if begun_ms is not None and begun_ms > document.start_ms else None


def _check_hashes(plant: Plant, proposal: Proposal) -> None:
    tariff = proposal.problem.tariff
    if not isinstance(tariff, Tariff) or tariff_hash(tariff) != proposal.document.tariff_hash:
        raise RefusedError(Refusal.DATA_MISMATCH, part="tariff")
    check_signed(proposal)
    if (reason := tariff_changed(plant, proposal.document)) is not None:
        raise RefusedError(reason)


def _check_agreement(plant: Plant, proposal: Proposal) -> None:
    """The document must say what plan and problem say, for it is all that is signed."""
    document, problem = proposal.document, proposal.problem
    known = {machine.id for machine in plannable_machines(plant)}
    for machine in problem.machines:
        if machine.id not in known:
            raise RefusedError(Refusal.UNKNOWN_MACHINE, machine=machine.id)
    checks = {
        "plant": document.plant == plant.name and document.currency == plant.currency,
        "zone": problem.timezone == plant.timezone,
        "problem": all(machine.batches or machine.under_way for machine in problem.machines),
        "limits": _limits_are_the_plants(plant, problem.limits),
        "baseline": document.baseline_starts_min == baseline_starts_min(problem)
        and not document.baseline_pauses_min,
        "pauses": all(
            0 <= from_min < to_min <= problem.horizon_min
            for spans in _pauses(document.pauses_min).values()
            for from_min, to_min in spans
        ),
        "times": document.start_ms == problem_start_ms(problem),
        "plc": not document.automatic or plant.plc is not None,
    }
    _refuse_first(checks)


def _limits_are_the_plants(plant: Plant, limits: Limits) -> bool:
    """The month's peaks are measured and move on with time: those that the problem was made with stay."""
    peaks_kw = {OWN: limits.peak_so_far_kw, **limits.peaks_so_far_kw}
    return limits == problem_limits(plant.limits, plant.supply_kw, peaks_kw)


def _refuse_first(checks: Mapping[str, bool]) -> None:
    wrong = [part for part, agrees in checks.items() if not agrees]
    if wrong:
        raise RefusedError(Refusal.DATA_MISMATCH, part=wrong[0])


def _check_batches(store: Store, problem: PlanProblem) -> None:
    start_ms = problem_start_ms(problem)
    for machine in problem.machines:
        for spec in machine.batches:
            known = stored_batch(store, spec.id)
            if known is None or known.machine != machine.id:
                raise RefusedError(Refusal.UNKNOWN_BATCH, batch=spec.id)
            due_min = problem.horizon_min if spec.due_min is None else spec.due_min
            if (
                spec.duration_min != known.running_min
                or start_ms + spec.earliest_min * MINUTE_MS < known.earliest_ms
                or start_ms + due_min * MINUTE_MS > known.due_ms
                or spec.gap_before_min < known.gap_before_min
                or spec.power_kw != known.power_kw
                or spec.now_min != habit_min(known, start_ms)
                or not _pauses_agree(spec, known.most_pauses, known.least_pause_min)
            ):
                raise RefusedError(Refusal.BATCH_CHANGED, batch=spec.id)


def _pauses_agree(spec: BatchSpec, most: int, least_min: int) -> bool:
    return spec.pauses.most <= most and (spec.pauses.most == 0 or spec.pauses.least_min >= least_min)


def _check_price_and_limits(plant: Plant, proposal: Proposal) -> None:
    document, problem, plan = proposal.document, proposal.problem, proposal.plan
    assert isinstance(problem.tariff, Tariff)
    price = price_grid(problem.tariff, problem_start_ms(problem), problem.horizon_min, problem_zone(problem))
    verdict = check_plan(problem, price, plan.starts_min, plan.pauses_min)
    if not verdict.feasible:
        first = verdict.breaches[0]
        if first.limit is Limit.SUPPLY:
            peak_kw = round(verdict.peak_kw, 1)
            raise RefusedError(Refusal.SUPPLY_EXCEEDED, peak_kw=peak_kw, supply_kw=plant.supply_kw)
        raise RefusedError(
            Refusal.PLAN_BREAKS_LIMIT,
            machine=first.machine,
            batch=first.batch,
            violations=verdict.violations,
        )
    before = check_plan(problem, price, document.baseline_starts_min, document.baseline_pauses_min)
    for part, said, found in (
        ("cost", document.cost, verdict.cost),
        ("cost_before", document.cost_before, before.cost),
    ):
        if abs(said - found) > COST_TOLERANCE * max(1.0, abs(found)):
            raise RefusedError(Refusal.DATA_MISMATCH, part=part)
    if document.end_ms != plan_end_ms(problem, plan):
        raise RefusedError(Refusal.DATA_MISMATCH, part="times")


def _pauses(
    pauses: Mapping[str, Mapping[str, list[tuple[int, int]]]],
) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Without the batches that have none, however they are written."""
    return {
        (machine, batch): spans
        for machine, batches in pauses.items()
        for batch, spans in batches.items()
        if spans
    }
