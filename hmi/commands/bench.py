"""`valleyline bench [NAME]`: the benchmarks of tests/bench, with the machine they ran on."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from pathlib import Path
from types import ModuleType

import click

from hmi.commands.common import json_option, print_json

CHECKOUT = Path(__file__).resolve().parents[2]
BENCHES = CHECKOUT / "tests" / "bench"


@click.command()
@click.argument("name", required=False)
@json_option
def bench_command(name: str | None, as_json: bool) -> None:
    """Run the benchmark NAME, or all of them."""
    names = available()
    if not names:
        raise click.ClickException(
            "The benchmarks come with the source, not with the packaged program; run them in a checkout."
        )
    if name is not None and name not in names:
        raise click.ClickException(f"There is no benchmark {name!r}; there are {', '.join(names)}.")
    results: dict[str, object] = {"machine": machine()}
    for each in [name] if name else names:
        click.echo(f"{each} …", err=True)
        results[each] = load(each).run()
        if not as_json:
            show(each, results[each])
    if as_json:
        print_json(results)


def available() -> list[str]:
    """The names of the benchmarks in this checkout."""
    return sorted(path.stem.removeprefix("bench_") for path in BENCHES.glob("bench_*.py"))


def load(name: str) -> ModuleType:
    """Imports a benchmark by its file; each has a function `run() -> dict`."""
    if sys.path[0] != str(CHECKOUT):
        sys.path.insert(0, str(CHECKOUT))  # before any other package that is called `tests`
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCHES / f"bench_{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by its name
    spec.loader.exec_module(module)
    return module


def machine() -> dict[str, object]:
    """What the benchmarks ran on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": sys.version.split()[0],
    }


def show(name: str, result: object, indent: int = 1) -> None:
    """Prints a benchmark's figures as indented lines."""
    if not isinstance(result, dict):
        click.echo(f"{'  ' * indent}{name}: {result}")
        return
    click.echo(f"{'  ' * (indent - 1)}{name}")
    for key, value in result.items():
        show(str(key), value, indent + 1)
