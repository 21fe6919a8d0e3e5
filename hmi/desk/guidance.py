"""What is said of a kind of alarm: its name, its likely cause, what follows, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guidance:
    """Source texts about a kind of alarm, or what they are in the person's language."""

    name: object
    cause: object
    consequence: object
    action: object
