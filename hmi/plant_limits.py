"""What every plan of a plant must keep and pay, as the plant file says it under `[limits]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from solver.limits import Crew, Distance, Limits, StartRule
from solver.units import Amount, PositiveMinutes, PowerKw, Price

OWN = ""  # the plant's own demand charge, beside those of its tariff by name


class PlantLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A problem's limits but for what is measured or stands elsewhere in the file; keys are the solver's."""

    interval_min: PositiveMinutes = 15
    demand_price_per_kw: Price = 0.0
    interval_energy_kwh: Amount | None = None
    supply_kva: PowerKw | None = None
    power_factor: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    crew: Crew | None = None
    starts: StartRule | None = None
    distance: Distance | None = None


def problem_limits(kept: PlantLimits, supply_kw: float | None, peaks_kw: Mapping[str, float]) -> Limits:
    """The limits of a problem, with the month's highest demand so far by charge."""
    return Limits(
        **{name: getattr(kept, name) for name in kept.__struct_fields__},
        supply_kw=supply_kw,
        peak_so_far_kw=peaks_kw.get(OWN, 0.0),
        peaks_so_far_kw={name: peak_kw for name, peak_kw in peaks_kw.items() if name != OWN},
    )
