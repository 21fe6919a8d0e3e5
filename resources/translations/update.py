"""Brings the Chinese texts up to date: `python resources/translations/update.py`.

Collects every source text of widgets/ and hmi/ into valleyline_zh_CN.ts, keeping what is translated, and
makes the valleyline_zh_CN.qm that the desk loads. Both files are committed; new texts come in as unfinished
and are translated in the .ts (a text editor or `pyside6-linguist`), then this runs once more.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ROOMS = ("widgets", "hmi")
TEXTS = HERE / "valleyline_zh_CN.ts"
COMPILED = TEXTS.with_suffix(".qm")


def collect(ts: Path) -> None:
    """Brings a .ts file up to date with the sources; texts that are gone go from it too."""
    sources = sorted(str(path) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    # Without places and sorted by text, a commit changes the file only where a text has changed.
    options = ["-silent", "-no-obsolete", "-sort-messages", "-locations", "none", "-target-language", "zh_CN"]
    _run("lupdate", *options, *sources, "-ts", str(ts))


def compile_texts(ts: Path, qm: Path) -> None:
    """Makes a .qm of a .ts; unfinished texts are left out, so that they show in English."""
    _run("lrelease", "-silent", str(ts), "-qm", str(qm))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).parent / f"pyside6-{tool}"
    subprocess.run([str(program), *arguments], check=True, cwd=ROOT)


if __name__ == "__main__":
    collect(TEXTS)
    compile_texts(TEXTS, COMPILED)
