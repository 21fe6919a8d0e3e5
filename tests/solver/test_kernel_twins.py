"""Every module with kernels has a plain twin, and a test with generated problems that holds it against it."""

from __future__ import annotations

from pathlib import Path

import pytest

SOLVER = Path(__file__).resolve().parents[2] / "solver"
TESTS = Path(__file__).resolve().parent
TWINS = {  # kernels: the twin, and the test that compares them, perhaps through the kernels that call these
    "chain_kernel": ("chain_reference", "test_chain"),
    "cover_kernel": ("cover_reference", "test_covers"),
    "descent_kernel": ("descent_reference", "test_descent"),
    "dual_kernel": ("dual_reference", "test_dual"),
    "exact_kernel": ("exact_reference", "test_exact"),
    "free_order_beam_kernel": ("free_order_reference", "test_free_order_sets"),
    "free_order_kernel": ("free_order_reference", "test_free_order"),
    "makespan_bound_kernel": ("makespan_bound_reference", "test_makespan_bound"),
    "makespan_cheaper_kernel": ("makespan_reference", "test_makespan_kernel"),
    "makespan_kernel": ("makespan_reference", "test_makespan_kernel"),
    "makespan_limit_kernel": ("makespan_reference", "test_makespan_kernel"),
    "makespan_pause_kernel": ("makespan_reference", "test_makespan_kernel"),
    "makespan_search_kernel": ("makespan_reference", "test_makespan_kernel"),
    "makespan_standing_kernel": ("check_sleep", "test_makespan_kernel"),
    "makespan_state_kernel": ("makespan_reference", "test_makespan_kernel"),
    "pause_kernel": ("dual_reference", "test_pause_bound"),
    "place_kernel": ("plant_reference", "test_plant_tables"),
    "plant_kernel": ("plant_reference", "test_plant_kernel"),
    "random_kernel": ("trial_reference", "test_trial"),
    "sleep_kernel": ("sleep_reference", "test_sleep"),
    "sleep_pause_kernel": ("sleep_reference", "test_sleep"),
    "sleep_price_kernel": ("sleep_reference", "test_sleep"),
    "sleep_stand_kernel": ("check_sleep", "test_sleep"),
    "special_pairs_kernel": ("special_pairs_reference", "test_special_pairs"),
    "splice_kernel": ("splice_reference", "test_splice"),
    "surcharge_kernel": ("surcharge_reference", "test_surcharge"),
    "swarm_kernel": ("swarm_reference", "test_swarm"),
    "trial_kernel": ("trial_reference", "test_trial"),
    "twin/analogs_kernel": ("twin/analogs_reference", "test_series"),
    "twin/states_kernel": ("twin/states_reference", "twin/test_states_kernel"),
    "window_kernel": ("swarm_reference", "test_swarm"),
}


def test_every_module_with_kernels_is_in_the_table() -> None:
    compiled = {
        str(path.relative_to(SOLVER).with_suffix("")).replace("\\", "/")
        for path in SOLVER.rglob("*.py")
        if any(
            mark in path.read_text(encoding="utf-8")
            for mark in ("\n@njit", "\n@inner_kernel", "\n@outer_kernel")
        )
    }
    assert compiled == set(TWINS)


@pytest.mark.parametrize("kernels", TWINS)
def test_a_twin_compiles_nothing_and_its_test_draws_problems(kernels: str) -> None:
    twin, test = TWINS[kernels]
    assert "numba" not in (SOLVER / f"{twin}.py").read_text(encoding="utf-8")
    text = (TESTS / f"{test}.py").read_text(encoding="utf-8")
    assert "@given" in text
    assert twin.split("/")[-1] in text or twin == "check_sleep"
