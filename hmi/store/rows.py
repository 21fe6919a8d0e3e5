"""Records to table rows and back: enums as text, lists and dictionaries as JSON, NaN as NULL."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, get_origin, get_type_hints

import msgspec

T = TypeVar("T")


def to_row(record: object) -> dict[str, Any]:
    """The columns of a record (a dataclass of hmi/store/records.py)."""
    row: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(bytes,))
    for name, hint in _columns(record.__class__).items():
        if get_origin(hint) in (dict, list):
            row[name] = msgspec.json.encode(row[name]).decode()
    return row


def from_row(kind: type[T], row: dict[str, object]) -> T:
    """The record of a row; columns that the record does not know are left out."""
    plain = {name: _plain(row[name], hint) for name, hint in _columns(kind).items()}
    return msgspec.convert(plain, kind, strict=False, builtin_types=(bytes,))


def _plain(value: object, hint: object) -> object:
    if get_origin(hint) in (dict, list):
        return msgspec.json.decode(str(value))
    return math.nan if value is None and hint is float else value


_columns: Callable[[Any], dict[str, Any]] = cache(get_type_hints)
