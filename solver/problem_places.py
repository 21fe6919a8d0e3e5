"""Where in a problem something is: its key, and the ids of the machine, batch or buffer around it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import get_args

import msgspec

from solver.tariff_schema import HalfHour, IsoDate, YearMonth
from solver.units import TimeOfDay

Step = str | int
_OWNERS = {"machines": "machine", "batches": "batch", "buffers": "buffer"}
_PATTERNS = {
    f"`str` matching regex {meta.pattern!r}": meta.description
    for meta in (get_args(kind)[1] for kind in (TimeOfDay, HalfHour, IsoDate, YearMonth))
}
LONGEST_VALUE = 40


def named_place(steps: Sequence[Step], root: object) -> str:
    """A key with the ids around it, as in machines[0].batches[1].due_min (machine 'mill_25', batch 'b1').

    `root` is the problem, or the plain data that was to become one.
    """
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    owners: list[str] = []
    item = root
    for before, step in zip(["", *steps], steps, strict=False):
        item = _child(item, step)
        kind = _OWNERS.get(str(before)) if isinstance(step, int) else None
        name = _child(item, "id")
        if kind and isinstance(name, str):
            owners.append(f"{kind} {name!r}")
    return f"{key} ({', '.join(owners)})" if owners else key


def _child(item: object, step: Step) -> object:
    """What lies there, None if nothing does."""
    if isinstance(step, int):
        return item[step] if isinstance(item, list | tuple) and step < len(item) else None
    return item.get(step) if isinstance(item, dict) else getattr(item, step, None)


def schema_complaint(error: msgspec.ValidationError, data: object, root: str) -> str:
    """What is wrong with plain data, in one sentence: where, what was found, and what is allowed."""
    message, _, at = str(error).partition(" - at ")
    path = re.search(r"\$[^`]*", at)
    steps: list[Step] = [
        int(index) if index else name
        for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path.group() if path else "")
    ]
    found = data
    for step in steps:
        found = _child(found, step)
    if at.endswith("[...]`") and isinstance(found, dict):
        steps += [name for name, value in found.items() if not _is_amount(value)][:1]
        found = _child(found, steps[-1])
    place = named_place([root, *steps] if root else steps, {root: data} if root else data)
    for pattern, words in _PATTERNS.items():
        message = message.replace(pattern, words or pattern)
    what = f"{message[:1].lower()}{message[1:]}"
    if not steps or message.startswith("Object"):
        return f"{place or 'top level'}: {what}."
    if isinstance(found, float) and not math.isfinite(found):
        return f"{place}: {found} is not a finite number."
    if found is None or isinstance(found, bool | int | float | str):
        return f"{place}: {_shown(found)} is not allowed; {what}."
    return f"{place}: {what}."


def _is_amount(value: object) -> bool:
    """Whether this may stand in a table of names and amounts, which is where msgspec names no key."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _shown(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
