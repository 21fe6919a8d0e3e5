"""`valleyline doctor`: what works on this machine and what does not, a sentence each."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from hmi.commands.common import data_option, json_option, print_json
from hmi.store.database import LEAST_SQLITE, sqlite_version
from resources.locate import resource

FREE_BYTES_WANTED = 500_000_000
WINDOW_LIBRARIES = ("xcb-cursor", "xcb-icccm", "xcb-keysyms", "xkbcommon-x11", "EGL", "GL")

PYTHON = "Python {version} on {system}."
SQLITE = "SQLite {version}; {needed} or newer is needed."
DATA_UNWRITABLE = "The data folder {folder} cannot be written; choose another with --data."
DATA_FREE = "The data folder {folder} has {free} GB free."
WINDOW_SYSTEM = "The window uses the system's own screen."
WINDOW_LACKS = "The window lacks these system libraries: {missing}."
WINDOW_NO_SCREEN = "There is no screen here; the demo runs headless and pictures are drawn offscreen."
WINDOW_WHOLE = "The window has its libraries and a screen."
CHINESE_SYSTEM = "Chinese text uses the system's fonts."
CHINESE_FONT = "Chinese text has a font."
CHINESE_NONE = "Chinese text has no font; install {package}."
KERNELS_KEPT = "Compiled kernels can be kept in {folder}."
KERNELS_NOT = "{folder} cannot be written."
LINES_PTY = "The simulated plant can use pseudo-terminals."
LINES_TCP = "There are no pseudo-terminals here; the simulated plant answers RTU over TCP."
RESOURCES_LACK = "The program lacks its own files {missing}; install it again."
RESOURCES_WHOLE = "The program's profiles, tariffs and example plants are in place."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: does it work, and what that means: a text whose words in braces are `detail`."""

    subject: str
    works: bool
    text: str
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.text.format_map(self.detail)


@click.command()
@data_option
@json_option
@click.pass_context
def doctor_command(context: click.Context, data_dir: Path, as_json: bool) -> None:
    """Say what works on this machine and what does not."""
    findings = examine(data_dir)
    if as_json:
        told = [{"subject": one.subject, "works": one.works, "sentence": one.sentence} for one in findings]
        print_json({"findings": told})
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
    return Finding(
        "python", sys.version_info >= (3, 11), PYTHON, {"version": version, "system": platform.platform()}
    )


def _sqlite() -> Finding:
    version = sqlite_version()
    works = version >= LEAST_SQLITE
    needed = ".".join(map(str, LEAST_SQLITE))
    return Finding("sqlite", works, SQLITE, {"version": ".".join(map(str, version)), "needed": needed})


def _data_folder(data_dir: Path) -> Finding:
    existing = nearest_existing(data_dir)
    if not os.access(existing, os.W_OK):
        return Finding("data", False, DATA_UNWRITABLE, {"folder": str(data_dir)})
    free = shutil.disk_usage(existing).free
    detail = {"folder": str(data_dir), "free": f"{free / 1e9:.1f}"}
    return Finding("data", free > FREE_BYTES_WANTED, DATA_FREE, detail)


def _window() -> Finding:
    if platform.system() != "Linux":
        return Finding("window", True, WINDOW_SYSTEM)
    missing = [name for name in WINDOW_LIBRARIES if ctypes.util.find_library(name) is None]
    if missing:
        return Finding("window", False, WINDOW_LACKS, {"missing": ", ".join(missing)})
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Finding("window", True, WINDOW_NO_SCREEN)
    return Finding("window", True, WINDOW_WHOLE)


def _chinese_text() -> Finding:
    if platform.system() != "Linux":
        return Finding("chinese", True, CHINESE_SYSTEM)
    folders = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/truetype/wqy")
    works = any(Path(folder).exists() for folder in folders)
    return Finding("chinese", works, CHINESE_FONT if works else CHINESE_NONE, {"package": "fonts-noto-cjk"})


def _kernel_cache() -> Finding:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or tempfile.gettempdir())
    works = os.access(nearest_existing(folder), os.W_OK)
    return Finding("kernels", works, KERNELS_KEPT if works else KERNELS_NOT, {"folder": str(folder)})


def _lines() -> Finding:
    if hasattr(os, "openpty"):
        return Finding("lines", True, LINES_PTY)
    return Finding("lines", True, LINES_TCP)


def _resources() -> Finding:
    needed = [
        "profiles/eastron_sdm630.toml",
        "plants/company_x/plant.toml",
        "tariffs/guangdong-large-industry-2016.toml",
    ]
    missing = [name for name in needed if not resource(name).exists()]
    if missing:
        return Finding("resources", False, RESOURCES_LACK, {"missing": ", ".join(missing)})
    return Finding("resources", True, RESOURCES_WHOLE)
