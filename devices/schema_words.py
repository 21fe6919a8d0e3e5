"""What is wrong with a value in a data file and what is allowed there, for the person who wrote it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import inspect

MOST_NAMES = 24
MOST_SHOWN = 40  # characters of a value
UNNAMED = "..."  # how msgspec calls the key of a table whose keys are free
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text in quotes",
    "bool": "true or false",
    "array": "a list",
    "object": "a table of keys",
    "date": "a date such as 2016-03-14",
    "null": "nothing",
}
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")


def complaint(error: msgspec.ValidationError, kind: Any, data: object) -> tuple[str, str]:
    """The key at fault, such as `meters[0].unit`, and a sentence without its full stop."""
    message, _, place = str(error).partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    steps = [found[1] or found[2] or UNNAMED for found in _STEP.finditer(key)]
    if UNNAMED in steps:
        steps = _named(str(error), kind, data, steps)
        key = _key(steps)
    node = _type_at(inspect.type_info(kind), steps, data)
    if name := _quoted(message, "Object contains unknown field "):
        return _joined(key, name), f"there is no such key; {_choice(name, _fields(node))}"
    if name := _quoted(message, "Object missing required field "):
        return _joined(key, name), "this key is missing; write it"
    return key or "top level", f"{_shown(data, steps)}{_expected(message, node)}"


def _named(message: str, kind: Any, data: object, steps: list[str]) -> list[str]:
    """The steps with the free key by its name: the one without which the mistake is gone."""
    place = steps.index(UNNAMED)
    table = _value_at(data, steps[:place])
    if not isinstance(table, dict):
        return steps
    for name in table:
        others = {key: item for key, item in table.items() if key != name}
        try:
            msgspec.convert(_replaced(data, steps[:place], others), kind)
        except msgspec.ValidationError as error:
            if str(error) == message:
                continue
        return [*steps[:place], str(name), *steps[place + 1 :]]
    return steps


def _replaced(data: Any, steps: Sequence[str], new: object) -> Any:
    """A copy of the data with something else where the steps lead to."""
    if not steps:
        return new
    copy = data.copy()
    step = int(steps[0]) if isinstance(data, list) else steps[0]
    copy[step] = _replaced(data[step], steps[1:], new)
    return copy


def _key(steps: Sequence[str]) -> str:
    return "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in steps).lstrip(".")


def _quoted(message: str, beginning: str) -> str:
    return message.removeprefix(beginning).strip("`") if message.startswith(beginning) else ""


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _choice(name: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, allowed, 1)
    meant = f"{near[0]!r} may be meant, " if near else ""
    return f"{meant}allowed are {', '.join(allowed[:MOST_NAMES])}"


def _expected(message: str, node: inspect.Type | None) -> str:
    """What is allowed, from the type where it is known, else from the message itself."""
    allowed = next(filter(None, map(_allowed, _alternatives(node))), "")
    if allowed:
        return f"expected {allowed}"
    text = f"{message[:1].lower()}{message[1:]}"
    return re.sub(r"`(\w+)`", lambda found: _WORDS.get(found[1], found[1]), text)


def _allowed(node: inspect.Type) -> str:
    match node:
        case inspect.IntType():
            return _bounded("a whole number", node)
        case inspect.FloatType():
            return _bounded("a number", node)
        case inspect.StrType(pattern=str() as pattern):
            return f"a text in quotes that matches {pattern}"
        case inspect.StrType():
            return _WORDS["str"]
        case inspect.BoolType():
            return _WORDS["bool"]
        case inspect.DateType():
            return _WORDS["date"]
        case inspect.EnumType(cls=cls):
            return _one_of([member.value for member in cls])
        case inspect.LiteralType(values=values):
            return _one_of(values)
        case inspect.Metadata(type=inner, extra_json_schema={"description": str() as words}):
            return words if isinstance(inner, inspect.StrType) else _allowed(inner)
        case inspect.Metadata(type=inner):
            return _allowed(inner)
        case inspect.ListType(min_length=int() as least) if least > 0:
            return f"a list of at least {least}"
        case _:
            return ""


def _bounded(words: str, node: inspect.IntType | inspect.FloatType) -> str:
    low = next((text for text in (_bound(node.ge, "at least"), _bound(node.gt, "above")) if text), "")
    high = next((text for text in (_bound(node.le, "at most"), _bound(node.lt, "below")) if text), "")
    if node.ge is not None and node.le is not None:
        return f"{words} from {node.ge:g} to {node.le:g}" if node.le < 1e5 else f"{words}, {low}, {high}"
    return ", ".join(part for part in (words, low, high) if part)


def _bound(value: float | None, words: str) -> str:
    return "" if value is None else f"{words} {value:.15g}"


def _one_of(values: Sequence[object]) -> str:
    names = [repr(value) for value in values]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _shown(data: object, steps: Sequence[str]) -> str:
    """The value at fault, where it can be found and is short."""
    value = _value_at(data, steps)
    text = repr(value)
    simple = isinstance(value, str | int | float | bool)
    return f"{text} is not allowed; " if simple and len(text) <= MOST_SHOWN else ""


def _value_at(data: object, steps: Sequence[str]) -> object:
    """What the steps lead to; None where they cannot be followed."""
    for step in steps:
        if isinstance(data, Mapping) and step in data:
            data = data[step]
        elif isinstance(data, Sequence) and not isinstance(data, str) and step.isdigit():
            data = data[int(step)]
        else:
            return None
    return data


def _type_at(node: inspect.Type | None, steps: Sequence[str], data: object) -> inspect.Type | None:
    """The type of what the steps lead to; None where they cannot be followed."""
    for count, step in enumerate(steps):
        value = _value_at(data, steps[:count])
        if tags := _tags(node, step):
            return inspect.LiteralType(tuple(tags))
        found = (_inner(each, step) for each in _alternatives(_meant(node, value)))
        node = next(filter(None, found), None)
    return _meant(node, _value_at(data, steps))


def _tags(node: inspect.Type | None, step: str) -> list[str]:
    """The values of the key by which a table says which of several kinds it is."""
    structs = [each for each in _alternatives(node) if isinstance(each, inspect.StructType)]
    return [str(each.tag) for each in structs if each.tag_field == step]


def _meant(node: inspect.Type | None, value: object) -> inspect.Type | None:
    """Of several kinds of tables the one that the value says it is."""
    if not isinstance(value, Mapping):
        return node
    for each in _alternatives(node):
        if isinstance(each, inspect.StructType) and each.tag_field and value.get(each.tag_field) == each.tag:
            return each
    return node


def _inner(node: inspect.Type, step: str) -> inspect.Type | None:
    match node:
        case inspect.Metadata(type=inner):
            return _inner(inner, step)
        case inspect.StructType(fields=fields):
            return next((field.type for field in fields if field.encode_name == step), None)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return item
        case inspect.TupleType(item_types=items) if step.isdigit() and int(step) < len(items):
            return items[int(step)]
        case inspect.DictType(value_type=value):
            return value
        case _:
            return None


def _fields(node: inspect.Type | None) -> list[str]:
    return [
        field.encode_name
        for each in _alternatives(node)
        if isinstance(each, inspect.StructType)
        for field in each.fields
    ]


def _alternatives(node: inspect.Type | None) -> Iterator[inspect.Type]:
    if isinstance(node, inspect.UnionType):
        yield from (each for each in node.types if not isinstance(each, inspect.NoneType))
    elif node is not None:
        yield node
