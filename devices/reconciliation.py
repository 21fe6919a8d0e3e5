"""Energy against the integral of power: a wrong CT ratio, a wrong sign and a wrong word order are named.

What the counter adds in an interval must be what power says that flowed. The tolerance follows from the
counter's resolution, from how much power moved between polls, and from how well the ends are timed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from devices.meter_quantities import Quantity
from devices.profile_schema import Order

HOUR_MS = 3_600_000.0
METERS_DIFFER = 0.02  # of the energy: two quantities of one meter, each with its class of accuracy
LEAST_ERROR = 0.1  # what no wrong ratio, sign or order is below, and badly timed polls may reach
SIGNIFICANT = 5.0  # times the tolerance: below that the interval says nothing about a factor
USUAL_PRIMARY_A = (
    *(10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 125, 150, 160, 200, 250, 300, 400, 500, 600),
    *(750, 800, 1000, 1200, 1250, 1500, 1600, 2000, 2500, 3000, 4000, 5000),
)


class Verdict(StrEnum):
    """What an interval says of a meter."""

    AGREES = "agrees"
    TOO_LITTLE = "too_little"  # nothing flowed, or less than the counter can show
    WRONG_FACTOR = "wrong_factor"  # a CT or PT ratio or a scale
    WRONG_SIGN = "wrong_sign"  # power comes out negative while the meter imports
    WRONG_ORDER = "wrong_order"  # words or bytes of power or energy the other way round
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Sample:
    """Power and energy of one poll, NaN where they have no value."""

    t_ms: int
    power_kw: float
    energy_kwh: float


@dataclass(frozen=True, slots=True)
class OtherOrder:
    """What a quantity would be in another word or byte order: one value for each sample, NaN for none."""

    quantity: Quantity
    word_order: Order
    byte_order: Order
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of an interval.

    `factor` is counted energy over the integral, a usual ratio where one is near; `order` is the order in
    which words and bytes would agree.
    """

    verdict: Verdict
    counted_kwh: float = math.nan
    integral_kwh: float = math.nan
    tolerance_kwh: float = math.nan
    factor: float = 1.0
    order: OtherOrder | None = None


@dataclass(frozen=True, slots=True)
class _Integral:
    """Energy by power: imported, exported, and how wrong either may be."""

    imported_kwh: float
    exported_kwh: float
    tolerance_kwh: float


def find(
    samples: Sequence[Sample],
    counted_kwh: float,
    resolution_kwh: float,
    others: Iterable[OtherOrder] = (),
    ratios: Sequence[float] = (),
) -> Finding:
    """What samples of one interval say; `counted_kwh` is what the import counter added, NaN if unknown.

    `ratios` are the configured CT and PT ratios, for naming a factor.
    """
    integral = _integral(samples)
    rounding = 2.0 * resolution_kwh
    plain = _plain(counted_kwh, integral, rounding) if _usable(samples) else None
    if plain is not None and plain.verdict in (Verdict.AGREES, Verdict.TOO_LITTLE):
        return plain
    for other in others:
        found = _in_other_order(samples, counted_kwh, rounding, other)
        if found is not None:
            return found
    if plain is None:
        return Finding(Verdict.TOO_LITTLE)
    return _with_usual_factor(plain, ratios) if plain.verdict is Verdict.WRONG_FACTOR else plain


def _usable(samples: Sequence[Sample]) -> bool:
    """Whether most samples have both values."""
    both = [item for item in samples if math.isfinite(item.power_kw) and math.isfinite(item.energy_kwh)]
    return len(both) >= 0.8 * len(samples) and len(both) > 1


def _plain(counted_kwh: float, integral: _Integral, rounding: float) -> Finding:
    tolerance = rounding + integral.tolerance_kwh
    flowed = max(integral.imported_kwh, integral.exported_kwh)
    if math.isnan(counted_kwh) or max(counted_kwh, flowed) < SIGNIFICANT * (rounding + 1e-9):
        return Finding(Verdict.TOO_LITTLE)

    def finding(verdict: Verdict, factor: float = 1.0) -> Finding:
        by_power = integral.imported_kwh - integral.exported_kwh
        return Finding(verdict, counted_kwh, by_power, tolerance, factor)

    if abs(counted_kwh - integral.imported_kwh) <= max(tolerance, LEAST_ERROR * integral.imported_kwh):
        exports = integral.exported_kwh > SIGNIFICANT * tolerance and counted_kwh <= tolerance
        return finding(Verdict.WRONG_SIGN if exports else Verdict.AGREES)
    if integral.exported_kwh > tolerance and abs(counted_kwh - integral.exported_kwh) <= tolerance:
        return finding(Verdict.WRONG_SIGN, -1.0)
    if integral.imported_kwh > SIGNIFICANT * integral.tolerance_kwh and counted_kwh > SIGNIFICANT * rounding:
        return finding(Verdict.WRONG_FACTOR, counted_kwh / integral.imported_kwh)
    if integral.exported_kwh > SIGNIFICANT * integral.tolerance_kwh and counted_kwh > SIGNIFICANT * rounding:
        return finding(Verdict.WRONG_SIGN, -counted_kwh / integral.exported_kwh)
    unclear = max(counted_kwh, flowed) < SIGNIFICANT * tolerance
    return finding(Verdict.TOO_LITTLE if unclear else Verdict.UNEXPLAINED)


def _in_other_order(
    samples: Sequence[Sample], counted_kwh: float, rounding: float, other: OtherOrder
) -> Finding | None:
    """The finding if power and energy agree once the other one's words or bytes are turned."""
    if other.quantity is Quantity.POWER:
        energy = [item.energy_kwh for item in samples]
        turned = [
            Sample(item.t_ms, value, item.energy_kwh)
            for item, value in zip(samples, other.values, strict=True)
        ]
        counted = counted_kwh if math.isfinite(counted_kwh) else _rise(energy)
    else:
        turned, counted = list(samples), _rise(other.values)
    if math.isnan(counted) or not _usable_power(turned):
        return None
    integral = _integral(turned)
    tolerance = rounding + integral.tolerance_kwh
    if counted < SIGNIFICANT * rounding or integral.imported_kwh < SIGNIFICANT * integral.tolerance_kwh:
        return None
    if abs(counted - integral.imported_kwh) > tolerance:
        return None
    return Finding(Verdict.WRONG_ORDER, counted, integral.imported_kwh, tolerance, order=other)


def _usable_power(samples: Sequence[Sample]) -> bool:
    return sum(math.isfinite(item.power_kw) for item in samples) >= 0.8 * len(samples)


def _rise(values: Sequence[float]) -> float:
    """What a counter rose by; NaN where it ever fell or lacks values."""
    known = [value for value in values if math.isfinite(value)]
    if len(known) < max(2.0, 0.8 * len(values)) or any(b < a for a, b in pairwise(known)):
        return math.nan
    return known[-1] - known[0]


def _integral(samples: Sequence[Sample]) -> _Integral:
    """By the trapezoid rule over neighbours that both have a value."""
    known = [item for item in samples if math.isfinite(item.power_kw)]
    pairs = list(pairwise(known))
    imported = exported = moved = 0.0
    for one, next_one in pairs:
        hours = (next_one.t_ms - one.t_ms) / HOUR_MS
        imported += hours * (max(one.power_kw, 0.0) + max(next_one.power_kw, 0.0)) / 2
        exported += hours * (max(-one.power_kw, 0.0) + max(-next_one.power_kw, 0.0)) / 2
        moved += hours * abs(next_one.power_kw - one.power_kw) / 2
    if not pairs:
        return _Integral(0.0, 0.0, 0.0)
    usual_h = (known[-1].t_ms - known[0].t_ms) / HOUR_MS / len(pairs)
    at_the_ends = usual_h * (abs(known[0].power_kw) + abs(known[-1].power_kw)) / 2
    return _Integral(imported, exported, moved + at_the_ends + METERS_DIFFER * (imported + exported))


def _with_usual_factor(finding: Finding, ratios: Sequence[float]) -> Finding:
    """The same with the nearest usual ratio in place of the measured one, where it is within tolerance."""
    relative = finding.tolerance_kwh / max(abs(finding.integral_kwh), 1e-12)
    near = [
        usual
        for usual in usual_factors(ratios)
        if abs(finding.factor / usual - 1.0) <= min(max(relative, METERS_DIFFER), 0.1)
    ]
    if not near:
        return finding
    nearest = min(near, key=lambda usual: abs(finding.factor / usual - 1.0))
    return replace(finding, factor=nearest)


def usual_factors(ratios: Sequence[float]) -> list[float]:
    """Factors by which a meter is usually wrong: its own ratios, n/5 and n/1 A transformers, units."""
    own = [ratio for ratio in ratios if ratio != 1.0]
    transformers = [primary / secondary for primary in USUAL_PRIMARY_A for secondary in (5, 1)]
    factors = [*own, math.prod(own), *transformers, 2.0, 3.0, math.sqrt(3.0), 10.0, 100.0, 1000.0, 1e6]
    return [factor for factor in (*factors, *(1.0 / factor for factor in factors)) if factor != 1.0]
