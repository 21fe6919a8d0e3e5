"""docs/profiles.md lists the shipped profiles as they are."""

from __future__ import annotations

from pathlib import Path

from devices.profile import load_profile, profile_names

DOCS = Path(__file__).parents[2] / "docs" / "profiles.md"


def table() -> str:
    rows = ["| profile | meters | confidence | source, and what to know |", "| --- | --- | --- | --- |"]
    for name in profile_names():
        profile = load_profile(name)
        known = f"{profile.source}. {profile.note}".strip()
        rows.append(f"| `{name}` | {profile.maker} {profile.model} | {profile.confidence} | {known} |")
    return "\n".join(rows)


def test_the_table_of_shipped_profiles_is_what_is_shipped() -> None:
    assert table() in DOCS.read_text(encoding="utf-8"), f"Put this at the end of {DOCS}:\n\n{table()}"


def test_every_key_of_a_quantity_is_explained() -> None:
    from devices.profile import QuantitySpec, ValueType

    text = DOCS.read_text(encoding="utf-8")
    keys = [name for name in QuantitySpec.__struct_encode_fields__ if name not in ("name", "fc", "address")]
    assert [key for key in keys if f"`{key}`" not in text] == []
    assert [kind for kind in ValueType if kind.value not in text] == []
