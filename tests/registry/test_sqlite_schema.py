"""Older schemas are read as they would become, and migrated by the next apply alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.errors import RegistryError
from idpctl.registry import sqlite_schema
from tests.support.sql import SqlHands, fill, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.registry.sqlite import SqliteRegistry


def test_a_hand_made_schema_is_an_error_not_a_registry_without_records(
    registry: SqliteRegistry, path: Path
) -> None:
    fill(registry, "okta")
    SqlHands(path).run("ALTER TABLE identity_provider RENAME COLUMN issuer TO iss")
    with pytest.raises(RegistryError, match="no such column: issuer"):
        registry.read()


_NEXT = (
    "ALTER TABLE apply_log ADD COLUMN note TEXT",
    "UPDATE identity_provider SET description = 'migrated'",
)


def test_an_older_schema_is_read_without_changing_the_file(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "okta")
    before = path.read_bytes()
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, _NEXT))
    (record,) = registry.read().records
    assert record.idp.description == "migrated"
    assert path.read_bytes() == before


def test_an_older_schema_is_migrated_by_the_next_apply(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "okta")
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, _NEXT))
    fill(registry, "auth", op="next")
    assert SqlHands(path).run("PRAGMA user_version") == [(2,)]
    assert [record.idp.description for record in registry.read().records] == ["migrated", ""]


def test_a_migration_that_fails_changes_nothing(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "okta")
    before = path.read_bytes()
    broken = (*_NEXT, "DROP TABLE missing")
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, broken))
    assert "no such table: missing" in refusal(registry).message
    assert path.read_bytes() == before
