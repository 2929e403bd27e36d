"""Rows that no tool of ours would write are named, with their column, and never left out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import RegistryError
from tests.support import processes
from tests.support.registries import operation
from tests.support.sql import SqlHands, fill

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.registry.sqlite import SqliteRegistry

MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"issuer": None}, "issuer holds NULL, not text"),
    ({"issuer": b"https://x"}, "issuer holds binary data, not text"),
    ({"enabled": "yes"}, "enabled holds text, not a number"),
    ({"enabled": 2}, "enabled is neither 0 nor 1"),
    ({"enabled": 0.5}, "enabled holds a fraction, not a number"),
    ({"revision": "x"}, "revision holds text"),
    ({"properties": "{"}, "properties: "),
    ({"properties": "[]"}, "properties: not a JSON object"),
    ({"properties": '{"a": 1, "a": 2}'}, "properties: a member stands twice"),
    ({"properties": '{"a": NaN}'}, "properties: NaN"),
    ({"properties": '{"a": ' + "[" * 100_000}, "properties: nested too deeply"),
    ({"properties": '{"a": ' + "1" * 5000 + "}"}, "properties: "),
    ({"mark_key": None}, "mark_key holds NULL"),
    ({"mark_op": b"7"}, "mark_op holds binary data"),
    ({"mark_applied": "0a1b2c3d"}, "mark_applied: not a digest for each field"),
    ({"mark_applied": " ".join("x" * 9) + ' {"properties.a": 1}'}, "mark_applied: a digest is not text"),
    ({"mark_protect": 2}, "mark_protect is neither 0 nor 1"),
    ({"mark_protect": None}, "mark_protect holds NULL"),
]


@pytest.mark.parametrize(("columns", "message"), MALFORMED, ids=lambda value: str(value)[:40])
def test_a_malformed_value_is_named_with_its_record_and_column(
    registry: SqliteRegistry, path: Path, columns: dict[str, Any], message: str
) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    hands.unconstrained()
    hands.force("Okta", **columns)
    with pytest.raises(RegistryError) as caught:
        registry.read()
    assert f'record "Okta": {message}' in caught.value.message
    assert "Auth" not in caught.value.message


def test_a_malformed_value_is_named_where_there_is_no_mark_too(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    hands = SqlHands(path)
    hands.strip_mark("Okta")
    hands.force("Okta", enabled=2)
    with pytest.raises(RegistryError, match='"Okta": enabled is neither 0 nor 1'):
        registry.read()


@pytest.mark.parametrize("column", ["name", "issuer", "mark_owner"])
def test_text_that_is_not_utf8_is_named(registry: SqliteRegistry, path: Path, column: str) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    hands.unconstrained()
    # A lone surrogate, as some other program's encoder writes it.
    hands.run(f"UPDATE identity_provider SET {column} = CAST(x'41eda080' AS TEXT) WHERE name = 'Okta'")  # noqa: S608 - our columns
    with pytest.raises(RegistryError, match=f"{column} is not valid UTF-8"):
        registry.read()


def test_many_malformed_records_are_counted(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, *(f"key{number}" for number in range(9)))
    hands = SqlHands(path)
    hands.unconstrained()
    hands.run("UPDATE identity_provider SET issuer = NULL")
    with pytest.raises(RegistryError, match="and 4 more"):
        registry.read()


def test_a_writer_meets_a_malformed_record_and_goes_on(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta", "auth")
    okta, auth = registry.read().records
    hands = SqlHands(path)
    hands.unconstrained()
    hands.force("Okta", properties="{", description="é")
    with registry.writer(operation("mixed")) as writer:
        with pytest.raises(RegistryError, match='"Okta": properties'):
            writer.delete(okta)
        writer.delete(auth)
    assert hands.run("SELECT name FROM identity_provider") == [("Okta",)]


def test_parts_of_a_mark_do_not_count(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    hands.force("Okta", mark_owner=None)
    hands.force("Auth", mark_ref=None, mark_applied=b"?")
    assert [record.mark for record in registry.read().records] == [None, None]


def test_an_error_keeps_neither_the_file_open_nor_its_lock(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    hands.unconstrained()
    hands.force("Okta", properties="{")
    with pytest.raises(RegistryError) as caught:
        registry.read()
    assert caught.value.__traceback__ is not None  # which holds every frame of the read
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("ROLLBACK")
    assert processes.run(lambda: hands.run("UPDATE identity_provider SET properties = '{}'")) == 0
    assert len(registry.read().records) == 2
