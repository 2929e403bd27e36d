"""The tables of an SQLite registry, and how an older file becomes a present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import RegistryError

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

APPLICATION_ID = 0x69647063  # "idpc": tells our files from those of other programs

_PROVIDERS = """
CREATE TABLE identity_provider (
  ref TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
  organization TEXT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  type TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  allowed_token_audience TEXT NOT NULL,
  well_known_url TEXT NOT NULL,
  issuer TEXT NOT NULL,
  token_endpoint TEXT NOT NULL,
  jwks_endpoint TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  properties TEXT NOT NULL DEFAULT '{}',  -- a JSON object
  revision INTEGER NOT NULL DEFAULT 1,    -- grows with every update, those by hand too
  -- The mark. It counts only where mark_ref is the row's own ref: copied to another row it does not.
  mark_ref TEXT,
  mark_owner TEXT,
  mark_key TEXT,
  mark_name TEXT,
  mark_applied TEXT,                      -- a digest for each field from name to enabled, "-" for none;
  mark_op TEXT,                           -- then, where properties are managed, a JSON object of theirs
  mark_replaces TEXT,
  mark_protect INTEGER,
  UNIQUE (organization, name)
)
"""

_IMMUTABLE = """
CREATE TRIGGER identity_provider_is_itself BEFORE UPDATE OF ref, organization, name ON identity_provider
WHEN NEW.ref IS NOT OLD.ref OR NEW.organization IS NOT OLD.organization OR NEW.name IS NOT OLD.name
BEGIN
  SELECT RAISE(ABORT, 'ref, organization and name cannot be modified once created');
END
"""

_REVISION = """
CREATE TRIGGER identity_provider_revision AFTER UPDATE ON identity_provider
WHEN NEW.revision IS OLD.revision
BEGIN
  UPDATE identity_provider SET revision = OLD.revision + 1 WHERE ref = NEW.ref;
END
"""

# Written in the transaction of the apply: what is not here did not happen.
_APPLIES = """
CREATE TABLE apply_log (
  op TEXT NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  owner TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  summary TEXT NOT NULL,
  started_at TEXT NOT NULL,   -- UTC, ISO 8601
  finished_at TEXT NOT NULL,
  tool_version TEXT NOT NULL
)
"""

# Remembers what a mark cannot: that a record existed which is gone now.
_WRITES = """
CREATE TABLE apply_log_write (
  op TEXT NOT NULL REFERENCES apply_log (op),
  position INTEGER NOT NULL,
  verb TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  ref TEXT NOT NULL,
  PRIMARY KEY (op, position)
)
"""

# Entry N leads from schema version N to N + 1; released entries are never edited.
MIGRATIONS: tuple[tuple[str, ...], ...] = ((_PROVIDERS, _IMMUTABLE, _REVISION, _APPLIES, _WRITES),)


def migrate(connection: Connection) -> None:
    """Bring the schema up to date, inside the transaction that the caller has begun."""
    version = _pragma(connection, "user_version")
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    if version < len(MIGRATIONS):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def version_of(connection: Connection, path: Path) -> int:
    """Return the schema version of a registry; raise RegistryError when the file is none that we can read."""
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise RegistryError(
            "the file is not a registry of idpctl", where=str(path), hint="give the registry another path"
        )
    version, known = _pragma(connection, "user_version"), len(MIGRATIONS)
    if version > known:
        raise RegistryError(
            f"the registry was made by a newer idpctl: schema version {version}, known here is {known}",
            where=str(path),
            hint="install the newer idpctl",
        )
    if version < 1:
        raise RegistryError(f"the registry has no valid schema version: {version}", where=str(path))
    return version


def is_present(version: int) -> bool:
    """Say whether a schema of `version` needs no migration."""
    return version == len(MIGRATIONS)


def _pragma(connection: Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
