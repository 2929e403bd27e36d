"""Writes inside one SQLite transaction, each one refused unless the record is as it was seen."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from uuid import uuid4

from idpctl.errors import LockedError, RegistryError
from idpctl.model import FIELDS, Record, Snapshot
from idpctl.plan import Verb
from idpctl.registry.sqlite_errors import code_of, explain, explained
from idpctl.registry.sqlite_log import Log
from idpctl.registry.sqlite_reading import one, records
from idpctl.registry.sqlite_rows import COLUMNS, parameters
from idpctl.text import listing, quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from idpctl.model import IdentityProvider, Json, Mark
    from idpctl.registry.base import Operation

_WRITTEN = [column for column in COLUMNS if column != "revision"]
_INSERT = (
    f"INSERT INTO identity_provider (organization, {', '.join(_WRITTEN)}) "  # noqa: S608 - our own column names
    f"VALUES (:organization, {', '.join(f':{column}' for column in _WRITTEN)})"
)
_UPDATE = (
    f"UPDATE identity_provider SET revision = revision + 1, "  # noqa: S608 - our own column names
    f"{', '.join(f'{column} = :{column}' for column in _WRITTEN if column != 'ref')} WHERE ref = :ref"
)
_DELETE = "DELETE FROM identity_provider WHERE ref = :ref"


class SqliteWriter:
    """Creates, updates and deletes the records of one organization."""

    def __init__(
        self, connection: sqlite3.Connection, organization: str, operation: Operation, path: Path
    ) -> None:
        self._connection = connection
        self._organization = organization
        self._path = path
        self._log = Log(operation, organization)

    def read(self) -> Snapshot:
        """Return the records as this transaction sees them."""
        self._require_open()
        with explained(self._path):
            return Snapshot(records=records(self._connection, self._organization, self._path))

    def create(self, idp: IdentityProvider, mark: Mark) -> Record:
        """Add a record under a new random ref; RegistryError where the name exists."""
        ref = str(uuid4())
        self._write(_INSERT, parameters(self._organization, ref, idp, mark), idp.name)
        self._log.add(Verb.CREATE, mark.key, idp.name, ref)
        return Record(ref=ref, idp=idp, mark=mark, revision="1")

    def update(self, record: Record, idp: IdentityProvider, mark: Mark) -> Record:
        """Write values and mark; LockedError where `record` is no longer as seen."""
        self._require_as_seen(record)
        self._write(_UPDATE, parameters(self._organization, record.ref, idp, mark), record.idp.name)
        self._log.add(Verb.UPDATE, mark.key, idp.name, record.ref)
        return Record(ref=record.ref, idp=idp, mark=mark, revision=str(int(record.revision) + 1))

    def delete(self, record: Record) -> None:
        """Remove the record; LockedError where it is no longer as seen."""
        self._require_as_seen(record)
        self._write(_DELETE, {"ref": record.ref}, record.idp.name)
        self._log.add(Verb.DELETE, record.mark.key if record.mark else "", record.idp.name, record.ref)

    def finish(self) -> bool:
        """Write the log of this operation; say whether there is anything to commit."""
        self._require_open()
        with explained(self._path):
            return self._log.write(self._connection)

    def _require_open(self) -> None:
        # SQLite ends a transaction by itself when the disk fails: what follows would stand alone.
        if not self._connection.in_transaction:
            raise RegistryError(
                "the transaction was rolled back when a write failed; nothing was changed",
                where=str(self._path),
            )

    def _require_as_seen(self, record: Record) -> None:
        self._require_open()
        with explained(self._path):
            live = one(self._connection, self._organization, record.ref, self._path)
        named = f"record {quote(record.idp.name)}"
        if live is None:
            raise LockedError(f"{named} was deleted meanwhile", where=str(self._path), hint="plan again")
        if live != record:
            raise LockedError(
                f"{named} was modified meanwhile: {_differences(record, live)}",
                where=str(self._path),
                hint="plan again",
            )

    def _write(self, statement: str, values: Mapping[str, Json], name: str) -> None:
        self._require_open()
        try:
            self._connection.execute(statement, values)
        except sqlite3.IntegrityError as error:
            reason = f"refused by the registry: {error}"
            if code_of(error) == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
                reason = "a record of this name exists already"
            raise RegistryError(f"record {quote(name)}: {reason}", where=str(self._path)) from error
        except sqlite3.Error as error:
            raise explain(error, self._path) from error
        except UnicodeEncodeError as error:
            raise RegistryError(f"record {quote(name)}: a value is not valid Unicode") from error


def _differences(seen: Record, live: Record) -> str:
    paths = [path for path in FIELDS if getattr(seen.idp, path) != getattr(live.idp, path)]
    if seen.idp.properties != live.idp.properties:
        paths.append("properties")
    if seen.mark != live.mark:
        paths.append("its mark")
    return listing(paths) or f"revision {seen.revision} is now {live.revision}"
