"""What the keys of a plant file are called, and what may be chosen for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import available_timezones

from PySide6.QtCore import QT_TRANSLATE_NOOP

from devices.profile import profile_names
from hmi.desk import texts
from hmi.desk.plant_draft import PlantDraft
from hmi.plant_edits import ItemEdit, PlantEdit
from hmi.plant_fields import LISTS, Table, Value
from hmi.tariffs import shipped_tariffs

SECTIONS: dict[str, object] = {
    "plant": QT_TRANSLATE_NOOP("texts", "Plant"),
    "machines": QT_TRANSLATE_NOOP("texts", "Equipment"),
    "meters": QT_TRANSLATE_NOOP("texts", "Meters and points"),
    "lines": QT_TRANSLATE_NOOP("texts", "Lines"),
    "plc": QT_TRANSLATE_NOOP("texts", "PLC"),
    "rules": QT_TRANSLATE_NOOP("texts", "Plan rules"),
    "limits": QT_TRANSLATE_NOOP("texts", "Limits"),
    "retention": QT_TRANSLATE_NOOP("texts", "Keeping"),
}

_KEY = re.compile(r"[a-z_]+(?:\[\d+\]|\.[a-z_]+)*")  # as a fault of the plant file names it
_STEP = re.compile(r"([a-z_]+)|\[(\d+)\]")
_WORD = re.compile(r"(?<!['\w.])[a-z]+(?:_[a-z]+)+(?!['\w.])")  # a key within a sentence

_FIELDS: dict[str, object] = {
    "id": QT_TRANSLATE_NOOP("texts", "Id"),
    "name": QT_TRANSLATE_NOOP("texts", "Name"),
    "shopfloor": QT_TRANSLATE_NOOP("texts", "Id of the shop-floor"),
    "shopfloor_label": QT_TRANSLATE_NOOP("texts", "Shop-floor"),
    "timezone": QT_TRANSLATE_NOOP("texts", "Time zone"),
    "currency": QT_TRANSLATE_NOOP("texts", "Currency"),
    "tariff": QT_TRANSLATE_NOOP("texts", "Tariff"),
    "supply_kw": QT_TRANSLATE_NOOP("texts", "Supply, kW"),
    "carbon_kg_per_kwh": QT_TRANSLATE_NOOP(
        "texts", "Carbon, kg CO₂ per kWh; dated as 2025-01-01 0.55, 2026-01-01 0.53"
    ),
    "shifts": QT_TRANSLATE_NOOP("texts", "Shifts begin at"),
    "teams.first_day": QT_TRANSLATE_NOOP("texts", "Teams: the roster's first day, as 2026-01-31"),
    "teams.days": QT_TRANSLATE_NOOP("texts", "Teams of each day's shifts, day by day: A B C, D A B"),
    "baseline.first_day": QT_TRANSLATE_NOOP("texts", "Baseline of a batch's energy: first day"),
    "baseline.last_day": QT_TRANSLATE_NOOP("texts", "Baseline of a batch's energy: last day"),
    "raw_days": QT_TRANSLATE_NOOP("texts", "Readings stay as they are for, days"),
    "mean_min": QT_TRANSLATE_NOOP("texts", "Then their means stay, over min"),
    "means_days": QT_TRANSLATE_NOOP("texts", "Means stay for, days; then only totals"),
    "port": QT_TRANSLATE_NOOP("texts", "Port"),
    "baud": QT_TRANSLATE_NOOP("texts", "Baud"),
    "parity": QT_TRANSLATE_NOOP("texts", "Parity"),
    "stop_bits": QT_TRANSLATE_NOOP("texts", "Stop bits"),
    "line": QT_TRANSLATE_NOOP("texts", "Line"),
    "unit": QT_TRANSLATE_NOOP("texts", "Address"),
    "profile": QT_TRANSLATE_NOOP("texts", "Profile"),
    "measures": QT_TRANSLATE_NOOP("texts", "Measures"),
    "address": QT_TRANSLATE_NOOP("texts", "Address as text"),
    "framing": QT_TRANSLATE_NOOP("texts", "Framing"),
    "poll_s": QT_TRANSLATE_NOOP("texts", "Every, s"),
    "ct_ratio": QT_TRANSLATE_NOOP("texts", "CT ratio"),
    "pt_ratio": QT_TRANSLATE_NOOP("texts", "PT ratio"),
    "quantities": QT_TRANSLATE_NOOP("texts", "Points"),
    "machines": QT_TRANSLATE_NOOP("texts", "Machines"),
    "label": QT_TRANSLATE_NOOP("texts", "Name"),
    "rated_kw": QT_TRANSLATE_NOOP("texts", "Rated, kW"),
    "running_kw": QT_TRANSLATE_NOOP("texts", "Running, kW"),
    "standby_kw": QT_TRANSLATE_NOOP("texts", "Standby, kW"),
    "batch_running_min": QT_TRANSLATE_NOOP("texts", "Batch, min"),
    "gap_before_min": QT_TRANSLATE_NOOP("texts", "Gap, min"),
    "most_pauses": QT_TRANSLATE_NOOP("texts", "Pauses"),
    "least_pause_min": QT_TRANSLATE_NOOP("texts", "Pause, min"),
    "production_line": QT_TRANSLATE_NOOP("texts", "Production line"),
    "lead_min": QT_TRANSLATE_NOOP("texts", "A plan begins at the earliest after, min"),
    "horizon_min": QT_TRANSLATE_NOOP("texts", "A plan looks ahead, min"),
    "interval_min": QT_TRANSLATE_NOOP("texts", "Demand and energy count over, min"),
    "demand_price_per_kw": QT_TRANSLATE_NOOP("texts", "Price of the month's highest demand, per kW"),
    "interval_energy_kwh": QT_TRANSLATE_NOOP("texts", "Energy in one interval at most, kWh"),
    "supply_kva": QT_TRANSLATE_NOOP("texts", "Supply, kVA"),
    "power_factor": QT_TRANSLATE_NOOP("texts", "Power factor (kVA into kW)"),
    "crew.shifts": QT_TRANSLATE_NOOP("texts", "Crew: people from a time on, as 00:00 2, 08:00 4"),
    "crew.weekend_shifts": QT_TRANSLATE_NOOP("texts", "Crew on Saturday and Sunday, likewise"),
    "crew.charge_min": QT_TRANSLATE_NOOP("texts", "Charging before a batch takes, min"),
    "crew.charge_people": QT_TRANSLATE_NOOP("texts", "People to charge"),
    "crew.discharge_min": QT_TRANSLATE_NOOP("texts", "Discharging after a batch takes, min"),
    "crew.discharge_people": QT_TRANSLATE_NOOP("texts", "People to discharge"),
    "crew.night.begins": QT_TRANSLATE_NOOP("texts", "Night work begins, HH:MM"),
    "crew.night.ends": QT_TRANSLATE_NOOP("texts", "Night work ends, HH:MM"),
    "crew.night.price_per_hour": QT_TRANSLATE_NOOP("texts", "Night work costs more, per person and hour"),
    "starts.most": QT_TRANSLATE_NOOP("texts", "Machines that start together at most"),
    "starts.within_min": QT_TRANSLATE_NOOP("texts", "Together means within, min"),
    "distance.most_min": QT_TRANSLATE_NOOP("texts", "A start moves at most, min"),
    "distance.most_batches": QT_TRANSLATE_NOOP("texts", "Batches that move at most"),
    "distance.price_per_hour": QT_TRANSLATE_NOOP("texts", "Each hour that a start moves costs"),
    "peak_idle_min": QT_TRANSLATE_NOOP("texts", "Idling in the peak is an alarm after, min"),
}


def section(name: str) -> str:
    """What a part of the plant is called."""
    return texts.translated(SECTIONS[name])


def field(name: str) -> str:
    """What a key is called; one without a name here shows itself."""
    return texts.translated(_FIELDS[name]) if name in _FIELDS else name


def shown(value: object) -> str:
    """A value of the file as text; "" for none."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_one, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _one(value: object) -> str:
    """Of a list; a shift is its time and its people."""
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def told(value: Value | Table) -> str:
    """A value for the confirmation: a key that is left out is a dash."""
    if isinstance(value, dict):
        return ", ".join(f"{field(key)} {shown(one)}" for key, one in value.items() if key != "id")
    return shown(value) or "–"


def edit_name(edit: PlantEdit | ItemEdit) -> str:
    """What an edit changes, in words."""
    name = field(edit.field) if isinstance(edit, PlantEdit) else ""
    return " · ".join(part for part in (section(edit.section), edit.id, name) if part)


def fault(draft: PlantDraft) -> str:
    """What would not fit if all were applied, keys named as on the page; "" where all fits."""
    sentence = draft.fault()
    key, colon, rest = sentence.partition(": ")
    if not colon or _KEY.fullmatch(key) is None:
        return sentence
    steps = [name or int(place) for name, place in _STEP.findall(key)]
    part = str(steps.pop(0)) if steps[0] in SECTIONS else "plant"
    places = [step for step in steps[:1] if isinstance(step, int) and part in LISTS]
    ids = [item for place in places for item in draft.left(part)[place : place + 1]]
    path = [step for step in steps if isinstance(step, str)]
    names = [section(part), *ids, *_titles(path)]
    return f"{' · '.join(names)}: {_WORD.sub(_quoted, rest)}"


def _titles(path: Sequence[str]) -> list[str]:
    """The title of a key's path, or of the shortest table that is one field of the page: `crew.shifts`."""
    ways = [".".join(path[:end]) for end in range(1, len(path) + 1)]
    return [next((field(way) for way in ways if way in _FIELDS), ways[-1])] if path else []


def _quoted(word: re.Match[str]) -> str:
    return f"“{field(word[0])}”" if word[0] in _FIELDS else word[0]


def choices(draft: PlantDraft, name: str) -> list[str]:
    """What may be chosen for a key; empty where anything may be typed."""
    match name:
        case "tariff":
            return shipped_tariffs()
        case "timezone":
            return sorted(available_timezones())
        case "line":
            return draft.left("lines")
        case "parity":
            return ["N", "E", "O"]
        case "stop_bits":
            return ["1", "2"]
        case "measures":
            return [str(draft.shown(("plant", "", "shopfloor"))), *draft.left("machines")]
        case "profile":
            return profile_names()
        case "mean_min":
            return ["1", "5", "15"]
        case "framing":
            return ["rtu", "ascii"]
        case _:
            return []
