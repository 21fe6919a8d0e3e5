"""`valleyline tariff`: the shipped tariffs, whether one can be used, and OpenEI's shape of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec

from devices.datafile import DataFileError, NoSuchFileError
from hmi.commands.common import json_option, print_json
from hmi.tariff_day import BandSpan, band_spans, midnight_ms
from hmi.tariffs import export_urdb, load_tariff, load_urdb, shipped_tariffs, tariff_toml
from solver.durations import MINUTE_MS
from solver.errors import TariffError
from solver.tariff import FIRST_YEAR, LAST_YEAR, PriceSeries, Tariff, price_grid

out_option = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it here, not to standard output."
)


@click.group("tariff")
def tariff_command() -> None:
    """Tariffs: the shipped ones, those of a file, and OpenEI's."""


@tariff_command.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """The shipped tariffs with their validity and source."""
    tariffs = {name: load_tariff(name) for name in shipped_tariffs()}
    if as_json:
        print_json({"tariffs": [_facts(name, tariff) for name, tariff in tariffs.items()]})
        return
    for name, tariff in tariffs.items():
        facts = _facts(name, tariff)
        click.echo(f"{name}: {facts['kind']}, {facts['currency']}, {facts['valid']}\n    {facts['source']}")


@tariff_command.command("show")
@click.argument("name", metavar="NAME|FILE.toml")
@click.option("--day", "day_text", metavar="YYYY-MM-DD", help="The day; its first day if left out.")
@json_option
def show_command(name: str, day_text: str | None, as_json: bool) -> None:
    """The bands and prices of one day."""
    tariff = load_tariff(name)
    day = _chosen_day(tariff, day_text)
    zone = ZoneInfo((tariff.timezone if isinstance(tariff, PriceSeries) else None) or "UTC")
    start_ms, end_ms = (midnight_ms(each, zone) for each in (day, day + timedelta(days=1)))
    try:
        grid = price_grid(tariff, start_ms, (end_ms - start_ms) // MINUTE_MS, zone)
    except TariffError as error:
        raise DataFileError(f"{name}: {error}") from error
    spans = band_spans(grid, zone)
    if as_json:
        print_json(
            {
                "name": name,
                "day": day.isoformat(),
                "currency": tariff.currency,
                "spans": [_as_json(span) for span in spans],
            }
        )
        return
    click.echo(f"{name}, {day.isoformat()}, {tariff.currency} per kWh")
    for span in spans:
        click.echo(f"    {span.begin}-{span.end}  {span.price_per_kwh:10.5f}  {span.band}")
    for charge in grid.demand:
        click.echo(f"    {charge.name}: {charge.price_per_kw:g} per kW over {charge.window_min} min")


@tariff_command.command("check")
@click.argument("path", metavar="FILE.toml")
@click.pass_context
def check_command(context: click.Context, path: str) -> None:
    """Whether a tariff can be used; says the first hour without a price, or with two."""
    try:
        tariff = load_tariff(path)
    except NoSuchFileError:
        raise
    except DataFileError as error:
        click.echo(str(error), err=True)
        context.exit(1)
    click.echo(f"{path}: {_facts(tariff.name, tariff)['kind']}, {tariff.currency}: it can be used.")


@tariff_command.command("import")
@click.argument("path", metavar="RATE.json", type=click.Path(dir_okay=False, path_type=Path))
@out_option
def import_command(path: Path, out: Path | None) -> None:
    """A rate of OpenEI's database as a tariff file."""
    found = load_urdb(path)
    _tell_lost(found.lost)
    _write(tariff_toml(found.tariff), out)


@tariff_command.command("export")
@click.argument("name", metavar="NAME|FILE.toml")
@out_option
def export_command(name: str, out: Path | None) -> None:
    """A tariff in the shape of OpenEI's database; what that cannot hold is said on standard error."""
    found = export_urdb(name)
    _tell_lost(found.lost)
    _write(msgspec.json.format(msgspec.json.encode(found.data), indent=2).decode() + "\n", out)


def _facts(name: str, tariff: Tariff | PriceSeries) -> dict[str, str]:
    if isinstance(tariff, PriceSeries):
        minutes = len(tariff.price_per_kwh) * tariff.interval_min
        kind = f"series of {len(tariff.price_per_kwh)} prices"
        valid = f"{minutes / 60:g} h from {tariff.start or 'a problem’s start'}"
    else:
        kind = "calendar"
        valid = f"from {tariff.valid_from or 'ever'} to {tariff.valid_to or 'further notice'}"
    return {
        "name": name,
        "kind": kind,
        "currency": tariff.currency,
        "valid": valid,
        "source": tariff.source,
        "note": tariff.note,
    }


def _chosen_day(tariff: Tariff | PriceSeries, text: str | None) -> date:
    begins = tariff.start if isinstance(tariff, PriceSeries) else tariff.valid_from
    if text is None:
        ends = None if isinstance(tariff, PriceSeries) else tariff.valid_to
        text = (begins or ends or "2016-01-01")[:10]
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text} is no date; write it as 2016-03-14", param_hint="--day") from error
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise click.BadParameter(f"{text} lies too far away", param_hint="--day")
    return day


def _as_json(span: BandSpan) -> dict[str, str | float]:
    return {"from": span.begin, "to": span.end, "band": span.band, "price_per_kwh": span.price_per_kwh}


def _tell_lost(lost: list[str]) -> None:
    for sentence in lost:
        click.echo(f"Lost: {sentence}", err=True)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
