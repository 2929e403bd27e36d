"""One writer at a time: a lock that the kernel takes back from a dead process."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from idpctl.errors import LockedError, RegistryError
from idpctl.registry.patience import patiently

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from idpctl.registry.base import Operation

_LONGEST_NOTE = 4096


@contextmanager
def hold(path: Path, operation: Operation, deadline: float) -> Iterator[None]:
    """Hold the lock at `path` until the block ends; wait for it until `deadline` (time.monotonic).

    The file stays, the lock on it does not outlive the process: after a kill there is nothing to
    remove. Raises LockedError naming the holder, RegistryError when the file cannot be made.
    """
    descriptor = _open(path)
    try:
        if not patiently(lambda: _attempt(descriptor, path), deadline):
            raise LockedError(
                f"the registry is locked by {_holder(descriptor)}",
                hint="wait until it has ended, or give this run more time with --lock-timeout SECONDS",
                where=str(path),
            )
        _note(descriptor, _about(operation))
        try:
            yield
        finally:
            _note(descriptor, b"")
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """Say who holds the lock at `path`, None where nobody does; nothing is written.

    The lock is tried only where its note names somebody: for that moment an apply would find it held.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None  # whoever holds it made it, and can be seen
    try:
        if not _read_note(descriptor):
            return None
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    except OSError:
        return None  # a file system that cannot lock: nobody holds anything there
    finally:
        os.close(descriptor)
    return None


def _open(path: Path) -> int:
    try:
        # O_NOFOLLOW: the holder's note must not be written through a link that somebody committed.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise RegistryError(f"the lock file cannot be opened: {error.strerror}", where=str(path)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RegistryError("the lock file is not a regular file", where=str(path))
    return descriptor


def _attempt(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise RegistryError(
            f"the file system cannot lock: {error.strerror}",
            where=str(path),
            hint="keep the registry on a local disk",
        ) from error
    return True


def _about(operation: Operation) -> bytes:
    note = {
        "pid": os.getpid(),
        "host": os.uname().nodename,
        "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "op": operation.id,
        "owner": operation.owner,
    }
    return json.dumps(note).encode("ascii")


def _note(descriptor: int, text: bytes) -> None:
    # The note only serves the error text of others: a full disk must not end the run here.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)


def _holder(descriptor: int) -> str:
    """Say who wrote the note: as far as it can be read, and is not of a process that died."""
    note = _read_note(descriptor)
    if not note or _is_dead(note):
        return "another process"
    parts = (f"{word} {note[key]}" for key, word in _WORDS.items() if key in note)
    return ", ".join(parts)


_WORDS = {"pid": "process", "host": "on host", "since": "since", "op": "operation", "owner": "of"}


def _read_note(descriptor: int) -> dict[str, Any]:
    try:
        note = json.loads(os.pread(descriptor, _LONGEST_NOTE, 0))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(note, dict):
        return {}
    return {key: value for key, value in note.items() if isinstance(value, int | str)}


def _is_dead(note: dict[str, Any]) -> bool:
    pid = note.get("pid")
    if note.get("host") != os.uname().nodename or not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False  # it lives, and is another user's
    return False
