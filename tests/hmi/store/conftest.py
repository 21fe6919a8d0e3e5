from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.store.database import Store, open_store


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "valleyline.db"


@pytest.fixture
def store(database_path: Path) -> Iterator[Store]:
    opened = open_store(database_path)
    yield opened
    opened.close()


@pytest.fixture
def other(store: Store, database_path: Path) -> Iterator[Store]:
    """A second connection, as another program has it."""
    opened = open_store(database_path)
    yield opened
    opened.close()
