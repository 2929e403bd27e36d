"""Reading an SQLite registry: one consistent look, that leaves no trace and drops no row."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from idpctl.errors import RegistryError
from idpctl.registry.patience import patiently
from idpctl.registry.sqlite_errors import code_of, is_busy, is_hot_journal, locked
from idpctl.registry.sqlite_files import connect
from idpctl.registry.sqlite_rows import COLUMNS, build
from idpctl.registry.sqlite_schema import is_present, migrate, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from idpctl.model import Record

# A commit keeps readers out for milliseconds; a reader that waits longer met something else.
PATIENCE = 5.0

LOOK = ("BEGIN", "PRAGMA user_version")  # BEGIN alone takes no lock

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM identity_provider"  # noqa: S608 - our own column names
_ALL = f"{_SELECT} NOT INDEXED WHERE organization = ? ORDER BY rowid"
_ONE = f"{_SELECT} WHERE organization = ? AND ref = ?"
_COUNT = "SELECT count(*) FROM identity_provider WHERE organization = ?"


def begin(connection: sqlite3.Connection, statements: Sequence[str], deadline: float, path: Path) -> None:
    """Execute what begins a transaction and takes its lock; wait until `deadline`, then raise LockedError."""

    def attempt() -> bool:
        try:
            for statement in statements:
                connection.execute(statement).fetchone()
        except sqlite3.OperationalError as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if not is_busy(error):
                raise
            return False
        return True

    if not patiently(attempt, deadline):
        raise locked(path)


@contextmanager
def reading(path: Path, *, recover: bool = True) -> Iterator[sqlite3.Connection]:
    """Open `path` for one look at the present schema; nothing is created or changed.

    With `recover` there is one exception: the journal of a killed run is rolled back, for before that
    nobody can read.
    """
    with closing(_look(path, recover=recover)) as connection:
        version = version_of(connection, path)
        refuse_damage(connection, path)
        if is_present(version):
            yield connection
        else:
            with closing(_upgraded_copy(connection)) as copy:
                yield copy


def _look(path: Path, *, recover: bool) -> sqlite3.Connection:
    try:
        return _begun(path, "ro")
    except sqlite3.OperationalError as error:
        if not (recover and is_hot_journal(error)):
            raise
    return _begun(path, "rw")


def _begun(path: Path, mode: str) -> sqlite3.Connection:
    connection = connect(path, mode)
    try:
        begin(connection, LOOK, time.monotonic() + PATIENCE, path)
    except BaseException:
        connection.close()
        raise
    return connection


def refuse_damage(connection: sqlite3.Connection, path: Path) -> None:
    """Raise RegistryError where the one file does not hold all that was written.

    SQLite notices missing pages, but reads the missing rest of one as zeros.
    """
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode == "wal":
        raise RegistryError(
            "the registry is in WAL mode: a copy of the one file would miss what was written last",
            where=str(path),
            hint="run in a database shell: PRAGMA journal_mode = DELETE",
        )
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size % size:
        raise _damaged("it was cut off", path)


def _damaged(how: str, path: Path) -> RegistryError:
    return RegistryError(
        f"the registry's file is damaged: {how}", where=str(path), hint="restore it from a backup"
    )


def _upgraded_copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.backup(copy)
        migrate(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def records(connection: sqlite3.Connection, organization: str, path: Path) -> tuple[Record, ...]:
    """Return every record of `organization`; raise RegistryError rather than leave one out.

    The table is read whole and counted through its index: rows that damage hid from one of the
    two do not get lost in silence.
    """
    found = _built(connection, _ALL, (organization,), path)
    (count,) = connection.execute(_COUNT, (organization,)).fetchone()
    if count != len(found):
        raise _damaged(f"{len(found)} records, but {count} in its index", path)
    return found


def one(connection: sqlite3.Connection, organization: str, ref: str, path: Path) -> Record | None:
    """Return the record `ref` of `organization`; None where there is none."""
    return next(iter(_built(connection, _ONE, (organization, ref), path)), None)


def _built(
    connection: sqlite3.Connection, select: str, values: tuple[str, ...], path: Path
) -> tuple[Record, ...]:
    try:
        # A cursor that an error's traceback keeps alive would keep the file open, and its lock.
        with closing(connection.execute(select, values)) as rows:
            return build(rows)
    except (ValueError, KeyError, sqlite3.OperationalError) as error:
        if isinstance(error, sqlite3.Error) and code_of(error):
            raise  # of SQLite itself; without a code it is text that cannot be decoded
        from idpctl.registry.sqlite_faults import faulty

        raise faulty(connection, select, values, path) from error
