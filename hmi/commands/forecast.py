"""`valleyline forecast`: what comes next in a series of power, with an 80 % band."""

from __future__ import annotations

import re
from pathlib import Path

import click
import numpy as np

from devices.datafile import DataFileError
from hmi.commands.common import json_option, print_json
from hmi.commands.power_csv import PowerRecord, read_power_csv, say_what_was_mended
from solver.durations import DAY_MS, HOUR_MS, MINUTE_MS
from solver.forecast import LoadForecast, forecast_series

UNITS_MS = {"m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
LONGEST_MS = 62 * UNITS_MS["d"]


def _length_ms(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """A length of time such as 90m, 36h, 1d or 1w, in ms."""
    if value is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([mhdw])", value.strip())
    length_ms = round(float(match[1]) * UNITS_MS[match[2]]) if match else 0
    if not 0 < length_ms <= LONGEST_MS:
        raise click.BadParameter(f"{value!r} is not a length of time; write 90m, 36h, 1d or 1w, at most 62d.")
    return length_ms


@click.command("forecast")
@click.argument("power_csv", metavar="POWER.csv", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--horizon", callback=_length_ms, default="1d", show_default=True, help="How far ahead: 90m, 36h, 1d."
)
@click.option(
    "--interval", callback=_length_ms, default=None, help="Length of a step; the file's own if left out."
)
@click.option("--machine", default=None, help="One machine of a file that holds several.")
@json_option
def forecast_command(
    power_csv: Path, horizon: int, interval: int | None, machine: str | None, as_json: bool
) -> None:
    """What comes after the end of a file with the columns time,power_kw, with an 80 % band."""
    record = read_power_csv(power_csv, machine)
    say_what_was_mended(power_csv, record)
    if not np.any(np.isfinite(record.power_kw)):
        raise DataFileError(f"{power_csv}: power_kw: no row has a power; a forecast needs a past.")
    forecast = forecast_series(record.times_ms, record.power_kw, horizon, interval)
    if as_json:
        print_json(_document(record, forecast))
    else:
        _print_table(record, forecast)


def _document(record: PowerRecord, forecast: LoadForecast) -> dict[str, object]:
    return {
        "times": [record.text(t_ms) for t_ms in forecast.times_ms.tolist()],
        "power_kw": forecast.power_kw.tolist(),
        "low_kw": forecast.low_kw.tolist(),
        "high_kw": forecast.high_kw.tolist(),
    }


def _print_table(record: PowerRecord, forecast: LoadForecast) -> None:
    click.echo(f"{'time':<20}{'kW':>10}{'low':>10}{'high':>10}")
    rows = zip(forecast.times_ms.tolist(), forecast.power_kw, forecast.low_kw, forecast.high_kw, strict=True)
    for t_ms, power, low, high in rows:
        click.echo(f"{record.text(t_ms)[:16]:<20}{power:>10.2f}{low:>10.2f}{high:>10.2f}")
