"""Rebuilds reconstruction.json: when the six mills of Company X may have run, from what the paper publishes.

Run by hand by a developer (`python resources/cases/company_x/make_reconstruction.py`, a few minutes, needs
highspy); the program ships and reads only the result. No price and no saving is looked at. Per mill a small
mixed-integer program finds batches that meet Fig. 8, Table 1, the cycle length and, for mills 25 and 26, the
shares of Table 2, with batches as equal and pauses as few as can be; a quadratic program then takes, among
all schedules with these days and pauses, the one whose batches, cycles and idle times are most even; a last
one puts it on whole minutes.
"""

from __future__ import annotations

import csv
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from schedule_programs import (
    CHARGE_MIN,
    DAYS,
    DISCHARGE_MIN,
    END_MIN,
    LEAST_RUN_MIN,
    Days,
    Mill,
    Model,
    days_model,
    even_model,
    solve,
    solve_days,
    whole_model,
)

HERE = Path(__file__).resolve().parent
OFF_DAY_KWH = 10.0
START = "2016-03-01T00:00"
NOTE = "A reconstruction, made by make_reconstruction.py from published sums; not a measurement."
# The paper says nothing of the standby of mills that have no day off.
ASSUMED_STANDBY_KW = 0.33
# The least departure from "kWh per minute" at which "hourly kWh", too, is met to its printed digits.
RUNNING_KWH_PER_MIN = {0.8: 0.81, 0.4: 0.42, 1.2: 1.22}


def read_mills() -> list[Mill]:
    """The published figures of the six mills."""
    published = tomllib.loads((HERE / "published.toml").read_text(encoding="utf-8"))
    with (HERE / published["daily_kwh"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table_2 = {row["mill"]: row for row in published["table_2"]["rows"]}
    mills = []
    for row in published["table_1"]:
        mill = row["mill"]
        daily = [float(day[mill]) for day in rows]
        off = [kwh for kwh in daily[:20] if kwh < OFF_DAY_KWH]
        standby_kw = float(np.mean(off)) / 24 if off else ASSUMED_STANDBY_KW
        shares = (
            {band: table_2[mill][band] for band in ("peak", "flat", "valley")} if mill in table_2 else None
        )
        rate = RUNNING_KWH_PER_MIN[row["minutely_kwh"]]
        mills.append(Mill(mill, row["batches"], rate, round(standby_kw, 4), daily, shares))
    return mills


def segments(model: Model, days: Days, values: list[float], k: int) -> list[list[int]]:
    """The running segments of batch k; a pause lies in the middle of what the batch covers of its period."""
    start, end = round(values[model.start[k].index]), round(values[model.end[k].index])
    pauses: list[list[int]] = []
    for j in sorted(days.pauses[k]):
        low, high = max(start, model.edges[j]), min(end, model.edges[j + 1])
        run = round(values[model.run[k][j].index])
        pauses.append([low + run // 2, high - (run - run // 2)])
    cuts = [start, *[moment for pause in merged(pauses) for moment in pause], end]
    return [[cuts[i], cuts[i + 1]] for i in range(0, len(cuts), 2)]


def merged(pauses: list[list[int]]) -> list[list[int]]:
    """Pauses that touch, or nearly, become one of the same length."""
    joined: list[list[int]] = []
    for begin, end in pauses:
        if joined and begin - joined[-1][1] < LEAST_RUN_MIN / 2:
            shift = begin - joined[-1][1]
            joined[-1][1] = end - shift
        else:
            joined.append([begin, end])
    return joined


def reconstruct(mill: Mill) -> dict[str, Any]:
    """One mill's part of the result."""
    days = solve_days(days_model(mill))
    even = even_model(mill, days)
    model = whole_model(even, solve(even, "even", 60.0), days)
    values = solve(model, "whole minutes", 60.0)
    batches: list[dict[str, Any]] = [
        {"id": f"b{k + 1}", "segments_min": segments(model, days, values, k)} for k in range(mill.batches)
    ]
    tail = round(values[model.tail.index])
    if tail:
        batches.append(
            {"id": f"b{mill.batches + 1}", "segments_min": [[END_MIN - tail, END_MIN]], "cut": True}
        )
    return {
        "mill": mill.id,
        "running_kwh_per_min": mill.kwh_per_min,
        "standby_kw": mill.standby_kw,
        "batches": batches,
    }


def main() -> None:
    """Solves the mills named on the command line, or all, and writes reconstruction.json."""
    wanted = sys.argv[1:]
    mills = [reconstruct(mill) for mill in read_mills() if not wanted or mill.id in wanted]
    if wanted:
        print(as_json(mills))
    else:
        (HERE / "reconstruction.json").write_text(as_json(mills) + "\n", encoding="utf-8")


def as_json(mills: list[dict[str, Any]]) -> str:
    """The result as JSON, a batch a line."""
    parts = []
    for mill in mills:
        batches = ",\n".join(f"    {json.dumps(batch)}" for batch in mill["batches"])
        head = json.dumps({key: value for key, value in mill.items() if key != "batches"})[:-1]
        parts.append(f'  {head}, "batches": [\n{batches}]}}')
    facts = {
        "note": NOTE,
        "start": START,
        "days": DAYS,
        "charge_min": CHARGE_MIN,
        "discharge_min": DISCHARGE_MIN,
    }
    return json.dumps(facts)[:-1] + ', "mills": [\n' + ",\n".join(parts) + "]}"


if __name__ == "__main__":
    main()
