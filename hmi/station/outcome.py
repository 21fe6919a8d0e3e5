"""What came of a request that was accepted, for the answer and the audit."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was changed, from what to what, and why; `detail` goes back to the desk."""

    target: str
    before: str = ""
    after: str = ""
    reason: str = ""
    detail: dict[str, object] = field(default_factory=dict)
