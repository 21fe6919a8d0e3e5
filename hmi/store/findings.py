"""What the twin found and how wide its bands must be, as the station keeps it for the desks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from hmi.store.database import Store
from hmi.store.status import save_setting, setting
from solver.twin.band_scale import BandScale
from solver.twin.findings import EXPLAINED, OF_BATCHES, Finding, FindingKind

_FINDINGS, _CLOSINGS, _SHAPES = "twin.findings", "twin.closings", "twin.shapes of "
_BANDS, _JUDGED = "twin.bands of ", "twin.judged"


@dataclass(frozen=True, slots=True)
class Closings:
    """What people looked into: from when on a machine's batches count, and what is explained, by amount."""

    begins: dict[str, int] = field(default_factory=dict)
    amounts: list[tuple[str, FindingKind, float]] = field(default_factory=list)

    def begins_ms(self, machine: str) -> int:
        """From when on a machine's batches count."""
        return self.begins.get(machine, 0)

    def explained(self) -> dict[tuple[str, FindingKind], float]:
        """The amounts by machine and kind."""
        return {(machine, kind): amount for machine, kind, amount in self.amounts}

    def with_closed(self, found: Finding, now_ms: int) -> Closings:
        """With one more finding that was looked into."""
        if found.kind in OF_BATCHES:
            return replace(self, begins={**self.begins, found.machine: now_ms})
        if found.kind in EXPLAINED:
            kept = [each for each in self.amounts if each[:2] != (found.machine, found.kind)]
            return replace(self, amounts=[*kept, (found.machine, found.kind, found.amount)])
        return self


def save_findings(store: Store, standing: Sequence[Finding]) -> None:
    """Replaces what stands."""
    save_setting(store, _FINDINGS, standing, durable=False)


def findings(store: Store) -> list[Finding]:
    """What stands, as it was saved."""
    found = setting(store, _FINDINGS)
    return [] if found is None else msgspec.convert(found, list[Finding])


def save_judged(store: Store, until_ms: Mapping[str, int]) -> None:
    """Keeps up to which end each machine's batches were judged."""
    save_setting(store, _JUDGED, until_ms, durable=False)


def judged(store: Store) -> dict[str, int]:
    """Up to which end each machine's batches were judged; {} where an older station kept it not."""
    found = setting(store, _JUDGED)
    return {} if found is None else msgspec.convert(found, dict[str, int])


def save_closings(store: Store, known: Closings) -> None:
    """Keeps what people looked into."""
    save_setting(store, _CLOSINGS, known)


def closings(store: Store) -> Closings:
    """What people looked into so far."""
    found = setting(store, _CLOSINGS)
    return Closings() if found is None else msgspec.convert(found, Closings)


def save_shapes(store: Store, machine: str, known: Sequence[Sequence[float]]) -> None:
    """Replaces the shapes of a machine's last batches, mean power in twentieths of their energy."""
    save_setting(store, f"{_SHAPES}{machine}", known, durable=False)


def shapes(store: Store, machine: str) -> list[list[float]]:
    """The shapes of a machine's last batches, oldest first."""
    found = setting(store, f"{_SHAPES}{machine}")
    return [] if found is None else msgspec.convert(found, list[list[float]])


def save_band_scale(store: Store, subject: str, scale: BandScale) -> None:
    """Replaces how wide a subject's bands must be."""
    save_setting(store, f"{_BANDS}{subject}", scale, durable=False)


def band_scales(store: Store) -> dict[str, BandScale]:
    """How wide bands must be, by subject; those that never were judged are left out."""
    rows = store.rows("SELECT key, value FROM settings WHERE key GLOB ?", [f"{_BANDS}*"])
    return {
        str(key).removeprefix(_BANDS): msgspec.json.decode(str(value), type=BandScale) for key, value in rows
    }
