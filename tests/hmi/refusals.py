"""What a command says when it is refused, and what it must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmi.cli import run

NOTHING_ELSE = {"plant.toml", "scenario.toml", "demo.mark", "profiles"}


def spoil(file: Path, old: str, new: str, times: int = 1) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, times), encoding="utf-8")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """The one sentence with which a command is refused."""
    capsys.readouterr()
    assert run([str(argument) for argument in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    return said.err.strip()


def assert_nothing_begun(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} <= NOTHING_ELSE | {"tariff.toml"}
