"""`valleyline doctor`: what works on this machine and what does not, a sentence each."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from hmi.commands.common import data_option, json_option, print_json
from hmi.store.database import LEAST_SQLITE, sqlite_version
from resources.locate import resource

FREE_BYTES_WANTED = 500_000_000
WINDOW_LIBRARIES = ("xcb-cursor", "xcb-icccm", "xcb-keysyms", "xkbcommon-x11", "EGL", "GL")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: does it work, and in a sentence what that means."""

    subject: str
    works: bool
    sentence: str


@click.command()
@data_option
@json_option
@click.pass_context
def doctor_command(context: click.Context, data_dir: Path, as_json: bool) -> None:
    """Say what works on this machine and what does not."""
    findings = examine(data_dir)
    if as_json:
        print_json({"findings": findings})
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.works else 'NO '} {finding.sentence}")
    context.exit(0 if all(finding.works for finding in findings) else 1)


def examine(data_dir: Path) -> list[Finding]:
    """Looks at Python, SQLite, the data folder, the window, the kernels' cache, lines and resources."""
    return [
        _python(),
        _sqlite(),
        _data_folder(data_dir),
        _window(),
        _chinese_text(),
        _kernel_cache(),
        _lines(),
        _resources(),
    ]


def nearest_existing(folder: Path) -> Path:
    """The folder itself, or the nearest above it that is there already."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _python() -> Finding:
    version = platform.python_version()
    return Finding("python", sys.version_info >= (3, 11), f"Python {version} on {platform.platform()}.")


def _sqlite() -> Finding:
    version = sqlite_version()
    works = version >= LEAST_SQLITE
    needed = ".".join(map(str, LEAST_SQLITE))
    return Finding("sqlite", works, f"SQLite {'.'.join(map(str, version))}; {needed} or newer is needed.")


def _data_folder(data_dir: Path) -> Finding:
    existing = nearest_existing(data_dir)
    if not os.access(existing, os.W_OK):
        return Finding(
            "data", False, f"The data folder {data_dir} cannot be written; choose another with --data."
        )
    free = shutil.disk_usage(existing).free
    return Finding(
        "data", free > FREE_BYTES_WANTED, f"The data folder {data_dir} has {free / 1e9:.1f} GB free."
    )


def _window() -> Finding:
    if platform.system() != "Linux":
        return Finding("window", True, "The window uses the system's own screen.")
    missing = [name for name in WINDOW_LIBRARIES if ctypes.util.find_library(name) is None]
    if missing:
        return Finding("window", False, f"The window lacks these system libraries: {', '.join(missing)}.")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Finding(
            "window",
            True,
            "There is no screen here; the demo runs headless and pictures are drawn offscreen.",
        )
    return Finding("window", True, "The window has its libraries and a screen.")


def _chinese_text() -> Finding:
    if platform.system() != "Linux":
        return Finding("chinese", True, "Chinese text uses the system's fonts.")
    folders = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/truetype/wqy")
    works = any(Path(folder).exists() for folder in folders)
    return Finding(
        "chinese",
        works,
        "Chinese text has a font." if works else "Chinese text has no font; install fonts-noto-cjk.",
    )


def _kernel_cache() -> Finding:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or tempfile.gettempdir())
    works = os.access(nearest_existing(folder), os.W_OK)
    return Finding(
        "kernels",
        works,
        f"Compiled kernels can be kept in {folder}." if works else f"{folder} cannot be written.",
    )


def _lines() -> Finding:
    if hasattr(os, "openpty"):
        return Finding("lines", True, "The simulated plant can use pseudo-terminals.")
    return Finding(
        "lines", True, "There are no pseudo-terminals here; the simulated plant answers RTU over TCP."
    )


def _resources() -> Finding:
    needed = [
        "profiles/eastron_sdm630.toml",
        "plants/company_x/plant.toml",
        "tariffs/guangdong-large-industry-2016.toml",
    ]
    missing = [name for name in needed if not resource(name).exists()]
    if missing:
        return Finding(
            "resources", False, f"The program lacks its own files {', '.join(missing)}; install it again."
        )
    return Finding("resources", True, "The program's profiles, tariffs and example plants are in place.")
