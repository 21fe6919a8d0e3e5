"""The command line: finds the subcommand, turns errors that a person can mend into one sentence."""

from __future__ import annotations

import importlib
import logging
import sys

import click

from devices.datafile import DataFileError
from hmi.program import use_writable_kernel_cache

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
    "simulate": "hmi.commands.simulate:simulate_command",
    "snapshot": "hmi.commands.snapshot:snapshot_command",
    "solver-worker": "hmi.commands.solver_worker:solver_worker_command",
    "states": "hmi.commands.states:states_command",
    "station": "hmi.commands.station:station_command",
}
HIDDEN = ("desk", "simulate", "solver-worker")


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
@click.version_option(package_name=None, version="0.1.0", prog_name="valleyline")
@click.pass_context
def valleyline(context: click.Context, log_level: str) -> None:
    """Moves an energy-intensive plant's load out of the peak tariff; without a subcommand opens the desk."""
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if context.invoked_subcommand is None:
        desk = valleyline.get_command(context, "desk")
        assert desk is not None
        context.invoke(desk)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with its exit status."""
    use_writable_kernel_cache()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = valleyline.main(args=arguments, prog_name="valleyline", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = 2
    except (click.Abort, KeyboardInterrupt):
        status = 130
    except mendable_errors() as error:
        click.echo(str(error), err=True)
        status = 2
    sys.exit(status if isinstance(status, int) else 0)


def mendable_errors() -> tuple[type[Exception], ...]:
    """Errors whose text is one sentence for the person who can mend them."""
    from hmi.store.database import StoreError
    from solver.problem import ProblemError

    return (DataFileError, StoreError, ProblemError)
