"""Records that this configuration does not own are left as they are, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.workspace import Here, actions, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator


def bystanders(here: Here) -> list[tuple[object, ...]]:
    """Return every column of every record that another owner, or nobody, has."""
    return here.query(
        "SELECT * FROM identity_provider WHERE mark_owner IS NULL OR mark_owner <> 'acme/prod' ORDER BY ref"
    )


@pytest.fixture
def shared(here: Here) -> Iterator[Here]:
    """Return a registry with own records, those of another owner, of nobody, and of another organization.

    At the end the records of others are as they were.
    """
    other = Here(here.directory, owner="other/team")
    other.declare("theirs", "also")
    other.apply()
    here.declare("okta", "azure")
    here.apply()
    here.insert("Legacy", properties='{"z": 1, "a": [true]}', description="by hand")
    here.insert("Elsewhere", organization="another")
    before = bystanders(here)
    assert len(before) == 4
    yield here
    assert bystanders(here) == before


def test_they_are_counted_and_named_in_the_plan(shared: Here) -> None:
    text = shared.offline("plan", "--detailed-exitcode", expect=0).out
    assert "5 in registry, 2 declared" in text
    assert "Not managed by this configuration (left alone): Legacy" in text
    assert "Owned by others (left alone): Also (owner other/team), Theirs (owner other/team)" in text
    assert "Elsewhere" not in text
    plan = shared.plan()
    assert plan["unmanaged"] == ["Legacy"]
    assert plan["foreign"] == [{"name": name, "owner": "other/team"} for name in ("Also", "Theirs")]


def test_they_survive_an_apply_that_does_everything(shared: Here) -> None:
    shared.write({"okta": pinned("okta", name="Renamed", description="x"), "new": pinned("new")})
    shared.apply("--allow-replace", "okta", "--max-deletes", "1")
    assert shared.names() == ["Also", "Elsewhere", "Legacy", "New", "Renamed", "Theirs"]


def test_they_survive_a_destroy(shared: Here) -> None:
    shared.run("destroy", "--auto-approve", "--max-deletes", "2")
    assert shared.names() == ["Also", "Elsewhere", "Legacy", "Theirs"]


def test_they_survive_the_end_of_every_declaration(shared: Here) -> None:
    shared.write({})
    shared.apply("--max-deletes", "2")
    assert shared.names() == ["Also", "Elsewhere", "Legacy", "Theirs"]


@pytest.mark.parametrize(
    ("name", "rule", "told"),
    [("Legacy", "PLN-01", "idpctl import wanted"), ("Theirs", "PLN-02", "belongs to other/team")],
)
def test_a_name_that_they_hold_is_refused(shared: Here, name: str, rule: str, told: str) -> None:
    shared.write({"okta": pinned("okta"), "azure": pinned("azure"), "wanted": pinned("wanted", name=name)})
    with shared.untouched():
        planned = shared.offline("plan", expect=5)
        assert rule in planned.out
        assert told in planned.out
        assert "nothing can be applied" in planned.out
        shared.apply(expect=5)


def test_an_import_cannot_take_the_record_of_another_owner(shared: Here) -> None:
    shared.write(
        {"okta": pinned("okta"), "azure": pinned("azure"), "wanted": pinned("wanted", name="Theirs")}
    )
    with shared.untouched():
        assert "PLN-02" in shared.run("import", "wanted", expect=5).out


def test_a_record_whose_mark_was_copied_is_nobodys(shared: Here) -> None:
    shared.insert("Copy")
    columns = ("mark_ref", "mark_owner", "mark_key", "mark_name", "mark_applied", "mark_op", "mark_protect")
    (mark,) = shared.query(f"SELECT {', '.join(columns)} FROM identity_provider WHERE name = 'Okta'")  # noqa: S608 - fixed words
    shared.edit("Copy", **dict(zip(columns, mark, strict=True)))
    plan = shared.plan("--detailed-exitcode", expect=0)
    assert plan["unmanaged"] == ["Copy", "Legacy"]
    shared.run("destroy", "--auto-approve", "--max-deletes", "2")
    assert "Copy" in shared.names()
    shared.delete("Copy")


def test_a_lost_mark_makes_a_record_unmanaged_and_never_deletes_it(shared: Here) -> None:
    shared.edit("Okta", mark_owner=None)
    shared.declare("azure")
    assert actions(shared.plan()) == {}
    shared.apply()
    assert "Okta" in shared.names()
    shared.declare("azure", "okta")
    assert "PLN-01" in shared.offline("plan", expect=5).out
    shared.run("import", "okta")
    shared.offline("plan", "--detailed-exitcode", expect=0)
