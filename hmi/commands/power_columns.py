"""Which column of a file is the time, the power, the register, the machine: by name, then by content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hmi.commands.power_numbers import MISSING, is_number
from hmi.commands.power_times import is_clock, is_date, is_time


class Measure(StrEnum):
    """What a column of numbers holds."""

    POWER = "power"
    ENERGY = "energy"
    CURRENT = "current"


TIMES = {
    "time",
    "timestamp",
    "datetime",
    "date",
    "ts",
    "t",
    "utc",
    "datum",
    "zeit",
    "zeitstempel",
    "zeitpunkt",
}
TIMES |= {"epoch", "unixtime", "elapsed"}
ELAPSED_S = {"ms": 0.001, "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0}
ELAPSED_S |= {"min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hour": 3600.0}
ELAPSED_S |= {"hours": 3600.0, "d": 86_400.0, "day": 86_400.0, "days": 86_400.0}
TIMES |= {"uhrzeit", "fecha", "hora", "horodatage", "heure", "data", "ora", "时间", "日期", "localtime"}
UNITS = {
    "w": 0.001,
    "watt": 0.001,
    "watts": 0.001,
    "kw": 1.0,
    "kilowatt": 1.0,
    "kilowatts": 1.0,
    "mw": 1000.0,
}
ENERGY_UNITS = {"wh": 0.001, "kwh": 1.0, "mwh": 1000.0}
POWERS = {
    "power",
    "p",
    "value",
    "leistung",
    "wirkleistung",
    "potencia",
    "puissance",
    "potenza",
    "功率",
    "load",
}
ENERGIES = {"energy", "energie", "energia", "register", "consumption", "usage", "zaehlerstand", "zählerstand"}
ENERGIES |= {"verbrauch", "电量", "电能", "counter"}
CURRENTS = {"current", "a", "amp", "amps", "ampere", "strom", "corriente", "corrente", "电流", "i"}
OTHERS = {
    "reactive",
    "apparent",
    "factor",
    "pf",
    "cos",
    "cosphi",
    "q",
    "s",
    "kvar",
    "kva",
    "var",
    "va",
    "kvarh",
}
OTHERS |= {
    "blind",
    "blindleistung",
    "scheinleistung",
    "max",
    "min",
    "peak",
    "limit",
    "rated",
    "setpoint",
    "thd",
}
OTHERS |= {"voltage", "v", "spannung", "export", "temperature", "frequency", "leading", "lagging"}
OTHERS |= {"std", "stdev", "stddev", "sd", "variance", "price", "cost", "tariff"}
LABELS = {"state", "states", "status", "mode", "label", "labels", "class", "type", "flag", "on", "code"}
LABELS |= {"truth", "target", "zustand", "betriebszustand", "estado", "状态"}
BESIDE = {
    "temp",
    "humidity",
    "pressure",
    "speed",
    "rpm",
    "flow",
    "count",
    "pieces",
    "order",
    "shift",
    "index",
}
PHASES = {"l1", "l2", "l3", "a", "b", "c", "r", "s", "t", "phase1", "phase2", "phase3", "1", "2", "3"}
REGISTERS = {
    "meter",
    "counter",
    "register",
    "total",
    "cumulative",
    "cum",
    "import",
    "zaehlerstand",
    "zählerstand",
}
TOTALS = {"total", "sum", "summe", "tot", "ges", "gesamt", "active", "wirk", "avg", "mean", "import"}
MACHINES = {
    "asset",
    "machine",
    "meter",
    "device",
    "equipment",
    "maschine",
    "anlage",
    "equipo",
    "设备",
    "sensor",
}
MACHINES |= {
    "asset_id",
    "machine_id",
    "meter_id",
    "device_id",
    "machine_name",
    "channel",
    "name",
    "tag",
    "id",
}
EXACT = ("power_kw", "power", "kw", "energy_kwh", "kwh")
LOOKED_AT = 40  # rows in which a header is looked for


@dataclass(frozen=True, slots=True)
class Value:
    """Columns that sum to one measure, and what makes kW, kWh or A of them."""

    name: str
    columns: tuple[int, ...]
    measure: Measure
    factor: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things are; `values` are the measures that a file may be read by, the best kind first."""

    time: tuple[int, ...]
    values: tuple[Value, ...]
    registers: tuple[Value, ...]
    machine: int | None
    first_row: int
    elapsed_unit_s: float | None = None  # that the time's name says, for one that counts from the beginning


def plain_name(name: str) -> str:
    """A column's name in small letters with one underscore between its words: `Power [kW]` is power_kw."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])(?!Wh)", " ", name.strip()).lower()
    spaced = re.sub(r"\bp(?=(tot|total|ges|sum|act|avg|mean|l?[123])(\b|_))", "p ", spaced)
    return "_".join(part for part in re.split(r"[\W_]+|(?<=\w{3})(?=kwh?$)", spaced) if part)


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The row that names the columns: one with a time and a measure, else that above the first data."""
    for i, row in enumerate(rows[:LOOKED_AT]):
        names = [plain_name(cell) for cell in row]
        if any(_is_time_name(name) for name in names) and any(_value(name, 0) for name in names):
            return i
    first = first_data_row(rows)
    if first is None:
        return 0
    return first - 1 if first and len(rows[first - 1]) == len(rows[first]) else None


def first_data_row(rows: Sequence[Sequence[str]], *, below_header: bool = False) -> int | None:
    """The first row with a time and a number; `below_header` also one whose number is missing."""
    for i, row in enumerate(rows[:LOOKED_AT]):
        timed = any(is_time(cell) or is_date(cell) for cell in row)
        if timed and (below_header or any(is_number(cell) for cell in row)):
            return i
    return None


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]], first_row: int) -> Columns:
    """The columns of a file by their plain names and by the rows below; what is not found is empty."""
    sample = rows[first_row : first_row + LOOKED_AT]
    time = _time_columns(names, sample)
    values = [
        value
        for i, name in enumerate(names)
        if i not in time and (value := _value(name, i)) and (name in EXACT or _holds_numbers(sample, i))
    ]
    if not values and sample:
        values = _only_number(names, sample, time)
    kinds = {kind: [value for value in values if value.measure is kind] for kind in Measure}
    best = next((kinds[kind] for kind in Measure if kinds[kind]), [])
    used = {*time, *(i for value in best for i in value.columns)}
    machine = next((i for i, name in enumerate(names) if name in MACHINES and i not in used), None)
    unit_s = _elapsed_unit_s(names[time[0]]) if time else None
    return Columns(time, _chosen(best), _chosen(kinds[Measure.ENERGY]), machine, first_row, unit_s)


def _elapsed_unit_s(name: str) -> float | None:
    """The unit of times that count from the beginning, by the column's name; None where it does not say."""
    return next((ELAPSED_S[word] for word in reversed(name.split("_")) if word in ELAPSED_S), None)


def _is_time_name(name: str) -> bool:
    return (
        name in TIMES
        or (len(name) > 2 and name != "min" and name in ELAPSED_S)
        or any(word in TIMES and len(word) > 2 for word in name.split("_"))
    )


def _time_columns(names: Sequence[str], sample: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The time, or the date and the time of day."""
    named = [i for i, name in enumerate(names) if _is_time_name(name)]
    cells = sample[0] if sample else []
    dates = [i for i, cell in enumerate(cells) if is_date(cell)]
    clocks = [i for i, cell in enumerate(cells) if is_clock(cell)]
    whole = [i for i in named if i < len(cells) and is_time(cells[i]) and i not in dates]
    if whole:
        return (whole[0],)
    if dates and clocks:
        return dates[0], clocks[0]
    if named:
        return (named[0],)
    return tuple(i for i, cell in enumerate(cells) if is_time(cell) and not is_number(cell))[:1]


def _value(name: str, column: int) -> Value | None:
    """What a column holds by its name; None: nothing that a machine's states can be read from."""
    words = name.split("_")
    known = set(words)
    phase = len(known & PHASES) > 0 and len(words) > 1
    if known & LABELS or known & (OTHERS - (PHASES if phase else set())):
        return None
    for units, words_of, measure in (
        (ENERGY_UNITS, ENERGIES, Measure.ENERGY),
        (UNITS, POWERS, Measure.POWER),
    ):
        factor = next((units[word] for word in reversed(words) if word in units), None)
        if factor is not None or known & words_of:
            return Value(name, (column,), measure, factor or 1.0)
    return Value(name, (column,), Measure.CURRENT, 1.0) if known & CURRENTS else None


def _holds_numbers(sample: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column].strip() for row in sample if column < len(row)]
    return bool(cells) and all(cell.lower() in MISSING or is_number(cell) for cell in cells)


def _only_number(names: Sequence[str], sample: Sequence[Sequence[str]], time: Iterable[int]) -> list[Value]:
    """The one column of numbers beside the time, whatever its name, that is no label and no temperature."""
    numbers = [
        i
        for i in range(len(names))
        if i not in time and all(i < len(row) and is_number(row[i]) for row in sample)
    ]
    if len(numbers) > 1:
        numbers = [i for i in numbers if not set(names[i].split("_")) & (LABELS | OTHERS | BESIDE | MACHINES)]
    return [Value(names[numbers[0]], (numbers[0],), Measure.POWER, 1.0)] if len(numbers) == 1 else []


def _chosen(values: Sequence[Value]) -> tuple[Value, ...]:
    """One measure where one is a total or there are three phases; else all of them, machines side by side."""
    if len(values) < 2:
        return tuple(values)
    for wanted in EXACT:
        exact = [value for value in values if value.name == wanted]
        if exact:
            return (exact[0],)
    phases = [value for value in values if set(value.name.split("_")) & PHASES]
    rest = [value for value in values if value not in phases]
    if len(rest) == 1:
        return (rest[0],)
    counters = [value for value in rest if set(value.name.split("_")) & REGISTERS]
    if len(counters) == 1 and len(rest) == 2 and counters[0].measure is Measure.ENERGY:
        return (counters[0],)
    totals = [value for value in rest if set(value.name.split("_")) & TOTALS]
    if len(totals) == 1 and len({_without(value.name, TOTALS) for value in rest}) == 1:
        return (totals[0],)
    if len(phases) == 3 and not rest and len({_without(value.name, PHASES) for value in phases}) == 1:
        columns = tuple(value.columns[0] for value in phases)
        return (Value(_without(phases[0].name, PHASES), columns, phases[0].measure, phases[0].factor),)
    return tuple(values)


def _without(name: str, words: set[str]) -> str:
    return "_".join(word for word in name.split("_") if word not in words)
