from __future__ import annotations

from dataclasses import replace

import pytest

from idpctl.inventory import Status, edited_fields, inventory
from idpctl.model import FIELDS, Moved
from tests.support.build import OWNER, declared, desired, record, snapshot, unmanaged


def rows(*given: object, moved: tuple[Moved, ...] = ()) -> list[tuple[str | None, str, str, str]]:
    written, live = given
    found = inventory(written, snapshot(*live), OWNER, moved)  # type: ignore[arg-type, misc]  # two lists
    return [(row.key, row.name, str(row.status), row.detail) for row in found]


def test_every_record_and_every_missing_provider_has_its_line() -> None:
    replaced = record(desired("b", name="Old"), ref="old")
    current = record(desired("b"))
    assert current.mark is not None
    live = [
        unmanaged("z"),
        record(desired("theirs"), owner="other/team"),
        unmanaged("y"),
        record(desired("gone")),
        replaced,
        replace(current, mark=replace(current.mark, replaces="old")),
        record(desired("a"), issuer="https://edited"),
        record(desired("a2"), owner="a/team"),
    ]
    expected = [
        ("a", "A", "drifted", "issuer"),
        ("b", "B", "in sync", ""),
        ("b", "Old", "deposed", ""),
        ("c", "C", "missing", ""),
        ("gone", "Gone", "undeclared", ""),
        (None, "Y", "unmanaged", ""),
        (None, "Z", "unmanaged", ""),
        (None, "A2", "foreign", "a/team"),
        (None, "Theirs", "foreign", "other/team"),
    ]
    written = [declared(key) for key in "cab"]
    assert rows(written, live) == expected
    assert rows(written[::-1], live[::-1]) == expected


def test_a_line_shows_the_live_record() -> None:
    (row,) = inventory(
        [declared("a")], snapshot(record(desired("a"), enabled=False, issuer="https://x")), OWNER
    )
    assert (row.type, row.issuer, row.enabled, row.status) == ("okta", "https://x", False, Status.DRIFTED)
    (missing,) = inventory([declared("a", type="auth0")], snapshot(), OWNER)
    assert (missing.type, missing.issuer, missing.enabled) == ("auth0", "", True)


def test_moved_keys_are_followed() -> None:
    moved = (Moved(from_key="old", to_key="new"),)
    assert rows([declared("new", name="Old")], [record(desired("old"))], moved=moved) == [
        ("new", "Old", "in sync", "")
    ]


@pytest.mark.parametrize("path", FIELDS)
def test_every_edited_field_is_named(path: str) -> None:
    seen = record(desired("a"), **{path: False if path == "enabled" else "edited"})
    assert edited_fields(seen) == [path]
    assert edited_fields(seen, declared("a", ignore=[path])) == []
    assert edited_fields(replace(seen, mark=None)) == []


def test_properties_drift_only_where_they_are_managed() -> None:
    want = desired("a", properties={"x.y": 1, "z": None, "b": True})
    seen = record(want, properties={"x.y": 2, "b": True, "theirs": 3})
    assert edited_fields(seen) == ["properties.x.y"]
    assert edited_fields(seen, want.declared) == ["properties.x.y"]
    assert edited_fields(seen, declared("a", properties={"b": True})) == []
    assert edited_fields(seen, declared("a", properties={"x.y": 1}, ignore=["properties"])) == []


def test_a_field_that_this_version_does_not_know_is_no_drift() -> None:
    seen = record(desired("a"))
    assert seen.mark is not None
    newer = replace(seen, mark=replace(seen.mark, applied={**seen.mark.applied, "future": "12345678"}))
    assert edited_fields(newer) == []
