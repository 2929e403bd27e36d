"""The log of applies: written in their own transaction, so that it tells what happened and nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from idpctl import __version__
from idpctl.model import Remembered
from idpctl.plan import Verb
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from idpctl.registry.base import Operation

_ENTRY = (
    "INSERT INTO apply_log "
    "(op, organization, owner, fingerprint, summary, started_at, finished_at, tool_version) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_WRITE = "INSERT INTO apply_log_write (op, position, verb, key, name, ref) VALUES (?, ?, ?, ?, ?, ?)"


@value
class LoggedWrite:
    """One write of an apply; `key` is "" for a record that nobody owned."""

    verb: str
    key: str
    name: str
    ref: str


@value
class LoggedApply:
    """One apply that was committed; times are UTC in ISO 8601."""

    op: str
    owner: str
    fingerprint: str
    summary: str
    started_at: str
    finished_at: str
    tool_version: str
    writes: tuple[LoggedWrite, ...]


class Log:
    """What one operation has written so far."""

    def __init__(self, operation: Operation, organization: str) -> None:
        self._operation = operation
        self._organization = organization
        self._started = _now()
        self._writes: list[tuple[str, int, str, str, str, str]] = []

    def add(self, verb: Verb, key: str, name: str, ref: str) -> None:
        """Remember a write."""
        self._writes.append((self._operation.id, len(self._writes) + 1, str(verb), key, name, ref))

    def write(self, connection: Connection) -> bool:
        """Put the operation and its writes into the log; False when it wrote nothing."""
        if not self._writes:
            return False
        own = self._operation
        times = (self._started, _now(), __version__)
        entry = (own.id, self._organization, own.owner, own.fingerprint, own.summary, *times)
        connection.execute(_ENTRY, entry)
        connection.executemany(_WRITE, self._writes)
        return True


def is_logged(connection: Connection, op: str) -> bool:
    """Say whether the operation `op` was committed."""
    return connection.execute("SELECT 1 FROM apply_log WHERE op = ?", (op,)).fetchone() is not None


def history(connection: Connection, organization: str) -> tuple[LoggedApply, ...]:
    """Return all applies to `organization`, the first one first."""
    found = connection.execute(
        "SELECT op, owner, fingerprint, summary, started_at, finished_at, tool_version "
        "FROM apply_log WHERE organization = ? ORDER BY rowid",
        (organization,),
    ).fetchall()
    return tuple(_entry(connection, row) for row in found)


_REMEMBERED = """
SELECT written.ref, written.key, written.name FROM (
  SELECT write.ref, write.key, write.name, write.verb, apply.owner,
    row_number() OVER (PARTITION BY write.ref ORDER BY apply.rowid DESC, write.position DESC) AS age,
    apply.rowid AS applied, write.position
  FROM apply_log_write AS write JOIN apply_log AS apply ON apply.op = write.op
  WHERE apply.organization = ?
) AS written
WHERE written.age = 1 AND written.verb <> ? AND written.owner = ? ORDER BY written.applied, written.position
"""


def remembered(connection: Connection, organization: str, owner: str) -> tuple[Remembered, ...]:
    """Return the records that were written last by `owner`, and were not deleted by an apply."""
    rows = connection.execute(_REMEMBERED, (organization, str(Verb.DELETE), owner))
    return tuple(Remembered(ref=ref, key=key, name=name) for ref, key, name in rows)


def _entry(connection: Connection, row: Sequence[str]) -> LoggedApply:
    op, owner, fingerprint, summary, started, finished, version = row
    writes = connection.execute(
        "SELECT verb, key, name, ref FROM apply_log_write WHERE op = ? ORDER BY position", (op,)
    )
    return LoggedApply(
        op=op,
        owner=owner,
        fingerprint=fingerprint,
        summary=summary,
        started_at=started,
        finished_at=finished,
        tool_version=version,
        writes=tuple(LoggedWrite(verb=verb, key=key, name=name, ref=ref) for verb, key, name, ref in writes),
    )


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
