"""Fields of a URDB rate, read and checked: numbers, prices with their tiers, and 12×24 schedules."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from solver.errors import TariffError
from solver.tariff_overlaps import month_name
from solver.tariff_schema import BandStart, DaySchedule, DayType, Tier

HOURS = 24


def text_at(data: Mapping[str, Any], key: str) -> str:
    """A text, empty where there is none."""
    value = data.get(key, "")
    return value if isinstance(value, str) else ""


def day_at(data: Mapping[str, Any], key: str) -> str | None:
    """A date given as seconds since 1970 (its day in UTC) or as text."""
    value = data.get(key)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            return date.fromisoformat(value[:10]).isoformat()
        return datetime.fromtimestamp(number_at(value, key), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise TariffError(f"{key}: {value!r} is no date; give seconds since 1970 or 2014-01-31.") from error


def number_at(value: object, key: str) -> float:
    """A finite number; raises TariffError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TariffError(f"{key}: {value!r} is not allowed; expected a finite number.")
    return float(value)


def list_at(value: object, key: str) -> list[Any]:
    """A list; raises TariffError."""
    if not isinstance(value, list):
        raise TariffError(f"{key}: this is no list; expected one.")
    return value


def price_of(value: object, key: str, unit: str, lost: list[str]) -> float | list[Tier]:
    """One price, or tiers with the month's kWh (or kW) up to which each holds."""
    tiers = list_at(value, key)
    if not tiers:
        raise TariffError(f"{key}: the period has no tier; give it a rate.")
    found = [
        _tier(tier, f"{key}[{place}]", unit, place == len(tiers) - 1, lost)
        for place, tier in enumerate(tiers)
    ]
    if len(found) == 1:
        return found[0].price
    for place, tier in enumerate(tiers):
        if tier.get("unit", unit) != unit:
            raise TariffError(
                f"{key}[{place}].unit: tiers by {tier['unit']!r} cannot be planned; expected {unit!r}."
            )
    return found


def _tier(tier: object, key: str, unit: str, is_last: bool, lost: list[str]) -> Tier:
    if not isinstance(tier, Mapping):
        raise TariffError(f"{key}: this is no table; expected one with rate and adj.")
    rate, adj = (tier.get(part) for part in ("rate", "adj"))
    price = number_at(0 if rate is None else rate, f"{key}.rate") + number_at(
        0 if adj is None else adj, f"{key}.adj"
    )
    end = tier.get("max")
    if is_last:
        if end is not None:
            lost.append(f"{key}.max: the last tier's price is taken to hold beyond {end} {unit}, too.")
        return Tier(price)
    if end is None:
        raise TariffError(f"{key}.max: this key is missing; only the last tier has no end.")
    return Tier(price, number_at(end, f"{key}.max"))


def table_at(data: Mapping[str, Any], key: str, structure_key: str) -> list[list[int]]:
    """A 12×24 schedule, checked; raises TariffError with the first month and hour that are wrong."""
    periods = len(list_at(data.get(structure_key), structure_key))
    rows = list_at(data.get(key), key)
    if len(rows) != 12:
        raise TariffError(f"{key}: {len(rows)} months; expected 12, each with {HOURS} hours.")
    for month, row in enumerate(rows, 1):
        hours = list_at(row, f"{key}[{month - 1}]")
        for hour, period in enumerate(hours[:HOURS]):
            if not is_index(period, periods):
                raise TariffError(
                    f"{key}[{month - 1}][{hour}]: in {month_name(month)} from {hour:02d}:00 on there is "
                    f"period {period!r}, and {structure_key} has {periods}, counted from 0."
                )
        if len(hours) != HOURS:
            what = "there is no price" if len(hours) < HOURS else "there is a second price"
            hour = len(hours) if len(hours) < HOURS else 0
            raise TariffError(
                f"{key}[{month - 1}]: {month_name(month)} has {len(hours)} hours and needs {HOURS}; "
                f"from {hour:02d}:00 on {what}."
            )
    return rows


def is_index(value: object, periods: int) -> bool:
    """Whether a value is a period's place, counted from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < periods


def day_schedules(data: Mapping[str, Any], kind: str, name: str) -> list[DaySchedule]:
    """The schedules of `energy` or `demand`; a period's band is called by `name` and its place."""
    structure = f"{kind}ratestructure"
    weekday = table_at(data, f"{kind}weekdayschedule", structure)
    weekend = table_at(data, f"{kind}weekendschedule", structure)
    found: dict[tuple[tuple[int, ...], DayType | None], list[int]] = {}
    for month in range(1, 13):
        rows = {DayType.WEEKDAY: tuple(weekday[month - 1]), DayType.WEEKEND: tuple(weekend[month - 1])}
        alike = rows[DayType.WEEKDAY] == rows[DayType.WEEKEND]
        for kind_of_day in (None,) if alike else (DayType.WEEKDAY, DayType.WEEKEND):
            row = rows[kind_of_day or DayType.WEEKDAY]
            found.setdefault((row, kind_of_day), []).append(month)
    return [
        DaySchedule(
            _edges(row, name),
            [] if len(months) == 12 else months,
            [] if kind_of_day is None else [kind_of_day],
        )
        for (row, kind_of_day), months in found.items()
    ]


def _edges(row: Sequence[int], name: str) -> list[BandStart]:
    changes = [hour for hour in range(HOURS) if hour == 0 or row[hour] != row[hour - 1]]
    return [BandStart(f"{hour:02d}:00", f"{name} {row[hour]}") for hour in changes]
