"""What is no registry, or a damaged one, must never be taken for one without records."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import RegistryError
from idpctl.registry.sqlite import SqliteRegistry
from tests.support.registries import operation
from tests.support.sql import SqlHands, fill, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _directory(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere.db")


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _journal_alone(path: Path) -> None:
    path.with_name("registry.db-journal").write_bytes(b"x")


def _empty(path: Path) -> None:
    path.touch()


def _text(path: Path) -> None:
    path.write_text("providers: {}\n" * 100)


def _short_text(path: Path) -> None:
    path.write_text("hello")


def _other_program(path: Path) -> None:
    SqlHands(path).run("CREATE TABLE identity_provider (name TEXT)")


def _newer(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    SqlHands(path).run("PRAGMA user_version = 99")


def _versionless(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    SqlHands(path).run("PRAGMA user_version = 0")


def _wal(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    SqlHands(path).run("PRAGMA journal_mode = WAL")


def _half_a_page(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), "okta")
    os.truncate(path, path.stat().st_size - 100)


def _pages_missing(path: Path) -> None:
    fill(SqliteRegistry(path, "acme", ""), *(f"key{number}" for number in range(50)))
    os.truncate(path, 8 * 4096)


STRANGE: list[tuple[Callable[[Path], None], str]] = [
    (_directory, "is a directory"),
    (_pipe, "not a regular file"),
    (_dangling_link, "link to nothing"),
    (_circle, "cannot be reached"),
    (_journal_alone, "journal is there"),
    (_empty, "is empty"),
    (_text, "not a database"),
    (_short_text, "not a database"),
    (_other_program, "not a registry of idpctl"),
    (_newer, "newer idpctl: schema version 99"),
    (_versionless, "no valid schema version"),
    (_wal, "WAL mode"),
    (_half_a_page, "cut off"),
    (_pages_missing, "damaged"),
]


@pytest.mark.parametrize(("make", "message"), STRANGE, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_no_registry_is_refused_and_left_as_it_is(
    registry: SqliteRegistry, path: Path, make: Callable[[Path], None], message: str
) -> None:
    make(path)
    content = path.read_bytes() if path.is_file() else None
    error = refusal(registry)
    assert message in error.message
    assert isinstance(error, RegistryError)
    if content is not None:
        assert path.read_bytes() == content


def test_a_row_that_only_its_index_remembers_is_not_dropped_in_silence(
    registry: SqliteRegistry, path: Path
) -> None:
    fill(registry, "okta", "auth")
    hands = SqlHands(path)
    ((page,),) = hands.run("SELECT rootpage FROM sqlite_master WHERE name = 'identity_provider'")
    ((size,),) = hands.run("PRAGMA page_size")
    content = bytearray(path.read_bytes())
    cells = (page - 1) * size + 3  # the count of cells in the table's one leaf (sqlite.org/fileformat.html)
    assert int.from_bytes(content[cells : cells + 2]) == 2
    content[cells : cells + 2] = (1).to_bytes(2)
    path.write_bytes(content)
    with pytest.raises(RegistryError, match="1 records, but 2 in its index"):
        registry.read()
    with (
        registry.writer(operation("look")) as writer,
        pytest.raises(RegistryError, match="1 records, but 2 in its index"),
    ):
        writer.read()
