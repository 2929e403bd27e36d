"""What SQLite reports, in words that say what to do."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from idpctl.errors import IdpctlError, LockedError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIMARY = 0xFF  # the low byte of an extended result code (sqlite.org/rescode.html)
_TEXTS = {
    sqlite3.SQLITE_PERM: ("access to the registry is denied", "check the owner and mode of the file"),
    sqlite3.SQLITE_READONLY: (
        "the registry cannot be written: the file, its directory or its file system is read-only",
        None,
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk failed, or refused to store more (quota, file size limit)",
        "check the disk and its free space, then run again",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "the registry's file is damaged",
        "restore it from a backup; `sqlite3 FILE .recover` may save what is left",
    ),
    sqlite3.SQLITE_FULL: ("the disk is full; nothing was changed", "make space, then run again"),
    sqlite3.SQLITE_CANTOPEN: (
        "the registry's file, or the journal beside it, cannot be opened",
        "check that the directory exists and may be used",
    ),
    sqlite3.SQLITE_NOTADB: ("the file is not a database", "give the registry another path"),
}
_HOT_JOURNAL = (
    "a run that was killed left its journal, and the file cannot be written to undo it",
    "run once with write access to the registry and its directory: that undoes the unfinished run",
)


def code_of(error: sqlite3.Error) -> int:
    """Return SQLite's extended result code; 0 where Python's own wrapper raised."""
    return getattr(error, "sqlite_errorcode", 0)


def is_busy(error: sqlite3.Error) -> bool:
    """Say whether another connection is in the way, so that waiting helps."""
    return code_of(error) & _PRIMARY in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_hot_journal(error: sqlite3.Error) -> bool:
    """Say whether a killed writer's journal has to be rolled back, which takes write access."""
    return code_of(error) == sqlite3.SQLITE_READONLY_ROLLBACK


def locked(path: Path) -> LockedError:
    """Return the error for a database that another program keeps busy."""
    return LockedError(
        "the registry is in use by another program",
        hint="end what has the file open (a database shell?), or use --lock-timeout SECONDS",
        where=str(path),
    )


def explain(error: sqlite3.Error, path: Path) -> IdpctlError:
    """Return `error` as one of ours; SQLite's own text is kept where no better one is known."""
    if is_busy(error):
        return locked(path)
    text, hint = _TEXTS.get(code_of(error) & _PRIMARY, (f"the registry failed: {error}", None))
    if is_hot_journal(error):
        text, hint = _HOT_JOURNAL
    return RegistryError(text, hint=hint, where=str(path))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn every error of SQLite and of the file system in the block into one of ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except OSError as error:
        raise RegistryError(f"the registry cannot be used: {error.strerror}", where=str(path)) from error
