"""Every fault of the field, over every protocol: no wrong value is believed, and the line is soon in step."""

from __future__ import annotations

import pytest

from devices.simulator.faults import FaultKind
from tests.devices.campaign import KINDS, LINES, STEPS_BACK, Campaign, Tally


def holds(tally: Tally) -> None:
    assert tally.wrong == []
    assert tally.longest_back <= STEPS_BACK
    assert tally.right + tally.uncertain > 0


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_yields_no_wrong_value(name: str, kind: FaultKind) -> None:
    holds(Campaign(name, 1).each(kind, 5))


@pytest.mark.parametrize("name", LINES)
def test_faults_mixed_by_chance_yield_no_wrong_value(name: str) -> None:
    holds(Campaign(name, 2).mixed(150))


@pytest.mark.nightly
@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_a_thousand_times_yields_no_wrong_value(name: str, kind: FaultKind) -> None:
    holds(Campaign(name, 3).each(kind, 1_000))


@pytest.mark.nightly
@pytest.mark.parametrize("name", LINES)
def test_a_hundred_thousand_transactions_yield_no_wrong_value(name: str) -> None:
    holds(Campaign(name, 4).mixed(100_000))
