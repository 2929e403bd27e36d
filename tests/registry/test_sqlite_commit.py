"""A commit happens whole or not at all, and its outcome is found out."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import InterruptedRunError, LockedError, RegistryError, StaleError
from idpctl.registry import sqlite_files, sqlite_writing
from idpctl.registry.base import InDoubtError
from tests.support import build
from tests.support.registries import operation
from tests.support.sql import fill, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idpctl.registry.sqlite import SqliteRegistry


def test_a_first_apply_that_fails_leaves_no_registry(registry: SqliteRegistry, path: Path) -> None:
    def fail() -> None:
        with registry.writer(operation()) as writer:
            wanted = build.desired("okta")
            writer.create(wanted.idp, build.mark(wanted))
            assert len(writer.read().records) == 1
            raise StaleError("something else would be done now")

    with pytest.raises(StaleError):
        fail()
    assert [file.name for file in path.parent.iterdir()] == ["registry.db.lock"]


@pytest.mark.parametrize("syscall", ["rename", "fsync"])
def test_a_first_apply_that_cannot_be_published_did_not_happen(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch, syscall: str
) -> None:
    monkeypatch.setattr(os, syscall, _fail)
    with pytest.raises(RegistryError, match="Input/output error"):
        fill(registry, "okta")
    monkeypatch.undo()
    assert [file.name for file in path.parent.iterdir()] == ["registry.db.lock"]


def test_a_first_apply_that_fails_after_it_was_published_happened(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def rename_and_break(*names: Any) -> None:
        rename(*names)
        monkeypatch.setattr(os, "fsync", _fail)

    monkeypatch.setattr(os, "rename", rename_and_break)
    fill(registry, "okta")
    monkeypatch.undo()
    assert names(registry) == ["Okta"]
    assert sorted(file.name for file in path.parent.iterdir()) == ["registry.db", "registry.db.lock"]


def _fail(*_: Any) -> None:
    raise OSError(errno.EIO, "Input/output error")


class Connection:
    """A connection whose COMMIT does what a test wants."""

    def __init__(self, inner: sqlite3.Connection, commit: Callable[[sqlite3.Connection], None]) -> None:
        self._inner = inner
        self._commit = commit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def execute(self, statement: str, *values: Any) -> Any:
        return self._commit(self._inner) if statement == "COMMIT" else self._inner.execute(statement, *values)


def failure() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def commit_with(monkeypatch: pytest.MonkeyPatch, *commits: Callable[[sqlite3.Connection], None]) -> None:
    """Let the nth connection that writes commit by the nth function; later ones cannot be opened."""
    waiting = list(commits)

    def connect(path: Path, mode: str) -> Any:
        if not waiting:
            raise failure()
        return Connection(sqlite_files.connect(path, mode), waiting.pop(0))

    monkeypatch.setattr(sqlite_writing, "connect", connect)


def regular(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")  # pragma: no cover - a look-up never commits


def lost(_: sqlite3.Connection) -> None:
    raise failure()


def durable(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")
    raise failure()


def interrupted(_: sqlite3.Connection) -> None:
    raise InterruptedRunError("enough")


def interrupted_too_late(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")
    raise InterruptedRunError("enough")


@pytest.mark.parametrize("commit", [durable, interrupted_too_late])
def test_a_commit_that_failed_but_happened_is_a_success(
    registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch, commit: Callable[[sqlite3.Connection], None]
) -> None:
    fill(registry, "auth")
    commit_with(monkeypatch, commit, regular)
    fill(registry, "okta", op="second")
    assert names(registry) == ["Auth", "Okta"]


@pytest.mark.parametrize(("commit", "error"), [(lost, RegistryError), (interrupted, InterruptedRunError)])
def test_a_commit_that_did_not_happen_is_undone(
    registry: SqliteRegistry,
    monkeypatch: pytest.MonkeyPatch,
    commit: Callable[[sqlite3.Connection], None],
    error: type[Exception],
) -> None:
    fill(registry, "auth")
    commit_with(monkeypatch, commit, regular)
    with pytest.raises(error):
        fill(registry, "okta", op="second")
    assert names(registry) == ["Auth"]


def test_a_commit_that_nobody_can_look_up_is_in_doubt(
    registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "auth")
    commit_with(monkeypatch, lost)
    with pytest.raises(InDoubtError, match="operation second") as caught:
        fill(registry, "okta", op="second")
    assert caught.value.exit_code == 8


def test_a_commit_waits_for_readers(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "auth")
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM identity_provider").fetchone()
    busy = []

    def commit(connection: sqlite3.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite3.OperationalError:
            busy.append(connection)
            reader.close()
            raise

    with pytest.MonkeyPatch.context() as patch:
        commit_with(patch, commit)
        fill(registry, "okta", op="second")
    assert len(busy) == 1
    assert names(registry) == ["Auth", "Okta"]


def test_a_reader_that_never_ends_makes_the_apply_fail_whole(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "auth")
    monkeypatch.setattr(sqlite_writing, "PATIENCE", 0.02)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM identity_provider").fetchone()
        with pytest.raises(LockedError, match="in use by another program"):
            fill(registry, "okta", op="second")
    assert names(registry) == ["Auth"]


def test_a_database_that_another_program_writes_is_locked(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "auth")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="in use by another program") as caught:
            fill(registry, "okta", op="second")
    assert caught.value.hint is not None
    assert "--lock-timeout" in caught.value.hint


def test_a_thousand_creates_are_one_commit(registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(registry, "okta")
    commits = []

    def commit(connection: sqlite3.Connection) -> None:
        commits.append(connection.total_changes)
        connection.execute("COMMIT")

    commit_with(monkeypatch, commit)
    fill(registry, *(f"key{number}" for number in range(1000)), op="many")
    assert commits == [1000 + 1 + 1000]  # the records, the log's entry, and a line of it for each write
