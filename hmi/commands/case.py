"""`valleyline case company-x`: a paper's case, our reconstruction beside it, and what each level saves."""

from __future__ import annotations

import click

from devices.clock import Clock
from hmi.case import Case, load_case
from hmi.case_batches import case_findings
from hmi.case_checks import Check, all_checks, daily_ours, table_1_ours, table_2_ours
from hmi.case_levels import Level, all_levels
from hmi.commands.common import json_option, print_json

RECONSTRUCTION = (
    "The paper publishes sums, not load curves. What stands under 'ours' is a reconstruction: minute curves "
    "that agree with every published figure at once, chosen without looking at what a plan would save."
)
CONTRADICTION = (
    "Mill 28's two rows contradict one another (0.4 kWh a minute is 24 an hour, not 30); ours lies between."
)
UNCOUNTED = "Table 1 counts batches begun before 21 March 00:00; Fig. 8 has one day more, with more running."
ENERGY_APART = "Table 2's kWh are 0.40 and 0.41 above Fig. 8's for the same days; ours follow Fig. 8."
ASSUMED = (
    "Assumed, for nothing is published: 40 min of charging and 20 of discharging, and 0.33 kW of standby for "
    "mills 23, 26 and 29, which have no day off."
)
FREEDOM = (
    "The savings are those of this reconstruction; other schedules agree with the published figures as well "
    "and would save more or less."
)
WIDTH = 110


@click.command("case")
@click.argument("name", metavar="NAME")
@json_option
@click.pass_context
def case_command(context: click.Context, name: str, as_json: bool) -> None:
    """The paper's case NAME (company-x): its tables, our reconstruction, the savings at each level."""
    case = load_case(name)
    checks = all_checks(case)
    if not as_json:
        print_case(case, checks)
    levels = all_levels(case, Clock().monotonic_s, _tell)
    if as_json:
        print_json(case_document(case, checks, levels))
    else:
        print_levels(case, levels)
    if not all(check.met for check in checks):
        context.exit(1)


def _tell(level: str) -> None:
    click.echo(f"searching: {level} …", err=True)


def notes(case: Case) -> list[str]:
    """What a reader of the tables must know."""
    return [RECONSTRUCTION, CONTRADICTION, UNCOUNTED, slip(case), ENERGY_APART, ASSUMED, FREEDOM]


def slip(case: Case) -> str:
    """The sentence on the paper's wrong difference of costs."""
    table = case.published.table_2
    cheap, dear = sorted(row.cost for row in table.rows)
    return (
        f"The paper's extra cost of {table.extra_cost_printed:.3f} CNY is a slip: "
        f"{dear:.3f} - {cheap:.3f} = {dear - cheap:.3f}."
    )


def case_document(case: Case, checks: list[Check], levels: list[Level]) -> dict[str, object]:
    """Everything as one JSON object; money in the tariff's currency, minutes from the record's start."""
    return {
        "case": case.published.name,
        "source": case.published.source,
        "reconstruction": True,
        "notes": notes(case),
        "currency": case.tariff.currency,
        "tariff": case.tariff.name,
        "published": {
            "table_1": case.published.table_1,
            "table_2": case.published.table_2.rows,
            "extra_cost_printed": case.published.table_2.extra_cost_printed,
            "fig_8": {mill: kwh.tolist() for mill, kwh in case.daily_kwh.items()},
            "totals_kwh": case.published.totals_kwh,
            "shares_percent": case.published.shares_percent,
            "cycle_h": case.published.cycle_h,
            "saving_rate": case.published.saving_rate,
        },
        "ours": {
            "table_1": table_1_ours(case),
            "table_2": table_2_ours(case),
            "fig_8": {mill: daily_ours(case, mill) for mill in case.daily_kwh},
            "batches": case.reconstruction.mills,
        },
        "findings": case_findings(case),
        "dates": case.dates,
        "checks": checks,
        "all_met": all(check.met for check in checks),
        "levels": levels,
    }


def print_case(case: Case, checks: list[Check]) -> None:
    """The tables, the paper's figures beside ours."""
    click.echo(f"{case.published.name}\n{case.published.source}\n")
    _say(RECONSTRUCTION, ASSUMED)
    print_table_1(case)
    print_table_2(case)
    print_fig_8(case)
    print_findings(case)
    missed = [check for check in checks if not check.met]
    click.echo(f"{len(checks) - len(missed)} of {len(checks)} published figures are met.")
    for check in missed:
        click.echo(
            f"  not met: {check.figure} {check.mill} {check.day}: {check.published:g} published, "
            f"{check.ours:g} ours, {check.low:g} to {check.high:g} allowed"
        )
    click.echo("")


def print_table_1(case: Case) -> None:
    """Table 1 and what follows from it, a column per mill."""
    rows, ours = case.published.table_1, table_1_ours(case)
    low, high = case.published.cycle_h
    click.echo("Table 1 (to 21 March)" + "".join(f"{_label(row.mill):>13}" for row in rows))
    _line("pressure     paper", [row.pressure for row in rows])
    _line("batches      paper", [str(row.batches) for row in rows])
    _line("              ours", [str(mine.batches) for mine in ours])
    _line("kWh an hour  paper", [f"{row.hourly_kwh:g}" for row in rows])
    _line("              ours", [f"{mine.hourly_kwh:.1f}" for mine in ours])
    _line("kWh a minute paper", [f"{row.minutely_kwh:g}" for row in rows])
    _line("              ours", [f"{mine.minutely_kwh:.2f}" for mine in ours])
    _line("cycle, h     paper", [f"{low:g}-{high:g}" for _ in rows])
    _line("              ours", [f"{mine.cycle_h[0]:.1f}-{mine.cycle_h[1]:.1f}" for mine in ours])
    _line("kWh a batch   ours", [f"{mine.batch_kwh[0]:.0f}-{mine.batch_kwh[1]:.0f}" for mine in ours])
    _say(UNCOUNTED, CONTRADICTION)


def print_findings(case: Case) -> None:
    """The mills that are not like their peers: what they are, not what to copy."""
    for each in case_findings(case):
        more = "more" if each.amount > 0 else "less"
        click.echo(
            f"{_label(each.machine)} takes {abs(each.amount):.0%} {more} a batch than its peers "
            f"({each.values[0]:.0f} kWh, they take {each.usual:.0f}): an anomaly until it is explained, "
            "not a best practice."
        )
    click.echo("")


def _say(*sentences: str) -> None:
    click.echo(click.wrap_text(" ".join(sentences), WIDTH) + "\n")


def _line(head: str, cells: list[str]) -> None:
    click.echo(f"{head:<21}" + "".join(f"{cell:>13}" for cell in cells))


def _label(mill: str) -> str:
    return mill.replace("_", " ")


def print_table_2(case: Case) -> None:
    """Table 2, the paper's row above ours."""
    click.echo("Table 2 (14-16 March)     peak     flat   valley        kWh        CNY   CNY/kWh")
    for row, ours in zip(case.published.table_2.rows, table_2_ours(case), strict=True):
        shares = [row.share(band) for band in ("peak", "flat", "valley")]
        mine = [ours.shares[band] for band in ("peak", "flat", "valley")]
        _table_2_line(f"{_label(row.mill)}  paper", shares, row.energy_kwh, row.cost, row.mean_price)
        _table_2_line("          ours", mine, ours.energy_kwh, ours.cost, ours.mean_price)
    _say(slip(case), ENERGY_APART)


def _table_2_line(head: str, shares: list[float], energy_kwh: float, cost: float, mean: float) -> None:
    cells = "".join(f"{100 * share:>7.1f} %" for share in shares)
    click.echo(f"{head:<21}{cells}{energy_kwh:>11.2f}{cost:>11.2f}{mean:>10.4f}")


def print_fig_8(case: Case) -> None:
    """Fig. 8, each mill's published kWh and ours side by side."""
    mills = sorted(case.daily_kwh)
    ours = {mill: daily_ours(case, mill) for mill in mills}
    click.echo("Fig. 8, kWh     " + "".join(f"{_label(mill):>19}" for mill in mills))
    click.echo("                " + f"{'paper':>11}{'ours':>8}" * len(mills))
    for index, date in enumerate(case.dates):
        pairs = [(case.daily_kwh[mill][index], ours[mill][index]) for mill in mills]
        click.echo(f"{date:<16}" + "".join(f"{paper:>11.2f}{mine:>8.2f}" for paper, mine in pairs))
    totals = [(case.published.totals_kwh[mill], sum(ours[mill])) for mill in mills]
    click.echo(f"{'total':<16}" + "".join(f"{paper:>10.2f}{mine:>9.2f}" for paper, mine in totals))
    click.echo("")


def print_levels(case: Case, levels: list[Level]) -> None:
    """What each level saves, with its bound and gap, and the paper's own figure."""
    currency = case.tariff.currency
    before = levels[0].cost_before
    click.echo(f"What each level saves on the reconstruction ({before:.2f} {currency} as it ran, 21 days)")
    click.echo(f"{'':<20}{currency:>10}{'saves':>10}{'bound':>11}{'gap':>9}   {'seconds':>8}")
    for level in levels:
        click.echo(
            f"{level.level:<20}{level.cost:>10.2f}{level.saving_rate:>10.2%}{level.bound:>11.2f}"
            f"{level.gap:>9.3%}   {level.seconds:>8.1f}  {level.moves}"
        )
        if level.t0_min:
            click.echo(f"{'':<20}t0 in min: " + _shifts(level.t0_min))
        if level.note:
            click.echo(f"{'':<20}{level.note}")
    rate = case.published.saving_rate
    click.echo(f"{'the paper':<20}{'':>10}{'~':>4}{rate:.2%}  for the shop-floor, load curves not published")
    _say(FREEDOM)


def _shifts(t0_min: dict[str, int]) -> str:
    return ", ".join(f"{_label(name)} {t0:+d}" for name, t0 in t0_min.items())
