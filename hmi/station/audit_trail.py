"""The station's own hand in the audit, and whoever asked it for something."""

from __future__ import annotations

import socket

from devices.clock import Clock
from hmi.store import audit
from hmi.store.database import Store

STATION = "station"


def note(
    store: Store,
    clock: Clock,
    *,
    action: str,
    target: str,
    actor: str = STATION,
    host: str | None = None,
    before: str = "",
    after: str = "",
    result: str = "ok",
    reason: str = "",
) -> None:
    """Adds an entry at the clock's now; without an actor the station itself has done it."""
    audit.append(
        store,
        t_ms=clock.now_ms(),
        wall_ms=clock.wall_ms(),
        actor=actor,
        host=socket.gethostname() if host is None else host,
        action=action,
        target=target,
        before=before,
        after=after,
        result=result,
        reason=reason,
    )
