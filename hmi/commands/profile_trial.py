"""A meter read once by everything that a profile knows, other places of the same quantity included."""

from __future__ import annotations

import math
from dataclasses import dataclass

import click

from devices.clock import Clock
from devices.decoding import decode
from devices.identity import fits, ident_reads
from devices.line import Exchange
from devices.line_events import LineConfig
from devices.preview import best, looks
from devices.profile import MeterProfile, QuantitySpec
from devices.reading import Reason
from devices.survey import read_places
from devices.transport import PortError
from hmi.commands.common import print_json
from hmi.commands.line import refused


@dataclass(frozen=True, slots=True)
class Tried:
    """A quantity as the meter says it, before CT and PT ratios; NaN with the reason where there is none."""

    spec: QuantitySpec
    alternative: bool
    registers: tuple[int, ...]
    value: float
    reason: Reason


def show_trial(config: LineConfig, unit: int, profile: MeterProfile, as_json: bool) -> int:
    """Reads and shows; returns the exit status, 1 when not everything that is polled has a value."""
    specs = [(spec, False) for spec in (*profile.quantities, *profile.optional)]
    specs += [(spec, True) for spec in profile.alternatives]
    idents = ident_reads(profile)
    places = [*((spec.fc, spec.start, spec.end - spec.start) for spec, _ in specs), *idents]
    try:
        exchanges = read_places(config, unit, places, profile.timing, Clock())
    except PortError as error:
        raise refused(error) from error
    found = [
        _tried(spec, is_alternative, exchange)
        for (spec, is_alternative), exchange in zip(specs, exchanges, strict=False)
    ]
    model = _model(profile, exchanges[len(specs) :])
    if as_json:
        print_json(_as_json(config, unit, profile, found, model))
    else:
        _print(unit, profile, found, model)
    polled = [item for item in found if item.spec in profile.quantities and not item.alternative]
    return 0 if len(found) == len(specs) and all(item.reason is Reason.NONE for item in polled) else 1


def _tried(spec: QuantitySpec, alternative: bool, exchange: Exchange) -> Tried:
    if exchange.reason is not Reason.NONE:
        return Tried(spec, alternative, (), math.nan, exchange.reason)
    value, reason = decode(spec, exchange.registers)
    return Tried(spec, alternative, exchange.registers, value, reason)


def _model(profile: MeterProfile, exchanges: list[Exchange]) -> str:
    """Whether the meter says that it is of this model: "fits", "differs", or "" where it does not say."""
    answers = [
        fits(ident, exchange.registers)
        for ident, exchange in zip(profile.ident, exchanges, strict=False)
        if exchange.reason is Reason.NONE
    ]
    return "" if not answers else "fits" if any(answers) else "differs"


def _as_json(
    config: LineConfig, unit: int, profile: MeterProfile, found: list[Tried], model: str
) -> dict[str, object]:
    return {
        "port": config.port,
        "unit": unit,
        "meter": f"{profile.maker} {profile.model}",
        "model": model,
        "quantities": [
            {
                "quantity": item.spec.name.value,
                "alternative": item.alternative,
                "fc": item.spec.fc,
                "address": item.spec.address,
                "registers": [f"{word:04X}" for word in item.registers],
                "value": None if math.isnan(item.value) else item.value,
                "reason": item.reason.value,
            }
            for item in found
        ],
    }


def _print(unit: int, profile: MeterProfile, found: list[Tried], model: str) -> None:
    click.echo(f"{profile.maker} {profile.model} at address {unit}, before CT and PT ratios")
    for item in found:
        words = " ".join(f"{word:04X}" for word in item.registers)
        shown = f"no value ({item.reason.value})" if math.isnan(item.value) else f"{item.value:.6g}"
        other = "  (other place)" if item.alternative else ""
        click.echo(f"  {item.spec.name.value:28} {item.spec.address:#06x}  {words:19}  {shown}{other}")
        if item.reason is Reason.OUT_OF_RANGE:
            _print_better(item)
    if found and not found[-1].registers and found[-1].reason is not Reason.EXCEPTION:
        click.echo("It stopped answering; check address, baud rate, parity and wiring.", err=True)
    if model == "differs":
        click.echo("Its ident register says that it is another model.", err=True)


def _print_better(item: Tried) -> None:
    for look in best(looks(item.registers, item.spec.name))[:1]:
        click.echo(
            f"    as {look.type}, word_order {look.word_order}, byte_order {look.byte_order} it would be "
            f"{look.value:g}"
        )
