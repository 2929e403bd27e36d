"""An SQLite registry as someone with a database shell meets it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import IdpctlError
from idpctl.model import FIELDS
from tests.support import build, processes
from tests.support.registries import operation

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.model import IdentityProvider
    from idpctl.registry.sqlite import SqliteRegistry

_MARK = ("ref", "owner", "key", "name", "applied", "op", "replaces", "protect")


@dataclass
class SqlHands:
    """Edits the file behind the back of every writer."""

    path: Path
    organization: str = "acme"

    def run(self, *statements: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run the statements, the last one with `values`; return what that one finds."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for statement in statements[:-1]:
                connection.execute(statement)
            return connection.execute(statements[-1], values).fetchall()

    def edit(self, name: str, /, **fields: Any) -> None:
        if "properties" in fields:
            fields["properties"] = json.dumps(fields["properties"])
        self.force(name, **fields)

    def force(self, name: str, /, **columns: Any) -> None:
        """Write whatever is given, types and constraints notwithstanding."""
        assignments = ", ".join(f"{column} = ?" for column in columns)
        self.run(
            "PRAGMA ignore_check_constraints = ON",
            f"UPDATE identity_provider SET {assignments} WHERE name = ?",  # noqa: S608 - a test's own words
            values=(*columns.values(), name),
        )

    def insert(self, idp: IdentityProvider) -> None:
        columns = ("organization", *FIELDS)
        marks = ", ".join("?" * len(columns))
        values = (self.organization, *(getattr(idp, path) for path in FIELDS))
        statement = f"INSERT INTO identity_provider ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our columns
        self.run(statement, values=values)

    def remove(self, name: str) -> None:
        self.run("DELETE FROM identity_provider WHERE name = ?", values=(name,))

    def strip_mark(self, name: str) -> None:
        self.force(name, **{f"mark_{part}": None for part in _MARK})

    def copy_mark(self, name: str, to: str) -> None:
        columns = ", ".join(f"mark_{part}" for part in _MARK)
        self.run(
            f"UPDATE identity_provider SET ({columns}) = "  # noqa: S608 - a test's own words
            f"(SELECT {columns} FROM identity_provider WHERE name = ?) WHERE name = ?",
            values=(name, to),
        )

    def unconstrained(self) -> None:
        """Take every constraint and trigger off the table, as no tool of ours would."""
        self.run(
            "CREATE TABLE loose AS SELECT * FROM identity_provider",
            "DROP TABLE identity_provider",
            "ALTER TABLE loose RENAME TO identity_provider",
        )


def fill(registry: SqliteRegistry, *keys: str, op: str = "fill", **fields: Any) -> None:
    """Create owned providers in one apply."""
    with registry.writer(operation(op)) as writer:
        for key in keys:
            wanted = build.desired(key, **fields)
            writer.create(wanted.idp, build.mark(wanted))


def names(registry: SqliteRegistry) -> list[str]:
    return [record.idp.name for record in registry.read().records]


def refusal(registry: SqliteRegistry) -> IdpctlError:
    """Return why the registry is refused: by readers, by the log and by writers alike."""
    with pytest.raises(IdpctlError) as read:
        registry.read()
    with pytest.raises(IdpctlError) as logged:
        registry.history()
    with pytest.raises(IdpctlError) as written:
        fill(registry, "new", op="refused")
    assert str(read.value) == str(logged.value) == str(written.value)
    assert read.value.where == str(registry.path)
    return read.value


def die_in_the_middle_of_a_write(path: Path) -> None:
    """Leave a hot journal: pages of an unfinished transaction are in the file already."""

    def write() -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE identity_provider SET description = hex(randomblob(2000))")
        processes.die()

    assert processes.run(write) == -9
    assert path.with_name("registry.db-journal").stat().st_size > 512
