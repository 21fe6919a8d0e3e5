"""The alarm rules of a plant file: a mistake is a sentence that names the file and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.datafile import DataFileError
from hmi.plant import load_plant
from hmi.plant_alarms import DemandRule, KindTerms, LimitRule
from resources.locate import resource

GOOD = """
[alarms.kinds.line_down]
priority = 1
latched = true

[[alarms.rules]]
rule = "limit"
id = "mill_23_hot"
point = "mill_23.power_kw"
above = 90
deadband = 5
priority = 2
on_delay_s = 30
action = "Stop the mill and call the fitter."

[[alarms.rules]]
rule = "demand"
id = "demand"
limit_kw = 320
"""

MISTAKES = [
    (
        'rule = "limit"',
        'rule = "limt"',
        "alarms.rules[0].rule: 'limt' is not allowed; expected 'limit', 'rate'",
    ),
    ("above = 90", "abov = 90", "alarms.rules[0].abov: there is no such key; 'above' may be meant"),
    ("above = 90\n", "", "alarms.rules[0].above: a limit is missing; write above, below or both"),
    ("above = 90", "above = 90\nbelow = 95", "alarms.rules[0].below: 95 is not allowed; expected less"),
    ("above = 90", 'above = "90"', "alarms.rules[0].above: '90' is not allowed; expected a number"),
    (
        "mill_23.power_kw",
        "mill_99.power_kw",
        "alarms.rules[0].point: 'mill_99.power_kw' is of no meter; there are",
    ),
    ("mill_23.power_kw", "mill_23.power", "alarms.rules[0].point: 'power' is nothing that a meter measures"),
    ('id = "demand"', 'id = "mill_23_hot"', "alarms.rules[1].id: 'mill_23_hot' is there twice"),
    (
        "priority = 2",
        "priority = 5",
        "alarms.rules[0].priority: 5 is not allowed; expected a whole number from 1",
    ),
    (
        "kinds.line_down",
        "kinds.line_dwn",
        "alarms.kinds: 'line_dwn' is no kind of alarm; there are line_down",
    ),
    (
        "limit_kw = 320",
        "limit_kw = -1",
        "alarms.rules[1].limit_kw: -1 is not allowed; expected a number, above 0",
    ),
    (
        "limit_kw = 320",
        'limit_kw = 320\nsuppressed_while = ["running"]',
        "alarms.rules[1].suppressed_while: this rule watches no machine; take the key out",
    ),
]


@pytest.fixture
def plant_file(tmp_path: Path) -> Path:
    path = tmp_path / "plant.toml"
    text = resource("plants/company_x/plant.toml").read_text(encoding="utf-8")
    path.write_text(text + GOOD, encoding="utf-8")
    return path


def test_rules_and_terms_are_read_from_the_plant_file(plant_file: Path) -> None:
    alarms = load_plant(plant_file).alarms
    limit, demand = alarms.rules
    assert isinstance(limit, LimitRule) and isinstance(demand, DemandRule)
    assert (limit.above, limit.deadband, limit.priority, limit.on_delay_s) == (90.0, 5.0, 2, 30.0)
    assert limit.action == "Stop the mill and call the fitter."
    assert (demand.limit_kw, demand.interval_min) == (320.0, 15)
    assert alarms.kinds == {"line_down": KindTerms(priority=1, latched=True)}


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES)
def test_a_mistake_in_a_rule_names_file_and_key(plant_file: Path, old: str, new: str, said: str) -> None:
    text = plant_file.read_text(encoding="utf-8")
    before, rules = text[: -len(GOOD)], text[-len(GOOD) :]
    assert old in rules
    plant_file.write_text(before + rules.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_plant(plant_file)
    assert str(refused.value).startswith(f"{plant_file}: {said}"), str(refused.value)
