"""The audit: who did what, when, from what to what, and why; only added to, each row sealed by the last."""

from __future__ import annotations

import hashlib

import msgspec

from hmi.store.database import Store
from hmi.store.records import AuditEntry
from hmi.store.rows import from_row

_BEFORE_THE_FIRST = "0" * 64


def append(
    store: Store,
    *,
    t_ms: int,
    wall_ms: int,
    actor: str,
    host: str,
    action: str,
    target: str,
    before: str = "",
    after: str = "",
    result: str = "ok",
    reason: str = "",
) -> AuditEntry:
    """Adds an entry at the end of the chain; part of the caller's transaction if there is one."""
    with store.transaction() as db:
        last = store.rows("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
        last_id, last_hash = last[0] if last else (0, _BEFORE_THE_FIRST)
        row: dict[str, object] = {
            "id": int(str(last_id)) + 1,
            "t_ms": t_ms,
            "wall_ms": wall_ms,
            "actor": actor,
            "host": host,
            "action": action,
            "target": target,
            "before": before,
            "after": after,
            "result": result,
            "reason": reason,
            "previous_hash": last_hash,
        }
        row["hash"] = _hash(row)
        db.table("audit").insert(row)
    return from_row(AuditEntry, row)


def entries(
    store: Store,
    *,
    from_ms: int | None = None,
    to_ms: int | None = None,
    actor: str | None = None,
    below_id: int | None = None,
    limit: int = 1000,
) -> list[AuditEntry]:
    """The last entries, newest first; `below_id` pages on."""
    rows = store.records(
        "SELECT * FROM audit WHERE t_ms >= coalesce(?, t_ms) AND t_ms < coalesce(?, t_ms + 1) "
        "AND actor = coalesce(?, actor) AND id < coalesce(?, id + 1) ORDER BY id DESC LIMIT ?",
        [from_ms, to_ms, actor, below_id, limit],
    )
    return [from_row(AuditEntry, row) for row in rows]


def verify_chain(store: Store) -> int | None:
    """The id of the first entry that is missing, changed or out of place; None when the chain is whole."""
    previous_hash = _BEFORE_THE_FIRST
    expected_id = 1
    for row in store.records("SELECT * FROM audit ORDER BY id"):
        sealed = {name: value for name, value in row.items() if name != "hash"}
        if (row["id"], row["previous_hash"], row["hash"]) != (expected_id, previous_hash, _hash(sealed)):
            return expected_id
        previous_hash = str(row["hash"])
        expected_id += 1
    highest = store.rows("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
    if highest and int(str(highest[0][0])) >= expected_id:
        return expected_id
    return None


def _hash(row: dict[str, object]) -> str:
    return hashlib.sha256(msgspec.json.encode(row, order="sorted")).hexdigest()
