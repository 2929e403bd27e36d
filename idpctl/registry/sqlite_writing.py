"""The transaction of an apply: under the lock, whole, and with a known outcome."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from idpctl.errors import IdpctlError, StaleError
from idpctl.registry.base import InDoubtError
from idpctl.registry.lock import hold
from idpctl.registry.patience import patiently
from idpctl.registry.sqlite_errors import explain, explained, is_busy, locked
from idpctl.registry.sqlite_files import beside, connect, discard, exists, make_directory, open_draft, publish
from idpctl.registry.sqlite_log import is_logged
from idpctl.registry.sqlite_reading import LOOK, PATIENCE, begin, refuse_damage
from idpctl.registry.sqlite_schema import migrate, version_of
from idpctl.registry.sqlite_writer import SqliteWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from idpctl.registry.base import Operation

    Commit = Callable[[], None]

_WRITE = (
    "PRAGMA synchronous = EXTRA",  # after a commit the directory is synced, too
    "PRAGMA cache_spill = OFF",  # nothing reaches the file before the commit
    "BEGIN IMMEDIATE",
)
# A draft that is not finished is thrown away: it is synced once, when it is whole.
_DRAFT = ("PRAGMA journal_mode = MEMORY", "PRAGMA synchronous = OFF", "BEGIN IMMEDIATE")


@contextmanager
def writing(path: Path, organization: str, operation: Operation) -> Iterator[SqliteWriter]:
    """Hold the lock and a transaction: committed at a clean exit, rolled back at any other.

    The lock and the database are waited for until the operation's `lock_timeout` has passed.
    Raises InDoubtError when nobody can tell whether the commit happened.
    """
    deadline = time.monotonic() + operation.lock_timeout
    with explained(path):
        make_directory(path.parent)
    with hold(beside(path, ".lock"), operation, deadline):
        opened = _existing(path, operation, deadline) if exists(path) else _new(path)
        with opened as (connection, commit):
            writer = SqliteWriter(connection, organization, operation, path)
            yield writer
            if writer.finish():
                commit()


@contextmanager
def _new(path: Path) -> Iterator[tuple[sqlite3.Connection, Commit]]:
    """Begin a registry that appears with the commit: an apply that is refused leaves none behind."""
    try:
        with explained(path):
            connection = open_draft(path)
        with closing(connection):
            with explained(path):
                begin(connection, _DRAFT, 0.0, path)
                migrate(connection)
            yield connection, lambda: _publish(connection, path)
    finally:
        discard(path)


def _publish(connection: sqlite3.Connection, path: Path) -> None:
    with explained(path):
        publish(connection, path)


@contextmanager
def _existing(
    path: Path, operation: Operation, deadline: float
) -> Iterator[tuple[sqlite3.Connection, Commit]]:
    with explained(path):
        connection = connect(path, "rw")
    with closing(connection):  # which rolls back what was not committed
        with explained(path):
            begin(connection, _WRITE, deadline, path)
            version_of(connection, path)
            refuse_damage(connection, path)
            migrate(connection)
            if is_logged(connection, operation.id):
                raise StaleError(
                    "this operation has been applied already", where=str(path), hint="plan again"
                )
        yield connection, lambda: _commit(connection, operation, path)


def _commit(connection: sqlite3.Connection, operation: Operation, path: Path) -> None:
    """Commit; where that fails, the log tells whether it happened all the same."""
    deadline = time.monotonic() + max(operation.lock_timeout, PATIENCE)
    try:
        _commit_by(connection, deadline, path)
    except Exception as error:
        connection.close()
        if _happened(operation, path, error):
            return
        if isinstance(error, sqlite3.Error):
            raise explain(error, path) from error
        raise


def _commit_by(connection: sqlite3.Connection, deadline: float, path: Path) -> None:
    if not patiently(lambda: _try_commit(connection), deadline):
        raise locked(path)


def _try_commit(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return False  # somebody reads: the transaction is as it was
    return True


def _happened(operation: Operation, path: Path, failure: Exception) -> bool:
    """Look with a new connection, which first undoes what is half done."""
    try:
        with closing(connect(path, "rw")) as connection:
            begin(connection, LOOK, time.monotonic() + PATIENCE, path)
            return is_logged(connection, operation.id)
    except (sqlite3.Error, IdpctlError) as error:
        raise InDoubtError(
            f"whether operation {operation.id} was committed could not be found out",
            hint="run idpctl plan: it shows what the registry holds",
            where=str(path),
        ) from ExceptionGroup("commit and look-up failed", [failure, error])
