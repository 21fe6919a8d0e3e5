"""What desks want done, and the station's answers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from hmi.store.rows import from_row


class AlreadyAnsweredError(Exception):
    """A request is answered once; a mistake of the caller."""


def ask(
    store: Store, actor: str, host: str, kind: RequestKind, payload: Mapping[str, object], t_ms: int
) -> int:
    """Puts a request before the station and returns its id."""
    row = {
        "t_ms": t_ms,
        "actor": actor,
        "host": host,
        "kind": kind.value,
        "payload": msgspec.json.encode(payload).decode(),
        "answer": "",
        "detail": "{}",
    }
    with store.transaction() as db:
        return int(str(db.table("requests").insert(row).last_pk))


def open_requests(store: Store) -> list[Request]:
    """The requests without an answer, oldest first; not those of `unreadable_requests`."""
    return [found for found in map(_read, _open_rows(store)) if found is not None]


def unreadable_requests(store: Store) -> list[int]:
    """The ids of requests without an answer that this version cannot read, e.g. of a newer desk."""
    return [int(str(row["id"])) for row in _open_rows(store) if _read(row) is None]


def answer(
    store: Store,
    request_id: int,
    accepted: bool,
    code: str,
    t_ms: int,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Answers a request; `code` is "" when accepted. Raises AlreadyAnsweredError the second time."""
    with store.transaction() as db:
        changed = db.conn.execute(
            "UPDATE requests SET answered_ms = ?, accepted = ?, answer = ?, detail = ? "
            "WHERE id = ? AND answered_ms IS NULL",
            [t_ms, accepted, code, msgspec.json.encode(detail or {}).decode(), request_id],
        ).rowcount
        if changed != 1:
            raise AlreadyAnsweredError(f"request {request_id} has been answered before, or was never asked")


def request(store: Store, request_id: int) -> Request | None:
    """The request of an id."""
    rows = store.records("SELECT * FROM requests WHERE id = ?", [request_id])
    return from_row(Request, rows[0]) if rows else None


def _open_rows(store: Store) -> list[dict[str, object]]:
    return store.records("SELECT * FROM requests WHERE answered_ms IS NULL ORDER BY id")


def _read(row: dict[str, object]) -> Request | None:
    try:
        return from_row(Request, row)
    except msgspec.DecodeError:
        return None
