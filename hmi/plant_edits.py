"""Changes of a plant file, of values and of whole tables: checked together, written so that comments stay."""

from __future__ import annotations

import copy
import re
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import tomli_w

from devices.datafile import DataFileError, convert, read_text, toml_data
from hmi.new_file import new_file
from hmi.plant import Plant
from hmi.plant_checks import check_plant
from hmi.plant_error import PlantError
from hmi.plant_fields import LISTS, Section, Table, Value, part_of, value_in
from hmi.plant_files import load_whole_plant


class PlantEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value, from what it was when a person looked at it to what it shall be."""

    section: Section
    id: str  # of a line, meter or machine; "" elsewhere
    field: str
    before: Value
    after: Value

    @property
    def key(self) -> str:
        """How it is named to people: meters mill_23 poll_s."""
        return " ".join(part for part in (self.section, self.id, self.field) if part)


class ItemEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line, meter, machine or the PLC that comes (nothing `before`) or goes (nothing `after`)."""

    section: Literal["lines", "meters", "machines", "plc"]
    id: str  # "" for the PLC
    before: Table | None
    after: Table | None

    @property
    def key(self) -> str:
        """How it is named to people: meters mill_23."""
        return f"{self.section} {self.id}".strip()


class OutsideChangeError(Exception):
    """The file has another value by now than the one that was looked at."""

    def __init__(self, edit: PlantEdit | ItemEdit, now: Value | Table) -> None:
        super().__init__(edit.key)
        self.edit = edit
        self.now = now


def changed(
    data: dict[str, Any], edits: Sequence[PlantEdit], items: Sequence[ItemEdit] = ()
) -> dict[str, Any]:
    """The file's data with the edits done; raises OutsideChangeError. What is there already is left."""
    new = copy.deepcopy(data)
    for item in items:
        there = part_of(data, item.section, item.id) or None
        if there not in (item.before, item.after):
            raise OutsideChangeError(item, there)
        if there != item.after:
            _put_item(new, item)
    for edit in edits:
        now = value_in(part_of(new, edit.section, edit.id), edit.field)
        if now not in (edit.before, edit.after):
            raise OutsideChangeError(edit, now)
        _put(new, edit)
    return new


def changed_text(text: str, edits: Sequence[PlantEdit], items: Sequence[ItemEdit] = ()) -> str:
    """The file's text with the edits done; comments stay wherever the file has one key a line."""
    data = tomllib.loads(text)
    wanted = changed(data, edits, items)
    lines = text.splitlines()
    for item in items:
        if (part_of(data, item.section, item.id) or None) != item.after:
            _edit_table(lines, item)
    for edit in edits:
        _edit_lines(lines, edit)
    new = "\n".join(lines) + "\n"
    try:
        if tomllib.loads(new) == wanted:
            return new
    except tomllib.TOMLDecodeError:
        pass  # the file is written in a way that cannot be changed line by line
    return tomli_w.dumps(wanted)


def fault_of(data: dict[str, Any]) -> str:
    """Which key of a plant file's data does not fit, and why; "" where they fit one another.

    The files that it names, profiles and tariff, are not looked at.
    """
    try:
        check_plant(convert(data, Plant, "plant"))
    except (DataFileError, PlantError) as error:
        return str(error).removeprefix("plant: ")
    return ""


def apply_edits(
    path: Path, data_dir: Path, edits: Sequence[PlantEdit], items: Sequence[ItemEdit] = ()
) -> None:
    """Writes the edits into a plant file if the plant is then still one that can run; the old stays as .bak.

    Raises DataFileError with the sentence of what does not fit, OutsideChangeError; then nothing is written.
    """
    changed(toml_data(path), edits, items)
    new = changed_text(read_text(path), edits, items)
    try:
        with new_file(path, force=True) as part:
            part.write_text(new, encoding="utf-8")
            load_whole_plant(data_dir, part)
            shutil.copy2(path, path.with_name(f"{path.name}.bak"))
    except DataFileError as error:
        part_name = rf"\S*\.{re.escape(path.name)}\.\d+\.part"
        raise DataFileError(re.sub(part_name, str(path), str(error)).strip()) from error


def _put_item(data: dict[str, Any], item: ItemEdit) -> None:
    if item.section not in LISTS:
        data.pop(item.section, None)
        if item.after is not None:
            data[item.section] = dict(item.after)
        return
    others = [each for each in data.get(item.section, []) if each.get("id") != item.id]
    data[item.section] = others if item.after is None else [*others, dict(item.after)]
    if not data[item.section]:
        del data[item.section]


def _edit_table(lines: list[str], item: ItemEdit) -> None:
    """Takes a table out, or puts one behind the last of its kind."""
    name = f"[[{item.section}]]" if item.section in LISTS else f"[{item.section}]"
    found = _table(lines, item.section, item.id) if item.before is not None else None
    if found is not None:
        del lines[found[0] - 1 : _without_comments(lines, found[1])]
    if item.after is None:
        return
    last = [place for place, line in enumerate(lines) if line.split("#")[0].strip() == name]
    end = len(lines)
    if last:
        heads = [place for place in _heads(lines) if place > last[-1]]
        end = _without_comments(lines, heads[0]) if heads else len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    lines[end:end] = ["", name, *tomli_w.dumps(item.after).strip().splitlines()]


def _without_comments(lines: list[str], end: int) -> int:
    """Comments right above a header are the header's."""
    while end < len(lines) and lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def _put(data: dict[str, Any], edit: PlantEdit) -> None:
    if edit.section in LISTS:
        part = next((each for each in data.get(edit.section, []) if each.get("id") == edit.id), None)
        if part is None:
            raise DataFileError(f"{edit.section}: there is no {edit.id!r} any more; look at the plant again.")
    else:
        part = data if edit.section == "plant" else data.setdefault(edit.section, {})
    _put_value(part, edit.field, edit.after)


def _put_value(part: dict[str, Any], field: str, value: Value) -> None:
    """Sets a key such as `crew.charge_min`, or takes it out, and with it a table that it leaves empty."""
    first, _, rest = field.partition(".")
    if rest:
        there = part.get(first)
        inner = there if isinstance(there, dict) else {}
        _put_value(inner, rest, value)
        if inner:
            part[first] = inner
        else:
            part.pop(first, None)
    elif value is None:
        part.pop(first, None)
    else:
        part[first] = value


def _edit_lines(lines: list[str], edit: PlantEdit) -> None:
    """Changes, adds or takes out one line; a layout that it does not know is left as it is."""
    name, first, end = _line_place(lines, edit)
    assigned = re.compile(rf"\s*{re.escape(name)}\s*=")
    found = next((place for place in range(first, end) if assigned.match(lines[place])), None)
    if edit.after is None:
        if found is not None:
            del lines[found]
        return
    new = f"{name} = {_inline(edit.after)}"
    if found is not None:
        comment = re.search(r"\s+#[^\"']*$", lines[found])
        lines[found] = new + (comment.group(0) if comment else "")
        return
    last = max((place for place in range(first, end) if "=" in lines[place]), default=first - 1)
    lines.insert(last + 1, new)


def _line_place(lines: list[str], edit: PlantEdit) -> tuple[str, int, int]:
    """The key as its line names it, and its table's lines: `crew.charge_min` may stand in [limits.crew]."""
    table, _, name = edit.field.rpartition(".")
    above = "" if edit.section == "plant" else f"{edit.section}."
    inner = _table(lines, f"{above}{table}", "") if table else None
    return (name, *inner) if inner is not None else (edit.field, *_range(lines, edit))


def _inline(value: Value) -> str:
    """A value on one line, tables in a list as inline tables."""
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return f"[{', '.join(map(_inline_table, value))}]"
    return tomli_w.dumps({"key": value}).strip().removeprefix("key = ")


def _inline_table(table: object) -> str:
    if not isinstance(table, dict):
        return _inline(str(table))
    return f"{{ {', '.join(f'{key} = {_inline(one)}' for key, one in table.items())} }}"


def _range(lines: list[str], edit: PlantEdit) -> tuple[int, int]:
    """From the first line of the edit's table up to, not including, the next header; made if need be."""
    if edit.section == "plant":
        return 0, next(iter(_heads(lines)), len(lines))
    found = _table(lines, edit.section, edit.id)
    if found is None:
        lines += ["", f"[{edit.section}]"]
        return len(lines), len(lines)
    return found


def _table(lines: list[str], section: str, item: str) -> tuple[int, int] | None:
    """From the first line of a table below its header up to, not including, the next header."""
    heads = _heads(lines)
    name = f"[[{section}]]" if section in LISTS else f"[{section}]"
    mine = re.compile(rf"\s*id\s*=\s*[\"']{re.escape(item)}[\"']")
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=False):
        if lines[head].split("#")[0].strip() == name and (
            not item or any(mine.match(line) for line in lines[head:end])
        ):
            return head + 1, end
    return None


def _heads(lines: list[str]) -> list[int]:
    return [place for place, line in enumerate(lines) if line.lstrip().startswith("[")]
