"""What a tariff file or a problem says about prices; the meaning is in `solver/tariff.py`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from solver.units import Amount, PositiveMinutes, PowerKw, Price

HalfHour = Annotated[
    str,
    msgspec.Meta(
        pattern="^([01][0-9]|2[0-3]):(00|30)$", description="a time on the hour or half past, such as '08:30'"
    ),
]
IsoDate = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="a date in quotes, such as '2016-03-14'")
]
YearMonth = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="a month in quotes, such as '2016-03'")
]
Month = Annotated[int, msgspec.Meta(ge=1, le=12)]
Per = Literal["day", "month", "year"]
Percent = Annotated[float, msgspec.Meta(gt=0, le=100)]


class DayType(StrEnum):
    """What kind of day the tariff sees; hot goes before holiday, holiday before weekend."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    HOT = "hot"


class BandStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From this local time of day on the band applies."""

    at: HalfHour
    band: str


class DaySchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The bands of a day; empty lists of months or day types mean all."""

    edges: Annotated[list[BandStart], msgspec.Meta(min_length=1)]
    months: list[Month] = []
    day_types: list[DayType] = []


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A block of a block rate: the price up to so many kWh a month, or kW; the last has no end."""

    price: float
    up_to: Amount | None = None


class Season(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """In these months what is given here takes the place of the tariff's own base, ratios and prices."""

    months: Annotated[list[Month], msgspec.Meta(min_length=1)]
    name: str = ""
    base_per_kwh: float | None = None
    ratios: dict[str, Amount] = {}
    prices: dict[str, float | list[Tier]] = {}


class Surcharge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """So much more per kWh in these months, bands and day types; empty lists mean all."""

    name: str
    per_kwh: float
    months: list[Month] = []
    bands: list[str] = []
    day_types: list[DayType] = []


class Ratchet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """In these months at least this share of an earlier month's peak is charged.

    The earlier months are the last `lookback_months`, or those of them that `of_months` names.
    """

    percent: Percent
    months: list[Month] = []
    lookback_months: Annotated[int, msgspec.Meta(ge=1, le=12)] = 12
    of_months: list[Month] = []


class DemandRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a kW of the highest mean over windows costs; empty lists of months or bands mean all.

    The bands are those of `demand_schedules`, or of `schedules` where there are none of these.
    """

    name: str
    price_per_kw: Price | list[Tier]
    per: Per = "month"
    months: list[Month] = []
    bands: list[str] = []
    window_min: PositiveMinutes = 15
    ratchets: list[Ratchet] = []
    past_peaks_kw: dict[YearMonth, PowerKw] = {}  # reached already, in this month and before


class FixedCharge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is paid whatever is used; it is kept and exported, and no plan changes it."""

    name: str
    price: float
    per: Per = "month"


class Tariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A time-of-use tariff: price = base × ratio[band], or prices[band], + adder + surcharges."""

    name: str
    currency: str
    source: str
    base_per_kwh: float | None = None  # needed where there are ratios
    ratios: dict[str, Amount] = {}
    schedules: list[DaySchedule] = []  # at least one
    adder_per_kwh: float = 0.0  # network charges, losses and funds that do not float
    holidays: list[IsoDate] = []
    hot_days: list[IsoDate] = []
    valid_from: IsoDate | None = None
    valid_to: IsoDate | None = None  # the last day
    note: str = ""
    prices: dict[str, float | list[Tier]] = {}  # of bands that have a price rather than a ratio
    seasons: list[Season] = []
    surcharges: list[Surcharge] = []
    used_kwh: Amount = 0.0  # in this month before the plan begins: the tier in force there prices it all
    demand: list[DemandRate] = []
    demand_schedules: list[DaySchedule] = []  # bands of the demand charges, where they are others
    fixed: list[FixedCharge] = []


class PriceSeries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Prices per interval, from `start` on or else from the problem's start; they may be negative."""

    price_per_kwh: Annotated[list[float], msgspec.Meta(min_length=1)]
    interval_min: PositiveMinutes = 60
    start: str | None = None  # local time, e.g. 2025-10-24T00:00
    timezone: str | None = None  # of `start`; the problem's where it is left out
    name: str = ""
    currency: str = ""
    source: str = ""
    adder_per_kwh: float = 0.0  # network charges and levies on top of each price
    demand: list[DemandRate] = []
    fixed: list[FixedCharge] = []
    note: str = ""


def canonical_tariff_bytes(tariff: Tariff | PriceSeries) -> bytes:
    """The same bytes for the same tariff, for hashes and signatures.

    Defaults are left out, so that a key added later leaves the bytes of older tariffs as they are.
    """
    return msgspec.json.encode(tariff, order="deterministic")
