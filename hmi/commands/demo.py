"""`valleyline demo`: a simulated plant, a station and a desk; headless it plays a whole day by itself."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from hmi.commands.common import FiniteRange, default_data_dir, make_folder

HEADLESS_SPEED = 600.0
WINDOW_SPEED = 30.0
APPROVAL_REAL_S = 240.0
UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Duration(click.ParamType[float]):
    """Real time such as 90s, 10m or 1h, in seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds of a text."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", str(value))
        if found is None:
            self.fail(f"{value!r} is no duration; write it as 90s, 10m or 1h.", param, ctx)
        return float(found[1]) * UNITS_S[found[2]]


@click.command()
@click.option("--speed", type=FiniteRange(1, 3600), help="How much faster than real time the plant runs.")
@click.option(
    "--headless", is_flag=True, help="Play a whole day without a screen, draw every page, report, end."
)
@click.option("--for", "longest_s", type=Duration(), help="End after so long, e.g. 10m.")
@click.option(
    "--snapshots", "out_dir", type=click.Path(file_okay=False, path_type=Path), help="Where pictures go."
)
@click.option("--data", "data_dir", type=click.Path(file_okay=False, path_type=Path), help="An empty folder.")
@click.pass_context
def demo_command(
    context: click.Context,
    speed: float | None,
    headless: bool,
    longest_s: float | None,
    out_dir: Path | None,
    data_dir: Path | None,
) -> None:
    """Show everything on Company X's ball mills, simulated on real serial lines."""
    folder = (data_dir or default_data_dir() / "demo").absolute()
    if not headless and not has_screen():
        click.echo(
            "There is no screen here, so the demonstration plays a day by itself (--headless).", err=True
        )
        headless = True
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        pictures = (out_dir or folder.parent / f"{folder.name}-pictures").absolute()
        context.exit(play_headless(folder, speed or HEADLESS_SPEED, pictures, longest_s))
    open_window(folder, speed or WINDOW_SPEED, longest_s)


def has_screen() -> bool:
    """Whether a window could be seen."""
    on_linux = sys.platform.startswith("linux")
    return not on_linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def can_open_window() -> bool:
    """Whether Qt can open a window, seen or, where that was asked for, unseen."""
    return has_screen() or bool(os.environ.get("QT_QPA_PLATFORM"))


def play_headless(data_dir: Path, speed: float, out_dir: Path, longest_s: float | None) -> int:
    """Plays the day, prints what it came to; 0 when all went as it should."""
    from hmi.demo.folder import claim
    from hmi.demo.play import play_day
    from hmi.desk.qt_messages import log_qt_messages

    log_qt_messages()
    with claim(data_dir):
        make_folder(out_dir)
        report = play_day(data_dir, speed, out_dir, longest_s)
    click.echo(
        f"{report.readings_stored} readings ({report.readings_bad} bad, {len(report.gaps)} gaps); "
        f"plan {report.cost_before:.2f} → {report.cost_after:.2f} {report.currency}, "
        f"{report.gap_to_bound:.2%} above its bound; "
        f"{report.commands_read_back} of {report.commands_written} commands read back; "
        f"{report.kwh_verified:.1f} kWh verified, {report.saving_verified:.2f} {report.currency} saved; "
        f"pictures and report.json in {out_dir}"
    )
    for problem in report.problems:
        click.echo(problem, err=True)
    return 1 if report.problems else 0


def open_window(data_dir: Path, speed: float, longest_s: float | None) -> None:
    """Opens the desk on a plant of its own until the window is closed."""
    from hmi.demo.folder import claim
    from hmi.demo.watch import watch_live

    with claim(data_dir):
        watch_live(data_dir, speed, APPROVAL_REAL_S, longest_s)
