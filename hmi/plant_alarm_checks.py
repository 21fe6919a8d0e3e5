"""What the alarm rules of a plant file must be to its meters and machines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from devices.meter_quantities import Quantity
from hmi.plant_alarms import (
    AlarmRule,
    DemandRule,
    DeviationRule,
    IdlingRule,
    LeakRule,
    LimitRule,
    OverrunRule,
    PointRule,
)
from hmi.plant_error import PlantError
from hmi.station.codes import AlarmKind

if TYPE_CHECKING:
    from hmi.plant import Plant


def check_alarms(plant: Plant) -> None:
    """Raises PlantError for the first key of `alarms` that does not fit the plant."""
    for kind in plant.alarms.kinds:
        if kind not in list(AlarmKind):
            raise PlantError(f"alarms.kinds: {kind!r} is no kind of alarm; there are {_list(AlarmKind)}.")
    seen: set[str] = set()
    for index, rule in enumerate(plant.alarms.rules):
        where = f"alarms.rules[{index}]"
        if rule.id in seen:
            raise PlantError(f"{where}.id: {rule.id!r} is there twice; ids must differ.")
        seen.add(rule.id)
        _check_rule(plant, rule, where)


def _check_rule(plant: Plant, rule: AlarmRule, where: str) -> None:
    match rule:
        case LimitRule():
            _check_point(plant, rule.point, where)
            _check_limits(rule, where)
        case DeviationRule():
            _check_subject(rule.machine, [*_machines(plant), plant.shopfloor], where)
        case IdlingRule() | OverrunRule():
            _check_subject(rule.machine, _machines(plant), where)
        case LeakRule() | DemandRule():
            if plant.meter_of(plant.shopfloor) is None:
                raise PlantError(f"{where}.rule: {plant.shopfloor!r} has no main meter to watch; add one.")
        case _:
            _check_point(plant, rule.point, where)
    if rule.suppressed_while and not isinstance(rule, PointRule | DeviationRule | IdlingRule | OverrunRule):
        raise PlantError(f"{where}.suppressed_while: this rule watches no machine; take the key out.")


def _check_limits(rule: LimitRule, where: str) -> None:
    if rule.above is None and rule.below is None:
        raise PlantError(f"{where}.above: a limit is missing; write above, below or both.")
    if rule.above is not None and rule.below is not None and rule.below >= rule.above:
        raise PlantError(
            f"{where}.below: {rule.below:g} is not allowed; expected less than above, {rule.above:g}."
        )


def _check_point(plant: Plant, point: str, where: str) -> None:
    meter, _, quantity = point.partition(".")
    meters = [each.id for each in plant.meters]
    if meter not in meters:
        raise PlantError(f"{where}.point: {point!r} is of no meter; there are {_list(meters)}.")
    if quantity not in list(Quantity):
        raise PlantError(
            f"{where}.point: {quantity!r} is nothing that a meter measures; write it as {meter}.power_kw."
        )


def _check_subject(subject: str, allowed: list[str], where: str) -> None:
    if subject not in allowed:
        raise PlantError(f"{where}.machine: {subject!r} is no machine; there are {_list(allowed)}.")


def _machines(plant: Plant) -> list[str]:
    return [machine.id for machine in plant.machines]


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
