from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.datafile import DataFileError, toml_data
from hmi.plant import load_plant
from hmi.plant_edits import (
    ItemEdit,
    OutsideChangeError,
    PlantEdit,
    apply_edits,
    changed,
    changed_text,
    fault_of,
)
from hmi.plant_fields import LISTS, default_of, fields_of, part_of, value_in, value_of
from resources.locate import resource

EXAMPLE = resource("plants/company_x/plant.toml")
TEXT = (
    EXAMPLE.read_text("utf-8")
    + """
[limits]
interval_min = 30  # as the supplier bills
starts.most = 2

[limits.crew]  # who charges the mills
charge_min = 20  # with the crane
shifts = [{ at = "00:00", people = 1 }, { at = "08:00", people = 4 }]
"""
)
DATA = tomllib.loads(TEXT)
PLACES = [
    (section, item, field)
    for section in ("plant", "rules", "limits", "lines", "meters", "machines", "plc", "retention")
    for item in ([each["id"] for each in DATA[section]] if section in LISTS else [""])
    for field in fields_of(section)
    if field != "id"
]
VALUES = st.none() | st.integers(0, 9999) | st.floats(0, 1e6) | st.text("ab \"'#=[]é中", max_size=9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plant.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def edit(section: str, item: str, field: str, after: object) -> PlantEdit:
    return PlantEdit(section, item, field, value_in(part_of(DATA, section, item), field), after)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), unique_by=lambda one: one[0], max_size=6))
def test_the_text_says_what_was_wanted_whatever_was_typed(wanted: list[tuple[tuple[str, str, str], object]]):
    edits = [edit(*place, value) for place, value in wanted]
    assert tomllib.loads(changed_text(TEXT, edits)) == changed(DATA, edits)


@given(
    st.lists(
        st.tuples(st.sampled_from([(one, each["id"]) for one in LISTS for each in DATA[one]]), st.booleans()),
        unique_by=lambda one: one[0],
        max_size=5,
    ),
    VALUES.filter(lambda value: value is not None),
)
def test_whole_tables_come_and_go_and_the_text_says_so(
    wanted: list[tuple[tuple[str, str], bool]], value: object
) -> None:
    items = [
        ItemEdit(section, f"{item}_new", None, {"id": f"{item}_new", "label": value})
        if new
        else ItemEdit(section, item, part_of(DATA, section, item), None)
        for (section, item), new in wanted
    ]
    text = changed_text(TEXT, [], items)
    after = tomllib.loads(text)
    assert after == changed(DATA, [], items)
    assert changed_text(text, [], items) == text  # what is done already is left
    for item in items:
        assert (part_of(after, item.section, item.id) or None) == item.after


def test_a_new_meter_on_a_new_line_is_written_with_its_machine_and_comments_stay(file: Path) -> None:
    items = [
        ItemEdit("lines", "line_3", None, {"id": "line_3", "port": "/dev/ttyUSB7"}),
        ItemEdit(
            "machines",
            "mill_30",
            None,
            {"id": "mill_30", "label": "Mill 30", "rated_kw": 90.0, "running_kw": 40.0, "standby_kw": 0.2}
            | {"batch_running_min": 600.0},
        ),
        ItemEdit(
            "meters",
            "mill_30",
            None,
            {
                "id": "mill_30",
                "line": "line_3",
                "unit": 30,
                "profile": "eastron_sdm630",
                "measures": "mill_30",
            },
        ),
    ]
    apply_edits(file, file.parent, [edit("plant", "", "supply_kw", 500.0)], items)
    plant = load_plant(file)
    assert (plant.supply_kw, plant.meter_of("mill_30").line) == (500.0, "line_3")
    comments = [line for line in TEXT.splitlines() if "#" in line]
    assert [line for line in file.read_text("utf-8").splitlines() if "#" in line] == comments
    apply_edits(file, file.parent, [], [ItemEdit(one.section, one.id, one.after, None) for one in items])
    assert tomllib.loads(file.read_text("utf-8")) == DATA | {"supply_kw": 500.0}


def test_what_others_hang_on_is_not_taken_away_and_the_key_is_named(file: Path) -> None:
    gone = ItemEdit("lines", "line_2", part_of(DATA, "lines", "line_2"), None)
    assert fault_of(changed(DATA, [], [gone])).startswith("meters[3].line: 'line_2' is not a line; there are")
    with pytest.raises(DataFileError, match=r"meters\[3\].line: 'line_2' is not a line; there are line_1"):
        apply_edits(file, file.parent, [], [gone])
    assert file.read_text("utf-8") == TEXT
    changed_outside = ItemEdit("lines", "line_2", {"id": "line_2", "port": "other"}, None)
    with pytest.raises(OutsideChangeError):
        apply_edits(file, file.parent, [], [changed_outside])


def test_comments_and_all_other_lines_stay(file: Path) -> None:
    apply_edits(file, file.parent, [edit("rules", "", "lead_min", 120), edit("meters", "main", "poll_s", 30)])
    before, after = TEXT.splitlines(), file.read_text("utf-8").splitlines()
    assert set(before) - set(after) == {line for line in before if line.startswith("lead_min")}
    assert next(line for line in after if "lead_min" in line).endswith(
        next(line for line in before if "lead_min" in line).split("180")[1]
    )
    assert load_plant(file).meter_of("slurry").poll_s == 30
    assert file.with_name("plant.toml.bak").read_text("utf-8") == TEXT


def test_a_plant_that_does_not_fit_is_refused_with_file_and_key_and_nothing_is_written(file: Path) -> None:
    with pytest.raises(DataFileError) as refused:
        apply_edits(file, file.parent, [edit("machines", "mill_23", "running_kw", 500.0)])
    assert str(refused.value).startswith(f"{file}: machines[0].running_kw: 500 is not allowed")
    assert file.read_text("utf-8") == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["plant.toml"]


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        (("meters", "mill_24", "unit"), "23", "address 23 on line 'line_1' is there twice"),
        (("meters", "mill_24", "unit"), "many", "meters[1].unit"),
        (("meters", "mill_24", "profile"), "no_such", "meters[1].profile"),
        (("plant", "", "tariff"), "no_such", "tariff"),
        (("plant", "", "name"), "", "name"),
        (("lines", "line_1", "baud"), "9600.5", "lines[0].baud"),
    ],
)
def test_what_is_typed_wrongly_is_said_with_its_key(
    file: Path, place: tuple[str, str, str], typed: str, said: str
) -> None:
    with pytest.raises(DataFileError, match=".*" + said.replace("[", r"\[").replace("]", r"\]")):
        apply_edits(file, file.parent, [edit(*place, value_of(place[0], place[2], typed))])


def test_a_value_that_was_changed_outside_is_not_overwritten(file: Path) -> None:
    mine = edit("plant", "", "supply_kw", 500.0)
    file.write_text(TEXT.replace("supply_kw = 400.0", "supply_kw = 450.0"))
    with pytest.raises(OutsideChangeError) as refused:
        apply_edits(file, file.parent, [mine])
    assert refused.value.now == 450.0
    assert toml_data(file)["supply_kw"] == 450.0


def test_an_edit_that_is_done_already_is_done(file: Path) -> None:
    mine = [edit("plant", "", "supply_kw", 500.0)]
    apply_edits(file, file.parent, mine)
    apply_edits(file, file.parent, mine)  # the station ended between file and answer
    assert toml_data(file)["supply_kw"] == 500.0


def test_a_file_that_was_written_otherwise_is_changed_all_the_same() -> None:
    text = 'name = "x"\nrules = { lead_min = 60 }\nmachines = [{ id = "a", label = "A" }]\n'
    edits = [PlantEdit("machines", "a", "label", "A", "B"), PlantEdit("rules", "", "lead_min", 60, 90)]
    assert tomllib.loads(changed_text(text, edits)) == {
        "name": "x",
        "rules": {"lead_min": 90},
        "machines": [{"id": "a", "label": "B"}],
    }


def test_typed_texts_become_what_the_file_holds() -> None:
    assert value_of("meters", "unit", " 7 ") == 7
    assert value_of("meters", "ct_ratio", "60") == 60.0
    assert value_of("meters", "quantities", "power_kw, energy_kwh") == ["power_kw", "energy_kwh"]
    assert value_of("meters", "profile", "123") == "123"
    assert value_of("meters", "ct_ratio", "") is None
    assert default_of("lines", "baud") == 9600
    assert value_of("retention", "mean_min", "15") == 15


def test_a_limit_within_a_table_is_changed_in_its_own_line_and_its_comment_stays() -> None:
    shifts = value_of("limits", "crew.shifts", "00:00 2, 08:30 4")
    assert shifts == [{"at": "00:00", "people": 2}, {"at": "08:30", "people": 4}]
    edits = [
        edit("limits", "", "crew.charge_min", 25),
        edit("limits", "", "crew.shifts", shifts),
        edit("limits", "", "starts.most", 3),
        edit("limits", "", "distance.most_min", 240),
    ]
    text = changed_text(TEXT, edits)
    assert "charge_min = 25  # with the crane" in text and "starts.most = 3" in text
    limits = tomllib.loads(text)["limits"]
    assert limits["crew"] == {"charge_min": 25, "shifts": shifts}
    assert (limits["starts"], limits["distance"]) == ({"most": 3}, {"most_min": 240})
    assert "# as the supplier bills" in text and "# who charges the mills" in text


def test_a_limit_that_does_not_fit_is_said_with_its_key() -> None:
    faults = []
    for field, text in (
        ("crew.shifts", "08:00 4"),
        ("crew.shifts", "00:00 2, 8 4"),
        ("crew.shifts", "00:00"),
        ("power_factor", "1.2"),
        ("starts.most", ""),
        ("crew.night.begins", "22:00"),
        ("interval_energy_kwh", "-1"),
    ):
        faults.append(fault_of(changed(DATA, [edit("limits", "", field, value_of("limits", field, text))])))
    assert faults[0].startswith("limits.crew.shifts[0].at: a day begins at 00:00, not at 08:00")
    assert faults[1].startswith("limits.crew.shifts[1].at: ") and "'22:30'" in faults[1]
    assert faults[2].startswith("limits.crew.shifts[0]") and "people" in faults[2]
    assert faults[3].startswith("limits.power_factor: ")
    assert faults[4] == ""  # the table that would be empty goes too
    assert faults[5].startswith("limits.crew.night") and "ends" in faults[5]
    assert faults[6].startswith("limits.interval_energy_kwh: ")


def test_roster_baseline_and_dated_carbon_are_typed_on_the_plant_page_and_comments_stay() -> None:
    typed = {
        "teams.first_day": "2026-01-05",
        "teams.days": "A B C, D A B",
        "baseline.first_day": "2026-01-01",
        "carbon_kg_per_kwh": "2025-01-01 0.55, 2026-01-01 1",
    }
    edits = [
        PlantEdit("plant", "", field, value_in(DATA, field), value_of("plant", field, text))
        for field, text in typed.items()
    ]
    assert "baseline" in fault_of(changed(DATA, edits)) and "last_day" in fault_of(changed(DATA, edits))
    edits.append(edit("plant", "", "baseline.last_day", "2026-01-31"))
    assert fault_of(changed(DATA, edits)) == ""
    text = changed_text(TEXT, edits)
    data = tomllib.loads(text)
    assert data["teams"] == {"first_day": "2026-01-05", "days": ["A B C", "D A B"]}
    assert [each["kg_per_kwh"] for each in data["carbon_kg_per_kwh"]] == [0.55, 1.0]
    assert "# the example's own rota" in text and "# as the supplier bills" in text


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("teams.days", "A B", "teams.days[0]: 'A B' names 2 teams and a day has 3 shifts"),
        ("teams.first_day", "2026-02-30", "teams.first_day: 2026-02-30 is no day of the calendar"),
        ("baseline.last_day", "2025-12-31", "baseline.last_day: 2025-12-31 lies before first_day"),
        ("carbon_kg_per_kwh", "2026-01-01 0.5, 2025-01-01 0.6", "carbon_kg_per_kwh[1].from: 2025-01-01"),
    ],
)
def test_what_the_energy_page_cannot_use_is_said_with_its_key(field: str, text: str, said: str) -> None:
    there = {
        "teams": {"first_day": "2026-01-05", "days": ["A B C"]},
        "baseline": {"first_day": "2026-01-01", "last_day": "2026-01-31"},
    }
    before = value_in(there, field)
    change = PlantEdit("plant", "", field, before, value_of("plant", field, text))
    assert fault_of(changed({**DATA, **there}, [change])).startswith(said)
