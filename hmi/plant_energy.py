"""What the Energy page needs to know of a plant: its teams' roster, its carbon factors, its baseline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated

import msgspec

from hmi.plant_error import PlantError

NOBODY = "-"  # in a roster: no team works this shift
CalendarDay = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        description="a text in quotes such as 2026-01-31",
    ),
]
RosterDay = Annotated[str, msgspec.Meta(min_length=1, description="the shifts' teams in order, as A B C")]


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which team works which shift: `days` come round again and again from `first_day` on.

    A day names a team for each of the plant's shifts, in the order in which they begin; `-` is nobody.
    """

    first_day: CalendarDay
    days: Annotated[tuple[RosterDay, ...], msgspec.Meta(min_length=1)]

    def team(self, day: date, shift: int) -> str:
        """Who works the day's shift of this place; "" where nobody does, and before the first day."""
        since = (day - date.fromisoformat(self.first_day)).days
        name = self.days[since % len(self.days)].split()[shift] if since >= 0 else NOBODY
        return "" if name == NOBODY else name


class CarbonFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_day": "from"}):
    """What the grid emits for a kWh from this local day on."""

    from_day: CalendarDay
    kg_per_kwh: Annotated[float, msgspec.Meta(gt=0)]


CarbonFactors = float | Sequence[CarbonFrom] | None


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The local days, both included, whose batches later ones are measured against."""

    first_day: CalendarDay
    last_day: CalendarDay


def carbon_factor(factors: CarbonFactors, day: date) -> float | None:
    """What a kWh emits on a local day, in kg; None before the first factor, and where there is none."""
    if factors is None or isinstance(factors, int | float):
        return factors
    begun = [each.kg_per_kwh for each in factors if date.fromisoformat(each.from_day) <= day]
    return begun[-1] if begun else None


def check_energy(
    shifts: Sequence[str], teams: Roster | None, factors: CarbonFactors, baseline: Baseline | None
) -> None:
    """Raises PlantError for the first of these keys that does not fit."""
    if teams is not None:
        _check_roster(teams, len(shifts))
    if factors is not None and not isinstance(factors, int | float):
        _check_factors(factors)
    if baseline is not None:
        first, last = (_day(f"baseline.{key}", getattr(baseline, key)) for key in ("first_day", "last_day"))
        if last < first:
            raise PlantError(f"baseline.last_day: {last} lies before first_day, {first}; change one of them.")


def _check_roster(teams: Roster, shifts: int) -> None:
    _day("teams.first_day", teams.first_day)
    for place, each in enumerate(teams.days):
        named = len(each.split())
        if named != shifts:
            raise PlantError(
                f"teams.days[{place}]: {each!r} names {named} teams and a day has {shifts} shifts; name one "
                "for each, and - for a shift that nobody works."
            )


def _check_factors(factors: Sequence[CarbonFrom]) -> None:
    days = [_day(f"carbon_kg_per_kwh[{place}].from", each.from_day) for place, each in enumerate(factors)]
    for place, (before, day) in enumerate(pairwise(days), 1):
        if day <= before:
            raise PlantError(
                f"carbon_kg_per_kwh[{place}].from: {day} does not come after {before}; the days must rise."
            )


def _day(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PlantError(f"{key}: {text} is no day of the calendar.") from error
