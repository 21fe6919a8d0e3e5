from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.store.database import Store, open_store


@pytest.fixture
def people_store(tmp_path: Path) -> Iterator[Store]:
    """A new database, nobody in it yet."""
    opened = open_store(tmp_path / "valleyline.db")
    yield opened
    opened.close()
