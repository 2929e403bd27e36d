"""Reading must never take damage, a lock or a stranger's file for a registry without records."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import IdpctlError, LockedError, RegistryError
from idpctl.model import Snapshot
from idpctl.registry import sqlite_errors, sqlite_reading, sqlite_schema
from idpctl.registry.sqlite import SqliteRegistry
from tests.support import build, processes
from tests.support.registries import operation
from tests.support.sql import SqlHands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture
def registry(path: Path) -> SqliteRegistry:
    return SqliteRegistry(path, "acme", "registry.db")


def fill(registry: SqliteRegistry, *keys: str, op: str = "fill", **fields: Any) -> None:
    with registry.writer(operation(op)) as writer:
        for key in keys:
            wanted = build.desired(key, **fields)
            writer.create(wanted.idp, build.mark(wanted))


def refusal(registry: SqliteRegistry) -> IdpctlError:
    """Return why the registry is refused, by readers, by the log and by writers alike."""
    with pytest.raises(IdpctlError) as read:
        registry.read()
    with pytest.raises(IdpctlError) as logged:
        registry.history()
    with pytest.raises(IdpctlError) as written:
        fill(registry, "new", op="refused")
    assert str(read.value) == str(logged.value) == str(written.value)
    assert read.value.where == str(registry.path)
    return read.value


def test_a_missing_file_holds_nothing_and_is_not_made(registry: SqliteRegistry, path: Path) -> None:
    missing = SqliteRegistry(path.parent / "not" / "there.db", "acme", "there.db")
    assert registry.read() == missing.read() == Snapshot()
    assert registry.history() == ()
    assert list(path.parent.iterdir()) == []


def test_reading_leaves_no_trace(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in path.parent.iterdir()}
    registry.read()
    registry.history()
    assert before == {
        file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in path.parent.iterdir()
    }


def _directory(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere.db")


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _journal_alone(path: Path) -> None:
    path.with_name("registry.db-journal").write_bytes(b"x")


def _empty(path: Path) -> None:
    path.touch()


def _text(path: Path) -> None:
    path.write_text("providers: {}\n" * 100)


def _short_text(path: Path) -> None:
    path.write_text("hello")


def _other_program(path: Path) -> None:
    SqlHands(path).run("CREATE TABLE identity_provider (name TEXT)")


def _newer(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    SqlHands(path).run("PRAGMA user_version = 99")


def _versionless(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    SqlHands(path).run("PRAGMA user_version = 0")


def _wal(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    SqlHands(path).run("PRAGMA journal_mode = WAL")


def _half_a_page(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    os.truncate(path, path.stat().st_size - 100)


def _pages_missing(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), *(f"key{number}" for number in range(50)))
    os.truncate(path, 8 * 4096)


STRANGE: list[tuple[Callable[[Path], None], str]] = [
    (_directory, "is a directory"),
    (_pipe, "not a regular file"),
    (_dangling_link, "link to nothing"),
    (_circle, "cannot be reached"),
    (_journal_alone, "journal is there"),
    (_empty, "is empty"),
    (_text, "not a database"),
    (_short_text, "not a database"),
    (_other_program, "not a registry of idpctl"),
    (_newer, "newer idpctl: schema version 99"),
    (_versionless, "no valid schema version"),
    (_wal, "WAL mode"),
    (_half_a_page, "cut off"),
    (_pages_missing, "damaged"),
]


@pytest.mark.parametrize(("make", "message"), STRANGE, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_no_registry_is_refused_and_left_as_it_is(
    registry: SqliteRegistry, path: Path, make: Callable[[Path], None], message: str
) -> None:
    make(path)
    content = path.read_bytes() if path.is_file() else None
    error = refusal(registry)
    assert message in error.message
    assert isinstance(error, RegistryError)
    if content is not None:
        assert path.read_bytes() == content


def test_a_link_to_a_registry_is_followed(registry: SqliteRegistry, tmp_path: Path) -> None:
    fill(registry, "okta")
    link = tmp_path / "folder" / "link.db"
    link.parent.mkdir()
    link.symlink_to(registry.path)
    linked = SqliteRegistry(link, "acme", "link.db")
    assert linked.read() == registry.read()
    with (
        registry.writer(operation("first")),
        pytest.raises(LockedError),
        linked.writer(operation("second")),
    ):
        pass  # pragma: no cover - never reached


def test_odd_file_names_are_names(tmp_path: Path) -> None:
    registry = SqliteRegistry(tmp_path / "a ?mode=memory&b#c%41 é.db", "acme", "odd")
    fill(registry, "okta")
    assert registry.path.exists()
    assert len(registry.read().records) == 1


def test_organizations_are_kept_apart(registry: SqliteRegistry, path: Path) -> None:
    other = SqliteRegistry(path, "other", "registry.db")
    fill(registry, "okta")
    fill(other, "okta", "auth", op="other")
    assert len(registry.read().records) == 1
    assert len(other.read().records) == 2
    assert [entry.op for entry in other.history()] == ["other"]
    with (
        other.writer(operation("foreign")) as writer,
        pytest.raises(LockedError, match="deleted meanwhile"),
    ):
        writer.delete(registry.read().records[0])


def test_a_row_that_only_its_index_remembers_is_not_dropped_in_silence(
    registry: SqliteRegistry, path: Path
) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    ((page,),) = hands.run("SELECT rootpage FROM sqlite_master WHERE name = 'identity_provider'")
    ((size,),) = hands.run("PRAGMA page_size")
    content = bytearray(path.read_bytes())
    cells = (page - 1) * size + 3  # the count of cells in the table's one leaf (sqlite.org/fileformat.html)
    assert int.from_bytes(content[cells : cells + 2]) == 2
    content[cells : cells + 2] = (1).to_bytes(2)
    path.write_bytes(content)
    with pytest.raises(RegistryError, match="1 records, but 2 in its index"):
        registry.read()
    with (
        registry.writer(operation("look")) as writer,
        pytest.raises(RegistryError, match="1 records, but 2 in its index"),
    ):
        writer.read()


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"issuer": None}, "issuer holds NULL, not text"),
    ({"issuer": b"https://x"}, "issuer holds binary data, not text"),
    ({"enabled": "yes"}, "enabled holds text, not a number"),
    ({"enabled": 2}, "enabled is neither 0 nor 1"),
    ({"enabled": 0.5}, "enabled holds a fraction, not a number"),
    ({"revision": "x"}, "revision holds text"),
    ({"properties": "{"}, "properties: "),
    ({"properties": "[]"}, "properties: not a JSON object"),
    ({"properties": '{"a": 1, "a": 2}'}, "properties: a member stands twice"),
    ({"properties": '{"a": NaN}'}, "properties: NaN"),
    ({"properties": '{"a": ' + "[" * 100_000}, "properties: nested too deeply"),
    ({"properties": '{"a": ' + "1" * 5000 + "}"}, "properties: "),
    ({"mark_key": None}, "mark_key holds NULL"),
    ({"mark_op": b"7"}, "mark_op holds binary data"),
    ({"mark_applied": "0a1b2c3d"}, "mark_applied: not a digest for each field"),
    ({"mark_applied": " ".join("x" * 9) + ' {"properties.a": 1}'}, "mark_applied: a digest is not text"),
    ({"mark_protect": 2}, "mark_protect is neither 0 nor 1"),
    ({"mark_protect": None}, "mark_protect holds NULL"),
]


@pytest.mark.parametrize(("columns", "message"), MALFORMED, ids=lambda value: str(value)[:40])
def test_a_malformed_value_is_named_with_its_record_and_column(
    registry: SqliteRegistry, path: Path, columns: dict[str, Any], message: str
) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    hands.unconstrained()
    hands.force("Okta", **columns)
    with pytest.raises(RegistryError) as caught:
        registry.read()
    assert f'record "Okta": {message}' in caught.value.message
    assert "Auth" not in caught.value.message


def test_a_malformed_value_is_named_where_there_is_no_mark_too(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    hands = SqlHands(path)
    hands.strip_mark("Okta")
    hands.force("Okta", enabled=2)
    with pytest.raises(RegistryError, match='"Okta": enabled is neither 0 nor 1'):
        registry.read()


@pytest.mark.parametrize("column", ["name", "issuer", "mark_owner"])
def test_text_that_is_not_utf8_is_named(registry: SqliteRegistry, path: Path, column: str) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    hands.unconstrained()
    # A lone surrogate, as some other program's encoder writes it.
    hands.run(f"UPDATE identity_provider SET {column} = CAST(x'41eda080' AS TEXT) WHERE name = 'Okta'")  # noqa: S608 - our columns
    with pytest.raises(RegistryError, match=f"{column} is not valid UTF-8"):
        registry.read()


def test_many_malformed_records_are_counted(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, *(f"key{number}" for number in range(9)))
    hands = SqlHands(path)
    hands.unconstrained()
    hands.run("UPDATE identity_provider SET issuer = NULL")
    with pytest.raises(RegistryError, match="and 4 more"):
        registry.read()


def test_a_writer_meets_a_malformed_record_and_goes_on(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta", "auth")
    okta, auth = registry.read().records
    hands = SqlHands(path)
    hands.unconstrained()
    hands.force("Okta", properties="{", description="é")
    with registry.writer(operation("mixed")) as writer:
        with pytest.raises(RegistryError, match='"Okta": properties'):
            writer.delete(okta)
        writer.delete(auth)
    assert hands.run("SELECT name FROM identity_provider") == [("Okta",)]


def test_parts_of_a_mark_do_not_count(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    hands.force("Okta", mark_owner=None)
    hands.force("Auth", mark_ref=None, mark_applied=b"?")
    assert [record.mark for record in registry.read().records] == [None, None]


def test_a_hand_made_schema_is_an_error_not_a_registry_without_records(
    registry: SqliteRegistry, path: Path
) -> None:
    fill(registry, "okta")
    SqlHands(path).run("ALTER TABLE identity_provider RENAME COLUMN issuer TO iss")
    with pytest.raises(RegistryError, match="no such column: issuer"):
        registry.read()


_NEXT = (
    "ALTER TABLE apply_log ADD COLUMN note TEXT",
    "UPDATE identity_provider SET description = 'migrated'",
)


def test_an_older_schema_is_read_without_changing_the_file(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "okta")
    before = path.read_bytes()
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, _NEXT))
    (record,) = registry.read().records
    assert record.idp.description == "migrated"
    assert path.read_bytes() == before


def test_an_older_schema_is_migrated_by_the_next_apply(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "okta")
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, _NEXT))
    fill(registry, "auth", op="next")
    assert SqlHands(path).run("PRAGMA user_version") == [(2,)]
    assert [record.idp.description for record in registry.read().records] == ["migrated", ""]


def test_a_migration_that_fails_changes_nothing(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "okta")
    before = path.read_bytes()
    broken = (*_NEXT, "DROP TABLE missing")
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, broken))
    assert "no such table: missing" in refusal(registry).message
    assert path.read_bytes() == before


def test_a_file_that_goes_away_while_it_is_opened_is_an_error(
    registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idpctl.registry.sqlite.exists", lambda _: True)
    with pytest.raises(RegistryError, match="cannot be opened"):
        registry.read()


@pytest.mark.parametrize(
    ("code", "error", "message"),
    [
        (sqlite3.SQLITE_BUSY, LockedError, "in use by another program"),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, LockedError, "in use by another program"),
        (sqlite3.SQLITE_READONLY_ROLLBACK, RegistryError, "a run that was killed left its journal"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, RegistryError, "is read-only"),
        (sqlite3.SQLITE_IOERR_FSYNC, RegistryError, "the disk failed"),
        (sqlite3.SQLITE_CORRUPT_INDEX, RegistryError, "is damaged"),
        (sqlite3.SQLITE_PERM, RegistryError, "denied"),
        (sqlite3.SQLITE_ERROR, RegistryError, "the registry failed: some words"),
    ],
)
def test_every_fault_of_sqlite_has_its_words(
    path: Path, code: int, error: type[IdpctlError], message: str
) -> None:
    fault = sqlite3.OperationalError("some words")
    fault.sqlite_errorcode = code
    explained = sqlite_errors.explain(fault, path)
    assert isinstance(explained, error)
    assert message in explained.message
    assert explained.where == str(path)


def test_a_reader_waits_for_a_commit_and_gives_up_at_last(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "okta")
    monkeypatch.setattr(sqlite_reading, "PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LockedError, match="in use by another program"):
            registry.read()
        other.execute("ROLLBACK")
    assert len(registry.read().records) == 1


def _die_in_the_middle_of_a_write(path: Path) -> None:
    """Leave a hot journal: pages of an unfinished transaction are in the file already."""

    def write() -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE identity_provider SET description = hex(randomblob(2000))")
        processes.die()

    assert processes.run(write) == -9
    assert path.with_name("registry.db-journal").stat().st_size > 512


def test_the_journal_of_a_killed_writer_is_rolled_back(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, *(f"key{number}" for number in range(50)))
    before, content = registry.read(), path.read_bytes()
    _die_in_the_middle_of_a_write(path)
    assert path.read_bytes() != content
    assert registry.read() == before
    assert path.read_bytes() == content
    assert not path.with_name("registry.db-journal").exists()


def test_a_journal_that_cannot_be_rolled_back_is_said() -> None:
    with processes.public_directory() as directory:
        registry = SqliteRegistry(directory / "registry.db", "acme", "registry.db")
        fill(registry, *(f"key{number}" for number in range(50)))
        _die_in_the_middle_of_a_write(registry.path)
        content = registry.path.read_bytes()
        for file in directory.iterdir():
            file.chmod(0o444)
        directory.chmod(0o555)

        def read() -> None:
            with pytest.raises(RegistryError, match="a run that was killed left its journal"):
                registry.read()

        assert processes.unprivileged(read) == 0
        assert registry.path.read_bytes() == content


def test_a_file_that_may_only_be_read_can_be_read() -> None:
    with processes.public_directory() as directory:
        registry = SqliteRegistry(directory / "registry.db", "acme", "registry.db")
        fill(registry, "okta")
        before = registry.read()
        registry.path.chmod(0o444)
        directory.chmod(0o555)

        def read() -> None:
            assert registry.read() == before

        assert processes.unprivileged(read) == 0


def test_a_file_that_may_not_be_read_is_an_error() -> None:
    with processes.public_directory() as directory:
        registry = SqliteRegistry(directory / "registry.db", "acme", "registry.db")
        fill(registry, "okta")

        def read() -> None:
            with pytest.raises(RegistryError, match="cannot be"):
                registry.read()

        registry.path.chmod(0o000)
        assert processes.unprivileged(read) == 0
        directory.chmod(0o000)
        assert processes.unprivileged(read) == 0
