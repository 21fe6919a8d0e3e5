"""The tariff as stretches of time for a plot's background, each titled with its price."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from solver.durations import DAY_MS, MINUTE_MS
from solver.errors import TariffError
from solver.tariff import price_grid
from widgets.time_plot import TimeSpan

MOST_DAYS = 31  # beyond that bands would be thinner than a pixel


def band_spans(context: DeskContext, from_ms: int, to_ms: int) -> list[TimeSpan]:
    """The tariff bands between two times; none for a stretch that is too long to tell them apart."""
    minutes = -(-(to_ms - from_ms) // MINUTE_MS)
    if minutes <= 0 or to_ms - from_ms > MOST_DAYS * DAY_MS:
        return []
    start_ms = from_ms - from_ms % MINUTE_MS
    try:
        grid = price_grid(context.tariff, start_ms, minutes, context.plant.zone)
    except TariffError:
        return []  # the header says so
    changes = (np.diff(grid.band) != 0) | (np.diff(grid.price_per_kwh) != 0)
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), grid.minutes]
    spans = []
    for since, to in pairwise(edges):
        name = grid.band_names[int(grid.band[since])]
        price = number(grid.price_per_kwh[since], 3)
        title = f"{texts.band(name)} {price}"
        spans.append(TimeSpan(start_ms + since * MINUTE_MS, start_ms + to * MINUTE_MS, name, title, price))
    return spans
