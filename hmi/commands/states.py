"""`valleyline states`: states and cycles of one machine from its power."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import click

from hmi.commands.common import json_option, print_json
from hmi.commands.power_csv import PowerRecord, read_power_csv, read_power_file, say_what_was_mended
from solver.batching import grouped_cycles
from solver.cycles import Cycle
from solver.durations import HOUR_MS
from solver.energy import EnergyTotal
from solver.states import MachineState, StateSpan, gap_limit_ms
from solver.thresholds import typical_step_ms
from solver.twin.record_states import RecordStates, record_states
from solver.twin.state_sums import Period, state_sums


@click.command("states")
@click.argument("power_csv", metavar="POWER.csv", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--machine", default=None, help="One machine of a file that holds several.")
@click.option("--rows", is_flag=True, help="Each reading as time,power_kw,state,running (1 or 0).")
@json_option
def states_command(power_csv: Path, machine: str | None, rows: bool, as_json: bool) -> None:
    """States and cycles of one machine from a file with the columns time,power_kw.

    A machine is running exactly in the state `running`; every other state but no-data is not running.
    """
    if rows and as_json:
        raise click.UsageError("--rows and --json are two ways of saying it; give one of them.")
    records = read_power_file(power_csv)
    if machine is not None:
        records = {machine: read_power_csv(power_csv, machine)}
    documents = {}
    for name, record in records.items():
        say_what_was_mended(power_csv, record)
        found = record_states(record.times_ms, record.power_kw)
        if rows:
            _print_rows(record, found, name if len(records) > 1 else None, header=name == next(iter(records)))
            continue
        cycles, energy_kwh = grouped_cycles(found.spans, _energy(record, found))
        documents[name] = _document(record, found.thresholds_kw, found.spans, cycles)
        if not as_json:
            if len(records) > 1:
                click.echo(f"\n{name}")
            _print_table(record, found.thresholds_kw, found.spans, cycles, energy_kwh)
    if as_json:
        print_json(next(iter(documents.values())) if len(documents) == 1 else {"machines": documents})


def _print_rows(record: PowerRecord, found: RecordStates, name: str | None, *, header: bool) -> None:
    """Each reading with its state; `running` is 1, 0, or empty where the state is not known."""
    first, lead = ("machine,", f"{name},") if name is not None else ("", "")
    if header:
        click.echo(f"{first}time,power_kw,state,running")
    spans = iter(found.spans)
    span = next(spans, None)
    lines = []
    for t_ms, kw in zip(record.times_ms.tolist(), record.power_kw.tolist(), strict=True):
        while span is not None and span.end_ms is not None and span.end_ms <= t_ms:
            span = next(spans, None)
        state = MachineState.NO_DATA if span is None else span.state
        running = "" if state is MachineState.NO_DATA else str(int(state is MachineState.RUNNING))
        lines.append(
            f"{lead}{record.text(t_ms)},{f'{kw:.6g}' if math.isfinite(kw) else ''},{state.value},{running}"
        )
    click.echo("\n".join(lines))


def _energy(record: PowerRecord, found: RecordStates) -> EnergyTotal:
    gap_ms = gap_limit_ms(typical_step_ms(record.times_ms))
    total = EnergyTotal(most_kw=4 * found.thresholds_kw[2], gap_ms=gap_ms, keep_ms=None)
    register = record.power_kw * float("nan") if record.energy_kwh is None else record.energy_kwh
    for t_ms, power, counted in zip(
        record.times_ms.tolist(), found.power_kw.tolist(), register.tolist(), strict=True
    ):
        total.add(t_ms, power, counted)
    return total


def _thresholds(edges_kw: Sequence[float]) -> dict[str, float]:
    return {name: round(kw, 4) for name, kw in zip(("standby", "idling", "running"), edges_kw, strict=True)}


def _document(
    record: PowerRecord, edges_kw: Sequence[float], spans: Sequence[StateSpan], cycles: Sequence[Cycle]
) -> dict[str, object]:
    return {
        "states": [
            {
                "start": record.text(span.start_ms),
                "end": record.text(span.end_ms or span.start_ms),
                "state": span.state.value,
            }
            for span in spans
        ],
        "cycles": [
            {
                "start": record.text(cycle.start_ms),
                "end": record.text(cycle.end_ms),
                "running_min": round(cycle.running_min, 2),
                "paused_min": round(cycle.paused_min, 2),
                "energy_kwh": round(cycle.energy_kwh, 3),
                "complete": cycle.complete,
            }
            for cycle in cycles
        ],
        "thresholds_kw": _thresholds(edges_kw),
    }


def _print_table(
    record: PowerRecord,
    edges_kw: Sequence[float],
    spans: Sequence[StateSpan],
    cycles: Sequence[Cycle],
    energy_kwh: float,
) -> None:
    click.echo(
        "Thresholds: " + ", ".join(f"{name} from {kw:.3g} kW" for name, kw in _thresholds(edges_kw).items())
    )
    end_ms = spans[-1].end_ms or spans[-1].start_ms
    for found in state_sums(spans, [Period("all", spans[0].start_ms, end_ms)], end_ms):
        hours = found.duration_ms / HOUR_MS
        click.echo(f"{found.state.value:>10}  {hours:9.1f} h  {found.starts:6d} starts")
    if not cycles:
        click.echo("The machine never ran; there is no cycle.")
        return
    click.echo(f"A batch takes about {energy_kwh:.0f} kWh.\n")
    click.echo(f"{'start':<20}{'end':<20}{'running min':>12}{'paused min':>12}{'kWh':>10}")
    for cycle in cycles:
        click.echo(
            f"{record.text(cycle.start_ms)[:16]:<20}{record.text(cycle.end_ms)[:16]:<20}"
            f"{cycle.running_min:>12.0f}{cycle.paused_min:>12.0f}{cycle.energy_kwh:>10.1f}"
            f"{'' if cycle.complete else '  incomplete'}"
        )
