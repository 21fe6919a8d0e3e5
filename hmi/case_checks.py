"""Each published figure of a case beside what our reconstruction yields, and whether they agree."""

from __future__ import annotations

import msgspec
import numpy as np

from hmi.case import Case, Table2Row
from solver.durations import DAY_MIN
from solver.loadshift import load_cost
from solver.reconstruction import (
    MillCurve,
    band_shares,
    batch_energy_kwh,
    cycle_min,
    daily_energy_kwh,
    running_kwh_per_min,
)

KWH_OF_A_DAY = 0.01
KWH_PER_MINUTE = 0.05  # "approximately": half of the digit in which it is printed
KWH_PER_HOUR = 5.0  # "approximately": half of a ten; for mill 28 no closer value fits both rows
SHARE = 0.0005  # Table 2 prints tenths of a per cent
SHARE_PERCENT = 0.005
OF_MONEY = 0.001
DAY_OFF_KWH = 10.0
ROUNDING = 1e-9


class Check(msgspec.Struct, frozen=True):
    """A published figure, ours beside it, and from where to where ours may lie."""

    figure: str
    mill: str
    published: float
    ours: float
    low: float
    high: float
    met: bool
    day: str = ""


class Table1Ours(msgspec.Struct, frozen=True):
    """What the reconstruction has for a mill's column of Table 1, and for its cycles and standby."""

    mill: str
    batches: int
    hourly_kwh: float
    minutely_kwh: float
    cycle_h: tuple[float, float]
    batch_kwh: tuple[float, float]
    pauses_per_batch: float
    standby_kw: float


class Table2Ours(msgspec.Struct, frozen=True):
    """What the reconstruction has for a mill's row of Table 2."""

    mill: str
    shares: dict[str, float]
    energy_kwh: float
    cost: float
    mean_price: float


def table_1_ours(case: Case) -> list[Table1Ours]:
    """Table 1 from the reconstruction, in the paper's order of mills."""
    return [_table_1_of(case, row.mill) for row in case.published.table_1]


def _table_1_of(case: Case, mill: str) -> Table1Ours:
    recorded, curve = case.mill(mill), case.curves[mill]
    counted_until = case.published.minute(case.published.counted_until)
    whole = [batch for batch in recorded.batches if not batch.cut]
    cycles_h = [cycle_min(batch, case.reconstruction) / 60 for batch in whole]
    energy_kwh = batch_energy_kwh(curve)[: len(whole)]
    return Table1Ours(
        mill=mill,
        batches=sum(batch.start_min < counted_until for batch in recorded.batches),
        hourly_kwh=60 * running_kwh_per_min(curve),
        minutely_kwh=running_kwh_per_min(curve),
        cycle_h=(min(cycles_h), max(cycles_h)),
        batch_kwh=(float(energy_kwh.min()), float(energy_kwh.max())),
        pauses_per_batch=float(np.mean([len(batch.pauses_min) for batch in whole])),
        standby_kw=recorded.standby_kw,
    )


def table_2_ours(case: Case) -> list[Table2Ours]:
    """Table 2 from the reconstruction."""
    return [_table_2_of(case, case.curves[row.mill]) for row in case.published.table_2.rows]


def _table_2_of(case: Case, curve: MillCurve) -> Table2Ours:
    table = case.published.table_2
    days = slice(case.published.minute(table.since), case.published.minute(table.to))
    price, power_kw = case.price(), curve.power_kw[days]
    energy_kwh = float(power_kw.sum() / 60)
    cost = load_cost(power_kw, price.price_per_kwh[days])
    shares = band_shares(power_kw, price.band[days], price.band_names)
    return Table2Ours(curve.mill, shares, energy_kwh, cost, cost / energy_kwh)


def daily_ours(case: Case, mill: str) -> list[float]:
    """Fig. 8's column of a mill from the reconstruction, kWh of each day."""
    return [float(kwh) for kwh in daily_energy_kwh(case.curves[mill].power_kw)]


def all_checks(case: Case) -> list[Check]:
    """Every published figure against the reconstruction."""
    return [*table_1_checks(case), *table_2_checks(case), *fig_8_checks(case), *standby_checks(case)]


def table_1_checks(case: Case) -> list[Check]:
    """Batches exactly; kWh an hour and a minute as nearly as they are printed; every cycle in its range."""
    checks = []
    low_h, high_h = case.published.cycle_h
    for row, ours in zip(case.published.table_1, table_1_ours(case), strict=True):
        checks += [
            _near("Table 1, batches", row.mill, row.batches, ours.batches, 0),
            _near("Table 1, kWh an hour", row.mill, row.hourly_kwh, ours.hourly_kwh, KWH_PER_HOUR),
            _near("Table 1, kWh a minute", row.mill, row.minutely_kwh, ours.minutely_kwh, KWH_PER_MINUTE),
            _within("shortest cycle, h", row.mill, low_h, ours.cycle_h[0], low_h, high_h),
            _within("longest cycle, h", row.mill, high_h, ours.cycle_h[1], low_h, high_h),
        ]
    return checks


def table_2_checks(case: Case) -> list[Check]:
    """Shares as printed; energy, cost and mean price to 0.1 %."""
    rows = zip(case.published.table_2.rows, table_2_ours(case), strict=True)
    return [check for row, ours in rows for check in _row_checks(row, ours)]


def _row_checks(row: Table2Row, ours: Table2Ours) -> list[Check]:
    shares = [
        _near(f"Table 2, share of {band}", row.mill, row.share(band), ours.shares[band], SHARE)
        for band in ("peak", "flat", "valley")
    ]
    return [
        *shares,
        _near("Table 2, kWh", row.mill, row.energy_kwh, ours.energy_kwh, OF_MONEY * row.energy_kwh),
        _near("Table 2, cost", row.mill, row.cost, ours.cost, OF_MONEY * row.cost),
        _near("Table 2, price", row.mill, row.mean_price, ours.mean_price, OF_MONEY * row.mean_price),
    ]


def fig_8_checks(case: Case) -> list[Check]:
    """Each day's kWh, the totals and their shares."""
    checks = []
    whole_kwh = sum(sum(daily_ours(case, mill)) for mill in case.curves)
    for mill, published in case.daily_kwh.items():
        ours = daily_ours(case, mill)
        for date, paper_kwh, our_kwh in zip(case.dates, published.tolist(), ours, strict=True):
            checks.append(_near("Fig. 8, kWh", mill, paper_kwh, our_kwh, KWH_OF_A_DAY, date))
        total = sum(ours)
        percent = 100 * total / whole_kwh
        printed = case.published.shares_percent[mill]
        checks.append(_near("Fig. 8, total", mill, case.published.totals_kwh[mill], total, KWH_OF_A_DAY))
        checks.append(_near("Fig. 8, per cent", mill, printed, percent, SHARE_PERCENT))
    return checks


def standby_checks(case: Case) -> list[Check]:
    """On a day off nothing runs; on other days standby is as on the days off of the same mill."""
    checks = []
    for mill, published in case.daily_kwh.items():
        runs = (case.curves[mill].batch >= 0).reshape(-1, DAY_MIN).any(axis=1)
        off_kwh = published[(published < DAY_OFF_KWH) & ~runs]
        if len(off_kwh):
            kwh = 24 * case.mill(mill).standby_kw
            low, high = float(off_kwh.min()), float(off_kwh.max())
            checks.append(
                _within("standby, kWh a day", mill, float(off_kwh.mean()), kwh, low - 0.01, high + 0.01)
            )
    return checks


def _near(figure: str, mill: str, published: float, ours: float, tolerance: float, day: str = "") -> Check:
    return _within(figure, mill, published, ours, published - tolerance, published + tolerance, day)


def _within(
    figure: str, mill: str, published: float, ours: float, low: float, high: float, day: str = ""
) -> Check:
    met = low - ROUNDING <= ours <= high + ROUNDING
    return Check(figure, mill, float(published), float(ours), float(low), float(high), met, day)
