"""States and batches of simulated machines against what they did, beside the rules before, and peers."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from time import perf_counter

import numpy as np

from solver.batching import grouped_cycles
from solver.energy import EnergyTotal
from solver.states import MachineState, StateSpan, StateTracker, detect_states, gap_limit_ms
from solver.thresholds import estimated_settings
from solver.twin.grid import gridded
from solver.twin.record_states import record_states
from solver.twin.states_learn import learned_model
from solver.twin.states_model import StateModel
from solver.twin.states_online import StateFilter, settings_of
from tests.bench.peer_environment import CHECKOUT, PYTHON, PeerError, make_ready
from tests.solver.twin.factory_machines import FACTORY, LEDGERS, factory_machine
from tests.solver.twin.machine_families import FAMILIES, machine
from tests.solver.twin.product_machines import PRODUCT_LEDGERS, PRODUCTS, product_machine
from tests.solver.twin.simulated_machine import RUN, SimulatedMachine

FACTORY_SEEDS = range(100, 104)
PRODUCT_SEEDS = range(400, 403)
SEEDS = range(100, 110)  # none that a test or a choice of a constant has seen
BATCH_FAMILIES = ("mill with pauses", "converter blows")
WITHIN = 0.03  # of the ledger's minutes
PEER_S = 1800
MACHINES, POLL_S = 200, 5
Method = Callable[[SimulatedMachine], list[StateSpan]]
Made = dict[str, list[SimulatedMachine]]
Scores = dict[str, list[float]]


def states() -> dict[str, object]:
    """Balanced accuracy of running against not: the median and the worst of each family and method."""
    return _judged({family: [machine(family, seed) for seed in SEEDS] for family in FAMILIES})


def factory() -> dict[str, object]:
    """The same of factory machines by other physics."""
    return _judged({each: [factory_machine(each, seed) for seed in FACTORY_SEEDS] for each in FACTORY})


def products() -> dict[str, object]:
    """The same of machines whose levels are named by what lies beside them."""
    return _judged({each: [product_machine(each, seed) for seed in PRODUCT_SEEDS] for each in PRODUCTS})


def _judged(made: Made) -> dict[str, object]:
    scores = {"learned": _ours(made, learned), "thresholds": _ours(made, thresholds)}
    scores["best fixed threshold, told the truth"] = _with_truth(made)
    rows = _rows(scores)
    try:
        make_ready()
        first = {family: some[:1] for family, some in made.items()}  # all would take an hour
        peers = {name: _peer(first, name) for name in ("hmmlearn", "ruptures")}
    except PeerError as error:
        return {"skipped peers": str(error)} | rows
    ours = {method: {family: each[:1] for family, each in found.items()} for method, found in scores.items()}
    return rows | {"first of each family, with peers": _rows(ours | peers)}


def learned(made: SimulatedMachine) -> list[StateSpan]:
    """What `valleyline states` says."""
    return record_states(made.times_ms, made.power_kw).spans


def thresholds(made: SimulatedMachine) -> list[StateSpan]:
    """What `valleyline states` said before: clear levels and hysteresis."""
    return detect_states(made.times_ms, made.power_kw, estimated_settings(made.times_ms, made.power_kw))


def batches() -> dict[str, object]:
    """How many batches have the ledger's minutes within 3 %, by states that are learned and by thresholds."""
    found: dict[str, object] = {}
    ledgers = {family: [machine(family, seed) for seed in SEEDS] for family in BATCH_FAMILIES}
    ledgers |= {family: [factory_machine(family, seed) for seed in FACTORY_SEEDS] for family in LEDGERS}
    ledgers |= {each: [product_machine(each, seed) for seed in PRODUCT_SEEDS] for each in PRODUCT_LEDGERS}
    for family, made in ledgers.items():
        found[family] = {
            name: "{} of {}".format(*np.sum([_right_batches(each, method(each)) for each in made], axis=0))
            for name, method in (("learned", learned), ("thresholds", thresholds))
        }
    return found


def cost() -> dict[str, object]:
    """Seconds to learn a fortnight of minutes, and the share of a core that 200 machines at 5 s take."""
    made = machine("mill with pauses", 100)
    grid = gridded(made.times_ms, made.power_kw)
    learned_model(grid)  # compiled
    since_s = perf_counter()
    model = learned_model(grid)
    fit_s = perf_counter() - since_s
    assert model is not None
    return {
        "seconds to learn": round(fit_s, 2),
        "steps learned from": len(grid.power_kw),
        "share of a core, learned": f"{100 * _share_of_a_core(model, followed=True):.2f} %",
        "share of a core, thresholds": f"{100 * _share_of_a_core(model, followed=False):.2f} %",
        "machines": MACHINES,
        "seconds between readings": POLL_S,
    }


def _share_of_a_core(model: StateModel, *, followed: bool) -> float:
    rules = settings_of(model, 1000 * POLL_S)
    tracker = StateTracker(rules, StateFilter(model, 1000 * POLL_S) if followed else None)
    rng, count = np.random.default_rng(1), 20_000
    powers = np.where(np.arange(count) % 4000 < 2500, model.running_kw, 0.0)
    readings = (powers * (1 + 0.05 * rng.standard_normal(count))).tolist()
    since_s = perf_counter()
    for i, power_kw in enumerate(readings):
        tracker.update(1000 * POLL_S * i, power_kw)
    return MACHINES * (perf_counter() - since_s) / count / POLL_S


def _running(made: SimulatedMachine, spans: list[StateSpan]) -> np.ndarray:
    running = np.zeros(len(made.times_ms), dtype=bool)
    for span in spans:
        if span.state is MachineState.RUNNING:
            running[(made.times_ms >= span.start_ms) & (made.times_ms < (span.end_ms or 0))] = True
    return running


def balanced(made: SimulatedMachine, running: np.ndarray) -> float:
    """Mean of the shares found right where it ran and where it did not, over the readings there are."""
    good = np.isfinite(made.power_kw)
    truth = made.state[good] == RUN
    return float(np.mean([np.mean(running[good][truth == side] == side) for side in (True, False)]))


def _ours(made: Made, method: Method) -> Scores:
    return {
        name: [balanced(each, _running(each, method(each))) for each in some] for name, some in made.items()
    }


def _with_truth(made: Made) -> Scores:
    def best(each: SimulatedMachine) -> float:
        power = np.nan_to_num(each.power_kw)
        return max(balanced(each, power >= kw) for kw in np.quantile(power, np.linspace(0.01, 0.99, 60)))

    return {name: [best(each) for each in some] for name, some in made.items()}


def _peer(made: Made, method: str) -> Scores:
    """A peer gets the readings that there are, and no states' rules."""
    flat = [each for some in made.values() for each in some]
    task = {
        "method": method,
        "power_kw": [each.power_kw[np.isfinite(each.power_kw)].tolist() for each in flat],
    }
    done = subprocess.run(
        [PYTHON, "-W", "ignore", "-m", "tests.bench.twin_states_peers"],
        input=json.dumps(task).encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        timeout=PEER_S,
        check=False,
    )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        raise PeerError(f"{method} ended with status {done.returncode} and said: {last[-1]}")
    answers = iter(json.loads(done.stdout.splitlines()[-1]))
    scores: Scores = {}
    for name, some in made.items():
        scores[name] = []
        for each in some:
            running = np.zeros(len(each.power_kw), dtype=bool)
            running[np.isfinite(each.power_kw)] = np.array(next(answers), dtype=bool)
            scores[name].append(balanced(each, running))
    return scores


def _rows(scores: dict[str, Scores]) -> dict[str, object]:
    """Per family and method the median and the worst; then over all machines."""
    families = {
        family: {
            method: f"{np.median(found[family]):.3f}, worst {min(found[family]):.3f}"
            for method, found in scores.items()
        }
        for family in next(iter(scores.values()))
    }
    every = {
        method: np.array([value for some in found.values() for value in some])
        for method, found in scores.items()
    }
    overall = {
        method: f"mean {values.mean():.3f}, tenth {np.quantile(values, 0.1):.3f}, worst {values.min():.3f}"
        for method, values in every.items()
    }
    return {"machines": len(next(iter(every.values()))), "over all": overall, "families": families}


def _right_batches(made: SimulatedMachine, spans: list[StateSpan]) -> tuple[int, int]:
    energy = EnergyTotal(keep_ms=None, gap_ms=gap_limit_ms(made.step_ms))
    for t_ms, power_kw in zip(made.times_ms.tolist(), made.power_kw.tolist(), strict=True):
        energy.add(t_ms, power_kw)
    cycles, _ = grouped_cycles(spans, energy)
    right = 0
    for (start_ms, end_ms), minutes in zip(made.batches, made.running_min, strict=True):
        own = [each for each in cycles if min(each.end_ms, end_ms) > max(each.start_ms, start_ms)]
        right += len(own) == 1 and abs(own[0].running_min / minutes - 1) <= WITHIN
    return right, len(made.batches)
