"""The database file: opening it, its transactions, and its errors as sentences."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from sqlite_utils import Database

KNOWN_SCHEMA = 11  # the number of the last migration
BUSY_TIMEOUT_S = 5.0
SqlError = sqlite3.DatabaseError  # also what `sentences_for` leaves as it is
_APPLICATION_ID = 0x564C4C59  # "VLLY"
_PAGE_BYTES = 8192
LOG_BYTES = 64 << 20  # what the log is cut back to once no reader holds it
_LOG_STEP_BYTES = 16 << 20  # by how much more it grows before readers are waited for again
_READERS_MS = 250  # how long they are waited for
_CACHE_KIB = 16 << 10  # the pages that a plant of a thousand points is writing to
_NO_SPACE_BYTES = 1 << 20
_STEPS_A_LOOK = 100_000  # of SQLite's machine: about a millisecond
_NO_TEXT = "Could not decode to UTF-8"
LEAST_SQLITE = (3, 37, 0)  # STRICT tables


class StoreFault(StrEnum):
    """What is wrong with the database, for a program."""

    NEWER = "newer"
    READ_ONLY = "read_only"
    FULL = "full"
    NOT_A_DATABASE = "not_a_database"
    DAMAGED = "damaged"
    LOCKED = "locked"
    CANNOT_OPEN = "cannot_open"
    DISK_ERROR = "disk_error"
    MISSING = "missing"
    REPLAY = "replay"
    CUT_SHORT = "cut_short"


class StoreError(Exception):
    """The database cannot be used as it is; its text is one sentence for the person who can mend it."""

    def __init__(self, fault: StoreFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


_SENTENCES = {
    sqlite3.SQLITE_BUSY: (
        StoreFault.LOCKED,
        "{path} has been locked by another program for {seconds:.0f} s; close that program and try again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        StoreFault.LOCKED,
        "{path} has been locked by another program for {seconds:.0f} s; close that program and try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreFault.READ_ONLY,
        "{path} cannot be written; allow writing to the file and its folder, "
        "or choose another folder with --data.",
    ),
    sqlite3.SQLITE_FULL: (
        StoreFault.FULL,
        "The disk that holds {path} is full; what was stored is safe: free some space and try again.",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreFault.NOT_A_DATABASE,
        "{path} is not a Valleyline database; move it away, or choose another folder with --data.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreFault.DAMAGED,
        "{path} is damaged; put a backup in its place, or choose another folder with --data.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreFault.CANNOT_OPEN,
        "{path} cannot be opened; check that it is a file in a folder that may be written, "
        "or choose another folder with --data.",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreFault.DISK_ERROR,
        "The disk that holds {path} answers with errors; check the disk and the space left on it.",
    ),
    sqlite3.SQLITE_INTERRUPT: (
        StoreFault.CUT_SHORT,
        "What was being read from {path} was cut short, for this program ends; start it again.",
    ),
}


class Store:
    """One connection to the database, for the thread that opened it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._durable = False
        self._place, self._has_left = _place(path), False
        self._log_path, self._log_allowed = path.with_name(f"{path.name}-wal"), LOG_BYTES
        self._cut, self._writing = threading.Event(), False
        connection.set_progress_handler(self._is_cut_now, _STEPS_A_LOOK)
        self.end_ms = 1 << 53  # no reading from then on is seen; a replay moves it

    @cached_property
    def db(self) -> Database:
        """For writing. Its library takes its time to import, and whoever only reads opens sooner without."""
        from sqlite_utils import Database

        return Database(self._connection)

    def check_place(self) -> None:
        """Raises StoreError where the file was deleted or replaced: what is written would be in no folder."""
        if self.is_in_place():
            self._has_left = False
        else:
            self._leave()
            raise StoreError(
                StoreFault.MISSING,
                f"{self.path} was deleted or replaced while it was in use; end this program, put the file "
                "or a backup in its place, and start again: what is read until then waits and is stored.",
            )

    def is_in_place(self) -> bool:
        """Whether the path still leads to the file that was opened."""
        return _place(self.path) == self._place

    def _leave(self) -> None:
        """Empties the log into the file it belongs to, lest a file put in its place take it for its own."""
        if not self._has_left:
            with suppress(sqlite3.DatabaseError):
                ((busy, _, _),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                self._has_left = not busy

    def close(self) -> None:
        """Lets go of the file; what is closed already stays so."""
        with suppress(sqlite3.ProgrammingError):
            self._connection.set_progress_handler(None, 0)
        self._connection.close()

    def cut_short(self) -> None:
        """Called from any thread: what is read fails soon, until `go_on`; what is written is finished."""
        self._cut.set()

    def go_on(self) -> None:
        """Allows reading again."""
        self._cut.clear()

    def check(self) -> None:
        """Raises StoreError once what is being read was cut short; for long work between two queries."""
        if self._is_cut_now():
            fault, sentence = _SENTENCES[sqlite3.SQLITE_INTERRUPT]
            raise StoreError(fault, sentence.format(path=self.path))

    def _is_cut_now(self) -> bool:
        return self._cut.is_set() and not self._writing

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Database]:
        """All or nothing, alone among the writers; nests. A durable one outlives a power cut from its end on.

        Raises StoreError when the file cannot be written; nothing of the transaction is kept then.
        """
        if self._connection.in_transaction:
            if durable and not self._durable:
                raise RuntimeError("a durable transaction cannot be part of one that is not")
            with self.db.atomic():
                yield self.db
            return
        db = self.db  # imported before others wait for the lock
        with sentences_for(self.path):
            self._begin(durable)
            self._writing = True
            try:
                yield db
                self._connection.execute("COMMIT")
            finally:
                self._writing = False
                if self._is_in_transaction():  # the block or the commit failed
                    db.rollback()
            self._bound_log()

    def _bound_log(self) -> None:
        """Begins a log that has grown too long anew.

        SQLite itself does so only in a moment when nobody reads, and with busy desks there may be none. Those
        that read are waited for, those that come meanwhile need the log no more. One that reads on is waited
        for again after some more has been written.
        """
        try:
            size = self._log_path.stat().st_size
        except OSError:
            return  # it went with the file, which `check_place` says
        if size <= LOG_BYTES:
            self._log_allowed = LOG_BYTES
        elif size > self._log_allowed:
            self._log_allowed = size + _LOG_STEP_BYTES
            self._connection.execute(f"PRAGMA busy_timeout = {_READERS_MS}")
            with suppress(sqlite3.DatabaseError):  # what was to be stored is stored
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000:.0f}")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One moment of the database for several queries; keep it short, for the log grows meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        self.rows("BEGIN")
        try:
            yield
        finally:
            if self._is_in_transaction():  # a failed query may have ended it
                self._connection.execute("ROLLBACK")  # also of what was cut short

    def _is_in_transaction(self) -> bool:
        return self._connection.in_transaction

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows of a query, as plain tuples; raises StoreError."""
        with sentences_for(self.path):
            return self._ask(sql, parameters).fetchall()

    def records(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, object]]:
        """The rows of a query, as dictionaries by column name; raises StoreError."""
        with sentences_for(self.path):
            cursor = self._ask(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def _ask(self, sql: str, parameters: Sequence[object]) -> sqlite3.Cursor:
        self.check()
        try:
            return self._connection.execute(sql, parameters)
        except UnicodeDecodeError as error:  # what SQLite says of a spoiled schema names it as it is
            raise sqlite3.DatabaseError(f"{_NO_TEXT}: {error}") from error

    def _begin(self, durable: bool) -> None:
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._connection.execute("BEGIN IMMEDIATE")
        self._durable = durable


def open_store(path: Path, *, create: bool = True) -> Store:
    """Opens the database, brings it to the present schema; raises StoreError with one sentence."""
    if not path.exists() and not create:
        raise StoreError(
            StoreFault.MISSING,
            f"{path} does not exist; start a station there first, or choose another folder with --data.",
        )
    with sentences_for(path):
        store = Store(path, _connect(path, create))
        with ExitStack() as undo:
            undo.callback(store.close)
            _prepare(store)
            undo.pop_all()
        return store


@contextmanager
def sentences_for(path: Path) -> Iterator[None]:
    """Turns what the surroundings did to a file into a StoreError; leaves our own mistakes as they are."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if _NO_TEXT in str(error):  # Python's own, and without a code
            code = sqlite3.SQLITE_CORRUPT
        if code not in _SENTENCES:
            raise
        if code == sqlite3.SQLITE_IOERR and _is_full(path):
            code = sqlite3.SQLITE_FULL
        fault, sentence = _SENTENCES[code]
        raise StoreError(fault, sentence.format(path=path, seconds=BUSY_TIMEOUT_S)) from error


def _connect(path: Path, create: bool) -> sqlite3.Connection:
    if create:
        _make_folder(path)
    uri = f"file:{quote(str(path.absolute()))}?mode={'rwc' if create else 'rw'}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)


def _place(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            StoreFault.CANNOT_OPEN,
            f"The folder {path.parent} cannot be made ({error.strerror}); choose another with --data.",
        ) from error


def _prepare(store: Store) -> None:
    check_schema(store)
    # Five sealed days fill a page, where 4096 bytes hold two and waste the rest; an older file keeps its.
    for pragma in (
        f"page_size = {_PAGE_BYTES}",
        "journal_mode = WAL",
        f"journal_size_limit = {LOG_BYTES}",
        f"cache_size = -{_CACHE_KIB}",
        "secure_delete = FAST",  # ON, as some systems have it, logs each page that sealing empties
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        store.rows(f"PRAGMA {pragma}")
    if check_schema(store) == KNOWN_SCHEMA:
        return
    from hmi.store.migrations import migrate

    with store.transaction() as db:  # one opener migrates, the others wait and find it done
        if check_schema(store) < KNOWN_SCHEMA:
            migrate(db)
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")


def check_schema(store: Store) -> int:
    """The file's schema; raises StoreError where it is no database of ours, or a newer one."""
    (version,) = _integers(store, "PRAGMA user_version")
    (application,) = _integers(store, "PRAGMA application_id")
    (tables,) = _integers(store, "SELECT count(*) FROM sqlite_master")
    if application != _APPLICATION_ID and (tables or version):
        fault, sentence = _SENTENCES[sqlite3.SQLITE_NOTADB]
        raise StoreError(fault, sentence.format(path=store.path))
    if version > KNOWN_SCHEMA:
        raise StoreError(
            StoreFault.NEWER,
            f"{store.path} was written by a newer Valleyline (schema {version}, "
            f"this one knows {KNOWN_SCHEMA}); start that version, or choose another folder with --data.",
        )
    return version


def _integers(store: Store, sql: str) -> list[int]:
    return [int(str(row[0])) for row in store.rows(sql)]


def _is_full(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < _NO_SPACE_BYTES


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library that this Python brings."""
    major, minor, patch = sqlite3.sqlite_version_info
    return major, minor, patch
