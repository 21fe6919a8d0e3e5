"""The numbers of a problem's schema, with what they may be."""

from __future__ import annotations

from typing import Annotated

import msgspec

TimeOfDay = Annotated[
    str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="a time of day, such as '22:30'")
]
Minutes = Annotated[int, msgspec.Meta(ge=0)]
PositiveMinutes = Annotated[int, msgspec.Meta(ge=1)]
MinuteSpan = tuple[Minutes, PositiveMinutes]  # from, to
PowerKw = Annotated[float, msgspec.Meta(ge=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Price = Annotated[float, msgspec.Meta(ge=0)]
People = Annotated[int, msgspec.Meta(ge=0)]
