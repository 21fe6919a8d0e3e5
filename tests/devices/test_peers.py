"""Other implementations on pseudo-terminals against ours, as clients and as servers."""

from __future__ import annotations

import sys

import pytest

from tests.bench import line_pairs
from tests.bench.peer_environment import PeerError


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_every_pairing_with_another_implementation_reads_and_writes() -> None:
    try:
        found = line_pairs.pairings()
    except PeerError as error:
        pytest.skip(str(error))
    failed = {name: told for name, told in found.items() if not told.startswith(("reads", "skipped"))}
    assert not failed and any(told.startswith("reads and writes") for told in found.values())
