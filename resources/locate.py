"""Where the shipped data lies, in a checkout and in the executable alike."""

from __future__ import annotations

from pathlib import Path


def resource(relative: str) -> Path:
    """The path of a shipped file or folder, e.g. `tariffs/guangdong-2021.toml`."""
    return Path(__file__).resolve().parent / relative
