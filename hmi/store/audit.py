"""The audit: who did what, when, from what to what, and why; only added to, each row sealed by the last."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """How far the chain has been followed: entries found in their place, and the first that is not."""

    checked: int = 0
    last_hash: str = _BEFORE_THE_FIRST
    broken_id: int | None = None
    at_end: bool = False


def check_chain(store: Store, so_far: ChainCheck | None = None, *, most: int = 5000) -> ChainCheck:
    """Follows the chain by at most so many entries; begins at the first, or goes on after `so_far`."""
    known = ChainCheck() if so_far is None else so_far
    if known.broken_id is not None:
        return known
    # Asked for first: what is added meanwhile must not look as if it were missing.
    highest = store.rows("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
    rows = store.records("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?", [known.checked, most])
    checked, last_hash = known.checked, known.last_hash
    for row in rows:
        sealed = {name: value for name, value in row.items() if name != "hash"}
        if (row["id"], row["previous_hash"], row["hash"]) != (checked + 1, last_hash, _hash(sealed)):
            return ChainCheck(checked, last_hash, broken_id=checked + 1, at_end=True)
        checked, last_hash = checked + 1, str(row["hash"])
    at_end = len(rows) < most
    lost = at_end and bool(highest) and int(str(highest[0][0])) > checked
    return ChainCheck(checked, last_hash, broken_id=checked + 1 if lost else None, at_end=at_end)


def verify_chain(store: Store) -> int | None:
    """The id of the first entry that is missing, changed or out of place; None when the chain is whole."""
    check = check_chain(store)
    while not check.at_end:
        check = check_chain(store, check)
    return check.broken_id


def _hash(row: dict[str, object]) -> str:
    return hashlib.sha256(msgspec.json.encode(row, order="sorted")).hexdigest()
