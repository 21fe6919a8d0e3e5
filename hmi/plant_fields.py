"""The keys of a plant file that may be shown and changed, and how what is typed becomes a value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from hmi.plant import LineSpec, MachineSpec, MeterSpec, PlanRules, Plant, PlcSpec, Retention
from hmi.plant_limits import PlantLimits

Section = Literal["plant", "rules", "limits", "lines", "meters", "machines", "plc", "retention"]
Row = dict[str, str | int | float]  # of a list of tables, as the crew's shifts are
Value = str | int | float | list[str | Row] | None  # None: the key is not in the file
Table = dict[str, str | int | float | list[str | Row]]
LISTS = ("lines", "meters", "machines")
STRUCTS: dict[str, type[msgspec.Struct]] = {
    "plant": Plant,
    "rules": PlanRules,
    "limits": PlantLimits,
    "lines": LineSpec,
    "meters": MeterSpec,
    "machines": MachineSpec,
    "plc": PlcSpec,
    "retention": Retention,
}
FIXED = {"id", "shopfloor"}  # histories hang on them
NESTED = {"lines", "meters", "machines", "plc", "rules", "limits", "alarms", "retention"}


def fields_of(section: str) -> list[str]:
    """The keys of a section that may be shown and, but for FIXED, changed, in the order of the schema.

    A key of a table within the section has that table's name before it: `crew.charge_min`.
    """
    names = list(_leaves(inspect.type_info(STRUCTS[section])))
    return [name for name in names if section != "plant" or name.partition(".")[0] not in NESTED]


def part_of(data: dict[str, Any], section: str, item: str) -> dict[str, Any]:
    """The table of the file that holds a section's keys; empty when there is none."""
    if section == "plant":
        return data
    if section not in LISTS:
        return dict(data.get(section, {}))
    return next((each for each in data.get(section, []) if each.get("id") == item), {})


def value_in(part: dict[str, Any], field: str) -> Value:
    """What a section's table says for a key; None where it, or the table that it is in, is left out."""
    found: Any = part
    for name in field.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    value: Value = found
    return value


def default_of(section: str, field: str) -> Value:
    """What a key that is left out stands for; None too where its whole table may be left out."""
    if "." in field:
        return None
    found = _field(section, field).default
    return None if found in (msgspec.NODEFAULT, None) else found


def value_of(section: str, field: str, text: str) -> Value:
    """What a person typed, as the file would hold it; an empty text takes the key out.

    A row of a list of tables is typed as its values beside one another: `00:00 2, 08:00 4`.
    """
    text = text.strip()
    if not text:
        return None
    kinds = _kinds(_field(section, field).type)
    number = _number_in(kinds, text)
    if number is not None:
        return number
    for kind in kinds:
        if isinstance(kind, inspect.VarTupleType | inspect.ListType):
            parts = [part.strip() for part in text.split(",") if part.strip()]
            return [_row(kind.item_type, part) for part in parts]
    return text  # if that is no text's place, the check says what is allowed


def _number_in(kinds: list[inspect.Type], text: str) -> int | float | None:
    for number, made in ((inspect.IntType, int), (inspect.FloatType, float)):
        if any(isinstance(kind, number) for kind in kinds):
            try:
                return made(text)
            except ValueError:
                continue
    return None


def _row(kind: inspect.Type, text: str) -> str | Row:
    if not isinstance(kind, inspect.StructType):
        return text
    found: Row = {}
    for field, word in zip(kind.fields, text.split(), strict=False):
        number = _number_in(_kinds(field.type), word)
        found[field.encode_name] = word if number is None else number
    return found


def _leaves(kind: inspect.Type, above: str = "") -> Iterator[str]:
    assert isinstance(kind, inspect.StructType)
    for field in kind.fields:
        inner = next((one for one in _kinds(field.type) if isinstance(one, inspect.StructType)), None)
        if inner is None:
            yield above + field.name
        else:
            yield from _leaves(inner, f"{above}{field.name}.")


def _field(section: str, field: str) -> inspect.Field:
    kind = _described(STRUCTS[section])
    for name in field.split("."):
        struct = next(one for one in _kinds(kind) if isinstance(one, inspect.StructType))
        found = next(one for one in struct.fields if one.name == name)
        kind = found.type
    return found


@cache
def _described(struct: type) -> inspect.Type:
    """What msgspec says of a struct; a page asks for each of its fields, and it takes a millisecond."""
    return inspect.type_info(struct)


def _kinds(kind: inspect.Type) -> list[inspect.Type]:
    """What a value may be, without what is only said of it; a choice among whole numbers is one."""
    parts = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    plain = [part.type if isinstance(part, inspect.Metadata) else part for part in parts]
    return [_number_of(part) for part in plain]


def _number_of(part: inspect.Type) -> inspect.Type:
    whole = isinstance(part, inspect.LiteralType) and all(isinstance(one, int) for one in part.values)
    return inspect.IntType() if whole else part
