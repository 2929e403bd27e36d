"""Full disks, file size limits and read-only places change nothing."""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import RegistryError
from idpctl.registry import sqlite_files
from idpctl.registry.sqlite import SqliteRegistry
from tests.support import build, processes
from tests.support.registries import operation
from tests.support.sql import fill, names

if TYPE_CHECKING:
    from pathlib import Path


def test_a_full_disk_changes_nothing(registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(registry, "auth")
    before = registry.path.read_bytes()
    pages = len(before) // 4096 + 2
    monkeypatch.setattr(sqlite_files, "_PRAGMAS", (f"PRAGMA max_page_count = {pages}",))
    wanted = build.desired("okta", description="x" * 20_000)
    with registry.writer(operation("full")) as writer:
        with pytest.raises(RegistryError, match="disk is full"):
            writer.create(wanted.idp, build.mark(wanted))
        # SQLite has ended the transaction: nothing may be written outside of it.
        for attempt in (writer.read, lambda: writer.create(wanted.idp, build.mark(wanted))):
            with pytest.raises(RegistryError, match="rolled back"):
                attempt()
        with pytest.raises(RegistryError, match="rolled back"):
            writer.finish()
        writer.finish = lambda: False  # type: ignore[method-assign]  # end the block without its own check
    assert registry.path.read_bytes() == before


def test_a_caller_that_overlooks_a_full_disk_is_told_at_the_end(
    registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "auth")
    monkeypatch.setattr(sqlite_files, "_PRAGMAS", ("PRAGMA max_page_count = 10",))
    wanted = build.desired("okta", description="x" * 50_000)

    def overlook() -> None:
        with registry.writer(operation("full")) as writer, suppress(RegistryError):
            writer.create(wanted.idp, build.mark(wanted))

    with pytest.raises(RegistryError, match="rolled back"):
        overlook()
    assert names(registry) == ["Auth"]


@pytest.mark.parametrize("first", [True, False], ids=["new-file", "existing-file"])
def test_a_limit_on_file_size_changes_nothing(registry: SqliteRegistry, path: Path, *, first: bool) -> None:
    if not first:
        fill(registry, "auth")
    before = path.read_bytes() if path.exists() else None

    def write() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        with pytest.raises(RegistryError, match="refused to store more"):
            fill(registry, *(f"key{number}" for number in range(200)), op="big")

    assert processes.run(write) == 0
    assert (path.read_bytes() if path.exists() else None) == before
    assert len(names(registry)) == (0 if first else 1)
    fill(registry, "okta", op="next")
    assert names(registry)[-1] == "Okta"


@pytest.mark.parametrize(
    ("mode_of_file", "mode_of_directory", "message"),
    [
        (0o444, 0o777, "cannot be written"),
        (0o666, 0o555, "lock file cannot be opened|cannot be written|cannot be opened"),
        (0o666, 0o000, "cannot be"),
    ],
)
def test_a_registry_that_may_only_be_read_is_left_as_it_is(
    mode_of_file: int, mode_of_directory: int, message: str
) -> None:
    with processes.public_directory() as directory:
        registry = SqliteRegistry(directory / "registry.db", "acme", "registry.db")
        fill(registry, "auth")
        before = registry.path.read_bytes()
        registry.path.with_name("registry.db.lock").unlink()
        registry.path.chmod(mode_of_file)
        directory.chmod(mode_of_directory)

        def write() -> None:
            with pytest.raises(RegistryError, match=message):
                fill(registry, "okta", op="second")

        assert processes.unprivileged(write) == 0
        directory.chmod(0o777)
        assert registry.path.read_bytes() == before
