"""What the store is measured beside, in .venv-peers: DuckDB and Parquet, and plain SQLite rows.

Reads a task from standard input and writes its figures to standard output, both JSON.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from solver.durations import DAY_MS
from tests.bench.store_plant import START_MS, days

A_MONTH = 30
ENERGY_POINTS = "point_id % 4 = 1"  # of store_plant.QUANTITIES
# Without tariff bands, which none of the peers knows: easier than what the store is asked for.
BY_MONTH = (
    "SELECT point_id, month, sum(kwh) FROM (SELECT point_id, (t_ms - {start}) // {month} AS month, "
    f"max(value) - min(value) AS kwh FROM {{table}} WHERE {ENERGY_POINTS} "
    "GROUP BY point_id, month) AS each_month GROUP BY point_id, month"
)


def main() -> None:
    task = json.loads(sys.stdin.read())
    runs: dict[str, Callable[[Path, int, int], dict[str, Any]]] = {
        "rows": sqlite_rows,
        "duckdb": duckdb_table,
        "parquet": parquet_files,
    }
    print(json.dumps(runs[task["peer"]](Path(task["folder"]), task["points"], task["days"])))


def months(points: int, number: int) -> Iterator[Any]:
    """Arrow tables of some days, by point and time."""
    import pyarrow as pa

    some: list[tuple[Any, list[Any]]] = []
    for number_now, day in enumerate(days(points, number), 1):
        some.append(day)
        if len(some) == A_MONTH or number_now == number:
            t_ms = np.concatenate([t for t, _ in some])
            yield pa.table(
                {
                    "point_id": np.repeat(np.arange(points, dtype=np.int32), len(t_ms)),
                    "t_ms": np.tile(t_ms, points),
                    "value": np.concatenate([values[p] for p in range(points) for _, values in some]),
                    "quality": np.zeros(points * len(t_ms), np.int8),
                }
            )
            some.clear()


def sqlite_rows(folder: Path, points: int, number: int) -> dict[str, Any]:
    path = folder / "rows.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(
        "CREATE TABLE readings (point_id INTEGER, t_ms INTEGER, value REAL, quality INTEGER, "
        "PRIMARY KEY (point_id, t_ms)) WITHOUT ROWID"
    )
    begun_s = time.perf_counter()
    for table in months(points, number):
        db.execute("BEGIN")
        columns = [table.column(name).to_numpy().tolist() for name in table.column_names]
        db.executemany("INSERT INTO readings VALUES (?, ?, ?, ?)", zip(*columns, strict=True))
        db.execute("COMMIT")
    filled_s = time.perf_counter() - begun_s
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def fetch(from_ms: int, to_ms: int) -> Any:
        sql = "SELECT t_ms, value FROM readings WHERE point_id = 4 AND t_ms >= ? AND t_ms < ?"
        return np.array(db.execute(sql, [from_ms, to_ms]).fetchall())

    def by_month() -> Any:
        sql = BY_MONTH.format(table="readings", start=START_MS, month=A_MONTH * DAY_MS).replace("//", "/")
        return db.execute(sql).fetchall()

    return _figures(path.stat().st_size, points * number * 1440, filled_s, fetch, by_month, number)


def duckdb_table(folder: Path, points: int, number: int) -> dict[str, Any]:
    import duckdb

    path = folder / "peer.duckdb"
    db = duckdb.connect(str(path))
    db.execute("CREATE TABLE readings (point_id INTEGER, t_ms BIGINT, value DOUBLE, quality TINYINT)")
    begun_s = time.perf_counter()
    for table in months(points, number):
        db.register("month_now", table)
        db.execute("INSERT INTO readings SELECT * FROM month_now")
        db.unregister("month_now")
    filled_s = time.perf_counter() - begun_s
    db.execute("CHECKPOINT")
    return _figures(path.stat().st_size, points * number * 1440, filled_s, *_asked(db, "readings"), number)


def parquet_files(folder: Path, points: int, number: int) -> dict[str, Any]:
    import duckdb
    import pyarrow.parquet as pq

    begun_s = time.perf_counter()
    for part, table in enumerate(months(points, number)):
        pq.write_table(
            table,
            folder / f"{part:02}.parquet",
            compression="zstd",
            row_group_size=A_MONTH * 1440,
            use_dictionary=["point_id", "quality"],
            column_encoding={"t_ms": "DELTA_BINARY_PACKED", "value": "BYTE_STREAM_SPLIT"},
        )
    filled_s = time.perf_counter() - begun_s
    size = sum(file.stat().st_size for file in folder.glob("*.parquet"))
    asked = _asked(duckdb.connect(), f"read_parquet('{folder}/*.parquet')")
    return _figures(size, points * number * 1440, filled_s, *asked, number)


def _asked(db: Any, table: str) -> tuple[Callable[[int, int], Any], Callable[[], Any]]:
    def fetch(from_ms: int, to_ms: int) -> Any:
        sql = f"SELECT t_ms, value FROM {table} WHERE point_id = 4 AND t_ms >= ? AND t_ms < ? ORDER BY t_ms"
        return db.execute(sql, [from_ms, to_ms]).fetchnumpy()

    def by_month() -> Any:
        return db.execute(BY_MONTH.format(table=table, start=START_MS, month=A_MONTH * DAY_MS)).fetchall()

    return fetch, by_month


def _figures(
    size: int,
    readings: int,
    filled_s: float,
    fetch: Callable[[int, int], Any],
    by_month: Callable[[], Any],
    number: int,
) -> dict[str, Any]:
    end_ms, middle_ms = START_MS + number * DAY_MS, START_MS + number // 2 * DAY_MS
    return {
        "readings": readings,
        "bytes_per_reading": round(size / readings, 3),
        "filled_per_s": round(readings / filled_s),
        "point_year_ms": _median_ms(lambda: fetch(START_MS, end_ms)),
        "point_day_ms": _median_ms(lambda: fetch(middle_ms, middle_ms + DAY_MS)),
        "energy_by_month_ms": _median_ms(by_month, 3),
    }


def _median_ms(work: Callable[[], Any], runs: int = 5) -> float:
    work()
    times_s = []
    for _ in range(runs):
        begun_s = time.perf_counter()
        work()
        times_s.append(time.perf_counter() - begun_s)
    return round(statistics.median(times_s) * 1000, 2)


if __name__ == "__main__":
    main()
