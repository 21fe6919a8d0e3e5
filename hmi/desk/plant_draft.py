"""The plant file as it was read, and what somebody at the desk wants of it and has not applied yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hmi.plant_edits import LISTS, PlantEdit, Section, Value, default_of, part_of, value_of

Place = tuple[str, str, str]  # section, id, field


@dataclass(frozen=True, slots=True)
class PlantDraft:
    """`data` is the file's newest, `edits` are pending, each with the value that it was typed over."""

    data: dict[str, Any]
    edits: tuple[PlantEdit, ...] = ()

    def items(self, section: str) -> list[str]:
        """The ids of a section's lines, meters or machines; one "" where a section is one table."""
        if section not in LISTS:
            return [""]
        return [str(each.get("id", "")) for each in self.data.get(section, [])]

    def in_file(self, place: Place) -> Value:
        """What the file says; None where it leaves the key out."""
        section, item, field = place
        found: Value = part_of(self.data, section, item).get(field)
        return found

    def edit_of(self, place: Place) -> PlantEdit | None:
        """The pending edit of a place."""
        return next((one for one in self.edits if (one.section, one.id, one.field) == place), None)

    def shown(self, place: Place) -> Value:
        """What is shown: the pending value, else the file's, else what is taken where it says nothing."""
        edit = self.edit_of(place)
        if edit is not None:
            return edit.after
        found = self.in_file(place)
        return default_of(place[0], place[2]) if found is None else found

    def typed(self, place: Place, text: str) -> PlantDraft:
        """With a value typed into a place; one that is the file's own is no edit."""
        section, item, field = place
        after, before = value_of(section, field, text), self.in_file(place)
        others = tuple(one for one in self.edits if (one.section, one.id, one.field) != place)
        if after == before or (before is None and after == default_of(section, field)):
            return replace(self, edits=others)
        name: Section = section  # type: ignore[assignment]  # the page shows only sections that there are
        return replace(self, edits=(*others, PlantEdit(name, item, field, before, after)))

    def conflicts(self) -> list[PlantEdit]:
        """The edits under which the file was changed outside; the outside value is never overwritten."""
        return [one for one in self.edits if self.in_file((one.section, one.id, one.field)) != one.before]

    def with_file(self, data: dict[str, Any]) -> PlantDraft:
        """Over the newest file; edits that it holds by now are done."""
        newer = replace(self, data=data)
        left = tuple(
            one for one in self.edits if newer.in_file((one.section, one.id, one.field)) != one.after
        )
        return replace(newer, edits=left)
