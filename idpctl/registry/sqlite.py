"""The embedded registry: several organizations and owners in one SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import Capabilities, Snapshot
from idpctl.registry.sqlite_errors import explained
from idpctl.registry.sqlite_files import exists
from idpctl.registry.sqlite_reading import reading, records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from idpctl.model import Json
    from idpctl.registry.base import Operation, Reader, Registry, Writer
    from idpctl.registry.sqlite_log import LoggedApply

DEFAULT_PATH = ".idpctl/registry.db"


class SqliteRegistry:
    """One organization of the registry in the file `path`; `location` is what people are shown."""

    capabilities = Capabilities()
    driver = "sqlite"

    def __init__(self, path: Path, organization: str, location: str) -> None:
        self.path = path
        self.organization = organization
        self.location = location

    def read(self) -> Snapshot:
        """Return all records; none where there is no file yet. Nothing is created."""
        if not exists(self.path):
            return Snapshot()
        with explained(self.path), reading(self.path) as connection:
            return Snapshot(records=records(connection, self.organization, self.path))

    def writer(self, operation: Operation) -> AbstractContextManager[Writer]:
        """Hold the lock and one transaction; the file is made where there is none."""
        from idpctl.registry.sqlite_writing import writing

        exists(self.path)  # before the path is resolved, which forgets links that lead nowhere
        # Two names of one file must not have two locks.
        return writing(self.path.resolve(), self.organization, operation)

    def reader(self, owner: str) -> Reader:
        """Return the registry for those who only look."""
        from idpctl.registry.sqlite_reader import SqliteReader

        return SqliteReader(self.path, self.organization, self.location, owner)

    def history(self) -> tuple[LoggedApply, ...]:
        """Return the applies that were committed, the first one first."""
        from idpctl.registry.sqlite_log import history

        if not exists(self.path):
            return ()
        with explained(self.path), reading(self.path) as connection:
            return history(connection, self.organization)


def open_registry(organization: str, settings: Mapping[str, Json], root: Path) -> Registry:
    """Return the registry that `settings` describe; `path` is relative to `root`."""
    location = str(settings.get("path", DEFAULT_PATH))
    return SqliteRegistry(root / location, organization, location)
