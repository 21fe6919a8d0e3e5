"""The command line: finds the subcommand, turns errors that a person can mend into one sentence."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path

import click
from click.core import ParameterSource

from devices.datafile import DataFileError
from hmi.commands.common import data_option, plant_option
from hmi.interrupts import EndRequested, raise_when_asked_to_end
from hmi.program import VERSION, keep_products_on_one_thread, use_writable_kernel_cache

COMMANDS = {
    "bench": "hmi.commands.bench:bench_command",
    "case": "hmi.commands.case:case_command",
    "demo": "hmi.commands.demo:demo_command",
    "desk": "hmi.commands.desk:desk_command",
    "doctor": "hmi.commands.doctor:doctor_command",
    "forecast": "hmi.commands.forecast:forecast_command",
    "frame": "hmi.commands.frame:frame_command",
    "history": "hmi.commands.history:history_command",
    "line": "hmi.commands.line:line_command",
    "plan": "hmi.commands.plan:plan_command",
    "profile": "hmi.commands.profile:profile_command",
    "replay": "hmi.commands.replay:replay_command",
    "simulate": "hmi.commands.simulate:simulate_command",
    "snapshot": "hmi.commands.snapshot:snapshot_command",
    "solver-worker": "hmi.commands.solver_worker:solver_worker_command",
    "states": "hmi.commands.states:states_command",
    "station": "hmi.commands.station:station_command",
    "tariff": "hmi.commands.tariff:tariff_command",
}
HIDDEN = ("desk", "simulate", "solver-worker")
WRONG_REQUEST = 2
INTERRUPTED = 130


class LazyGroup(click.Group):
    """Imports a subcommand when it is called, so that none pays for another's libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names shown in the help."""
        return [name for name in COMMANDS if name not in HIDDEN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.option(
    "--log",
    "log_level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    help="What is logged to standard error.",
)
@data_option
@plant_option
@click.version_option(package_name=None, version=VERSION, prog_name="valleyline")
@click.pass_context
def valleyline(context: click.Context, log_level: str, data_dir: Path, plant_path: Path | None) -> None:
    """Moves an energy-intensive plant's load out of the peak tariff; without a subcommand opens the desk."""
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if context.invoked_subcommand is None:
        desk = valleyline.get_command(context, "desk")
        assert desk is not None
        context.invoke(desk, data_dir=data_dir, plant_path=plant_path)
    elif _is_given(context, "data_dir") or _is_given(context, "plant_path"):
        raise click.UsageError(f"Write --data and --plant after {context.invoked_subcommand!r}")


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with its exit status."""
    use_writable_kernel_cache()
    keep_products_on_one_thread()
    raise_when_asked_to_end()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit status; a failure is one sentence on standard error."""
    try:
        status = valleyline.main(args=arguments, prog_name="valleyline", standalone_mode=False)
    except click.ClickException as error:
        click.echo(in_a_sentence(error), err=True)
        return WRONG_REQUEST
    except click.Abort as error:
        return error.__cause__.status if isinstance(error.__cause__, EndRequested) else INTERRUPTED
    except mendable_errors() as error:
        click.echo(str(error), err=True)
        return WRONG_REQUEST
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(f"{error.filename}: this cannot be used ({error.strerror}).", err=True)
        return WRONG_REQUEST
    return status if isinstance(status, int) else 0


def in_a_sentence(error: click.ClickException) -> str:
    """What click complains of, with the command it is about and without its lines on how to use it."""
    sentence = error.format_message().rstrip(".")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        command = error.ctx.command_path
        return f"{command}: {sentence[:1].lower()}{sentence[1:]}; `{command} --help` says what is allowed."
    return f"{sentence}."


def mendable_errors() -> tuple[type[Exception], ...]:
    """Errors whose text is one sentence for the person who can mend them."""
    from hmi.station.lock import LockError
    from hmi.store.database import StoreError
    from solver.problem import ProblemError

    return (DataFileError, LockError, StoreError, ProblemError)
