from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from hmi.data_folder import database_path
from hmi.store.database import open_store
from hmi.store.readings import insert_readings
from tests.hmi.history.history_commands import (
    READINGS,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with four readings."""
    folder = tmp_path / "data"
    with closing(open_store(database_path(folder))) as store:
        insert_readings(store, READINGS)
    return folder
