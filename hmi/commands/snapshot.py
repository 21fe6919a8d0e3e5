"""`valleyline snapshot`: every page of the desk as a picture."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from hmi.commands.common import data_option, make_folder, plant_option
from hmi.data_folder import database_path
from hmi.plant_files import load_whole_plant
from hmi.store.database import open_store
from widgets.theme import ThemeName


class SizeType(click.ParamType[tuple[int, int]]):
    """Width and height such as 1920x1080."""

    name = "WIDTHxHEIGHT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """The two numbers; fails with one sentence."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"(\d{3,5})x(\d{3,5})", str(value))
        if found is None:
            self.fail(f"{value!r} is no size; write width and height such as 1920x1080.", param, ctx)
        return int(found[1]), int(found[2])


@click.command()
@data_option
@plant_option
@click.option(
    "--out", "out_dir", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where to."
)
@click.option("--theme", type=click.Choice([name.value for name in ThemeName]), default="light")
@click.option("--lang", type=click.Choice(["en", "zh_CN"]), default="en")
@click.option("--size", type=SizeType(), default=(1920, 1080), show_default="1920x1080")
def snapshot_command(
    data_dir: Path, plant_path: Path | None, out_dir: Path, theme: str, lang: str, size: tuple[int, int]
) -> None:
    """Draw every page of the desk into a folder, from this data folder, without opening a window."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from hmi.desk.app import snapshot_folder
    from hmi.desk.look import Look
    from hmi.desk.qt_messages import log_qt_messages

    log_qt_messages()
    load_whole_plant(data_dir, plant_path)
    open_store(database_path(data_dir), create=False).close()
    make_folder(out_dir)
    for path in snapshot_folder(data_dir, out_dir, Look(ThemeName(theme), lang), size, plant_path):
        click.echo(path)
