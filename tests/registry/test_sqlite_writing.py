"""What an apply leaves behind: files, log, revisions."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from idpctl import __version__
from idpctl.errors import LockedError, RegistryError, StaleError
from idpctl.registry.sqlite import SqliteRegistry
from idpctl.registry.sqlite_writer import SqliteWriter
from tests.support import build
from tests.support.registries import operation
from tests.support.sql import SqlHands, fill, names

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_apply_makes_a_private_directory(tmp_path: Path) -> None:
    registry = SqliteRegistry(tmp_path / "new" / ".idpctl" / "registry.db", "acme", "registry.db")
    fill(registry, "okta")
    directory = registry.path.parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert (directory / ".gitignore").read_text() == "*\n"
    assert sorted(file.name for file in directory.iterdir()) == [
        ".gitignore",
        "registry.db",
        "registry.db.lock",
    ]


def test_another_new_directory_is_not_hidden_from_git(tmp_path: Path) -> None:
    registry = SqliteRegistry(tmp_path / "state" / "registry.db", "acme", "registry.db")
    fill(registry, "okta")
    assert not (registry.path.parent / ".gitignore").exists()


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    registry = SqliteRegistry(tmp_path / "file" / "registry.db", "acme", "registry.db")
    with pytest.raises(RegistryError, match="cannot be used: File exists"):
        fill(registry, "okta")


def test_what_an_interrupted_first_apply_left_is_swept_away(registry: SqliteRegistry, path: Path) -> None:
    path.with_name("registry.db.new").write_text("half a file")
    fill(registry, "okta")
    assert sorted(file.name for file in path.parent.iterdir()) == ["registry.db", "registry.db.lock"]


def test_an_apply_that_writes_nothing_is_not_logged(registry: SqliteRegistry) -> None:
    fill(registry)
    assert registry.history() == ()


def test_the_log_tells_who_did_what(registry: SqliteRegistry) -> None:
    fill(registry, "okta", "auth", op="first")
    okta, auth = registry.read().records
    with registry.writer(operation("second", owner="acme/dev")) as writer:
        writer.update(okta, okta.idp, build.mark(build.desired("okta"), key="renamed"))
        writer.delete(auth)
    first, second = registry.history()
    assert (first.op, first.owner, first.fingerprint, first.summary) == (
        "first",
        "acme/prod",
        "sha256:0",
        "a test",
    )
    assert first.tool_version == __version__
    assert first.started_at <= first.finished_at <= second.finished_at
    assert [(write.verb, write.key, write.name) for write in second.writes] == [
        ("update", "renamed", "Okta"),
        ("delete", "auth", "Auth"),
    ]
    assert [write.ref for write in second.writes] == [okta.ref, auth.ref]


def test_the_log_names_no_key_for_a_record_that_nobody_owned(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    SqlHands(path).strip_mark("Okta")
    with registry.writer(operation("delete")) as writer:
        writer.delete(registry.read().records[0])
    assert registry.history()[-1].writes[0].key == ""


def test_a_commit_is_synced_whole_and_not_before(registry: SqliteRegistry) -> None:
    fill(registry, "okta")
    with registry.writer(operation("look")) as writer:
        assert isinstance(writer, SqliteWriter)
        settings = ("synchronous", "cache_spill", "journal_mode", "trusted_schema")
        found = [writer._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings]
    assert found == [3, 0, "delete", 0]


def test_an_operation_is_applied_once(registry: SqliteRegistry) -> None:
    fill(registry, "okta", op="same")
    with pytest.raises(StaleError, match="applied already"):
        fill(registry, "auth", op="same")
    assert names(registry) == ["Okta"]


def test_a_hand_edit_raises_the_revision(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    hands = SqlHands(path)
    hands.edit("Okta", description="by hand")
    assert registry.read().records[0].revision == "2"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("UPDATE identity_provider SET description = 'again'")
    assert registry.read().records[0].revision == "3"


@pytest.mark.parametrize("column", ["name", "ref", "organization"])
def test_what_a_record_is_cannot_be_edited_by_hand(registry: SqliteRegistry, path: Path, column: str) -> None:
    fill(registry, "okta")
    with pytest.raises(sqlite3.IntegrityError, match="cannot be modified once created"):
        SqlHands(path).force("Okta", **{column: "other"})


def test_a_record_renamed_behind_the_trigger_keeps_its_mark(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    SqlHands(path).run("DROP TRIGGER identity_provider_is_itself")
    SqlHands(path).force("Okta", name="Renamed")
    (record,) = registry.read().records
    assert record.idp.name == "Renamed"
    assert record.mark is not None
    assert record.mark.name == "Okta"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"issuer": "https://\ud800"}, "not valid Unicode"),
        ({"name": ""}, "refused by the registry"),
        ({"properties": {"a": float("nan")}}, "cannot be stored as JSON"),
        ({"properties": {"a": {1, 2}}}, "cannot be stored as JSON"),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused(
    registry: SqliteRegistry, fields: dict[str, Any], message: str
) -> None:
    fill(registry, "auth")
    wanted = build.desired("okta", **fields)
    with registry.writer(operation("bad")) as writer, pytest.raises(RegistryError, match=message):
        writer.create(wanted.idp, build.mark(build.desired("okta")))
    assert names(registry) == ["Auth"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"issuer": "https://x", "enabled": 0}, "issuer, enabled$"),
        ({"properties": '{"a": 1}'}, "properties$"),
        ({"mark_key": "x"}, "its mark$"),
        ({"revision": 9}, "revision 1 is now 9$"),
    ],
)
def test_what_was_modified_meanwhile_is_said(
    registry: SqliteRegistry, path: Path, edit: dict[str, Any], message: str
) -> None:
    fill(registry, "okta")
    (seen,) = registry.read().records
    SqlHands(path).force("Okta", **edit)
    with registry.writer(operation("late")) as writer, pytest.raises(LockedError, match=message):
        writer.delete(seen)


def test_an_edit_that_hides_its_revision_is_noticed_by_its_values(
    registry: SqliteRegistry, path: Path
) -> None:
    fill(registry, "okta")
    (seen,) = registry.read().records
    hands = SqlHands(path)
    hands.run("DROP TRIGGER identity_provider_revision")
    hands.force("Okta", issuer="https://evil.example.com")
    with registry.writer(operation("late")) as writer, pytest.raises(LockedError, match=r"issuer$"):
        writer.delete(seen)
