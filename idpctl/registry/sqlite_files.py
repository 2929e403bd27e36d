"""The file of an SQLite registry: found, or made whole."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from idpctl.errors import RegistryError

if TYPE_CHECKING:
    from pathlib import Path

_PRIVATE = ".idpctl"
_DRAFT = ".new"
# None of these touches the file, as `PRAGMA synchronous` does: opening never meets a lock.
_PRAGMAS = (
    "PRAGMA trusted_schema = OFF",  # a file from elsewhere may hold views and triggers
    "PRAGMA cell_size_check = ON",
)


def beside(path: Path, suffix: str) -> Path:
    """Return the file that belongs to `path`: its journal, its lock, its draft."""
    return path.with_name(path.name + suffix)


def exists(path: Path) -> bool:
    """Say whether there is a registry's file; raise RegistryError where something else stands.

    A file that was lost must not look like a registry that has no records yet.
    """
    status = _status(path) or _published_meanwhile(path)
    if status is None:
        return False
    if not stat.S_ISREG(status.st_mode):
        what = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise RegistryError(f"the path of the registry is {what}", where=str(path))
    if not status.st_size:
        raise RegistryError(
            "the registry's file is empty: it was cut off, for a new one is never empty",
            where=str(path),
            hint="restore it from a backup, or remove it to begin anew",
        )
    return True


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise RegistryError("the path of the registry is a link to nothing", where=str(path)) from None
        return None
    except OSError as error:
        raise RegistryError(f"the registry cannot be reached: {error.strerror}", where=str(path)) from error


def _published_meanwhile(path: Path) -> os.stat_result | None:
    """Look again where a journal says that there is, or was, a file."""
    journal = beside(path, "-journal")
    if not os.path.lexists(journal):
        return None
    status = _status(path)
    if status is None:
        raise RegistryError(
            "the registry's file is missing, but its journal is there",
            where=str(path),
            hint=f"restore the file, or remove {journal} to begin anew",
        )
    return status


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open `path` with SQLite's `mode` (ro, rw or rwc): transactions are begun by hand, nothing waits."""
    connection = sqlite3.connect(_uri(path, mode), uri=True, timeout=0, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    return connection


def _uri(path: Path, mode: str) -> str:
    escaped = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file://{escaped}?mode={mode}"


def open_draft(path: Path) -> sqlite3.Connection:
    """Open a new file beside `path`: nobody sees it before `publish`, and a kill leaves no half of one."""
    draft = beside(path, _DRAFT)
    draft.unlink(missing_ok=True)
    return connect(draft, "rwc")


def publish(connection: sqlite3.Connection, path: Path) -> None:
    """Commit the draft and give it its name: at once, and whole."""
    draft = beside(path, _DRAFT)
    try:
        connection.execute("COMMIT")
        connection.close()
        _sync(draft)
        draft.rename(path)
        _sync(path.parent)
    except Exception:
        if not path.exists():
            raise


def discard(path: Path) -> None:
    """Remove the draft, if it was not published."""
    with suppress(OSError):
        beside(path, _DRAFT).unlink(missing_ok=True)


def make_directory(directory: Path) -> None:
    """Make `directory` where it is missing, for this user alone; `.idpctl` also out of Git's sight."""
    try:
        directory.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if directory.is_dir():
            return
        raise
    if directory.name == _PRIVATE:
        (directory / ".gitignore").write_text("*\n", encoding="ascii")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
