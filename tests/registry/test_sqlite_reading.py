"""Reading leaves no trace, keeps organizations apart, and waits its turn."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import IdpctlError, LockedError, RegistryError
from idpctl.model import Snapshot
from idpctl.registry import sqlite_errors, sqlite_reading
from idpctl.registry.sqlite import SqliteRegistry
from tests.support import processes
from tests.support.registries import operation
from tests.support.sql import die_in_the_middle_of_a_write, fill

if TYPE_CHECKING:
    from pathlib import Path


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


def test_a_file_that_appears_between_two_looks_is_no_lost_one(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first apply publishes the file, and the second one begins its journal."""
    look = os.path.lexists

    def publish(name: Path) -> bool:
        monkeypatch.undo()
        fill(registry, "okta")
        path.with_name("registry.db-journal").write_bytes(b"\0" * 512)
        return look(name)

    monkeypatch.setattr(os.path, "lexists", publish)
    assert len(registry.read().records) == 1


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


def test_the_journal_of_a_killed_writer_is_rolled_back(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, *(f"key{number}" for number in range(50)))
    before, content = registry.read(), path.read_bytes()
    die_in_the_middle_of_a_write(path)
    assert path.read_bytes() != content
    assert registry.read() == before
    assert path.read_bytes() == content
    assert not path.with_name("registry.db-journal").exists()


def test_a_journal_that_cannot_be_rolled_back_is_said() -> None:
    with processes.public_directory() as directory:
        registry = SqliteRegistry(directory / "registry.db", "acme", "registry.db")
        fill(registry, *(f"key{number}" for number in range(50)))
        die_in_the_middle_of_a_write(registry.path)
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
