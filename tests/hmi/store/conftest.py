from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.store.database import Store, open_store


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "valleyline.db"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of the present schema with nothing in it; made once, for its making is tested by itself."""
    path = tmp_path_factory.mktemp("empty") / "valleyline.db"
    open_store(path).close()
    return path.read_bytes()


@pytest.fixture
def store(database_path: Path, empty_database: bytes) -> Iterator[Store]:
    database_path.parent.mkdir()
    database_path.write_bytes(empty_database)
    opened = open_store(database_path)
    yield opened
    opened.close()


@pytest.fixture
def other(store: Store, database_path: Path) -> Iterator[Store]:
    """A second connection, as another program has it."""
    opened = open_store(database_path)
    yield opened
    opened.close()
