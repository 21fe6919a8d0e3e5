"""The plant file as it was read, and what somebody at the desk wants of it and has not applied yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from hmi.plant_edits import ItemEdit, OutsideChangeError, PlantEdit, changed, fault_of
from hmi.plant_fields import LISTS, Section, Table, Value, default_of, part_of, value_in, value_of

Place = tuple[str, str, str]  # section, id, field


@dataclass(frozen=True, slots=True)
class PlantDraft:
    """`data` is the file's newest, `edits` and `items` are pending, each with what it was made over.

    What is typed into something that is to come changes that, and is no edit of its own.
    """

    data: dict[str, Any]
    edits: tuple[PlantEdit, ...] = ()
    items: tuple[ItemEdit, ...] = ()

    @property
    def waiting(self) -> tuple[PlantEdit | ItemEdit, ...]:
        """All that is pending."""
        return (*self.items, *self.edits)

    def ids(self, section: str) -> list[str]:
        """The ids of a section's lines, meters or machines, those to come at the end; [""] for one table."""
        if section not in LISTS:
            return [""]
        there = [str(each.get("id", "")) for each in self.data.get(section, [])]
        return there + [one.id for one in self.items if one.section == section and one.id not in there]

    def item_edit(self, section: str, item: str) -> ItemEdit | None:
        """What is pending about a line, meter, machine or PLC as a whole."""
        return next((one for one in self.items if (one.section, one.id) == (section, item)), None)

    def left(self, section: str) -> list[str]:
        """The ids that there will be when all is applied."""
        gone = [one.id for one in self.items if one.section == section and one.after is None]
        return [item for item in self.ids(section) if item not in gone]

    def in_file(self, place: Place) -> Value:
        """What the file says; None where it leaves the key out."""
        section, item, field = place
        return value_in(part_of(self.data, section, item), field)

    def edit_of(self, place: Place) -> PlantEdit | None:
        """The pending edit of a place."""
        return next((one for one in self.edits if (one.section, one.id, one.field) == place), None)

    def shown(self, place: Place) -> Value:
        """What is shown: the pending value, else the file's, else what is taken where it says nothing."""
        edit, item = self.edit_of(place), self.item_edit(*place[:2])
        if edit is not None:
            return edit.after
        coming = None if item is None else item.after
        found = self.in_file(place) if coming is None else coming.get(place[2])
        return default_of(place[0], place[2]) if found is None else found

    def typed(self, place: Place, text: str) -> PlantDraft:
        """With a value typed into a place; one that is the file's own is no edit."""
        section, item, field = place
        after, before = value_of(section, field, text), self.in_file(place)
        coming = self.item_edit(section, item)
        if coming is not None:
            return self._typed_into(coming, field, after)
        others = tuple(one for one in self.edits if (one.section, one.id, one.field) != place)
        if after == before or (before is None and after == default_of(section, field)):
            return replace(self, edits=others)
        name: Section = section  # type: ignore[assignment]  # the page shows only sections that there are
        return replace(self, edits=(*others, PlantEdit(name, item, field, before, after)))

    def with_item(self, section: str, item: str, table: Table) -> PlantDraft:
        """With a line, meter, machine or PLC to come; its id must be new in its section."""
        there = part_of(self.data, section, item) or None
        edit = ItemEdit(section, item, there, table)  # type: ignore[arg-type]  # one of its sections
        return replace(self, items=(*self._other_items(section, item), edit))

    def without_item(self, section: str, item: str) -> PlantDraft:
        """With one to go; one that was only to come is forgotten. What was typed into it goes too."""
        edits = tuple(one for one in self.edits if (one.section, one.id) != (section, item))
        others, there = self._other_items(section, item), part_of(self.data, section, item)
        gone = (ItemEdit(section, item, there, None),) if there else ()  # type: ignore[arg-type]
        return replace(self, edits=edits, items=(*others, *gone))

    def kept(self, section: str, item: str) -> PlantDraft:
        """With one that was to go left as it is."""
        return replace(self, items=self._other_items(section, item))

    def conflicts(self) -> list[PlantEdit | ItemEdit]:
        """The edits under which the file was changed outside; the outside value is never overwritten."""
        items = [one for one in self.items if (part_of(self.data, one.section, one.id) or None) != one.before]
        edits = [one for one in self.edits if self.in_file((one.section, one.id, one.field)) != one.before]
        return [*items, *edits]

    def fault(self) -> str:
        """Which key would not fit if all were applied, and why; "" where they fit one another."""
        try:
            return fault_of(changed(self.data, self.edits, self.items))
        except OutsideChangeError:
            return ""  # said by `conflicts`

    def with_file(self, data: dict[str, Any]) -> PlantDraft:
        """Over the newest file; edits that it holds by now are done."""
        newer = replace(self, data=data)
        edits = tuple(
            one for one in self.edits if newer.in_file((one.section, one.id, one.field)) != one.after
        )
        items = tuple(one for one in self.items if (part_of(data, one.section, one.id) or None) != one.after)
        return replace(newer, edits=edits, items=items)

    def _typed_into(self, coming: ItemEdit, field: str, after: Value) -> PlantDraft:
        if coming.after is None:
            return self
        table = {key: value for key, value in coming.after.items() if key != field}
        if after is not None:
            table[field] = after
        edit = msgspec.structs.replace(coming, after=table)
        return replace(self, items=tuple(edit if one is coming else one for one in self.items))

    def _other_items(self, section: str, item: str) -> tuple[ItemEdit, ...]:
        return tuple(one for one in self.items if (one.section, one.id) != (section, item))
