"""What SQLite writes to a folder, recorded call by call, and what a power cut leaves of it.

A VFS of our own passes everything on to the system's own and notes writes, truncations, syncs and deletions.
It is made with ctypes in the SQLite library that Python itself uses; where that cannot be reached there is no
test.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

POINTER, INT, LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
SECTOR = 512
_KEPT_FLAGS = 0x100 | 0x800 | 0x80000  # database, its journal, its log


class IoMethods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_: ClassVar[list[tuple[str, Any]]] = [
        ("version", INT),
        *((name, POINTER) for name in ("close", "read", "write", "truncate", "sync")),
        *((f"other_{n}", POINTER) for n in range(13)),
    ]


class Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3."""

    _fields_: ClassVar[list[tuple[str, Any]]] = [
        ("version", INT),
        ("file_size", INT),
        ("longest_path", INT),
        ("next", POINTER),
        ("name", ctypes.c_char_p),
        ("data", POINTER),
        ("open", POINTER),
        ("delete", POINTER),
        *((f"other_{n}", POINTER) for n in range(14)),
    ]


WRITE = ctypes.CFUNCTYPE(INT, POINTER, POINTER, INT, LONG)
TRUNCATE = ctypes.CFUNCTYPE(INT, POINTER, LONG)
SYNC = ctypes.CFUNCTYPE(INT, POINTER, INT)
OPEN = ctypes.CFUNCTYPE(INT, POINTER, POINTER, POINTER, INT, POINTER)
DELETE = ctypes.CFUNCTYPE(INT, POINTER, POINTER, INT)


@dataclass(frozen=True)
class Step:
    """One call: "write" with offset and data, "truncate" to an offset, "sync", "delete"; or a mark "said"."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Recorder:
    """The calls on the files of one folder, in order, while it is on."""

    folder: Path
    steps: list[Step] = field(default_factory=list)
    is_on: bool = False

    def note(self, step: Step) -> None:
        if self.is_on:
            self.steps.append(step)

    def say(self, what: str, number: int) -> None:
        """Marks that something was promised to be on the disk by now."""
        self.note(Step("said", what, number))


class _Shim:
    """The VFS; lives as long as SQLite may call it."""

    def __init__(self, sqlite: ctypes.CDLL, recorder: Recorder) -> None:
        sqlite.sqlite3_vfs_find.restype = POINTER
        sqlite.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
        sqlite.sqlite3_vfs_register.argtypes = [POINTER, INT]
        sqlite.sqlite3_vfs_unregister.argtypes = [POINTER]
        self._sqlite, self._recorder = sqlite, recorder
        self._below = sqlite.sqlite3_vfs_find(None)
        self._names: dict[int, str] = {}
        self._methods: dict[int, tuple[IoMethods, IoMethods]] = {}  # by the address of those below
        self._below_of: dict[int, IoMethods] = {}  # by the file
        self._calls = (WRITE(self._write), TRUNCATE(self._truncate), SYNC(self._sync))
        self.vfs = Vfs.from_buffer_copy(ctypes.string_at(self._below, ctypes.sizeof(Vfs)))
        self._open_below, self._delete_below = OPEN(self.vfs.open), DELETE(self.vfs.delete)
        self._opens = (OPEN(self._open), DELETE(self._delete))
        self.vfs.name = b"recorded"
        self.vfs.open, self.vfs.delete = (ctypes.cast(call, POINTER).value for call in self._opens)

    def register(self) -> None:
        self._sqlite.sqlite3_vfs_register(ctypes.byref(self.vfs), 1)

    def unregister(self) -> None:
        self._sqlite.sqlite3_vfs_unregister(ctypes.byref(self.vfs))
        self._sqlite.sqlite3_vfs_register(self._below, 1)

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        done: int = self._open_below(self._below, name, file, flags, out)
        path = Path(ctypes.string_at(name).decode()) if name else None
        if done == 0 and path is not None and path.parent == self._recorder.folder and flags & _KEPT_FLAGS:
            below = POINTER.from_address(file)
            assert below.value is not None
            self._names[file] = path.name
            mine, theirs = self._wrapped(below.value)
            self._below_of[file] = theirs
            below.value = ctypes.addressof(mine)
        return done

    def _wrapped(self, address: int) -> tuple[IoMethods, IoMethods]:
        if address not in self._methods:
            theirs = IoMethods.from_address(address)
            mine = IoMethods.from_buffer_copy(ctypes.string_at(address, ctypes.sizeof(IoMethods)))
            write, truncate, sync = (ctypes.cast(call, POINTER).value for call in self._calls)
            mine.write, mine.truncate, mine.sync = write, truncate, sync
            self._methods[address] = mine, theirs
        return self._methods[address]

    def _write(self, file: int, data: int, size: int, offset: int) -> int:
        self._recorder.note(Step("write", self._names[file], offset, ctypes.string_at(data, size)))
        done: int = WRITE(self._below_of[file].write)(file, data, size, offset)
        return done

    def _truncate(self, file: int, size: int) -> int:
        self._recorder.note(Step("truncate", self._names[file], size))
        done: int = TRUNCATE(self._below_of[file].truncate)(file, size)
        return done

    def _sync(self, file: int, flags: int) -> int:
        done: int = SYNC(self._below_of[file].sync)(file, flags)
        self._recorder.note(Step("sync", self._names[file]))
        return done

    def _delete(self, _vfs: int, name: int, sync_folder: int) -> int:
        done: int = self._delete_below(self._below, name, sync_folder)
        path = Path(ctypes.string_at(name).decode())
        if path.parent == self._recorder.folder:
            self._recorder.note(Step("delete", path.name))
        return done


@contextmanager
def recorded(folder: Path) -> Iterator[Recorder | None]:
    """A recorder of a folder's files; None where Python's SQLite cannot be reached."""
    try:
        import _sqlite3

        sqlite = ctypes.CDLL(_sqlite3.__file__)
        sqlite.sqlite3_vfs_find  # noqa: B018
    except (AttributeError, OSError):
        yield None
        return
    recorder = Recorder(folder)
    shim = _Shim(sqlite, recorder)
    shim.register()
    recorder.is_on = True
    try:
        yield recorder
    finally:
        recorder.is_on = False
        shim.unregister()


@dataclass
class Disk:
    """Files as a disk has them: what was synced, and what may or may not have arrived since."""

    synced: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[Step]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """The next call; a deletion is taken to be on the disk at once, as SQLite syncs the folder."""
        if step.kind == "delete":
            self.synced.pop(step.file, None)
            self.pending.pop(step.file, None)
        elif step.kind == "sync":
            _apply(self.synced.setdefault(step.file, bytearray()), self.pending.pop(step.file, []))
        elif step.kind in ("write", "truncate"):
            self.synced.setdefault(step.file, bytearray())
            self.pending.setdefault(step.file, []).append(step)

    def after_a_cut(self, chosen: Callable[[Sequence[Step]], list[Step]]) -> dict[str, bytes]:
        """The files, with those of the calls since their syncs that are chosen, in that order."""
        files = {}
        for name, synced in self.synced.items():
            content = bytearray(synced)
            _apply(content, chosen(self.pending.get(name, [])))
            files[name] = bytes(content)
        return files


def none_arrived(_pending: Sequence[Step]) -> list[Step]:
    """The disk has nothing that was not synced."""
    return []


def all_arrived(pending: Sequence[Step]) -> list[Step]:
    """The disk has everything, as after a kill."""
    return list(pending)


def some_arrived(chance: random.Random) -> Callable[[Sequence[Step]], list[Step]]:
    """The disk has any of the sectors, written in any order."""

    def choose(pending: Sequence[Step]) -> list[Step]:
        share = chance.random()
        parts = [part for step in pending for part in _sectors(step) if chance.random() < share]
        chance.shuffle(parts)
        return parts

    return choose


def _sectors(step: Step) -> list[Step]:
    if step.kind != "write":
        return [step]
    return [
        Step("write", step.file, step.offset + at, step.data[at : at + SECTOR])
        for at in range(0, len(step.data), SECTOR)
    ]


def _apply(content: bytearray, steps: Sequence[Step]) -> None:
    for step in steps:
        if step.kind == "truncate":
            del content[step.offset :]
            continue
        if len(content) < step.offset:
            content.extend(bytes(step.offset - len(content)))
        content[step.offset : step.offset + len(step.data)] = step.data
