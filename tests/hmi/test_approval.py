from __future__ import annotations

import json

import msgspec
import pytest

from hmi.approval import (
    DocumentError,
    PlanDocument,
    canonical_bytes,
    data_hash,
    new_key_pair,
    read_document,
    sign_approval,
    sign_proposal,
    sign_rejection,
    tariff_hash,
    verify_approval,
    verify_proposal,
    verify_rejection,
)
from solver.problem import decode_problem
from solver.tariff import PriceSeries

DOCUMENT = PlanDocument(
    plant="Company X",
    start_ms=1_457_884_800_000,
    end_ms=1_457_971_200_000,
    starts_min={"mill_25": {"b2": 600, "b1": 0}},
    pauses_min={"mill_25": {"b1": [(120, 240)]}},
    baseline_starts_min={"mill_25": {"b1": 30, "b2": 700}},
    cost=2870.25,
    cost_before=3517.5,
    bound=2868.0,
    currency="CNY",
    tariff_hash="t" * 64,
    data_hash="d" * 64,
    proposer="operator",
    created_ms=1_457_880_000_000,
    automatic=True,
)
SIGNERS = {"proposal": sign_proposal, "approval": sign_approval, "rejection": sign_rejection}
VERIFIERS = {"proposal": verify_proposal, "approval": verify_approval, "rejection": verify_rejection}


def test_a_document_comes_back_and_has_one_spelling() -> None:
    assert read_document(canonical_bytes(DOCUMENT)) == DOCUMENT
    turned = msgspec.structs.replace(DOCUMENT, starts_min={"mill_25": {"b1": 0, "b2": 600}})
    assert canonical_bytes(turned) == canonical_bytes(DOCUMENT)


def test_another_spelling_of_a_document_is_refused() -> None:
    spaced = json.dumps(json.loads(canonical_bytes(DOCUMENT)), sort_keys=True).encode()
    with pytest.raises(DocumentError, match="canonical form"):
        read_document(spaced)


@pytest.mark.parametrize("data", [b"", b"\xff", b"{}", b'{"plant": 1}', b"[]"])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="no plan document"):
        read_document(data)


@pytest.mark.parametrize("decision", list(SIGNERS))
def test_a_signature_holds_for_its_decision_and_no_other(decision: str) -> None:
    key, public_key = new_key_pair()
    data = canonical_bytes(DOCUMENT)
    signature = SIGNERS[decision](key, data, "zhang", "looks right", 5)
    held = [
        name
        for name, verify in VERIFIERS.items()
        if verify(public_key, signature, data, "zhang", "looks right", 5)
    ]
    assert held == [decision]


@pytest.mark.parametrize(
    "changed",
    [
        {"cost": 2870.26},
        {"automatic": False},
        {"tariff_hash": "u" * 64},
        {"data_hash": "e" * 64},
        {"starts_min": {"mill_25": {"b1": 1, "b2": 600}}},
        {"plant": "Company Y"},
    ],
)
def test_an_approval_is_for_exactly_this_plan_tariff_and_data(changed: dict[str, object]) -> None:
    key, public_key = new_key_pair()
    signature = sign_approval(key, canonical_bytes(DOCUMENT), "zhang", "", 5)
    other = canonical_bytes(msgspec.structs.replace(DOCUMENT, **changed))
    assert not verify_approval(public_key, signature, other, "zhang", "", 5)


def test_an_approval_is_by_this_person_for_this_reason_at_this_time() -> None:
    key, public_key = new_key_pair()
    data = canonical_bytes(DOCUMENT)
    signature = sign_approval(key, data, "zhang", "looks right", 5)
    assert verify_approval(public_key, signature, data, "zhang", "looks right", 5)
    assert not verify_approval(public_key, signature, data, "wang", "looks right", 5)
    assert not verify_approval(public_key, signature, data, "zhang", "looks wrong", 5)
    assert not verify_approval(public_key, signature, data, "zhang", "looks right", 6)
    assert not verify_approval(new_key_pair()[1], signature, data, "zhang", "looks right", 5)


@pytest.mark.parametrize(
    ("public_key", "signature"), [(b"", b""), (b"short", bytes(64)), (bytes(32), b"x" * 64)]
)
def test_what_is_no_key_or_no_signature_verifies_nothing(public_key: bytes, signature: bytes) -> None:
    assert not verify_approval(public_key, signature, canonical_bytes(DOCUMENT), "zhang", "", 5)


def test_the_hashes_tell_tariffs_and_problems_apart() -> None:
    assert tariff_hash(PriceSeries([1.0, 2.0])) == tariff_hash(PriceSeries([1.0, 2.0]))
    assert tariff_hash(PriceSeries([1.0, 2.0])) != tariff_hash(PriceSeries([1.0, 2.0], 30))
    plain: dict[str, object] = {
        "start": "2016-03-14T00:00",
        "timezone": "Asia/Shanghai",
        "horizon_min": 1440,
        "tariff": {"price_per_kwh": [1.0] * 24, "interval_min": 60},
        "machines": [{"id": "m", "batches": [{"id": "b", "duration_min": 60, "power_kw": 48.0}]}],
    }
    later = plain | {"horizon_min": 1500}
    assert len(data_hash(decode_problem(dict(plain)))) == 64
    assert data_hash(decode_problem(dict(plain))) != data_hash(decode_problem(dict(later)))
