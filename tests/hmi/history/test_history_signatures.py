"""`valleyline history check` on signed plans: a signature holds for what was signed, and for nothing else."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from devices.clock import Clock
from hmi.approval import PlanDocument, Signer, canonical_bytes, data_hash, sign_approval, sign_proposal
from hmi.data_folder import database_path
from hmi.grants import create_first_administrator, create_user
from hmi.store.database import Store, open_store
from hmi.store.plans import insert_plan, set_plan_state
from hmi.store.records import PlanRow, PlanState, Role
from solver.problem import canonical_problem_bytes, decode_problem
from tests.hmi.history.history_commands import (
    T0,
    break_database,
    findings_of,
    run,
)

PASSWORD = "a long password"
PROBLEM = decode_problem(
    {
        "start": "2016-03-14T00:00",
        "timezone": "Asia/Shanghai",
        "horizon_min": 1440,
        "tariff": {"price_per_kwh": [1.0] * 24, "interval_min": 60},
        "machines": [{"id": "mill_25", "batches": [{"id": "b1", "duration_min": 60, "power_kw": 48.0}]}],
    }
)
DOCUMENT = canonical_bytes(
    PlanDocument(
        plant="Company X",
        start_ms=T0,
        end_ms=T0 + 86_400_000,
        starts_min={"mill_25": {"b1": 0}},
        pauses_min={},
        baseline_starts_min={"mill_25": {"b1": 30}},
        cost=48.0,
        cost_before=48.0,
        bound=48.0,
        currency="CNY",
        tariff_hash="t" * 64,
        data_hash=data_hash(PROBLEM),
        proposer="chen",
        created_ms=T0,
        automatic=False,
    )
)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People, an approved and a proposed plan; made once, because passwords are slow on purpose."""
    path = tmp_path_factory.mktemp("signed") / "valleyline.db"
    with closing(open_store(path)) as store:
        admin = create_first_administrator(store, "admin", PASSWORD, Clock())
        chen = create_user(store, admin, "chen", Role.OPERATOR, PASSWORD, Clock())
        liu = create_user(store, admin, "liu", Role.SUPERVISOR, PASSWORD, Clock())
        _approve(store, _propose(store, chen), liu)
        _propose(store, chen)
    return path


def _propose(store: Store, chen: Signer) -> int:
    row = PlanRow(
        id=0,
        state=PlanState.PROPOSED,
        document=DOCUMENT,
        problem_json=canonical_problem_bytes(PROBLEM),
        plan_json=b"{}",
        tariff_hash="t" * 64,
        data_hash=data_hash(PROBLEM),
        start_ms=T0,
        end_ms=T0 + 86_400_000,
        proposed_by="chen",
        proposed_ms=T0,
        proposal_signature=sign_proposal(chen.key, DOCUMENT, "chen", "less peak", T0),
        note="less peak",
    )
    return insert_plan(store, row)


def _approve(store: Store, plan_id: int, liu: Signer) -> None:
    set_plan_state(
        store,
        plan_id,
        PlanState.APPROVED,
        decided_by="liu",
        decided_ms=T0 + 1,
        decision_reason="agreed",
        approval_signature=sign_approval(liu.key, DOCUMENT, "liu", "agreed", T0 + 1),
    )


def folder_of(signed: Path, tmp_path: Path) -> Path:
    with closing(open_store(signed)) as store:
        store.rows("VACUUM INTO ?", [str(database_path(tmp_path))])
    return tmp_path


def test_signatures_that_hold_are_counted(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", "--data", folder_of(signed, tmp_path)) == 0
    assert "Every signature holds, under 2 plans." in capsys.readouterr().out


def test_who_has_left_has_still_signed(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(signed, tmp_path)
    break_database(folder, "UPDATE users SET active = 0")
    assert findings_of(folder, capsys, status=0) == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("document = replace(document, '48.0', '47.0')", "it cannot be read"),
        (
            "document = CAST(replace(document, '48.0', '47.0') AS BLOB)",
            "the proposal's signature does not hold",
        ),
        ("note = 'more peak'", "the proposal's signature does not hold"),
        ("proposed_by = 'nobody'", "the proposal's signature does not hold"),
        ("decided_ms = 7", "the approval's signature does not hold"),
        ("decided_by = 'chen'", "the approval's signature does not hold"),
        ("approval_signature = NULL", "the approval's signature does not hold"),
        ("problem_json = CAST(replace(problem_json, '48.0', '49.0') AS BLOB)", "its problem is not the one"),
        ("problem_json = X'00'", "it cannot be read"),
        ("state = 'wonderful'", "it cannot be read"),
    ],
)
def test_a_plan_that_is_not_what_was_signed_is_told(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, named: str
) -> None:
    folder = folder_of(signed, tmp_path)
    break_database(folder, f"UPDATE plans SET {change} WHERE id = 1")
    found = findings_of(folder, capsys)
    assert set(found) == {"signatures"}
    assert f"plan 1 ({named}" in found["signatures"]
    assert "plan 2" not in found["signatures"]


def test_a_role_that_nobody_granted_approves_nothing(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(signed, tmp_path)
    break_database(folder, "UPDATE users SET role = 'engineer' WHERE name = 'liu'")
    assert "the approval's signature" in findings_of(folder, capsys)["signatures"]
