"""What is signed when a plan is proposed, approved or rejected: its bytes, and hashes of tariff and data."""

from __future__ import annotations

import hashlib
from enum import StrEnum

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hmi.grants import (
    Signer,
    UserError,
    UserFault,
    create_first_administrator,
    create_user,
    sign_grant,
    verified_role,
    verify_grant,
)
from hmi.keys import is_signed, new_key_pair, open_private_key, seal_private_key
from solver.plan import Span
from solver.problem import PlanProblem, canonical_problem_bytes
from solver.tariff import PriceSeries, Tariff, canonical_tariff_bytes

__all__ = [
    "Decision",
    "DocumentError",
    "PlanDocument",
    "Signer",
    "UserError",
    "UserFault",
    "canonical_bytes",
    "create_first_administrator",
    "create_user",
    "data_hash",
    "new_key_pair",
    "open_private_key",
    "read_document",
    "seal_private_key",
    "sign_approval",
    "sign_grant",
    "sign_proposal",
    "sign_rejection",
    "tariff_hash",
    "verified_role",
    "verify_approval",
    "verify_grant",
    "verify_proposal",
    "verify_rejection",
]


class Decision(StrEnum):
    """What a signature under a plan says."""

    PROPOSAL = "proposal"
    APPROVAL = "approval"
    REJECTION = "rejection"


class DocumentError(Exception):
    """Bytes that are no plan document in its one canonical form."""


class PlanDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan as it is signed; minutes count from `start_ms`, the problem's start (UTC ms, plant time)."""

    plant: str
    start_ms: int
    end_ms: int
    starts_min: dict[str, dict[str, int]]  # machine -> batch -> minute
    pauses_min: dict[str, dict[str, list[Span]]]
    baseline_starts_min: dict[str, dict[str, int]]
    baseline_pauses_min: dict[str, dict[str, list[Span]]] = {}
    cost: float
    cost_before: float
    bound: float
    currency: str
    tariff_hash: str
    data_hash: str
    proposer: str
    created_ms: int
    automatic: bool  # the station writes to the PLC; otherwise it only advises
    format: int = 1


def canonical_bytes(document: PlanDocument) -> bytes:
    """The one way in which a document is written: JSON, keys sorted, no spaces."""
    return msgspec.json.encode(document, order="sorted")


def read_document(data: bytes) -> PlanDocument:
    """The document of canonical bytes; raises DocumentError for anything else, also for other spellings."""
    try:
        document = msgspec.json.decode(data, type=PlanDocument)
    except msgspec.DecodeError as error:
        raise DocumentError(f"this is no plan document: {error}") from error
    if canonical_bytes(document) != data:
        raise DocumentError("this plan document is not in its canonical form")
    return document


def tariff_hash(tariff: Tariff | PriceSeries) -> str:
    """SHA-256 of a tariff, in hex."""
    return hashlib.sha256(canonical_tariff_bytes(tariff)).hexdigest()


def data_hash(problem: PlanProblem) -> str:
    """SHA-256 of all that a plan was made from, in hex."""
    return hashlib.sha256(canonical_problem_bytes(problem)).hexdigest()


def sign_proposal(key: Ed25519PrivateKey, document_bytes: bytes, actor: str, reason: str, t_ms: int) -> bytes:
    """The proposer's signature; `reason` is the note."""
    return key.sign(_message(Decision.PROPOSAL, document_bytes, actor, reason, t_ms))


def sign_approval(key: Ed25519PrivateKey, document_bytes: bytes, actor: str, reason: str, t_ms: int) -> bytes:
    """The supervisor's signature under an approval."""
    return key.sign(_message(Decision.APPROVAL, document_bytes, actor, reason, t_ms))


def sign_rejection(
    key: Ed25519PrivateKey, document_bytes: bytes, actor: str, reason: str, t_ms: int
) -> bytes:
    """The supervisor's signature under a rejection."""
    return key.sign(_message(Decision.REJECTION, document_bytes, actor, reason, t_ms))


def verify_proposal(
    public_key: bytes, signature: bytes, document_bytes: bytes, actor: str, reason: str, t_ms: int
) -> bool:
    """Whether this is the proposer's signature over exactly this."""
    return is_signed(public_key, signature, _message(Decision.PROPOSAL, document_bytes, actor, reason, t_ms))


def verify_approval(
    public_key: bytes, signature: bytes, document_bytes: bytes, actor: str, reason: str, t_ms: int
) -> bool:
    """Whether this is an approval of exactly this."""
    return is_signed(public_key, signature, _message(Decision.APPROVAL, document_bytes, actor, reason, t_ms))


def verify_rejection(
    public_key: bytes, signature: bytes, document_bytes: bytes, actor: str, reason: str, t_ms: int
) -> bool:
    """Whether this is a rejection of exactly this."""
    return is_signed(public_key, signature, _message(Decision.REJECTION, document_bytes, actor, reason, t_ms))


def _message(decision: Decision, document_bytes: bytes, actor: str, reason: str, t_ms: int) -> bytes:
    statement = {
        "domain": "valleyline plan 1",
        "decision": decision.value,
        "document_sha256": hashlib.sha256(document_bytes).hexdigest(),
        "actor": actor,
        "reason": reason,
        "t_ms": t_ms,
    }
    return msgspec.json.encode(statement, order="sorted")
