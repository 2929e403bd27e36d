"""An SQLite registry for those who only look: the file is opened read-only, whatever state it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import Capabilities, Snapshot
from idpctl.registry.lock import holder
from idpctl.registry.sqlite_errors import explained
from idpctl.registry.sqlite_files import beside, exists
from idpctl.registry.sqlite_log import remembered
from idpctl.registry.sqlite_reading import reading, records

if TYPE_CHECKING:
    from pathlib import Path


class SqliteReader:
    """What `owner` can know of one organization."""

    capabilities = Capabilities()
    driver = "sqlite"

    def __init__(self, path: Path, organization: str, location: str, owner: str) -> None:
        self.organization = organization
        self.location = location
        self._path = path
        self._owner = owner

    def read(self) -> Snapshot:
        """Return all records and those that the log knows, of one transaction.

        Not even the journal of a killed run is rolled back: it is an error that says how to.
        """
        path = self._path
        if not exists(path):
            return Snapshot()
        with explained(path), reading(path, recover=False) as connection:
            return Snapshot(
                records=records(connection, self.organization, path),
                remembered=remembered(connection, self.organization, self._owner),
            )

    def at_work(self) -> str | None:
        """Say who holds the lock of the registry."""
        return holder(beside(self._path.resolve(), ".lock"))
